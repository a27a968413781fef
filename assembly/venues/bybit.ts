// Bybit v5, all products: the general scanner's reading of every message. The templates in
// bybit-template.ts know the shapes sent today and fall back on this.
import {
  CLASS_DELTA,
  CLASS_SNAPSHOT,
  CLASS_TOP_DELTA,
  CLASS_TOP_SNAPSHOT,
  FLAG_EXCLUDED,
  FLAG_PARTIAL,
  FLAG_SELL,
  KIND_BBO,
  KIND_DEPTH,
  KIND_FUNDING,
  KIND_LIQUIDATION,
  KIND_MARK,
  KIND_OPEN_INTEREST,
  KIND_SNAPSHOT,
  KIND_TRADE,
  LIQUIDATION_PRICE_BANKRUPTCY,
  MESSAGE_CLASS,
  MESSAGE_DEPTH,
  MESSAGE_FIRST_ID,
  MESSAGE_LAST_ID,
  MESSAGE_PRODUCT,
  NEED_SPACE,
  PRODUCT_OPTION,
  REJECT_CONTRACT_SIZE,
  REJECT_MALFORMED,
  REJECT_SYMBOL,
  REJECT_UNKNOWN,
  SYMBOL_CONTRACT_SIZE,
  SYMBOL_LENGTH,
  SYMBOL_NAME_BYTES,
  SYMBOL_UNIT,
  UNIT_INVERSE,
} from "../../src/layout";
import {
  baseSizeOf,
  booleanOf,
  clearFault,
  container,
  fail,
  fault,
  field,
  idOf,
  isAbsent,
  isSequence,
  isText,
  numberOf,
  priceIfAny,
  priceOf,
  required,
  sequenceOf,
  sideOf,
  sizeOf,
  timeOf,
} from "../fields";
import { writeLevels } from "../levels";
import { baseSize, endMessage, fill, hasUnit, head, put, written } from "../records";
import { firstOf, nextOf, readText, readWords, skipSpace, textAt, textBytes, validate, wordsAre } from "../scan";
import { findSymbol, noteReceived, resolve, resolved } from "../symbols";
import {
  FIELD_ASKS,
  FIELD_BIDS,
  FIELD_DATA,
  FIELD_INDEX,
  FIELD_INTERVAL,
  FIELD_IS_BLOCK,
  FIELD_LONG_SYMBOL,
  FIELD_MARK,
  FIELD_NEXT,
  FIELD_OPEN_INTEREST,
  FIELD_OPEN_VALUE,
  FIELD_OPERATION,
  FIELD_PRICE,
  FIELD_RATE,
  FIELD_REPLY,
  FIELD_SENT,
  FIELD_SEQUENCE,
  FIELD_SIDE,
  FIELD_SIZE,
  FIELD_SYMBOL,
  FIELD_TIME,
  FIELD_TOPIC,
  FIELD_TRADE_ID,
  FIELD_TYPE,
  FIELD_UPDATE_ID,
  readFields,
} from "./bybit-fields";

/** Decodes the frame at [at, end) by its keys alone: records, 0 not used, below 0 refused. */
export function bybitGeneral(lane: usize, at: usize, end: usize): i32 {
  clearFault();
  const status = validate(at, end);
  if (status != 0) return status;
  const root = skipSpace(at, end);
  if (load<u8>(root) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, root);
  const topic = field(lane, FIELD_TOPIC);
  if (topic == 0) return field(lane, FIELD_REPLY) != 0 || field(lane, FIELD_OPERATION) != 0 ? 0 : REJECT_UNKNOWN;
  if (!isText(topic)) return REJECT_UNKNOWN;
  return message(lane, topic);
}

