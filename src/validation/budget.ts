/** Prices of a million tokens, in one currency. */
export interface TokenPrices {
  input: number;
  output: number;
}

const DAY_MS = 86_400_000;

/**
 * What may be spent a UTC day. The most that a call can cost is reserved before it is made and settled
 * when its usage is known, so that calls under way together can never go beyond the limit.
 */
export class DailyBudget {
  private readonly limit: number;
  private day = Number.NaN;
  private spent = 0;
  private reserved = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** What was spent earlier, by a run before this one. */
  recall(amount: number, atMs: number): void {
    this.turn(atMs);
    if (Math.floor(atMs / DAY_MS) === this.day) this.spent += amount;
  }

  /** False: it would go beyond the limit, and nothing is reserved. */
  reserve(most: number, nowMs: number): boolean {
    this.turn(nowMs);
    if (this.spent + this.reserved + most > this.limit) return false;
    this.reserved += most;
    return true;
  }

  /** The call is over and cost so much. It counts on the day on which it ended. */
  settle(most: number, cost: number, nowMs: number): void {
    this.turn(nowMs);
    this.reserved = Math.max(0, this.reserved - most);
    this.spent += cost;
  }

  status(nowMs: number): { limit: number; spent: number; reserved: number } {
    this.turn(nowMs);
    return { limit: this.limit, spent: this.spent, reserved: this.reserved };
  }

  private turn(nowMs: number): void {
    const day = Math.floor(nowMs / DAY_MS);
    if (day === this.day) return;
    if (!(day < this.day)) this.spent = 0;
    this.day = day;
  }
}

/** Price of so many tokens. */
export function priceOf({ input, output }: TokenPrices, inputTokens: number, outputTokens: number): number {
  return (inputTokens * input + outputTokens * output) / 1e6;
}
