// Rolling mean, population deviation and z-score of the last n samples at a cost that does not grow
// with n. Sums are of (x - K) and (x - K)^2, compensated; they are computed afresh from the samples, with
// K moved to the mean, every n pushes, and at once when the mean is so far from K that digits would be lost.
// That covers a jump, too: no sample outlives a recomputation in the window, so K knows of one that leaves,
// and either was drawn far away by it or it was not large enough to leave rounding behind.
import {
  WINDOW_CAPACITY,
  WINDOW_COUNT,
  WINDOW_DEVIATION,
  WINDOW_FLAT,
  WINDOW_HEADER_BYTES,
  WINDOW_LAST,
  WINDOW_MEAN,
  WINDOW_NEXT,
  WINDOW_SHIFT,
  WINDOW_SINCE,
  WINDOW_SQUARES,
  WINDOW_SQUARES_LOW,
  WINDOW_SUM,
  WINDOW_SUM_LOW,
  WINDOW_Z,
} from "../src/layout";
import { accumulate, accumulateLanes, roundoff, roundoffOfLanes } from "./compensated-sum";

/** Samples beyond this are refused: their squares would not stay finite. */
const LARGEST: f64 = 1e100;
/** (mean - K)^2 above this many variances costs digits: 64 is 8 deviations, about one decimal digit. */
const FAR: f64 = 64;

/** Empties a window of `capacity` samples, 2..10,000; results are NaN until the first push. */
export function windowInit(window: usize, capacity: i32): void {
  memory.fill(window, 0, WINDOW_HEADER_BYTES);
  store<u32>(window, capacity, WINDOW_CAPACITY);
  store<f64>(window, NaN, WINDOW_MEAN);
  store<f64>(window, NaN, WINDOW_DEVIATION);
  store<f64>(window, NaN, WINDOW_Z);
  store<f64>(window, NaN, WINDOW_LAST);
}

/**
 * Hot: adds a sample, the oldest leaves when the window is full, and WINDOW_MEAN to WINDOW_FLAT follow.
 * Returns the samples held, or -1 and changes nothing when the value is not finite (or beyond 1e100).
 * Zero deviation gives z = 0 and WINDOW_FLAT = 1.
 */
export function windowPush(window: usize, value: f64): i32 {
  if (!(abs(value) <= LARGEST)) return -1;
  const capacity = load<i32>(window, WINDOW_CAPACITY);
  const next = load<i32>(window, WINDOW_NEXT);
  let count = load<i32>(window, WINDOW_COUNT);
  if (count == 0) store<f64>(window, value, WINDOW_SHIFT);
  const shift = load<f64>(window, WINDOW_SHIFT);
  let sum = load<f64>(window, WINDOW_SUM);
  let sumLow = load<f64>(window, WINDOW_SUM_LOW);
  let squares = load<f64>(window, WINDOW_SQUARES);
  let squaresLow = load<f64>(window, WINDOW_SQUARES_LOW);
  const slot = window + WINDOW_HEADER_BYTES + (usize(next) << 3);

  if (count == capacity) {
    const gone = shift - load<f64>(slot);
    const goneSquare = -gone * gone;
    const less = sum + gone;
    sumLow += roundoff(sum, gone, less);
    sum = less;
    const fewer = squares + goneSquare;
    squaresLow += roundoff(squares, goneSquare, fewer);
    squares = fewer;
  } else store<i32>(window, ++count, WINDOW_COUNT);
  const fresh = value - shift;
  const freshSquare = fresh * fresh;
  const more = sum + fresh;
  sumLow += roundoff(sum, fresh, more);
  const larger = squares + freshSquare;
  squaresLow += roundoff(squares, freshSquare, larger);

  const since = load<i32>(window, WINDOW_SINCE) + 1;
  store<f64>(slot, value);
  store<f64>(window, value, WINDOW_LAST);
  store<i32>(window, next + 1 == capacity ? 0 : next + 1, WINDOW_NEXT);
  store<i32>(window, since, WINDOW_SINCE);
  store<f64>(window, more, WINDOW_SUM);
  store<f64>(window, sumLow, WINDOW_SUM_LOW);
  store<f64>(window, larger, WINDOW_SQUARES);
  store<f64>(window, squaresLow, WINDOW_SQUARES_LOW);

  const total = more + sumLow;
  const scaled = scaledVariance(window, count);
  if (since >= capacity || total * total > FAR * scaled) {
    recompute(window, count);
    publish(window, count, value, scaledVariance(window, count));
  } else publish(window, count, value, scaled);
  return count;
}

