import type { Market, TakerOrder } from "../model/market.js";
import type { OptionModel } from "../model/option-model.js";
import { type DayFigures, tradeId } from "./frames.js";

/** One order's trades of an option, under the topic of its coin. */
export function optionTradeFrame(market: Market, order: TakerOrder, venueMs: number): string {
  const { spec, text } = market;
  const ts = Math.floor(venueMs);
  const topic = `publicTrade.${spec.base}`;
  const data = order.fills.map(({ id, tick, lots }) => ({
    ...{ p: text.price(tick), v: text.size(lots), i: tradeId(market, id), T: ts - 1, BT: order.kind === "block" },
    ...{ s: spec.symbol, S: order.takerSells ? "Sell" : "Buy", seq: order.sequence },
  }));
  return JSON.stringify({ id: `${topic}-${order.sequence}-${ts}`, topic, ts, data, type: "snapshot" });
}

/** All fields of an option's ticker; volatilities are fractions of a year, 0 stands for "there is none". */
export function optionTickerFields(market: Market, option: OptionModel, day: DayFigures): Record<string, string> {
  const { spec, text, book, index } = market;
  const { bids, asks } = book;
  const { delta, gamma, vega, theta } = option.greeks();
  const volatility = (tick: number): string => {
    const found = option.impliedBy(Number(text.price(tick)));
    return Number.isNaN(found) ? "0" : found.toFixed(4);
  };
  const lots = text.size(day.lots);
  const turnover = day.turnover.toFixed(4);
  return {
    ...{ symbol: spec.symbol, bidPrice: text.price(bids.best), bidSize: text.size(bids.bestLots) },
    ...{ bidIv: volatility(bids.best), askPrice: text.price(asks.best), askSize: text.size(asks.bestLots) },
    ...{ askIv: volatility(asks.best), lastPrice: text.price(market.lastTick) },
    ...{ highPrice24h: text.price(day.highTick), lowPrice24h: text.price(day.lowTick) },
    ...{ markPrice: text.finePrice(market.mark), indexPrice: index.toFixed(2) },
    ...{ markPriceIv: option.volatility.toFixed(4), underlyingPrice: option.forward.toFixed(2) },
    ...{ openInterest: text.size(market.openInterest), turnover24h: turnover, volume24h: lots },
    ...{ totalVolume: lots, totalTurnover: turnover, delta: delta.toFixed(8), gamma: gamma.toFixed(8) },
    ...{ vega: vega.toFixed(8), theta: theta.toFixed(8), predictedDeliveryPrice: "0", change24h: day.change },
  };
}

/** The ticker is always sent whole. */
export function optionTickerFrame({ spec, book }: Market, data: Record<string, string>, venueMs: number): string {
  const topic = `tickers.${spec.symbol}`;
  const ts = Math.floor(venueMs);
  return JSON.stringify({ id: `${topic}-${book.sequence}-${ts}`, topic, ts, data, type: "snapshot" });
}
