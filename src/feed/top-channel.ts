import * as L from "../layout.js";
import type { BookFeed } from "./book-feed.js";
import type { LaneRing } from "./lane-ring.js";

/**
 * Hot: a message of a one-level channel past the cursor, which counts by itself and repeats its id when
 * nothing changed. `overlapping`: two connections bring the same, and one of them is behind.
 */
export function acceptTop(ring: LaneRing, book: BookFeed, count: number, overlapping: boolean): void {
  const { u8, u32, f64 } = ring.views;
  const record = ring.writer.at(0);
  const last = f64[(ring.header + L.MESSAGE_LAST_ID) >> 3];
  if (u32[(ring.header + L.MESSAGE_CLASS) >> 2] === L.CLASS_TOP_DELTA) {
    const isNext = last === book.topLast + 1;
    if (last <= book.topLast || Number.isNaN(book.topLast) || (overlapping && !isNext)) {
      ring.counts.covered++;
      return;
    }
    if (!isNext) {
      // One is missing: what the top is now nobody knows until the next snapshot.
      book.topLast = Number.NaN;
      for (let i = 0; i < 4; i++) f64[((record + L.RECORD_PAYLOAD) >> 3) + i] = Number.NaN;
      ring.commit(count);
      return;
    }
    u8[record + L.RECORD_FLAGS] |= L.FLAG_PARTIAL;
  } else if (overlapping && last < book.topLast) {
    ring.counts.covered++;
    return;
  }
  book.topLast = last;
  ring.commit(count);
}
