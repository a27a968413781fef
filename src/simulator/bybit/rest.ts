import type { BookSide } from "../model/book-side.js";
import { deliveryMs } from "../model/carry.js";
import { decimalText } from "../model/decimal-text.js";
import type { Market } from "../model/market.js";
import type { HttpReply } from "../venue.js";
import { DayStatistics } from "./day-statistics.js";
import { spotTickerFields, tickerFields } from "./frames.js";
import { klines } from "./klines.js";
import { optionTickerFields } from "./option-frames.js";

/** Levels an orderbook request gives at most. Source: bybit-exchange/docs v5 market orderbook. */
const DEEPEST: Readonly<Record<string, number>> = { spot: 200, option: 25 };
const DEEPEST_DERIVATIVE = 500;
const DEFAULT_DEPTH: Readonly<Record<string, number>> = { spot: 1, option: 1 };
const DEFAULT_DEPTH_DERIVATIVE = 25;

export interface RestView {
  /** Those of the category. */
  markets: readonly Market[];
  category: string;
  /** The venue's time, ms with fractions. */
  nowMs: number;
  staleUpdates: number;
  /** Number that the next orderbook message of a depth will follow. */
  updateOf: (market: Market) => number;
}

export function answer(endpoint: string, query: URLSearchParams, view: RestView): HttpReply {
  const { markets, category } = view;
  if (endpoint === "time") {
    const nanos = BigInt(Math.floor(view.nowMs * 1000)) * 1000n;
    return ok(view, { timeSecond: String(nanos / 1_000_000_000n), timeNano: String(nanos) });
  }
  if (!["spot", "linear", "inverse", "option"].includes(category)) return error(view, 10001, "Illegal category");
  const symbol = query.get("symbol");
  // Without a coin, options are those of BTC.
  const coin = query.get("baseCoin") ?? (category === "option" && symbol === null ? "BTC" : null);
  const wanted = markets.filter(
    ({ spec }) => (symbol === null || spec.symbol === symbol) && (coin === null || spec.base === coin),
  );
  if (symbol !== null && wanted.length === 0) return error(view, 10001, `Not supported symbols:${symbol}`);
  if (endpoint === "instruments-info")
    return ok(view, { category, nextPageCursor: "", list: wanted.map((market) => instrument(market)) });
  if (endpoint === "option-base-coins") return ok(view, { list: optionCoins(markets) });
  if (endpoint === "tickers") return ok(view, { category, list: wanted.map((market) => ticker(market, view)) });
  if (endpoint === "kline") {
    const list = symbol === null ? null : klines(wanted[0], query, view.nowMs);
    return list === null ? error(view, 10001, "params error: interval invalid") : ok(view, { category, symbol, list });
  }
  if (endpoint === "orderbook")
    return symbol === null ? error(view, 10001, "params error: symbol invalid") : orderbook(wanted[0], query, view);
  return { status: 404, body: JSON.stringify({ retCode: 404, retMsg: `Path ${endpoint} is not simulated` }) };
}

function optionCoins(markets: readonly Market[]): object[] {
  const first = new Map(markets.map(({ spec }) => [spec.base, spec]));
  return [...first].map(([baseCoin, { quote }]) => ({
    ...{ baseCoin, quoteCoin: quote, settleCoin: quote, optionShowName: `${baseCoin}-Options` },
    ...{ optionOnlineTime: 1739952000000, hasSymbol: 1, underlyingType: 0 },
  }));
}

