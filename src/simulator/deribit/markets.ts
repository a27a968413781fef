import { listMarkets, type MarketRow } from "../model/market-spec.js";

/** Calls and puts around the money, of two quarters; premiums are counted in coin. */
function chain(coin: string, strikes: readonly number[]): MarketRow[] {
  return ["26MAR27", "25JUN27"].flatMap((day) =>
    strikes.flatMap((strike) =>
      ["C", "P"].map((type): MarketRow => [`${coin}-${day}-${strike}-${type}`, coin, "USD", 4, 1, 1, 1]),
    ),
  );
}

/** Amounts of inverse contracts are dollars, in steps of one. Numbers are JSON's, so they have no trailing zeros. */
export const deribitMarkets = listMarkets("deribit", [
  {
    ...{ product: "spot", lively: 0.4, trimmed: true, plainZero: true },
    rows: [
      ["BTC_USDC", "BTC", "USDC", 1, 5, 4, 4],
      ["ETH_USDC", "ETH", "USDC", 2, 5, 3, 3],
    ],
  },
  {
    ...{ product: "swap", lively: 1.2, trimmed: true, plainZero: true, outside: "block" },
    rows: [
      ["BTC-PERPETUAL", "BTC", "USD", 1, 5, 0, 0],
      ["ETH-PERPETUAL", "ETH", "USD", 2, 5, 0, 0],
      ["BTC_USDC-PERPETUAL", "BTC", "USDC", 1, 5, 4, 4],
      ["SOL_USDC-PERPETUAL", "SOL", "USDC", 2, 1, 1, 1],
    ],
  },
  {
    ...{ product: "futures", lively: 0.4, trimmed: true, plainZero: true },
    rows: [
      ["BTC-26MAR27", "BTC", "USD", 1, 25, 0, 0],
      ["ETH-26MAR27", "ETH", "USD", 2, 25, 0, 0],
    ],
  },
  {
    ...{ product: "option", lively: 0.02, trimmed: true, plainZero: true, fineDecimals: 8, depth: 30 },
    rows: [...chain("BTC", [60_000, 65_000, 70_000]), ...chain("ETH", [1800, 1900, 2000])],
  },
]);
