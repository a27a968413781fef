/**
 * The contract of a strategy, ours and a user's alike: a module whose default export is
 * `defineStrategy({…})`. It runs in the engine's thread, sees the market through a context, and
 * *proposes* legs; the engine gates them, walks the books, takes the fees, and signals or refuses.
 */
import { z } from "zod";

export { z };

export type Side = "buy" | "sell";

/** One trade of a proposal. */
export interface ProposedLeg {
  side: Side;
  /** Instrument id as configured, `venue:symbol`. */
  instrument: string;
  /** Share of the strategy's notional that this leg trades; 1 unless said. Not in a chain. */
  weight?: number;
  /** In a chain, and with `size`: smallest step of the size, base coin; not floored without it. */
  lot?: number;
  /** With `reference`: base coin that this leg trades. */
  size?: number;
}

/** Figures that go out with a signal, unchanged. */
export type Statistics = Record<string, number | string | boolean | null>;

export interface ProposalDetails {
  /** What is done, for example `buy-binance-sell-bybit`: one open entry per direction. Default: the legs. */
  direction?: string;
  /**
   * Gross edge in bps of notional when it is not the walked sell price against the walked buy price:
   * an expected reversion, measured at mids. The engine takes off what crossing the spread costs.
   */
  edgeBps?: number;
  /**
   * The legs follow one another: each trades what the one before brought, fees off the asset received, from the
   * notional back to its currency. Their quote currencies may differ.
   */
  chain?: boolean;
  /** Options: bps are of what they are on, not of their premium. Each leg then has a `size`, and `edgeBps` is needed. */
  reference?: OptionReference;
  statistics?: Statistics;
}

/** What the bps of an option count. */
export interface OptionReference {
  /** Of the underlying, quote currency. */
  price: number;
  /** The premium is paid in the underlying's coin, not in quote currency. */
  inCoin: boolean;
  /** A fee is at most this share of the premium. */
  feeCap: number;
}

/** Forced closings of an instrument so far. One object, refilled at each call. */
export interface Liquidations {
  count: number;
  /** Price of the last, quote currency; NaN before any. */
  price: number;
  /** Sums of the sizes, base coin: of long positions (forced sales), and of short ones (forced purchases). */
  long: number;
  short: number;
}

/** An option as its venue tells it. NaN where unknown. One object, refilled at each call. */
export interface OptionQuote extends Quote {
  /** Quote currency of the underlying. */
  strike: number;
  type: "call" | "put";
  /** 08:00 UTC of its day, epoch µs. */
  expiryUs: number;
  /** Price of what it is on by the venue's model: the forward of its day where the venue has one. */
  underlying: number;
  /** Of a year, as fractions. */
  bidVolatility: number;
  askVolatility: number;
  markVolatility: number;
  /** Of the last 24 hours, base coin. */
  dayVolume: number;
  /** Prices are in the underlying's coin. */
  inCoin: boolean;
  /** Smallest size and step of a trade when this version was made, base coin. */
  lot: number;
}

/** Which options: those of a base coin on some venues, counted in one currency. */
export interface OptionChainOf {
  venues: readonly string[];
  base: string;
  quote: string;
}

/** Best bid and offer. NaN where unknown. One object, refilled at each call: copy what you keep. */
export interface Quote {
  /** Quote currency. */
  bid: number;
  /** Base coin. */
  bidSize: number;
  ask: number;
  askSize: number;
  /** Venue's time of the last change, epoch µs; NaN where the venue gives none. */
  exchangeTimeUs: number;
  /** Local receive time, epoch µs. */
  receivedTimeUs: number;
}

/** Numbers of one instrument, as DEFINITIONS has them. NaN where unknown. One object, refilled at each call. */
export interface Metrics extends Quote {
  mid: number;
  weightedMid: number;
  spreadBps: number;
  /** (bid size - ask size) / (bid size + ask size) of the best level, -1..1. */
  imbalance: number;
  /** Last trades' volume-weighted price; how many is `metrics.vwapTrades` of the configuration. */
  vwap: number;
  lastPrice: number;
}

