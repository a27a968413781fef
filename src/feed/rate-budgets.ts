import { RateLimiterMemory, RateLimiterQueue } from "rate-limiter-flexible";
import type { RateBudget } from "../venues/venue.js";

/** What one address of a venue may be asked for: whoever asks waits in turn until every budget has room. */
export class RateBudgets {
  private waiting: { queue: RateLimiterQueue; points: number }[] = [];

  constructor(budgets: readonly RateBudget[]) {
    this.set(budgets);
  }

  /** From now on these budgets hold; what was used of the former ones is forgotten. */
  set(budgets: readonly RateBudget[]): void {
    this.waiting = budgets.map(({ points, everyMs }) => ({
      queue: new RateLimiterQueue(new RateLimiterMemory({ points, duration: everyMs / 1000 })),
      points,
    }));
  }

  /** Resolves when so many points may be used. More than a whole budget takes the whole budget. */
  async take(points = 1): Promise<void> {
    for (const { queue, points: most } of this.waiting) await queue.removeTokens(Math.min(points, most));
  }
}
