// Binance, spot and futures: the general scanner's reading of every message. The templates in
// binance-template.ts know the shapes sent today and fall back on this.
import {
  CLASS_DELTA,
  CLASS_MARKET,
  CLASS_SNAPSHOT,
  FLAG_AGGREGATE,
  FLAG_EXCLUDED,
  FLAG_SELL,
  KIND_BBO,
  KIND_DEPTH,
  KIND_FUNDING,
  KIND_LIQUIDATION,
  KIND_MARK,
  KIND_OPEN_INTEREST,
  KIND_SNAPSHOT,
  KIND_TRADE,
  LANE_TEXT,
  LIQUIDATION_PRICE_AVERAGE,
  LIQUIDATION_PRICE_ORDER,
  MESSAGE_CLASS,
  MESSAGE_FIRST_ID,
  MESSAGE_HINT,
  MESSAGE_LAST_ID,
  MESSAGE_PREVIOUS_ID,
  MESSAGE_PRODUCT,
  NEED_INSTRUMENT,
  NEED_SPACE,
  PRODUCT_COINM,
  PRODUCT_SPOT,
  REJECT_MALFORMED,
  REJECT_PRICE,
  REJECT_SYMBOL,
  REJECT_UNATTRIBUTED,
  REJECT_UNKNOWN,
  REJECT_WRONG_PRODUCT,
  SYMBOL_CONTRACT_SIZE,
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
  isText,
  numberOf,
  priceIfAny,
  priceOf,
  priceOrZeroOf,
  required,
  sequenceOf,
  sideOf,
  sizeOf,
  timeOf,
} from "../fields";
import { writeLevels } from "../levels";
import { endMessage, fill, head, put, written } from "../records";
import { firstOf, nextOf, readText, readWords, skipSpace, textAt, textBytes, validate, word0, wordsAre } from "../scan";
import { findInstrument, findSymbol, noSymbol, noteReceived, resolve, resolved, takeSymbol } from "../symbols";
import {
  FIELD_ASK_SIZE,
  FIELD_ASKS,
  FIELD_AVERAGE,
  FIELD_BID_SIZE,
  FIELD_BIDS,
  FIELD_DATA,
  FIELD_EVENT,
  FIELD_EVENT_TIME,
  FIELD_FILLED,
  FIELD_FIRST_ID,
  FIELD_INDEX,
  FIELD_IS_MAKER,
  FIELD_LAST_ID,
  FIELD_LONG_SYMBOL,
  FIELD_OPEN_INTEREST,
  FIELD_ORDER,
  FIELD_PAIR,
  FIELD_PREVIOUS_ID,
  FIELD_PRICE,
  FIELD_RATE,
  FIELD_REPLY,
  FIELD_REPLY_TIME,
  FIELD_SIDE,
  FIELD_SIZE,
  FIELD_SNAPSHOT_ASKS,
  FIELD_SNAPSHOT_BIDS,
  FIELD_SNAPSHOT_ID,
  FIELD_STREAM,
  FIELD_SYMBOL,
  FIELD_TIME,
  FIELD_TRADE_ID,
  FIELD_TYPE,
  readFields,
} from "./binance-fields";

/** Decodes the frame at [at, end) by its keys alone: records, 0 not used, below 0 refused. */
export function binanceGeneral(lane: usize, at: usize, end: usize): i32 {
  clearFault();
  const status = validate(at, end);
  if (status != 0) return status;
  const root = skipSpace(at, end);
  if (load<u8>(root) == 0x5b) return elements(lane, root, 0);
  if (load<u8>(root) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, root);
  const stream = field(lane, FIELD_STREAM);
  const data = field(lane, FIELD_DATA);
  if (stream == 0 || data == 0) return event(lane, 0);
  if (!isText(stream)) return REJECT_MALFORMED;
  if (load<u8>(data) == 0x5b) return elements(lane, data, stream);
  if (load<u8>(data) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, data);
  return event(lane, stream);
}

/** Channels of all symbols (`!markPrice@arr`): each element is a message of its own. */
function elements(lane: usize, list: usize, stream: usize): i32 {
  for (let element = firstOf(list); element != 0; element = nextOf(element)) {
    if (load<u8>(element) != 0x7b) return REJECT_UNKNOWN;
    readFields(lane, element);
    const status = event(lane, stream);
    if (status < 0) return status;
    if (load<u32>(lane, MESSAGE_CLASS) != CLASS_MARKET) return REJECT_UNKNOWN;
  }
  return written();
}

