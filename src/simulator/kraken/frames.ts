import { isoMicros } from "../iso-time.js";
import type { Level } from "../model/levels.js";
import type { Fill, Market } from "../model/market.js";

export type FrameType = "snapshot" | "update";

/** A trade as it was told: for those who come later. */
export interface ToldTrade {
  takerSells: boolean;
  fill: Fill;
  venueMs: number;
}

/** Prices and sizes are JSON numbers of full precision: `0.00100000`. */
export function bookFrame(
  type: FrameType,
  { spec, text }: Market,
  book: { bids: readonly Level[]; asks: readonly Level[]; checksum: number },
  venueMs: number,
): string {
  const rows = (levels: readonly Level[]): string =>
    levels.map(({ tick, lots }) => `{"price":${text.price(tick)},"qty":${text.size(lots)}}`).join(",");
  const sides = `"bids":[${rows(book.bids)}],"asks":[${rows(book.asks)}]`;
  return `{"channel":"book","type":"${type}","data":[{"symbol":"${spec.symbol}",${sides},"checksum":${book.checksum},"timestamp":"${isoMicros(venueMs)}"}]}`;
}

/** `side` is the taker's. */
export function tradeFrame(type: FrameType, { spec, text }: Market, trades: readonly ToldTrade[]): string {
  const rows = trades.map(({ takerSells, fill, venueMs }) => {
    const what = `"side":"${takerSells ? "sell" : "buy"}","price":${text.price(fill.tick)},"qty":${text.size(fill.lots)}`;
    return `{"symbol":"${spec.symbol}",${what},"ord_type":"market","trade_id":${fill.id},"timestamp":"${isoMicros(venueMs)}"}`;
  });
  return `{"channel":"trade","type":"${type}","data":[${rows.join(",")}]}`;
}

export function tickerFrame(type: FrameType, { spec, text, book, lastTick }: Market, venueMs: number): string {
  const { bids, asks } = book;
  const touch = `"bid":${text.price(bids.best)},"bid_qty":${text.size(bids.bestLots)},"ask":${text.price(asks.best)},"ask_qty":${text.size(asks.bestLots)}`;
  const last = text.price(lastTick);
  const day = `"last":${last},"volume":${text.size(0)},"vwap":${last},"low":${last},"high":${last},"change":0.0,"change_pct":0.00`;
  return `{"channel":"ticker","type":"${type}","data":[{"symbol":"${spec.symbol}",${touch},${day},"timestamp":"${isoMicros(venueMs)}"}]}`;
}

/** Precisions of the pairs. */
export function instrumentFrame(markets: readonly Market[]): string {
  const pairs = markets.map(({ spec }) => ({
    ...{ symbol: spec.symbol, base: spec.base, quote: spec.quote, status: "online", marginable: false },
    ...{ price_precision: spec.priceDecimals, qty_precision: spec.sizeDecimals },
    ...{ price_increment: spec.tickUnits / 10 ** spec.priceDecimals, qty_increment: 10 ** -spec.lotDecimals },
  }));
  return JSON.stringify({ channel: "instrument", type: "snapshot", data: { assets: [], pairs } });
}
