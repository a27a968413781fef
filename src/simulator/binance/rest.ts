import type { BookSide } from "../model/book-side.js";
import { decimalText } from "../model/decimal-text.js";
import type { Market } from "../model/market.js";
import type { HttpReply } from "../venue.js";
import { dayTicker, klines } from "./candles.js";
import { DEFAULT_FUNDING_HOURS, hoursBetweenFundings, levels, nextFundingMs, pairOf } from "./frames.js";
import type { BinanceLimits } from "./limits.js";

export type BinanceProduct = "spot" | "usdm" | "coinm";

/** The product of a REST path: `/fapi/v1/…` is USD-M. */
export function productOfPath(path: string): { product: BinanceProduct; endpoint: string } | null {
  const match = /^\/(?:(api)\/v3|(fapi)\/v1|(dapi)\/v1)\/(.+)$/.exec(path);
  if (match === null) return null;
  return { product: match[1] ? "spot" : match[2] ? "usdm" : "coinm", endpoint: match[4] };
}

/** Weight of a request. Sources: rest-api.md of spot; the endpoints' own pages of futures. */
export function weightOf(product: BinanceProduct, endpoint: string, query: URLSearchParams): number {
  if (endpoint === "depth") {
    const limit = depthLimit(product, query) ?? 5000;
    const bounds = product === "spot" ? [100, 500, 1000] : [50, 100, 500];
    const step = bounds.filter((bound) => limit > bound).length;
    return (product === "spot" ? [5, 25, 50, 250] : [2, 5, 10, 20])[step];
  }
  if (product === "spot" && endpoint === "exchangeInfo") return 20;
  if (product === "spot" && ["klines", "ticker/24hr", "ticker/bookTicker"].includes(endpoint))
    return query.has("symbol") ? 2 : 80;
  return endpoint === "premiumIndex" && product === "coinm" ? 10 : 1;
}

/** Levels a depth request asks for; null when the venue does not take the number. */
function depthLimit(product: BinanceProduct, query: URLSearchParams): number | null {
  const text = query.get("limit");
  if (text === null) return product === "spot" ? 100 : 500;
  const limit = Number(text);
  if (product === "spot") return Number.isInteger(limit) && limit > 0 ? Math.min(limit, 5000) : null;
  return [5, 10, 20, 50, 100, 500, 1000].includes(limit) ? limit : null;
}

/** What a REST request sees of the venue. */
export interface RestView {
  product: BinanceProduct;
  markets: readonly Market[];
  limits: BinanceLimits;
  /** The venue's time, ms with fractions. */
  nowMs: number;
  wantsMicroseconds: boolean;
  /** Changes that a depth reply lags behind. */
  staleUpdates: number;
}

