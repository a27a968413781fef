import type { Market, TakerOrder } from "../model/market.js";
import { Past } from "../model/past.js";

/** A notification, as the venue wraps it. */
export function notification(channel: string, data: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", method: "subscription", params: { channel, data } });
}

/** Trades of one order. A trade that liquidated somebody says whom: T the taker. */
export function tradesOf(market: Market, order: TakerOrder, liquidated: boolean, venueMs: number): object[] {
  const { spec, text, option } = market;
  return order.fills.map(({ id, tick, lots }) => ({
    ...{ timestamp: Math.floor(venueMs), trade_seq: id, trade_id: String(id), instrument_name: spec.symbol },
    ...{ price: Number(text.price(tick)), amount: Number(text.size(lots)), tick_direction: 0 },
    ...{ direction: order.takerSells ? "sell" : "buy", index_price: cents(market.index) },
    mark_price: Number(text.finePrice(market.mark)),
    ...(option === null ? {} : { iv: percent(option.impliedBy(Number(text.price(tick)))) }),
    ...(order.kind === "block" ? { block_trade_id: `BLOCK-${id}`, block_trade_leg_count: 1 } : {}),
    ...(liquidated ? { liquidation: "T" } : {}),
  }));
}

export interface Touch {
  best_bid_price: number;
  best_bid_amount: number;
  best_ask_price: number;
  best_ask_amount: number;
}

/** A side without orders is 0. */
export function touchOf({ book, text }: Market): Touch {
  const { bids, asks } = book;
  const price = (tick: number) => (Number.isNaN(tick) ? 0 : Number(text.price(tick)));
  return {
    ...{ best_bid_price: price(bids.best), best_bid_amount: Number(text.size(bids.bestLots)) },
    ...{ best_ask_price: price(asks.best), best_ask_amount: Number(text.size(asks.bestLots)) },
  };
}

/** The part of the premium that is free, of eight hours. */
const DEAD_BAND = 0.00025;

/** What a ticker says, by notification or by request. */
export function tickerOf(market: Market, venueMs: number): object {
  const { spec, text, option } = market;
  const touch = touchOf(market);
  const mark = Number(text.finePrice(market.mark));
  const index = cents(market.index);
  const common = {
    ...{ timestamp: Math.floor(venueMs), state: "open", instrument_name: spec.symbol, stats: statsOf(market, venueMs) },
    ...{ index_price: index, mark_price: mark, last_price: Number(text.price(market.lastTick)) },
    ...{ min_price: 0.0001, max_price: 10 * mark, settlement_price: mark, estimated_delivery_price: index },
    ...touch,
  };
  if (spec.product === "spot") return common;
  const open = { open_interest: Number(text.size(market.openInterest)) };
  if (option !== null) {
    const { delta, gamma, vega, theta, rho } = option.greeks();
    return {
      ...common,
      ...open,
      ...{ underlying_price: cents(option.forward), underlying_index: underlyingOf(spec.symbol), interest_rate: 0 },
      ...{ mark_iv: percent(option.volatility), bid_iv: ivOf(market, touch.best_bid_price) },
      ask_iv: ivOf(market, touch.best_ask_price),
      greeks: { delta: short(delta), gamma: short(gamma), vega: short(vega), theta: short(theta), rho: short(rho) },
    };
  }
  if (spec.product === "futures") return { ...common, ...open };
  const premium = market.mark / market.index - 1;
  const current = Math.max(DEAD_BAND, premium) + Math.min(-DEAD_BAND, premium);
  return { ...common, ...open, current_funding: fine(current), funding_8h: fine(market.fundingRate) };
}

/** `BTC-26MAR27`, the future of the same day. */
function underlyingOf(symbol: string): string {
  return symbol.split("-").slice(0, 2).join("-");
}

/** 0 where nobody quotes, or at a price that no volatility explains. */
function ivOf({ option }: Market, price: number): number {
  const found = price === 0 || option === null ? Number.NaN : option.impliedBy(price);
  return Number.isNaN(found) ? 0 : percent(found);
}

/** Of the 24 hours before: coin, and what it was worth. */
function statsOf(market: Market, venueMs: number): object {
  const { spec, text, index, option } = market;
  const day = new Past(spec).day(venueMs);
  const native = Number(text.size(day.lots));
  const isInverse = spec.contractUsd !== null;
  const volume = isInverse ? native / index : native;
  const prices =
    option === null ? { high: Number(text.price(day.highTick)), low: Number(text.price(day.lowTick)) } : {};
  const notional = isInverse ? native : volume * index;
  return { ...prices, volume, ...(option === null ? { volume_usd: notional, volume_notional: notional } : {}) };
}

const cents = (price: number): number => Number(price.toFixed(2));
const percent = (fraction: number): number => Number((fraction * 100).toFixed(2));
const short = (value: number): number => Number(value.toFixed(5));
const fine = (rate: number): number => Number(rate.toFixed(8));
