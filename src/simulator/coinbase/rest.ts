import type { BookSide } from "../model/book-side.js";
import { decimalText } from "../model/decimal-text.js";
import type { Market } from "../model/market.js";
import type { HttpReply } from "../venue.js";

/** What a REST request sees of the venue. */
export interface RestView {
  markets: readonly Market[];
  /** The venue's time, ms with fractions. */
  nowMs: number;
  /** Changes that a book lags behind. */
  staleUpdates: number;
}

/** `path` is what follows `/api/v3/brokerage/`. */
export function answer(path: string, query: URLSearchParams, view: RestView): HttpReply {
  const { markets, nowMs } = view;
  if (path === "time") {
    const epochSeconds = String(Math.floor(nowMs / 1000));
    return ok({ iso: new Date(nowMs).toISOString(), epochSeconds, epochMillis: String(Math.floor(nowMs)) });
  }
  if (path === "market/products") {
    const type = query.get("product_type") ?? "SPOT";
    const products = type === "SPOT" ? markets.map(product) : [];
    return ok({ products, num_products: products.length });
  }
  const [, id, rest = ""] = /^market\/products\/([\w-]+)(?:\/(\w+))?$/.exec(path) ?? [];
  const symbol = path === "market/product_book" ? query.get("product_id") : id;
  const market = markets.find(({ spec }) => spec.symbol === symbol);
  if (market === undefined)
    return { status: 404, body: '{"error":"NOT_FOUND","message":"valid product_id is required"}' };
  if (path === "market/product_book") return ok({ pricebook: pricebook(market, query, view) });
  if (rest === "") return ok(product(market));
  return { status: 404, body: '{"error":"NOT_FOUND","message":"not simulated"}' };
}

function product({ spec, text, lastTick }: Market): object {
  const step = decimalText(1, spec.lotDecimals);
  const tick = decimalText(spec.tickUnits, spec.priceDecimals);
  return {
    ...{ product_id: spec.symbol, price: text.price(lastTick), price_percentage_change_24h: "0", volume_24h: "0" },
    ...{ volume_percentage_change_24h: "0", base_increment: step, quote_increment: tick, quote_min_size: "1" },
    ...{ quote_max_size: "150000000", base_min_size: step, base_max_size: "3400", base_name: spec.base },
    ...{ quote_name: spec.quote, watched: false, is_disabled: false, new: false, status: "online" },
    ...{ cancel_only: false, limit_only: false, post_only: false, trading_disabled: false, auction_mode: false },
    ...{ product_type: "SPOT", quote_currency_id: spec.quote, base_currency_id: spec.base, view_only: false },
    ...{ alias: "", alias_to: [], base_display_symbol: spec.base, quote_display_symbol: spec.quote },
    ...{ price_increment: tick, display_name: spec.symbol, product_venue: "CBE" },
  };
}

function pricebook({ book, text, spec }: Market, query: URLSearchParams, view: RestView): object {
  const limit = Number(query.get("limit") ?? 0) || Number.POSITIVE_INFINITY;
  const { bids, asks } = view.staleUpdates > 0 ? book.before(view.staleUpdates) : book;
  const rows = (side: BookSide) =>
    Array.from({ length: Math.min(limit, side.length) }, (_, i) => ({
      price: text.price(side.tickAt(i)),
      size: text.size(side.lotsAt(i)),
    }));
  return { product_id: spec.symbol, bids: rows(bids), asks: rows(asks), time: new Date(view.nowMs).toISOString() };
}

function ok(value: object): HttpReply {
  return { status: 200, body: JSON.stringify(value) };
}
