import type { OpenBids } from "../venue.js";

type Levels = [string, string][];

/**
 * Bids that stand in `b`, at the top of a message or below `data`: levels in a book, a price in the
 * touch. A message of the type `snapshot` is whole.
 */
export function openBids(text: string): OpenBids | null {
  const message = parse(text);
  if (message === null) return null;
  const { whole, book } = message;
  const { b } = book;
  if (typeof b === "string")
    return {
      isWhole: true,
      levels: [[b, String(book.B)]],
      write([[price]]) {
        book.b = price;
        return JSON.stringify(whole);
      },
    };
  if (!Array.isArray(b)) return null;
  return {
    isWhole: "type" in whole && whole.type === "snapshot",
    levels: b,
    write(levels) {
      book.b = levels.map(([price, size]) => [price, size]);
      return JSON.stringify(whole);
    },
  };
}

function parse(text: string): { whole: object; book: { b?: Levels | string; B?: string } } | null {
  const whole: unknown = JSON.parse(text);
  if (typeof whole !== "object" || whole === null) return null;
  const book = "data" in whole && typeof whole.data === "object" && whole.data !== null ? whole.data : whole;
  return "b" in book ? { whole, book: book as { b?: Levels | string; B?: string } } : null;
}
