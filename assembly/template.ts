// What the templates are made of. A template knows one shape of one message byte for byte, and takes a
// frame only when all of its bytes, to the last, are as expected. Whatever else it meets, it gives
// the frame back (NO_TEMPLATE) to the general scanner, which alone decides what is refused.
// Loads may reach past the end of the frame; what lies there cannot matter, because a frame is taken
// only when the template ends exactly where the frame does.
// "Not found" is address 0, where there is nothing but zeros: every comparison there fails too.
import { LANE_TEXT, MESSAGE_PRODUCT, SYMBOL_NAME_BYTES, SYMBOL_UNIT, UNIT_BASE } from "../src/layout";
import { firstBytes, longDecimal, shortDecimal } from "./number";
import { baseSize, hasUnit } from "./records";
import { findShort, findSymbol } from "./symbols";

/** The template does not know the frame. No REJECT_* and no NEED_*. */
export const NO_TEMPLATE: i32 = -1000;

// Where numbers wait until the record they belong to is begun: the lane's room for text, which no
// template needs. Reading them back costs less than having each number's end wait for its value.
export const AT_SENT: usize = LANE_TEXT;
export const AT_TIME: usize = LANE_TEXT + 8;
export const AT_ID: usize = LANE_TEXT + 16;
export const AT_FIRST_ID: usize = LANE_TEXT + 24;
export const AT_PREVIOUS_ID: usize = LANE_TEXT + 32;
/** Price and size of a level. */
export const AT_LEVEL: usize = LANE_TEXT + 48;
/** Values of a ticker. */
export const AT_TICKER: usize = LANE_TEXT + 64;

/** Hot. An id that waits at `at`, as f64. */
// @ts-ignore: decorator
@inline
export function waitingId(lane: usize, at: usize): f64 {
  return <f64>load<i64>(lane + at);
}

/** Hot. The 1..8 bytes at `at` are those of `key`. */
// @ts-ignore: decorator
@inline
export function same(at: usize, key: u64, bytes: u64): bool {
  return bytes == 8 ? load<u64>(at) == key : (load<u64>(at) & (((<u64>1) << (bytes << 3)) - 1)) == key;
}

/** Hot. The 9..16 bytes at `at` begin with the 8 of `first` and end with those of `last`. */
// @ts-ignore: decorator
@inline
export function same16(at: usize, first: u64, last: u64, bytes: usize): bool {
  return ((load<u64>(at) ^ first) | (load<u64>(at + bytes - 8) ^ last)) == 0;
}

/** Hot. The same for 17..24 bytes. */
// @ts-ignore: decorator
@inline
export function same24(at: usize, first: u64, middle: u64, last: u64, bytes: usize): bool {
  return ((load<u64>(at) ^ first) | (load<u64>(at, 8) ^ middle) | (load<u64>(at + bytes - 8) ^ last)) == 0;
}

/** Hot. Address of the quote that ends a string of printable ASCII without escapes; 0 for any other. */
// @ts-ignore: decorator
@inline
export function plainEnd(at: usize): usize {
  const text = v128.load(at);
  const next = v128.load(at, 16);
  const quotes = quoteBits(text) | (quoteBits(next) << 16);
  if (quotes == 0) return plainEndLong(at);
  const odd = oddBytes(text) | (oddBytes(next) << 16);
  return (odd & ~(quotes | -quotes)) != 0 ? 0 : at + ctz<i32>(quotes);
}

// @ts-ignore: decorator
@inline
export function quoteBits(text: v128): i32 {
  return i8x16.bitmask(i8x16.eq(text, i8x16.splat(0x22)));
}

/** Control characters, backslashes and bytes above 127. */
// @ts-ignore: decorator
@inline
export function oddBytes(text: v128): i32 {
  return i8x16.bitmask(v128.or(i8x16.lt_s(text, i8x16.splat(0x20)), i8x16.eq(text, i8x16.splat(0x5c))));
}

