import type { OpenBids } from "../venue.js";

const BIDS = /"bids":\[(.*?)\]/;
const LEVEL = /\{"price":([^,]+),"qty":([^}]+)\}/g;
const TOUCH = /"bid":([^,]+),"bid_qty":([^,]+)/;

/** Bids of a book or of a ticker, by their text: JSON.parse would lose the zeros that a checksum counts. */
export function openBids(text: string): OpenBids | null {
  const touch = TOUCH.exec(text);
  if (touch !== null)
    return {
      isWhole: true,
      levels: [[touch[1], touch[2]]],
      write: ([[price, size]]) => text.replace(TOUCH, `"bid":${price},"bid_qty":${size}`),
    };
  const bids = BIDS.exec(text);
  if (bids === null) return null;
  return {
    isWhole: text.includes('"type":"snapshot"'),
    levels: [...bids[1].matchAll(LEVEL)].map(([, price, size]) => [price, size]),
    write: (levels) =>
      text.replace(BIDS, `"bids":[${levels.map(([price, size]) => `{"price":${price},"qty":${size}}`).join(",")}]`),
  };
}
