// Bybit v5 by JSON.parse: what the kernel's decoder must give, written for reading and not for speed.
import * as L from "crosstick/internal/layout";
import {
  base,
  boolean,
  type Context,
  decodeWith,
  type Fields,
  id,
  isAbsent,
  isObject,
  isSequence,
  isText,
  levelOf,
  list,
  number,
  object,
  type Plain,
  type PlainMessage,
  parse,
  price,
  priceIfAny,
  priceOrZero,
  Refusal,
  required,
  type SymbolEntry,
  sequence,
  side,
  size,
  symbol,
  time,
  type Value,
} from "./reference-values.js";

const IGNORED_TOPICS = /^(kline\.|lt\.|kline_lt|tickers_|liquidat|priceLim|insuranc|adlAlert|system\.s)/;

export function referenceBybit(frame: Uint8Array, context: Context): PlainMessage {
  return decodeWith((plain) => {
    const m = parse(frame);
    if (!isObject(m)) throw new Refusal(L.REJECT_UNKNOWN);
    const { topic } = m;
    if (topic === undefined) {
      if (m.success === undefined && m.retCode === undefined && m.op === undefined) throw new Refusal(L.REJECT_UNKNOWN);
      return;
    }
    if (!isText(topic)) throw new Refusal(L.REJECT_UNKNOWN);
    if (topic.startsWith("orderbook.") && topic.length > 10) return orderbook(plain, m, topic, context);
    if (topic.startsWith("publicTrade.") && topic.length > 12) return elements(plain, m, context, trade);
    if (topic.startsWith("allLiquidation.") && topic.length > 15) return elements(plain, m, context, liquidation);
    if (topic.startsWith("tickers.") && topic.length > 8) return ticker(plain, m, context);
    if (topic.length < 8 || !IGNORED_TOPICS.test(topic)) throw new Refusal(L.REJECT_UNKNOWN);
  });
}

function orderbook(plain: Plain, m: Fields, topic: string, context: Context): void {
  if (/^orderbook\.(full|rpi\.)/.test(topic)) return;
  const [, depthText, name] = /^orderbook\.(\d{1,5})\.(.+)$/s.exec(topic) ?? [];
  const depth = Number(depthText);
  if (!(depth >= 1)) throw new Refusal(L.REJECT_UNKNOWN);
  const type = required(m.type);
  const timeUs = time(m.ts);
  const data = object(m.data);
  if (type !== "snapshot" && type !== "delta") throw new Refusal(L.REJECT_UNKNOWN);
  const entry = symbol(context, data.s);
  if (data.s !== name) throw new Refusal(L.REJECT_SYMBOL);
  const ordinal = id(data.u);
  const bids = list(data.b);
  const asks = list(data.a);
  const isSnapshot = type === "snapshot" || ordinal === 1;
  Object.assign(plain.message, { depth, firstId: ordinal, lastId: ordinal });
  if (depth === 1) {
    plain.message.class = isSnapshot ? L.CLASS_TOP_SNAPSHOT : L.CLASS_TOP_DELTA;
    const payload = [...best(entry, bids, (a, b) => a > b), ...best(entry, asks, (a, b) => a < b)];
    plain.put(L.KIND_BBO, isSnapshot ? 0 : L.FLAG_PARTIAL, entry, timeUs, BigInt(ordinal), payload);
    plain.end();
    return;
  }
  plain.message.class = isSnapshot ? L.CLASS_SNAPSHOT : L.CLASS_DELTA;
  plain.book(isSnapshot ? L.KIND_SNAPSHOT : L.KIND_DEPTH, entry, bids, asks, timeUs, BigInt(ordinal));
}

/** The best level of a side that is no removal. */
function best(entry: SymbolEntry, levels: Value[], isBetter: (a: number, b: number) => boolean): [number, number] {
  return levels
    .map((level) => levelOf(entry, level))
    .filter(([, quantity]) => quantity > 0)
    .reduce<[number, number]>(
      (found, level) => (Number.isNaN(found[0]) || isBetter(level[0], found[0]) ? level : found),
      [NaN, NaN],
    );
}

/** Trades of options come by their coin: undefined on a live lane for those that nobody follows. */
function followed(context: Context, name: Value | undefined): SymbolEntry | undefined {
  try {
    return symbol(context, name);
  } catch (error) {
    const isUnknown = error instanceof Refusal && error.reason === L.NEED_SYMBOL;
    if (isUnknown && context.knownOnly && context.product === L.PRODUCT_OPTION) return undefined;
    throw error;
  }
}

type Element = (plain: Plain, element: Fields, entry: SymbolEntry, timeUs: number) => void;

/** Each element is a record; a message ends where the symbol changes. */
function elements(plain: Plain, m: Fields, context: Context, write: Element): void {
  const timeUs = time(m.ts);
  let previous: SymbolEntry | undefined;
  for (const element of list(m.data)) {
    if (!isObject(element)) throw new Refusal(L.REJECT_MALFORMED);
    const entry = followed(context, element.s);
    if (entry === undefined) continue;
    if (previous !== undefined && previous !== entry) plain.end();
    previous = entry;
    write(plain, element, entry, timeUs);
  }
  plain.end();
}