const TOPIC_ORDERBOOK: u64 = 0x6f6f62726564726f; // orderboo
const TOPIC_ORDERBOOK_END: u64 = 0x2e6b; // k.
const TOPIC_TRADE: u64 = 0x725463696c627570; // publicTr
const TOPIC_TRADE_END: u64 = 0x2e656461; // ade.
const TOPIC_TICKERS: u64 = 0x2e7372656b636974; // tickers.
const TOPIC_LIQUIDATION: u64 = 0x697571694c6c6c61; // allLiqui
const TOPIC_LIQUIDATION_END: u64 = 0x2e6e6f69746164; // dation.

/** True when the topic begins with these `bytes` (8..16) bytes. */
function topicIs(bytes: i32, first: u64, rest: u64): bool {
  const bits = (<u64>(16 - bytes)) << 3;
  return (
    textBytes > bytes && load<u64>(textAt) == first && (bits == 64 || (load<u64>(textAt, 8) << bits) >> bits == rest)
  );
}

function message(lane: usize, topic: usize): i32 {
  const status = readText(lane, topic);
  if (status != 0) return status;
  if (topicIs(10, TOPIC_ORDERBOOK, TOPIC_ORDERBOOK_END)) return orderbook(lane, topic);
  if (topicIs(12, TOPIC_TRADE, TOPIC_TRADE_END)) return elements(lane, true);
  if (topicIs(15, TOPIC_LIQUIDATION, TOPIC_LIQUIDATION_END)) return elements(lane, false);
  if (topicIs(8, TOPIC_TICKERS, 0)) return ticker(lane);
  return isIgnoredTopic() ? notUsed(lane) : REJECT_UNKNOWN;
}

const IGNORED_KLINE: u64 = 0x2e656e696c6b; // kline.
const IGNORED_KLINE_LT: u64 = 0x746c5f656e696c6b; // kline_lt
const IGNORED_TICKERS_LT: u64 = 0x5f7372656b636974; // tickers_
const IGNORED_LIQUIDATION: u64 = 0x746164697571696c; // liquidat
const IGNORED_LEVERAGED: u64 = 0x2e746c; // lt.
const IGNORED_PRICE_LIMIT: u64 = 0x6d694c6563697270; // priceLim
const IGNORED_INSURANCE: u64 = 0x636e617275736e69; // insuranc
const IGNORED_ADL: u64 = 0x7472656c416c6461; // adlAlert
const IGNORED_SYSTEM: u64 = 0x732e6d6574737973; // system.s

/** Well-known topics that nothing here is made of, by their first letters. */
function isIgnoredTopic(): bool {
  if (textBytes < 8) return false;
  const name = load<u64>(textAt);
  return (
    (name & 0xffffffffffff) == IGNORED_KLINE ||
    (name & 0xffffff) == IGNORED_LEVERAGED ||
    name == IGNORED_KLINE_LT ||
    name == IGNORED_TICKERS_LT ||
    name == IGNORED_LIQUIDATION ||
    name == IGNORED_PRICE_LIMIT ||
    name == IGNORED_INSURANCE ||
    name == IGNORED_ADL ||
    name == IGNORED_SYSTEM
  );
}

/** A frame that is understood and not used still shows that its symbol, last in the topic, is alive. */
function notUsed(lane: usize): i32 {
  let at = textBytes;
  while (at > 0 && load<u8>(textAt + at - 1) != 0x2e) at--;
  const length = textBytes - at;
  if (length < 1 || length > SYMBOL_NAME_BYTES) return 0;
  const slot = findSymbol(lane, textAt + at, length, load<u32>(lane, MESSAGE_PRODUCT));
  if (slot != 0) noteReceived(lane, slot);
  return 0;
}

/** Makes the named symbol the message's: 0, or what is wrong. */
function symbol(lane: usize, index: i32): i32 {
  const value = required(lane, index);
  if (value == 0) return fault();
  if (!isText(value)) return REJECT_SYMBOL;
  const status = readText(lane, value);
  return status != 0 ? status : resolve(lane, textAt, textBytes);
}

