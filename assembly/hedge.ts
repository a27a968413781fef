// Hedge ratio of two series: the spread a - beta b of a whole window under one beta, and the beta that a
// Kalman filter follows. One beta for all samples of the window: with the beta of each sample's own time
// the level of b (ln 60,000 is 11) would turn each small move of beta into a jump of the spread.
import {
  KALMAN_ALPHA,
  KALMAN_ALPHA_VARIANCE,
  KALMAN_BETA,
  KALMAN_BETA_VARIANCE,
  KALMAN_BYTES,
  KALMAN_COVARIANCE,
  KALMAN_DRIFT,
  KALMAN_ORIGIN,
  WINDOW_CAPACITY,
  WINDOW_COUNT,
  WINDOW_HEADER_BYTES,
  WINDOW_LAST,
  WINDOW_NEXT,
} from "../src/layout";
import { refreshWindow } from "./window";
import { sample } from "./window-sample";

/**
 * Makes window `into` that of a - beta b: newest with newest, as many as all three can hold, its results as after a
 * push of the newest. Returns the samples, 0 for a beta that is not finite.
 */
export function windowHedge(windowA: usize, windowB: usize, beta: f64, into: usize): i32 {
  if (!(abs(beta) < Infinity)) return 0;
  const capacity = load<i32>(into, WINDOW_CAPACITY);
  const pairs = min(min(load<i32>(windowA, WINDOW_COUNT), load<i32>(windowB, WINDOW_COUNT)), capacity);
  if (pairs == 0) return 0;
  let last: f64 = 0;
  for (let age = pairs - 1, slot = into + WINDOW_HEADER_BYTES; age >= 0; age--, slot += 8) {
    last = sample(windowA, age) - beta * sample(windowB, age);
    store<f64>(slot, last);
  }
  store<i32>(into, pairs, WINDOW_COUNT);
  store<i32>(into, pairs == capacity ? 0 : pairs, WINDOW_NEXT);
  store<f64>(into, last, WINDOW_LAST);
  refreshWindow(into);
  return pairs;
}

/** Nothing is known of alpha and beta before the first samples. */
const DIFFUSE: f64 = 1e10;

/**
 * Begins a filter of y = alpha + beta (x - x0) + e, x0 the first x. Both wander: `drift`, above 0, is the variance
 * of a step of each in units of the variance of e, which itself need not be known, for it cancels out of the gain.
 * Random-walk regression as in E. Chan, Algorithmic Trading (2013), chapter 3, around the first x instead of 0.
 */
export function kalmanInit(filter: usize, drift: f64): void {
  memory.fill(filter, 0, KALMAN_BYTES);
  store<f64>(filter, drift, KALMAN_DRIFT);
  store<f64>(filter, NaN, KALMAN_ORIGIN);
  store<f64>(filter, DIFFUSE, KALMAN_ALPHA_VARIANCE);
  store<f64>(filter, DIFFUSE, KALMAN_BETA_VARIANCE);
}

/** Takes a sample in; returns beta, NaN and nothing taken when a value is not finite. Before x has moved beta is 0. */
export function kalmanPush(filter: usize, x: f64, y: f64): f64 {
  if (!(abs(x) < Infinity && abs(y) < Infinity)) return NaN;
  if (isNaN(load<f64>(filter, KALMAN_ORIGIN))) store<f64>(filter, x, KALMAN_ORIGIN);
  const h = x - load<f64>(filter, KALMAN_ORIGIN);
  const drift = load<f64>(filter, KALMAN_DRIFT);
  const a = load<f64>(filter, KALMAN_ALPHA_VARIANCE) + drift;
  const b = load<f64>(filter, KALMAN_BETA_VARIANCE) + drift;
  const c = load<f64>(filter, KALMAN_COVARIANCE);
  const gainA = a + c * h;
  const gainB = c + b * h;
  const variance = 1 + gainA + h * gainB;
  const alpha = load<f64>(filter, KALMAN_ALPHA);
  const beta = load<f64>(filter, KALMAN_BETA);
  const miss = (y - alpha - beta * h) / variance;
  store<f64>(filter, alpha + gainA * miss, KALMAN_ALPHA);
  store<f64>(filter, beta + gainB * miss, KALMAN_BETA);
  store<f64>(filter, a - (gainA * gainA) / variance, KALMAN_ALPHA_VARIANCE);
  store<f64>(filter, b - (gainB * gainB) / variance, KALMAN_BETA_VARIANCE);
  store<f64>(filter, c - (gainA * gainB) / variance, KALMAN_COVARIANCE);
  return beta + gainB * miss;
}
