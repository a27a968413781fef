// Lists of price levels `[["price","size"],…]` -> DEPTH and SNAPSHOT records, two levels of a side in each.
import {
  FLAG_ASK,
  FLAG_BEGIN,
  FLAG_EMPTY,
  FLAG_END,
  FLAG_LAST,
  FLAG_SECOND,
  KIND_SNAPSHOT,
  LEVEL_PRICE,
  LEVEL_SECOND_PRICE,
  LEVEL_SECOND_SIZE,
  NEED_SPACE,
  RECORD_FLAGS,
  REJECT_CONTRACT_SIZE,
  REJECT_MALFORMED,
  SYMBOL_UNIT,
  UNIT_BASE,
} from "../src/layout";
import { baseSizeOf, fail, fault, priceOf } from "./fields";
import { decimalOf } from "./number";
import { baseSize, fill, flag, hasUnit, head, put, recordAt, written } from "./records";
import { decimalAt, quoteBits } from "./template";
import { firstOf, nextOf } from "./walk";

/** `["` */
const LEVEL_OPEN: u32 = 0x225b;
/** `","` */
const LEVEL_MIDDLE: u32 = 0x222c22;
/** `"],[` */
const LEVEL_NEXT: u32 = 0x5b2c5d22;
/** `"]]` */
const LEVELS_END: u32 = 0x5d5d22;
/** Returned by `templateLevels` in place of an address. */
export const NO_ROOM: usize = 1;

/**
 * Hot. Stores the price at `at`, and the size that follows it, at `into`: the address of the size's closing
 * quote, 0 when they have another shape. All quotes of a level are found in one look, so that the
 * next level can begin before the numbers of this one are known.
 */
// @ts-ignore: decorator
@inline
function levelEnd(at: usize, into: usize): usize {
  const text = v128.load(at);
  const first = quoteBits(text) | (quoteBits(v128.load(at, 16)) << 16);
  const second = first & (first - 1);
  const third = second & (second - 1);
  const priceBytes = ctz<i32>(first);
  const sizeBytes = ctz<i32>(third) - priceBytes - 3;
  if (i32(third == 0) | i32(priceBytes > 15) | i32(<u32>sizeBytes > 15)) return longLevelEnd(at, into);
  const sizeAt = at + priceBytes + 3;
  if ((load<u32>(sizeAt - 3) & 0xffffff) != LEVEL_MIDDLE) return 0;
  if (!decimalOf(text, priceBytes, into, false)) return longLevelEnd(at, into);
  if (!decimalOf(v128.load(sizeAt), sizeBytes, into + 8, true)) return longLevelEnd(at, into);
  return sizeAt + sizeBytes;
}

function longLevelEnd(at: usize, into: usize): usize {
  at = decimalAt(at, into, false);
  return at == 0 || (load<u32>(at) & 0xffffff) != LEVEL_MIDDLE ? 0 : decimalAt(at + 3, into + 8, true);
}

/**
 * Hot. Template of a list of levels that begins at `at` (its `[`): the address after its `]`,
 * 0 when it has another shape, 1 when there is no room for its records.
 */
export function templateLevels(at: usize, end: usize, slot: usize, first: u64, timeUs: f64, sequence: u64): usize {
  if (load<u16>(at) == 0x5d5b) return at + 2; // []
  if (load<u8>(at) != 0x5b) return 0;
  const isBase = load<u32>(slot, SYMBOL_UNIT) == UNIT_BASE;
  if (!isBase && !hasUnit(slot)) return 0;
  at++;
  let record: usize = 0;
  let isSecond = false;
  while (true) {
    if (load<u16>(at) != LEVEL_OPEN || at >= end) return 0;
    let into: usize;
    if (isSecond) {
      into = record + LEVEL_SECOND_PRICE;
    } else {
      record = put(first | (FLAG_SECOND << 8), timeUs, sequence);
      if (record == 0) return NO_ROOM;
      into = record + LEVEL_PRICE;
    }
    isSecond = !isSecond;
    at = levelEnd(at + 2, into);
    if (at == 0) return 0;
    if (!isBase) {
      const size = baseSize(slot, load<f64>(into, 8), load<f64>(into));
      if (!(size < Infinity)) return 0;
      store<f64>(into, size, 8);
    }
    const after = load<u32>(at);
    if (after == LEVEL_NEXT) {
      at += 3;
      continue;
    }
    if ((after & 0xffffff) != LEVELS_END) return 0;
    if (isSecond) {
      // An odd level stands alone: nothing of an older record may shine through.
      store<f64>(record, 0, LEVEL_SECOND_PRICE);
      store<f64>(record, 0, LEVEL_SECOND_SIZE);
      store<u8>(record, load<u8>(record, RECORD_FLAGS) ^ FLAG_SECOND, RECORD_FLAGS);
    }
    return at + 3;
  }
}

/** Hot. Flags that depend on the message as a whole; a record of its own when it has no level at all. */
export function closeLevels(first: u64, timeUs: f64, sequence: u64): i32 {
  if (written() == 0) {
    const at = put(first, timeUs, sequence);
    if (at == 0) return NEED_SPACE;
    fill(at, 0, 0, 0, 0);
    flag(0, FLAG_EMPTY);
  }
  const isSnapshot = load<u8>(recordAt(0)) == KIND_SNAPSHOT;
  if (isSnapshot) flag(0, FLAG_BEGIN);
  flag(written() - 1, isSnapshot ? FLAG_LAST | FLAG_END : FLAG_LAST);
  return written();
}

/** The same list by the general scanner, in validated text: 0, or NEED_SPACE; faults are noted. No list (0) has no level. */
function generalLevels(lane: usize, list: usize, slot: usize, first: u64, timeUs: f64, sequence: u64): i32 {
  let record: usize = 0;
  let isSecond = false;
  for (let level = firstLevel(list); level != 0; level = nextOf(level)) {
    const priceAt: usize = load<u8>(level) == 0x5b ? firstOf(level) : 0;
    const sizeAt: usize = priceAt == 0 ? 0 : nextOf(priceAt);
    if (sizeAt == 0) fail(REJECT_MALFORMED);
    const price = priceOf(lane, priceAt);
    const size = baseSizeOf(lane, sizeAt, slot, price);
    if (fault() != 0) return 0;
    if (isSecond) {
      store<f64>(record, price, LEVEL_SECOND_PRICE);
      store<f64>(record, size, LEVEL_SECOND_SIZE);
      flag(written() - 1, FLAG_SECOND);
    } else {
      record = put(first, timeUs, sequence);
      if (record == 0) return NEED_SPACE;
      fill(record, price, size, 0, 0);
    }
    isSecond = !isSecond;
  }
  return 0;
}

function firstLevel(list: usize): usize {
  return list == 0 ? 0 : firstOf(list);
}

/** Writes the records of a whole message from its two validated lists (0: none): their number, or what is wrong. */
export function writeLevels(
  lane: usize,
  bids: usize,
  asks: usize,
  slot: usize,
  kind: u32,
  timeUs: f64,
  sequence: u64,
): i32 {
  if (!hasUnit(slot) && (firstLevel(bids) != 0 || firstLevel(asks) != 0)) return REJECT_CONTRACT_SIZE;
  const first = head(slot, kind, 0);
  let status = generalLevels(lane, bids, slot, first, timeUs, sequence);
  if (status == 0 && fault() == 0)
    status = generalLevels(lane, asks, slot, head(slot, kind, FLAG_ASK), timeUs, sequence);
  if (fault() != 0) return fault();
  return status != 0 ? status : closeLevels(first, timeUs, sequence);
}
