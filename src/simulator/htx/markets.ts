import { listMarkets } from "../model/market-spec.js";

/** Steps as the venue's lists give them (2022 to 2026). Numbers have no trailing zeros; derivatives count contracts. */
export const htxMarkets = listMarkets("htx", [
  {
    ...{ product: "spot", lively: 1, plainZero: true, trimmed: true, fineDecimals: 6 },
    rows: [
      ["btcusdt", "BTC", "USDT", 2, 1, 6, 6],
      ["ethusdt", "ETH", "USDT", 2, 1, 4, 4],
      ["solusdt", "SOL", "USDT", 4, 1, 2, 2],
    ],
  },
  {
    ...{ product: "swap", lively: 1.5, plainZero: true, trimmed: true },
    rows: [
      ["BTC-USDT", "BTC", "USDT", 1, 1, 0, 0],
      ["ETH-USDT", "ETH", "USDT", 2, 1, 0, 0],
      ["SOL-USDT", "SOL", "USDT", 4, 1, 0, 0],
      ["BTC-USD", "BTC", "USD", 1, 1, 0, 0],
      ["ETH-USD", "ETH", "USD", 3, 1, 0, 0],
    ],
  },
  {
    ...{ product: "futures", lively: 0.5, plainZero: true, trimmed: true },
    rows: [
      ["BTC-USDT-270326", "BTC", "USDT", 1, 1, 0, 0],
      ["ETH-USDT-270326", "ETH", "USDT", 2, 1, 0, 0],
      ["BTC270326", "BTC", "USD", 2, 1, 0, 0],
      ["ETH270326", "ETH", "USD", 3, 1, 0, 0],
    ],
  },
]);
