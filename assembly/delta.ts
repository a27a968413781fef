// The levels of one delta. They come in order of price, so a run of them is taken at once: sizes of levels that
// are there are set, levels that come or go are noted, and what lies between those moves once, when the run ends.
// A run ends with its side, and where a level is out of order: any order leads to the same book.
import {
  BOOK_LEVELS,
  BOOK_LOADING,
  CHANGE_BYTES,
  CHANGE_INDEX,
  CHANGE_PRICE,
  CHANGE_SHIFT,
  CHANGE_SIZE,
  CHANGES_MAXIMUM,
  FLAG_ASK,
  FLAG_EMPTY,
  FLAG_LAST,
  FLAG_SECOND,
  KIND_DEPTH,
  LEVEL_PRICE,
  LEVEL_SECOND_PRICE,
  RECORD_FLAGS,
  RECORD_SHIFT,
} from "../src/layout";
import { bookApply } from "./book";
import {
  centre,
  isWorse,
  levelIsSound,
  moveLevels,
  position,
  setSideCount,
  setSideFirst,
  sideCount,
  sideFirst,
  sidePrices,
  sideStart,
} from "./side";

const KIND_AND_SIDE: u32 = 0xff | (FLAG_ASK << 8);

/** Where levels that come or go are noted. One engine an instance. */
let changes: usize = 0;

export function deltaInit(at: usize): void {
  changes = at;
}

/**
 * Hot: applies the DEPTH records of one message of a ring, from `begin` on, as if by bookApply one level after the
 * other. Returns the cursor of the last one.
 */
export function deltaApply(book: usize, base: usize, mask: u32, begin: u32): u32 {
  let level: u32 = 0;
  while (true) {
    const flags = load<u8>(recordOf(base, mask, begin, level), RECORD_FLAGS);
    level = flags & FLAG_ASK ? askRun(book, base, mask, begin, level) : bidRun(book, base, mask, begin, level);
    if (level & 1) continue;
    if (load<u8>(recordOf(base, mask, begin, level - 1), RECORD_FLAGS) & FLAG_LAST) break;
    if (i32(load<u8>(recordOf(base, mask, begin, level))) != KIND_DEPTH) break;
  }
  return begin + (level >>> 1) - 1;
}

/** Address of the record that has a level, two a record. */
// @ts-ignore: decorator
@inline
function recordOf(base: usize, mask: u32, begin: u32, level: u32): usize {
  return base + (((begin + (level >>> 1)) & mask) << RECORD_SHIFT);
}

// Two functions, so that the compiler does not fold the two sides into one that asks for the side at each step.
function askRun(book: usize, base: usize, mask: u32, begin: u32, level: u32): u32 {
  return run(book, true, base, mask, begin, level);
}

function bidRun(book: usize, base: usize, mask: u32, begin: u32, level: u32): u32 {
  return run(book, false, base, mask, begin, level);
}

