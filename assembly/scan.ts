// The general JSON scanner: one strict pass over the whole frame, then walks over what is known to be valid.
// Strict means RFC 8259 as JSON.parse reads it, and valid UTF-8.
import { LANE_TEXT, LANE_TEXT_BYTES, REJECT_DEPTH_LIMIT, REJECT_MALFORMED, REJECT_TOO_LONG } from "../src/layout";

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
function hex4(at: usize): i32 {
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
function unescaped(escape: u32): u32 {
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

// What follows walks over validated text only: it cannot run past the end of the frame.

/** Address after the string that begins at `at`, in validated text. */
function skipString(at: usize): usize {
  while (true) {
    at++;
    const byte = load<u8>(at);
    if (byte == 0x22) return at + 1;
    if (byte == 0x5c) at++;
  }
}

/** Address after the value that begins at `at`, in validated text. */
export function skipValue(at: usize): usize {
  let depth = 0;
  while (true) {
    const byte = load<u8>(at);
    if (byte == 0x22) {
      at = skipString(at);
      if (depth == 0) return at;
      continue;
    }
    if (byte == 0x7b || byte == 0x5b) depth++;
    else if (byte == 0x7d || byte == 0x5d) {
      depth--;
      if (depth == 0) return at + 1;
    } else if (depth == 0) {
      while (!endsScalar(load<u8>(at))) at++;
      return at;
    }
    at++;
  }
}

/** Comma, bracket, brace or white space. A scalar at the very end of a frame is never walked over. */
function endsScalar(byte: u32): bool {
  return byte == 0x2c || byte == 0x7d || byte == 0x5d || byte <= 0x20;
}

function space(at: usize): usize {
  while (load<u8>(at) <= 0x20) at++;
  return at;
}

/** First element of the array, or first key of the object, that begins at `at`; 0 when it is empty. */
export function firstOf(at: usize): usize {
  at = space(at + 1);
  const byte = load<u8>(at);
  return byte == 0x5d || byte == 0x7d ? 0 : at;
}

/** What comes after the value at `at` in its array or object; 0 when it was the last. */
export function nextOf(at: usize): usize {
  at = space(skipValue(at));
  return load<u8>(at) == 0x2c ? space(at + 1) : 0;
}

/** The value of the member whose key begins at `key`. */
export function valueOf(key: usize): usize {
  return space(space(skipString(key)) + 1);
}

// A short string as three little-endian words, escapes resolved; longer ones have a length above 24.
export let word0: u64 = 0;
export let word1: u64 = 0;
export let word2: u64 = 0;
export let wordBytes: i32 = 0;

/** Reads the string that begins at `at` into word0..word2. */
export function readWords(at: usize): void {
  word0 = 0;
  word1 = 0;
  word2 = 0;
  let bytes = 0;
  at++;
  while (true) {
    let byte = <u32>load<u8>(at);
    if (byte == 0x22) break;
    if (byte == 0x5c) {
      const escape = <u32>load<u8>(at, 1);
      byte = escape == 0x75 ? <u32>hex4(at + 2) : unescaped(escape);
      at += escape == 0x75 ? 6 : 2;
      // No name that anybody looks for has a character above 127.
      if (byte > 127) bytes = 24;
    } else at++;
    if (bytes >= 24) {
      bytes = 25;
      break;
    }
    const shifted = (<u64>byte) << ((<u64>(bytes & 7)) << 3);
    if (bytes < 8) word0 |= shifted;
    else if (bytes < 16) word1 |= shifted;
    else word2 |= shifted;
    bytes++;
  }
  wordBytes = bytes;
}

/** True when the string read last is the one of these words and this length. */
export function wordsAre(bytes: i32, first: u64, second: u64 = 0, third: u64 = 0): bool {
  return wordBytes == bytes && word0 == first && word1 == second && word2 == third;
}

// The text of a string: in the frame where it has no escapes, else unescaped in the lane.
export let textAt: usize = 0;
export let textBytes: i32 = 0;

/** Finds the text of the string that begins at `at`. 0, or a REJECT_* when its unescaped form is too long. */
export function readText(lane: usize, at: usize): i32 {
  const begin = at + 1;
  let p = begin;
  while (load<u8>(p) != 0x22 && load<u8>(p) != 0x5c) p++;
  textAt = begin;
  textBytes = <i32>(p - begin);
  return load<u8>(p) == 0x22 ? 0 : unescape(lane, begin);
}

function unescape(lane: usize, p: usize): i32 {
  const begin = lane + LANE_TEXT;
  const end = begin + LANE_TEXT_BYTES;
  let to = begin;
  while (true) {
    const byte = <u32>load<u8>(p);
    if (byte == 0x22) break;
    if (to + 4 > end) return REJECT_TOO_LONG;
    if (byte != 0x5c) {
      store<u8>(to++, byte);
      p++;
      continue;
    }
    const escape = <u32>load<u8>(p, 1);
    if (escape != 0x75) {
      store<u8>(to++, unescaped(escape));
      p += 2;
      continue;
    }
    let point = <u32>hex4(p + 2);
    p += 6;
    if ((point & 0xf800) == 0xd800) {
      const low = point < 0xdc00 && load<u16>(p) == 0x755c ? <u32>hex4(p + 2) : 0;
      if ((low & 0xfc00) == 0xdc00) {
        point = 0x10000 + ((point & 0x3ff) << 10) + (low & 0x3ff);
        p += 6;
      } else point = 0xfffd; // half of a pair, as TextEncoder writes it
    }
    to = putUtf8(to, point);
  }
  textAt = begin;
  textBytes = <i32>(to - begin);
  return 0;
}

function putUtf8(to: usize, point: u32): usize {
  if (point < 0x80) {
    store<u8>(to, point);
    return to + 1;
  }
  if (point < 0x800) {
    store<u8>(to, 0xc0 | (point >> 6));
    store<u8>(to, 0x80 | (point & 63), 1);
    return to + 2;
  }
  if (point < 0x10000) {
    store<u8>(to, 0xe0 | (point >> 12));
    store<u8>(to, 0x80 | ((point >> 6) & 63), 1);
    store<u8>(to, 0x80 | (point & 63), 2);
    return to + 3;
  }
  store<u8>(to, 0xf0 | (point >> 18));
  store<u8>(to, 0x80 | ((point >> 12) & 63), 1);
  store<u8>(to, 0x80 | ((point >> 6) & 63), 2);
  store<u8>(to, 0x80 | (point & 63), 3);
  return to + 4;
}