/** The symbol's name is the topic's text from `from` on. */
function isOfTopic(lane: usize, topic: usize, from: i32, slot: usize): bool {
  if (readText(lane, topic) != 0 || load<i32>(slot, SYMBOL_LENGTH) != textBytes - from) return false;
  for (let i = 0; i < textBytes - from; i++) if (load<u8>(slot + i) != load<u8>(textAt + from + i)) return false;
  return true;
}

const TYPE_SNAPSHOT: u64 = 0x746f687370616e73; // snapshot
const TYPE_DELTA: u64 = 0x61746c6564; // delta

/** orderbook.200.BTCUSDT; the full and the retail-price-improvement books are not used. */
function orderbook(lane: usize, topic: usize): i32 {
  let depth = 0;
  let from = 10;
  while (from < textBytes && <u32>load<u8>(textAt + from) - 0x30 < 10 && from < 15)
    depth = depth * 10 + (<i32>load<u8>(textAt + from++) - 0x30);
  if (from == 10 && (load<u32>(textAt, 10) == TOPIC_FULL || load<u32>(textAt, 10) == TOPIC_RPI)) return notUsed(lane);
  if (depth < 1 || from + 1 >= textBytes || load<u8>(textAt + from) != 0x2e) return REJECT_UNKNOWN;
  from++;

  const type = required(lane, FIELD_TYPE);
  const timeUs = timeOf(lane, required(lane, FIELD_SENT));
  const data = container(lane, FIELD_DATA, 0x7b);
  if (fault() != 0) return fault();
  if (!isText(type)) return REJECT_UNKNOWN;
  readWords(type);
  let isSnapshot = wordsAre(8, TYPE_SNAPSHOT);
  if (!isSnapshot && !wordsAre(5, TYPE_DELTA)) return REJECT_UNKNOWN;
  readFields(lane, data);
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  if (!isOfTopic(lane, topic, from, slot)) return REJECT_SYMBOL;
  const id = idOf(lane, required(lane, FIELD_UPDATE_ID));
  const bids = container(lane, FIELD_BIDS, 0x5b);
  const asks = container(lane, FIELD_ASKS, 0x5b);
  if (fault() != 0) return fault();
  if (id == 1) isSnapshot = true; // the venue started afresh, whatever it calls it
  store<u32>(lane, depth, MESSAGE_DEPTH);
  store<f64>(lane, id, MESSAGE_FIRST_ID);
  store<f64>(lane, id, MESSAGE_LAST_ID);
  if (depth == 1) return top(lane, slot, bids, asks, isSnapshot, timeUs, <u64>id);
  store<u32>(lane, isSnapshot ? CLASS_SNAPSHOT : CLASS_DELTA, MESSAGE_CLASS);
  const kind = isSnapshot ? KIND_SNAPSHOT : KIND_DEPTH;
  const records = writeLevels(lane, bids, asks, slot, kind, timeUs, <u64>id);
  if (records > 0) noteReceived(lane, slot);
  return records;
}

const TOPIC_FULL: u32 = 0x6c6c7566; // full
const TOPIC_RPI: u32 = 0x2e697072; // rpi.

/** The one-level channel: of each side the best level that is not a removal. */
function top(lane: usize, slot: usize, bids: usize, asks: usize, isSnapshot: bool, timeUs: f64, sequence: u64): i32 {
  store<u32>(lane, isSnapshot ? CLASS_TOP_SNAPSHOT : CLASS_TOP_DELTA, MESSAGE_CLASS);
  const at = put(head(slot, KIND_BBO, isSnapshot ? 0 : FLAG_PARTIAL), timeUs, sequence);
  if (at == 0) return NEED_SPACE;
  bestLevel(lane, slot, bids, false, at + 32);
  bestLevel(lane, slot, asks, true, at + 48);
  return finish(lane, slot);
}

