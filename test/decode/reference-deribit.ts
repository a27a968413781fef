// Deribit v2 by JSON.parse: what the kernel's decoder must give, written for reading and not for speed.
import * as L from "crosstick/internal/layout";
import {
  base,
  type Context,
  decodeWith,
  type Fields,
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
  time,
  type Value,
} from "./reference-values.js";

const IGNORED_CHANNELS = /^(chart|rfq|(deribit_|estimate|instrume|platform|announce|block_tr|block_rf)[^.]*)(\.|$)/s;
const INTERVALS = ["raw", "100ms", "agg2"];

export function referenceDeribit(frame: Uint8Array, context: Context): PlainMessage {
  return decodeWith((plain) => {
    const m = parse(frame);
    if (!isObject(m)) throw new Refusal(L.REJECT_UNKNOWN);
    if (m.method === undefined) {
      if (m.result === undefined && m.error === undefined) throw new Refusal(L.REJECT_UNKNOWN);
      return;
    }
    if (m.method === "heartbeat") return;
    if (m.method !== "subscription") throw new Refusal(L.REJECT_UNKNOWN);
    const params = object(m.params);
    const channel = required(params.channel);
    const data = required(params.data);
    if (!isText(channel)) throw new Refusal(L.REJECT_UNKNOWN);
    const parts = channel.split(".");
    const decode = channels[parts[0]];
    if (Object.hasOwn(channels, parts[0])) decode(plain, parts, data, context);
    else if (!IGNORED_CHANNELS.test(channel)) throw new Refusal(L.REJECT_UNKNOWN);
  });
}

type Channel = (plain: Plain, parts: string[], data: Value, context: Context) => void;

const channels: Record<string, Channel> = {
  book,
  trades,
  quote(plain, parts, data, context) {
    expectParts(parts, 2);
    const entry = instrumentOf(context, object(data), parts);
    if (entry === null) return;
    const fields = object(data);
    const timeUs = time(fields.timestamp);
    plain.put(L.KIND_BBO, 0, entry, timeUs, 0n, [...touch(entry, fields, "bid"), ...touch(entry, fields, "ask")]);
    plain.end();
  },
  ticker: (plain, parts, data, context) => ticker(plain, parts, data, context, true),
  incremental_ticker: (plain, parts, data, context) => ticker(plain, parts, data, context, false),
  perpetual(plain, parts, data, context) {
    expectParts(parts, 3);
    const fields = object(data);
    const entry = named(context, parts[1]);
    if (entry === null) return;
    const timeUs = time(fields.timestamp);
    const index = priceIfAny(fields.index_price);
    if (Number.isNaN(index)) return;
    plain.put(L.KIND_MARK, 0, entry, timeUs, 0n, [NaN, index]);
    plain.end();
  },
  markprice: optionMarks,
};

function expectParts(parts: string[], ...counts: number[]): void {
  if (!counts.includes(parts.length)) throw new Refusal(L.REJECT_UNKNOWN);
}

/** The symbol of a name; null for a combination of instruments, of which nothing is made. */
function named(context: Context, name: string): SymbolEntry | null {
  const [, afterDash] = /^[^-]*-(.*)$/s.exec(name) ?? [];
  let product: number;
  if (afterDash === undefined) {
    if (name.split("_").length !== 2) throw new Refusal(L.REJECT_SYMBOL);
    product = L.PRODUCT_SPOT;
  } else if (afterDash === "PERPETUAL") product = L.PRODUCT_SWAP;
  else if (/^[A-Z]/.test(afterDash)) return null;
  else {
    const dashes = afterDash.split("-").length - 1;
    if (!/^\d/.test(afterDash) || (dashes !== 0 && dashes !== 2)) throw new Refusal(L.REJECT_SYMBOL);
    product = dashes === 0 ? L.PRODUCT_FUTURES : L.PRODUCT_OPTION;
  }
  if (product !== context.product) throw new Refusal(L.REJECT_WRONG_PRODUCT);
  return known(context, name);
}

function instrument(context: Context, fields: Fields): SymbolEntry | null {
  const name = required(fields.instrument_name);
  if (!isText(name)) throw new Refusal(L.REJECT_SYMBOL);
  return named(context, name);
}

function instrumentOf(context: Context, fields: Fields, parts: string[]): SymbolEntry | null {
  const entry = instrument(context, fields);
  if (entry !== null && fields.instrument_name !== parts[1]) throw new Refusal(L.REJECT_SYMBOL);
  return entry;
}

const isShortNumber = (text: string) => /^\d{1,5}$/.test(text) && Number(text) > 0;

