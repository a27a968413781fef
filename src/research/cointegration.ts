import type { Aligned } from "./align.js";
import { LeastSquares } from "./least-squares.js";

/** One direction of Engle and Granger's test: y = alpha + beta x + residual. */
export interface EngleGranger {
  alpha: number;
  beta: number;
  /** Statistic of the residual's unit root: the more negative, the less of one. */
  statistic: number;
  /** MacKinnon's, for two variables and a constant. */
  p: number;
  /** Differences of the residual that the regression holds, by AIC. */
  lags: number;
  /** Bars in which half of a distance from the mean goes; NaN when it does not. */
  halfLife: number;
  bars: number;
}

/** Fewer bars say nothing. */
const BARS_MINIMUM = 50;

/**
 * Engle-Granger of y on x, both logarithms: ordinary least squares with a constant, then the augmented
 * Dickey-Fuller regression of the residual without one, over bars that follow each other. Lags up to
 * 12 (n/100)^(1/4) by Akaike's criterion on one sample, then the whole sample (as Schwert 1989 and
 * statsmodels' coint do). Null for too few bars, or a residual that does not move.
 */
export function engleGranger(bar: Float64Array, y: Float64Array, x: Float64Array): EngleGranger | null {
  const bars = bar.length;
  if (bars < BARS_MINIMUM) return null;
  const line = straightLine(y, x);
  if (line === null) return null;
  const residual = y.map((value, i) => value - line.alpha - line.beta * x[i]);
  const most = Math.min(Math.floor(bars / 2) - 2, Math.ceil(12 * (bars / 100) ** 0.25));
  const tested = dickeyFuller(bar, residual, most);
  if (tested === null) return null;
  return { ...line, ...tested, p: mackinnonP(tested.statistic), halfLife: halfLifeOf(bar, residual), bars };
}

/** Both directions, and the better of the two. */
export function bothWays({ bar, a, b }: Aligned): { aOnB: EngleGranger | null; bOnA: EngleGranger | null } {
  return { aOnB: engleGranger(bar, a, b), bOnA: engleGranger(bar, b, a) };
}

function straightLine(y: Float64Array, x: Float64Array): { alpha: number; beta: number } | null {
  const meanX = mean(x);
  const meanY = mean(y);
  let both = 0;
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    both += (x[i] - meanX) * (y[i] - meanY);
    squares += (x[i] - meanX) ** 2;
  }
  if (!(squares > 0)) return null;
  const beta = both / squares;
  return { alpha: meanY - beta * meanX, beta };
}

function dickeyFuller(bar: Float64Array, r: Float64Array, most: number): { statistic: number; lags: number } | null {
  // One sample for all lags: rows that have all of them.
  const common = regression(bar, r, most);
  let best = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (let lags = 0; lags <= most; lags++) {
    const solved = common.solve(lags + 1);
    if (solved === null || common.rows <= lags + 1) continue;
    const criterion = common.rows * Math.log(solved.residual / common.rows) + 2 * (lags + 1);
    if (criterion < lowest) {
      lowest = criterion;
      best = lags;
    }
  }
  const last = regression(bar, r, best);
  const solved = last.solve(best + 1);
  const free = last.rows - (best + 1);
  if (solved === null || free < 1 || !(solved.residual > 0)) return null;
  const { beta, residual, firstVariance } = solved;
  return { statistic: beta[0] / Math.sqrt((residual / free) * firstVariance), lags: best };
}

/** Rows of dr = gamma r[-1] + sum of phi_i dr[-i], of bars without a hole in the lags. */
function regression(bar: Float64Array, r: Float64Array, lags: number): LeastSquares {
  const least = new LeastSquares(lags + 1);
  const row = new Float64Array(lags + 1);
  for (let t = lags + 1; t < r.length; t++) {
    if (bar[t] - bar[t - lags - 1] !== lags + 1) continue;
    row[0] = r[t - 1];
    for (let lag = 1; lag <= lags; lag++) row[lag] = r[t - lag] - r[t - lag - 1];
    least.add(row, r[t] - r[t - 1]);
  }
  return least;
}

/** -ln 2 / ln(1 + b), b the slope of the change over the value before; NaN unless -1 < b < 0. */
export function halfLifeOf(bar: Float64Array, s: Float64Array): number {
  const before: number[] = [];
  const change: number[] = [];
  for (let t = 1; t < s.length; t++) {
    if (bar[t] - bar[t - 1] !== 1) continue;
    before.push(s[t - 1]);
    change.push(s[t] - s[t - 1]);
  }
  const slope = straightLine(Float64Array.from(change), Float64Array.from(before))?.beta ?? Number.NaN;
  return slope > -1 && slope < 0 ? -Math.LN2 / Math.log1p(slope) : Number.NaN;
}

/** Where the polynomial for small p-values ends, and where p is 0 and 1. */
const TAU_STAR = -2.62;
const TAU_LEAST = -18.86;
const TAU_MOST = 0.92;
/** Normal quantile of the p-value as a polynomial of the statistic, lowest power first. */
const SMALL_P = [2.92, 1.5012, 3.9796e-2] as const;
const LARGE_P = [2.1945, 6.4695e-1, -2.9198e-1, -4.2377e-2] as const;

/**
 * p-value of a cointegration statistic of two variables with a constant, asymptotic.
 * Source: J. G. MacKinnon, Approximate Asymptotic Distribution Functions for Unit-Root and Cointegration
 * Tests, JBES 12 (1994), table 2 (N = 2); its 1, 5 and 10 % points are those of MacKinnon (2010), -3.896, -3.336, -3.044.
 */
export function mackinnonP(statistic: number): number {
  if (Number.isNaN(statistic)) return Number.NaN;
  if (statistic < TAU_LEAST) return 0;
  if (statistic > TAU_MOST) return 1;
  const polynomial: readonly number[] = statistic <= TAU_STAR ? SMALL_P : LARGE_P;
  return normal(polynomial.reduceRight((sum, coefficient) => sum * statistic + coefficient, 0));
}

/** Distribution function of the normal: Φ(z) by the continued fraction or the series of erfc, to 1e-12 and better. */
export function normal(z: number): number {
  const x = Math.abs(z);
  if (x > 38) return z > 0 ? 1 : 0;
  let tail: number;
  if (x < 3) {
    let term = x;
    let sum = x;
    for (let n = 3; Math.abs(term) > 1e-17 * sum && n < 400; n += 2) {
      term *= (x * x) / n;
      sum += term;
    }
    tail = 0.5 - sum * density(x);
  } else {
    let fraction = x;
    for (let n = 60; n >= 1; n--) fraction = x + n / fraction;
    tail = density(x) / fraction;
  }
  return z > 0 ? 1 - tail : tail;
}

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
