import type { Venue } from "../venue.js";
import { integrity } from "./integrity.js";

export const binance: Venue = {
  products: ["spot", "usdm", "coinm"],
  // `u` of bookTicker and of depthUpdate is the same order book update id.
  sharedSequence: true,
  integrity,
};
