import type { Instrument } from "../../market/instrument.js";
import { resolveInstrument } from "../../market/symbols.js";
import type { ProductName, VenueName } from "../../market/venues.js";
import type { Numbering } from "./book.js";

/** One market: what its numbers look like and how lively it is. */
export interface MarketSpec extends Required<MarketForm> {
  venue: VenueName;
  product: ProductName;
  /** The venue's own symbol. */
  symbol: string;
  instrument: Instrument;
  base: string;
  quote: string;
  /** Decimals of a price as the venue writes it. */
  priceDecimals: number;
  /** Price step, in units of the last of those decimals. */
  tickUnits: number;
  /** Decimals of the size step. */
  lotDecimals: number;
  /** Decimals of a size as the venue writes it. */
  sizeDecimals: number;
  /** What one unit of size is worth, USD; null when it is worth `contractBase` of the base coin. */
  contractUsd: number | null;
  /** Base coin that one unit of size is, 1 unless the market counts contracts. */
  contractBase: number;
  /** Levels a side the book keeps about. */
  levels: number;
  /** Changes of a level in 10 ms, on average. */
  changesAStep: number;
}

/** What differs from venue to venue in the form of numbers and in habits; each may be left out. */
export interface MarketForm {
  /** How update ids follow each other; `shared` by default. */
  numbering?: Numbering;
  /** Decimals of marks and indices; those of a price by default. */
  fineDecimals?: number;
  /** Prices and sizes lose their trailing zeros: `65140` for `65140.0`. */
  trimmed?: boolean;
  /** A size of nothing is `0`, not `0.000`. */
  plainZero?: boolean;
  /** Trades outside the book that the venue tells among the others; none by default. */
  outside?: "insurance" | "block" | null;
  /** Levels a side; those of its asset by default. */
  depth?: number | null;
  /** Steps of 10 ms, not included, by which prices follow the asset at most; 8 by default. */
  lagSteps?: number;
}

/** Price at the start, USD, and deviation of its logarithm in one second, bps. */
export const ASSETS: Readonly<Record<string, { price: number; sigmaBps: number }>> = {
  BTC: { price: 65_100, sigmaBps: 0.9 },
  ETH: { price: 1_922, sigmaBps: 1.2 },
  SOL: { price: 77.3, sigmaBps: 1.6 },
};

/** Symbol, base, quote, price decimals, tick in the last of them, lot decimals, size decimals. */
export type MarketRow = readonly [string, string, string, number, number, number, number];

/** The markets of one product. The bases are assets of the model. */
export interface MarketTable extends MarketForm {
  product: ProductName;
  /** Changes of a level in 10 ms in its liveliest market, on average. */
  lively: number;
  rows: readonly MarketRow[];
}

const liveliness: Readonly<Record<string, { levels: number; share: number }>> = {
  BTC: { levels: 1100, share: 1 },
  ETH: { levels: 800, share: 0.8 },
  SOL: { levels: 400, share: 0.6 },
};

/** The markets that a venue's tables list. */
export function listMarkets(venue: VenueName, tables: readonly MarketTable[]): MarketSpec[] {
  return tables.flatMap(({ product, lively, rows, ...form }) =>
    rows.map(([symbol, base, quote, priceDecimals, tickUnits, lotDecimals, sizeDecimals]): MarketSpec => {
      const instrument = resolveInstrument(venue, product, symbol);
      const { unit, contractSize } = instrument;
      const isCross = quote === "BTC";
      return {
        ...{ venue, product, symbol, instrument, base, quote, priceDecimals, tickUnits, lotDecimals, sizeDecimals },
        ...{ numbering: "shared", fineDecimals: priceDecimals, trimmed: false, plainZero: false },
        ...{ outside: null, lagSteps: 8, depth: null, ...form },
        contractUsd: unit === "inverse" ? contractSize : null,
        contractBase: unit === "contract" ? (contractSize ?? Number.NaN) : 1,
        levels: form.depth ?? (isCross ? 200 : liveliness[base].levels),
        changesAStep: isCross ? 0.3 : lively * liveliness[base].share,
      };
    }),
  );
}
