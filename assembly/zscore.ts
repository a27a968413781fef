// The series that a z-score is taken of, and what two windows say about each other: the four spreads,
// the hedge ratio by ordinary least squares and the half-life of the way back to the mean.
import {
  SPREAD_DIFFERENCE,
  SPREAD_HEDGE_RATIO,
  SPREAD_LOG_RATIO,
  SPREAD_RATIO,
  WINDOW_COUNT,
} from "../src/layout";
import { sample } from "./window-sample";

/**
 * Spread of two prices by kind SPREAD_*: a - b, a / b, ln a - ln b, or ln a - beta ln b (the only one
 * that uses `beta`). NaN when a price is not above 0 and finite, or the kind is unknown.
 */
export function spreadOf(kind: i32, a: f64, b: f64, beta: f64): f64 {
  if (!(a > 0 && b > 0 && a < Infinity && b < Infinity)) return NaN;
  if (kind == SPREAD_DIFFERENCE) return a - b;
  if (kind == SPREAD_RATIO) return a / b;
  if (kind == SPREAD_LOG_RATIO) return Math.log(a) - Math.log(b);
  if (kind == SPREAD_HEDGE_RATIO) return Math.log(a) - beta * Math.log(b);
  return NaN;
}

/**
 * Half-life of the samples in pushes (bars): -ln 2 / ln(1 + b), b the slope of s - s[-1] over s[-1].
 * NaN unless -1 < b < 0, and with fewer than 3 samples.
 */
export function windowHalfLife(window: usize): f64 {
  const pairs = load<i32>(window, WINDOW_COUNT) - 1;
  if (pairs < 2) return NaN;
  let meanBefore: f64 = 0;
  let meanChange: f64 = 0;
  const anchor = sample(window, 0);
  for (let age = 0; age < pairs; age++) {
    meanBefore += sample(window, age + 1) - anchor;
    meanChange += sample(window, age) - sample(window, age + 1);
  }
  meanBefore = anchor + meanBefore / f64(pairs);
  meanChange /= f64(pairs);
  let both: f64 = 0;
  let squares: f64 = 0;
  for (let age = 0; age < pairs; age++) {
    const before = sample(window, age + 1) - meanBefore;
    both += before * (sample(window, age) - sample(window, age + 1) - meanChange);
    squares += before * before;
  }
  const slope = both / squares;
  return slope > -1 && slope < 0 ? -Math.LN2 / Math.log(1 + slope) : NaN;
}

/**
 * Slope of the samples of window a over those of window b, newest with newest, over as many as both
 * hold; for the hedge ratio they hold logarithms. NaN with fewer than 2, or when b does not vary.
 */
export function windowOlsBeta(windowA: usize, windowB: usize): f64 {
  const pairs = min(load<i32>(windowA, WINDOW_COUNT), load<i32>(windowB, WINDOW_COUNT));
  if (pairs < 2) return NaN;
  const anchorA = sample(windowA, 0);
  const anchorB = sample(windowB, 0);
  let meanA: f64 = 0;
  let meanB: f64 = 0;
  for (let age = 0; age < pairs; age++) {
    meanA += sample(windowA, age) - anchorA;
    meanB += sample(windowB, age) - anchorB;
  }
  meanA = anchorA + meanA / f64(pairs);
  meanB = anchorB + meanB / f64(pairs);
  let both: f64 = 0;
  let squares: f64 = 0;
  for (let age = 0; age < pairs; age++) {
    const b = sample(windowB, age) - meanB;
    both += (sample(windowA, age) - meanA) * b;
    squares += b * b;
  }
  return both / squares;
}
