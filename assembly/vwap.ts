// Volume-weighted average price of the last trades, by count or by time: sum p q / sum q, with q in base
// coin. Both sums are compensated, and computed afresh from the trades once all of them have been replaced,
// or when the sum of q has shrunk to almost nothing beside what it was. No shift is needed: all terms are
// positive, nothing cancels.
import {
  VWAP_CAPACITY,
  VWAP_COUNT,
  VWAP_DROPPED_US,
  VWAP_HEADER_BYTES,
  VWAP_NEXT,
  VWAP_NOW_US,
  VWAP_OVERFLOWED,
  VWAP_PEAK,
  VWAP_PRICE,
  VWAP_SINCE,
  VWAP_SIZE,
  VWAP_SIZE_LOW,
  VWAP_SPAN_US,
  VWAP_TURNOVER,
  VWAP_TURNOVER_LOW,
} from "../src/layout";
import { accumulate, replaceInSum } from "./compensated-sum";

/** A sum of q below this part of its peak may be mostly rounding. */
const FADED: f64 = 2.3283064365386963e-10; // 2^-32

/**
 * Empties a window of the last `capacity` trades (`spanUs` NaN), or of the trades of the last `spanUs`
 * microseconds, for which `capacity` is the room.
 */
export function vwapInit(vwap: usize, capacity: i32, spanUs: f64): void {
  memory.fill(vwap, 0, VWAP_HEADER_BYTES);
  store<u32>(vwap, capacity, VWAP_CAPACITY);
  store<f64>(vwap, spanUs, VWAP_SPAN_US);
  store<f64>(vwap, NaN, VWAP_PRICE);
  store<f64>(vwap, -Infinity, VWAP_NOW_US);
  store<f64>(vwap, -Infinity, VWAP_DROPPED_US);
}

/**
 * Hot: adds a market trade and returns the trades held; VWAP_PRICE follows. -1, and nothing changes,
 * when price or size are not finite and above 0, or when a window by time is given no finite time.
 * In a window by time the trade also moves the time forward, a late one takes its place by time, and
 * one that is late by the whole span is outside.
 */
export function vwapPush(vwap: usize, price: f64, size: f64, timeUs: f64): i32 {
  if (!(price > 0 && price < Infinity && size > 0 && size < Infinity)) return -1;
  const capacity = load<i32>(vwap, VWAP_CAPACITY);
  const spanUs = load<f64>(vwap, VWAP_SPAN_US);
  let slot = load<i32>(vwap, VWAP_NEXT);
  if (isNaN(spanUs)) {
    if (load<i32>(vwap, VWAP_COUNT) == capacity) return replaceOldest(vwap, slot, capacity, price, size);
  } else {
    if (timeUs - timeUs != 0) return -1;
    leaveUntil(vwap, timeUs);
    if (timeUs <= load<f64>(vwap, VWAP_NOW_US) - spanUs) return publish(vwap);
    if (load<i32>(vwap, VWAP_COUNT) == capacity && !makeRoom(vwap, timeUs)) return publish(vwap);
    slot = placeByTime(vwap, slot, capacity, timeUs);
  }
  const at = vwap + VWAP_HEADER_BYTES + (usize(slot) << 3);
  const column = usize(capacity) << 3;
  store<f64>(at, price);
  store<f64>(at + column, size);
  store<f64>(at + 2 * column, timeUs);
  const next = load<i32>(vwap, VWAP_NEXT) + 1;
  store<i32>(vwap, next == capacity ? 0 : next, VWAP_NEXT);
  const count = load<i32>(vwap, VWAP_COUNT) + 1;
  store<i32>(vwap, count, VWAP_COUNT);
  addToSums(vwap, size, price * size);
  store<i32>(vwap, load<i32>(vwap, VWAP_SINCE) + 1, VWAP_SINCE);
  return publish(vwap);
}

/** A full window by count: the new trade takes the slot of the oldest one, and the sums are touched once. */
// @ts-ignore: decorator
@inline
function replaceOldest(vwap: usize, slot: i32, capacity: i32, price: f64, size: f64): i32 {
  const at = vwap + VWAP_HEADER_BYTES + (usize(slot) << 3);
  const column = usize(capacity) << 3;
  const gone = load<f64>(at + column);
  replaceInSum(vwap + VWAP_SIZE, gone, size);
  replaceInSum(vwap + VWAP_TURNOVER, load<f64>(at) * gone, price * size);
  store<f64>(at, price);
  store<f64>(at + column, size);
  store<i32>(vwap, slot + 1 == capacity ? 0 : slot + 1, VWAP_NEXT);
  store<i32>(vwap, load<i32>(vwap, VWAP_SINCE) + 1, VWAP_SINCE);
  return publish(vwap);
}

/** Hot: time passes in a window by time: trades with time <= `timeUs` - span leave. */
export function vwapAdvance(vwap: usize, timeUs: f64): void {
  if (timeUs - timeUs != 0 || isNaN(load<f64>(vwap, VWAP_SPAN_US))) return;
  leaveUntil(vwap, timeUs);
  publish(vwap);
}

