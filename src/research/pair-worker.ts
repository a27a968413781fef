// Piscina entry: some pairs of the series, whose memory is shared.

import type { BarSeries } from "../sources/recording/bars.js";
import { align, returnCorrelation } from "./align.js";
import { bothWays, type EngleGranger } from "./cointegration.js";

export interface PairJob {
  series: readonly BarSeries[];
  pairs: readonly [number, number][];
  /** Correlations alone, or cointegration too. */
  tests: boolean;
}

/** What was found of one pair. */
export interface PairFound {
  a: number;
  b: number;
  correlation: number;
  returns: number;
  bars: number;
  aOnB: EngleGranger | null;
  bOnA: EngleGranger | null;
}

export default function work({ series, pairs, tests }: PairJob): PairFound[] {
  return pairs.map(([a, b]) => {
    const aligned = align(series[a], series[b]);
    const ways = tests ? bothWays(aligned) : { aOnB: null, bOnA: null };
    return { a, b, ...returnCorrelation(aligned), bars: aligned.bar.length, ...ways };
  });
}