const EVENT_DEPTH: u64 = 0x6470556874706564; // depthUpd
const EVENT_DEPTH_END: u64 = 0x657461; // ate
const EVENT_TICKER: u64 = 0x6b6369546b6f6f62; // bookTick
const EVENT_TICKER_END: u64 = 0x7265; // er
const EVENT_TRADE: u64 = 0x6564617274; // trade
const EVENT_AGGREGATE: u64 = 0x6564617254676761; // aggTrade
const EVENT_MARK: u64 = 0x636972506b72616d; // markPric
const EVENT_MARK_END: u64 = 0x65746164705565; // eUpdate
const EVENT_FORCE: u64 = 0x64724f6563726f66; // forceOrd
const EVENT_FORCE_END: u64 = 0x7265; // er

/** One message, its fields read. */
function event(lane: usize, stream: usize): i32 {
  if (field(lane, FIELD_PAIR) != 0 && load<u32>(lane, MESSAGE_PRODUCT) != PRODUCT_COINM) return REJECT_WRONG_PRODUCT;
  const name = field(lane, FIELD_EVENT);
  if (name == 0) return unnamed(lane, stream);
  if (!isText(name)) return REJECT_UNKNOWN;
  readWords(name);
  if (wordsAre(11, EVENT_DEPTH, EVENT_DEPTH_END)) return depth(lane, stream);
  if (wordsAre(10, EVENT_TICKER, EVENT_TICKER_END)) return bookTicker(lane);
  if (wordsAre(5, EVENT_TRADE)) return trade(lane, 0, FIELD_TRADE_ID);
  if (wordsAre(8, EVENT_AGGREGATE)) return trade(lane, FLAG_AGGREGATE, FIELD_ASKS);
  if (wordsAre(15, EVENT_MARK, EVENT_MARK_END)) return mark(lane);
  if (wordsAre(10, EVENT_FORCE, EVENT_FORCE_END)) return liquidation(lane);
  return isIgnoredEvent() ? notUsed(lane) : REJECT_UNKNOWN;
}

/** Messages without `e`: spot bookTicker, and replies. */
function unnamed(lane: usize, stream: usize): i32 {
  if (field(lane, FIELD_SNAPSHOT_ID) != 0) return snapshot(lane, stream);
  if (field(lane, FIELD_LAST_ID) != 0 && field(lane, FIELD_BID_SIZE) != 0) return bookTicker(lane);
  if (field(lane, FIELD_OPEN_INTEREST) != 0) return openInterest(lane);
  return field(lane, FIELD_REPLY) != 0 ? 0 : REJECT_UNKNOWN;
}

const IGNORED_KLINE: u64 = 0x656e696c6b; // kline
const IGNORED_INDEX: u64 = 0x7865646e69; // index
const IGNORED_AVERAGE: u64 = 0x6563697250677661; // avgPrice
const IGNORED_DAY_TICKER: u64 = 0x6b63695472683432; // 24hrTick
const IGNORED_MINI_TICKER: u64 = 0x696e694d72683432; // 24hrMini
const IGNORED_HOUR_TICKER: u64 = 0x72656b6369546831; // 1hTicker
const IGNORED_FOUR_HOUR_TICKER: u64 = 0x72656b6369546834; // 4hTicker
const IGNORED_ONE_DAY_TICKER: u64 = 0x72656b6369546431; // 1dTicker
const IGNORED_INDEX_PRICE: u64 = 0x6972507865646e69; // indexPri
const IGNORED_CONTINUOUS: u64 = 0x6f756e69746e6f63; // continuo
const IGNORED_CONTRACT: u64 = 0x74636172746e6f63; // contract
const IGNORED_ASSET_INDEX: u64 = 0x646e497465737361; // assetInd
const IGNORED_COMPOSITE: u64 = 0x7469736f706d6f63; // composit
const IGNORED_SHUTDOWN: u64 = 0x6853726576726573; // serverSh
const IGNORED_REFERENCE: u64 = 0x636e657265666572; // referenc
const IGNORED_BLOCK_TRADE: u64 = 0x6172546b636f6c62; // blockTra
const IGNORED_OPEN_INTEREST: u64 = 0x65746e496e65706f; // openInte

