// Bybit v5: tickers of options, always whole. One message of several records.
import {
  KIND_BBO,
  KIND_DAY,
  KIND_GREEKS,
  KIND_MARK,
  KIND_OPEN_INTEREST,
  KIND_VOLATILITY,
  NEED_SPACE,
  REJECT_CONTRACT_SIZE,
  REJECT_MALFORMED,
  REJECT_PRICE,
} from "../../src/layout";
import {
  clearFields,
  fail,
  field,
  isAbsent,
  numberOf,
  priceIfAny,
  priceOrZeroOf,
  setField,
  sizeOf,
} from "../fields";
import { finish, symbol } from "../message";
import { baseSize, fill, hasUnit, head, put } from "../records";
import { resolved } from "../symbols";
import { firstOf, nextOf, readWords, valueOf, wordBytes, wordsAre } from "../walk";

const FIELD_SYMBOL: i32 = 0;
const FIELD_BID: i32 = 1;
const FIELD_BID_SIZE: i32 = 2;
const FIELD_ASK: i32 = 3;
const FIELD_ASK_SIZE: i32 = 4;
const FIELD_MARK: i32 = 5;
const FIELD_INDEX: i32 = 6;
const FIELD_BID_VOLATILITY: i32 = 7;
const FIELD_ASK_VOLATILITY: i32 = 8;
const FIELD_MARK_VOLATILITY: i32 = 9;
const FIELD_UNDERLYING: i32 = 10;
const FIELD_DELTA: i32 = 11;
const FIELD_GAMMA: i32 = 12;
const FIELD_VEGA: i32 = 13;
const FIELD_THETA: i32 = 14;
const FIELD_OPEN_INTEREST: i32 = 15;
const FIELD_VOLUME: i32 = 16;
const FIELD_TURNOVER: i32 = 17;

const KEY_SYMBOL: u64 = 0x6c6f626d7973; // symbol
const KEY_BID: u64 = 0x6563697250646962; // bidPrice
const KEY_BID_SIZE: u64 = 0x657a6953646962; // bidSize
const KEY_BID_VOLATILITY: u64 = 0x7649646962; // bidIv
const KEY_ASK: u64 = 0x65636972506b7361; // askPrice
const KEY_ASK_SIZE: u64 = 0x657a69536b7361; // askSize
const KEY_ASK_VOLATILITY: u64 = 0x76496b7361; // askIv
const KEY_MARK: u64 = 0x636972506b72616d; // markPric
const KEY_MARK_END: u64 = 0x65; // e
const KEY_MARK_VOLATILITY_END: u64 = 0x764965; // eIv
const KEY_INDEX: u64 = 0x6972507865646e69; // indexPri
const KEY_INDEX_END: u64 = 0x6563; // ce
const KEY_UNDERLYING: u64 = 0x69796c7265646e75; // underlyi
const KEY_UNDERLYING_END: u64 = 0x6563697250676e; // ngPrice
const KEY_DELTA: u64 = 0x61746c6564; // delta
const KEY_GAMMA: u64 = 0x616d6d6167; // gamma
const KEY_VEGA: u64 = 0x61676576; // vega
const KEY_THETA: u64 = 0x6174656874; // theta
const KEY_OPEN: u64 = 0x65746e496e65706f; // openInte
const KEY_OPEN_END: u64 = 0x74736572; // rest
const KEY_VOLUME: u64 = 0x3432656d756c6f76; // volume24
const KEY_TURNOVER: u64 = 0x7265766f6e727574; // turnover
const KEY_TURNOVER_END: u64 = 0x683432; // 24h
const KEY_HOURS: u64 = 0x68; // h

