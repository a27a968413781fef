// Kraken spot, WebSocket v2, by JSON.parse: what the kernel's decoder must give, written for reading and not for speed.
import * as L from "crosstick/internal/layout";
import {
  base,
  type Context,
  decodeWith,
  type Fields,
  id,
  isObject,
  isSequence,
  isText,
  type Level,
  list,
  type Plain,
  type PlainMessage,
  parse,
  price,
  Refusal,
  required,
  type SymbolEntry,
  sequence,
  side,
  size,
  symbol,
  textTime,
  touch,
  type Value,
} from "./reference-values.js";

const IGNORED = ["heartbeat", "status", "ohlc", "instrument"];

export function referenceKraken(frame: Uint8Array, context: Context): PlainMessage {
  return decodeWith((plain) => {
    const m = parse(frame);
    if (!isObject(m)) throw new Refusal(L.REJECT_UNKNOWN);
    const { channel } = m;
    if (channel === undefined) {
      const isRest = m.error !== undefined && m.result !== undefined;
      if (!isRest && m.method === undefined) throw new Refusal(L.REJECT_UNKNOWN);
      return subscribed(m, context);
    }
    if (!isText(channel)) throw new Refusal(L.REJECT_UNKNOWN);
    if (IGNORED.includes(channel)) return;
    if (!["book", "trade", "ticker"].includes(channel)) throw new Refusal(L.REJECT_UNKNOWN);
    const type = required(m.type);
    const data = list(m.data);
    if (type !== "snapshot" && type !== "update") throw new Refusal(L.REJECT_UNKNOWN);
    if (channel === "book") return book(plain, data, type === "snapshot", context);
    // Trades of the past are history.
    if (channel === "trade" && type === "snapshot") return;
    let previous: SymbolEntry | undefined;
    for (const element of data) {
      if (!isObject(element)) throw new Refusal(L.REJECT_MALFORMED);
      const entry = symbol(context, element.symbol);
      if (channel === "ticker" || (previous !== undefined && previous !== entry)) plain.end();
      previous = entry;
      if (channel === "trade") trade(plain, element, entry);
      else ticker(plain, element, entry);
    }
    plain.end();
  });
}

/** The acceptance of a book says how deep it is; every other reply says nothing. */
function subscribed(m: Fields, context: Context): void {
  const { method, result } = m;
  if (method !== "subscribe" || !isObject(result)) return;
  if (result.channel !== "book" || !isSequence(result.depth) || sequence(result.depth) > 1000n) return;
  const { depth } = result;
  try {
    symbol(context, result.symbol).depth = Number(sequence(depth));
  } catch (error) {
    if (error instanceof Refusal && error.reason === L.NEED_SYMBOL) throw error;
  }
}

function book(plain: Plain, data: Value[], isSnapshot: boolean, context: Context): void {
  plain.message.parts = Math.max(1, data.length);
  const element = data[context.part ?? 0];
  if (element === undefined) return;
  if (!isObject(element)) throw new Refusal(L.REJECT_MALFORMED);
  const entry = symbol(context, element.symbol);
  const timeUs = textTime(element.timestamp);
  const checksum = id(element.checksum);
  const [bids, asks] = [list(element.bids), list(element.asks)];
  if (checksum >= 2 ** 32) throw new Refusal(L.REJECT_ID);
  const read = (isAsk: boolean) => (level: Value) => levelOf(entry, level, isAsk);
  const levels = [...bids.map(read(false)), ...asks.map(read(true))];
  const messageClass = isSnapshot ? L.CLASS_SNAPSHOT : L.CLASS_DELTA;
  Object.assign(plain.message, { class: messageClass, checksum, depth: entry.depth ?? 0 });
  plain.levels(isSnapshot ? L.KIND_SNAPSHOT : L.KIND_DEPTH, entry, levels, timeUs, 0n);
}

function levelOf(entry: SymbolEntry, level: Value, isAsk: boolean): Level {
  if (!isObject(level)) throw new Refusal(L.REJECT_MALFORMED);
  const at = price(level.price);
  return { isAsk, price: at, size: base(entry, size(level.qty), at) };
}

function trade(plain: Plain, t: Fields, entry: SymbolEntry): void {
  const timeUs = textTime(t.timestamp);
  const flags = side(t.side, "sell", "buy") ? L.FLAG_SELL : 0;
  const ordinal = sequence(t.trade_id);
  const at = price(t.price);
  const native = size(t.qty);
  plain.put(L.KIND_TRADE, flags, entry, timeUs, ordinal, [at, base(entry, native, at), native, timeUs]);
}

function ticker(plain: Plain, t: Fields, entry: SymbolEntry): void {
  const timeUs = t.timestamp === undefined ? NaN : textTime(t.timestamp);
  for (const value of [t.bid, t.bid_qty, t.ask, t.ask_qty]) required(value);
  const payload = [...touch(entry, t.bid, t.bid_qty), ...touch(entry, t.ask, t.ask_qty)];
  plain.put(L.KIND_BBO, 0, entry, timeUs, 0n, payload);
}
