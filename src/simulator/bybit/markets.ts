import { listMarkets, type MarketRow } from "../model/market-spec.js";

/** Calls and puts around the money, of two quarters; premiums are counted in USDT, sizes in coin. */
function chain(
  coin: string,
  strikes: readonly number[],
  numbers: readonly [number, number, number, number],
): MarketRow[] {
  return ["26MAR27", "25JUN27"].flatMap((day) =>
    strikes.flatMap((strike) =>
      ["C", "P"].map((type): MarketRow => [`${coin}-${day}-${strike}-${type}-USDT`, coin, "USDT", ...numbers]),
    ),
  );
}

/** Steps as the venue's instrument lists give them (2024 to 2026). Spot writes no trailing zeros. */
export const bybitMarkets = listMarkets("bybit", [
  {
    ...{ product: "spot", lively: 1, plainZero: true, trimmed: true, fineDecimals: 6 },
    rows: [
      ["BTCUSDT", "BTC", "USDT", 1, 1, 6, 6],
      ["ETHUSDT", "ETH", "USDT", 2, 1, 5, 5],
      ["SOLUSDT", "SOL", "USDT", 2, 1, 4, 4],
      ["ETHBTC", "ETH", "BTC", 6, 1, 5, 5],
    ],
  },
  {
    ...{ product: "linear", lively: 2, plainZero: true, outside: "block" },
    rows: [
      ["BTCUSDT", "BTC", "USDT", 2, 10, 3, 3],
      ["ETHUSDT", "ETH", "USDT", 2, 1, 2, 2],
      ["SOLUSDT", "SOL", "USDT", 3, 10, 1, 1],
    ],
  },
  {
    ...{ product: "inverse", lively: 0.7, plainZero: true, outside: "block" },
    rows: [
      ["BTCUSD", "BTC", "USD", 2, 10, 0, 0],
      ["ETHUSD", "ETH", "USD", 2, 1, 0, 0],
      ["SOLUSD", "SOL", "USD", 3, 10, 0, 0],
    ],
  },
  {
    ...{ product: "option", lively: 0.05, trimmed: true, plainZero: true, fineDecimals: 8, depth: 40 },
    rows: [...chain("BTC", [60_000, 65_000, 70_000], [0, 5, 2, 2]), ...chain("ETH", [1800, 1900, 2000], [1, 1, 1, 1])],
  },
]);
