import { listMarkets } from "../model/market-spec.js";

/** Steps as the venue's list of pairs gave them in 2026. Numbers are written to the pair's precision. */
export const krakenMarkets = listMarkets("kraken", [
  {
    ...{ product: "spot", lively: 0.7 },
    rows: [
      ["BTC/USD", "BTC", "USD", 1, 1, 8, 8],
      ["ETH/USD", "ETH", "USD", 2, 1, 8, 8],
      ["SOL/USD", "SOL", "USD", 2, 1, 8, 8],
    ],
  },
]);