function orderbook(market: Market, query: URLSearchParams, view: RestView): HttpReply {
  const { product } = market.spec;
  const limit = Number(query.get("limit") ?? DEFAULT_DEPTH[product] ?? DEFAULT_DEPTH_DERIVATIVE);
  if (!Number.isInteger(limit) || limit < 1 || limit > (DEEPEST[product] ?? DEEPEST_DERIVATIVE))
    return error(view, 10001, "params error: limit invalid");
  const { bids, asks, sequence } = view.staleUpdates > 0 ? market.book.before(view.staleUpdates) : market.book;
  const rows = (side: BookSide) =>
    Array.from({ length: Math.min(limit, side.length) }, (_, depth) => [
      market.text.price(side.tickAt(depth)),
      market.text.size(side.lotsAt(depth)),
    ]);
  const ts = Math.floor(view.nowMs);
  const u = view.updateOf(market);
  return ok(view, { s: market.spec.symbol, b: rows(bids), a: rows(asks), ts, u, seq: sequence, cts: ts - 1 });
}

function ticker(market: Market, { nowMs }: RestView): object {
  const figures = new DayStatistics(market).figures();
  const { text, book, spec, option } = market;
  if (option !== null) {
    const { bidPrice, bidSize, askPrice, askSize, ...others } = optionTickerFields(market, option, figures);
    return { ...others, bid1Price: bidPrice, bid1Size: bidSize, ask1Price: askPrice, ask1Size: askSize };
  }
  if (spec.product !== "spot") return tickerFields(market, figures, nowMs);
  return {
    ...spotTickerFields(market, figures),
    ...{ bid1Price: text.price(book.bids.best), bid1Size: text.size(book.bids.bestLots) },
    ...{ ask1Price: text.price(book.asks.best), ask1Size: text.size(book.asks.bestLots) },
  };
}

function instrument({ spec, text, option }: Market): object {
  const tickSize = decimalText(spec.tickUnits, spec.priceDecimals);
  const assets = { symbol: spec.symbol, baseCoin: spec.base, quoteCoin: spec.quote, status: "Trading" };
  if (spec.product === "spot") {
    const step = decimalText(1, spec.lotDecimals);
    const lots = { basePrecision: step, quotePrecision: "0.0000001", minOrderQty: step, maxOrderQty: "230" };
    const amounts = { minOrderAmt: "5", maxOrderAmt: "8000000" };
    return { ...assets, marginTrading: "utaOnly", lotSizeFilter: { ...lots, ...amounts }, priceFilter: { tickSize } };
  }
  const step = text.size(1);
  if (option !== null) {
    const name = option.isCall ? "Call" : "Put";
    return {
      ...{ ...assets, settleCoin: spec.quote, optionsType: name, launchTime: "1584230400000" },
      ...{ deliveryTime: String(deliveryMs(spec.instrument.expiry ?? "")), deliveryFeeRate: "0.00015" },
      ...{ priceFilter: { minPrice: tickSize, maxPrice: "10000000", tickSize } },
      lotSizeFilter: { maxOrderQty: "500", minOrderQty: step, qtyStep: step },
    };
  }
  const inverse = spec.product === "inverse";
  return {
    ...{ ...assets, contractType: inverse ? "InversePerpetual" : "LinearPerpetual", launchTime: "1584230400000" },
    ...{ deliveryTime: "0", deliveryFeeRate: "", priceScale: String(spec.priceDecimals) },
    leverageFilter: { minLeverage: "1", maxLeverage: "100.00", leverageStep: "0.01" },
    priceFilter: { minPrice: tickSize, maxPrice: "1999999.80", tickSize },
    lotSizeFilter: { maxOrderQty: "1500000", minOrderQty: step, qtyStep: step, minNotionalValue: "5" },
    ...{ unifiedMarginTrade: true, fundingInterval: 480, settleCoin: inverse ? spec.base : spec.quote },
    ...{ upperFundingRate: "0.005", lowerFundingRate: "-0.005", isPreListing: false },
  };
}

function ok(view: RestView, result: object): HttpReply {
  return reply(view, 0, "OK", result);
}

function error(view: RestView, code: number, message: string): HttpReply {
  return reply(view, code, message, {});
}

function reply(view: RestView, retCode: number, retMsg: string, result: object): HttpReply {
  const time = Math.floor(view.nowMs);
  return { status: 200, body: JSON.stringify({ retCode, retMsg, result, retExtInfo: {}, time }) };
}
