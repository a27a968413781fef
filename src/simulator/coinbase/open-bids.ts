import type { OpenBids } from "../venue.js";

interface Update {
  side: string;
  event_time: string;
  price_level: string;
  new_quantity: string;
}

interface Message {
  events: { type: string; updates?: Update[]; tickers?: { best_bid: string; best_bid_quantity: string }[] }[];
}

/** Bids of a book or of a ticker. */
export function openBids(text: string): OpenBids | null {
  const message: Message = JSON.parse(text);
  const [event] = message.events;
  const ticker = event?.tickers?.[0];
  if (ticker !== undefined)
    return {
      isWhole: true,
      levels: [[ticker.best_bid, ticker.best_bid_quantity]],
      write([[price]]) {
        ticker.best_bid = price;
        return JSON.stringify(message);
      },
    };
  const updates = event?.updates;
  if (updates === undefined) return null;
  const isBid = ({ side }: Update): boolean => side === "bid";
  return {
    isWhole: event.type === "snapshot",
    levels: updates.filter(isBid).map(({ price_level, new_quantity }) => [price_level, new_quantity]),
    write(levels) {
      const time = updates[0]?.event_time ?? "";
      const bids = levels.map(([price_level, new_quantity]) => ({
        ...{ side: "bid", event_time: time },
        ...{ price_level, new_quantity },
      }));
      event.updates = [...bids, ...updates.filter((update) => !isBid(update))];
      return JSON.stringify(message);
    },
  };
}
