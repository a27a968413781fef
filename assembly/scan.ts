// The general JSON scanner: one strict pass over the whole frame. Strict means RFC 8259 as JSON.parse
// reads it, and valid UTF-8.
import { REJECT_DEPTH_LIMIT, REJECT_MALFORMED } from "../src/layout";

/** Objects and arrays inside each other: one bit each in `validate`. */
const DEPTH_MAXIMUM: i32 = 64;

export function skipSpace(at: usize, end: usize): usize {
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) break;
    at++;
  }
  return at;
}

/** Address after one UTF-8 sequence of two to four bytes, 0 when it is not valid. */
function utf8(at: usize, end: usize): usize {
  const first = <u32>load<u8>(at);
  const left = <u32>(end - at);
  const second = left > 1 ? <u32>load<u8>(at, 1) : 0;
  if ((second & 0xc0) != 0x80) return 0;
  if (first >= 0xc2 && first <= 0xdf) return at + 2;
  const third = left > 2 ? <u32>load<u8>(at, 2) : 0;
  if ((third & 0xc0) != 0x80) return 0;
  // Neither overlong forms nor surrogates.
  if (first == 0xe0 ? second >= 0xa0 : first == 0xed ? second < 0xa0 : first > 0xe0 && first < 0xf0) return at + 3;
  const fourth = left > 3 ? <u32>load<u8>(at, 3) : 0;
  if ((fourth & 0xc0) != 0x80) return 0;
  if (first == 0xf0 ? second >= 0x90 : first == 0xf4 ? second < 0x90 : first > 0xf0 && first < 0xf4) return at + 4;
  return 0;
}

/** Value of four hexadecimal digits, -1 when they are none. */
export function hex4(at: usize): i32 {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const byte = <u32>load<u8>(at + i);
    const letter = (byte | 0x20) - 0x61;
    const digit = byte - 0x30 < 10 ? byte - 0x30 : letter < 6 ? letter + 10 : 16;
    if (digit > 15) return -1;
    value = (value << 4) | <i32>digit;
  }
  return value;
}

/** Address of the quote that ends the string whose first byte is at `at`; 0 when the string is not valid. */
function stringEnd(at: usize, end: usize): usize {
  while (at < end) {
    const text = v128.load(at);
    const special = v128.or(
      v128.or(i8x16.eq(text, i8x16.splat(0x22)), i8x16.eq(text, i8x16.splat(0x5c))),
      i8x16.lt_s(text, i8x16.splat(0x20)), // control characters, and all bytes above 127
    );
    at += ctz<i32>(i8x16.bitmask(special) | 0x10000);
    if (at >= end) return 0;
    const byte = load<u8>(at);
    if (byte == 0x22) return at;
    if (byte >= 0x80) {
      at = utf8(at, end);
      if (at == 0) return 0;
    } else if (byte == 0x5c) {
      if (end - at < 2) return 0;
      const escape = load<u8>(at, 1);
      if (escape == 0x75) {
        if (end - at < 6 || hex4(at + 2) < 0) return 0;
        at += 6;
      } else {
        if (unescaped(escape) == 0) return 0;
        at += 2;
      }
    } else if (byte < 0x20) return 0;
  }
  return 0;
}

/** The character that a one-letter escape stands for, 0 for none. */
export function unescaped(escape: u32): u32 {
  switch (escape) {
    case 0x22:
    case 0x5c:
    case 0x2f:
      return escape;
    case 0x62:
      return 8;
    case 0x66:
      return 12;
    case 0x6e:
      return 10;
    case 0x72:
      return 13;
    case 0x74:
      return 9;
  }
  return 0;
}

function digitsEnd(at: usize, end: usize): usize {
  while (at < end && <u32>load<u8>(at) - 0x30 < 10) at++;
  return at;
}

/** Address after a JSON number, 0 when it is none. */
function numberEnd(at: usize, end: usize): usize {
  if (at < end && load<u8>(at) == 0x2d) at++;
  let p = digitsEnd(at, end);
  if (p == at || (load<u8>(at) == 0x30 && p - at > 1)) return 0;
  if (p < end && load<u8>(p) == 0x2e) {
    const fraction = p + 1;
    p = digitsEnd(fraction, end);
    if (p == fraction) return 0;
  }
  if (p < end && (load<u8>(p) | 0x20) == 0x65) {
    p++;
    if (p < end && (load<u8>(p) == 0x2b || load<u8>(p) == 0x2d)) p++;
    const exponent = p;
    p = digitsEnd(exponent, end);
    if (p == exponent) return 0;
  }
  return p;
}

/** Address after a string, number, true, false or null; 0 when it is none. */
function scalarEnd(at: usize, end: usize): usize {
  if (at >= end) return 0;
  const byte = load<u8>(at);
  if (byte == 0x22) {
    const quote = stringEnd(at + 1, end);
    return quote == 0 ? 0 : quote + 1;
  }
  if (byte == 0x74 || byte == 0x6e) {
    const word: u32 = byte == 0x74 ? 0x65757274 : 0x6c6c756e; // true, null
    return end - at >= 4 && load<u32>(at) == word ? at + 4 : 0;
  }
  if (byte == 0x66) return end - at >= 5 && load<u32>(at, 1) == 0x65736c61 ? at + 5 : 0; // f, alse
  return numberEnd(at, end);
}

/** 0 when [at, end) is one JSON value with nothing but white space around it, else a REJECT_*. */
export function validate(at: usize, end: usize): i32 {
  let depth = 0;
  let objects: u64 = 0; // one bit a level, innermost lowest: 1 for an object
  let wantsKey = false;
  while (true) {
    at = skipSpace(at, end);
    if (wantsKey) {
      if (at >= end || load<u8>(at) != 0x22) return REJECT_MALFORMED;
      at = stringEnd(at + 1, end);
      if (at == 0) return REJECT_MALFORMED;
      at = skipSpace(at + 1, end);
      if (at >= end || load<u8>(at) != 0x3a) return REJECT_MALFORMED;
      at = skipSpace(at + 1, end);
      wantsKey = false;
    }
    const byte = at < end ? load<u8>(at) : 0;
    if (byte == 0x7b || byte == 0x5b) {
      if (depth == DEPTH_MAXIMUM) return REJECT_DEPTH_LIMIT;
      depth++;
      objects = (objects << 1) | u64(byte == 0x7b);
      at = skipSpace(at + 1, end);
      if (at >= end || load<u8>(at) != byte + 2) {
        wantsKey = byte == 0x7b;
        continue;
      }
    } else {
      at = scalarEnd(at, end);
      if (at == 0) return REJECT_MALFORMED;
      at = skipSpace(at, end);
      if (depth == 0) return at == end ? 0 : REJECT_MALFORMED;
      if (at >= end) return REJECT_MALFORMED;
    }
    // A value is complete: close what it closes, or go on with the next.
    while (true) {
      const next = load<u8>(at);
      if (next == 0x2c) {
        wantsKey = (objects & 1) == 1;
        at++;
        break;
      }
      if (next != ((objects & 1) == 1 ? 0x7d : 0x5d)) return REJECT_MALFORMED;
      depth--;
      objects >>= 1;
      at = skipSpace(at + 1, end);
      if (depth == 0) return at == end ? 0 : REJECT_MALFORMED;
      if (at >= end) return REJECT_MALFORMED;
    }
  }
}
