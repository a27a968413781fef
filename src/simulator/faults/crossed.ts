import type { Stream } from "../server/stream.js";

/** How far a crossed bid stands above the best ask, ticks. */
const OVER_TICKS = 5;

/** A bid that a message claims and the book does not have. */
export interface FalseBid {
  tick: number;
}

type Levels = [string, string][];
interface BookMessage {
  b?: Levels | string;
  B?: string;
}

/**
 * The message of a book or its touch, with a bid above the best ask; null where the stream carries no
 * bids. Both venues' shapes: the levels stand in `b`, at the top or below `data`.
 */
export function crossed(stream: Stream, text: string): { text: string; bid: FalseBid } | null {
  const { market } = stream;
  const message = parse(text);
  if (market === null || message === null) return null;
  const tick = market.book.asks.best + OVER_TICKS;
  const price = market.text.price(tick);
  if (typeof message.book.b === "string") message.book.b = price;
  else if (Array.isArray(message.book.b)) {
    const size = market.text.size(Math.max(1, market.book.bids.bestLots));
    message.book.b = [[price, size] as [string, string], ...message.book.b.filter(([other]) => other !== price)];
  } else return null;
  return { text: JSON.stringify(message.whole), bid: { tick } };
}

/** The next message of such a stream, which takes the false bid back. */
export function uncrossed(stream: Stream, text: string, { tick }: FalseBid): string {
  const { market } = stream;
  const message = parse(text);
  if (market === null || message === null || !Array.isArray(message.book.b)) return text;
  const price = market.text.price(tick);
  if (message.book.b.some(([other]) => other === price)) return text;
  if (isWhole(message.whole)) return text;
  message.book.b = [...message.book.b, [price, market.text.size(market.book.bids.lotsOf(tick))]];
  return JSON.stringify(message.whole);
}

function isWhole(message: object): boolean {
  return "type" in message && message.type === "snapshot";
}

function parse(text: string): { whole: object; book: BookMessage } | null {
  const whole: unknown = JSON.parse(text);
  if (typeof whole !== "object" || whole === null) return null;
  const book = "data" in whole && typeof whole.data === "object" && whole.data !== null ? whole.data : whole;
  return "b" in book ? { whole, book: book as BookMessage } : null;
}
