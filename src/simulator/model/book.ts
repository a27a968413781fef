import { BookSide } from "./book-side.js";
import type { Random } from "./random.js";

/** Changes that can be taken back, for replies that are older than the book. */
const REMEMBERED_CHANGES = 16_384;

/** How update ids follow each other: one by one (Binance spot), or with those of other symbols between. */
export type Numbering = "contiguous" | "shared";

interface Change {
  isBid: boolean;
  tick: number;
  lotsBefore: number;
  sequenceBefore: number;
}

/** The true book of one market. Every change of a level has an update id of its own. */
export class Book {
  readonly bids = new BookSide(1);
  readonly asks = new BookSide(-1);
  /** Id of the last change. */
  sequence: number;
  private readonly numbering: Numbering;
  private readonly random: Random;
  private readonly past: Change[] = [];
  private pastAt = 0;

  constructor(firstSequence: number, numbering: Numbering, random: Random) {
    this.sequence = firstSequence;
    this.numbering = numbering;
    this.random = random;
  }

  /** Sets a level; false when it was so already and no id was used. */
  set(isBid: boolean, tick: number, lots: number): boolean {
    const side = isBid ? this.bids : this.asks;
    const lotsBefore = side.set(tick, lots);
    if (lotsBefore === lots) return false;
    this.past[this.pastAt] = { isBid, tick, lotsBefore, sequenceBefore: this.sequence };
    this.pastAt = (this.pastAt + 1) % REMEMBERED_CHANGES;
    this.sequence += this.numbering === "contiguous" ? 1 : 1 + this.random.below(40);
    return true;
  }

  /** The book as it was `changes` changes ago, as far as they are remembered. */
  before(changes: number): { bids: BookSide; asks: BookSide; sequence: number } {
    const bids = this.bids.copy();
    const asks = this.asks.copy();
    let { sequence } = this;
    for (let i = 1; i <= Math.min(changes, this.past.length); i++) {
      const change = this.past[(this.pastAt - i + REMEMBERED_CHANGES) % REMEMBERED_CHANGES];
      (change.isBid ? bids : asks).set(change.tick, change.lotsBefore);
      sequence = change.sequenceBefore;
    }
    return { bids, asks, sequence };
  }
}
