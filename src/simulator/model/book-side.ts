/**
 * One side of a book: sizes by price, sorted, best last. Prices are whole ticks; the order is that of
 * `tick * sign`, so that one class serves bids (sign 1) and asks (sign -1).
 */
export class BookSide {
  /** `tick * sign`, rising. */
  private readonly ranks: number[] = [];
  private readonly sizes: number[] = [];
  readonly sign: 1 | -1;

  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  get length(): number {
    return this.ranks.length;
  }

  /** Best price in ticks; NaN when empty. */
  get best(): number {
    return this.ranks.length === 0 ? Number.NaN : this.ranks[this.ranks.length - 1] * this.sign;
  }

  /** Lots at the best price; 0 when empty. */
  get bestLots(): number {
    return this.sizes.length === 0 ? 0 : this.sizes[this.sizes.length - 1];
  }

  /** Price of the level that is `depth` levels behind the best one. */
  tickAt(depth: number): number {
    return this.ranks[this.ranks.length - 1 - depth] * this.sign;
  }

  /** Lots of the level that is `depth` levels behind the best one. */
  lotsAt(depth: number): number {
    return this.sizes[this.sizes.length - 1 - depth];
  }

  /** Lots at a price, 0 when there is no such level. */
  lotsOf(tick: number): number {
    const at = this.position(tick * this.sign);
    return this.ranks[at] === tick * this.sign ? this.sizes[at] : 0;
  }

  /** Sets the size at a price, 0 removes the level. Returns the lots that stood there. */
  set(tick: number, lots: number): number {
    const rank = tick * this.sign;
    const at = this.position(rank);
    if (this.ranks[at] !== rank) {
      if (lots > 0) {
        this.ranks.splice(at, 0, rank);
        this.sizes.splice(at, 0, lots);
      }
      return 0;
    }
    const before = this.sizes[at];
    if (lots > 0) this.sizes[at] = lots;
    else {
      this.ranks.splice(at, 1);
      this.sizes.splice(at, 1);
    }
    return before;
  }

  copy(): BookSide {
    const side = new BookSide(this.sign);
    side.ranks.push(...this.ranks);
    side.sizes.push(...this.sizes);
    return side;
  }

  /** First index whose rank is not below. */
  private position(rank: number): number {
    let low = 0;
    let high = this.ranks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ranks[middle] < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