/** Mark, index and funding of a derivative. NaN where unknown. One object, refilled at each call. */
export interface Carry {
  mark: number;
  index: number;
  /** Rate of one interval, a fraction; positive: longs pay. */
  fundingRate: number;
  fundingIntervalHours: number;
  /** Next payment, epoch µs. */
  fundingNextUs: number;
}

/** A rolling window of samples in the kernel; population deviation. */
export interface RollingWindow {
  /** Adds a sample. A value that is not finite is left out, and false comes back. */
  push(value: number): boolean;
  /** Samples held, at most the window's size. */
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
  /** (last - mean) / deviation; 0 when flat. */
  readonly z: number;
  /** True when the deviation is zero. */
  readonly flat: boolean;
  /** The sample pushed last; NaN before any. */
  readonly last: number;
  /** What the window would say if `value` were pushed now; null when it is refused. One object for all windows: copy what you keep. */
  next(value: number): WindowFigures | null;
  /** Spreads between which a next sample has |z| below `k`, itself included; infinite where none reaches it. */
  band(k: number): { centre: number; reach: number };
  /** Samples in which half of a distance from the mean goes, by the regression of DEFINITIONS; NaN when it does not. Costs a pass over the window. */
  halfLife(): number;
}

/** What a window says of its last sample. */
export type WindowFigures = Pick<RollingWindow, "count" | "mean" | "deviation" | "z" | "flat" | "last">;

/** A spread that the engine compares with bounds by itself: of mids. */
export type BoundedSpread = "difference" | "ratio" | "log-ratio";

/** In units of the spread; infinite: not on this side. */
export interface SpreadBounds {
  lower: number;
  upper: number;
}

/** A spread whose figures are told between its samples. */
export interface ToldSpread {
  /** Of this strategy's samples of the spread; bounds are set after each push. */
  window: RollingWindow;
  /** Figures of what the window would say if the spread of now were pushed. */
  describe: (seen: WindowFigures) => Statistics;
}

/** How the ratio of two logarithms is estimated: least squares over the window, or a Kalman filter. */
export interface HedgeMethod {
  method: "ols" | "kalman";
  /** Kalman: variance by which the ratio may move from sample to sample, in units of the residual's; (0, 1], 1e-4 unless said. */
  drift?: number;
}

/** Rolling ln a - beta ln b, all samples of the window under the newest beta. */
export interface HedgedWindow {
  /** Adds a sample of both prices. False: a price that is none was left out, or there is no ratio yet. Costs a pass over the window. */
  push(a: number, b: number): boolean;
  /** NaN before it is known. */
  readonly beta: number;
  readonly spread: RollingWindow;
}

/** A VWAP over the last trades of one instrument. */
export interface VwapWindow {
  /** NaN before the first trade. */
  readonly price: number;
}

