// Recordings: lines of `<receive time><space><frame>`.
import {
  MESSAGE_FRAME_AT,
  MESSAGE_FRAME_END,
  MESSAGE_NEXT_LINE,
  MESSAGE_RECEIVED_NANOS,
  MESSAGE_RECEIVED_TIME_US,
  REJECT_LINE,
} from "../src/layout";
import { joinDigits } from "./number";

/** Nanoseconds since 1970; 0 when the text is no time. */
let nanoseconds: u64 = 0;

// @ts-ignore: decorator
@inline
function feedsIn(at: usize): v128 {
  return i8x16.eq(v128.load(at), i8x16.splat(0x0a));
}

/** Hot: address of the next line feed in [at, end), 0 when there is none. Reads past `end`, into the padding. */
function lineFeed(at: usize, end: usize): usize {
  while (at < end) {
    const half = v128.or(feedsIn(at), feedsIn(at + 16));
    if (v128.any_true(v128.or(half, v128.or(feedsIn(at + 32), feedsIn(at + 48))))) break;
    at += 64;
  }
  while (at < end) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0x0a)));
    if (bits != 0) {
      at += ctz<i32>(bits);
      return at < end ? at : 0;
    }
    at += 16;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function isDigit(at: usize): bool {
  return <u32>load<u8>(at) - 0x30 < 10;
}

/**
 * Reads a time in s, ms, us or ns, told apart by magnitude, with or without a fraction.
 * Digits below the nanosecond are dropped. Returns the address after it; 0 when it is no time.
 */
function readTime(at: usize, end: usize): usize {
  let value: u64 = 0;
  const begin = at;
  // Sixteen digits at once, which times in µs and ns have.
  const digits = i8x16.sub(v128.load(at), i8x16.splat(0x30));
  if (at + 16 <= end && i8x16.bitmask(i8x16.lt_u(digits, i8x16.splat(10))) == 0xffff) {
    value = joinDigits(digits);
    at += 16;
  }
  while (at < end && isDigit(at)) {
    if (at - begin == 19) return 0;
    value = value * 10 + (load<u8>(at) - 0x30);
    at++;
  }
  // A second before 1973 would be mistaken for nothing else, but nobody recorded then.
  let unit: u64 = 1;
  if (value < 100000000) return 0;
  if (value < 18000000000) unit = 1000000000;
  else if (value < 100000000000) return 0;
  else if (value < 18000000000000) unit = 1000000;
  else if (value < 100000000000000) return 0;
  else if (value < 18000000000000000) unit = 1000;
  else if (value < 100000000000000000) return 0;
  nanoseconds = value * unit;
  if (at < end && load<u8>(at) == 0x2e) {
    const point = ++at;
    while (at < end && isDigit(at)) {
      unit /= 10;
      nanoseconds += unit * (load<u8>(at) - 0x30);
      at++;
    }
    if (at == point) return 0;
  }
  return at;
}

/**
 * Finds the next line that is not empty in [from, end) and writes where its frame is, when it was
 * received and where the next line begins. 1 found, 0 no whole line left (MESSAGE_NEXT_LINE is where
 * the unfinished one begins), REJECT_LINE when it is not of that shape.
 */
export function findLine(lane: usize, from: usize, end: usize): i32 {
  while (true) {
    const feed = lineFeed(from, end);
    store<u32>(lane, <u32>(feed == 0 ? from : feed + 1), MESSAGE_NEXT_LINE);
    if (feed == 0) return 0;
    let last = feed;
    while (last > from && (load<u8>(last - 1) == 0x20 || load<u8>(last - 1) == 0x0d)) last--;
    if (last == from) {
      from = feed + 1;
      continue;
    }
    let at = readTime(from, last);
    if (at == 0 || at >= last || load<u8>(at) != 0x20) return REJECT_LINE;
    while (load<u8>(at) == 0x20) at++; // ends: the last byte is no space
    const us = nanoseconds / 1000;
    store<f64>(lane, <f64>(<i64>us), MESSAGE_RECEIVED_TIME_US);
    store<u32>(lane, <u32>(nanoseconds - us * 1000), MESSAGE_RECEIVED_NANOS);
    store<u32>(lane, <u32>at, MESSAGE_FRAME_AT);
    store<u32>(lane, <u32>last, MESSAGE_FRAME_END);
    return 1;
  }
}