/** Well-known events that nothing here is made of, by the first 8 letters of their names. */
function isIgnoredEvent(): bool {
  const name = word0;
  return (
    wordsAre(5, IGNORED_KLINE) ||
    wordsAre(5, IGNORED_INDEX) ||
    name == IGNORED_AVERAGE ||
    name == IGNORED_DAY_TICKER ||
    name == IGNORED_MINI_TICKER ||
    name == IGNORED_HOUR_TICKER ||
    name == IGNORED_FOUR_HOUR_TICKER ||
    name == IGNORED_ONE_DAY_TICKER ||
    name == IGNORED_INDEX_PRICE ||
    name == IGNORED_CONTINUOUS ||
    name == IGNORED_CONTRACT ||
    name == IGNORED_ASSET_INDEX ||
    name == IGNORED_COMPOSITE ||
    name == IGNORED_SHUTDOWN ||
    name == IGNORED_REFERENCE ||
    name == IGNORED_BLOCK_TRADE ||
    name == IGNORED_OPEN_INTEREST ||
    name == EVENT_MARK // markPrice of options, kline of mark prices
  );
}

/** A frame that is understood and not used still shows that its symbol is alive. */
function notUsed(lane: usize): i32 {
  const symbol = field(lane, FIELD_SYMBOL);
  if (!isText(symbol) || readText(lane, symbol) != 0 || textBytes < 1 || textBytes > SYMBOL_NAME_BYTES) return 0;
  const slot = findSymbol(lane, textAt, textBytes, load<u32>(lane, MESSAGE_PRODUCT));
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

/** The message is complete unless something was wrong with it. */
function finish(lane: usize, slot: usize): i32 {
  if (fault() != 0) return fault();
  endMessage();
  noteReceived(lane, slot);
  return written();
}

function depth(lane: usize, stream: usize): i32 {
  const isSpot = load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_SPOT;
  if ((field(lane, FIELD_PREVIOUS_ID) == 0) != isSpot) return REJECT_WRONG_PRODUCT;
  if (isPartial(lane, stream)) return notUsed(lane);
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = timeOf(lane, required(lane, FIELD_EVENT_TIME));
  const first = idOf(lane, required(lane, FIELD_FIRST_ID));
  const last = idOf(lane, required(lane, FIELD_LAST_ID));
  const previous = isSpot ? NaN : idOf(lane, required(lane, FIELD_PREVIOUS_ID));
  const bids = container(lane, FIELD_BIDS, 0x5b);
  const asks = container(lane, FIELD_ASKS, 0x5b);
  if (fault() != 0) return fault();
  store<u32>(lane, CLASS_DELTA, MESSAGE_CLASS);
  store<f64>(lane, first, MESSAGE_FIRST_ID);
  store<f64>(lane, last, MESSAGE_LAST_ID);
  store<f64>(lane, previous, MESSAGE_PREVIOUS_ID);
  const records = writeLevels(lane, bids, asks, slot, KIND_DEPTH, timeUs, <u64>last);
  if (records > 0) noteReceived(lane, slot);
  return records;
}

const STREAM_DEPTH: u64 = 0x687470656440; // @depth

/** `@depth5`, `@depth20@100ms`: the top of the book on each push, no change of it. */
function isPartial(lane: usize, stream: usize): bool {
  if (stream == 0 || readText(lane, stream) != 0) return false;
  for (let i = 0; i + 6 < textBytes; i++)
    if ((load<u64>(textAt + i) & 0xffffffffffff) == STREAM_DEPTH) return <u32>load<u8>(textAt + i, 6) - 0x30 < 10;
  return false;
}

/** Price and size of a side of the touch; both 0 means that there is none. */
function touch(lane: usize, slot: usize, at: usize, price: usize, size: usize): void {
  const value = priceOrZeroOf(lane, price);
  const base = baseSizeOf(lane, size, slot, value);
  const isNone = value == 0 && sizeOf(lane, size) == 0;
  if (value == 0 && !isNone) fail(REJECT_PRICE); // a size at no price
  store<f64>(at, isNone ? NaN : value);
  store<f64>(at, isNone ? NaN : base, 8);
}

function bookTicker(lane: usize): i32 {
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const sequence = sequenceOf(lane, required(lane, FIELD_LAST_ID));
  const timeUs = timeOf(lane, field(lane, FIELD_EVENT_TIME));
  const bid = required(lane, FIELD_BIDS);
  const bidSize = required(lane, FIELD_BID_SIZE);
  const ask = required(lane, FIELD_ASKS);
  const askSize = required(lane, FIELD_ASK_SIZE);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_BBO, 0), timeUs, sequence);
  if (at == 0) return NEED_SPACE;
  touch(lane, slot, at + 32, bid, bidSize);
  touch(lane, slot, at + 48, ask, askSize);
  return finish(lane, slot);
}

