import type { Alert } from "../alerts/alert.js";
import type { Outcome } from "../engine/outcomes.js";
import type { Signal, SignalLine } from "../engine/signal.js";
import { STATE_NAMES } from "../engine/summary.js";
import { nowUs } from "../feed/wall-clock.js";
import * as L from "../layout.js";
import { usToNsText } from "../market/times.js";
import { RingReader } from "../ring/reader.js";
import { type ChannelKind, matchesRest, parseChannel, RECORD_KINDS } from "../stream/channels.js";
import type {
  ClockData,
  FundingData,
  LatencyData,
  LiquidationData,
  MarkData,
  MetricsData,
  RefusalData,
  StatusData,
  TouchData,
  TradeData,
} from "../stream/data.js";
import type { Hub } from "../stream/hub.js";
import type { ChannelState, StreamSource } from "../stream/source.js";
import type { Verdict } from "../validation/verdict.js";
import { venueNamed } from "../venues/index.js";
import { bookMetrics } from "./book-metrics.js";
import type { LiveEngine } from "./live-engine.js";
import { Recent } from "./recent.js";
import { RecordFeed } from "./record-feed.js";
import type { EngineStatus } from "./status.js";

/** Records taken before other things get their turn. */
const DRAIN_RECORDS = 16_384;
/** Levels of a book's snapshot. */
const BOOK_DEPTH = 1000;
/** Between two metrics of one instrument, ms. */
const METRICS_MS = 100;

/** Names of LIQUIDATION_PRICE_*. */
const PRICE_KINDS: Readonly<Record<number, string>> = {
  [L.LIQUIDATION_PRICE_ORDER]: "order",
  [L.LIQUIDATION_PRICE_AVERAGE]: "average",
  [L.LIQUIDATION_PRICE_BANKRUPTCY]: "bankruptcy",
};

const INSTRUMENT_CHANNELS = ["bbo", "trade", "book", "metrics", "mark", "funding", "liquidation"] as const;

interface Changes {
  touched: boolean;
  metricsAtMs: number;
  bids: [number, number][];
  asks: [number, number][];
}

/** Feeds the stream's channels from the engine's publication ring, and answers for their present state. */
export class StreamFeed implements StreamSource {
  /** The last trades, liquidations and signals. */
  readonly recent = new Recent();
  private readonly live: LiveEngine;
  private readonly ring: RingReader;
  private readonly strategies: readonly string[];
  private readonly changes: Changes[] = [];
  private readonly last = new Map<string, ChannelState>();
  private readonly refused = new Map<string, string>();
  private hub: Hub | null = null;
  private binary: Hub | null = null;
  private records: RecordFeed | null = null;
  private draining = false;

  constructor(live: LiveEngine, strategies: readonly string[]) {
    this.live = live;
    this.ring = new RingReader(live.views, live.plan.consumers[0]);
    this.strategies = strategies;
  }

  /** @param binary takes records as they are. */
  attach(hub: Hub, binary: Hub): void {
    this.hub = hub;
    this.binary = binary;
    this.records = new RecordFeed(this.live, binary);
    this.drain();
  }

  /** Takes what the ring holds, publishes it, and asks to be woken when there is more. */
  readonly drain = (): void => {
    if (this.draining || this.hub === null) return;
    this.draining = true;
    const took = this.ring.drain(this.take, DRAIN_RECORDS);
    this.publishTouches();
    this.records?.flush();
    this.draining = false;
    if (took === DRAIN_RECORDS) {
      setImmediate(this.drain);
      return;
    }
    // Armed first, looked at once more: the engine may have published in between.
    Atomics.store(this.live.views.i32, (this.live.plan.engine + L.ENGINE_CONSUMERS_SLEEPING) >> 2, 1);
    if (this.ring.hasMore) setImmediate(this.drain);
  };

  /** Goes out at once, as the engine wrote it. */
  signal({ strategy, ts, line }: SignalLine): void {
    const channel = `signal.${strategy}`;
    this.hub?.publishNow(channel, ts, line);
    this.binary?.publishNow(channel, ts, line);
    this.live.sent.record(Math.max(1, Math.round((nowUs() - Number(BigInt(ts) / 1000n)) * 1000)));
  }

