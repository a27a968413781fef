/**
 * A second, plain reading of recordings, to which the engine's summary must be equal: JSON.parse, Maps
 * and whole-number sums, each continuity rule written from the venue's text. It shares no code with the
 * engine, imports nothing of it, and is meant to be read.
 */
import { type Fate, takeBinance } from "./reference-binance.js";
import { takeBybit } from "./reference-bybit.js";
import type { ReferenceFrame } from "./reference-frames.js";
import { ReferenceInstrument, type ReferenceSummary } from "./reference-instrument.js";

export type { ReferenceSummary };

/** Names of the instruments in the recordings, by venue.product and the venue's own symbol. */
const names: Record<string, string> = {
  "binance.spot BTCUSDT": "binance:BTC/USDT",
  "binance.spot ETHUSDT": "binance:ETH/USDT",
  "binance.spot NKNUSDT": "binance:NKN/USDT",
  "binance.spot BLZETH": "binance:BLZ/ETH",
  "binance.spot LRCBTC": "binance:LRC/BTC",
  "binance.spot RUNEEUR": "binance:RUNE/EUR",
  "binance.usdm BTCUSDT": "binance:BTC/USDT:USDT",
  "binance.usdm ETHUSDT": "binance:ETH/USDT:USDT",
  "binance.usdm SUSHIUSDT": "binance:SUSHI/USDT:USDT",
  "binance.usdm AKROUSDT": "binance:AKRO/USDT:USDT",
  "binance.usdm KEEPUSDT": "binance:KEEP/USDT:USDT",
  "binance.usdm CTKUSDT": "binance:CTK/USDT:USDT",
  "binance.coinm BTCUSD_PERP": "binance:BTC/USD:BTC",
  "bybit.spot BTCUSDT": "bybit:BTC/USDT",
  "bybit.spot ETHUSDT": "bybit:ETH/USDT",
  "bybit.linear BTCUSDT": "bybit:BTC/USDT:USDT",
  "bybit.linear ETHUSDT": "bybit:ETH/USDT:USDT",
  "bybit.linear SOLUSDT": "bybit:SOL/USDT:USDT",
  "bybit.linear DOGEUSDT": "bybit:DOGE/USDT:USDT",
};

/** Dollars a contract, where quantities are contracts. */
const contracts: Record<string, string> = { "binance:BTC/USD:BTC": "100" };

const CLOCK_SAMPLES = 1024;
const CLOCK_SAMPLES_MINIMUM = 32;

export interface ReferenceClock {
  offsetUs: number | null;
  uncertaintyUs: number | null;
  method: "receive-minimum" | "none";
}

/** Takes frames in the order of their receive times. */
export class Reference {
  frames = 0;
  ignored = 0;
  readonly instruments = new Map<string, ReferenceInstrument>();
  private readonly delays = new Map<string, number[]>();

  take(frame: ReferenceFrame): void {
    this.frames++;
    const { venue, product } = frame;
    const instrumentOf = (symbol: string): ReferenceInstrument => this.instrument(`${venue}.${product} ${symbol}`);
    const fate: Fate = venue === "binance" ? takeBinance(frame, instrumentOf) : takeBybit(frame, instrumentOf);
    if (!fate.used) this.ignored++;
    for (const { receivedUs, venueMs } of fate.samples) this.delaysOf(venue).push(receivedUs - venueMs * 1000);
  }

  /** By instrument, in the order of their names. */
  summaries(): Record<string, ReferenceSummary> {
    const known = [...this.instruments].filter(([, { isKnown }]) => isKnown);
    const sorted = known.sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted.map(([name, instrument]) => [name, instrument.summary()]));
  }

  /** Offset from receive times alone: minus the least delay of the last 1,024; uncertainty is median minus minimum. */
  clock(venue: string): ReferenceClock {
    const delays = this.delaysOf(venue)
      .slice(-CLOCK_SAMPLES)
      .sort((a, b) => a - b);
    if (delays.length < CLOCK_SAMPLES_MINIMUM) return { offsetUs: null, uncertaintyUs: null, method: "none" };
    const median = (delays[(delays.length - 1) >> 1] + delays[delays.length >> 1]) / 2;
    return { offsetUs: -delays[0], uncertaintyUs: median - delays[0], method: "receive-minimum" };
  }

  private delaysOf(venue: string): number[] {
    const known = this.delays.get(venue);
    if (known !== undefined) return known;
    const fresh: number[] = [];
    this.delays.set(venue, fresh);
    return fresh;
  }

  private instrument(key: string): ReferenceInstrument {
    const name = names[key];
    if (name === undefined) throw new Error(`the reference has no name for ${key}`);
    let instrument = this.instruments.get(name);
    if (instrument === undefined) {
      instrument = new ReferenceInstrument(contracts[name] ?? null);
      this.instruments.set(name, instrument);
    }
    return instrument;
  }
}

/** The reference after all these frames. */
export function referenceOf(frames: readonly ReferenceFrame[]): Reference {
  const reference = new Reference();
  for (const frame of frames) reference.take(frame);
  return reference;
}
