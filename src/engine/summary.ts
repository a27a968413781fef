import type { MemoryPlan, Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import { usToNsText } from "../market/times.js";
import { VENUES } from "../market/venues.js";
import { type CLOCK_METHODS, readClock, type VenueClock } from "./clock-view.js";
import { readIdentity } from "./market-view.js";

/** Names of STATE_*. */
export const STATE_NAMES = ["syncing", "live", "gap", "stale", "maintenance", "blocked"] as const;
/** Levels a summary shows of each side. */
const LEVELS_SHOWN = 5;

type Level = [price: number, size: number];

/** What was seen of one instrument. Prices in quote currency, sizes in base coin; null: not known. */
export interface InstrumentSummary {
  trades: number;
  excludedTrades: number;
  volume: number;
  vwap: number | null;
  bboUpdates: number;
  depthUpdates: number;
  snapshots: number;
  gaps: number;
  checksumFailures: number;
  crossed: number;
  state: (typeof STATE_NAMES)[number];
  levels: [bids: number, asks: number];
  /** Best first. */
  bids: Level[];
  asks: Level[];
  /** Last [bid, bid size, ask, ask size] of the venue's own top-of-book channel. */
  bbo: (number | null)[] | null;
  funding: { rate: number; intervalHours: number | null; nextTime: string | null } | null;
  mark: number | null;
  /** Nanoseconds since 1970. */
  firstReceived: string | null;
  lastReceived: string | null;
}

export type ClockSummary = Record<
  string,
  { offsetUs: number | null; uncertaintyUs: number | null; method: (typeof CLOCK_METHODS)[number] }
>;

/** Reads every instrument from the shared memory, in order of their names. The engine must be at rest. */
export function summariseInstruments(views: Views, plan: MemoryPlan): Record<string, InstrumentSummary> {
  const count = Math.min(views.u32[plan.instrumentCount >> 2], plan.sizes.instruments);
  const entries: [string, InstrumentSummary][] = [];
  for (let index = 0; index < count; index++)
    entries.push([readIdentity(views, plan, index).id, summariseInstrument(views, plan, index)]);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

/** Clock of every venue that has an instrument. */
export function summariseClocks(views: Views, plan: MemoryPlan): ClockSummary {
  const count = Math.min(views.u32[plan.instrumentCount >> 2], plan.sizes.instruments);
  const seen = new Set<number>();
  for (let index = 0; index < count; index++)
    seen.add(views.u32[(plan.identities + index * L.IDENTITY_BYTES + L.IDENTITY_VENUE) >> 2]);
  const clock: VenueClock = { known: false, offsetUs: 0, uncertaintyUs: 0, method: "none" };
  const result: ClockSummary = {};
  for (const venue of [...seen].sort((a, b) => a - b)) {
    readClock(views, plan, venue, clock);
    result[VENUES[venue]] = {
      offsetUs: known(clock.offsetUs),
      uncertaintyUs: known(clock.uncertaintyUs),
      method: clock.method,
    };
  }
  return result;
}

function summariseInstrument(views: Views, plan: MemoryPlan, index: number): InstrumentSummary {
  const { u32, f64 } = views;
  const at = plan.instruments + index * L.INSTRUMENT_BYTES;
  const identity = plan.identities + index * L.IDENTITY_BYTES;
  const book = plan.books + index * plan.bookBytes;
  const value = (offset: number): number => f64[(at + offset) >> 3];
  const sum = (offset: number): number => value(offset) + value(offset + 8);
  const plain = u32[(at + L.INSTRUMENT_HAS_TRADES) >> 2] === 1;
  const volume = sum(plain ? L.INSTRUMENT_VOLUME : L.INSTRUMENT_AGGREGATE_VOLUME);
  const turnover = sum(plain ? L.INSTRUMENT_TURNOVER : L.INSTRUMENT_AGGREGATE_TURNOVER);
  const bids = u32[(book + L.BOOK_BIDS) >> 2];
  const asks = u32[(book + L.BOOK_ASKS) >> 2];
  return {
    trades: value(plain ? L.INSTRUMENT_TRADES : L.INSTRUMENT_AGGREGATES),
    excludedTrades: value(L.INSTRUMENT_EXCLUDED_TRADES),
    volume,
    vwap: volume > 0 ? turnover / volume : null,
    bboUpdates: value(L.INSTRUMENT_BBO_UPDATES),
    depthUpdates: value(L.INSTRUMENT_DEPTH_UPDATES),
    snapshots: value(L.INSTRUMENT_SNAPSHOTS),
    gaps: value(L.INSTRUMENT_GAPS),
    checksumFailures: value(L.INSTRUMENT_CHECKSUM_FAILURES),
    crossed: value(L.INSTRUMENT_CROSSED),
    state: STATE_NAMES[u32[(at + L.INSTRUMENT_STATE) >> 2]],
    levels: [bids, asks],
    bids: bestLevels(views, plan, book, bids, 0),
    asks: bestLevels(views, plan, book, asks, 1),
    bbo:
      value(L.INSTRUMENT_BBO_UPDATES) === 0
        ? null
        : [L.INSTRUMENT_BBO_BID, L.INSTRUMENT_BBO_BID_SIZE, L.INSTRUMENT_BBO_ASK, L.INSTRUMENT_BBO_ASK_SIZE].map(
            (offset) => known(value(offset)),
          ),
    funding: Number.isNaN(value(L.INSTRUMENT_FUNDING_RATE))
      ? null
      : {
          rate: value(L.INSTRUMENT_FUNDING_RATE),
          intervalHours: known(value(L.INSTRUMENT_FUNDING_INTERVAL_HOURS)),
          nextTime: nanoseconds(value(L.INSTRUMENT_FUNDING_NEXT_US)),
        },
    mark: known(value(L.INSTRUMENT_MARK)),
    // A journal does not hold what the feed saw and the book could not use.
    firstReceived: nanoseconds(
      f64[(identity + L.IDENTITY_FIRST_RECEIVED_US) >> 3] || value(L.INSTRUMENT_FIRST_RECEIVED_US),
    ),
    lastReceived: nanoseconds(f64[(identity + L.IDENTITY_LAST_RECEIVED_US) >> 3] || value(L.INSTRUMENT_RECEIVED_US)),
  };
}

/** Best first; the book itself keeps the best last. */
function bestLevels(views: Views, plan: MemoryPlan, book: number, count: number, side: number): Level[] {
  const prices = (book + L.BOOK_HEADER_BYTES + side * plan.sizes.bookLevels * 16) >> 3;
  const sizes = prices + plan.sizes.bookLevels;
  const first = views.u32[(book + (side === 0 ? L.BOOK_FIRST_BID : L.BOOK_FIRST_ASK)) >> 2];
  const best = first + count - 1;
  const shown = Math.min(count, LEVELS_SHOWN);
  return Array.from({ length: shown }, (_, i) => [views.f64[prices + best - i], views.f64[sizes + best - i]]);
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function nanoseconds(us: number): string | null {
  return Number.isNaN(us) ? null : usToNsText(us);
}
