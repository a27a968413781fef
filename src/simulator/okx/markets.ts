import { listMarkets, type MarketRow } from "../model/market-spec.js";

/** Calls and puts around the money, of two quarters; premiums are counted in coin, sizes in contracts. */
function chain(coin: string, strikes: readonly number[]): MarketRow[] {
  return ["270326", "270625"].flatMap((day) =>
    strikes.flatMap((strike) =>
      ["C", "P"].map((type): MarketRow => [`${coin}-USD-${day}-${strike}-${type}`, coin, "USD", 4, 5, 0, 0]),
    ),
  );
}

/** How the venue writes numbers: without trailing zeros, marks and indices as finely as prices. */
const form = { plainZero: true, trimmed: true };

/** Steps as the venue's instrument lists give them (2026); sizes of derivatives count contracts. */
export const okxMarkets = listMarkets("okx", [
  {
    ...{ ...form, product: "spot", lively: 1 },
    rows: [
      ["BTC-USDT", "BTC", "USDT", 1, 1, 8, 8],
      ["ETH-USDT", "ETH", "USDT", 2, 1, 6, 6],
      ["SOL-USDT", "SOL", "USDT", 2, 1, 6, 6],
      ["ETH-BTC", "ETH", "BTC", 5, 1, 6, 6],
    ],
  },
  {
    ...{ ...form, product: "swap", lively: 2 },
    rows: [
      ["BTC-USDT-SWAP", "BTC", "USDT", 1, 1, 2, 2],
      ["ETH-USDT-SWAP", "ETH", "USDT", 2, 1, 2, 2],
      ["SOL-USDT-SWAP", "SOL", "USDT", 2, 1, 2, 2],
      ["BTC-USD-SWAP", "BTC", "USD", 1, 1, 0, 0],
      ["ETH-USD-SWAP", "ETH", "USD", 2, 1, 0, 0],
    ],
  },
  {
    ...{ ...form, product: "futures", lively: 0.5 },
    rows: [
      ["BTC-USDT-281229", "BTC", "USDT", 1, 1, 2, 2],
      ["BTC-USD-281229", "BTC", "USD", 1, 1, 0, 0],
    ],
  },
  {
    ...{ ...form, product: "option", lively: 0.05, fineDecimals: 8, depth: 30 },
    rows: [...chain("BTC", [60_000, 65_000, 70_000]), ...chain("ETH", [1800, 1900, 2000])],
  },
]);