  /** What went out already, for those who ask later. */
  keepSignal(signal: Signal): void {
    this.recent.event("signal", signal);
    this.last.set(`signal.${signal.strategy}`, { ts: signal.ts, data: signal });
  }

  /** The time of an outcome is that of its last look. */
  outcome(outcome: Outcome): void {
    this.recent.event("outcome", outcome);
    const lastMs = outcome.after.at(-1)?.ms ?? 0;
    this.event(`outcome.${outcome.strategy}`, (BigInt(outcome.ts) + BigInt(lastMs) * 1_000_000n).toString(), outcome);
  }

  verdict(verdict: Verdict): void {
    this.recent.event("verdict", verdict);
    this.event(`verdict.${verdict.strategy}`, usToNsText(nowUs()), verdict);
  }

  /** The figures that a strategy published last. */
  figuresOf(strategy: string): ChannelState | null {
    return this.last.get(`pair.${strategy}`) ?? null;
  }

  /** What needs a person. */
  alert(alert: Alert): void {
    this.event("alert", usToNsText(nowUs()), alert);
  }

  /** Once a second: status, clocks, latencies; and with each engine report the strategies' figures and refusals. */
  status(status: EngineStatus): void {
    const ts = usToNsText(nowUs());
    const { venues, instruments, booksLive, books, uptimeMs, dropped, silent } = status;
    const data: StatusData = { venues, instruments, booksLive, books, uptimeMs, dropped, silent };
    this.event("status", ts, data);
    this.event("latency", ts, status.latency satisfies LatencyData);
    for (const [venue, clock] of Object.entries(status.clock))
      this.event(`clock.${venue}`, ts, clock satisfies ClockData);
  }

  figures(): void {
    const { report } = this.live;
    if (report === null) return;
    for (const { strategy, timeUs, figures } of report.figures)
      this.event(`pair.${strategy}`, usToNsText(timeUs), figures);
    for (const [strategy, { refused }] of Object.entries(report.strategies)) {
      const text = JSON.stringify(refused);
      if (this.refused.get(strategy) === text) continue;
      this.refused.set(strategy, text);
      this.event(`refusal.${strategy}`, usToNsText(nowUs()), { refused } satisfies RefusalData);
    }
  }

  has(channel: string): boolean {
    const name = parseChannel(channel);
    if ("code" in name || name.pattern) return false;
    const { kind, rest } = name;
    if (kind === "status" || kind === "latency" || kind === "alert") return rest === "";
    if (kind === "clock") return this.live.instruments.some(({ venue }) => venue === rest);
    if (["pair", "signal", "refusal", "outcome", "verdict"].includes(kind)) return this.strategies.includes(rest);
    if (!INSTRUMENT_CHANNELS.some((known) => known === kind)) return false;
    return this.live.instruments.some(({ id }) => id === rest);
  }

  list(pattern: string): string[] {
    const all = ["status", "latency", "alert"];
    for (const venue of new Set(this.live.instruments.map((one) => one.venue))) all.push(`clock.${venue}`);
    for (const name of this.strategies)
      all.push(...["pair", "signal", "refusal", "outcome", "verdict"].map((kind) => `${kind}.${name}`));
    for (const { id } of this.live.instruments) for (const kind of INSTRUMENT_CHANNELS) all.push(`${kind}.${id}`);
    if (pattern === "*") return all;
    const name = parseChannel(pattern);
    if ("code" in name) return [];
    return all.filter((channel) => {
      const other = parseChannel(channel);
      return !("code" in other) && other.kind === name.kind && matchesRest(name.rest, other.rest);
    });
  }

  snapshot(channel: string): ChannelState | null {
    const name = parseChannel(channel);
    if ("code" in name) return null;
    const known = this.last.get(channel);
    const index = this.indexOf(name.rest);
    if (index < 0) return known ?? null;
    const ts = usToNsText(nowUs());
    if (name.kind === "bbo") return { ts, data: this.touch(index) };
    if (name.kind === "metrics") return { ts, data: this.metrics(index) };
    if (name.kind === "book") return this.book(index, ts);
    return known ?? null;
  }

  private indexOf(id: string): number {
    return this.live.known().indexOf(id);
  }