function bestLevel(lane: usize, slot: usize, list: usize, isAsk: bool, into: usize): void {
  store<f64>(into, NaN);
  store<f64>(into, NaN, 8);
  for (let level = firstOf(list); level != 0; level = nextOf(level)) {
    const priceAt: usize = load<u8>(level) == 0x5b ? firstOf(level) : 0;
    const sizeAt: usize = priceAt == 0 ? 0 : nextOf(priceAt);
    if (sizeAt == 0) fail(REJECT_MALFORMED);
    const price = priceOf(lane, priceAt);
    const size = baseSizeOf(lane, sizeAt, slot, price);
    if (fault() != 0) return;
    const best = load<f64>(into);
    // A comparison with NaN is false: the first level replaces it.
    if (size == 0 || (isAsk ? price >= best : price <= best)) continue;
    store<f64>(into, price);
    store<f64>(into, size, 8);
  }
}

/** The message is complete unless something was wrong with it. */
function finish(lane: usize, slot: usize): i32 {
  if (fault() != 0) return fault();
  endMessage();
  noteReceived(lane, slot);
  return written();
}

/** publicTrade and allLiquidation: one record an element, one message as long as the symbol stays the same. */
function elements(lane: usize, isTrade: bool): i32 {
  const timeUs = timeOf(lane, required(lane, FIELD_SENT));
  const list = container(lane, FIELD_DATA, 0x5b);
  if (fault() != 0) return fault();
  let slot: usize = 0;
  for (let element = firstOf(list); element != 0; element = nextOf(element)) {
    if (load<u8>(element) != 0x7b) return REJECT_MALFORMED;
    readFields(lane, element);
    const status = symbol(lane, FIELD_SYMBOL);
    if (status != 0) return status;
    if (slot != 0 && slot != resolved) endMessage();
    slot = resolved;
    const record = isTrade ? trade(lane, slot, timeUs) : liquidation(lane, slot, timeUs);
    if (record != 0) return record;
  }
  if (slot == 0) return 0;
  endMessage();
  // Nothing was wrong with any: now each symbol was seen.
  for (let element = firstOf(list); element != 0; element = nextOf(element)) {
    readFields(lane, element);
    symbol(lane, FIELD_SYMBOL);
    noteReceived(lane, resolved);
  }
  return written();
}

const SIDE_BUY: u64 = 0x797542; // Buy
const SIDE_SELL: u64 = 0x6c6c6553; // Sell

/** One trade: 0, or what is wrong. */
function trade(lane: usize, slot: usize, timeUs: f64): i32 {
  const tradeUs = timeOf(lane, required(lane, FIELD_TIME));
  let flags: u32 = sideOf(required(lane, FIELD_SIDE), 4, SIDE_SELL, 3, SIDE_BUY) ? FLAG_SELL : 0;
  if (booleanOf(field(lane, FIELD_IS_BLOCK))) flags |= FLAG_EXCLUDED;
  // Trade ids are numbers on spot and UUIDs elsewhere; then the sequence across channels orders them.
  const id = field(lane, FIELD_TRADE_ID);
  const sequence = isSequence(lane, id) ? sequenceOf(lane, id) : sequenceOf(lane, field(lane, FIELD_SEQUENCE));
  const price = priceOf(lane, required(lane, FIELD_PRICE));
  const sizeAt = required(lane, FIELD_SIZE);
  const native = sizeOf(lane, sizeAt);
  const size = baseSizeOf(lane, sizeAt, slot, price);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_TRADE, flags), timeUs, sequence);
  if (at == 0) return NEED_SPACE;
  fill(at, price, size, native, tradeUs);
  return 0;
}

