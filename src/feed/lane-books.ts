import type { BookFeed } from "./book-feed.js";
import type { BookKeeper } from "./book-keeper.js";
import type { LaneRing } from "./lane-ring.js";

/**
 * What a live feed asks of its lane's books by instrument, and what it tells of them that no frame says. Times are
 * epoch µs. A change of state is published at once; it is left out where the ring has no room.
 */
export class LaneBooks {
  private readonly ring: LaneRing;
  private readonly keeper: BookKeeper;

  constructor(ring: LaneRing, keeper: BookKeeper) {
    this.ring = ring;
    this.keeper = keeper;
  }

  /** Books whose state is not live, for whoever brings snapshots or subscribes again. */
  unsynced(): BookFeed[] {
    return this.keeper.unsynced();
  }

  isLive(instrument: number): boolean {
    return this.keeper.books[instrument]?.isSequenced === true;
  }

  /** The venue has said that it is being worked on as far as this book is concerned. */
  isClosed(instrument: number): boolean {
    return this.keeper.books[instrument]?.closed === true;
  }

  /** Whether the book's snapshot comes from elsewhere than its channel. */
  isBridged(instrument: number): boolean {
    return this.keeper.bookOf(instrument).rule.bridged;
  }

  /** A successor takes a connection over: which of its books cannot go on by it, for they would miss something unseen. */
  handOver(books: readonly number[], successor: number): number[] {
    return books.filter((instrument) => !this.keeper.relink(instrument, successor));
  }

  /** The channels of these books are silent. */
  stale(instruments: Iterable<number>, receivedUs: number): void {
    this.change(receivedUs, () => this.keeper.stale(instruments));
  }

  /** The connection of these books, which was quiet, answers again. */
  revive(instruments: Iterable<number>, receivedUs: number): void {
    this.change(receivedUs, () => this.keeper.revive(instruments));
  }

  /** These books know nothing any more (connection lost, ban, fresh start), and say why. */
  suspend(instruments: Iterable<number>, state: number, reason: number, receivedUs: number): void {
    this.change(receivedUs, () => this.keeper.suspend(instruments, state, reason));
  }

  /** The venue says of these books that they rest while it works, or that they go on; their connection stands. */
  trading(instruments: Iterable<number>, isOpen: boolean, receivedUs: number): void {
    this.change(receivedUs, () => this.keeper.trading(instruments, isOpen));
  }

  private change(receivedUs: number, tell: () => void): void {
    this.ring.setReceivedUs(receivedUs);
    tell();
    this.ring.writer.publish();
  }
}