/** Takes the levels of one side from `level` on as long as they are in order; returns the level after them. */
// @ts-ignore: decorator
@inline
function run(book: usize, isAsk: bool, base: usize, mask: u32, begin: u32, level: u32): u32 {
  const levels = load<i32>(book, BOOK_LEVELS);
  const count = sideCount(book, isAsk);
  const prices = sideStart(book, levels, isAsk);
  const column = usize(levels) << 3;
  const side: u32 = isAsk ? KIND_DEPTH | (FLAG_ASK << 8) : KIND_DEPTH;
  const room = min(levels - count, CHANGES_MAXIMUM);
  const isSingle = room == 0 || load<u32>(book, BOOK_LOADING) != 0;
  const full = changes + (usize(room) << CHANGE_SHIFT);
  let change = changes;
  let last: f64 = NaN;
  let isOrdered: bool = false;
  let rises: bool = false;
  let index = count;
  while (true) {
    const record = recordOf(base, mask, begin, level);
    const word = load<u32>(record);
    if ((word & KIND_AND_SIDE) != side) break;
    const at = record + LEVEL_PRICE + (usize(level & 1) << 4);
    const price = load<f64>(at);
    const size = load<f64>(at, 8);
    if (isSingle) {
      if (!(word & (FLAG_EMPTY << 8))) bookApply(book, i32(isAsk), price, size);
    } else if (!(word & (FLAG_EMPTY << 8)) && levelIsSound(price, size)) {
      const isBetter = isWorse(isAsk, last, price);
      if (change == full || price == last || (isOrdered && isBetter != rises)) break;
      isOrdered = last == last;
      rises = isBetter;
      last = price;
      index = position(prices, count, isAsk, price, index, rises);
      // Without a branch: which levels are there, and which go, cannot be foreseen.
      const slot = prices + (usize(index) << 3);
      const isThere = i32(index < count) & i32(load<f64>(slot) == price);
      const stays = i32(size > 0);
      store<f64>(change, price, CHANGE_PRICE);
      store<i32>(change, index, CHANGE_INDEX);
      const noted = change + CHANGE_SIZE;
      store<f64>(noted + ((slot + column - noted) & -usize(isThere & stays)), size);
      change += usize(isThere ^ stays) << CHANGE_SHIFT;
    }
    level += level & 1 || word & (FLAG_SECOND << 8) ? 1 : 2;
    if (isSingle || (!(level & 1) && word & (FLAG_LAST << 8))) break;
  }
  if (change != changes) settle(book, isAsk, change - CHANGE_BYTES, rises);
  return level;
}

/**
 * Makes room for the levels that come and closes what those that go leave, at the side's shorter end. What lies
 * between two changes moves by what changed before it: towards the far end from there on, towards the best from
 * there on, so that nothing is overwritten before it has moved. `last`: the address of the change noted last.
 */
// @ts-ignore: decorator
@inline
function settle(book: usize, isAsk: bool, last: usize, rises: bool): void {
  const levels = load<i32>(book, BOOK_LEVELS);
  const count = sideCount(book, isAsk);
  const column = usize(levels) << 3;
  const worst = rises ? changes : last;
  const best = rises ? last : changes;
  const step: isize = rises ? CHANGE_BYTES : -CHANGE_BYTES;
  let growth = 0;
  for (let change = changes; change <= last; change += CHANGE_BYTES) growth += growthOf(change);
  const isFar = load<i32>(worst, CHANGE_INDEX) < count - load<i32>(best, CHANGE_INDEX);
  let first = sideFirst(book, isAsk);
  if (isFar ? first < growth : first + count + growth > levels) first = centre(book, levels, isAsk, isFar, growth);
  let shift = isFar ? -growth : 0;
  setSideFirst(book, isAsk, first + shift);
  setSideCount(book, isAsk, count + growth);
  const prices = sidePrices(book, levels, isAsk) + (usize(first) << 3);
  let from = 0;
  for (let change = worst; ; change += step) {
    const index = load<i32>(change, CHANGE_INDEX);
    if (shift < 0) moveLevels(prices, column, from, index, shift);
    const grows = growthOf(change);
    from = index + i32(grows < 0);
    shift += grows;
    if (change == best) break;
  }
  if (shift < 0) moveLevels(prices, column, from, count, shift);
  let end = count;
  for (let change = best; ; change -= step) {
    const index = load<i32>(change, CHANGE_INDEX);
    const grows = growthOf(change);
    if (shift > 0) moveLevels(prices, column, index + i32(grows < 0), end, shift);
    shift -= grows;
    if (grows > 0) {
      const at = prices + (usize(index + shift) << 3);
      store<f64>(at, load<f64>(change, CHANGE_PRICE));
      store<f64>(at + column, load<f64>(change, CHANGE_SIZE));
    }
    end = index;
    if (change == worst) break;
  }
  if (shift > 0) moveLevels(prices, column, 0, end, shift);
}

/** 1 for a level that comes, -1 for one that goes. */
// @ts-ignore: decorator
@inline
function growthOf(change: usize): i32 {
  return (i32(load<f64>(change, CHANGE_SIZE) > 0) << 1) - 1;
}
