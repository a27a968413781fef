// A whole book replaces the old one. Levels usually come best first, so they are written downwards from
// the top of the side's arrays and moved to their place once, at the end. Until then the book is empty
// to every reader. Levels that come in another order are put in their place at once.
import {
  BOOK_ASKS,
  BOOK_BIDS,
  BOOK_LEVELS,
  BOOK_LOADING,
  BOOK_LOADING_ASKS,
  BOOK_LOADING_BIDS,
  BOOK_TRUSTED_ASK,
  BOOK_TRUSTED_BID,
} from "../src/layout";
import {
  countDropped,
  isWorse,
  levelIsSound,
  placeSide,
  position,
  replaceFarthest,
  setSideCount,
  sideCount,
  sidePrices,
  sideStart,
  tightenTrust,
} from "./side";

/** Empties the book and starts to load it; a snapshot that was under way is forgotten. */
export function snapshotBegin(book: usize): void {
  store<u32>(book, 0, BOOK_BIDS);
  store<u32>(book, 0, BOOK_ASKS);
  store<u32>(book, 0, BOOK_LOADING_BIDS);
  store<u32>(book, 0, BOOK_LOADING_ASKS);
  store<f64>(book, NaN, BOOK_TRUSTED_BID);
  store<f64>(book, NaN, BOOK_TRUSTED_ASK);
  store<u32>(book, 1, BOOK_LOADING);
}

/**
 * Hot: adds a level; of equal prices the last wins, size 0 removes. Beyond the capacity the best levels
 * are kept, the others counted, and BOOK_TRUSTED_* says so. Outside a snapshot it does nothing.
 */
export function snapshotLevel(book: usize, isAsk: i32, price: f64, size: f64): void {
  if (!levelIsSound(price, size) || !load<u32>(book, BOOK_LOADING)) return;
  if (isAsk) add(book, true, price, size);
  else add(book, false, price, size);
}

/** Completes the snapshot: from here on readers see the book. */
export function snapshotEnd(book: usize): void {
  if (!load<u32>(book, BOOK_LOADING)) return;
  settle(book, true);
  settle(book, false);
  store<u32>(book, 0, BOOK_LOADING);
}

/**
 * The venue cut the snapshot at a number of levels: nothing is known beyond the worst one of each side.
 * To be called after snapshotEnd. An empty side was not cut.
 */
export function snapshotTrust(book: usize): void {
  const levels = load<i32>(book, BOOK_LEVELS);
  if (sideCount(book, false) > 0) tightenTrust(book, false, load<f64>(sideStart(book, levels, false)));
  if (sideCount(book, true) > 0) tightenTrust(book, true, load<f64>(sideStart(book, levels, true)));
}

// @ts-ignore: decorator
@inline
function add(book: usize, isAsk: bool, price: f64, size: f64): void {
  const levels = load<i32>(book, BOOK_LEVELS);
  const field = book + (isAsk ? BOOK_LOADING_ASKS : BOOK_LOADING_BIDS);
  const count = load<i32>(field);
  const prices = sidePrices(book, levels, isAsk) + (usize(levels - count) << 3);
  const sizes = prices + (usize(levels) << 3);
  if (count == 0 || isWorse(isAsk, price, load<f64>(prices))) {
    if (size == 0) return;
    if (count == levels) {
      countDropped(book, isAsk, load<f64>(prices));
      return;
    }
    store<f64>(prices - 8, price);
    store<f64>(sizes - 8, size);
    store<i32>(field, count + 1);
  } else store<i32>(field, addWithin(book, levels, count, prices, isAsk, price, size));
}

/** A level better than the last one, or equal to one that is there; returns how many there are then. */
function addWithin(book: usize, levels: i32, count: i32, prices: usize, isAsk: bool, price: f64, size: f64): i32 {
  const sizes = prices + (usize(levels) << 3);
  const index = isAsk
    ? position(prices, count, true, price, count, false)
    : position(prices, count, false, price, count, false);
  const at: usize = usize(index) << 3;
  if (index < count && load<f64>(prices + at) == price) {
    if (size > 0) {
      store<f64>(sizes + at, size);
      return count;
    }
    memory.copy(prices + 8, prices, at);
    memory.copy(sizes + 8, sizes, at);
    return count - 1;
  }
  if (size == 0) return count;
  if (count == levels) {
    replaceFarthest(prices, sizes - prices, index, price, size);
    countDropped(book, isAsk, load<f64>(prices));
    return count;
  }
  memory.copy(prices - 8, prices, at);
  memory.copy(sizes - 8, sizes, at);
  store<f64>(prices + at - 8, price);
  store<f64>(sizes + at - 8, size);
  return count + 1;
}

/** Moves what was loaded from the top of the side's arrays to their middle. */
function settle(book: usize, isAsk: bool): void {
  const levels = load<i32>(book, BOOK_LEVELS);
  const count = load<i32>(book + (isAsk ? BOOK_LOADING_ASKS : BOOK_LOADING_BIDS));
  placeSide(book, levels, isAsk, levels - count, (levels - count) >> 1, count);
  setSideCount(book, isAsk, count);
}
