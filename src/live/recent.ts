import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";

/** Trades kept an instrument; a power of two. */
const TRADES = 1024;
/** Other events kept, of all instruments together. */
const EVENTS = 1000;

type EventKind = "liquidation" | "signal" | "outcome" | "verdict";

/** One trade, in the order in which the engine saw it. */
export interface RecentTrade {
  /** Number of the trade among those of its instrument since the start, from 1. */
  sequence: number;
  id: bigint;
  /** Epoch µs; the venue's is NaN where it does not say. */
  receivedTimeUs: number;
  tradeTimeUs: number;
  price: number;
  size: number;
  takerSold: boolean;
  /** False for what is no market trade: insurance fund, block, auto-deleveraging. */
  marketTrade: boolean;
  /** From a channel that sums trades up. */
  aggregated: boolean;
}

/** Numbers of a trade, one array each, so that a trade costs no object. */
interface TradeRing {
  count: number;
  price: Float64Array;
  size: Float64Array;
  receivedTimeUs: Float64Array;
  tradeTimeUs: Float64Array;
  id: BigUint64Array;
  flags: Uint8Array;
}

/** The last trades and events, in memory of a fixed size: what the HTTP routes tell of the past without a journal. */
export class Recent {
  private readonly trades: TradeRing[] = [];
  private readonly events = new Map<string, unknown[]>();

  /** Takes a record of kind TRADE. Does not allocate but for an instrument's first. */
  trade(instrument: number, views: Views, at: number): void {
    const { f64, u64, u8 } = views;
    const ring = this.ringOf(instrument);
    const slot = ring.count++ & (TRADES - 1);
    ring.price[slot] = f64[(at + L.TRADE_PRICE) >> 3];
    ring.size[slot] = f64[(at + L.TRADE_SIZE) >> 3];
    ring.receivedTimeUs[slot] = f64[(at + L.RECORD_RECEIVED_TIME_US) >> 3];
    ring.tradeTimeUs[slot] = f64[(at + L.TRADE_TIME_US) >> 3];
    ring.id[slot] = u64[(at + L.RECORD_SEQUENCE) >> 3];
    ring.flags[slot] = u8[at + L.RECORD_FLAGS];
  }

  /** Trades that are still known, oldest first. */
  tradesOf(instrument: number): RecentTrade[] {
    const ring = this.trades[instrument];
    if (ring === undefined) return [];
    const known = Math.min(ring.count, TRADES);
    return Array.from({ length: known }, (_, index) => {
      const sequence = ring.count - known + index + 1;
      const slot = (sequence - 1) & (TRADES - 1);
      const flags = ring.flags[slot];
      return {
        ...{ sequence, id: ring.id[slot], price: ring.price[slot], size: ring.size[slot] },
        ...{ receivedTimeUs: ring.receivedTimeUs[slot], tradeTimeUs: ring.tradeTimeUs[slot] },
        takerSold: (flags & L.FLAG_SELL) !== 0,
        marketTrade: (flags & L.FLAG_EXCLUDED) === 0,
        aggregated: (flags & L.FLAG_AGGREGATE) !== 0,
      };
    });
  }

  event(kind: EventKind, data: unknown): void {
    const list = this.events.get(kind) ?? [];
    this.events.set(kind, list);
    list.push(data);
    if (list.length > EVENTS) list.shift();
  }

  /** Oldest first. */
  eventsOf(kind: EventKind): readonly unknown[] {
    return this.events.get(kind) ?? [];
  }

  private ringOf(instrument: number): TradeRing {
    const known = this.trades[instrument];
    if (known !== undefined) return known;
    const numbers = (): Float64Array => new Float64Array(TRADES);
    const ring: TradeRing = {
      ...{ count: 0, price: numbers(), size: numbers(), receivedTimeUs: numbers(), tradeTimeUs: numbers() },
      ...{ id: new BigUint64Array(TRADES), flags: new Uint8Array(TRADES) },
    };
    this.trades[instrument] = ring;
    return ring;
  }
}