  /** The book as the engine has it now: at or ahead of what was published, which then repeats what it holds. */
  private book(index: number, ts: string): ChannelState | null {
    const { state } = this.live.reader.read(index);
    const stateName = STATE_NAMES[state];
    const book = this.live.reader.book(index, BOOK_DEPTH);
    if (book === null) return null;
    return { ts, data: { bids: book.bids, asks: book.asks, sequence: exact(book.sequence), state: stateName } };
  }

  private readonly take = (at: number): void => {
    const { u8, u16, f64 } = this.live.views;
    const instrument = u16[(at + L.RECORD_INSTRUMENT) >> 1];
    if (instrument === L.INSTRUMENT_NONE) return;
    const id = this.live.known()[instrument];
    if (id === undefined || this.hub === null) return;
    const kind = u8[at + L.RECORD_KIND];
    const flags = u8[at + L.RECORD_FLAGS];
    const changes = this.changesOf(instrument);
    this.records?.take(id, at);
    if (kind === L.KIND_DEPTH) this.takeLevels(id, changes, at, flags);
    else if (kind === L.KIND_SNAPSHOT) {
      changes.touched = true;
    } else if (kind === L.KIND_BOOK_STATE || kind === L.KIND_GAP) this.resetBook(id);
    else if (kind === L.KIND_BBO) changes.touched = true;
    else if (kind === L.KIND_TRADE) {
      this.recent.trade(instrument, this.live.views, at);
      this.takeTrade(id, at, flags);
    } else this.takeCarry(id, kind, at, flags, f64);
    if (kind === L.KIND_SNAPSHOT && (flags & L.FLAG_END) !== 0) this.resetBook(id);
  };

  private resetBook(id: string): void {
    this.hub?.reset(`book.${id}`);
    this.records?.reset(id);
  }

  private changesOf(instrument: number): Changes {
    const known = this.changes[instrument];
    if (known !== undefined) return known;
    const fresh: Changes = { touched: false, metricsAtMs: 0, bids: [], asks: [] };
    this.changes[instrument] = fresh;
    return fresh;
  }

  private takeLevels(id: string, changes: Changes, at: number, flags: number): void {
    const { f64 } = this.live.views;
    changes.touched = true;
    const channel = `book.${id}`;
    if (!this.hub?.interest(channel)) return;
    if ((flags & L.FLAG_EMPTY) === 0) {
      const side = (flags & L.FLAG_ASK) === 0 ? changes.bids : changes.asks;
      side.push([f64[(at + L.LEVEL_PRICE) >> 3], f64[(at + L.LEVEL_SIZE) >> 3]]);
      if ((flags & L.FLAG_SECOND) !== 0)
        side.push([f64[(at + L.LEVEL_SECOND_PRICE) >> 3], f64[(at + L.LEVEL_SECOND_SIZE) >> 3]]);
    }
    if ((flags & L.FLAG_LAST) === 0) return;
    const { bids, asks } = changes;
    changes.bids = [];
    changes.asks = [];
    this.hub.publish(channel, this.timeOf(at), { bids, asks, sequence: this.sequenceOf(at) });
  }

  private takeTrade(id: string, at: number, flags: number): void {
    const { f64 } = this.live.views;
    const channel = `trade.${id}`;
    if (!this.hub?.interest(channel) && !this.binary?.interest(channel)) return;
    this.event(channel, this.timeOf(at), {
      price: f64[(at + L.TRADE_PRICE) >> 3],
      size: f64[(at + L.TRADE_SIZE) >> 3],
      side: (flags & L.FLAG_SELL) === 0 ? "buy" : "sell",
      id: this.sequenceOf(at),
      tradeTs: nanoseconds(f64[(at + L.TRADE_TIME_US) >> 3]),
      marketTrade: (flags & L.FLAG_EXCLUDED) === 0,
    } satisfies TradeData);
  }

