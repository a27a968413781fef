// One side of a venue's own best bid and offer.
import { REJECT_PRICE } from "../src/layout";
import { baseSizeOf, fail, priceOrZeroOf, sizeOf } from "./fields";

/** Stores price and size of a side of the touch at `at`; both 0 means that there is none. */
export function touch(lane: usize, slot: usize, at: usize, price: usize, size: usize): void {
  const value = priceOrZeroOf(lane, price);
  const base = baseSizeOf(lane, size, slot, value);
  const isNone = value == 0 && sizeOf(lane, size) == 0;
  if (value == 0 && !isNone) fail(REJECT_PRICE); // a size at no price
  store<f64>(at, isNone ? NaN : value);
  store<f64>(at, isNone ? NaN : base, 8);
}
