// Walking a side: what a size or a notional would really trade at. Nothing is extrapolated: a side that
// is too thin, or not surely known that deep, refuses.
import {
  BOOK_LEVELS,
  BOOK_TRUSTED_ASK,
  BOOK_TRUSTED_BID,
  WALK_LEVELS,
  WALK_NOTIONAL,
  WALK_PRICE,
  WALK_SIZE,
  WALK_WORST,
} from "../src/layout";
import { bookBestAsk, bookBestBid } from "./depth";
import { isWorse, sideCount, sideStart } from "./side";
import { mid } from "./spread";

/**
 * Hot: takes `size` base coin from the best levels of a side (asks: buying) and leaves the result in
 * WALK_*. 1 when the depth suffices; 0 when it does not, when the walk would leave what the book can be
 * trusted for, or when `size` is not finite and above 0: then WALK_PRICE and WALK_WORST are NaN, the rest 0.
 */
export function bookWalkSize(book: usize, isAsk: i32, size: f64): i32 {
  return isAsk ? walk(book, true, size, false) : walk(book, false, size, false);
}

/** Hot: as bookWalkSize, for `notional` units of the quote currency. */
export function bookWalkNotional(book: usize, isAsk: i32, notional: f64): i32 {
  return isAsk ? walk(book, true, notional, true) : walk(book, false, notional, true);
}

/**
 * As bookWalkSize, but takes what there is where the known depth does not suffice: the size taken, which may be
 * 0, and WALK_* of it.
 */
export function bookTakeSize(book: usize, isAsk: i32, size: f64): f64 {
  if (bookWalkSize(book, isAsk, size) == 1) return size;
  if (!(size > 0)) return 0;
  const known = depthOf(book, isAsk != 0);
  return known > 0 && bookWalkSize(book, isAsk, known) == 1 ? known : 0;
}

/** Base coin of a side as deep as the book can be trusted. */
function depthOf(book: usize, isAsk: bool): f64 {
  const levels = load<i32>(book, BOOK_LEVELS);
  const trusted = load<f64>(book + (isAsk ? BOOK_TRUSTED_ASK : BOOK_TRUSTED_BID));
  const prices = sideStart(book, levels, isAsk);
  const toSizes = usize(levels) << 3;
  let size: f64 = 0;
  let at = prices + (usize(sideCount(book, isAsk)) << 3);
  while (at > prices) {
    at -= 8;
    const price = load<f64>(at);
    if (isWorse(isAsk, price, trusted) || !(price > 0)) break;
    size += load<f64>(at + toSizes);
  }
  return size;
}

/**
 * Effective spread of a side for a notional in quote currency: 2 |walked price - mid| / mid in basis
 * points. NaN when the depth does not suffice or the book is crossed. Overwrites WALK_*.
 */
export function effectiveSpreadBps(book: usize, isAsk: i32, notional: f64): f64 {
  const middle = mid(bookBestBid(book), bookBestAsk(book));
  if (!bookWalkNotional(book, isAsk, notional) || !(middle > 0)) return NaN;
  return ((2 * abs(load<f64>(book, WALK_PRICE) - middle)) / middle) * 1e4;
}

// @ts-ignore: decorator
@inline
function walk(book: usize, isAsk: bool, amount: f64, isNotional: bool): i32 {
  if (!(amount > 0)) return refuse(book);
  const levels = load<i32>(book, BOOK_LEVELS);
  const count = sideCount(book, isAsk);
  const trusted = load<f64>(book + (isAsk ? BOOK_TRUSTED_ASK : BOOK_TRUSTED_BID));
  const prices = sideStart(book, levels, isAsk);
  const toSizes = usize(levels) << 3;
  let remaining = amount;
  let size: f64 = 0;
  let notional: f64 = 0;
  let at = prices + (usize(count) << 3);
  while (at > prices) {
    at -= 8;
    const price = load<f64>(at);
    if (isWorse(isAsk, price, trusted) || !(price > 0)) return refuse(book);
    const available = load<f64>(at + toSizes);
    const worth = price * available;
    if (remaining <= (isNotional ? worth : available)) {
      const used = count - i32((at - prices) >>> 3);
      size = isNotional ? size + remaining / price : amount;
      notional = isNotional ? amount : notional + price * remaining;
      // A single level trades at its price, not at a quotient that rounding may have moved.
      store<f64>(book, used == 1 ? price : notional / size, WALK_PRICE);
      store<f64>(book, price, WALK_WORST);
      store<f64>(book, size, WALK_SIZE);
      store<f64>(book, notional, WALK_NOTIONAL);
      store<u32>(book, used, WALK_LEVELS);
      return 1;
    }
    size += available;
    notional += worth;
    remaining -= isNotional ? worth : available;
  }
  return refuse(book);
}

function refuse(book: usize): i32 {
  store<f64>(book, NaN, WALK_PRICE);
  store<f64>(book, NaN, WALK_WORST);
  store<f64>(book, 0, WALK_SIZE);
  store<f64>(book, 0, WALK_NOTIONAL);
  store<u32>(book, 0, WALK_LEVELS);
  return 0;
}
