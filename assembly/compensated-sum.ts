// Compensated sums: the error of every addition is caught and added up apart.

/** What the rounded sum `s` of a and b has lost (Knuth's TwoSum): a + b = s + roundoff, exactly. */
// @ts-ignore: decorator
@inline
export function roundoff(a: f64, b: f64, s: f64): f64 {
  const part = s - a;
  return a - (s - part) + (b - part);
}