/** Number of the field with the key read last, -1 for one that means nothing here. */
function fieldOf(): i32 {
  if (wordBytes < 4) return -1;
  if (wordBytes == 4) return wordsAre(4, KEY_VEGA) ? FIELD_VEGA : -1;
  if (wordBytes == 5) {
    if (wordsAre(5, KEY_BID_VOLATILITY)) return FIELD_BID_VOLATILITY;
    if (wordsAre(5, KEY_ASK_VOLATILITY)) return FIELD_ASK_VOLATILITY;
    if (wordsAre(5, KEY_DELTA)) return FIELD_DELTA;
    if (wordsAre(5, KEY_GAMMA)) return FIELD_GAMMA;
    return wordsAre(5, KEY_THETA) ? FIELD_THETA : -1;
  }
  if (wordsAre(6, KEY_SYMBOL)) return FIELD_SYMBOL;
  if (wordsAre(7, KEY_BID_SIZE)) return FIELD_BID_SIZE;
  if (wordsAre(7, KEY_ASK_SIZE)) return FIELD_ASK_SIZE;
  if (wordsAre(8, KEY_BID)) return FIELD_BID;
  if (wordsAre(8, KEY_ASK)) return FIELD_ASK;
  if (wordsAre(9, KEY_MARK, KEY_MARK_END)) return FIELD_MARK;
  if (wordsAre(9, KEY_VOLUME, KEY_HOURS)) return FIELD_VOLUME;
  if (wordsAre(10, KEY_INDEX, KEY_INDEX_END)) return FIELD_INDEX;
  if (wordsAre(11, KEY_MARK, KEY_MARK_VOLATILITY_END)) return FIELD_MARK_VOLATILITY;
  if (wordsAre(11, KEY_TURNOVER, KEY_TURNOVER_END)) return FIELD_TURNOVER;
  if (wordsAre(12, KEY_OPEN, KEY_OPEN_END)) return FIELD_OPEN_INTEREST;
  return wordsAre(15, KEY_UNDERLYING, KEY_UNDERLYING_END) ? FIELD_UNDERLYING : -1;
}

function readFields(lane: usize, object: usize): void {
  clearFields(lane);
  for (let key = firstOf(object); key != 0; ) {
    readWords(key);
    const value = valueOf(key);
    const index = fieldOf();
    if (index >= 0) setField(lane, index, value);
    key = nextOf(value);
  }
}

/** The ticker of one option, at `data`: records, or what is wrong. 0 stands for "there is none" but in the greeks. */
export function optionTicker(lane: usize, data: usize, timeUs: f64): i32 {
  readFields(lane, data);
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  if (!hasUnit(slot)) return REJECT_CONTRACT_SIZE;
  let at = put(head(slot, KIND_BBO, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  touch(lane, slot, at + 32, FIELD_BID, FIELD_BID_SIZE);
  touch(lane, slot, at + 48, FIELD_ASK, FIELD_ASK_SIZE);
  at = put(head(slot, KIND_MARK, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, priceOf(lane, FIELD_MARK), priceOf(lane, FIELD_INDEX), NaN, NaN);
  at = put(head(slot, KIND_VOLATILITY, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  const underlying = priceOf(lane, FIELD_UNDERLYING);
  const markVolatility = priceOf(lane, FIELD_MARK_VOLATILITY);
  fill(at, priceOf(lane, FIELD_BID_VOLATILITY), priceOf(lane, FIELD_ASK_VOLATILITY), markVolatility, underlying);
  at = put(head(slot, KIND_GREEKS, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, greek(lane, FIELD_DELTA), greek(lane, FIELD_GAMMA), greek(lane, FIELD_VEGA), greek(lane, FIELD_THETA));
  at = put(head(slot, KIND_OPEN_INTEREST, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, quantity(lane, slot, FIELD_OPEN_INTEREST), NaN, NaN, NaN);
  at = put(head(slot, KIND_DAY, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  const turnoverAt = field(lane, FIELD_TURNOVER);
  fill(at, quantity(lane, slot, FIELD_VOLUME), isAbsent(turnoverAt) ? NaN : sizeOf(lane, turnoverAt), NaN, NaN);
  return finish(lane, slot);
}

/** A price or a volatility; NaN where the venue gives none, or 0. */
function priceOf(lane: usize, index: i32): f64 {
  return priceIfAny(lane, field(lane, index));
}

function greek(lane: usize, index: i32): f64 {
  const value = field(lane, index);
  return isAbsent(value) ? NaN : numberOf(lane, value, REJECT_MALFORMED);
}

/** Base coin; NaN where it is not told. */
function quantity(lane: usize, slot: usize, index: i32): f64 {
  const value = field(lane, index);
  return isAbsent(value) ? NaN : baseSize(slot, sizeOf(lane, value), 1);
}

/** Price and size of a side of the touch; both 0, or absent, means that nobody is there. */
function touch(lane: usize, slot: usize, at: usize, priceField: i32, sizeField: i32): void {
  store<f64>(at, NaN);
  store<f64>(at, NaN, 8);
  const priceAt = field(lane, priceField);
  if (isAbsent(priceAt)) return;
  const price = priceOrZeroOf(lane, priceAt);
  const size = quantity(lane, slot, sizeField);
  if (price == 0) {
    if (size > 0) fail(REJECT_PRICE); // a size at no price
    return;
  }
  store<f64>(at, price);
  store<f64>(at, size, 8);
}
