// One side of a book: `levels` slots for prices, then `levels` slots for sizes. The levels kept lie somewhere
// among them without a hole, the best one last, so that what happens near an end moves few bytes. Most
// functions take `isAsk` as a constant and are inlined, so that each side gets code of its own.
import {
  BOOK_ASKS,
  BOOK_BIDS,
  BOOK_DROPPED_ASKS,
  BOOK_DROPPED_BIDS,
  BOOK_FIRST_ASK,
  BOOK_FIRST_BID,
  BOOK_HEADER_BYTES,
  BOOK_TRUSTED_ASK,
  BOOK_TRUSTED_BID,
} from "../src/layout";

/** Moves up to this many levels cost less in a loop than in a call of memory.copy. */
const SHORT_MOVE: i32 = 64;

/** Levels compared at once. */
const BLOCK: i32 = 8;

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
 * How many of `count` levels are strictly worse than `price`: where it is, or where it belongs. That is at level
 * `start` or nearer to the best where `rises`, else there or farther. Leaps of 512 levels, of 64 and of 8 go from
 * there one by one, not by halves: whoever foresees them need not wait for the numbers.
 */
// @ts-ignore: decorator
@inline
export function position(prices: usize, count: i32, isAsk: bool, price: f64, start: i32, rises: bool): i32 {
  if (count < BLOCK) return countWorse(prices, count, isAsk, price);
  const end = prices + (usize(count) << 3);
  let at = prices + (usize(start) << 3);
  if (rises) {
    while (at + 4096 <= end && isWorse(isAsk, load<f64>(at, 4088), price)) at += 4096;
    while (at + 512 <= end && isWorse(isAsk, load<f64>(at, 504), price)) at += 512;
    while (at + 64 <= end && isWorse(isAsk, load<f64>(at, 56), price)) at += 64;
    at = min(at, end - 64);
  } else {
    while (at - 4096 >= prices && !isWorse(isAsk, load<f64>(at - 4096), price)) at -= 4096;
    while (at - 512 >= prices && !isWorse(isAsk, load<f64>(at - 512), price)) at -= 512;
    while (at - 64 >= prices && !isWorse(isAsk, load<f64>(at - 64), price)) at -= 64;
    at = max(at - 64, prices);
  }
  return i32((at - prices) >>> 3) + worseInBlock(at, isAsk, price);
}

function countWorse(prices: usize, count: i32, isAsk: bool, price: f64): i32 {
  while (count > 0 && !isWorse(isAsk, load<f64>(prices + (usize(count - 1) << 3)), price)) count--;
  return count;
}

/** How many of the 8 levels at `at` are worse. */
// @ts-ignore: decorator
@inline
function worseInBlock(at: usize, isAsk: bool, price: f64): i32 {
  const prices = f64x2.splat(price);
  const worse = i64x2.add(
    i64x2.add(areWorse(isAsk, v128.load(at), prices), areWorse(isAsk, v128.load(at, 16), prices)),
    i64x2.add(areWorse(isAsk, v128.load(at, 32), prices), areWorse(isAsk, v128.load(at, 48), prices)),
  );
  return -i32(i64x2.extract_lane(worse, 0) + i64x2.extract_lane(worse, 1));
}

// @ts-ignore: decorator
@inline
function areWorse(isAsk: bool, a: v128, b: v128): v128 {
  return isAsk ? f64x2.gt(a, b) : f64x2.lt(a, b);
}

