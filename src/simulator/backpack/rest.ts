import type { BookSide } from "../model/book-side.js";
import { decimalText } from "../model/decimal-text.js";
import type { Market } from "../model/market.js";
import { Past } from "../model/past.js";
import type { HttpReply } from "../venue.js";
import { FUNDING_INTERVAL_MS, nextFundingMs } from "./frames.js";

/** Levels a side that a depth request gives at most, and without a wish. */
const DEEPEST = 5000;
const DEPTH = 1000;

/** What a REST request sees of the venue. */
export interface RestView {
  markets: readonly Market[];
  /** The venue's time, ms with fractions. */
  nowMs: number;
  /** Changes that a book lags behind. */
  staleUpdates: number;
}

/** `endpoint` is what follows `/api/v1/`. */
export function answer(endpoint: string, query: URLSearchParams, view: RestView): HttpReply {
  const { markets, nowMs } = view;
  const symbol = query.get("symbol");
  const market = markets.find(({ spec }) => spec.symbol === symbol);
  if (endpoint === "ping") return { status: 200, body: "pong" };
  if (endpoint === "time") return ok(Math.floor(nowMs));
  if (endpoint === "status") return ok({ status: "Ok", message: null });
  if (endpoint === "assets") return ok(assets(markets));
  if (endpoint === "markets") return ok(markets.map(listing));
  if (symbol !== null && market === undefined) return bad("INVALID_SYMBOL", `Invalid symbol ${symbol}`);
  if (endpoint === "depth" || endpoint === "market" || endpoint === "ticker") {
    if (market === undefined) return bad("INVALID_CLIENT_REQUEST", 'query parameter "symbol" is required');
    if (endpoint === "ticker") return ok(ticker(market, nowMs));
    return endpoint === "market" ? ok(listing(market)) : depth(market, query, view);
  }
  const wanted = (market === undefined ? markets : [market]).filter(({ spec }) => spec.product === "swap");
  if (endpoint === "markPrices") return ok(wanted.map((one) => markPrice(one, nowMs)));
  if (endpoint === "openInterest") return ok(wanted.map((one) => openInterest(one, nowMs)));
  return { status: 404, body: JSON.stringify({ code: "RESOURCE_NOT_FOUND", message: `${endpoint} is not simulated` }) };
}

/** Bids come from the lowest up, as ccxt notes them; ids as text. */
function depth({ book, text }: Market, query: URLSearchParams, view: RestView): HttpReply {
  const limit = Number(query.get("limit") ?? DEPTH);
  if (!Number.isInteger(limit) || limit < 1) return bad("INVALID_CLIENT_REQUEST", "limit is no positive integer");
  const { bids, asks, sequence } = view.staleUpdates > 0 ? book.before(view.staleUpdates) : book;
  const rows = (side: BookSide) =>
    Array.from({ length: Math.min(limit, DEEPEST, side.length) }, (_, depth) => [
      text.price(side.tickAt(depth)),
      text.size(side.lotsAt(depth)),
    ]);
  return ok({
    ...{ asks: rows(asks), bids: rows(bids).reverse() },
    ...{ lastUpdateId: String(sequence), timestamp: Math.floor(view.nowMs * 1000) - 900 },
  });
}

/** Of the last 24 hours; what changed is also told as a fraction. */
function ticker({ spec, text, lastTick, tickSize }: Market, nowMs: number): object {
  const day = new Past(spec).day(nowMs);
  const change = lastTick - day.openTick;
  const sign = change < 0 ? "-" : "";
  return {
    ...{ symbol: spec.symbol, firstPrice: text.price(day.openTick), lastPrice: text.price(lastTick) },
    ...{
      priceChange: `${sign}${text.price(Math.abs(change))}`,
      priceChangePercent: (change / day.openTick).toFixed(6),
    },
    high: text.price(Math.max(day.highTick, lastTick)),
    low: text.price(Math.min(day.lowTick, lastTick)),
    ...{ volume: text.size(day.lots), trades: String(day.trades) },
    quoteVolume: (Number(text.size(day.lots)) * day.openTick * tickSize).toFixed(6),
  };
}

function listing({ spec, text }: Market): object {
  const isPerpetual = spec.product === "swap";
  const tickSize = decimalText(spec.tickUnits, spec.priceDecimals);
  const step = text.size(1);
  return {
    ...{ symbol: spec.symbol, baseSymbol: spec.base, quoteSymbol: spec.quote },
    ...{ marketType: isPerpetual ? "PERP" : "SPOT", orderBookState: "Open", visible: true },
    filters: {
      price: { minPrice: tickSize, maxPrice: null, tickSize },
      quantity: { minQuantity: step, maxQuantity: null, stepSize: step },
    },
    ...{ fundingInterval: FUNDING_INTERVAL_MS, openInterestLimit: isPerpetual ? "4000000" : "0" },
    createdAt: "2025-01-21T06:34:54.691858",
  };
}

function assets(markets: readonly Market[]): object[] {
  const names = new Set(markets.flatMap(({ spec }) => [spec.base, spec.quote]));
  return [...names].map((symbol) => ({ symbol, displayName: symbol, coingeckoId: null, tokens: [] }));
}

function markPrice({ spec, text, mark, index, fundingRate }: Market, nowMs: number): object {
  return {
    ...{ fundingRate: fundingRate.toFixed(9), indexPrice: text.finePrice(index), markPrice: text.finePrice(mark) },
    ...{ nextFundingTimestamp: nextFundingMs(nowMs), symbol: spec.symbol },
  };
}

function openInterest({ spec, text, openInterest: lots }: Market, nowMs: number): object {
  return { symbol: spec.symbol, openInterest: text.size(lots), timestamp: Math.floor(nowMs) };
}

function ok(value: unknown): HttpReply {
  return { status: 200, body: JSON.stringify(value) };
}

function bad(code: string, message: string): HttpReply {
  return { status: 400, body: JSON.stringify({ code, message }) };
}
