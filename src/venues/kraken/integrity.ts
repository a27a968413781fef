import { TextBook } from "../text-book.js";
import { type BookWitness, type FallenLevel, type SequenceRule, VERDICT, type WitnessedMessage } from "../venue.js";
import { bookText } from "./book-text.js";
import { krakenChecksum } from "./checksum.js";

/**
 * Kraken numbers nothing: whatever comes is next, and the checksum that every message carries is the
 * only proof. Source: docs.kraken.com/api/docs/websocket-v2/book.
 */
const rule: SequenceRule = {
  unnumbered: true,
  bridged: false,
  next: () => VERDICT.apply,
  bridge: () => VERDICT.gap,
};

export function integrity(): SequenceRule {
  return rule;
}

/** Depths that the channel can be asked for. Source: as above. */
const DEPTHS = [10, 25, 100, 500, 1000];

/** Proves one book by Kraken's checksum, and knows what has fallen off its end. */
export class KrakenWitness implements BookWitness {
  private readonly book = new TextBook();
  private depth = 0;
  private gone: readonly FallenLevel[] = [];

  check({ frame, part, isSnapshot, checksum, depth }: WitnessedMessage): boolean {
    const { bids, asks } = bookText(frame, part);
    if (isSnapshot) this.depth = depth || depthOf(Math.max(bids.length, asks.length));
    if (!this.book.apply(false, bids) || !this.book.apply(true, asks)) return false;
    this.gone = isSnapshot ? [] : this.truncate();
    return krakenChecksum(this.book) === checksum;
  }

  fallen(): readonly FallenLevel[] {
    return this.gone;
  }

  /**
   * The channel keeps so many levels a side and says nothing of those that a nearer one pushes out: the
   * client must drop them, or they would stand in the book for ever. Source: as above.
   */
  private truncate(): FallenLevel[] {
    return this.book
      .truncate(this.depth)
      .map(({ isAsk, level }): FallenLevel => ({ isAsk, price: Number(level.price.text) }));
  }
}

/** The depth of a channel that nobody told of: the smallest that has room for the snapshot. */
function depthOf(levels: number): number {
  return DEPTHS.find((depth) => depth >= levels) ?? levels;
}
