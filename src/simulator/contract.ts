import type { ProductName } from "../market/venues.js";
import type { FaultOrder } from "./faults/schema.js";
import type { MarketSpec, SimulatedVenue } from "./model/catalogue.js";
import type { RecordedFrame } from "./recorded/frame.js";
import type { Limits } from "./world.js";

export interface SimulatorOptions {
  venues: readonly SimulatedVenue[];
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
  limits?: Partial<Limits>;
  /** Serves this recording, frames in the order of their receive times, in place of markets of its own. */
  from?: AsyncIterable<RecordedFrame>;
  /** The machine's time, ms with fractions. */
  wallMs?: () => number;
}

/** Where a product is served; what an engine's `endpoint` and `rest` are set to. */
export interface ProductEndpoints {
  ws: string;
  rest: string;
}

/** The true book at a moment. Levels are [price, size], best first, as plain numbers of the venue's text. */
export interface Truth {
  bids: [number, number][];
  asks: [number, number][];
  /** Binance: id of the last change. Bybit: `seq`. */
  sequence: number;
  /** Bybit: `u` of the last message by depth. */
  updates: Readonly<Record<number, number>>;
}

export interface Simulator {
  readonly seed: number;
  readonly endpoints: Readonly<Record<string, Readonly<Record<string, ProductEndpoints>>>>;
  /** What is served; empty for a recording. */
  readonly markets: readonly MarketSpec[];
  /** Time of the model's clock, ms. */
  readonly nowMs: number;
  /** The best `levels` a side, all by default. @throws SYMBOL_UNKNOWN */
  truth(venue: SimulatedVenue, product: ProductName, symbol: string, levels?: number): Truth;
  /** Stops the model where every message has been sent, so that truth() is what clients must have. */
  freeze(): Promise<void>;
  resume(): void;
  /** Injects a fault at once, or when its time has come. @throws SIMULATOR_FAULTS */
  fault(fault: FaultOrder): void;
  /** Times each kind of fault was injected. */
  injected(): Record<string, number>;
  /** Number of open connections. */
  connections(venue?: SimulatedVenue): number;
  /** Resolves when the recording has been played; with a model only when it was stopped. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}
