// Binance by JSON.parse: what the kernel's decoder must give, written for reading and not for speed.
import * as L from "crosstick/internal/layout";
import {
  base,
  boolean,
  type Context,
  decodeWith,
  type Fields,
  hinted,
  id,
  isAbsent,
  isObject,
  isText,
  known,
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
  timeIfAny,
  type Value,
} from "./reference-values.js";

const IGNORED_EVENTS = [
  /^kline$/,
  /^index$/,
  /^(avgPrice|24hrTick|24hrMini|1hTicker|4hTicker|1dTicker|indexPri|continuo|contract|assetInd|composit)/,
  /^(serverSh|referenc|blockTra|openInte|markPric)/,
];
const REPLY_KEYS = [
  /^(code|result|error|symbols|timezone|bidPrice|serverTime|rateLimits)$/,
  /^(adjusted|lastFund|fundingT|priceCha)/,
];

export function referenceBinance(frame: Uint8Array, context: Context): PlainMessage {
  return decodeWith((plain) => {
    const root = parse(frame);
    const isFundingInfo = Array.isArray(root) && isObject(root[0]) && root[0].fundingIntervalHours !== undefined;
    if (isFundingInfo) fundingInfo(plain, root, context);
    else if (Array.isArray(root)) elements(plain, root, undefined, context);
    else if (!isObject(root)) throw new Refusal(L.REJECT_UNKNOWN);
    else wrapped(plain, root, context);
  });
}

function wrapped(plain: Plain, root: Fields, context: Context): void {
  const { stream, data } = root;
  if (stream === undefined || data === undefined) event(plain, root, undefined, context);
  else if (!isText(stream)) throw new Refusal(L.REJECT_MALFORMED);
  else if (Array.isArray(data)) elements(plain, data, stream, context);
  else if (!isObject(data)) throw new Refusal(L.REJECT_UNKNOWN);
  else event(plain, data, stream, context);
}

function elements(plain: Plain, values: Value[], stream: string | undefined, context: Context): void {
  for (const value of values) {
    if (!isObject(value)) throw new Refusal(L.REJECT_UNKNOWN);
    event(plain, value, stream, context);
    if (plain.message.class !== L.CLASS_MARKET) throw new Refusal(L.REJECT_UNKNOWN);
  }
}

/** Hours between fundings of the perpetuals that are known: as listed, else 8. */
function fundingInfo(plain: Plain, values: Value[], context: Context): void {
  if (context.product === L.PRODUCT_SPOT) throw new Refusal(L.REJECT_WRONG_PRODUCT);
  const write = (entry: SymbolEntry, hours: number) => {
    plain.put(L.KIND_FUNDING, 0, entry, NaN, 0n, [NaN, hours]);
    plain.end();
  };
  const listed = new Set<SymbolEntry>();
  for (const value of values) {
    if (!isObject(value)) throw new Refusal(L.REJECT_MALFORMED);
    const hoursText = required(value.fundingIntervalHours);
    if (value.symbol === undefined) throw new Refusal(L.REJECT_MISSING_FIELD);
    if (!isText(value.symbol)) throw new Refusal(L.REJECT_SYMBOL);
    const hours = number(hoursText, L.REJECT_MALFORMED);
    if (!(hours > 0)) throw new Refusal(L.REJECT_MALFORMED);
    const entry = context.symbols.get(`${context.product}:${value.symbol}`);
    if (entry === undefined) continue;
    write(entry, hours);
    listed.add(entry);
  }
  const isPerpetual = (name: string) =>
    context.product === L.PRODUCT_COINM ? /._PERP$/s.test(name) : !name.includes("_");
  const others = [...context.symbols].filter(([key, entry]) => {
    const [product, name] = key.split(/:(.*)/s);
    return Number(product) === context.product && isPerpetual(name) && !listed.has(entry);
  });
  others.sort(([, a], [, b]) => a.instrument - b.instrument);
  for (const [, entry] of others) write(entry, 8);
}

function event(plain: Plain, m: Fields, stream: string | undefined, context: Context): void {
  if ((m.ps !== undefined || m.pair !== undefined) && context.product !== L.PRODUCT_COINM)
    throw new Refusal(L.REJECT_WRONG_PRODUCT);
  if (m.e === undefined) unnamed(plain, m, stream, context);
  else if (m.e === "depthUpdate") depth(plain, m, stream, context);
  else if (m.e === "bookTicker") bookTicker(plain, m, context);
  else if (m.e === "trade") trade(plain, m, context, 0, sequence(m.t));
  else if (m.e === "aggTrade") trade(plain, m, context, L.FLAG_AGGREGATE, m.a === undefined ? 0n : sequence(m.a));
  else if (m.e === "markPriceUpdate") mark(plain, m, context);
  else if (m.e === "forceOrder") liquidation(plain, m, context);
  else {
    const name = m.e;
    if (!isText(name) || !IGNORED_EVENTS.some((pattern) => pattern.test(name))) throw new Refusal(L.REJECT_UNKNOWN);
  }
}

function unnamed(plain: Plain, m: Fields, stream: string | undefined, context: Context): void {
  if (m.lastUpdateId !== undefined) snapshot(plain, m, stream, context);
  else if (m.u !== undefined && m.B !== undefined) bookTicker(plain, m, context);
  else if (m.openInterest !== undefined) openInterest(plain, m, context);
  else if (!Object.keys(m).some((key) => REPLY_KEYS.some((pattern) => pattern.test(key))))
    throw new Refusal(L.REJECT_UNKNOWN);
}

