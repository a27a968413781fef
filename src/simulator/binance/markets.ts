import { listMarkets } from "../model/market-spec.js";

/** Marks and indices have more decimals than prices. */
const form = { fineDecimals: 8 };

/** Steps as the venue's instrument lists give them (2024 to 2026). Ids of spot are contiguous. */
export const binanceMarkets = listMarkets("binance", [
  {
    ...{ ...form, product: "spot", lively: 1.5, numbering: "contiguous" },
    rows: [
      ["BTCUSDT", "BTC", "USDT", 8, 1_000_000, 5, 8],
      ["ETHUSDT", "ETH", "USDT", 8, 1_000_000, 4, 8],
      ["SOLUSDT", "SOL", "USDT", 8, 1_000_000, 3, 8],
      ["ETHBTC", "ETH", "BTC", 8, 1_000, 4, 8],
    ],
  },
  {
    ...{ ...form, product: "usdm", lively: 2.5, outside: "insurance", lagSteps: 2 },
    rows: [
      ["BTCUSDT", "BTC", "USDT", 2, 10, 3, 3],
      ["ETHUSDT", "ETH", "USDT", 2, 1, 3, 3],
      ["SOLUSDT", "SOL", "USDT", 4, 100, 2, 2],
    ],
  },
  {
    ...{ ...form, product: "coinm", lively: 1, outside: "insurance" },
    rows: [
      ["BTCUSD_PERP", "BTC", "USD", 1, 1, 0, 0],
      ["ETHUSD_PERP", "ETH", "USD", 2, 1, 0, 0],
      ["SOLUSD_PERP", "SOL", "USD", 3, 10, 0, 0],
    ],
  },
]);
