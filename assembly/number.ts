// Exact decimal text -> f64 and digits -> u64.
// Short numbers (at most 15 digits) go through one SIMD pass: the digits, an integer below 2^53, are
// divided by an exact power of ten, which IEEE 754 rounds correctly. All others take the slow road.
import { TABLES_AT } from "../src/layout";

/** 16 x 16 shuffles of 16 bytes: [length][dot] moves the digits to the right end and drops the dot. */
const SHUFFLES: usize = TABLES_AT;
/** f64 powers of ten of the digits after the dot, from -1 (no dot, 1) to 22. */
const POWERS: usize = TABLES_AT + 4096 + 8;
/** 16 bytes of ones, then 16 of zeros: a load at MASKS - n covers the first n bytes of a word. */
const MASKS: usize = TABLES_AT + 4096 + 256 + 16;
const EXACT_INTEGERS: u64 = 9007199254740992;
const LARGEST_EXACT_POWER: i32 = 22;
/** Digits whose integer fits u64 whatever they are. */
const SAFE_DIGITS: i32 = 19;

/** Number() on the text, for what the kernel does not do itself. */
// @ts-ignore: decorator
@external("env", "parseDecimal")
declare function parseDecimal(at: usize, length: i32): f64;

export function buildTables(): void {
  for (let length = 0; length < 16; length++)
    for (let dot = 0; dot < 16; dot++) {
      const shuffle = SHUFFLES + (((length << 4) | dot) << 4);
      let from = length - 1;
      for (let to = 15; to >= 0; to--) {
        if (from == dot) from--;
        store<u8>(shuffle + to, from < 0 ? 0x80 : <u8>from);
        from--;
      }
    }
  store<f64>(POWERS - 8, 1);
  let power: f64 = 1;
  for (let exponent = 0; exponent <= LARGEST_EXACT_POWER; exponent++, power *= 10)
    store<f64>(POWERS + (exponent << 3), power);
  v128.store(MASKS - 16, i8x16.splat(-1));
  v128.store(MASKS, i8x16.splat(0));
}

/** Hot. The first `bytes` (0..16) bytes of `text`, the others zero. */
// @ts-ignore: decorator
@inline
export function firstBytes(text: v128, bytes: i32): v128 {
  return v128.and(text, v128.load(MASKS - bytes));
}

/** Hot. Integer of 16 digit values (0..9 each), most significant first. */
// @ts-ignore: decorator
@inline
export function joinDigits(digits: v128): u64 {
  const pairs = i16x8.add(i16x8.mul(v128.and(digits, i16x8.splat(0xff)), i16x8.splat(10)), i16x8.shr_u(digits, 8));
  const fours = i32x4.dot_i16x8_s(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), i16x8(10000, 1, 10000, 1, 10000, 1, 10000, 1));
  const halves = i64x2.extract_lane(eights, 0);
  return (halves & 0xffffffff) * 100000000 + (halves >>> 32);
}

/**
 * Hot. Stores the unsigned decimal of `length` bytes (up to 15) at the beginning of `text` as f64 at `into`.
 * False when it has another shape, or is zero and may not be.
 */
// @ts-ignore: decorator
@inline
export function decimalOf(text: v128, length: i32, into: usize, mayBeZero: bool): bool {
  const values = i8x16.sub(text, i8x16.splat(0x30));
  const inside = (1 << length) - 1;
  const digitBits = i8x16.bitmask(i8x16.lt_u(values, i8x16.splat(10)));
  const dots = i8x16.bitmask(i8x16.eq(text, i8x16.splat(0x2e))) & inside;
  const dot = ctz<i32>(dots | (1 << length));
  const fraction = length - dot - 1;
  // Something else, no digit before the dot, none after it, or two dots.
  if (((digitBits | dots) & inside) != inside) return false;
  if (i32(dot == 0) | i32(fraction == 0) | (dots & (dots - 1))) return false;
  const digits = joinDigits(i8x16.swizzle(values, v128.load(SHUFFLES + (((length << 4) | dot) << 4))));
  if (!mayBeZero && digits == 0) return false;
  store<f64>(into, <f64>(<i64>digits) / load<f64>(POWERS + (fraction << 3)));
  return true;
}

/** Hot. The same for a decimal that ends where its digits end: the address after it, 0 when it is none. */
// @ts-ignore: decorator
@inline
export function shortDecimal(at: usize, into: usize, mayBeZero: bool): usize {
  const text = v128.load(at);
  const values = i8x16.sub(text, i8x16.splat(0x30));
  const digitBits = i8x16.bitmask(i8x16.lt_u(values, i8x16.splat(10)));
  const dotBits = i8x16.bitmask(i8x16.eq(text, i8x16.splat(0x2e)));
  const length = ctz<i32>(~(digitBits | dotBits));
  const dots = dotBits & ((1 << length) - 1);
  const dot = ctz<i32>(dots | (1 << length));
  const fraction = length - dot - 1;
  // No digit before the dot, none after it, two dots, or too long.
  if (i32(dot == 0) | i32(fraction == 0) | i32(length > 15) | (dots & (dots - 1))) return 0;
  const digits = joinDigits(i8x16.swizzle(values, v128.load(SHUFFLES + (((length << 4) | dot) << 4))));
  if (!mayBeZero && digits == 0) return 0;
  store<f64>(into, <f64>(<i64>digits) / load<f64>(POWERS + (fraction << 3)));
  return at + length;
}

/** Longest decimal that a template takes; the general scanner takes any. */
const LONG_BYTES: i32 = 64;

