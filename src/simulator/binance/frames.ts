import type { BookSide } from "../model/book-side.js";
import type { DepthChange } from "../model/depth-changes.js";
import type { Fill, Liquidation, Market, TakerOrder } from "../model/market.js";
import type { MarketSpec } from "../model/market-spec.js";

/** E, when the venue sent it, and T, when its engine did it; ms. */
export interface FrameTimes {
  event: number;
  transaction: number;
}

/** Levels of one side as the venue writes them, best first. */
export function levels(market: Market, side: BookSide, limit: number): string {
  const { text } = market;
  const parts: string[] = [];
  for (let depth = 0; depth < Math.min(limit, side.length); depth++)
    parts.push(`["${text.price(side.tickAt(depth))}","${text.size(side.lotsAt(depth))}"]`);
  return `[${parts.join(",")}]`;
}

/** COIN-M messages name the pair beside the symbol. */
function names({ spec }: Market): string {
  return `"s":"${spec.symbol}"${spec.product === "coinm" ? `,"ps":"${pairOf(spec.symbol)}"` : ""}`;
}

/** `BTCUSD` of `BTCUSD_PERP`. */
export function pairOf(symbol: string): string {
  return symbol.split("_")[0];
}

/** Spot lists bids from the best down, futures from the lowest up; recordings of 2024 show it. */
export function depthFrame(market: Market, change: DepthChange, { event, transaction }: FrameTimes): string {
  const { product } = market.spec;
  const { first, last, previousLast } = change;
  const bids = change.bids.sort((a, b) => (product === "spot" ? b - a : a - b));
  const asks = change.asks.sort((a, b) => a - b);
  const rows = (side: BookSide, ticks: readonly number[]) =>
    ticks.map((tick) => `["${market.text.price(tick)}","${market.text.size(side.lotsOf(tick))}"]`).join(",");
  const b = rows(market.book.bids, bids);
  const a = rows(market.book.asks, asks);
  const head = product === "spot" ? `"E":${event}` : `"E":${event},"T":${transaction}`;
  const previous = product === "spot" ? "" : `,"pu":${previousLast}`;
  return `{"e":"depthUpdate",${head},${names(market)},"U":${first},"u":${last}${previous},"b":[${b}],"a":[${a}]}`;
}

/** The best levels of a book, each time whole. */
export function partialDepthFrame(market: Market, depth: number, times: FrameTimes, previousLast: number): string {
  const { bids, asks, sequence } = market.book;
  const b = levels(market, bids, depth);
  const a = levels(market, asks, depth);
  if (market.spec.product === "spot") return `{"lastUpdateId":${sequence},"bids":${b},"asks":${a}}`;
  const { event, transaction } = times;
  return `{"e":"depthUpdate","E":${event},"T":${transaction},${names(market)},"U":${sequence},"u":${sequence},"pu":${previousLast},"b":${b},"a":${a}}`;
}

export function bookTickerFrame(market: Market, { event, transaction }: FrameTimes): string {
  const { bids, asks, sequence } = market.book;
  const { text, spec } = market;
  const b = `"b":"${text.price(bids.best)}","B":"${text.size(bids.bestLots)}"`;
  const a = `"a":"${text.price(asks.best)}","A":"${text.size(asks.bestLots)}"`;
  if (spec.product === "spot") return `{"u":${sequence},${names(market)},${b},${a}}`;
  const head = spec.product === "coinm" ? `"u":${sequence},"e":"bookTicker"` : `"e":"bookTicker","u":${sequence}`;
  return `{${head},${names(market)},${b},${a},"T":${transaction},"E":${event}}`;
}

export function tradeFrame(market: Market, order: TakerOrder, fill: Fill, { event, transaction }: FrameTimes): string {
  const { text, spec } = market;
  const what = `"t":${fill.id},"p":"${text.price(fill.tick)}","q":"${text.size(fill.lots)}"`;
  if (spec.product === "spot")
    return `{"e":"trade","E":${event},"s":"${spec.symbol}",${what},"T":${transaction},"m":${order.takerSells},"M":true}`;
  const type = order.kind === "insurance" ? "INSURANCE_FUND" : "MARKET";
  return `{"e":"trade","E":${event},"T":${transaction},"s":"${spec.symbol}",${what},"X":"${type}","m":${order.takerSells}}`;
}

/** Fills of one order at one price. */
export interface AggregatedFills {
  id: number;
  fills: readonly Fill[];
}

export function aggTradeFrame(market: Market, sells: boolean, trade: AggregatedFills, times: FrameTimes): string {
  const { text, spec } = market;
  const { fills, id } = trade;
  const [{ tick }] = fills;
  const quantity = text.size(fills.reduce((sum, { lots }) => sum + lots, 0));
  const what = `"p":"${text.price(tick)}","q":"${quantity}","f":${fills[0].id},"l":${fills[fills.length - 1].id}`;
  const symbol = `"s":"${spec.symbol}"`;
  const head = spec.product === "spot" ? `${symbol},"a":${id}` : `"a":${id},${symbol}`;
  const tail = spec.product === "spot" ? ',"M":true' : "";
  return `{"e":"aggTrade","E":${times.event},${head},${what},"T":${times.transaction},"m":${sells}${tail}}`;
}

export function markPriceFrame(market: Market, eventMs: number): string {
  const { text, spec, mark, index, fundingRate } = market;
  const prices = `"p":"${text.finePrice(mark)}","P":"${text.finePrice(index)}","i":"${text.finePrice(index)}"`;
  return `{"e":"markPriceUpdate","E":${eventMs},"s":"${spec.symbol}",${prices},"r":"${fundingRate.toFixed(8)}","T":${nextFundingMs(spec, eventMs)}}`;
}

/** `S` is the side of the order: SELL closes a long position. */
export function forceOrderFrame(market: Market, liquidation: Liquidation, { event, transaction }: FrameTimes): string {
  const { text } = market;
  const { fills, lots, longLost, tick } = liquidation;
  const average = Math.round(fills.reduce((sum, fill) => sum + fill.tick * fill.lots, 0) / lots);
  const size = text.size(lots);
  const prices = `"p":"${text.price(tick)}","ap":"${text.price(average)}"`;
  const order = `${names(market)},"S":"${longLost ? "SELL" : "BUY"}","o":"LIMIT","f":"IOC","q":"${size}",${prices}`;
  const last = text.size(fills[fills.length - 1].lots);
  return `{"e":"forceOrder","E":${event},"o":{${order},"X":"FILLED","l":"${last}","z":"${size}","T":${transaction}}}`;
}

/** Hours between fundings where the venue lists no others. */
export const DEFAULT_FUNDING_HOURS = 8;

export function hoursBetweenFundings({ base }: MarketSpec): number {
  return base === "SOL" ? 4 : DEFAULT_FUNDING_HOURS;
}

/** Funding is paid at whole multiples of the interval, counted from 00:00 UTC. */
export function nextFundingMs(spec: MarketSpec, venueMs: number): number {
  const interval = hoursBetweenFundings(spec) * 3_600_000;
  return (Math.floor(venueMs / interval) + 1) * interval;
}