/** One liquidation: 0, or what is wrong. The side is that of the position: Buy is a long. */
function liquidation(lane: usize, slot: usize, timeUs: f64): i32 {
  timeOf(lane, required(lane, FIELD_TIME));
  const isShort = sideOf(required(lane, FIELD_SIDE), 4, SIDE_SELL, 3, SIDE_BUY);
  const price = priceOf(lane, required(lane, FIELD_PRICE));
  const sizeAt = required(lane, FIELD_SIZE);
  const native = sizeOf(lane, sizeAt);
  const size = baseSizeOf(lane, sizeAt, slot, price);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_LIQUIDATION, isShort ? FLAG_SELL : 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, price, size, native, LIQUIDATION_PRICE_BANKRUPTCY);
  return 0;
}

/** What a ticker says of mark, funding and open interest: NaN where it is silent. */
function ticker(lane: usize): i32 {
  const timeUs = timeOf(lane, required(lane, FIELD_SENT));
  const data = container(lane, FIELD_DATA, 0x7b);
  if (fault() != 0) return fault();
  readFields(lane, data);
  const markAt = field(lane, FIELD_MARK);
  const isOption = load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_OPTION;
  // An option may be worth nothing.
  const mark = isOption ? priceIfAny(lane, markAt) : isAbsent(markAt) ? NaN : priceOf(lane, markAt);
  const index = priceIfAny(lane, field(lane, FIELD_INDEX));
  const rate = numberIfAny(lane, field(lane, FIELD_RATE));
  const interval = numberIfAny(lane, field(lane, FIELD_INTERVAL));
  const nextUs = timeIfAny(lane, field(lane, FIELD_NEXT));
  const openAt = field(lane, FIELD_OPEN_INTEREST);
  const native = isAbsent(openAt) ? NaN : sizeOf(lane, openAt);
  const valueAt = field(lane, FIELD_OPEN_VALUE);
  const value = isAbsent(valueAt) ? NaN : sizeOf(lane, valueAt);
  const status = symbol(lane, FIELD_LONG_SYMBOL);
  if (status != 0) return status;
  if (fault() != 0) return fault();
  return writeTicker(lane, resolved, timeUs, mark, index, rate, interval, nextUs, native, value);
}

function numberIfAny(lane: usize, value: usize): f64 {
  return isAbsent(value) ? NaN : numberOf(lane, value, REJECT_MALFORMED);
}

/** "0" and "" both say that there is no next payment. */
function timeIfAny(lane: usize, value: usize): f64 {
  if (isAbsent(value) || (isSequence(lane, value) && sequenceOf(lane, value) == 0)) return NaN;
  return timeOf(lane, value);
}

/** Records of a ticker, NaN for what it does not say: their number, 0 for none, NEED_SPACE. */
export function writeTicker(
  lane: usize,
  slot: usize,
  timeUs: f64,
  mark: f64,
  index: f64,
  rate: f64,
  interval: f64,
  nextUs: f64,
  native: f64,
  value: f64,
): i32 {
  if (mark == mark || index == index) {
    const at = put(head(slot, KIND_MARK, 0), timeUs, 0);
    if (at == 0) return NEED_SPACE;
    fill(at, mark, index, NaN, NaN);
  }
  if (rate == rate || interval == interval || nextUs == nextUs) {
    const at = put(head(slot, KIND_FUNDING, 0), timeUs, 0);
    if (at == 0) return NEED_SPACE;
    fill(at, rate, interval, nextUs, NaN);
  }
  if (native == native) {
    if (!hasUnit(slot)) return REJECT_CONTRACT_SIZE;
    const at = put(head(slot, KIND_OPEN_INTEREST, 0), timeUs, 0);
    if (at == 0) return NEED_SPACE;
    // Inverse: native is quote currency, the venue's value base coin.
    const isInverse = load<u32>(slot, SYMBOL_UNIT) == UNIT_INVERSE;
    const base = !isInverse ? baseSize(slot, native, 1) : mark == mark ? baseSize(slot, native, mark) : value;
    fill(at, base, isInverse ? native * load<f64>(slot, SYMBOL_CONTRACT_SIZE) : value, NaN, NaN);
  }
  if (written() > 0) endMessage();
  noteReceived(lane, slot);
  return written();
}