const TYPE_MARKET: u64 = 0x54454b52414d; // MARKET

function trade(lane: usize, flags: u32, idField: i32): i32 {
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = timeOf(lane, required(lane, FIELD_EVENT_TIME));
  const tradeUs = timeOf(lane, required(lane, FIELD_TIME));
  // The first generation of aggTrade had no id.
  const id = flags == FLAG_AGGREGATE ? field(lane, idField) : required(lane, idField);
  const sequence = sequenceOf(lane, id);
  if (booleanOf(required(lane, FIELD_IS_MAKER))) flags |= FLAG_SELL;
  const type = field(lane, FIELD_TYPE);
  if (type != 0) {
    if (!isText(type)) return REJECT_MALFORMED;
    readWords(type);
    if (!wordsAre(6, TYPE_MARKET)) flags |= FLAG_EXCLUDED;
  }
  const priceAt = required(lane, FIELD_PRICE);
  const price = (flags & FLAG_EXCLUDED) != 0 ? priceOrZeroOf(lane, priceAt) : priceOf(lane, priceAt);
  const sizeAt = required(lane, FIELD_SIZE);
  const native = sizeOf(lane, sizeAt);
  const size = baseSizeOf(lane, sizeAt, slot, price);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_TRADE, flags), timeUs, sequence);
  if (at == 0) return NEED_SPACE;
  fill(at, price, size, native, tradeUs);
  return finish(lane, slot);
}

function mark(lane: usize): i32 {
  if (load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_SPOT) return REJECT_WRONG_PRODUCT;
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = timeOf(lane, required(lane, FIELD_EVENT_TIME));
  const price = priceOf(lane, required(lane, FIELD_PRICE));
  const index = priceIfAny(lane, field(lane, FIELD_INDEX));
  const rateAt = field(lane, FIELD_RATE);
  const nextAt = field(lane, FIELD_TIME);
  // Dated futures have no funding: an empty rate, or a next payment at 0.
  const hasFunding = !isAbsent(rateAt) && !isAbsent(nextAt) && !isZero(lane, nextAt);
  const rate = hasFunding ? numberOf(lane, rateAt, REJECT_MALFORMED) : NaN;
  const nextUs = hasFunding ? timeOf(lane, nextAt) : NaN;
  if (fault() != 0) return fault();
  let at = put(head(slot, KIND_MARK, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, price, index, NaN, NaN);
  if (hasFunding) {
    at = put(head(slot, KIND_FUNDING, 0), timeUs, 0);
    if (at == 0) return NEED_SPACE;
    fill(at, rate, NaN, nextUs, NaN);
  }
  return finish(lane, slot);
}

function isZero(lane: usize, value: usize): bool {
  return sequenceOf(lane, value) == 0;
}

const SIDE_BUY: u64 = 0x595542; // BUY
const SIDE_SELL: u64 = 0x4c4c4553; // SELL

function liquidation(lane: usize): i32 {
  if (load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_SPOT) return REJECT_WRONG_PRODUCT;
  const timeUs = timeOf(lane, required(lane, FIELD_EVENT_TIME));
  const order = container(lane, FIELD_ORDER, 0x7b);
  if (fault() != 0) return fault();
  readFields(lane, order);
  if (field(lane, FIELD_PAIR) != 0 && load<u32>(lane, MESSAGE_PRODUCT) != PRODUCT_COINM) return REJECT_WRONG_PRODUCT;
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  // The order closes the position: a buy order means that a short was liquidated.
  const isShort = sideOf(required(lane, FIELD_SIDE), 3, SIDE_BUY, 4, SIDE_SELL);
  const average = priceIfAny(lane, field(lane, FIELD_AVERAGE));
  const hasAverage = average > 0;
  const price = hasAverage ? average : priceOf(lane, required(lane, FIELD_PRICE));
  const filled = field(lane, FIELD_FILLED);
  const sizeAt = isAbsent(filled) ? required(lane, FIELD_SIZE) : filled;
  const native = sizeOf(lane, sizeAt);
  const size = baseSizeOf(lane, sizeAt, slot, price);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_LIQUIDATION, isShort ? FLAG_SELL : 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, price, size, native, hasAverage ? LIQUIDATION_PRICE_AVERAGE : LIQUIDATION_PRICE_ORDER);
  return finish(lane, slot);
}

