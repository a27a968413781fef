// Backpack by JSON.parse: what the kernel's decoder must give, written for reading and not for speed.
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
  time,
  type Value,
} from "./reference-values.js";

const REPLY_KEYS = ["symbol", "id", "code", "error", "result"];

export function referenceBackpack(frame: Uint8Array, context: Context): PlainMessage {
  return decodeWith((plain) => {
    const root = parse(frame);
    if (Array.isArray(root)) {
      const [first] = root;
      if (root.length > 0 && (!isObject(first) || first.symbol === undefined)) throw new Refusal(L.REJECT_UNKNOWN);
    } else if (!isObject(root)) throw new Refusal(L.REJECT_UNKNOWN);
    else if (root.stream === undefined || root.data === undefined) reply(plain, root, context);
    else if (!isObject(root.data)) throw new Refusal(L.REJECT_UNKNOWN);
    else event(plain, root.data, context);
  });
}

function reply(plain: Plain, m: Fields, context: Context): void {
  if (m.lastUpdateId !== undefined) snapshot(plain, m, context);
  else if (m.fundingInterval !== undefined) interval(plain, m, context);
  else if (!REPLY_KEYS.some((key) => m[key] !== undefined)) throw new Refusal(L.REJECT_UNKNOWN);
}

function event(plain: Plain, m: Fields, context: Context): void {
  if (m.e === "depth") depth(plain, m, context);
  else if (m.e === "bookTicker") bookTicker(plain, m, context);
  else if (m.e === "trade") trade(plain, m, context);
  else if (m.e === "markPrice") mark(plain, m, context);
  else if (m.e === "openInterest") openInterest(plain, m, context);
  else if (m.e === "liquidation") liquidation(plain, m, context);
  else if (m.e !== "ticker" && m.e !== "kline") throw new Refusal(L.REJECT_UNKNOWN);
}

/** On a live lane undefined for what nobody follows. */
function followed(context: Context, find: () => SymbolEntry): SymbolEntry | undefined {
  try {
    return find();
  } catch (error) {
    if (context.knownOnly && error instanceof Refusal && error.reason === L.NEED_SYMBOL) return undefined;
    throw error;
  }
}

/** The market, if it is one of the connection's product. */
function market(context: Context, value: Value | undefined): SymbolEntry {
  const name = required(value);
  if (!isText(name)) throw new Refusal(L.REJECT_SYMBOL);
  if (name.endsWith("_PERP") !== (context.product === L.PRODUCT_SWAP)) throw new Refusal(L.REJECT_WRONG_PRODUCT);
  return known(context, name);
}

function depth(plain: Plain, m: Fields, context: Context): void {
  const entry = market(context, m.s);
  const timeUs = time(m.E);
  Object.assign(plain.message, { class: L.CLASS_DELTA, firstId: id(m.U), lastId: id(m.u) });
  plain.book(L.KIND_DEPTH, entry, list(m.b), list(m.a), timeUs, sequence(m.u));
}

function snapshot(plain: Plain, m: Fields, context: Context): void {
  const entry = hinted(context);
  const ordinal = id(m.lastUpdateId);
  const timeUs = time(m.timestamp);
  Object.assign(plain.message, { class: L.CLASS_SNAPSHOT, firstId: ordinal, lastId: ordinal });
  plain.book(L.KIND_SNAPSHOT, entry, list(m.bids), list(m.asks), timeUs, BigInt(ordinal));
}

function bookTicker(plain: Plain, m: Fields, context: Context): void {
  const entry = market(context, m.s);
  const timeUs = time(m.E);
  const ordinal = sequence(m.u);
  const touch = (priceText: Value | undefined, sizeText: Value | undefined): [number, number] => {
    if (isAbsent(priceText)) return [NaN, NaN];
    const at = priceOrZero(priceText);
    const native = base(entry, size(sizeText), at);
    if (at === 0 && native === 0) return [NaN, NaN];
    if (at === 0) throw new Refusal(L.REJECT_PRICE);
    return [at, native];
  };
  plain.put(L.KIND_BBO, 0, entry, timeUs, ordinal, [...touch(m.b, m.B), ...touch(m.a, m.A)]);
  plain.end();
}

function trade(plain: Plain, m: Fields, context: Context): void {
  const entry = market(context, m.s);
  const [timeUs, tradeUs, ordinal] = [time(m.E), time(m.T), sequence(m.t)];
  const flags = boolean(required(m.m)) ? L.FLAG_SELL : 0;
  const at = price(m.p);
  const native = size(m.q);
  plain.put(L.KIND_TRADE, flags, entry, timeUs, ordinal, [at, base(entry, native, at), native, tradeUs]);
  plain.end();
}

function mark(plain: Plain, m: Fields, context: Context): void {
  const entry = market(context, m.s);
  const timeUs = time(m.E);
  plain.put(L.KIND_MARK, 0, entry, timeUs, 0n, [price(m.p), priceIfAny(m.i)]);
  if (context.product === L.PRODUCT_SWAP && !isAbsent(m.f)) {
    const rate = number(m.f, L.REJECT_MALFORMED);
    plain.put(L.KIND_FUNDING, 0, entry, timeUs, 0n, [rate, NaN, isAbsent(m.n) ? NaN : time(m.n)]);
  }
  plain.end();
}

function interval(plain: Plain, m: Fields, context: Context): void {
  if (context.product !== L.PRODUCT_SWAP || isAbsent(m.fundingInterval)) return;
  const entry = market(context, m.symbol);
  const milliseconds = number(m.fundingInterval, L.REJECT_MALFORMED);
  if (!(milliseconds > 0)) throw new Refusal(L.REJECT_MALFORMED);
  plain.put(L.KIND_FUNDING, 0, entry, NaN, 0n, [NaN, milliseconds / 3_600_000]);
  plain.end();
}

function openInterest(plain: Plain, m: Fields, context: Context): void {
  const entry = market(context, m.s);
  const timeUs = time(m.E);
  plain.put(L.KIND_OPEN_INTEREST, 0, entry, timeUs, 0n, [base(entry, size(m.o), 1)]);
  plain.end();
}

function liquidation(plain: Plain, m: Fields, context: Context): void {
  if (isText(m.s) && m.s.endsWith("_PERP") !== (context.product === L.PRODUCT_SWAP)) return;
  const entry = followed(context, () => market(context, m.s));
  if (entry === undefined) return;
  const timeUs = time(m.E);
  const flags = side(m.S, "Bid", "Ask") ? L.FLAG_SELL : 0;
  const at = price(m.p);
  const native = size(m.q);
  const payload = [at, base(entry, native, at), native, L.LIQUIDATION_PRICE_ORDER];
  plain.put(L.KIND_LIQUIDATION, flags, entry, timeUs, 0n, payload);
  plain.end();
}
