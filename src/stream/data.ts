/** What the messages of a channel hold: the `data` of snapshots and updates. Times are nanoseconds since 1970, as text. */

export type BookState = "syncing" | "live" | "gap" | "stale" | "maintenance" | "blocked";

/** `bbo.I`, the engine's touch: prices in quote currency, sizes in base coin, null when not known. */
export interface TouchData {
  bid: number | null;
  bidSize: number | null;
  ask: number | null;
  askSize: number | null;
  /** State of the book; null in records (`?enc=bin`), which do not tell it. */
  state: BookState | null;
  /** The venue's time of sending. */
  exchangeTs: string | null;
  receivedTs: string | null;
  /** When a price or size of that side changed last; null in records. */
  bidChangedTs: string | null;
  askChangedTs: string | null;
}

/** `trade.I` */
export interface TradeData {
  /** Quote currency. */
  price: number;
  /** Base coin. */
  size: number;
  /** The taker's. */
  side: "buy" | "sell";
  /** The venue's; text beyond 2^53, 0 where the venue has none. */
  id: number | string;
  tradeTs: string | null;
  /** false: insurance fund, auto-deleveraging, block, RFQ. */
  marketTrade: boolean;
}

/** `mark.I`, quote currency. */
export interface MarkData {
  mark: number | null;
  index: number | null;
}

/** `funding.I` */
export interface FundingData {
  /** For one interval, as a fraction. */
  rate: number | null;
  intervalHours: number | null;
  nextTs: string | null;
}

/** `liquidation.I` */
export interface LiquidationData {
  liquidated: "long" | "short";
  price: number | null;
  priceKind: string | null;
  /** Base coin. */
  size: number | null;
  /** Whether the venue tells all of them; null where that is not known, and in records. */
  complete: boolean | null;
}

/** `metrics.I`, quote currency; null when not known. */
export interface MetricsData {
  vwap: number | null;
  mid: number | null;
  weightedMid: number | null;
  spreadBps: number | null;
  /** Of trading 10,000 of the quote currency against each side; null when the depth shown does not suffice. */
  effectiveSpreadBps: { buy: number | null; sell: number | null };
  imbalance: number | null;
  /** Since that side's price or size changed last. */
  bidAgeMs: number | null;
  askAgeMs: number | null;
}

/** `refusal.NAME`: refusals of a strategy since the start, by reason. */
export interface RefusalData {
  refused: Record<string, number>;
}

/** `clock.VENUE`: the venue's clock minus this machine's. */
export interface ClockData {
  offsetUs: number | null;
  uncertaintyUs: number | null;
  method: string;
  driftPpm: number | null;
}

/** Percentiles of a processing stage, µs since the frame's arrival. */
export interface StageLatency {
  count: number;
  p50: number;
  p99: number;
  p999: number;
  max: number;
}

/** `latency`, by stage: decoded, engine, signal, sent. */
export type LatencyData = Record<string, StageLatency>;

export interface InstrumentStatus {
  instrument: string;
  venue: string;
  state: string;
  /** Why the book is in its state; "none" when live. */
  reason: string;
  bid: number | null;
  ask: number | null;
  spreadBps: number | null;
  /** Now minus the receive time of the instrument's last message, ms. */
  feedAgeMs: number | null;
  /** Now minus the receive time of the last change of that side's best price or size, ms. */
  bidAgeMs: number | null;
  askAgeMs: number | null;
  messagesPerSecond: number;
  gaps: number;
  crossed: number;
}

export interface VenueStatus {
  venue: string;
  state: "live" | "degraded" | "down";
  booksLive: number;
  books: number;
  workerRestarts: number;
}

/** `status`, once a second. */
export interface StatusData {
  uptimeMs: number;
  booksLive: number;
  books: number;
  venues: VenueStatus[];
  instruments: InstrumentStatus[];
  /** Messages that a full ring could not take. */
  dropped: number;
  /** Channels that do not speak as they should, and why that is known. */
  silent: {
    venue: string;
    product: string;
    symbol: string;
    channel: string;
    verdict: string;
    silentMs: number;
    allowedMs: number | null;
  }[];
}

/** `pair.NAME`: the figures that a strategy published last. */
export type FiguresData = Record<string, number | string | boolean | null>;
