import type { ProposedLeg, StrategyContext } from "./strategy.js";

/** What one unit becomes over trades in a row at the best prices, without fees; NaN where a book is not live. */
export function atBest(context: StrategyContext, legs: readonly ProposedLeg[]): number {
  let amount = 1;
  for (const { instrument, side } of legs) {
    if (!context.live(instrument)) return Number.NaN;
    const { bid, ask } = context.quote(instrument);
    amount = side === "buy" ? amount / ask : amount * bid;
  }
  return amount;
}
