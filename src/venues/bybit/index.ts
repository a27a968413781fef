import type { Venue } from "../venue.js";
import { integrity } from "./integrity.js";

export const bybit: Venue = {
  products: ["spot", "linear", "inverse", "option"],
  // Every depth channel has a `u` of its own.
  sharedSequence: false,
  integrity,
};
