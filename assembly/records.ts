// Where the records of the message being decoded go, and what all of them carry.
// The message is written past the ring's head and is seen by nobody until the caller commits it.
import {
  FLAG_LAST,
  MESSAGE_RECEIVED_NANOS,
  MESSAGE_RECEIVED_TIME_US,
  MESSAGE_SOURCE,
  RECORD_EXCHANGE_TIME_US,
  RECORD_FLAGS,
  RECORD_PAYLOAD,
  RECORD_RECEIVED_TIME_US,
  RECORD_SEQUENCE,
  RECORD_SHIFT,
  RING_CAPACITY,
  RING_HEADER_BYTES,
  SYMBOL_CONTRACT_SIZE,
  SYMBOL_INSTRUMENT,
  SYMBOL_UNIT,
  UNIT_BASE,
  UNIT_CONTRACT,
  UNIT_INVERSE,
} from "../src/layout";

// One message at a time and a thread: private to the instance.
let base: usize = 0;
let mask: u32 = 0;
let begin: u32 = 0;
let room: i32 = 0;
let count: i32 = 0;
/** Source and nanoseconds at their places in a record's first word. */
let origin: u64 = 0;
let received: f64 = 0;

/** Hot. Takes `limit` records from `cursor` on. */
// @ts-ignore: decorator
@inline
export function openRecords(lane: usize, ring: usize, cursor: u32, limit: i32): void {
  base = ring + RING_HEADER_BYTES;
  mask = load<u32>(ring, RING_CAPACITY) - 1;
  begin = cursor;
  room = limit;
  count = 0;
  origin = ((<u64>load<u16>(lane, MESSAGE_SOURCE)) << 16) | ((<u64>load<u16>(lane, MESSAGE_RECEIVED_NANOS)) << 48);
  received = load<f64>(lane, MESSAGE_RECEIVED_TIME_US);
}

/** Hot. First word of a record of this message. */
// @ts-ignore: decorator
@inline
export function head(slot: usize, kind: u32, flags: u32): u64 {
  return origin | ((<u64>load<u16>(slot, SYMBOL_INSTRUMENT)) << 32) | <u64>(kind | (flags << 8));
}

/** Hot. Address of the next record with everything but the payload written, 0 when there is no room. */
// @ts-ignore: decorator
@inline
export function put(first: u64, exchangeTimeUs: f64, sequence: u64): usize {
  if (count >= room) return 0;
  const at = recordAt(count);
  count++;
  store<u64>(at, first);
  store<f64>(at, exchangeTimeUs, RECORD_EXCHANGE_TIME_US);
  store<f64>(at, received, RECORD_RECEIVED_TIME_US);
  store<u64>(at, sequence, RECORD_SEQUENCE);
  return at;
}

/** Hot. Writes the four payload words. */
// @ts-ignore: decorator
@inline
export function fill(at: usize, first: f64, second: f64, third: f64, fourth: f64): void {
  store<f64>(at, first, RECORD_PAYLOAD);
  store<f64>(at, second, RECORD_PAYLOAD + 8);
  store<f64>(at, third, RECORD_PAYLOAD + 16);
  store<f64>(at, fourth, RECORD_PAYLOAD + 24);
}

/** Hot. */
// @ts-ignore: decorator
@inline
export function recordAt(index: i32): usize {
  return base + (((begin + <u32>index) & mask) << RECORD_SHIFT);
}

/** Hot. Records written so far. */
// @ts-ignore: decorator
@inline
export function written(): i32 {
  return count;
}

/** Hot. Sets flags of a record written before. */
// @ts-ignore: decorator
@inline
export function flag(index: i32, flags: u32): void {
  const at = recordAt(index);
  store<u8>(at, load<u8>(at, RECORD_FLAGS) | flags, RECORD_FLAGS);
}

/** Hot. The record written last ends its message. */
// @ts-ignore: decorator
@inline
export function endMessage(): void {
  flag(count - 1, FLAG_LAST);
}

/** Hot. Whether the symbol's quantities can be turned into base coin. */
// @ts-ignore: decorator
@inline
export function hasUnit(slot: usize): bool {
  const unit = load<i32>(slot, SYMBOL_UNIT);
  return unit == UNIT_BASE || (unit <= UNIT_CONTRACT && load<f64>(slot, SYMBOL_CONTRACT_SIZE) > 0);
}

/** Hot. A native quantity at a price, in base coin; 0 at price 0. Call only where `hasUnit`. */
// @ts-ignore: decorator
@inline
export function baseSize(slot: usize, native: f64, price: f64): f64 {
  const unit = load<i32>(slot, SYMBOL_UNIT);
  if (unit == UNIT_BASE) return native;
  const scaled = native * load<f64>(slot, SYMBOL_CONTRACT_SIZE);
  if (unit == UNIT_INVERSE) return price == 0 ? 0 : scaled / price;
  return scaled;
}
