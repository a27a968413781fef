// Coinbase Advanced Trade by JSON.parse: what the kernel's decoder must give, written for reading and not for speed.
import * as L from "crosstick/internal/layout";
import {
  base,
  type Context,
  decodeWith,
  type Fields,
  id,
  isObject,
  isText,
  type Level,
  list,
  type Plain,
  type PlainMessage,
  type PlainRecord,
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

const USED = ["l2_data", "market_trades", "ticker"];
const IGNORED = ["heartbeats", "subscriptions", "candles", "status", "ticker_batch"];

export function referenceCoinbase(frame: Uint8Array, context: Context): PlainMessage {
  return decodeWith((plain) => {
    const m = parse(frame);
    if (!isObject(m)) throw new Refusal(L.REJECT_UNKNOWN);
    const { channel } = m;
    if (channel === undefined) {
      if (m.type !== "error" && m.products === undefined) throw new Refusal(L.REJECT_UNKNOWN);
      return;
    }
    if (!isText(channel) || ![...USED, ...IGNORED].includes(channel)) throw new Refusal(L.REJECT_UNKNOWN);
    const number = id(m.sequence_num);
    plain.message.connectionId = number;
    if (IGNORED.includes(channel)) return;
    const timeUs = textTime(m.timestamp);
    const events = list(m.events);
    if (channel === "l2_data") return book(plain, events, timeUs, BigInt(number), context);
    for (const event of events) {
      if (!isObject(event)) throw new Refusal(L.REJECT_MALFORMED);
      if (channel === "market_trades") trades(plain, event, timeUs, context);
      else
        for (const ticker of list(event.tickers)) {
          const entry = symbol(context, element(ticker).product_id);
          plain.put(L.KIND_BBO, L.FLAG_LAST, entry, timeUs, BigInt(number), bothSides(element(ticker), entry));
        }
    }
    const { records } = plain.message;
    records.forEach((record, i) => {
      if (records[i + 1]?.instrument !== record.instrument) record.flags |= L.FLAG_LAST;
    });
  });
}

function element(value: Value): Fields {
  if (!isObject(value)) throw new Refusal(L.REJECT_MALFORMED);
  return value;
}

function book(plain: Plain, events: Value[], timeUs: number, ordinal: bigint, context: Context): void {
  plain.message.parts = Math.max(1, events.length);
  const value = events[context.part ?? 0];
  if (value === undefined) return;
  const event = element(value);
  const type = required(event.type);
  const updates = list(event.updates);
  if (type !== "snapshot" && type !== "update") throw new Refusal(L.REJECT_UNKNOWN);
  const entry = symbol(context, event.product_id);
  const levels = updates.map((update) => levelOf(entry, element(update)));
  const isSnapshot = type === "snapshot";
  plain.message.class = isSnapshot ? L.CLASS_SNAPSHOT : L.CLASS_DELTA;
  plain.levels(isSnapshot ? L.KIND_SNAPSHOT : L.KIND_DEPTH, entry, levels, timeUs, ordinal);
}

function levelOf(entry: SymbolEntry, update: Fields): Level {
  const isAsk = !side(update.side, "bid", "offer");
  const at = price(update.price_level);
  return { isAsk, price: at, size: base(entry, size(update.new_quantity), at) };
}

/** Newest first in the frame, oldest first in the records. */
function trades(plain: Plain, event: Fields, timeUs: number, context: Context): void {
  const type = required(event.type);
  const all = list(event.trades);
  if (type === "snapshot") return;
  if (type !== "update") throw new Refusal(L.REJECT_UNKNOWN);
  const before = plain.message.records.length;
  for (const value of all) trade(plain, element(value), timeUs, context);
  const newest: PlainRecord[] = plain.message.records.splice(before);
  plain.message.records.push(...newest.reverse());
}

function trade(plain: Plain, t: Fields, timeUs: number, context: Context): void {
  const entry = symbol(context, t.product_id);
  const tradeUs = textTime(t.time);
  // The maker's side: BUY means that the taker sold.
  const flags = side(t.side, "BUY", "SELL") ? L.FLAG_SELL : 0;
  const ordinal = sequence(t.trade_id);
  const at = price(t.price);
  const native = size(t.size);
  plain.put(L.KIND_TRADE, flags, entry, timeUs, ordinal, [at, base(entry, native, at), native, tradeUs]);
}

function bothSides(t: Fields, entry: SymbolEntry): number[] {
  for (const value of [t.best_bid, t.best_bid_quantity, t.best_ask, t.best_ask_quantity]) required(value);
  return [...touch(entry, t.best_bid, t.best_bid_quantity), ...touch(entry, t.best_ask, t.best_ask_quantity)];
}
