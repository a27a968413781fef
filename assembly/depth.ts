// What a book says without being changed: its touch, its levels counted from the best, its imbalance.
import { BOOK_LEVELS, BOOK_TRUSTED_ASK, BOOK_TRUSTED_BID } from "../src/layout";
import { isWorse, sideCount, sideStart } from "./side";

/** Hot: best bid, quote currency; NaN when there is none. */
export function bookBestBid(book: usize): f64 {
  return bookPrice(book, 0, 0);
}

/** Hot: size at the best bid, base coin; NaN when there is none. */
export function bookBestBidSize(book: usize): f64 {
  return bookSize(book, 0, 0);
}

/** Hot: best ask, quote currency; NaN when there is none. */
export function bookBestAsk(book: usize): f64 {
  return bookPrice(book, 1, 0);
}

/** Hot: size at the best ask, base coin; NaN when there is none. */
export function bookBestAskSize(book: usize): f64 {
  return bookSize(book, 1, 0);
}

/** Hot: price of a level, `index` 0 being the best; NaN when there is no such level. */
// @ts-ignore: decorator
@inline
export function bookPrice(book: usize, isAsk: i32, index: i32): f64 {
  const from = sideCount(book, isAsk != 0) - 1 - index;
  if (index < 0 || from < 0) return NaN;
  return load<f64>(sideStart(book, load<i32>(book, BOOK_LEVELS), isAsk != 0) + (usize(from) << 3));
}

/** Hot: size of a level, base coin, `index` 0 being the best; NaN when there is no such level. */
// @ts-ignore: decorator
@inline
export function bookSize(book: usize, isAsk: i32, index: i32): f64 {
  const from = sideCount(book, isAsk != 0) - 1 - index;
  if (index < 0 || from < 0) return NaN;
  const levels = load<i32>(book, BOOK_LEVELS);
  return load<f64>(sideStart(book, levels, isAsk != 0) + (usize(levels + from) << 3));
}

/** Hot: 1 when bid >= ask (locked counts too), 0 when not or when a side is empty. */
// @ts-ignore: decorator
@inline
export function bookCrossed(book: usize): i32 {
  return i32(bookBestBid(book) >= bookBestAsk(book));
}

/**
 * Imbalance(N) of DEFINITIONS: (bid sizes - ask sizes) / (bid sizes + ask sizes) over the best `levels`
 * levels, from -1 to 1. A complete side with fewer levels counts with those it has. NaN when a side is
 * empty, when the book is crossed or when the levels reach beyond what the book can be trusted for.
 */
export function bookImbalance(book: usize, levels: i32): f64 {
  if (!(bookBestBid(book) < bookBestAsk(book)) || levels < 1) return NaN;
  const bids = trustedSize(book, false, levels);
  const asks = trustedSize(book, true, levels);
  return (bids - asks) / (bids + asks);
}

/** Sum of the sizes of the best `wanted` levels; NaN when they are not all surely known. */
function trustedSize(book: usize, isAsk: bool, wanted: i32): f64 {
  const count = sideCount(book, isAsk);
  const trusted = load<f64>(book + (isAsk ? BOOK_TRUSTED_ASK : BOOK_TRUSTED_BID));
  if (count < wanted && !isNaN(trusted)) return NaN;
  const used = min(count, wanted);
  if (isWorse(isAsk, bookPrice(book, i32(isAsk), used - 1), trusted)) return NaN;
  let sum: f64 = 0;
  for (let index = 0; index < used; index++) sum += bookSize(book, i32(isAsk), index);
  return sum;
}
