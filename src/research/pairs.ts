import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import type { BarSeries } from "../sources/recording/bars.js";
import type { EngleGranger } from "./cointegration.js";
import { qValues } from "./false-discovery.js";
import type { PairFound, PairJob } from "./pair-worker.js";

/** Pairs of one job: enough to be worth a message, few enough for progress. */
const JOB_PAIRS = 64;

/** Correlation of two instruments' returns. */
export interface CorrelatedPair {
  a: string;
  b: string;
  /** -1..1; NaN with fewer than 30 returns. */
  correlation: number;
  returns: number;
}

/** A pair as candidate for trading its spread ln y - beta ln x. */
export interface RankedPair extends CorrelatedPair {
  /** Which of the two is explained by the other: the direction with the smaller p-value. */
  y: string;
  x: string;
  beta: number;
  statistic: number;
  /** Of that direction. */
  p: number;
  /** Of the pair: twice the smaller p of both directions, at most 1. */
  pairP: number;
  /** False-discovery rate at which the pair is a discovery, over all pairs tested. */
  q: number;
  lags: number;
  /** Bars. */
  halfLife: number;
  bars: number;
}

export interface ResearchOptions {
  workers?: number;
  progress?: (done: number, all: number) => void;
}

/** Correlations of all pairs, the strongest first. */
export async function correlatePairs(
  series: readonly BarSeries[],
  options: ResearchOptions = {},
): Promise<CorrelatedPair[]> {
  const found = await overPairs(series, false, options);
  return found
    .map(({ a, b, correlation, returns }) => ({ a: series[a].name, b: series[b].name, correlation, returns }))
    .sort((x, y) => strength(y) - strength(x) || (x.a + x.b < y.a + y.b ? -1 : 1));
}

/** All pairs by how likely their spread reverts, with the false-discovery rate over all of them. */
export async function rankPairs(series: readonly BarSeries[], options: ResearchOptions = {}): Promise<RankedPair[]> {
  const found = await overPairs(series, true, options);
  const pairP = found
    .map(({ aOnB, bOnA }) => Math.min(1, 2 * Math.min(pOf(aOnB), pOf(bOnA))))
    .map((p, i) => (isTested(found[i]) ? p : Number.NaN));
  const q = qValues(pairP);
  return found
    .flatMap((one, i) => {
      const isAOnB = pOf(one.aOnB) <= pOf(one.bOnA);
      const best = isAOnB ? one.aOnB : one.bOnA;
      if (best === null) return [];
      const [a, b] = [series[one.a].name, series[one.b].name];
      const { beta, statistic, p, lags, halfLife, bars } = best;
      const { correlation, returns } = one;
      return [
        {
          ...{ a, b, correlation, returns, y: isAOnB ? a : b, x: isAOnB ? b : a },
          ...{ beta, statistic, p, pairP: pairP[i], q: q[i], lags, halfLife, bars },
        },
      ];
    })
    .sort((x, y) => x.q - y.q || x.p - y.p);
}

const pOf = (test: EngleGranger | null): number => test?.p ?? Number.POSITIVE_INFINITY;
const isTested = ({ aOnB, bOnA }: PairFound): boolean => aOnB !== null || bOnA !== null;
const strength = ({ correlation }: CorrelatedPair): number => (Number.isNaN(correlation) ? -1 : Math.abs(correlation));

async function overPairs(series: readonly BarSeries[], tests: boolean, options: ResearchOptions): Promise<PairFound[]> {
  const { workers = availableParallelism(), progress } = options;
  const shared = series.map((one) => ({
    ...one,
    openMs: inSharedMemory(one.openMs),
    close: inSharedMemory(one.close),
  }));
  const pairs: [number, number][] = [];
  for (let a = 0; a < series.length; a++) for (let b = a + 1; b < series.length; b++) pairs.push([a, b]);
  const filename = new URL("./pair-worker.js", import.meta.url).href;
  const pool = new Piscina<PairJob, PairFound[]>({ filename, minThreads: 1, maxThreads: Math.max(1, workers) });
  try {
    let done = 0;
    const jobs: Promise<PairFound[]>[] = [];
    for (let from = 0; from < pairs.length; from += JOB_PAIRS) {
      const some = pairs.slice(from, from + JOB_PAIRS);
      jobs.push(
        pool.run({ series: shared, pairs: some, tests }).then((found) => {
          done += some.length;
          progress?.(done, pairs.length);
          return found;
        }),
      );
    }
    return (await Promise.all(jobs)).flat();
  } finally {
    await pool.close();
  }
}

function inSharedMemory(values: Float64Array): Float64Array {
  const shared = new Float64Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}
