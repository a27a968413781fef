import type { OpenBids } from "../venue.js";

type Row = [number, number];
interface Book {
  bids?: Row[] | null;
  bid?: Row | number;
  bidSize?: number;
  event?: string;
}

/** Bids of a book's message or of the touch, which stand in `tick`, or in the `data` of a requested book. */
export function openBids(text: string): OpenBids | null {
  const message = JSON.parse(text) as { ch?: string; rep?: string; tick?: Book; data?: Book } | null;
  const book = message?.tick ?? message?.data;
  if (message === null || book === undefined) return null;
  const { bid } = book;
  const row = (levels: readonly (readonly [string, string])[]): Row[] => levels.map(([p, q]) => [Number(p), Number(q)]);
  const written = (level: Row): readonly [string, string] => [String(level[0]), String(level[1])];
  if (bid !== undefined) {
    const level: Row = Array.isArray(bid) ? bid : [bid, book.bidSize ?? 0];
    return {
      isWhole: true,
      levels: [written(level)],
      write(levels) {
        const [[price]] = row(levels);
        book.bid = Array.isArray(bid) ? [price, level[1]] : price;
        return JSON.stringify(message);
      },
    };
  }
  if (!Array.isArray(book.bids)) return null;
  const isImage = /\.(?:mbp\.refresh\.\d+|depth\.step0)$/.test(message.ch ?? "");
  return {
    isWhole: isImage || message.rep !== undefined || book.event === "snapshot",
    levels: book.bids.map(written),
    write(levels) {
      book.bids = row(levels);
      return JSON.stringify(message);
    },
  };
}