function book(plain: Plain, parts: string[], data: Value, context: Context): void {
  expectParts(parts, 3, 5);
  const every = INTERVALS.indexOf(parts[parts.length - 1]) + 1;
  if (every === 0) throw new Refusal(L.REJECT_UNKNOWN);
  const isWhole = parts.length === 3;
  if (!isWhole) {
    const [, , group, depth] = parts;
    if (!isShortNumber(depth) || (group !== "none" && !isShortNumber(group))) throw new Refusal(L.REJECT_UNKNOWN);
    if (group !== "none") return;
  }
  const fields = object(data);
  const entry = instrumentOf(context, fields, parts);
  if (entry === null) return;
  const timeUs = time(fields.timestamp);
  const change = id(fields.change_id);
  const bids = list(fields.bids);
  const asks = list(fields.asks);
  if (!isWhole) {
    Object.assign(plain.message, { class: L.CLASS_SNAPSHOT, depth: Number(parts[3]), lastId: change });
    plain.book(L.KIND_SNAPSHOT, entry, bids, asks, timeUs, BigInt(change));
    plain.end(L.FLAG_CUT);
    return;
  }
  const { type, prev_change_id: before } = fields;
  if (type !== undefined && type !== "snapshot" && type !== "change") throw new Refusal(L.REJECT_UNKNOWN);
  const isChange = type === undefined ? before !== undefined && before !== null : type === "change";
  const previousId = isChange ? id(before) : 0;
  const isSnapshot = previousId === 0;
  const level = actionOf(isSnapshot);
  const numbers = { depth: 65536 + every, lastId: change, previousId: isSnapshot ? NaN : previousId };
  Object.assign(plain.message, { class: isSnapshot ? L.CLASS_SNAPSHOT : L.CLASS_DELTA, ...numbers });
  if (bids.length + asks.length > 0) base(entry, 0, 1);
  const kind = isSnapshot ? L.KIND_SNAPSHOT : L.KIND_DEPTH;
  plain.book(kind, entry, bids.map(level), asks.map(level), timeUs, BigInt(change));
}

/** `["delete", price, amount]` as `[price, 0]`. */
const actionOf = (isSnapshot: boolean) => (level: Value) => {
  if (!Array.isArray(level) || level.length < 3) throw new Refusal(L.REJECT_MALFORMED);
  const [action, at, amount] = level;
  if (action !== "new" && action !== "change" && action !== "delete") throw new Refusal(L.REJECT_UNKNOWN);
  if (isSnapshot && action !== "new") throw new Refusal(L.REJECT_MALFORMED);
  if (action !== "delete") return [at, amount];
  price(at ?? "");
  size(amount ?? "");
  return [at, "0"];
};

/** Each element is a trade; a message ends where the instrument changes. */
function trades(plain: Plain, parts: string[], data: Value, context: Context): void {
  expectParts(parts, 3, 4);
  let previous: SymbolEntry | undefined;
  for (const element of list(data)) {
    if (!isObject(element)) throw new Refusal(L.REJECT_MALFORMED);
    const entry = parts.length === 3 ? instrumentOf(context, element, parts) : instrument(context, element);
    if (entry === null) continue;
    if (previous !== undefined && previous !== entry) plain.end();
    previous = entry;
    trade(plain, element, entry);
  }
  plain.end();
}

const EXCLUDING = ["block_trade_id", "block_rfq_id", "combo_id", "combo_trade_id"];

function trade(plain: Plain, t: Fields, entry: SymbolEntry): void {
  const timeUs = time(t.timestamp);
  const isSell = side(t.direction, "sell", "buy");
  const ordinal = sequence(t.trade_seq);
  const isExcluded = EXCLUDING.some((key) => t[key] !== undefined && t[key] !== null);
  const at = isExcluded ? priceOrZero(t.price) : price(t.price);
  const native = size(t.amount);
  const quantity = base(entry, native, at);
  const who = isAbsent(t.liquidation) ? "" : t.liquidation;
  if (who !== "" && who !== "M" && who !== "T" && who !== "MT") throw new Refusal(L.REJECT_SIDE);
  const flags = (isSell ? L.FLAG_SELL : 0) | (isExcluded ? L.FLAG_EXCLUDED : 0);
  plain.put(L.KIND_TRADE, flags, entry, timeUs, ordinal, [at, quantity, native, timeUs]);
  for (const party of ["T", "M"]) {
    if (!who.includes(party)) continue;
    const sold = party === "T" ? isSell : !isSell;
    const payload = [at, quantity, native, L.LIQUIDATION_PRICE_AVERAGE];
    plain.put(L.KIND_LIQUIDATION, sold ? 0 : L.FLAG_SELL, entry, timeUs, ordinal, payload);
  }
}

