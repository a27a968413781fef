import { deliveryMs } from "../model/carry.js";
import { decimalText } from "../model/decimal-text.js";
import { bestLevels, type Level } from "../model/levels.js";
import type { Market } from "../model/market.js";
import { tickerOf } from "./frames.js";
import { type Answer, failed, type Params } from "./rpc.js";

/** Where perpetuals end. */
const NEVER_MS = 32_503_708_800_000;
const CREATED_MS = 1_534_242_287_000;
const BOOK_LEVELS = 5;
const kinds: Readonly<Record<string, string>> = { spot: "spot", swap: "future", futures: "future", option: "option" };

export interface MethodView {
  markets: readonly Market[];
  /** The venue's time, ms with fractions. */
  nowMs: number;
  /** Changes that a book asked for lags behind. */
  staleUpdates: number;
}

/** Answers a public method; null when there is none of that name. Source: docs.deribit.com, "Market data". */
export function answer(method: string, params: Params, view: MethodView): Answer | null {
  const timestamp = Math.floor(view.nowMs);
  const name = params.instrument_name;
  const market = view.markets.find(({ spec }) => spec.symbol === name);
  switch (method) {
    case "public/test":
    case "public/hello":
      return { result: { version: "1.2.26" } };
    case "public/get_time":
      return { result: timestamp };
    case "public/get_currencies":
      return { result: [...new Set(view.markets.map(({ spec }) => spec.base))].map(currency) };
    case "public/get_instruments":
      return { result: chosen(view.markets, params).map(instrument) };
    case "public/get_book_summary_by_currency":
      return { result: chosen(view.markets, params).map((one) => summary(one, view.nowMs)) };
    case "public/ticker":
      return market === undefined ? unknownInstrument() : { result: tickerOf(market, view.nowMs) };
    case "public/get_order_book":
      return market === undefined ? unknownInstrument() : { result: orderBook(market, Number(params.depth), view) };
    default:
      return null;
  }
}

const unknownInstrument = (): Answer => failed(13020, "instrument_not_found");

/** By `currency` (`any` is all; USDC and the like are those of linear contracts) and `kind`. */
function chosen(markets: readonly Market[], { currency = "any", kind }: Params): readonly Market[] {
  return markets.filter(({ spec }) => {
    const isOfKind = kind === undefined || kind === "any" || kinds[spec.product] === kind;
    return isOfKind && (currency === "any" || settlementOf(spec.symbol, spec.base, spec.quote) === currency);
  });
}

function settlementOf(symbol: string, base: string, quote: string): string {
  return symbol.includes("_") ? quote : base;
}

function currency(coin: string): object {
  return { currency: coin, currency_long: coin, fee_precision: 4, min_confirmations: 1, coin_type: "BITCOIN" };
}

function instrument({ spec, text }: Market): object {
  const { symbol, base, quote, product } = spec;
  const { expiry, strike, optionType } = spec.instrument;
  const settlement = settlementOf(symbol, base, quote);
  const isInverse = settlement === base;
  const step = Number(text.size(1));
  const named = { instrument_name: symbol, kind: kinds[product], base_currency: base, counter_currency: quote };
  return {
    ...{ ...named, quote_currency: product === "option" && isInverse ? base : quote, is_active: true, state: "open" },
    ...{ tick_size: Number(decimalText(spec.tickUnits, spec.priceDecimals)), tick_size_steps: [] },
    ...{ min_trade_amount: step, contract_size: product === "option" ? 1 : step },
    ...{ price_index: `${base}_${quote}`.toLowerCase(), rfq: false, block_trade_tick_size: 0.0001 },
    ...{
      taker_commission: 0.0005,
      maker_commission: 0,
      block_trade_commission: 0.0003,
      creation_timestamp: CREATED_MS,
    },
    ...(product === "spot"
      ? {}
      : { settlement_currency: settlement, instrument_type: isInverse ? "reversed" : "linear" }),
    settlement_period: product === "swap" ? "perpetual" : "month",
    expiration_timestamp: expiry === null ? NEVER_MS : deliveryMs(expiry),
    ...(kinds[product] === "future" ? { future_type: isInverse ? "reversed" : "linear", max_leverage: 50 } : {}),
    ...(strike === null ? {} : { strike, option_type: optionType }),
  };
}

function summary(market: Market, nowMs: number): object {
  const ticker = tickerOf(market, nowMs) as Record<string, unknown>;
  const { best_bid_price, best_ask_price, mark_price, mark_iv, open_interest, last_price, underlying_price } = ticker;
  const { volume, volume_usd, high, low } = ticker.stats as Record<string, unknown>;
  const { symbol, base, quote } = market.spec;
  return {
    ...{ instrument_name: symbol, base_currency: base, quote_currency: quote, creation_timestamp: Math.floor(nowMs) },
    ...{ bid_price: best_bid_price || null, ask_price: best_ask_price || null, mark_price, last: last_price },
    ...{ mark_iv, open_interest, underlying_price, volume, volume_usd, high, low },
    mid_price: (Number(best_bid_price) + Number(best_ask_price)) / 2,
  };
}

function orderBook(market: Market, depth: number, { nowMs, staleUpdates }: MethodView): object {
  const { text, book } = market;
  const { bids, asks, sequence } = staleUpdates > 0 ? book.before(staleUpdates) : book;
  const levels = depth >= 1 ? Math.floor(depth) : BOOK_LEVELS;
  const rows = (side: readonly Level[]) =>
    side.map(({ tick, lots }) => [Number(text.price(tick)), Number(text.size(lots))]);
  return {
    ...tickerOf(market, nowMs),
    ...{ change_id: sequence, bids: rows(bestLevels(bids, levels)), asks: rows(bestLevels(asks, levels)) },
  };
}
