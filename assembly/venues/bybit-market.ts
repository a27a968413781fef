// Bybit v5: trades, liquidations and tickers, by the general scanner.
import {
  FLAG_EXCLUDED,
  FLAG_SELL,
  KIND_FUNDING,
  KIND_LIQUIDATION,
  KIND_MARK,
  KIND_OPEN_INTEREST,
  KIND_TRADE,
  LIQUIDATION_PRICE_BANKRUPTCY,
  MESSAGE_KNOWN_ONLY,
  MESSAGE_PRODUCT,
  NEED_SPACE,
  NEED_SYMBOL,
  PRODUCT_OPTION,
  REJECT_CONTRACT_SIZE,
  REJECT_MALFORMED,
  SYMBOL_CONTRACT_SIZE,
  SYMBOL_UNIT,
  UNIT_INVERSE,
} from "../../src/layout";
import {
  baseSizeOf,
  booleanOf,
  container,
  fault,
  field,
  isAbsent,
  isSequence,
  numberOf,
  priceIfAny,
  priceOf,
  required,
  sequenceOf,
  sideOf,
  sizeOf,
  timeOf,
} from "../fields";
import { symbol } from "../message";
import { baseSize, endMessage, fill, hasUnit, head, put, written } from "../records";
import { noteReceived, resolved } from "../symbols";
import { firstOf, nextOf } from "../walk";
import {
  FIELD_DATA,
  FIELD_INDEX,
  FIELD_INTERVAL,
  FIELD_IS_BLOCK,
  FIELD_LONG_SYMBOL,
  FIELD_MARK,
  FIELD_NEXT,
  FIELD_OPEN_INTEREST,
  FIELD_OPEN_VALUE,
  FIELD_PRICE,
  FIELD_RATE,
  FIELD_SENT,
  FIELD_SEQUENCE,
  FIELD_SIDE,
  FIELD_SIZE,
  FIELD_SYMBOL,
  FIELD_TIME,
  FIELD_TRADE_ID,
  readFields,
} from "./bybit-fields";
import { optionTicker } from "./bybit-option";

/** publicTrade and allLiquidation: one record an element, one message as long as the symbol stays the same. */
export function elements(lane: usize, isTrade: bool): i32 {
  const timeUs = timeOf(lane, required(lane, FIELD_SENT));
  const list = container(lane, FIELD_DATA, 0x5b);
  if (fault() != 0) return fault();
  let slot: usize = 0;
  for (let element = firstOf(list); element != 0; element = nextOf(element)) {
    if (load<u8>(element) != 0x7b) return REJECT_MALFORMED;
    readFields(lane, element);
    const status = symbol(lane, FIELD_SYMBOL);
    if (status == NEED_SYMBOL && passesOver(lane)) continue;
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
    if (symbol(lane, FIELD_SYMBOL) == 0) noteReceived(lane, resolved);
  }
  return written();
}

/** Trades of options come by their coin: a live lane passes over those of options that nobody follows. */
function passesOver(lane: usize): bool {
  return load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_OPTION && load<u8>(lane, MESSAGE_KNOWN_ONLY) != 0;
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
export function ticker(lane: usize): i32 {
  const timeUs = timeOf(lane, required(lane, FIELD_SENT));
  const data = container(lane, FIELD_DATA, 0x7b);
  if (fault() != 0) return fault();
  if (load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_OPTION) return optionTicker(lane, data, timeUs);
  readFields(lane, data);
  const markAt = field(lane, FIELD_MARK);
  const mark = isAbsent(markAt) ? NaN : priceOf(lane, markAt);
  const index = priceIfAny(lane, field(lane, FIELD_INDEX));
  const rate = numberIfAny(lane, field(lane, FIELD_RATE));
  const interval = numberIfAny(lane, field(lane, FIELD_INTERVAL));
  const nextUs = timeIfAny(lane, field(lane, FIELD_NEXT));
  const openAt = field(lane, FIELD_OPEN_INTEREST);
  const native = isAbsent(openAt) ? NaN : sizeOf(lane, openAt);
  const valueAt = field(lane, FIELD_OPEN_VALUE);
  const value = isAbsent(valueAt) ? NaN : sizeOf(lane, valueAt);
  if (fault() != 0) return fault();
  // Spot: nothing that is kept here, so the symbol need not be known.
  if (isNaN(mark) && isNaN(index) && isNaN(rate) && isNaN(interval) && isNaN(nextUs) && isNaN(native))
    return 0;
  const status = symbol(lane, FIELD_LONG_SYMBOL);
  if (status != 0) return status;
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
  if (written() == 0) return 0;
  endMessage();
  noteReceived(lane, slot);
  return written();
}
