import { listMarkets } from "../model/market-spec.js";

/** Steps as the venue's list of products gave them in 2026. Texts lose their trailing zeros. */
export const coinbaseMarkets = listMarkets("coinbase", [
  {
    ...{ product: "spot", lively: 0.7, trimmed: true, plainZero: true },
    rows: [
      ["BTC-USD", "BTC", "USD", 2, 1, 8, 8],
      ["ETH-USD", "ETH", "USD", 2, 1, 8, 8],
      ["SOL-USD", "SOL", "USD", 2, 1, 8, 8],
    ],
  },
]);
