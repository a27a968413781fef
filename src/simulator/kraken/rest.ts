import type { BookSide } from "../model/book-side.js";
import { decimalText } from "../model/decimal-text.js";
import type { Market } from "../model/market.js";
import type { HttpReply } from "../venue.js";

/** Levels a side that a depth request gives at most, and without a wish. */
const DEEPEST = 500;
const DEPTH = 100;
/** Names of old, which only REST has. */
const OLDER: Readonly<Record<string, string>> = { BTC: "XBT" };

/** What a REST request sees of the venue. */
export interface RestView {
  markets: readonly Market[];
  /** The venue's time, ms with fractions. */
  nowMs: number;
  /** Changes that a book lags behind. */
  staleUpdates: number;
}

/** `endpoint` is what follows `/0/public/`. */
export function answer(endpoint: string, query: URLSearchParams, view: RestView): HttpReply {
  const { markets, nowMs } = view;
  if (endpoint === "Time") {
    const unixtime = Math.floor(nowMs / 1000);
    return ok({ unixtime, rfc1123: new Date(unixtime * 1000).toUTCString() });
  }
  if (endpoint === "SystemStatus") return ok({ status: "online", timestamp: new Date(nowMs).toISOString() });
  if (endpoint === "Assets") return ok(assets(markets));
  const names = query.get("pair")?.split(",") ?? null;
  const wanted = markets.filter(({ spec }) => names === null || names.some((name) => isNamed(spec.symbol, name)));
  if (names !== null && wanted.length === 0) return failed("EQuery:Unknown asset pair");
  const by = (read: (market: Market) => object) => ok(Object.fromEntries(wanted.map((one) => [idOf(one), read(one)])));
  if (endpoint === "AssetPairs") return by(listing);
  if (endpoint === "Depth" && names !== null) return by((market) => depth(market, query, view));
  if (endpoint === "Ticker") return by(ticker);
  return failed("EGeneral:Unknown method");
}

const older = (symbol: string): string[] => symbol.split("/").map((name) => OLDER[name] ?? name);

/** `XBTUSD` of `BTC/USD`. */
const idOf = ({ spec }: Market): string => older(spec.symbol).join("");

function isNamed(symbol: string, name: string): boolean {
  return name === symbol || name === older(symbol).join("/") || name === older(symbol).join("");
}

function listing({ spec }: Market): object {
  const [base, quote] = older(spec.symbol);
  const fees = [[0, 0.4]];
  return {
    ...{ altname: `${base}${quote}`, wsname: `${base}/${quote}`, aclass_base: "currency", base },
    ...{ aclass_quote: "currency", quote, lot: "unit", cost_decimals: 5, pair_decimals: spec.priceDecimals },
    ...{ lot_decimals: spec.lotDecimals, lot_multiplier: 1, leverage_buy: [], leverage_sell: [], fees },
    ...{ fees_maker: [[0, 0.25]], fee_volume_currency: "ZUSD", margin_call: 80, margin_stop: 40, ordermin: "0.0001" },
    ...{ costmin: "0.5", tick_size: decimalText(spec.tickUnits, spec.priceDecimals), status: "online" },
  };
}

function assets(markets: readonly Market[]): object {
  const names = new Set(markets.flatMap(({ spec }) => older(spec.symbol)));
  const asset = (altname: string) => ({
    aclass: "currency",
    altname,
    decimals: 10,
    display_decimals: 5,
    status: "enabled",
  });
  return Object.fromEntries([...names].map((name) => [name, asset(name)]));
}

function depth({ book, text }: Market, query: URLSearchParams, view: RestView): object {
  const count = Math.min(Number(query.get("count") ?? DEPTH) || DEPTH, DEEPEST);
  const { bids, asks } = view.staleUpdates > 0 ? book.before(view.staleUpdates) : book;
  const seconds = Math.floor(view.nowMs / 1000);
  const rows = (side: BookSide) =>
    Array.from({ length: Math.min(count, side.length) }, (_, i) => [
      text.price(side.tickAt(i)),
      text.size(side.lotsAt(i)),
      seconds,
    ]);
  return { asks: rows(asks), bids: rows(bids) };
}

function ticker({ book, text, lastTick }: Market): object {
  const last = text.price(lastTick);
  const zero = text.size(0);
  return {
    a: [text.price(book.asks.best), "1", text.size(book.asks.bestLots)],
    b: [text.price(book.bids.best), "1", text.size(book.bids.bestLots)],
    c: [last, zero],
    ...{ v: [zero, zero], p: [last, last], t: [0, 0], l: [last, last], h: [last, last], o: last },
  };
}

function ok(result: object): HttpReply {
  return { status: 200, body: JSON.stringify({ error: [], result }) };
}

/** The venue says what is wrong with status 200. */
function failed(message: string): HttpReply {
  return { status: 200, body: JSON.stringify({ error: [message] }) };
}
