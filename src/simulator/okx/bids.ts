import type { OpenBids } from "../venue.js";

type Row = [price: string, size: string, ...rest: string[]];

interface BookMessage {
  action?: string;
  data: { bids: Row[] }[];
}

/** The bids of a book message; a message without an action is whole. */
export function openBids(text: string): OpenBids | null {
  const message = JSON.parse(text) as Partial<BookMessage>;
  const element = message.data?.[0];
  if (element === undefined || !Array.isArray(element.bids)) return null;
  return {
    isWhole: message.action !== "update",
    levels: element.bids.map(([price, size]): [string, string] => [price, size]),
    write(levels) {
      element.bids = levels.map(([price, size]): Row => [price, size, "0", "1"]);
      return JSON.stringify(message);
    },
  };
}
