import type { BarSeries } from "../sources/recording/bars.js";

/** Two series on the bars that both have. */
export interface Aligned {
  /** Number of the bar since 1970: neighbours differ by 1. */
  bar: Float64Array;
  /** Natural logarithms of the closes. */
  a: Float64Array;
  b: Float64Array;
}

/** Bars that both series have, neither filled forward; both must be of one width. */
export function align(a: BarSeries, b: BarSeries): Aligned {
  const most = Math.min(a.openMs.length, b.openMs.length);
  const aligned = { bar: new Float64Array(most), a: new Float64Array(most), b: new Float64Array(most) };
  let count = 0;
  for (let i = 0, j = 0; i < a.openMs.length && j < b.openMs.length; ) {
    if (a.openMs[i] < b.openMs[j]) i++;
    else if (a.openMs[i] > b.openMs[j]) j++;
    else {
      aligned.bar[count] = a.openMs[i] / a.widthMs;
      aligned.a[count] = Math.log(a.close[i++]);
      aligned.b[count++] = Math.log(b.close[j++]);
    }
  }
  return { bar: aligned.bar.subarray(0, count), a: aligned.a.subarray(0, count), b: aligned.b.subarray(0, count) };
}

/**
 * Pearson correlation of the log returns over bars that follow each other in both series; NaN with fewer than
 * `minimum` of them, or where one does not move.
 */
export function returnCorrelation({ bar, a, b }: Aligned, minimum = 30): { correlation: number; returns: number } {
  let returns = 0;
  let [meanA, meanB, squaresA, squaresB, both] = [0, 0, 0, 0, 0];
  for (let i = 1; i < bar.length; i++) {
    if (bar[i] - bar[i - 1] !== 1) continue;
    const x = a[i] - a[i - 1];
    const y = b[i] - b[i - 1];
    // Welford's sums: exact enough for returns of any size.
    returns++;
    const awayA = x - meanA;
    const awayB = y - meanB;
    meanA += awayA / returns;
    meanB += awayB / returns;
    squaresA += awayA * (x - meanA);
    squaresB += awayB * (y - meanB);
    both += awayA * (y - meanB);
  }
  const scale = Math.sqrt(squaresA * squaresB);
  const correlation = returns < minimum || !(scale > 0) ? Number.NaN : Math.max(-1, Math.min(1, both / scale));
  return { correlation, returns };
}
