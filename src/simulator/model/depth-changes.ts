import type { Market } from "./market.js";

/** What a message of a book's changes carries: the ticks whose sizes it tells, and the ids that it covers. */
export interface DepthChange {
  bids: number[];
  asks: number[];
  first: number;
  last: number;
  previousLast: number;
}

/** The changes of one book since they were taken last, for venues that send the sizes they left. */
export class DepthChanges {
  private readonly market: Market;
  private readonly bids = new Set<number>();
  private readonly asks = new Set<number>();
  private first = 0;
  private last = 0;
  private previousLast = 0;

  constructor(market: Market) {
    this.market = market;
  }

  /** The book's last id is that of this change. */
  changed(isBid: boolean, tick: number): void {
    this.last = this.market.book.sequence;
    if (this.first === 0) this.first = this.last;
    (isBid ? this.bids : this.asks).add(tick);
  }

  /** null when nothing has changed. */
  take(): DepthChange | null {
    if (this.first === 0) return null;
    const { bids, asks, first, last, previousLast } = this;
    const change = { bids: [...bids], asks: [...asks], first, last, previousLast };
    this.clear();
    return change;
  }

  /** What was before is of no interest: the first one who listens has come. */
  restart(): void {
    this.last = this.market.book.sequence;
    this.clear();
  }

  private clear(): void {
    this.previousLast = this.last;
    this.first = 0;
    this.bids.clear();
    this.asks.clear();
  }
}
