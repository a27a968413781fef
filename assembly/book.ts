// One order book: two sides of sorted arrays with the best level last, so that what happens near the
// best moves few bytes. `book` is the address of its header (BOOK_*); sizes are in base coin.
import {
  BOOK_HEADER_BYTES,
  BOOK_LEVELS,
  BOOK_LOADING,
  BOOK_TRUSTED_ASK,
  BOOK_TRUSTED_BID,
  WALK_PRICE,
  WALK_WORST,
} from "../src/layout";
import {
  closeSlot,
  countDropped,
  levelIsSound,
  openSlot,
  position,
  replaceFarthest,
  sideCount,
  sideStart,
} from "./side";
import { snapshotLevel } from "./snapshot";

export * from "./depth";
export * from "./snapshot";

/** Empties the book and gives each side room for `levels` levels, 1 or more. */
export function bookInit(book: usize, levels: i32): void {
  memory.fill(book, 0, BOOK_HEADER_BYTES);
  store<u32>(book, levels, BOOK_LEVELS);
  store<f64>(book, NaN, BOOK_TRUSTED_BID);
  store<f64>(book, NaN, BOOK_TRUSTED_ASK);
  store<f64>(book, NaN, WALK_PRICE);
  store<f64>(book, NaN, WALK_WORST);
}

/**
 * Hot: sets the size of one level; size 0 removes it, and removing what is not there does nothing.
 * A full side drops its farthest level, which may be the new one; that is counted and tightens
 * BOOK_TRUSTED_*. Prices that are not finite and sizes that are not finite or below 0 are ignored.
 */
export function bookApply(book: usize, isAsk: i32, price: f64, size: f64): void {
  if (!levelIsSound(price, size)) return;
  if (load<u32>(book, BOOK_LOADING)) snapshotLevel(book, isAsk, price, size);
  else if (isAsk) apply(book, true, price, size);
  else apply(book, false, price, size);
}

// @ts-ignore: decorator
@inline
function apply(book: usize, isAsk: bool, price: f64, size: f64): void {
  const levels = load<i32>(book, BOOK_LEVELS);
  const count = sideCount(book, isAsk);
  const prices = sideStart(book, levels, isAsk);
  const column = usize(levels) << 3;
  const index = position(prices, count, isAsk, price, count, false);
  const at = prices + (usize(index) << 3);
  if (index < count && load<f64>(at) == price) {
    if (size > 0) store<f64>(at + column, size);
    else closeSlot(book, levels, isAsk, index);
  } else if (size > 0) {
    if (count == levels) {
      replaceFarthest(prices, column, index, price, size);
      countDropped(book, isAsk, load<f64>(prices));
    } else {
      const slot = openSlot(book, levels, isAsk, index);
      store<f64>(slot, price);
      store<f64>(slot + column, size);
    }
  }
}
