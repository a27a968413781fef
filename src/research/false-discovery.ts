/**
 * Benjamini and Hochberg's q-values: the share of false discoveries among all tests that are called a
 * discovery together with this one. In the order of the p-values; NaN stays NaN and does not count as a test.
 * Source: JRSS B 57 (1995) 289.
 */
export function qValues(p: readonly number[]): number[] {
  const order = p.map((value, index) => ({ value, index })).filter(({ value }) => !Number.isNaN(value));
  order.sort((a, b) => a.value - b.value);
  const q = p.map(() => Number.NaN);
  let least = 1;
  for (let rank = order.length; rank >= 1; rank--) {
    const { value, index } = order[rank - 1];
    least = Math.min(least, (value * order.length) / rank);
    q[index] = least;
  }
  return q;
}