/** Price and base size of the best order of a side, NaN without one. */
function touch(entry: SymbolEntry, fields: Fields, which: "bid" | "ask"): [number, number] {
  const at = priceIfAny(fields[`best_${which}_price`]);
  if (Number.isNaN(at)) return [NaN, NaN];
  const quantity = base(entry, size(fields[`best_${which}_amount`]), at);
  return quantity === 0 ? [NaN, NaN] : [at, quantity];
}

const anyNumber = (value: Value | undefined) => (isAbsent(value) ? NaN : number(value, L.REJECT_MALFORMED));
const anySize = (value: Value | undefined) => (isAbsent(value) ? NaN : size(value));
const isKnown = (...values: number[]) => values.some((value) => !Number.isNaN(value));

function fraction(value: Value | undefined, unit: number): number {
  const found = anyNumber(value);
  if (found < 0) throw new Refusal(L.REJECT_MALFORMED);
  return found > 0 ? found / unit : NaN;
}

function inner(value: Value | undefined): Fields {
  if (isAbsent(value)) return {};
  return object(value);
}

function ticker(plain: Plain, parts: string[], data: Value, context: Context, isWhole: boolean): void {
  expectParts(parts, isWhole ? 3 : 2);
  const t = object(data);
  const entry = instrumentOf(context, t, parts);
  if (entry === null) return;
  const timeUs = time(t.timestamp);
  const put = (kind: number, ...payload: number[]) => plain.put(kind, 0, entry, timeUs, 0n, payload);
  if (isWhole) put(L.KIND_BBO, ...touch(entry, t, "bid"), ...touch(entry, t, "ask"));
  const mark = priceIfAny(t.mark_price);
  const index = priceIfAny(t.index_price);
  const rate = anyNumber(t.current_funding);
  if (isKnown(mark, index)) put(L.KIND_MARK, mark, index);
  if (isKnown(rate)) put(L.KIND_FUNDING, rate, 8);

  const ofSide = (which: "bid" | "ask") => {
    const iv = fraction(t[`${which}_iv`], 100);
    if (!isWhole && t[`best_${which}_price`] === undefined) return iv;
    return isKnown(touch(entry, t, which)[0]) ? iv : NaN;
  };
  const volatilities = [ofSide("bid"), ofSide("ask"), fraction(t.mark_iv, 100), priceIfAny(t.underlying_price)];
  if (isKnown(...volatilities)) put(L.KIND_VOLATILITY, ...volatilities);
  const { delta, gamma, vega, theta } = inner(t.greeks);
  const greeks = [delta, gamma, vega, theta].map(anyNumber);
  if (isKnown(...greeks)) put(L.KIND_GREEKS, ...greeks);

  const isInverse = entry.unit === L.UNIT_INVERSE;
  const open = anySize(t.open_interest);
  if (isKnown(open)) {
    const inCoin = base(entry, open, isKnown(mark) ? mark : 1);
    put(L.KIND_OPEN_INTEREST, isInverse && !isKnown(mark) ? NaN : inCoin, isInverse ? open * entry.contractSize : NaN);
  }
  const stats = inner(t.stats);
  const volume = anySize(stats.volume);
  const notional = anySize(stats.volume_notional);
  const dollars = anySize(stats.volume_usd);
  const turnover = isInverse && !isKnown(notional) ? dollars : notional;
  const day = [volume, context.product === L.PRODUCT_OPTION ? NaN : turnover];
  if (isKnown(...day)) put(L.KIND_DAY, ...day);
  plain.end();
}

function optionMarks(plain: Plain, parts: string[], data: Value, context: Context): void {
  expectParts(parts, 3);
  for (const element of list(data)) {
    if (!isObject(element)) throw new Refusal(L.REJECT_MALFORMED);
    const entry = instrument(context, element);
    if (entry === null) continue;
    const timeUs = isAbsent(element.timestamp) ? NaN : time(element.timestamp);
    const mark = priceIfAny(element.mark_price);
    const iv = fraction(element.iv, 1);
    if (isKnown(mark)) plain.put(L.KIND_MARK, 0, entry, timeUs, 0n, [mark]);
    if (isKnown(iv)) plain.put(L.KIND_VOLATILITY, 0, entry, timeUs, 0n, [NaN, NaN, iv]);
    if (isKnown(mark, iv)) plain.end();
  }
}