function depth(plain: Plain, m: Fields, stream: string | undefined, context: Context): void {
  const isSpot = context.product === L.PRODUCT_SPOT;
  if ((m.pu === undefined) !== isSpot) throw new Refusal(L.REJECT_WRONG_PRODUCT);
  // The top of the book, pushed whole.
  const at = stream?.indexOf("@depth") ?? -1;
  if (at >= 0 && /^@depth\d/.test(stream?.slice(at) ?? "")) return;
  const entry = symbol(context, m.s);
  const timeUs = time(m.E);
  Object.assign(plain.message, {
    class: L.CLASS_DELTA,
    firstId: id(m.U),
    lastId: id(m.u),
    previousId: isSpot ? NaN : id(m.pu),
  });
  plain.book(L.KIND_DEPTH, entry, list(m.b), list(m.a), timeUs, sequence(m.u));
}

function bookTicker(plain: Plain, m: Fields, context: Context): void {
  const entry = symbol(context, m.s);
  const touch = (priceText: Value | undefined, sizeText: Value | undefined): [number, number] => {
    const at = priceOrZero(priceText);
    const native = size(sizeText);
    if (at === 0 && native === 0) return [NaN, NaN];
    if (at === 0) throw new Refusal(L.REJECT_PRICE);
    return [at, base(entry, native, at)];
  };
  const payload = [...touch(m.b, m.B), ...touch(m.a, m.A)];
  plain.put(L.KIND_BBO, 0, entry, timeIfAny(m.E), sequence(m.u), payload);
  plain.end();
}

function trade(plain: Plain, m: Fields, context: Context, aggregate: number, ordinal: bigint): void {
  const entry = symbol(context, m.s);
  if (m.X !== undefined && !isText(m.X)) throw new Refusal(L.REJECT_MALFORMED);
  const isExcluded = m.X !== undefined && m.X !== "MARKET";
  const flags = aggregate | (boolean(required(m.m)) ? L.FLAG_SELL : 0) | (isExcluded ? L.FLAG_EXCLUDED : 0);
  const at = isExcluded ? priceOrZero(m.p) : price(m.p);
  const native = size(m.q);
  plain.put(L.KIND_TRADE, flags, entry, time(m.E), ordinal, [at, base(entry, native, at), native, time(m.T)]);
  plain.end();
}

function mark(plain: Plain, m: Fields, context: Context): void {
  if (context.product === L.PRODUCT_SPOT) throw new Refusal(L.REJECT_WRONG_PRODUCT);
  const entry = symbol(context, m.s);
  plain.put(L.KIND_MARK, 0, entry, time(m.E), 0n, [price(m.p), priceIfAny(m.i)]);
  if (!isAbsent(m.r) && !isAbsent(m.T) && sequence(m.T) !== 0n)
    plain.put(L.KIND_FUNDING, 0, entry, time(m.E), 0n, [number(m.r, L.REJECT_MALFORMED), NaN, time(m.T)]);
  plain.end();
}

function liquidation(plain: Plain, m: Fields, context: Context): void {
  if (context.product === L.PRODUCT_SPOT) throw new Refusal(L.REJECT_WRONG_PRODUCT);
  const timeUs = time(m.E);
  const order = object(m.o);
  if ((order.ps !== undefined || order.pair !== undefined) && context.product !== L.PRODUCT_COINM)
    throw new Refusal(L.REJECT_WRONG_PRODUCT);
  const entry = symbol(context, order.s);
  const flags = side(order.S, "BUY", "SELL") ? L.FLAG_SELL : 0;
  const average = priceIfAny(order.ap);
  const hasAverage = average > 0;
  const at = hasAverage ? average : price(order.p);
  const native = size(isAbsent(order.z) ? order.q : order.z);
  const kind = hasAverage ? L.LIQUIDATION_PRICE_AVERAGE : L.LIQUIDATION_PRICE_ORDER;
  plain.put(L.KIND_LIQUIDATION, flags, entry, timeUs, 0n, [at, base(entry, native, at), native, kind]);
  plain.end();
}

function openInterest(plain: Plain, m: Fields, context: Context): void {
  const entry = symbol(context, m.symbol);
  const native = size(m.openInterest);
  const converted = base(entry, native, 1);
  const payload = entry.unit === L.UNIT_INVERSE ? [NaN, native * entry.contractSize] : [converted, NaN];
  plain.put(L.KIND_OPEN_INTEREST, 0, entry, timeIfAny(m.time), 0n, payload);
  plain.end();
}

function snapshot(plain: Plain, m: Fields, stream: string | undefined, context: Context): void {
  let entry = m.symbol !== undefined ? symbol(context, m.symbol) : m.s !== undefined ? symbol(context, m.s) : undefined;
  if (entry === undefined && stream !== undefined) {
    const name = /^(.+)@depthSnapshot$/s.exec(stream)?.[1];
    if (name === undefined) return;
    entry = known(
      context,
      name.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
    );
  }
  entry ??= hinted(context);
  const ordinal = id(m.lastUpdateId);
  Object.assign(plain.message, { class: L.CLASS_SNAPSHOT, firstId: ordinal, lastId: ordinal });
  plain.book(L.KIND_SNAPSHOT, entry, list(m.bids), list(m.asks), timeIfAny(m.E), BigInt(ordinal));
}