export function answer(endpoint: string, query: URLSearchParams, view: RestView): HttpReply {
  const { product, markets } = view;
  const now = Math.floor(view.nowMs);
  const symbol = query.get("symbol");
  const market = markets.find(({ spec }) => spec.symbol === symbol);
  if (endpoint === "ping") return ok({});
  if (endpoint === "time") return ok({ serverTime: view.wantsMicroseconds ? Math.floor(view.nowMs * 1000) : now });
  if (endpoint === "exchangeInfo") return ok(exchangeInfo(view, now));
  if (endpoint === "fundingInfo" && product !== "spot") return ok(fundingInfo(markets));
  if (symbol !== null && market === undefined) return bad(-1121, "Invalid symbol.");
  if (endpoint === "premiumIndex" && product !== "spot") {
    const rows = (market === undefined ? markets : [market]).map((one) => premiumIndex(one, now));
    return ok(market === undefined || product === "coinm" ? rows : rows[0]);
  }
  if (endpoint === "ticker/bookTicker" || endpoint === "ticker/24hr") {
    const row = endpoint === "ticker/24hr" ? (one: Market) => dayTicker(one, now) : ticker;
    if (market === undefined) return ok(markets.map(row));
    return ok(product === "coinm" ? [row(market)] : row(market));
  }
  if (market === undefined && ["depth", "klines", "openInterest"].includes(endpoint))
    return bad(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
  if (market !== undefined && endpoint === "depth") return depth(market, query, view, now);
  if (market !== undefined && endpoint === "klines") {
    const rows = klines(market, query, now);
    return rows === null ? bad(-1120, "Invalid interval.") : ok(rows);
  }
  if (market !== undefined && endpoint === "openInterest" && product !== "spot")
    return ok({ symbol, openInterest: market.text.size(market.openInterest), time: now });
  return { status: 404, body: JSON.stringify({ code: -5000, msg: `Path ${endpoint} is not simulated` }) };
}

function depth(market: Market, query: URLSearchParams, view: RestView, now: number): HttpReply {
  const { product } = view;
  const limit = depthLimit(product, query);
  if (limit === null) return bad(-4021, `${query.get("limit")} is not valid depth limit.`);
  const { book } = market;
  const { bids, asks, sequence } = view.staleUpdates > 0 ? book.before(view.staleUpdates) : book;
  const times = product === "spot" ? "" : `"E":${now},"T":${now - 2},`;
  const { symbol } = market.spec;
  const names = product === "coinm" ? `"symbol":"${symbol}","pair":"${pairOf(symbol)}",` : "";
  const side = (which: BookSide) => levels(market, which, limit);
  return {
    status: 200,
    body: `{"lastUpdateId":${sequence},${times}${names}"bids":${side(bids)},"asks":${side(asks)}}`,
  };
}

function exchangeInfo({ product, markets, limits }: RestView, now: number): object {
  const limit = {
    rateLimitType: "REQUEST_WEIGHT",
    interval: "MINUTE",
    intervalNum: 1,
    limit: limits[`${product}Weight`],
  };
  return {
    timezone: "UTC",
    serverTime: now,
    rateLimits: [limit],
    exchangeFilters: [],
    symbols: markets.map((market) => (product === "spot" ? spotSymbol(market) : contract(market, product))),
  };
}

function spotSymbol({ spec, text }: Market): object {
  const assets = { baseAsset: spec.base, baseAssetPrecision: 8, quoteAsset: spec.quote, quoteAssetPrecision: 8 };
  return {
    ...{ symbol: spec.symbol, status: "TRADING", ...assets, orderTypes: ["LIMIT", "MARKET"] },
    ...{ isSpotTradingAllowed: true, isMarginTradingAllowed: false, permissions: [], permissionSets: [["SPOT"]] },
    filters: [
      { filterType: "PRICE_FILTER", minPrice: text.price(1), maxPrice: "1000000.00000000", tickSize: text.price(1) },
      { filterType: "LOT_SIZE", minQty: text.size(1), maxQty: "9000.00000000", stepSize: text.size(1) },
      { filterType: "NOTIONAL", minNotional: "5.00000000", applyMinToMarket: true, maxNotional: "9000000.00000000" },
    ],
  };
}

/** Perpetuals are given a delivery in the year 2100. */
function contract({ spec, text }: Market, product: BinanceProduct): object {
  const inverse = product === "coinm";
  return {
    ...{ symbol: spec.symbol, pair: pairOf(spec.symbol), contractType: "PERPETUAL", deliveryDate: 4133404800000 },
    ...{ onboardDate: 1569398400000, baseAsset: spec.base, quoteAsset: spec.quote },
    ...{ marginAsset: inverse ? spec.base : spec.quote, pricePrecision: spec.priceDecimals },
    ...(inverse ? { contractStatus: "TRADING", contractSize: spec.contractUsd } : { status: "TRADING" }),
    ...{ quantityPrecision: spec.lotDecimals, baseAssetPrecision: 8, quotePrecision: 8, underlyingType: "COIN" },
    filters: [
      {
        filterType: "PRICE_FILTER",
        minPrice: text.price(1),
        maxPrice: "4520000",
        tickSize: shortest(spec.tickUnits, spec.priceDecimals),
      },
      { filterType: "LOT_SIZE", minQty: text.size(1), maxQty: "1000000", stepSize: text.size(1) },
    ],
    orderTypes: ["LIMIT", "MARKET"],
    timeInForce: ["GTC", "IOC", "FOK", "GTX"],
  };
}

/** `0.10` of the wire is `0.1` in metadata. */
function shortest(units: number, decimals: number): string {
  return decimalText(units, decimals, true);
}

/** Only what differs from the default is listed: here the interval of SOL, 4 hours. */
function fundingInfo(markets: readonly Market[]): object[] {
  return markets
    .filter(({ spec }) => hoursBetweenFundings(spec) !== DEFAULT_FUNDING_HOURS)
    .map(({ spec }) => ({
      ...{ symbol: spec.symbol, adjustedFundingRateCap: "0.02000000", adjustedFundingRateFloor: "-0.02000000" },
      ...{ fundingIntervalHours: hoursBetweenFundings(spec), disclaimer: false },
    }));
}

function premiumIndex(market: Market, now: number): object {
  const { spec, text, mark, index, fundingRate } = market;
  return {
    ...{ symbol: spec.symbol, markPrice: text.finePrice(mark), indexPrice: text.finePrice(index) },
    ...(spec.product === "coinm" ? { pair: pairOf(spec.symbol) } : {}),
    ...{ estimatedSettlePrice: text.finePrice(index), lastFundingRate: fundingRate.toFixed(8) },
    ...{ interestRate: "0.00010000", nextFundingTime: nextFundingMs(spec, now), time: now },
  };
}

function ticker({ spec, text, book: { bids, asks } }: Market): object {
  return {
    symbol: spec.symbol,
    bidPrice: text.price(bids.best),
    bidQty: text.size(bids.bestLots),
    askPrice: text.price(asks.best),
    askQty: text.size(asks.bestLots),
  };
}

function ok(value: unknown): HttpReply {
  return { status: 200, body: JSON.stringify(value) };
}

function bad(code: number, msg: string): HttpReply {
  return { status: 400, body: JSON.stringify({ code, msg }) };
}