/** Longer strings than these are left to the general scanner. */
const PLAIN_BLOCKS: i32 = 8;

function plainEndLong(at: usize): usize {
  for (let block = 0; block < PLAIN_BLOCKS; block++) {
    const text = v128.load(at);
    const length = ctz<i32>(i8x16.bitmask(i8x16.eq(text, i8x16.splat(0x22))) | 0x10000);
    if ((oddBytes(text) & ((1 << length) - 1)) != 0) return 0;
    at += length;
    if (length < 16) return at;
  }
  return 0;
}

/** Hot. Address of the quote that ends the name at `at`; 0 when it is longer than any name. */
// @ts-ignore: decorator
@inline
export function nameEnd(at: usize): usize {
  const quotes = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0x22)));
  return quotes != 0 ? at + ctz<i32>(quotes) : longNameEnd(at);
}

function longNameEnd(at: usize): usize {
  for (let length = 0; length <= SYMBOL_NAME_BYTES; length++) if (load<u8>(at + length) == 0x22) return at + length;
  return 0;
}

/** Hot. Slot of the symbol with the name in [at, end), `end` being that of `nameEnd`; 0 when it is not known. */
// @ts-ignore: decorator
@inline
export function symbolOf(lane: usize, at: usize, end: usize): usize {
  const length = <i32>(end - at);
  const product = load<u32>(lane, MESSAGE_PRODUCT);
  if (<u32>length > 16) return end == 0 ? 0 : findSymbol(lane, at, length, product);
  return findShort(lane, firstBytes(v128.load(at), length), length, product);
}

/** Hot. The text at `at`, up to a quote, is the name of the symbol, which has `length` bytes. */
// @ts-ignore: decorator
@inline
export function isNamed(slot: usize, at: usize, length: usize): bool {
  if (load<u8>(at + length) != 0x22) return false;
  if (length > 16) return isNamedLong(slot, at, length);
  return i8x16.all_true(i8x16.eq(firstBytes(v128.load(at), <i32>length), v128.load(slot)));
}

function isNamedLong(slot: usize, at: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) if (load<u8>(slot + i) != load<u8>(at + i)) return false;
  return true;
}

/** Hot. Stores the decimal at `at` as f64: address of the closing quote, 0 when it is none that is allowed. */
// @ts-ignore: decorator
@inline
export function decimalAt(at: usize, into: usize, mayBeZero: bool): usize {
  const end = shortDecimal(at, into, mayBeZero);
  return end != 0 ? end : longDecimal(at, into, mayBeZero);
}

/** Hot. The same for a rate, which may be negative. */
// @ts-ignore: decorator
@inline
export function signedAt(at: usize, into: usize): usize {
  const isNegative = load<u8>(at) == 0x2d;
  const end = shortDecimal(at + usize(isNegative), into, true);
  if (end != 0 && isNegative) store<f64>(into, -load<f64>(into));
  return end;
}

/** Hot. Address after `true` or `false`, 0 for anything else. */
// @ts-ignore: decorator
@inline
export function booleanEnd(at: usize): usize {
  if (load<u32>(at) == 0x65757274) return at + 4; // true
  return load<u8>(at) == 0x66 && load<u32>(at, 1) == 0x65736c61 ? at + 5 : 0; // f, alse
}

/**
 * Hot. Turns the native size at `sizeAt` into base coin at the price beside it, both inside a record.
 * False when that cannot be done.
 */
// @ts-ignore: decorator
@inline
export function convert(slot: usize, priceAt: usize, nativeAt: usize, sizeAt: usize): bool {
  const native = load<f64>(nativeAt);
  if (load<u32>(slot, SYMBOL_UNIT) == UNIT_BASE) {
    store<f64>(sizeAt, native);
    return true;
  }
  if (!hasUnit(slot)) return false;
  const size = baseSize(slot, native, load<f64>(priceAt));
  store<f64>(sizeAt, size);
  return size < Infinity;
}
