/**
 * A second, plain reading of recordings, to which the engine's summary must be equal: JSON.parse, Maps
 * and whole-number sums, each continuity rule written from the venue's text. It shares no code with the
 * engine, imports nothing of it, and is meant to be read.
 */
import { takeBinance } from "./reference-binance.js";
import { takeBybit } from "./reference-bybit.js";
import { takeCoinbase } from "./reference-coinbase.js";
import { takeDeribit } from "./reference-deribit.js";
import type { ReferenceFrame } from "./reference-frames.js";
import { takeHtx } from "./reference-htx.js";
import { type Contract, ReferenceInstrument, type ReferenceSummary } from "./reference-instrument.js";
import { takeKraken } from "./reference-kraken.js";
import { takeOkx } from "./reference-okx.js";

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
  "okx.spot BTC-USDT": "okx:BTC/USDT",
  "okx.swap UNI-USD-SWAP": "okx:UNI/USD:UNI",
  "okx.futures BTC-USD-220527": "okx:BTC/USD:BTC-220527",
  "htx.swap GRT-USDT": "htx:GRT/USDT:USDT",
  "htx.swap SNX-USDT": "htx:SNX/USDT:USDT",
  "htx.swap BTT-USDT": "htx:BTT/USDT:USDT",
  "htx.swap SOS-USDT": "htx:SOS/USDT:USDT",
  "htx.swap ACH-USDT": "htx:ACH/USDT:USDT",
  "htx.swap ATOM-USD": "htx:ATOM/USD:ATOM",
  "htx.swap SHIB-USD": "htx:SHIB/USD:SHIB",
  "htx.swap ICP-USD": "htx:ICP/USD:ICP",
  "htx.swap ANT-USD": "htx:ANT/USD:ANT",
  "htx.swap GALA-USD": "htx:GALA/USD:GALA",
  "deribit.option BTC-24SEP21-8000-P": "deribit:BTC/USD:BTC-210924-8000-P",
  "deribit.option BTC-30JUL21-24000-P": "deribit:BTC/USD:BTC-210730-24000-P",
  "deribit.option ETH-30JUL21-2800-C": "deribit:ETH/USD:ETH-210730-2800-C",
  "deribit.option BTC-31DEC21-34000-P": "deribit:BTC/USD:BTC-211231-34000-P",
  "deribit.option BTC-24SEP21-34000-P": "deribit:BTC/USD:BTC-210924-34000-P",
  "deribit.option BTC-24JUN22-15000-C": "deribit:BTC/USD:BTC-220624-15000-C",
  "deribit.option BTC-31DEC21-300000-C": "deribit:BTC/USD:BTC-211231-300000-C",
  "deribit.option ETH-27AUG21-4000-P": "deribit:ETH/USD:ETH-210827-4000-P",
  "deribit.option BTC-25MAR22-30000-C": "deribit:BTC/USD:BTC-220325-30000-C",
  "deribit.option ETH-23JUL21-2300-C": "deribit:ETH/USD:ETH-210723-2300-C",
};

/** Dollars or coins a contract, where quantities are contracts. HTX: /swap_contract_info at the head of its recording. */
const contracts: Record<string, Contract> = {
  "binance:BTC/USD:BTC": { usd: "100" },
  "okx:UNI/USD:UNI": { usd: "10" },
  "okx:BTC/USD:BTC-220527": { usd: "100" },
  "htx:GRT/USDT:USDT": { coins: "10" },
  "htx:SNX/USDT:USDT": { coins: "1" },
  "htx:BTT/USDT:USDT": { coins: "1000000" },
  "htx:SOS/USDT:USDT": { coins: "100000" },
  "htx:ACH/USDT:USDT": { coins: "10" },
  "htx:ATOM/USD:ATOM": { usd: "10" },
  "htx:SHIB/USD:SHIB": { usd: "10" },
  "htx:ICP/USD:ICP": { usd: "10" },
  "htx:ANT/USD:ANT": { usd: "10" },
  "htx:GALA/USD:GALA": { usd: "10" },
};
const takers = new Map([
  ["binance", takeBinance],
  ["bybit", takeBybit],
  ["okx", takeOkx],
  ["coinbase", takeCoinbase],
  ["deribit", takeDeribit],
  ["htx", takeHtx],
  ["kraken", takeKraken],
]);

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
    const take = takers.get(venue);
    if (take === undefined) throw new Error(`the reference does not know ${venue}`);
    const fate = take(frame, instrumentOf);
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
    // Spot symbols with a separator say themselves what they are.
    const [, venue, pair] = /^(kraken|coinbase)\.spot (.+)$/.exec(key) ?? [];
    const name = names[key] ?? (pair && `${venue}:${pair.replace("-", "/")}`);
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
