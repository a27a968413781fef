import { isoMicros } from "../iso-time.js";
import type { BookSide } from "../model/book-side.js";
import { decimalText } from "../model/decimal-text.js";
import type { DepthChange } from "../model/depth-changes.js";
import type { Fill, Market } from "../model/market.js";

export type FrameType = "snapshot" | "update";

/** A trade as it was told: for those who come later. */
export interface ToldTrade {
  takerSells: boolean;
  fill: Fill;
  venueMs: number;
}

/** Where the number of the connection belongs: see `numbered`. */
const PLACE = '"events":';

/** A message of a channel, which bears no number before it is sent on a connection. */
export function message(channel: string, venueMs: number, events: string): string {
  return `{"channel":"${channel}","timestamp":"${isoMicros(venueMs).replace("Z", "804Z")}",${PLACE}[${events}]}`;
}

/** The message with its number among all messages of a connection. */
export function numbered(text: string, number: number): string {
  return text.replace(PLACE, `"sequence_num":${number},${PLACE}`);
}

/** The whole book: one frame, however long. */
export function wholeBook(market: Market, venueMs: number): string {
  const { bids, asks } = market.book;
  const all = (side: BookSide) => Array.from({ length: side.length }, (_, i) => side.tickAt(i));
  return book("snapshot", market, all(bids), all(asks), venueMs);
}

/** The sizes that changes left. */
export function bookUpdate(market: Market, change: DepthChange, venueMs: number): string {
  return book("update", market, change.bids, change.asks, venueMs);
}

function book(type: FrameType, market: Market, bids: number[], asks: number[], venueMs: number): string {
  const { spec, text, book } = market;
  const time = isoMicros(venueMs - 1);
  const rows = (name: string, side: BookSide, ticks: number[]) =>
    ticks.map(
      (tick) =>
        `{"side":"${name}","event_time":"${time}","price_level":"${text.price(tick)}","new_quantity":"${text.size(side.lotsOf(tick))}"}`,
    );
  const updates = [...rows("bid", book.bids, bids), ...rows("offer", book.asks, asks)].join(",");
  return message("l2_data", venueMs, `{"type":"${type}","product_id":"${spec.symbol}","updates":[${updates}]}`);
}

/** Newest first; `side` is the maker's: BUY where the taker sold. */
export function tradesFrame(type: FrameType, market: Market, trades: readonly ToldTrade[], nowMs: number): string {
  const { spec, text } = market;
  const rows = trades.toReversed().map(({ takerSells, fill, venueMs }) => {
    const what = `"trade_id":"${fill.id}","price":"${text.price(fill.tick)}","size":"${text.size(fill.lots)}"`;
    return `{"product_id":"${spec.symbol}",${what},"time":"${isoMicros(venueMs)}","side":"${takerSells ? "BUY" : "SELL"}"}`;
  });
  return message("market_trades", nowMs, `{"type":"${type}","trades":[${rows.join(",")}]}`);
}

export function tickerFrame(type: FrameType, { spec, text, book, lastTick }: Market, venueMs: number): string {
  const { bids, asks } = book;
  const last = text.price(lastTick);
  const day = `"price":"${last}","volume_24_h":"0","low_24_h":"${last}","high_24_h":"${last}","low_52_w":"${last}","high_52_w":"${last}","price_percent_chg_24_h":"0"`;
  const touch = `"best_bid":"${text.price(bids.best)}","best_ask":"${text.price(asks.best)}","best_bid_quantity":"${text.size(bids.bestLots)}","best_ask_quantity":"${text.size(asks.bestLots)}"`;
  const ticker = `{"type":"ticker","product_id":"${spec.symbol}",${day},${touch}}`;
  return message("ticker", venueMs, `{"type":"${type}","tickers":[${ticker}]}`);
}

/** Of one product; the venue also tells those of several in one message. */
export function statusFrame(type: FrameType, { spec }: Market, status: "online" | "offline", venueMs: number): string {
  const steps = `"base_increment":"${decimalText(1, spec.lotDecimals)}","quote_increment":"${decimalText(spec.tickUnits, spec.priceDecimals)}"`;
  const names = `"product_type":"SPOT","id":"${spec.symbol}","base_currency":"${spec.base}","quote_currency":"${spec.quote}"`;
  const product = `{${names},${steps},"display_name":"${spec.base}/${spec.quote}","status":"${status}","status_message":"","min_market_funds":"1"}`;
  return message("status", venueMs, `{"type":"${type}","products":[${product}]}`);
}

export function heartbeatFrame(venueMs: number, counter: number): string {
  const event = `{"current_time":"${isoMicros(venueMs).replace("T", " ").replace("Z", " +0000 UTC")}","heartbeat_counter":${counter}}`;
  return message("heartbeats", venueMs, event);
}

/** All channels that stand, and their products. */
export function subscriptionsFrame(venueMs: number, subscriptions: Readonly<Record<string, string[]>>): string {
  return message("subscriptions", venueMs, JSON.stringify({ subscriptions }));
}