/**
 * What a push of `value` would bring, without it: `into` is a header alone, whose results are those that the
 * window would have. Nothing is computed afresh, so that the last digit may differ. -1 as for a push.
 */
export function windowNext(window: usize, value: f64, into: usize): i32 {
  if (!(abs(value) <= LARGEST)) return -1;
  memory.copy(into, window, WINDOW_HEADER_BYTES);
  let count = load<i32>(into, WINDOW_COUNT);
  if (count == 0) store<f64>(into, value, WINDOW_SHIFT);
  const shift = load<f64>(into, WINDOW_SHIFT);
  if (count == load<i32>(into, WINDOW_CAPACITY)) {
    const gone = load<f64>(window + WINDOW_HEADER_BYTES + (usize(load<i32>(into, WINDOW_NEXT)) << 3)) - shift;
    accumulate(into + WINDOW_SUM, -gone);
    accumulate(into + WINDOW_SQUARES, -gone * gone);
  } else store<i32>(into, ++count, WINDOW_COUNT);
  const fresh = value - shift;
  accumulate(into + WINDOW_SUM, fresh);
  accumulate(into + WINDOW_SQUARES, fresh * fresh);
  store<f64>(into, value, WINDOW_LAST);
  publish(into, count, value, scaledVariance(into, count));
  return count;
}

/** Mean of the samples that a next one would find; NaN without any. */
export function windowCentre(window: usize): f64 {
  const kept = keptByNext(window);
  return load<f64>(window, WINDOW_SHIFT) + keptSum(window) / f64(kept);
}

/**
 * How far from windowCentre a next sample x would have |z| = k, itself included. With m and v the mean and variance
 * of the n - 1 others, z^2 = u^2 (n - 1) / (n v + u^2), u = x - m. Infinity where no sample reaches k.
 */
export function windowReach(window: usize, k: f64): f64 {
  const kept = f64(keptByNext(window));
  if (!(kept > k * k)) return Infinity;
  const sum = keptSum(window);
  const variance = max((keptSquares(window) - (sum * sum) / kept) / kept, 0);
  return k * sqrt(((kept + 1) * variance) / (kept - k * k));
}

/**
 * What a next sample finds: shift, sum and squares of the others relative to it, and their number with the sample
 * counted, as f64 at `into` and `stride` bytes behind one another.
 */
export function windowRest(window: usize, into: usize, stride: i32): void {
  const step = usize(stride);
  store<f64>(into, load<f64>(window, WINDOW_SHIFT));
  store<f64>(into + step, keptSum(window));
  store<f64>(into + 2 * step, keptSquares(window));
  store<f64>(into + 3 * step, f64(keptByNext(window) + 1));
}

function keptByNext(window: usize): i32 {
  const count = load<i32>(window, WINDOW_COUNT);
  return count == load<i32>(window, WINDOW_CAPACITY) ? count - 1 : count;
}

/** The oldest sample of a full window, relative to the shift; 0 of one that is not full. */
function goneWithNext(window: usize): f64 {
  if (load<i32>(window, WINDOW_COUNT) < load<i32>(window, WINDOW_CAPACITY)) return 0;
  const slot = window + WINDOW_HEADER_BYTES + (usize(load<i32>(window, WINDOW_NEXT)) << 3);
  return load<f64>(slot) - load<f64>(window, WINDOW_SHIFT);
}

function keptSum(window: usize): f64 {
  return load<f64>(window, WINDOW_SUM) - goneWithNext(window) + load<f64>(window, WINDOW_SUM_LOW);
}

function keptSquares(window: usize): f64 {
  const gone = goneWithNext(window);
  return load<f64>(window, WINDOW_SQUARES) - gone * gone + load<f64>(window, WINDOW_SQUARES_LOW);
}

/**
 * Hot: is the last sample more than `k` deviations from the mean? 1 above, -1 below, 0 neither; also 0
 * for a flat or empty window and for a negative or NaN `k`. Neither square root nor division:
 * (n d - S)^2 > k^2 (n Q - S^2), with d, S and Q relative to the shift.
 */
export function windowBeyond(window: usize, k: f64): i32 {
  const count = load<i32>(window, WINDOW_COUNT);
  const sum = load<f64>(window, WINDOW_SUM) + load<f64>(window, WINDOW_SUM_LOW);
  const away = f64(count) * (load<f64>(window, WINDOW_LAST) - load<f64>(window, WINDOW_SHIFT)) - sum;
  if (!(k >= 0) || load<u32>(window, WINDOW_FLAT) || !(away * away > k * k * scaledVariance(window, count))) return 0;
  return away > 0 ? 1 : -1;
}

