// Offset of a venue's clock from receive times alone: the fastest of the last CLOCK_SAMPLES frames shows
// it, and how far the typical frame lies above that minimum says how sure it is. Delays are kept in
// order of arrival, to know which one leaves, and sorted, to know minimum and median.
import {
  CLOCK_METHOD_NONE,
  CLOCK_METHOD_RECEIVE_MINIMUM,
  CLOCK_METHOD_ROUND_TRIP,
  CLOCK_SAMPLES,
  CLOCK_SAMPLES_MINIMUM,
  CLOCK_STATE_BYTES,
  CLOCK_STATE_COUNT,
  CLOCK_STATE_METHOD,
  CLOCK_STATE_NEXT,
  CLOCK_STATE_OFFSET_US,
  CLOCK_STATE_SAMPLES,
  CLOCK_STATE_SORTED,
  CLOCK_STATE_UNCERTAINTY_US,
  CLOCK_STATE_UNSORTED,
  CLOCK_STATE_WANTED,
} from "../src/layout";

/** No samples: offset and uncertainty are NaN, the method is CLOCK_METHOD_NONE. */
export function clockInit(clock: usize): void {
  memory.fill(clock, 0, CLOCK_STATE_BYTES);
  store<u32>(clock, CLOCK_METHOD_NONE, CLOCK_STATE_METHOD);
  store<f64>(clock, NaN, CLOCK_STATE_OFFSET_US);
  store<f64>(clock, NaN, CLOCK_STATE_UNCERTAINTY_US);
}

/**
 * Hot: takes the delay of a frame, receive time minus the venue's time, in µs; it may be negative. One that
 * is not finite is ignored. Sorting costs more than all else here, so it is done for clocks that are read.
 */
export function clockSample(clock: usize, delayUs: f64): void {
  if (delayUs - delayUs != 0) return;
  const next = load<i32>(clock, CLOCK_STATE_NEXT);
  const slot = clock + CLOCK_STATE_SAMPLES + (usize(next) << 3);
  const count = load<i32>(clock, CLOCK_STATE_COUNT);
  const wanted = load<u32>(clock, CLOCK_STATE_WANTED);
  if (wanted != 0) {
    const sorted = clock + CLOCK_STATE_SORTED;
    if (count == CLOCK_SAMPLES) exchange(sorted, load<f64>(slot), delayUs);
    else insert(sorted, count, delayUs);
    store<u32>(clock, wanted - 1, CLOCK_STATE_WANTED);
  } else store<u32>(clock, 1, CLOCK_STATE_UNSORTED);
  store<f64>(slot, delayUs);
  store<i32>(clock, next + 1 == CLOCK_SAMPLES ? 0 : next + 1, CLOCK_STATE_NEXT);
  if (count < CLOCK_SAMPLES) store<i32>(clock, count + 1, CLOCK_STATE_COUNT);
}

/**
 * Brings offset, uncertainty and method up to date: offset = -minimum and uncertainty = median - minimum,
 * from CLOCK_SAMPLES_MINIMUM samples on; an offset from round trips stays.
 */
export function clockRead(clock: usize): void {
  if (load<u32>(clock, CLOCK_STATE_METHOD) == CLOCK_METHOD_ROUND_TRIP) return;
  const sorted = clock + CLOCK_STATE_SORTED;
  const count = load<i32>(clock, CLOCK_STATE_COUNT);
  if (load<u32>(clock, CLOCK_STATE_UNSORTED)) {
    for (let i = 0; i < count; i++) insert(sorted, i, load<f64>(clock + CLOCK_STATE_SAMPLES + (usize(i) << 3)));
    store<u32>(clock, 0, CLOCK_STATE_UNSORTED);
  }
  store<u32>(clock, CLOCK_SAMPLES, CLOCK_STATE_WANTED);
  if (count < CLOCK_SAMPLES_MINIMUM) return;
  const minimum = load<f64>(sorted);
  const middle = sorted + (usize(count >> 1) << 3);
  const median = count & 1 ? load<f64>(middle) : (load<f64>(middle - 8) + load<f64>(middle)) / 2;
  store<f64>(clock, -minimum, CLOCK_STATE_OFFSET_US);
  store<f64>(clock, median - minimum, CLOCK_STATE_UNCERTAINTY_US);
  store<u32>(clock, CLOCK_METHOD_RECEIVE_MINIMUM, CLOCK_STATE_METHOD);
}

/** A full set: `gone` leaves and `fresh` enters; only what lies between their places moves. */
// @ts-ignore: decorator
@inline
function exchange(sorted: usize, gone: f64, fresh: f64): void {
  // Both places at once, halving without branches: how many of the samples are below each.
  let from = sorted;
  let to = sorted;
  for (let half: usize = CLOCK_SAMPLES << 2; half >= 8; half >>>= 1) {
    from += half & -usize(load<f64>(from + half - 8) < gone);
    to += half & -usize(load<f64>(to + half - 8) < fresh);
  }
  to += usize(load<f64>(to) < fresh) << 3;
  if (to > from) {
    to -= 8;
    memory.copy(from, from + 8, to - from);
  } else memory.copy(to + 8, to, from - to);
  store<f64>(to, fresh);
}

// @ts-ignore: decorator
@inline
function insert(sorted: usize, count: i32, fresh: f64): void {
  let at = sorted;
  const end = sorted + (usize(count) << 3);
  let length = count;
  while (length > 0) {
    const half = length >>> 1;
    const middle = at + (usize(half) << 3);
    if (load<f64>(middle) < fresh) {
      at = middle + 8;
      length -= half + 1;
    } else length = half;
  }
  memory.copy(at + 8, at, end - at);
  store<f64>(at, fresh);
}
