// One side of a book: `levels` prices, then `levels` sizes, sorted so that the best level is last. The
// functions take `isAsk` as a constant and are inlined, so that each side gets code of its own.
import {
  BOOK_ASKS,
  BOOK_BIDS,
  BOOK_DROPPED_ASKS,
  BOOK_DROPPED_BIDS,
  BOOK_HEADER_BYTES,
  BOOK_TRUSTED_ASK,
  BOOK_TRUSTED_BID,
} from "../src/layout";

/** Levels compared one by one from the best before the search starts to leap. */
const NEAR: i32 = 8;
/** Moves up to this many levels cost less in a loop than in a call of memory.copy. */
const SHORT_MOVE: i32 = 12;

/** Prices are finite, sizes finite and not below 0. */
// @ts-ignore: decorator
@inline
export function levelIsSound(price: f64, size: f64): bool {
  return price - price == 0 && size >= 0 && size < Infinity;
}

/** Is level price `a` farther from the best than `b`? False when either is NaN. */
// @ts-ignore: decorator
@inline
export function isWorse(isAsk: bool, a: f64, b: f64): bool {
  return isAsk ? a > b : a < b;
}

/**
 * How many of `count` levels are strictly worse than `price`: where it is, or where it belongs.
 * One by one near the best, then leaps of doubling length, then halving without branches.
 */
// @ts-ignore: decorator
@inline
export function position(prices: usize, count: i32, isAsk: bool, price: f64): i32 {
  let high = count;
  const near = count > NEAR ? count - NEAR : 0;
  while (high > near && !isWorse(isAsk, load<f64>(prices + (usize(high - 1) << 3)), price)) high--;
  if (high == 0 || high > near) return high;
  let leap = NEAR;
  let low = high - leap;
  while (low > 0 && !isWorse(isAsk, load<f64>(prices + (usize(low) << 3)), price)) {
    high = low;
    leap <<= 1;
    low = high - leap;
  }
  if (low < 0) low = 0;
  let length = high - low;
  while (length > 1) {
    const half = length >>> 1;
    low += half & -i32(isWorse(isAsk, load<f64>(prices + (usize(low + half - 1) << 3)), price));
    length -= half;
  }
  return low + i32(isWorse(isAsk, load<f64>(prices + (usize(low) << 3)), price));
}

/** A full side: the farthest level leaves and the new one enters at `index`; at 0 it is itself the farthest. */
// @ts-ignore: decorator
@inline
export function replaceFarthest(prices: usize, sizes: usize, index: i32, price: f64, size: f64): void {
  if (index == 0) return;
  moveDown(prices, sizes, index - 1);
  const at: usize = usize(index - 1) << 3;
  store<f64>(prices + at, price);
  store<f64>(sizes + at, size);
}

/** Counts a dropped level; what lies beyond `worst`, the farthest price kept, is no longer known. */
export function countDropped(book: usize, isAsk: bool, worst: f64): void {
  const counter = book + (isAsk ? BOOK_DROPPED_ASKS : BOOK_DROPPED_BIDS);
  store<u32>(counter, load<u32>(counter) + 1);
  tightenTrust(book, isAsk, worst);
}

/** Trust only shrinks towards the best until the next snapshot. */
export function tightenTrust(book: usize, isAsk: bool, worst: f64): void {
  const field = book + (isAsk ? BOOK_TRUSTED_ASK : BOOK_TRUSTED_BID);
  const trusted = load<f64>(field);
  if (isNaN(trusted) || isWorse(isAsk, trusted, worst)) store<f64>(field, worst);
}

/** Makes room: `count` levels from these addresses move one slot towards the best end. */
// @ts-ignore: decorator
@inline
export function moveUp(prices: usize, sizes: usize, count: i32): void {
  if (count > SHORT_MOVE) {
    memory.copy(prices + 8, prices, usize(count) << 3);
    memory.copy(sizes + 8, sizes, usize(count) << 3);
  } else
    for (let at = usize(count) << 3; at > 0; at -= 8) {
      store<f64>(prices + at, load<f64>(prices + at - 8));
      store<f64>(sizes + at, load<f64>(sizes + at - 8));
    }
}

/** Closes a hole: `count` levels behind these addresses move one slot towards the far end. */
// @ts-ignore: decorator
@inline
export function moveDown(prices: usize, sizes: usize, count: i32): void {
  const bytes = usize(count) << 3;
  if (count > SHORT_MOVE) {
    memory.copy(prices, prices + 8, bytes);
    memory.copy(sizes, sizes + 8, bytes);
  } else
    for (let at: usize = 0; at < bytes; at += 8) {
      store<f64>(prices + at, load<f64>(prices + at + 8));
      store<f64>(sizes + at, load<f64>(sizes + at + 8));
    }
}

// @ts-ignore: decorator
@inline
export function sideCount(book: usize, isAsk: bool): i32 {
  return load<i32>(book + (isAsk ? BOOK_ASKS : BOOK_BIDS));
}

// @ts-ignore: decorator
@inline
export function setSideCount(book: usize, isAsk: bool, count: i32): void {
  store<i32>(book + (isAsk ? BOOK_ASKS : BOOK_BIDS), count);
}

/** Address of a side's prices; its sizes follow `levels` slots later. */
// @ts-ignore: decorator
@inline
export function sidePrices(book: usize, levels: i32, isAsk: bool): usize {
  return book + BOOK_HEADER_BYTES + (isAsk ? usize(levels) << 4 : 0);
}