/** n^2 times the variance: n Q - S^2. */
// @ts-ignore: decorator
@inline
function scaledVariance(window: usize, count: i32): f64 {
  const sum = load<f64>(window, WINDOW_SUM) + load<f64>(window, WINDOW_SUM_LOW);
  const squares = load<f64>(window, WINDOW_SQUARES) + load<f64>(window, WINDOW_SQUARES_LOW);
  return f64(count) * squares - sum * sum;
}

// @ts-ignore: decorator
@inline
function publish(window: usize, count: i32, value: f64, scaled: f64): void {
  const n = f64(count);
  const shift = load<f64>(window, WINDOW_SHIFT);
  const sum = load<f64>(window, WINDOW_SUM) + load<f64>(window, WINDOW_SUM_LOW);
  store<f64>(window, shift + sum / n, WINDOW_MEAN);
  if (scaled > 0) {
    const root = sqrt(scaled);
    store<f64>(window, root / n, WINDOW_DEVIATION);
    store<f64>(window, (n * (value - shift) - sum) / root, WINDOW_Z);
    store<u32>(window, 0, WINDOW_FLAT);
  } else {
    store<f64>(window, 0, WINDOW_DEVIATION);
    store<f64>(window, 0, WINDOW_Z);
    store<u32>(window, 1, WINDOW_FLAT);
  }
}

/** Computes sums and results afresh from the samples, which were put there by other means than a push. */
export function refreshWindow(window: usize): void {
  const count = load<i32>(window, WINDOW_COUNT);
  recompute(window, count);
  publish(window, count, load<f64>(window, WINDOW_LAST), scaledVariance(window, count));
}

/** Two passes over the samples: the mean becomes the shift, then both sums relative to it, compensated. */
function recompute(window: usize, count: i32): void {
  const samples = window + WINDOW_HEADER_BYTES;
  const shift = meanOf(samples, count);
  store<f64>(window, shift, WINDOW_SHIFT);
  store<f64>(window, 0, WINDOW_SUM);
  store<f64>(window, 0, WINDOW_SUM_LOW);
  store<f64>(window, 0, WINDOW_SQUARES);
  store<f64>(window, 0, WINDOW_SQUARES_LOW);
  sumUp(window, samples, count, shift);
  store<u32>(window, 0, WINDOW_SINCE);
}

/** Mean of `count` samples from `at`, to about one rounding; in eight partial sums. */
function meanOf(at: usize, count: i32): f64 {
  const anchor = load<f64>(at);
  const both = f64x2.splat(anchor);
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  const end = at + (usize(count) << 3);
  for (; at + 64 <= end; at += 64) {
    a = f64x2.add(a, f64x2.sub(v128.load(at), both));
    b = f64x2.add(b, f64x2.sub(v128.load(at, 16), both));
    c = f64x2.add(c, f64x2.sub(v128.load(at, 32), both));
    d = f64x2.add(d, f64x2.sub(v128.load(at, 48), both));
  }
  const four = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  let sum = f64x2.extract_lane(four, 0) + f64x2.extract_lane(four, 1);
  for (; at < end; at += 8) sum += load<f64>(at) - anchor;
  return anchor + sum / f64(count);
}

/** Adds (x - shift) and its square for `count` samples from `at` to the window's sums. */
function sumUp(window: usize, at: usize, count: i32, shift: f64): void {
  const both = f64x2.splat(shift);
  let sum = f64x2.splat(0);
  let sumLow = sum;
  let squares = sum;
  let squaresLow = sum;
  const end = at + (usize(count) << 3);
  for (; at + 16 <= end; at += 16) {
    const away = f64x2.sub(v128.load(at), both);
    const square = f64x2.mul(away, away);
    const more = f64x2.add(sum, away);
    sumLow = f64x2.add(sumLow, roundoffOfLanes(sum, away, more));
    sum = more;
    const larger = f64x2.add(squares, square);
    squaresLow = f64x2.add(squaresLow, roundoffOfLanes(squares, square, larger));
    squares = larger;
  }
  accumulateLanes(window + WINDOW_SUM, sum, sumLow);
  accumulateLanes(window + WINDOW_SQUARES, squares, squaresLow);
  if (at < end) {
    const away = load<f64>(at) - shift;
    accumulate(window + WINDOW_SUM, away);
    accumulate(window + WINDOW_SQUARES, away * away);
  }
}
