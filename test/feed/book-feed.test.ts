import { BookFeed } from "crosstick/internal/feed/book-feed";
import { venueNamed } from "crosstick/internal/venues/index";
import { expect, test } from "vitest";

const LIMIT_BYTES = 16 * 1024 * 1024;

test("a book that waits for its snapshot keeps its last deltas, none missing between them, within its limit", () => {
  const book = new BookFeed(0, venueNamed("binance").integrity("spot"));
  for (let id = 1; id <= 40_000; id++) {
    book.keep({ first: id, last: id, previous: Number.NaN, records: new Uint8Array(64 * (1 + (id % 31))) });
    if (id % 4000 !== 0) continue;
    const bytes = book.pending.reduce((sum, { records }) => sum + records.length, 0);
    expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
    const before = book.pending[0].first - 1;
    if (before > 0) expect(bytes).toBeGreaterThan(LIMIT_BYTES / 2);
    expect(book.pending.map(({ last }) => last)).toEqual(Array.from({ length: id - before }, (_, i) => before + 1 + i));
  }
  expect(book.pending[0].first).toBeGreaterThan(1);
  book.forget();
  expect(book.pending).toEqual([]);
  book.keep({ first: 1, last: 1, previous: Number.NaN, records: new Uint8Array(LIMIT_BYTES) });
  expect(book.pending).toHaveLength(1);
});
