import { listMarkets } from "../model/market-spec.js";

/** Steps as the venue's list of markets gave them in 2025. Every change of a book has the next id of that book. */
export const backpackMarkets = listMarkets("backpack", [
  {
    ...{ product: "spot", lively: 0.5, numbering: "contiguous", fineDecimals: 8 },
    rows: [
      ["BTC_USDC", "BTC", "USDC", 1, 1, 5, 5],
      ["ETH_USDC", "ETH", "USDC", 2, 1, 4, 4],
      ["SOL_USDC", "SOL", "USDC", 2, 1, 2, 2],
    ],
  },
  {
    ...{ product: "swap", lively: 1, numbering: "contiguous", fineDecimals: 8 },
    rows: [
      ["BTC_USDC_PERP", "BTC", "USDC", 1, 1, 5, 5],
      ["ETH_USDC_PERP", "ETH", "USDC", 2, 1, 4, 4],
      ["SOL_USDC_PERP", "SOL", "USDC", 2, 1, 2, 2],
    ],
  },
]);
