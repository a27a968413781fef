import { CrosstickError, EXIT } from "../../errors.js";
import type { Instrument } from "../../market/instrument.js";
import { resolveInstrument } from "../../market/symbols.js";
import type { ProductName } from "../../market/venues.js";

/** Venues the simulator speaks for. */
export const SIMULATED_VENUES = ["binance", "bybit"] as const;
export type SimulatedVenue = (typeof SIMULATED_VENUES)[number];

/** A venue's name, as one that is simulated. @throws VENUE_NOT_SUPPORTED */
export function simulatedVenue(name: string): SimulatedVenue {
  const venue = SIMULATED_VENUES.find((known) => known === name);
  if (venue !== undefined) return venue;
  const message = `Cannot simulate ${name}: known are ${SIMULATED_VENUES.join(", ")}`;
  throw new CrosstickError("VENUE_NOT_SUPPORTED", message, { exitCode: EXIT.usage });
}

/** One market: what its numbers look like and how lively it is. */
export interface MarketSpec {
  venue: SimulatedVenue;
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
  /** Bybit spot writes `65140`, not `65140.0`. */
  trimmed: boolean;
  /** What one unit of size is worth, USD; null when sizes are in base coin. */
  contractUsd: number | null;
  /** Levels a side the book keeps about. */
  levels: number;
  /** Changes of a level in 10 ms, on average. */
  changesAStep: number;
}

/** Price at the start, USD, and deviation of its logarithm in one second, bps. */
export const ASSETS: Readonly<Record<string, { price: number; sigmaBps: number }>> = {
  BTC: { price: 65_100, sigmaBps: 0.9 },
  ETH: { price: 1_922, sigmaBps: 1.2 },
  SOL: { price: 77.3, sigmaBps: 1.6 },
};

/** Symbol, base, quote, price decimals, tick in the last of them, lot decimals, size decimals. */
type Row = readonly [string, string, string, number, number, number, number];

/** Steps as the venues' instrument lists give them (2024 to 2026). */
const tables: readonly { venue: SimulatedVenue; product: ProductName; lively: number; rows: readonly Row[] }[] = [
  {
    venue: "binance",
    product: "spot",
    lively: 1.5,
    rows: [
      ["BTCUSDT", "BTC", "USDT", 8, 1_000_000, 5, 8],
      ["ETHUSDT", "ETH", "USDT", 8, 1_000_000, 4, 8],
      ["SOLUSDT", "SOL", "USDT", 8, 1_000_000, 3, 8],
      ["ETHBTC", "ETH", "BTC", 8, 1_000, 4, 8],
    ],
  },
  {
    venue: "binance",
    product: "usdm",
    lively: 2.5,
    rows: [
      ["BTCUSDT", "BTC", "USDT", 2, 10, 3, 3],
      ["ETHUSDT", "ETH", "USDT", 2, 1, 3, 3],
      ["SOLUSDT", "SOL", "USDT", 4, 100, 2, 2],
    ],
  },
  {
    venue: "binance",
    product: "coinm",
    lively: 1,
    rows: [
      ["BTCUSD_PERP", "BTC", "USD", 1, 1, 0, 0],
      ["ETHUSD_PERP", "ETH", "USD", 2, 1, 0, 0],
      ["SOLUSD_PERP", "SOL", "USD", 3, 10, 0, 0],
    ],
  },
  {
    venue: "bybit",
    product: "spot",
    lively: 1,
    rows: [
      ["BTCUSDT", "BTC", "USDT", 1, 1, 6, 6],
      ["ETHUSDT", "ETH", "USDT", 2, 1, 5, 5],
      ["SOLUSDT", "SOL", "USDT", 2, 1, 4, 4],
      ["ETHBTC", "ETH", "BTC", 6, 1, 5, 5],
    ],
  },
  {
    venue: "bybit",
    product: "linear",
    lively: 2,
    rows: [
      ["BTCUSDT", "BTC", "USDT", 2, 10, 3, 3],
      ["ETHUSDT", "ETH", "USDT", 2, 1, 2, 2],
      ["SOLUSDT", "SOL", "USDT", 3, 10, 1, 1],
    ],
  },
  {
    venue: "bybit",
    product: "inverse",
    lively: 0.7,
    rows: [
      ["BTCUSD", "BTC", "USD", 2, 10, 0, 0],
      ["ETHUSD", "ETH", "USD", 2, 1, 0, 0],
      ["SOLUSD", "SOL", "USD", 3, 10, 0, 0],
    ],
  },
];

const liveliness: Readonly<Record<string, { levels: number; share: number }>> = {
  BTC: { levels: 1100, share: 1 },
  ETH: { levels: 800, share: 0.8 },
  SOL: { levels: 400, share: 0.6 },
};

/** Every market the simulator can run. */
export const CATALOGUE: readonly MarketSpec[] = tables.flatMap(({ venue, product, lively, rows }) =>
  rows.map(([symbol, base, quote, priceDecimals, tickUnits, lotDecimals, sizeDecimals]): MarketSpec => {
    const instrument = resolveInstrument(venue, product, symbol);
    const isCross = quote === "BTC";
    return {
      ...{ venue, product, symbol, instrument, base, quote, priceDecimals, tickUnits, lotDecimals, sizeDecimals },
      trimmed: venue === "bybit" && product === "spot",
      contractUsd: instrument.unit === "inverse" ? instrument.contractSize : null,
      levels: isCross ? 200 : liveliness[base].levels,
      changesAStep: isCross ? 0.3 : lively * liveliness[base].share,
    };
  }),
);

/** `binance.usdm:BTCUSDT`, which tells apart what has one symbol on several products. */
export function marketKey({ venue, product, symbol }: Pick<MarketSpec, "venue" | "product" | "symbol">): string {
  return `${venue}.${product}:${symbol}`;
}