/** A full side: the farthest level leaves and the new one enters at `index`; at 0 it is itself the farthest. */
// @ts-ignore: decorator
@inline
export function replaceFarthest(prices: usize, column: usize, index: i32, price: f64, size: f64): void {
  if (index == 0) return;
  moveLevels(prices, column, 1, index, -1);
  const at = prices + (usize(index - 1) << 3);
  store<f64>(at, price);
  store<f64>(at + column, size);
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

/**
 * Opens a slot at `index` of a side that is not full, moving what lies on the shorter side of it; returns
 * the slot's price address. A side that has run into an end of its arrays is moved to their middle first.
 */
// @ts-ignore: decorator
@inline
export function openSlot(book: usize, levels: i32, isAsk: bool, index: i32): usize {
  const count = sideCount(book, isAsk);
  const isFar = index < count - index;
  let first = sideFirst(book, isAsk);
  if (isFar ? first == 0 : first + count == levels) first = centre(book, levels, isAsk, isFar, 1);
  setSideCount(book, isAsk, count + 1);
  const prices = sidePrices(book, levels, isAsk) + (usize(first) << 3);
  const column = usize(levels) << 3;
  if (isFar) {
    setSideFirst(book, isAsk, first - 1);
    moveLevels(prices, column, 0, index, -1);
    return prices - 8 + (usize(index) << 3);
  }
  moveLevels(prices, column, index, count, 1);
  return prices + (usize(index) << 3);
}

/** Takes out the level at `index`, moving what lies on the shorter side of it. */
// @ts-ignore: decorator
@inline
export function closeSlot(book: usize, levels: i32, isAsk: bool, index: i32): void {
  const count = sideCount(book, isAsk) - 1;
  const prices = sideStart(book, levels, isAsk);
  const column = usize(levels) << 3;
  setSideCount(book, isAsk, count);
  if (index < count - index) {
    setSideFirst(book, isAsk, sideFirst(book, isAsk) + 1);
    moveLevels(prices, column, 0, index, 1);
  } else moveLevels(prices, column, index + 1, count + 1, -1);
}

/** Moves a side so that its free slots are shared out evenly, but at least `growth` at the end that needs them. */
export function centre(book: usize, levels: i32, isAsk: bool, isFar: bool, growth: i32): i32 {
  const count = sideCount(book, isAsk);
  const first = (levels - count + (isFar ? growth : 1 - growth)) >> 1;
  placeSide(book, levels, isAsk, sideFirst(book, isAsk), first, count);
  return first;
}

/** Moves `count` levels of a side from slot `from` to slot `first`. */
export function placeSide(book: usize, levels: i32, isAsk: bool, from: i32, first: i32, count: i32): void {
  const prices = sidePrices(book, levels, isAsk);
  const sizes = prices + (usize(levels) << 3);
  const bytes = usize(count) << 3;
  memory.copy(prices + (usize(first) << 3), prices + (usize(from) << 3), bytes);
  memory.copy(sizes + (usize(first) << 3), sizes + (usize(from) << 3), bytes);
  setSideFirst(book, isAsk, first);
}

/** Levels from `from` up to `end`, counted from these prices, and their sizes a column later, move by `shift` slots. */
// @ts-ignore: decorator
@inline
export function moveLevels(prices: usize, column: usize, from: i32, end: i32, shift: i32): void {
  const by = isize(shift) << 3;
  const bytes = usize(end - from) << 3;
  const odd = bytes & 8;
  let at = prices + (usize(from) << 3);
  if (end - from > SHORT_MOVE) {
    memory.copy(at + by, at, bytes);
    memory.copy(at + column + by, at + column, bytes);
  } else if (shift < 0) {
    for (const last = at + bytes - odd; at < last; at += 16) moveTwo(at, column, by);
    if (odd) moveOne(at, column, by);
  } else {
    for (let to = at + bytes; to > at + odd; ) {
      to -= 16;
      moveTwo(to, column, by);
    }
    if (odd) moveOne(at, column, by);
  }
}

// @ts-ignore: decorator
@inline
function moveTwo(at: usize, column: usize, by: isize): void {
  v128.store(at + by, v128.load(at));
  v128.store(at + column + by, v128.load(at + column));
}

// @ts-ignore: decorator
@inline
function moveOne(at: usize, column: usize, by: isize): void {
  store<f64>(at + by, load<f64>(at));
  store<f64>(at + column + by, load<f64>(at + column));
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

/** Slot of the farthest level. */
// @ts-ignore: decorator
@inline
export function sideFirst(book: usize, isAsk: bool): i32 {
  return load<i32>(book + (isAsk ? BOOK_FIRST_ASK : BOOK_FIRST_BID));
}

// @ts-ignore: decorator
@inline
export function setSideFirst(book: usize, isAsk: bool, first: i32): void {
  store<i32>(book + (isAsk ? BOOK_FIRST_ASK : BOOK_FIRST_BID), first);
}

/** Address of a side's first price slot; the sizes are one column of `levels` slots later. */
// @ts-ignore: decorator
@inline
export function sidePrices(book: usize, levels: i32, isAsk: bool): usize {
  return book + BOOK_HEADER_BYTES + (isAsk ? usize(levels) << 4 : 0);
}

/** Address of the price of a side's farthest level. */
// @ts-ignore: decorator
@inline
export function sideStart(book: usize, levels: i32, isAsk: bool): usize {
  return sidePrices(book, levels, isAsk) + (usize(sideFirst(book, isAsk)) << 3);
}