/** What a strategy may take at its start; memory for it is fixed, so not later. */
export interface StrategySetup {
  /** A rolling window of 2..10,000 samples. @throws STRATEGY_MEMORY */
  window(samples: number): RollingWindow;
  /** A rolling spread of two prices under their hedge ratio. @throws STRATEGY_MEMORY, STRATEGY_WINDOW */
  hedged(samples: number, method: HedgeMethod): HedgedWindow;
  /** VWAP over the last `trades` trades. @throws STRATEGY_MEMORY */
  vwap(instrument: string, trades: number): VwapWindow;
  /** The options that the feeds have brought so far, in the order in which they came; it grows. They may be proposed. */
  options(of: OptionChainOf): readonly string[];
  /** Calls `sample` at every multiple of `everyMs` of engine time, with what was known just before it. */
  every(everyMs: number, sample: (context: StrategyContext) => void): void;
  /**
   * Calls `beyond` at each change of a mid of two watched instruments that leaves or finds their spread outside
   * bounds, both books live; what comes back sets the bounds, infinite at first. All spreads of an instrument are
   * compared at once, so one inside its bounds costs about a nanosecond. With `told`, and while there are bounds, a
   * live engine publishes figures of the spread as it is now whenever the z of a next sample has moved.
   * @throws STRATEGY_MEMORY
   */
  beyond(
    spread: { kind: BoundedSpread; a: string; b: string },
    beyond: (context: StrategyContext) => void,
    told?: ToldSpread,
  ): (lower: number, upper: number) => void;
  /**
   * Keeps what the strategy remembers between calls: hands `initial` back, and a replay that begins in
   * the middle of a journal finds it as it was then. A plain object of plain values; what a strategy
   * remembers elsewhere (closures, modules) is lost there.
   */
  state<T extends object>(initial: T): T;
  /** Settings every strategy has, from its descriptor. */
  readonly settings: StrategySettings;
  /** Identity of a watched instrument; null until the feed has seen it. */
  describe(instrument: string): InstrumentFacts | null;
}

export interface InstrumentFacts {
  venue: string;
  product: string;
  symbol: string;
  base: string | null;
  quote: string | null;
  /** Day of delivery, `2026-12-25`, or null. */
  expiry: string | null;
}

export interface StrategySettings {
  name: string;
  notional: { amount: number; currency: string };
  entryNetBps: number;
  exitNetBps: number;
}

export interface StrategyContext {
  /** Engine time, epoch µs: the largest receive time seen. */
  readonly timeUs: number;
  /** The instrument that changed; empty in a timed sample. */
  readonly changed: string;
  /** Whether the book of a watched instrument is live and not crossed. */
  live(instrument: string): boolean;
  quote(instrument: string): Quote;
  metrics(instrument: string): Metrics;
  carry(instrument: string): Carry;
  liquidations(instrument: string): Liquidations;
  option(instrument: string): OptionQuote;
  /** Enters when the net edge reaches entryNetBps; leaves an open entry when it falls to exitNetBps. */
  propose(legs: readonly ProposedLeg[], details?: ProposalDetails): void;
  /** Leaves an open entry whatever its edge. Does nothing when there is none. */
  exit(direction: string, statistics?: Statistics): void;
  /** The direction of an open entry, or null. */
  readonly entered: string | null;
  /** Whether an entry of this direction is open. */
  holds(direction: string): boolean;
  /** Shows figures on the channel pair.NAME; the last before a look counts. */
  publish(figures: Statistics): void;
  /** Counts a refusal of the strategy's own, or `too-few-samples`. */
  refuse(reason: string): void;
}

export interface StrategyDefinition<Options> {
  /** Name of the kind, shown in signals. */
  kind: string;
  options: z.ZodType<Options>;
  /** Instruments whose changes call the strategy. */
  watch(options: Options): string[];
  /** How many of the watched books must be live before it is called: all unless said. */
  liveBooks?: "all" | number;
  /** True: an entry is a position that is closed by the opposite trades (4 fills for 2 legs). */
  holds?: boolean;
  /**
   * Options that may change while the engine runs (SIGHUP). The object that `create` was given then holds the new
   * values, so they are read from it at each use; they must shape no state, no window and no set of instruments.
   */
  thresholds?: readonly string[];
  /**
   * Called once; what it returns is called at each change of a watched instrument, and must not keep the context.
   * Null: it acts in its timed samples only, and a change costs it nothing. Entries without an `edgeBps` of their
   * own are then not watched between samples.
   */
  create(options: Options, setup: StrategySetup): ((context: StrategyContext) => void) | null;
}

/** Checks a strategy's shape and hands it back, typed. */
export function defineStrategy<Options>(definition: StrategyDefinition<Options>): StrategyDefinition<Options> {
  return definition;
}
