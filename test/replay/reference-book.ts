export type Level = [price: number, size: number];
export type Walk = { size: number; price: number; worstPrice: number; levels: number };

/** One book as two Maps from price to size. */
export class ReferenceBook {
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();
  private bid: number | null = null;
  private ask: number | null = null;

  clear(): void {
    this.bids.clear();
    this.asks.clear();
    this.bid = this.ask = null;
  }

  /** Absolute size; 0 removes. */
  setBid(price: number, size: number): void {
    if (size !== 0) {
      this.bids.set(price, size);
      if (this.bid === null || price > this.bid) this.bid = price;
    } else if (this.bids.delete(price) && price === this.bid) this.bid = best(this.bids, Math.max);
  }

  setAsk(price: number, size: number): void {
    if (size !== 0) {
      this.asks.set(price, size);
      if (this.ask === null || price < this.ask) this.ask = price;
    } else if (this.asks.delete(price) && price === this.ask) this.ask = best(this.asks, Math.min);
  }

  get bestBid(): Level | null {
    return this.bid === null ? null : [this.bid, this.bids.get(this.bid) as number];
  }

  get bestAsk(): Level | null {
    return this.ask === null ? null : [this.ask, this.asks.get(this.ask) as number];
  }

  /** Bid at or above the offer; locked counts. */
  get crossed(): boolean {
    return this.bid !== null && this.ask !== null && this.bid >= this.ask;
  }

  topBids(count: number): Level[] {
    return [...this.bids].sort(([a], [b]) => b - a).slice(0, count);
  }

  topAsks(count: number): Level[] {
    return [...this.asks].sort(([a], [b]) => a - b).slice(0, count);
  }

  /** Buys (or sells) until `notional` of quote currency is spent; null when the book does not hold it. */
  walkNotional(side: "buy" | "sell", notional: number): Walk | null {
    return this.walk(
      side,
      (level, taken) => Math.min(level[1], (notional - taken.notional) / level[0]),
      notional,
      null,
    );
  }

  /** Buys (or sells) `size` of base coin. */
  walkSize(side: "buy" | "sell", size: number): Walk | null {
    return this.walk(side, (level, taken) => Math.min(level[1], size - taken.size), null, size);
  }

  private walk(
    side: "buy" | "sell",
    amount: (level: Level, taken: { size: number; notional: number }) => number,
    notional: number | null,
    size: number | null,
  ): Walk | null {
    const taken = { size: 0, notional: 0 };
    const levels = side === "buy" ? this.topAsks(Number.POSITIVE_INFINITY) : this.topBids(Number.POSITIVE_INFINITY);
    for (const [i, level] of levels.entries()) {
      const here = amount(level, taken);
      taken.size += here;
      taken.notional += here * level[0];
      const missing = notional === null ? 1 - taken.size / (size ?? 0) : 1 - taken.notional / notional;
      if (missing < 1e-12)
        return { size: taken.size, price: taken.notional / taken.size, worstPrice: level[0], levels: i + 1 };
    }
    return null;
  }
}

function best(side: ReadonlyMap<number, number>, better: (a: number, b: number) => number): number | null {
  let found: number | null = null;
  for (const price of side.keys()) found = found === null ? price : better(found, price);
  return found;
}
