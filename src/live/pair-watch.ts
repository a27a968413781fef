import type { Condition } from "../alerts/alert.js";
import type { ResolvedConfig } from "../config.js";
import { type Aligned, returnCorrelation } from "../research/align.js";
import { bothWays } from "../research/cointegration.js";

export type WatchedPair = NonNullable<ResolvedConfig["alerts"]>["pairs"][number];

/**
 * Whether two prices still belong together: mids on a time grid, over a window. A correlation of returns that
 * falls below what was asked for is a `correlation-breakdown`, a p-value of Engle-Granger (the better of both ways)
 * above it a `cointegration-loss`. Nothing is said before there are enough bars, and a time at which one of the
 * books is not live is no bar. Main thread, once a second at most; the clock is an argument.
 */
export class PairWatch {
  private readonly pair: WatchedPair;
  private readonly mid: (instrument: string) => number;
  private readonly bars: { bar: number; a: number; b: number }[] = [];
  private last = Number.NaN;
  private found: Condition[] = [];

  /** `mid`: of a book that is live, else NaN. */
  constructor(pair: WatchedPair, mid: (instrument: string) => number) {
    this.pair = pair;
    this.mid = mid;
  }

  /** What is wrong with the pair at this time, epoch ms. */
  look(nowMs: number): readonly Condition[] {
    const { a, b, barMs, bars } = this.pair;
    const bar = Math.floor(nowMs / barMs);
    if (bar === this.last) return this.found;
    this.last = bar;
    const [x, y] = [this.mid(a), this.mid(b)];
    if (x > 0 && y > 0) this.bars.push({ bar, a: Math.log(x), b: Math.log(y) });
    while (this.bars.length > 0 && this.bars[0].bar <= bar - bars) this.bars.shift();
    this.found = this.judge();
    return this.found;
  }

  private judge(): Condition[] {
    const { a, b, minBars, correlationBelow, cointegrationAbove } = this.pair;
    if (this.bars.length < minBars) return [];
    const column = (key: "bar" | "a" | "b"): Float64Array => Float64Array.from(this.bars, (one) => one[key]);
    const aligned: Aligned = { bar: column("bar"), a: column("a"), b: column("b") };
    const conditions: Condition[] = [];
    const condition = (name: string, text: string): Condition => ({
      ...{ key: `${name} ${a} ${b}`, level: "warn", venue: null, afterMs: 0 },
      text: `${a} and ${b}: ${text}`,
    });
    if (correlationBelow !== undefined) {
      const { correlation } = returnCorrelation(aligned, minBars - 1);
      if (correlation < correlationBelow)
        conditions.push(
          condition("correlation-breakdown", `correlation ${correlation.toFixed(3)} is below ${correlationBelow}`),
        );
    }
    if (cointegrationAbove !== undefined) {
      const { aOnB, bOnA } = bothWays(aligned);
      const p = Math.min(aOnB?.p ?? Number.NaN, bOnA?.p ?? Number.NaN);
      if (p > cointegrationAbove)
        conditions.push(
          condition("cointegration-loss", `p ${p.toFixed(3)} of no cointegration is above ${cointegrationAbove}`),
        );
    }
    return conditions;
  }
}
