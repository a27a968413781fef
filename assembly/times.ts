// Times written as RFC 3339 -> epoch µs.
import { REJECT_TIME } from "../src/layout";
import { fail, isText } from "./fields";
import { readText, textAt, textBytes } from "./walk";

/** `2026-08-09T21:05:48Z`: with a fraction it is longer. */
const SHORTEST: i32 = 20;
const LONGEST: i32 = 30;

/** Value of `count` digits at `at`; -1 when one of them is none. */
function digits(at: usize, count: i32): i32 {
  let value = 0;
  for (let i = 0; i < count; i++) {
    const digit = <i32>load<u8>(at + i) - 0x30;
    if (<u32>digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function daysOf(month: i32, year: i32): i32 {
  if (month == 2) return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Days since 1970-01-01, counted in years that begin in March so that the leap day comes last. */
function epochDay(year: i32, month: i32, day: i32): i32 {
  const y = month > 2 ? year : year - 1;
  const m = month > 2 ? month - 3 : month + 9;
  return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

/**
 * Epoch µs of a text `2026-08-09T21:05:48.228568804Z`, floored: up to nine digits of a second, UTC only,
 * 1970 or later. NaN with a fault for anything else.
 */
export function textTimeOf(lane: usize, value: usize): f64 {
  if (value == 0) return NaN;
  const time: i64 = isText(value) && readText(lane, value) == 0 ? textTime(textAt, textBytes) : -1;
  if (time < 0) {
    fail(REJECT_TIME);
    return NaN;
  }
  return <f64>time;
}

function textTime(at: usize, bytes: i32): i64 {
  if (bytes < SHORTEST || bytes > LONGEST) return -1;
  const year = digits(at, 4);
  const month = digits(at + 5, 2);
  const day = digits(at + 8, 2);
  const hour = digits(at + 11, 2);
  const minute = digits(at + 14, 2);
  const second = digits(at + 17, 2);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysOf(month, year)) return -1;
  if (<u32>hour > 23 || <u32>minute > 59 || <u32>second > 59) return -1;
  const isShaped =
    load<u8>(at, 4) == 0x2d &&
    load<u8>(at, 7) == 0x2d &&
    load<u8>(at, 10) == 0x54 &&
    load<u8>(at, 13) == 0x3a &&
    load<u8>(at, 16) == 0x3a &&
    load<u8>(at + bytes - 1) == 0x5a;
  if (!isShaped) return -1;
  const fraction = bytes == SHORTEST ? 0 : microseconds(at + 19, bytes - SHORTEST);
  if (fraction < 0) return -1;
  const seconds = ((<i64>epochDay(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
  return seconds * 1000000 + fraction;
}

/** Of `.228568804`, a point and 1 to 9 digits; -1 for anything else. */
function microseconds(at: usize, bytes: i32): i32 {
  if (bytes < 2 || load<u8>(at) != 0x2e || digits(at + 1, bytes - 1) < 0) return -1;
  let value = 0;
  for (let i = 1; i <= 6; i++) value = value * 10 + (i < bytes ? <i32>load<u8>(at + i) - 0x30 : 0);
  return value;
}
