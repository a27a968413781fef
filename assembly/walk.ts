// Walks over text that `validate` found to be JSON: objects, arrays and strings. None of these functions
// can run past the end of the frame.
import { LANE_TEXT, LANE_TEXT_BYTES, REJECT_TOO_LONG } from "../src/layout";
import { hex4, unescaped } from "./scan";

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

export function space(at: usize): usize {
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

/** Reads plain text without escapes into word0..word2. */
export function readPlain(at: usize, bytes: i32): void {
  word0 = 0;
  word1 = 0;
  word2 = 0;
  wordBytes = bytes > 24 ? 25 : bytes;
  for (let i = 0; i < bytes && i < 24; i++) {
    const shifted = (<u64>load<u8>(at + i)) << ((<u64>(i & 7)) << 3);
    if (i < 8) word0 |= shifted;
    else if (i < 16) word1 |= shifted;
    else word2 |= shifted;
  }
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
