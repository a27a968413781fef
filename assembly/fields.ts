// Values of known keys, checked: what the general scanner found becomes prices, sizes, times and ids.
// The first thing that is wrong with a message is kept in `fault`; values after it do not matter.
import {
  LANE_FIELDS,
  REJECT_CONTRACT_SIZE,
  REJECT_ID,
  REJECT_MALFORMED,
  REJECT_MISSING_FIELD,
  REJECT_PRICE,
  REJECT_SIDE,
  REJECT_SIZE,
  REJECT_TIME,
} from "../src/layout";
import { decimal, integer, isInteger } from "./number";
import { baseSize, hasUnit } from "./records";
import { readText, readWords, skipValue, textAt, textBytes, wordsAre } from "./walk";

const FIELDS: i32 = 32;
const LARGEST_ID: u64 = 9007199254740992;

let firstFault: i32 = 0;

export function clearFault(): void {
  firstFault = 0;
}

/** The first REJECT_* since `clearFault`, 0 for none. */
export function fault(): i32 {
  return firstFault;
}

export function fail(reason: i32): void {
  if (firstFault == 0) firstFault = reason;
}

export function clearFields(lane: usize): void {
  for (let field = 0; field < FIELDS; field += 4) v128.store(lane + LANE_FIELDS + (field << 2), i64x2.splat(0));
}

/** The key's last value counts, as for JSON.parse. */
export function setField(lane: usize, field: i32, value: usize): void {
  store<u32>(lane + LANE_FIELDS + (field << 2), <u32>value);
}

/** Address of the value of a known key, 0 where the object has no such key. */
export function field(lane: usize, index: i32): usize {
  return load<u32>(lane + LANE_FIELDS + (index << 2));
}

/** Address of a value that must be there and not null. */
export function required(lane: usize, index: i32): usize {
  const value = field(lane, index);
  if (value == 0 || isNull(value)) {
    fail(REJECT_MISSING_FIELD);
    return 0;
  }
  return value;
}

export function isNull(value: usize): bool {
  return load<u8>(value) == 0x6e;
}

export function isText(value: usize): bool {
  return value != 0 && load<u8>(value) == 0x22;
}

/** Not there, null or an empty string: the venue has nothing to say. */
export function isAbsent(value: usize): bool {
  return value == 0 || isNull(value) || (isText(value) && load<u8>(value, 1) == 0x22);
}

/** Points textAt, textBytes to the text of a string or number; false for anything else. */
function scalarText(lane: usize, value: usize): bool {
  if (load<u8>(value) != 0x22) return false;
  const status = readText(lane, value);
  if (status != 0) fail(status);
  return status == 0;
}

let numberAt: usize = 0;
let numberBytes: i32 = 0;

/** Finds the digits of a number, in quotes or bare. */
function findNumber(lane: usize, value: usize): bool {
  if (scalarText(lane, value)) {
    numberAt = textAt;
    numberBytes = textBytes;
    return true;
  }
  const byte = load<u8>(value);
  if (byte != 0x2d && <u32>byte - 0x30 > 9) return false;
  numberAt = value;
  numberBytes = <i32>(skipValue(value) - value);
  return true;
}

/** Any finite number, or NaN with `reason` as the fault. */
export function numberOf(lane: usize, value: usize, reason: i32): f64 {
  if (value == 0) return NaN;
  const result = findNumber(lane, value) ? decimal(numberAt, numberBytes) : NaN;
  if (!(abs(result) < Infinity)) {
    fail(reason);
    return NaN;
  }
  return result;
}

/** Finite and above 0, or NaN with a fault. */
export function priceOf(lane: usize, value: usize): f64 {
  const price = numberOf(lane, value, REJECT_PRICE);
  if (!(price > 0)) fail(REJECT_PRICE);
  return price;
}

/** Finite and not negative (-0 is), or NaN with a fault. */
export function sizeOf(lane: usize, value: usize): f64 {
  return notNegative(numberOf(lane, value, REJECT_SIZE), REJECT_SIZE);
}

/** A native size in base coin at a price, finite and not negative, or NaN with a fault. */
export function baseSizeOf(lane: usize, value: usize, slot: usize, price: f64): f64 {
  const native = sizeOf(lane, value);
  if (!hasUnit(slot)) {
    fail(REJECT_CONTRACT_SIZE);
    return NaN;
  }
  const size = baseSize(slot, native, price);
  if (!(size < Infinity)) fail(REJECT_SIZE);
  return size;
}

/** The price of a side or of a trade that may be no market trade: 0 is allowed. */
export function priceOrZeroOf(lane: usize, value: usize): f64 {
  return notNegative(numberOf(lane, value, REJECT_PRICE), REJECT_PRICE);
}

function notNegative(value: f64, reason: i32): f64 {
  if (reinterpret<i64>(value) < 0) fail(reason);
  return value;
}

/** A positive price; NaN where the venue gives none, or 0. */
export function priceIfAny(lane: usize, value: usize): f64 {
  if (isAbsent(value)) return NaN;
  const price = priceOrZeroOf(lane, value);
  return price == 0 ? NaN : price;
}

/** Epoch µs out of ms or µs, told apart by magnitude; NaN with a fault. */
export function timeOf(lane: usize, value: usize): f64 {
  if (value == 0) return NaN;
  const time = findNumber(lane, value) ? integer(numberAt, numberBytes) : 0;
  if (time >= 1000000000000 && time < 10000000000000) return <f64>(<i64>(time * 1000));
  if (time >= 1000000000000000 && time < 10000000000000000) return <f64>(<i64>time);
  fail(REJECT_TIME);
  return NaN;
}

/** An update id up to 2^53, exact as f64; NaN with a fault. */
export function idOf(lane: usize, value: usize): f64 {
  if (value == 0) return NaN;
  const id = sequenceOf(lane, value);
  if (id > LARGEST_ID) fail(REJECT_ID);
  return <f64>id;
}

/** Any unsigned 64-bit integer, exact. */
export function sequenceOf(lane: usize, value: usize): u64 {
  if (value == 0) return 0;
  if (findNumber(lane, value)) {
    const id = integer(numberAt, numberBytes);
    if (isInteger()) return id;
  }
  fail(REJECT_ID);
  return 0;
}

/** The text is an unsigned 64-bit integer: no fault when it is not. */
export function isSequence(lane: usize, value: usize): bool {
  if (isAbsent(value) || !findNumber(lane, value)) return false;
  integer(numberAt, numberBytes);
  return isInteger();
}

export function booleanOf(value: usize): bool {
  if (value == 0) return false;
  const byte = load<u8>(value);
  if (byte != 0x74 && byte != 0x66) fail(REJECT_SIDE);
  return byte == 0x74;
}

/** True for the first word, false for the second, else a fault. */
export function sideOf(value: usize, bytes: i32, word: u64, otherBytes: i32, otherWord: u64): bool {
  if (value == 0) return false;
  if (isText(value)) {
    readWords(value);
    if (wordsAre(bytes, word)) return true;
    if (wordsAre(otherBytes, otherWord)) return false;
  }
  fail(REJECT_SIDE);
  return false;
}

/** Address of an object or array (`open` is its first byte) that must be there. */
export function container(lane: usize, index: i32, open: u32): usize {
  const value = required(lane, index);
  if (value == 0) return 0;
  if (load<u8>(value) != open) {
    fail(REJECT_MALFORMED);
    return 0;
  }
  return value;
}
