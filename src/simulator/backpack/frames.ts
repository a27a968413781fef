import type { BookSide } from "../model/book-side.js";
import type { DepthChange } from "../model/depth-changes.js";
import type { Fill, Liquidation, Market, TakerOrder } from "../model/market.js";

/** Between two fundings, ms. */
export const FUNDING_INTERVAL_MS = 8 * 3_600_000;

/** E, when the venue sent it, and T, when its engine did it: µs, in quotes on the wire. */
function times(venueMs: number): string {
  const now = Math.floor(venueMs * 1000);
  return `"E":"${now}","T":"${now - 900}"`;
}

/** The sizes that changes left, in the order of prices. */
export function depthFrame({ book, spec, text }: Market, change: DepthChange, venueMs: number): string {
  const rows = (side: BookSide, ticks: number[]) =>
    ticks
      .sort((a, b) => a - b)
      .map((tick) => `["${text.price(tick)}","${text.size(side.lotsOf(tick))}"]`)
      .join(",");
  const a = rows(book.asks, change.asks);
  const b = rows(book.bids, change.bids);
  return `{${times(venueMs)},"U":${change.first},"a":[${a}],"b":[${b}],"e":"depth","s":"${spec.symbol}","u":${change.last}}`;
}

export function bookTickerFrame({ book, spec, text }: Market, venueMs: number): string {
  const { bids, asks, sequence } = book;
  const sizes = `"A":"${text.size(asks.bestLots)}","B":"${text.size(bids.bestLots)}"`;
  const prices = `"a":"${text.price(asks.best)}","b":"${text.price(bids.best)}"`;
  return `{${sizes},${times(venueMs)},${prices},"e":"bookTicker","s":"${spec.symbol}","u":"${sequence}"}`;
}

/** `m`: the buyer was the maker. */
export function tradeFrame({ spec, text }: Market, order: TakerOrder, fill: Fill, venueMs: number): string {
  const taker = order.sequence;
  const maker = order.sequence - fill.id;
  const [a, b] = order.takerSells ? [taker, maker] : [maker, taker];
  const what = `"p":"${text.price(fill.tick)}","q":"${text.size(fill.lots)}","s":"${spec.symbol}","t":${fill.id}`;
  return `{${times(venueMs)},"a":"${a}","b":"${b}","e":"trade","m":${order.takerSells},${what}}`;
}

/** The next funding is told in ms, all else in µs. */
export function markPriceFrame(market: Market, venueMs: number): string {
  const { spec, text, mark, index, fundingRate } = market;
  const prices = `"i":"${text.finePrice(index)}","n":${nextFundingMs(venueMs)},"p":"${text.finePrice(mark)}"`;
  return `{"E":"${Math.floor(venueMs * 1000)}","e":"markPrice","f":"${fundingRate.toFixed(9)}",${prices},"s":"${spec.symbol}"}`;
}

export function openInterestFrame({ spec, text, openInterest }: Market, venueMs: number): string {
  return `{"E":"${Math.floor(venueMs * 1000)}","e":"openInterest","o":"${text.size(openInterest)}","s":"${spec.symbol}"}`;
}

/** `S` is the side of the order: Ask closes a long position. */
export function liquidationFrame({ spec, text }: Market, liquidation: Liquidation, venueMs: number): string {
  const { longLost, lots, tick } = liquidation;
  const side = longLost ? "Ask" : "Bid";
  return `{${times(venueMs)},"S":"${side}","e":"liquidation","p":"${text.price(tick)}","q":"${text.size(lots)}","s":"${spec.symbol}"}`;
}

export function nextFundingMs(venueMs: number): number {
  return (Math.floor(venueMs / FUNDING_INTERVAL_MS) + 1) * FUNDING_INTERVAL_MS;
}