const trade: Element = (plain, t, entry, timeUs) => {
  const flags =
    (side(t.S, "Sell", "Buy") ? L.FLAG_SELL : 0) | (t.BT !== undefined && boolean(t.BT) ? L.FLAG_EXCLUDED : 0);
  const ordinal = isSequence(t.i) && t.i !== "" ? sequence(t.i) : t.seq === undefined ? 0n : sequence(t.seq);
  const at = price(t.p);
  const native = size(t.v);
  plain.put(L.KIND_TRADE, flags, entry, timeUs, ordinal, [at, base(entry, native, at), native, time(t.T)]);
};

const liquidation: Element = (plain, t, entry, timeUs) => {
  time(t.T);
  const flags = side(t.S, "Sell", "Buy") ? L.FLAG_SELL : 0;
  const at = price(t.p);
  const native = size(t.v);
  const kind = L.LIQUIDATION_PRICE_BANKRUPTCY;
  plain.put(L.KIND_LIQUIDATION, flags, entry, timeUs, 0n, [at, base(entry, native, at), native, kind]);
};

function ticker(plain: Plain, m: Fields, context: Context): void {
  const timeUs = time(m.ts);
  const data = object(m.data);
  if (context.product === L.PRODUCT_OPTION) {
    optionTicker(plain, data, context, timeUs);
    return;
  }
  const ifAny = (value: Value | undefined, read: (value: Value | undefined) => number) =>
    isAbsent(value) ? NaN : read(value);
  const anyNumber = (value: Value | undefined) => number(value, L.REJECT_MALFORMED);
  const mark = ifAny(data.markPrice, price);
  const index = priceIfAny(data.indexPrice);
  const rate = ifAny(data.fundingRate, anyNumber);
  const interval = ifAny(data.fundingIntervalHour, anyNumber);
  const next = data.nextFundingTime;
  const nextUs = isAbsent(next) || (isSequence(next) && sequence(next) === 0n) ? NaN : time(next);
  const native = ifAny(data.openInterest, size);
  const value = ifAny(data.openInterestValue, size);
  const has = (...values: number[]) => values.some((each) => !Number.isNaN(each));
  if (!has(mark, index, rate, interval, nextUs, native)) return;
  const entry = symbol(context, data.symbol);
  if (has(mark, index)) plain.put(L.KIND_MARK, 0, entry, timeUs, 0n, [mark, index]);
  if (has(rate, interval, nextUs)) plain.put(L.KIND_FUNDING, 0, entry, timeUs, 0n, [rate, interval, nextUs]);
  if (has(native)) {
    const isInverse = entry.unit === L.UNIT_INVERSE;
    const converted = base(entry, native, isInverse && has(mark) ? mark : 1);
    const inCoin = isInverse && !has(mark) ? value : converted;
    plain.put(L.KIND_OPEN_INTEREST, 0, entry, timeUs, 0n, [inCoin, isInverse ? native * entry.contractSize : value]);
  }
  plain.end();
}

function optionTicker(plain: Plain, data: Fields, context: Context, timeUs: number): void {
  const entry = symbol(context, data.symbol);
  base(entry, 0, 1);
  const quantity = (value: Value | undefined) => (isAbsent(value) ? NaN : base(entry, size(value), 1));
  const greek = (value: Value | undefined) => (isAbsent(value) ? NaN : number(value, L.REJECT_MALFORMED));
  const touch = (priceText: Value | undefined, sizeText: Value | undefined): [number, number] => {
    if (isAbsent(priceText)) return [NaN, NaN];
    const [at, quoted] = [priceOrZero(priceText), quantity(sizeText)];
    if (at === 0 && quoted > 0) throw new Refusal(L.REJECT_PRICE);
    return at === 0 ? [NaN, NaN] : [at, quoted];
  };
  const put = (kind: number, payload: number[]) => plain.put(kind, 0, entry, timeUs, 0n, payload);
  put(L.KIND_BBO, [...touch(data.bidPrice, data.bidSize), ...touch(data.askPrice, data.askSize)]);
  put(L.KIND_MARK, [priceIfAny(data.markPrice), priceIfAny(data.indexPrice)]);
  put(L.KIND_VOLATILITY, [data.bidIv, data.askIv, data.markPriceIv, data.underlyingPrice].map(priceIfAny));
  put(L.KIND_GREEKS, [data.delta, data.gamma, data.vega, data.theta].map(greek));
  put(L.KIND_OPEN_INTEREST, [quantity(data.openInterest)]);
  put(L.KIND_DAY, [quantity(data.volume24h), isAbsent(data.turnover24h) ? NaN : size(data.turnover24h)]);
  plain.end();
}
