import type { BookFeed } from "./book-feed.js";
import type { LaneRing, Stamp } from "./lane-ring.js";

/** Books that lost a message and whose gap records are still to be written, why and when they lost it. */
export class GapDebts {
  private readonly ring: LaneRing;
  private owed: { book: BookFeed; reason: number; stamp: Stamp }[] = [];

  constructor(ring: LaneRing) {
    this.ring = ring;
  }

  /** A message of this book was dropped or refused; one that is not in order anyway owes nothing. */
  add(book: BookFeed, reason: number): void {
    if (book.isSequenced && !this.owed.some((debt) => debt.book === book))
      this.owed.push({ book, reason, stamp: this.ring.stamp() });
  }

  /** Hot: whether nothing is owed. */
  get none(): boolean {
    return this.owed.length === 0;
  }

  /** Has written what is owed, stamped with the time of the loss, as room permits. False: the ring is full, call again. */
  pay(gap: (book: BookFeed, reason: number) => void): boolean {
    while (this.owed.length > 0 && this.ring.hasControlRoom) {
      const debt = this.owed.shift();
      if (debt === undefined) continue;
      const now = this.ring.stamp();
      this.ring.setStamp(debt.stamp);
      gap(debt.book, debt.reason);
      this.ring.setStamp(now);
    }
    return this.owed.length === 0;
  }
}