  private takeCarry(id: string, kind: number, at: number, flags: number, f64: Float64Array): void {
    const value = (offset: number): number | null => known(f64[(at + offset) >> 3]);
    const ts = this.timeOf(at);
    if (kind === L.KIND_MARK)
      this.event(`mark.${id}`, ts, {
        mark: value(L.MARK_PRICE),
        index: value(L.MARK_INDEX),
      } satisfies MarkData);
    else if (kind === L.KIND_FUNDING)
      this.event(`funding.${id}`, ts, {
        rate: value(L.FUNDING_RATE),
        intervalHours: value(L.FUNDING_INTERVAL_HOURS),
        nextTs: nanoseconds(f64[(at + L.FUNDING_NEXT_US) >> 3]),
      } satisfies FundingData);
    else if (kind === L.KIND_LIQUIDATION) {
      const liquidation: LiquidationData = {
        liquidated: (flags & L.FLAG_SELL) === 0 ? "long" : "short",
        price: value(L.LIQUIDATION_PRICE),
        priceKind: PRICE_KINDS[f64[(at + L.LIQUIDATION_PRICE_KIND) >> 3]] ?? null,
        size: value(L.LIQUIDATION_SIZE),
        complete: this.liquidationsComplete(id),
      };
      this.recent.event("liquidation", { instrument: id, ts, ...liquidation });
      this.event(`liquidation.${id}`, ts, liquidation);
    }
  }

  /** Whether the venue tells all of them. */
  private liquidationsComplete(id: string): boolean | null {
    const found = this.live.instruments.find((one) => one.id === id);
    return found === undefined ? null : venueNamed(found.venue).liquidationsComplete;
  }

  /** Once per drain and instrument: the touch as it is now, and its metrics now and then. */
  private publishTouches(): void {
    const { hub } = this;
    if (hub === null) return;
    const nowMs = performance.now();
    for (let index = 0; index < this.changes.length; index++) {
      const changes = this.changes[index];
      if (changes === undefined || !changes.touched) continue;
      changes.touched = false;
      const id = this.live.known()[index];
      const ts = usToNsText(nowUs());
      if (hub.interest(`bbo.${id}`)) hub.publish(`bbo.${id}`, ts, this.touch(index));
      this.records?.touch(id, index);
      if (nowMs - changes.metricsAtMs < METRICS_MS) continue;
      const wanted = [hub, this.binary].filter((one) => one?.interest(`metrics.${id}`));
      if (wanted.length === 0) continue;
      changes.metricsAtMs = nowMs;
      for (const one of wanted) one?.publish(`metrics.${id}`, ts, this.metrics(index));
    }
  }

  private touch(index: number): TouchData {
    const quote = this.live.reader.read(index);
    return {
      bid: known(quote.bid),
      bidSize: known(quote.bidSize),
      ask: known(quote.ask),
      askSize: known(quote.askSize),
      state: STATE_NAMES[quote.state],
      exchangeTs: nanoseconds(quote.exchangeTimeUs),
      receivedTs: nanoseconds(quote.receivedTimeUs),
      bidChangedTs: nanoseconds(quote.bidChangedUs),
      askChangedTs: nanoseconds(quote.askChangedUs),
    };
  }

  private metrics(index: number): MetricsData {
    const { bid, bidSize, ask, askSize, vwap, bidChangedUs, askChangedUs } = this.live.reader.read(index);
    const now = nowUs();
    const ages = { bidAgeMs: ageMs(bidChangedUs, now), askAgeMs: ageMs(askChangedUs, now) };
    return { ...bookMetrics({ bid, bidSize, ask, askSize, vwap }, this.live.reader.book(index, 50)), ...ages };
  }

  private timeOf(at: number): string {
    return usToNsText(this.live.views.f64[(at + L.RECORD_RECEIVED_TIME_US) >> 3]);
  }

  private sequenceOf(at: number): number | string {
    return exact(this.live.views.u64[(at + L.RECORD_SEQUENCE) >> 3]);
  }

  /** Publishes and keeps the last state, for those who subscribe later. */
  private event(channel: string, ts: string, data: unknown): void {
    this.last.set(channel, { ts, data });
    this.hub?.publish(channel, ts, data);
    if (!isRecords(channel)) this.binary?.publish(channel, ts, data);
  }
}

function isRecords(channel: string): boolean {
  return RECORD_KINDS.has(channel.slice(0, channel.indexOf(".")) as ChannelKind);
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function nanoseconds(us: number): string | null {
  return Number.isFinite(us) && us > 0 ? usToNsText(us) : null;
}

/** An id as a number while that is exact, else as text. */
function exact(id: bigint): number | string {
  return id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : id.toString();
}

/** Age of a receive time, ms with three digits; null where it is not known. */
function ageMs(us: number, nowUs: number): number | null {
  return us > 0 ? Math.max(0, Math.round(nowUs - us) / 1000) : null;
}
