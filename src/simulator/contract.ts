import type { ProductName, VenueName } from "../market/venues.js";
import type { FaultOrder } from "./faults/schema.js";
import type { MarketSpec } from "./model/market-spec.js";
import type { RecordedFrame } from "./recorded/frame.js";
import type { Limits, ProductEndpoints } from "./venue.js";

export interface SimulatorOptions {
  venues: readonly VenueName[];
  /** Same seed, same markets. */
  seed: number;
  /** Port of the first venue; the others follow. 0, the default, takes free ones. */
  port?: number;
  /** Model seconds in a second of the machine; 1 by default. */
  speed?: number;
  /** `binance:BTC/USDT`, `bybit.linear:BTCUSDT`; without, all that the catalogue has. */
  instruments?: readonly string[];
  /** Script of faults, given at the start. */
  faults?: readonly FaultOrder[];
  /** Whether markets leave their common price now and then; true by default. */
  divergences?: boolean;
  /** Paces and limits by venue that shall not be the venue's own; a name it does not have is refused. */
  limits?: Readonly<Partial<Record<VenueName, Limits>>>;
  /** Serves this recording, frames in the order of their receive times, in place of markets of its own. */
  from?: AsyncIterable<RecordedFrame>;
  /** The machine's time, ms with fractions. */
  wallMs?: () => number;
}

/** The true book at a moment. Levels are [price, size], best first, as plain numbers of the venue's text. */
export interface Truth {
  bids: [number, number][];
  asks: [number, number][];
  /** Id of the last change. Bybit: `seq`. */
  sequence: number;
  /** Numbers of the last messages by the venue's own names. Bybit: `u` by depth. */
  updates: Readonly<Record<string, number>>;
}

export interface Simulator {
  readonly seed: number;
  readonly endpoints: Readonly<Record<string, Readonly<Record<string, ProductEndpoints>>>>;
  /** What is served; empty for a recording. */
  readonly markets: readonly MarketSpec[];
  /** Time of the model's clock, ms. */
  readonly nowMs: number;
  /** The best `levels` a side, all by default. @throws SYMBOL_UNKNOWN */
  truth(venue: VenueName, product: ProductName, symbol: string, levels?: number): Truth;
  /** Stops the model where every message has been sent, so that truth() is what clients must have. */
  freeze(): Promise<void>;
  resume(): void;
  /** Injects a fault at once, or when its time has come. @throws SIMULATOR_FAULTS */
  fault(fault: FaultOrder): void;
  /** Times each kind of fault was injected. */
  injected(): Record<string, number>;
  /** Number of open connections. */
  connections(venue?: VenueName): number;
  /** Resolves when the recording has been played; with a model only when it was stopped. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}