function openInterest(lane: usize): i32 {
  const status = symbol(lane, FIELD_LONG_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = timeOf(lane, field(lane, FIELD_REPLY_TIME));
  const native = sizeOf(lane, required(lane, FIELD_OPEN_INTEREST));
  // Contracts of quote currency say nothing about base coin while no price is known.
  const isInverse = load<u32>(slot, SYMBOL_UNIT) == UNIT_INVERSE;
  const size = baseSizeOf(lane, field(lane, FIELD_OPEN_INTEREST), slot, 1);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_OPEN_INTEREST, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, isInverse ? NaN : size, isInverse ? native * load<f64>(slot, SYMBOL_CONTRACT_SIZE) : NaN, NaN, NaN);
  return finish(lane, slot);
}

function snapshot(lane: usize, stream: usize): i32 {
  const status = snapshotSymbol(lane, stream);
  if (status != 0) return status;
  if (resolved == 0) return 0;
  const slot = resolved;
  const id = idOf(lane, required(lane, FIELD_SNAPSHOT_ID));
  const timeUs = timeOf(lane, field(lane, FIELD_EVENT_TIME));
  const bids = container(lane, FIELD_SNAPSHOT_BIDS, 0x5b);
  const asks = container(lane, FIELD_SNAPSHOT_ASKS, 0x5b);
  if (fault() != 0) return fault();
  store<u32>(lane, CLASS_SNAPSHOT, MESSAGE_CLASS);
  store<f64>(lane, id, MESSAGE_FIRST_ID);
  store<f64>(lane, id, MESSAGE_LAST_ID);
  const records = writeLevels(lane, bids, asks, slot, KIND_SNAPSHOT, timeUs, <u64>id);
  if (records > 0) noteReceived(lane, slot);
  return records;
}

const STREAM_SNAPSHOT: u64 = 0x6e53687470656440; // @depthSn
const STREAM_SNAPSHOT_END: u64 = 0x746f68737061; // apshot

/** Whose book a snapshot is. `resolved` is 0 for the partial books of a stream, which name nobody. */
function snapshotSymbol(lane: usize, stream: usize): i32 {
  if (field(lane, FIELD_LONG_SYMBOL) != 0) return symbol(lane, FIELD_LONG_SYMBOL);
  if (field(lane, FIELD_SYMBOL) != 0) return symbol(lane, FIELD_SYMBOL);
  if (stream != 0) return generatedSymbol(lane, stream);
  const hint = load<u32>(lane, MESSAGE_HINT);
  if (hint == 0) return NEED_INSTRUMENT;
  return hintedSymbol(lane, hint - 1);
}

/** Partial books of a stream name no symbol. */
function nobody(): i32 {
  noSymbol();
  return 0;
}

function hintedSymbol(lane: usize, instrument: u32): i32 {
  const slot = findInstrument(lane, instrument);
  if (slot == 0) return REJECT_UNATTRIBUTED;
  takeSymbol(lane, slot);
  return 0;
}

/** Recorders put REST snapshots between the frames as `btcusdt@depthSnapshot`. */
function generatedSymbol(lane: usize, stream: usize): i32 {
  const status = readText(lane, stream);
  if (status != 0) return status;
  const length = textBytes - 14;
  const at = textAt + length;
  if (length < 1 || load<u64>(at) != STREAM_SNAPSHOT || (load<u64>(at, 8) & 0xffffffffffff) != STREAM_SNAPSHOT_END)
    return nobody();
  if (length > SYMBOL_NAME_BYTES) return REJECT_SYMBOL;
  const name = lane + LANE_TEXT;
  for (let i = 0; i < length; i++) {
    const byte = load<u8>(textAt + i);
    store<u8>(name + i, byte - 0x61 < 26 ? byte - 0x20 : byte);
  }
  return resolve(lane, name, length);
}
