/** Equity at a time. */
export interface EquityPoint {
  /** Nanoseconds since 1970. */
  ts: string;
  /** In the account's currency. */
  equity: number;
}

const DAY_NS = 86_400_000_000_000n;
const SHARPE_DAYS = 10;

/** What an account was worth over time, and what is said of it. */
export class EquityCurve {
  readonly points: EquityPoint[] = [];
  /** By UTC day: its last equity. */
  private readonly days = new Map<bigint, number>();
  private highest = 0;
  private deepest = 0;

  /** `ts`: nanoseconds since 1970; the last equity of a time counts. */
  add(ts: string, equity: number): void {
    const last = this.points.at(-1);
    if (last?.ts === ts) last.equity = equity;
    else this.points.push({ ts, equity });
    this.highest = Math.max(this.highest, equity);
    this.deepest = Math.max(this.deepest, this.highest - equity);
    this.days.set(BigInt(ts) / DAY_NS, equity);
  }

  /** Deepest fall below the highest equity before, which is 0 at the beginning. */
  get maxDrawdown(): number {
    return this.deepest;
  }

  /** Mean over deviation of the days' profits, times the square root of 365; null under ten days, and without deviation. */
  get sharpe(): number | null {
    const days = [...this.days].sort(([a], [b]) => (a < b ? -1 : 1));
    if (days.length < SHARPE_DAYS) return null;
    // A day without a line changed nothing.
    const profits: number[] = [];
    for (let i = 1; i < days.length; i++) {
      const quiet = Number(days[i][0] - days[i - 1][0]) - 1;
      for (let day = 0; day < quiet; day++) profits.push(0);
      profits.push(days[i][1] - days[i - 1][1]);
    }
    const mean = profits.reduce((sum, profit) => sum + profit, 0) / profits.length;
    const deviation = Math.sqrt(profits.reduce((sum, profit) => sum + (profit - mean) ** 2, 0) / profits.length);
    return deviation === 0 ? null : (mean / deviation) * Math.sqrt(365);
  }
}
