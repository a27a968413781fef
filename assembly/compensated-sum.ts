// Compensated sums: what each addition rounds off is caught (Knuth's TwoSum) and added up apart, so that
// a sum from which everything has been taken away again is 0 and not the dust of what had been in it.

/** What the rounded sum `s` of a and b has lost: a + b = s + roundoff, exactly. */
// @ts-ignore: decorator
@inline
export function roundoff(a: f64, b: f64, s: f64): f64 {
  const part = s - a;
  return a - (s - part) + (b - part);
}

/** The same for two lanes. */
// @ts-ignore: decorator
@inline
export function roundoffOfLanes(a: v128, b: v128, s: v128): v128 {
  const part = f64x2.sub(s, a);
  return f64x2.add(f64x2.sub(a, f64x2.sub(s, part)), f64x2.sub(b, part));
}

/** Adds x to the sum whose high part is at `sum` and whose low part follows it. */
// @ts-ignore: decorator
@inline
export function accumulate(sum: usize, x: f64): void {
  const high = load<f64>(sum);
  const more = high + x;
  store<f64>(sum, more);
  store<f64>(sum, load<f64>(sum, 8) + roundoff(high, x, more), 8);
}

/** Takes `gone` out of such a sum and adds `fresh`. */
// @ts-ignore: decorator
@inline
export function replaceInSum(sum: usize, gone: f64, fresh: f64): void {
  const high = load<f64>(sum);
  const less = high - gone;
  const more = less + fresh;
  store<f64>(sum, more);
  store<f64>(sum, load<f64>(sum, 8) + (roundoff(high, -gone, less) + roundoff(less, fresh, more)), 8);
}

/** Adds both lanes of each of two vectors: a high part, then what has been rounded off from it. */
// @ts-ignore: decorator
@inline
export function accumulateLanes(sum: usize, high: v128, low: v128): void {
  accumulate(sum, f64x2.extract_lane(high, 0));
  accumulate(sum, f64x2.extract_lane(high, 1));
  accumulate(sum, f64x2.extract_lane(low, 0));
  accumulate(sum, f64x2.extract_lane(low, 1));
}
