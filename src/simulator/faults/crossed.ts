import type { Stream } from "../server/stream.js";
import type { OpenBids } from "../venue.js";

/** How far a crossed bid stands above the best ask, ticks. */
const OVER_TICKS = 5;

/** A bid that a message claims and the book does not have. */
export interface FalseBid {
  tick: number;
}

/** Opens the bids of a venue's message. */
export type BidsOf = (venue: string, text: string) => OpenBids | null;

/** The message of a book or its touch, with a bid above the best ask; null where it carries no bids. */
export function crossed(stream: Stream, text: string, bidsOf: BidsOf): { text: string; bid: FalseBid } | null {
  const { market, place } = stream;
  const bids = market === null ? null : bidsOf(place.venue, text);
  if (market === null || bids === null) return null;
  const tick = market.book.asks.best + OVER_TICKS;
  const price = market.text.price(tick);
  const size = market.text.size(Math.max(1, market.book.bids.bestLots));
  const others = bids.levels.filter(([other]) => other !== price);
  return { text: bids.write([[price, size], ...others]), bid: { tick } };
}

/** The next message of such a stream, which takes the false bid back. */
export function uncrossed(stream: Stream, text: string, { tick }: FalseBid, bidsOf: BidsOf): string {
  const { market, place } = stream;
  const bids = market === null ? null : bidsOf(place.venue, text);
  if (market === null || bids === null || bids.isWhole) return text;
  const price = market.text.price(tick);
  if (bids.levels.some(([other]) => other === price)) return text;
  return bids.write([...bids.levels, [price, market.text.size(market.book.bids.lotsOf(tick))]]);
}