/** Moves the window's time forward, never back, and lets go what has become too old. */
// @ts-ignore: decorator
@inline
function leaveUntil(vwap: usize, timeUs: f64): void {
  const nowUs = max(load<f64>(vwap, VWAP_NOW_US), timeUs);
  store<f64>(vwap, nowUs, VWAP_NOW_US);
  const oldestUs = nowUs - load<f64>(vwap, VWAP_SPAN_US);
  const times = vwap + VWAP_HEADER_BYTES + (usize(load<i32>(vwap, VWAP_CAPACITY)) << 4);
  while (load<i32>(vwap, VWAP_COUNT) > 0 && load<f64>(times + (usize(oldest(vwap)) << 3)) <= oldestUs) dropOldest(vwap);
}

/** The window by time is full: the oldest trade leaves too early, which may be the new one; is there room then? */
function makeRoom(vwap: usize, timeUs: f64): bool {
  const times = vwap + VWAP_HEADER_BYTES + (usize(load<i32>(vwap, VWAP_CAPACITY)) << 4);
  const oldestUs = load<f64>(times + (usize(oldest(vwap)) << 3));
  store<f64>(vwap, max(load<f64>(vwap, VWAP_DROPPED_US), min(oldestUs, timeUs)), VWAP_DROPPED_US);
  if (timeUs < oldestUs) return false;
  dropOldest(vwap);
  return true;
}

/** Moves trades that are later than `timeUs` one slot on; returns the slot that becomes free. */
// @ts-ignore: decorator
@inline
function placeByTime(vwap: usize, slot: i32, capacity: i32, timeUs: f64): i32 {
  const column = usize(capacity) << 3;
  const prices = vwap + VWAP_HEADER_BYTES;
  for (let left = load<i32>(vwap, VWAP_COUNT); left > 0; left--) {
    const before = slot == 0 ? capacity - 1 : slot - 1;
    const from = prices + (usize(before) << 3);
    if (load<f64>(from + 2 * column) <= timeUs) break;
    const to = prices + (usize(slot) << 3);
    store<f64>(to, load<f64>(from));
    store<f64>(to + column, load<f64>(from + column));
    store<f64>(to + 2 * column, load<f64>(from + 2 * column));
    slot = before;
  }
  return slot;
}

// @ts-ignore: decorator
@inline
function oldest(vwap: usize): i32 {
  const slot = load<i32>(vwap, VWAP_NEXT) - load<i32>(vwap, VWAP_COUNT);
  return slot < 0 ? slot + load<i32>(vwap, VWAP_CAPACITY) : slot;
}

// @ts-ignore: decorator
@inline
function dropOldest(vwap: usize): void {
  const at = vwap + VWAP_HEADER_BYTES + (usize(oldest(vwap)) << 3);
  const size = load<f64>(at + (usize(load<i32>(vwap, VWAP_CAPACITY)) << 3));
  // The same product as when it came, so that the sums lose exactly what they had gained.
  addToSums(vwap, -size, -(load<f64>(at) * size));
  store<i32>(vwap, load<i32>(vwap, VWAP_COUNT) - 1, VWAP_COUNT);
}

// @ts-ignore: decorator
@inline
function addToSums(vwap: usize, size: f64, turnover: f64): void {
  accumulate(vwap + VWAP_SIZE, size);
  accumulate(vwap + VWAP_TURNOVER, turnover);
}

/** Writes VWAP_PRICE and VWAP_OVERFLOWED; returns the trades held. */
// @ts-ignore: decorator
@inline
function publish(vwap: usize): i32 {
  const count = load<i32>(vwap, VWAP_COUNT);
  const sizes = load<f64>(vwap, VWAP_SIZE);
  const peak = max(load<f64>(vwap, VWAP_PEAK), sizes);
  store<f64>(vwap, peak, VWAP_PEAK);
  if (load<i32>(vwap, VWAP_SINCE) >= count || sizes < peak * FADED) recompute(vwap, count);
  const size = load<f64>(vwap, VWAP_SIZE) + load<f64>(vwap, VWAP_SIZE_LOW);
  const turnover = load<f64>(vwap, VWAP_TURNOVER) + load<f64>(vwap, VWAP_TURNOVER_LOW);
  const overflowed = load<f64>(vwap, VWAP_DROPPED_US) > load<f64>(vwap, VWAP_NOW_US) - load<f64>(vwap, VWAP_SPAN_US);
  store<u32>(vwap, u32(overflowed), VWAP_OVERFLOWED);
  store<f64>(vwap, count == 0 || overflowed ? NaN : turnover / size, VWAP_PRICE);
  return count;
}

/** Both sums from the trades held. */
function recompute(vwap: usize, count: i32): void {
  const capacity = load<i32>(vwap, VWAP_CAPACITY);
  const column = usize(capacity) << 3;
  store<f64>(vwap, 0, VWAP_SIZE);
  store<f64>(vwap, 0, VWAP_SIZE_LOW);
  store<f64>(vwap, 0, VWAP_TURNOVER);
  store<f64>(vwap, 0, VWAP_TURNOVER_LOW);
  let slot = load<i32>(vwap, VWAP_NEXT);
  for (let left = count; left > 0; left--) {
    slot = slot == 0 ? capacity - 1 : slot - 1;
    const at = vwap + VWAP_HEADER_BYTES + (usize(slot) << 3);
    const size = load<f64>(at + column);
    addToSums(vwap, size, load<f64>(at) * size);
  }
  store<f64>(vwap, load<f64>(vwap, VWAP_SIZE), VWAP_PEAK);
  store<i32>(vwap, 0, VWAP_SINCE);
}