/** The same for a decimal of any shape in quotes, up to the closing quote: slower. */
export function longDecimal(at: usize, into: usize, mayBeZero: bool): usize {
  let length = 0;
  while (length < LONG_BYTES && load<u8>(at + length) != 0x22) length++;
  if (length == LONG_BYTES || load<u8>(at) == 0x2d) return 0;
  const value = decimal(at, length);
  if (!(value < Infinity) || (value == 0 && !mayBeZero)) return 0;
  store<f64>(into, value);
  return at + length;
}

/**
 * Hot. Reads a JSON integer of at most 15 digits at `at` and stores it as u64 at `into`.
 * Returns the address after its last digit, 0 when there is none; the caller checks what follows.
 */
// @ts-ignore: decorator
@inline
export function shortInteger(at: usize, into: usize): usize {
  const values = i8x16.sub(v128.load(at), i8x16.splat(0x30));
  const length = ctz<i32>(~i8x16.bitmask(i8x16.lt_u(values, i8x16.splat(10))));
  if (i32(length == 0) | i32(length > 15) | (i32(length > 1) & i32(load<u8>(at) == 0x30))) return 0;
  store<u64>(into, joinDigits(i8x16.swizzle(values, v128.load(SHUFFLES + (((length << 4) | length) << 4)))));
  return at + length;
}

/** Hot. The same for an integer that nobody wants to know. */
// @ts-ignore: decorator
@inline
export function integerEnd(at: usize): usize {
  const values = i8x16.sub(v128.load(at), i8x16.splat(0x30));
  const length = ctz<i32>(~i8x16.bitmask(i8x16.lt_u(values, i8x16.splat(10))));
  if (i32(length == 0) | i32(length > 15) | (i32(length > 1) & i32(load<u8>(at) == 0x30))) return 0;
  return at + length;
}

export const TIME_BYTES: usize = 13;
const TIME_BITS: i32 = (1 << 13) - 1;

/** Hot. Reads a time of 13 digits, ms, and stores it as f64 µs at `into`; the caller checks that it ends there. */
// @ts-ignore: decorator
@inline
export function shortTime(at: usize, into: usize): bool {
  const values = i8x16.sub(v128.load(at), i8x16.splat(0x30));
  const digitBits = i8x16.bitmask(i8x16.lt_u(values, i8x16.splat(10)));
  const digits = joinDigits(i8x16.swizzle(values, v128.load(SHUFFLES + (((13 << 4) | 13) << 4))));
  store<f64>(into, <f64>(<i64>(digits * 1000)));
  return (digitBits & TIME_BITS) == TIME_BITS && load<u8>(at) != 0x30;
}

/** Set by `integer`: false where the text is no unsigned integer below 2^64. */
let integerFits: bool = false;

export function isInteger(): bool {
  return integerFits;
}

/** Unsigned integer below 2^64 out of digits only; see `isInteger`. */
export function integer(at: usize, length: i32): u64 {
  let value: u64 = 0;
  integerFits = false;
  if (length == 0) return 0;
  for (let i = 0; i < length; i++) {
    const digit = <u64>load<u8>(at + i) - 0x30;
    if (digit > 9 || value > 1844674407370955161 || (value == 1844674407370955161 && digit > 5)) return 0;
    value = value * 10 + digit;
  }
  integerFits = true;
  return value;
}

/**
 * Decimal text of any length, correctly rounded: -?digits(.digits)?([eE][+-]?digits)?
 * NaN when it is not of that shape; infinite when it is too large.
 */
export function decimal(at: usize, length: i32): f64 {
  const end = at + length;
  let p = at;
  const isNegative = p < end && load<u8>(p) == 0x2d;
  if (isNegative) p++;
  let mantissa: u64 = 0;
  let kept = 0;
  const whole = p;
  while (p < end && <u32>load<u8>(p) - 0x30 < 10) {
    if (kept < SAFE_DIGITS) mantissa = mantissa * 10 + (load<u8>(p) - 0x30);
    if (mantissa != 0) kept++;
    p++;
  }
  if (p == whole) return NaN;
  let fraction = 0;
  if (p < end && load<u8>(p) == 0x2e) {
    const point = ++p;
    while (p < end && <u32>load<u8>(p) - 0x30 < 10) {
      if (kept < SAFE_DIGITS) mantissa = mantissa * 10 + (load<u8>(p) - 0x30);
      if (mantissa != 0) kept++;
      p++;
    }
    fraction = <i32>(p - point);
    if (fraction == 0) return NaN;
  }
  if (p == end) {
    // Zeros at the end of the fraction are many and mean nothing.
    while (kept <= SAFE_DIGITS && mantissa > EXACT_INTEGERS && fraction > 0 && mantissa % 10 == 0) {
      mantissa /= 10;
      fraction--;
    }
    if (kept <= SAFE_DIGITS && mantissa <= EXACT_INTEGERS && fraction <= LARGEST_EXACT_POWER) {
      const value = <f64>(<i64>mantissa) / load<f64>(POWERS + (fraction << 3));
      return isNegative ? -value : value;
    }
    return parseDecimal(at, length);
  }
  if ((load<u8>(p) | 0x20) != 0x65) return NaN;
  p++;
  if (p < end && (load<u8>(p) == 0x2b || load<u8>(p) == 0x2d)) p++;
  const exponent = p;
  while (p < end && <u32>load<u8>(p) - 0x30 < 10) p++;
  return p == exponent || p != end ? NaN : parseDecimal(at, length);
}
