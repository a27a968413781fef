import type { OpenBids } from "../venue.js";

type Row = [action: string, price: number, amount: number] | [price: number, amount: number];
interface Data {
  type?: string;
  bids?: Row[];
  best_bid_price?: number;
  best_bid_amount?: number;
}

/** Bids of a book, with or without words of what is done, or of a touch. */
export function openBids(text: string): OpenBids | null {
  const message = JSON.parse(text) as { params?: { data?: Data } } | null;
  const data = message?.params?.data;
  if (data === undefined || Array.isArray(data)) return null;
  const { bids, best_bid_price: price, best_bid_amount: amount } = data;
  if (price !== undefined)
    return {
      isWhole: true,
      levels: [[String(price), String(amount)]],
      write(levels) {
        data.best_bid_price = Number(levels[0][0]);
        return JSON.stringify(message);
      },
    };
  if (bids === undefined) return null;
  const isWhole = data.type !== "change";
  const hasActions = data.type !== undefined;
  return {
    isWhole,
    levels: bids.map((row) => [String(row[row.length - 2]), String(row[row.length - 1])]),
    write(levels) {
      data.bids = levels.map(([at, size]): Row => {
        const row: [number, number] = [Number(at), Number(size)];
        // Of a change, "new" on a level that stands there is not what the venue would say; no client looks.
        return hasActions ? [row[1] === 0 ? "delete" : "new", ...row] : row;
      });
      return JSON.stringify(message);
    },
  };
}
