import type { BookSide } from "../model/book-side.js";
import type { MarketText } from "../model/decimal-text.js";
import { bestLevels, type Level } from "../model/levels.js";
import type { Liquidation, Market, TakerOrder } from "../model/market.js";

/** Prices and sizes are JSON numbers. */
export function levelsText(text: MarketText, levels: readonly Level[]): string {
  return `[${levels.map(({ tick, lots }) => `[${text.price(tick)},${text.size(lots)}]`).join(",")}]`;
}

const sideText = (market: Market, side: BookSide, levels: number): string =>
  levelsText(market.text, bestLevels(side, levels));

/** `depth.step0` and `mbp.refresh.N`: the whole book each time. */
export function imageFrame(market: Market, name: string, levels: number, ts: number): string {
  const { book, spec } = market;
  const sides = `"bids":${sideText(market, book.bids, levels)},"asks":${sideText(market, book.asks, levels)}`;
  const seconds = Math.floor(ts / 1000);
  const tick = name.includes(".mbp.")
    ? `{"seqNum":${book.sequence},${sides}}`
    : spec.product === "spot"
      ? `{${sides},"version":${book.sequence},"ts":${ts - 1}}`
      : `{"mrid":${book.sequence},"id":${seconds},${sides},"ts":${ts - 1},"version":${seconds},"ch":"${name}"}`;
  return `{"ch":"${name}","ts":${ts},"tick":${tick}}`;
}

export function bboFrame({ book, spec, text }: Market, name: string, ts: number): string {
  const { bids, asks, sequence } = book;
  const [bid, bidSize, ask, askSize] = [
    ...[text.price(bids.best), text.size(bids.bestLots), text.price(asks.best), text.size(asks.bestLots)],
  ];
  const tick =
    spec.product === "spot"
      ? `{"seqId":${sequence},"ask":${ask},"askSize":${askSize},"bid":${bid},"bidSize":${bidSize},"quoteTime":${ts - 1},"symbol":"${spec.symbol}"}`
      : `{"mrid":${sequence},"id":${Math.floor(ts / 1000)},"bid":[${bid},${bidSize}],"ask":[${ask},${askSize}],"ts":${ts - 1},"version":${sequence},"ch":"${name}"}`;
  return `{"ch":"${name}","ts":${ts},"tick":${tick}}`;
}

/** One order's trades. Spot's ids have 28 digits in quotes; derivatives count theirs below the match. */
export function tradeFrame(market: Market, order: TakerOrder, name: string, ts: number): string {
  const { spec, text } = market;
  const direction = order.takerSells ? "sell" : "buy";
  const rows = order.fills.map(({ id, tick, lots }, index) => {
    const trade = `"amount":${text.size(lots)},"ts":${ts - 1}`;
    const rest = `"price":${text.price(tick)},"direction":"${direction}"`;
    if (spec.product !== "spot") return `{${trade},"id":${order.sequence}000${index},${rest}}`;
    return `{"id":"${order.sequence}${String(id).padStart(15, "0")}","ts":${ts - 1},"tradeId":${id},"amount":${text.size(lots)},${rest}}`;
  });
  return `{"ch":"${name}","ts":${ts},"tick":{"id":${order.sequence},"ts":${ts - 1},"data":[${rows.join(",")}]}}`;
}

/** `mark_price.1min` and `index.1min`: the bar of the minute that runs. */
export function priceFrame(price: string, name: string, ts: number): string {
  const bar = { open: price, close: price, low: price, high: price, amount: "0", vol: "0", count: "0" };
  return JSON.stringify({ ch: name, ts, tick: { id: Math.floor(ts / 60_000) * 60, ...bar } });
}

export function basisFrame({ index, mark, text }: Market, name: string, ts: number): string {
  const prices = { index_price: text.finePrice(index), contract_price: text.finePrice(mark) };
  const basis = { basis: (mark - index).toFixed(4), basis_rate: String((mark - index) / index) };
  return JSON.stringify({ ch: name, ts, tick: { id: Math.floor(ts / 60_000) * 60, ...prices, ...basis } });
}

const FUNDING_MS = 8 * 3_600_000;

export function fundingFrame({ spec, fundingRate }: Market, topic: string, ts: number): string {
  const row = {
    ...{ symbol: spec.base, contract_code: spec.symbol, fee_asset: spec.quote === "USD" ? spec.base : spec.quote },
    ...{ funding_time: String(Math.floor(ts / 60_000) * 60_000), funding_rate: fundingRate.toFixed(18) },
    ...{ estimated_rate: null, settlement_time: String((Math.floor(ts / FUNDING_MS) + 1) * FUNDING_MS) },
  };
  return JSON.stringify({ op: "notify", topic, ts, data: [row] });
}

/** The order that closes the position: a sale closes a long one. */
export function liquidationFrame(
  market: Market,
  { longLost, lots, tick }: Liquidation,
  topic: string,
  ts: number,
): string {
  const { spec, text } = market;
  const row = {
    ...{ symbol: spec.base, contract_code: spec.symbol, direction: longLost ? "sell" : "buy", offset: "close" },
    ...{ volume: lots, price: Number(text.price(tick)), created_at: ts - 30 },
  };
  return JSON.stringify({ op: "notify", topic, ts, data: [row] });
}
