import type { Market } from "../model/market.js";
import { Past, type PastBar } from "../model/past.js";
import { pairOf } from "./frames.js";

const MINUTE_MS = 60_000;
/** Widths, in minutes. */
const intervals: Readonly<Record<string, number>> = {
  ...{ "1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "2h": 120, "4h": 240, "6h": 360, "8h": 480 },
  ...{ "12h": 720, "1d": 1440 },
};
const LONGEST = { spot: 1000, futures: 1500 };

/** Oldest first from `startTime`, or the last ones; null for a width that there is not. */
export function klines(market: Market, query: URLSearchParams, nowMs: number): unknown[] | null {
  const minutes = intervals[query.get("interval") ?? ""];
  if (minutes === undefined) return null;
  const widthMs = minutes * MINUTE_MS;
  const longest = market.spec.product === "spot" ? LONGEST.spot : LONGEST.futures;
  const limit = Math.min(Number(query.get("limit") ?? 500), longest);
  const endMs = Math.min(Number(query.get("endTime") ?? nowMs), nowMs);
  const startMs = Number(query.get("startTime") ?? endMs - limit * widthMs);
  const stopMs = Math.min(endMs + 1, startMs + limit * widthMs + widthMs);
  const bars = new Past(market.spec).bars(widthMs, startMs, stopMs);
  return bars.slice(0, limit).map((bar) => kline(market, bar, widthMs));
}

function kline(market: Market, bar: PastBar, widthMs: number): unknown[] {
  const { text } = market;
  const { native, other } = volumes(market, bar);
  const prices = [bar.openTick, bar.highTick, bar.lowTick, bar.closeTick].map((tick) => text.price(tick));
  return [bar.openMs, ...prices, native, bar.openMs + widthMs - 1, other, bar.trades, native, other, "0"];
}

/** What was traded in the market's unit, and in the other: quote currency, or coins where contracts are counted. */
function volumes({ spec, text, tickSize }: Market, { openTick, closeTick, lots }: PastBar) {
  const price = ((openTick + closeTick) / 2) * tickSize;
  const quantity = lots / 10 ** spec.lotDecimals;
  const other = spec.contractUsd === null ? quantity * price : (quantity * spec.contractUsd) / price;
  return { native: text.size(lots), other: other.toFixed(8) };
}

/** `ticker/24hr`. The day's last price is the market's own. */
export function dayTicker(market: Market, nowMs: number): object {
  const { spec, text, tickSize, book } = market;
  const day = new Past(spec).day(nowMs);
  const { native, other } = volumes(market, day);
  const change = market.lastTick - day.openTick;
  const sign = change < 0 ? "-" : "";
  const best = {
    ...{ bidPrice: text.price(book.bids.best), bidQty: text.size(book.bids.bestLots) },
    ...{ askPrice: text.price(book.asks.best), askQty: text.size(book.asks.bestLots) },
  };
  return {
    ...{ symbol: spec.symbol, priceChange: `${sign}${text.price(Math.abs(change))}` },
    ...(spec.product === "coinm" ? { pair: pairOf(spec.symbol) } : {}),
    priceChangePercent: ((change / day.openTick) * 100).toFixed(3),
    weightedAvgPrice: (((day.openTick + day.closeTick) / 2) * tickSize).toFixed(8),
    ...(spec.product === "spot" ? { prevClosePrice: text.price(day.openTick), ...best } : {}),
    ...{ lastPrice: text.price(market.lastTick), lastQty: text.size(1), openPrice: text.price(day.openTick) },
    highPrice: text.price(Math.max(day.highTick, market.lastTick)),
    lowPrice: text.price(Math.min(day.lowTick, market.lastTick)),
    ...(spec.product === "coinm" ? { volume: native, baseVolume: other } : { volume: native, quoteVolume: other }),
    ...{ openTime: nowMs - 86_400_000, closeTime: nowMs, firstId: 1, lastId: day.trades, count: day.trades },
  };
}
