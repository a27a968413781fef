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
 */
// @ts-ignore: decorator
@inline
export function position(prices: usize, count: i32, isAsk: bool, price: f64): i32 {
  return isAsk ? askPosition(prices, count, price) : bidPosition(prices, count, price);
}

// Two functions, so that the compiler does not fold the two sides into one that asks for the side at each step.
function askPosition(prices: usize, count: i32, price: f64): i32 {
  return search(prices, count, true, price);
}

function bidPosition(prices: usize, count: i32, price: f64): i32 {
  return search(prices, count, false, price);
}

/**
 * A delta's levels come in order of price, so the search starts where the last one of that side ended,
 * counted from the best: leaps of doubling length from there, then four ways at a time without branches.
 * The start is a guess and need not fit: any place of any book leads to the same answer.
 */
// @ts-ignore: decorator
@inline
function search(prices: usize, count: i32, isAsk: bool, price: f64): i32 {
  const start = max(count - (isAsk ? askFinger : bidFinger), 0);
  let low = 0;
  let high = count;
  let leap = 1;
  if (start < count && isWorse(isAsk, load<f64>(prices + (usize(start) << 3)), price)) {
    low = start + 1;
    for (let at = low; at < count; at += leap) {
      if (!isWorse(isAsk, load<f64>(prices + (usize(at) << 3)), price)) {
        high = at;
        break;
      }
      low = at + 1;
      leap <<= 1;
    }
  } else {
    high = start;
    for (let at = start - 1; at >= 0; at -= leap) {
      if (isWorse(isAsk, load<f64>(prices + (usize(at) << 3)), price)) {
        low = at + 1;
        break;
      }
      high = at;
      leap <<= 1;
    }
  }
  let length = high - low;
  while (length > 4) {
    const quarter = length >>> 2;
    const at = prices + (usize(low + quarter - 1) << 3);
    const stride = usize(quarter) << 3;
    low +=
      quarter *
      (i32(isWorse(isAsk, load<f64>(at), price)) +
        i32(isWorse(isAsk, load<f64>(at + stride), price)) +
        i32(isWorse(isAsk, load<f64>(at + stride + stride), price)));
    length -= 3 * quarter;
  }
  // 0..4 left.
  const at = prices + (usize(low) << 3);
  const index =
    low +
    i32(length > 0 && isWorse(isAsk, load<f64>(at), price)) +
    i32(length > 1 && isWorse(isAsk, load<f64>(at, 8), price)) +
    i32(length > 2 && isWorse(isAsk, load<f64>(at, 16), price)) +
    i32(length > 3 && isWorse(isAsk, load<f64>(at, 24), price));
  if (isAsk) askFinger = count - index;
  else bidFinger = count - index;
  return index;
}

// Where the last search of a side ended, levels from the best. One engine an instance, so they are its own.
let askFinger: i32 = 0;
let bidFinger: i32 = 0;

/** A full side: the farthest level leaves and the new one enters at `index`; at 0 it is itself the farthest. */
// @ts-ignore: decorator
@inline
export function replaceFarthest(prices: usize, column: usize, index: i32, price: f64, size: f64): void {
  if (index == 0) return;
  moveDown(prices, column, index - 1);
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
  if (isFar ? first == 0 : first + count == levels) first = centre(book, levels, isAsk, isFar);
  setSideCount(book, isAsk, count + 1);
  const prices = sidePrices(book, levels, isAsk) + (usize(first) << 3);
  const column = usize(levels) << 3;
  if (isFar) {
    setSideFirst(book, isAsk, first - 1);
    moveDown(prices - 8, column, index);
    return prices - 8 + (usize(index) << 3);
  }
  const at = prices + (usize(index) << 3);
  moveUp(at, column, count - index);
  return at;
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
    moveUp(prices, column, index);
  } else moveDown(prices + (usize(index) << 3), column, count - index);
}

/** Moves a side so that its free slots are shared out evenly; an odd one goes to the end that needs it. */
function centre(book: usize, levels: i32, isAsk: bool, isFar: bool): i32 {
  const count = sideCount(book, isAsk);
  const first = (levels - count + i32(isFar)) >> 1;
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

/** `count` levels from these prices, and their sizes a column later, move one slot towards the best end. */
// @ts-ignore: decorator
@inline
function moveUp(prices: usize, column: usize, count: i32): void {
  const bytes = usize(count) << 3;
  if (count > SHORT_MOVE) {
    memory.copy(prices + 8, prices, bytes);
    memory.copy(prices + column + 8, prices + column, bytes);
  } else
    for (let at = prices + bytes; at > prices; at -= 8) {
      store<f64>(at, load<f64>(at - 8));
      store<f64>(at + column, load<f64>(at + column - 8));
    }
}

/** `count` levels behind these prices, and their sizes a column later, move one slot towards the far end. */
// @ts-ignore: decorator
@inline
function moveDown(prices: usize, column: usize, count: i32): void {
  const bytes = usize(count) << 3;
  if (count > SHORT_MOVE) {
    memory.copy(prices, prices + 8, bytes);
    memory.copy(prices + column, prices + column + 8, bytes);
  } else
    for (let at = prices; at < prices + bytes; at += 8) {
      store<f64>(at, load<f64>(at, 8));
      store<f64>(at + column, load<f64>(at + column, 8));
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

/** Slot of the farthest level. */
// @ts-ignore: decorator
@inline
function sideFirst(book: usize, isAsk: bool): i32 {
  return load<i32>(book + (isAsk ? BOOK_FIRST_ASK : BOOK_FIRST_BID));
}

// @ts-ignore: decorator
@inline
function setSideFirst(book: usize, isAsk: bool, first: i32): void {
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
