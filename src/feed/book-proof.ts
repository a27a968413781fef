import * as L from "../layout.js";
import type { BookRules, FallenLevel } from "../venues/venue.js";
import type { BookFeed } from "./book-feed.js";
import type { LaneRing } from "./lane-ring.js";
import type { LaneSymbols } from "./lane-symbols.js";

/** Removals that a message may need: one record for each level of its own records, which hold two. */
export const PROOF_RECORDS = 2;

/**
 * Asks a book's witness whether a message, `count` records past the ring's cursor, makes the book that
 * its venue has. Only for books whose snapshots come in the stream: where deltas are kept for a snapshot
 * of another channel, their text is gone by the time it comes, and their ids prove them.
 */
export class BookProof {
  private readonly ring: LaneRing;
  private readonly venue: BookRules;
  private readonly symbols: LaneSymbols;

  constructor(ring: LaneRing, venue: BookRules, symbols: LaneSymbols) {
    this.ring = ring;
    this.venue = venue;
    this.symbols = symbols;
  }

  /** Records to commit: those of the message, and removals of what it pushed off the book's end. 0: it is disproved. */
  check(book: BookFeed, isSnapshot: boolean, count: number): number {
    const { u8, u32, f64 } = this.ring.views;
    const { header } = this.ring;
    if (u32[(header + L.MESSAGE_HAS_CHECKSUM) >> 2] === 0) {
      // The witness did not see this message: what it holds is no longer the book.
      book.witness = null;
      return count;
    }
    if (isSnapshot) book.witness = this.venue.witness?.(this.symbols.productOf(book.instrument)) ?? null;
    const { witness } = book;
    if (witness === null) return count;
    const at = u32[(header + L.MESSAGE_FRAME_AT) >> 2];
    const bytes = u32[(header + L.MESSAGE_FRAME_END) >> 2] - at;
    const isProved = witness.check({
      frame: Buffer.from(u8.buffer, at, bytes).toString("utf8"),
      part: u32[(header + L.MESSAGE_PART) >> 2],
      isSnapshot,
      checksum: f64[(header + L.MESSAGE_CHECKSUM) >> 3],
      depth: u32[(header + L.MESSAGE_DEPTH) >> 2],
    });
    if (isProved) return isSnapshot ? count : count + this.remove(witness.fallen?.() ?? [], count);
    book.witness = null;
    return 0;
  }

  /** Writes removals behind a message's own records: how many. */
  private remove(fallen: readonly FallenLevel[], count: number): number {
    const { u8, f64 } = this.ring.views;
    const { writer } = this.ring;
    const flags = writer.at(count - 1) + L.RECORD_FLAGS;
    const first = writer.at(0);
    fallen.forEach(({ isAsk, price }, index) => {
      u8[flags] &= ~L.FLAG_LAST;
      const at = writer.at(count + index);
      u8.copyWithin(at, first, first + L.RECORD_PAYLOAD);
      u8[at + L.RECORD_FLAGS] = (isAsk ? L.FLAG_ASK : 0) | (index === fallen.length - 1 ? L.FLAG_LAST : 0);
      f64.fill(0, (at + L.RECORD_PAYLOAD) >> 3, (at + L.RECORD_BYTES) >> 3);
      f64[(at + L.LEVEL_PRICE) >> 3] = price;
    });
    return fallen.length;
  }
}
