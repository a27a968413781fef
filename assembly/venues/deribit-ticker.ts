// Deribit v2: tickers, quotes, and the marks of options and perpetuals.
import {
  KIND_BBO,
  KIND_DAY,
  KIND_FUNDING,
  KIND_GREEKS,
  KIND_MARK,
  KIND_OPEN_INTEREST,
  KIND_VOLATILITY,
  MESSAGE_PRODUCT,
  NEED_SPACE,
  PRODUCT_OPTION,
  REJECT_CONTRACT_SIZE,
  REJECT_MALFORMED,
  REJECT_UNKNOWN,
  SYMBOL_CONTRACT_SIZE,
  SYMBOL_UNIT,
  UNIT_INVERSE,
} from "../../src/layout";
import {
  baseSizeOf,
  fail,
  fault,
  field,
  isAbsent,
  numberOf,
  priceIfAny,
  required,
  sizeOf,
  timeOf,
} from "../fields";
import { finish } from "../message";
import { baseSize, endMessage, fill, hasUnit, head, put, written } from "../records";
import { noteReceived, resolved } from "../symbols";
import { firstOf, nextOf, textAt } from "../walk";
import { instrument, instrumentOf, named, PASSED_OVER, partEnd, parts } from "./deribit-channel";
import { FIELD_TIMESTAMP } from "./deribit-fields";
import {
  FIELD_ASK,
  FIELD_ASK_AMOUNT,
  FIELD_ASK_IV,
  FIELD_BID,
  FIELD_BID_AMOUNT,
  FIELD_BID_IV,
  FIELD_DELTA,
  FIELD_FUNDING,
  FIELD_GAMMA,
  FIELD_GREEKS,
  FIELD_INDEX,
  FIELD_IV,
  FIELD_MARK,
  FIELD_MARK_IV,
  FIELD_OPEN_INTEREST,
  FIELD_STATS,
  FIELD_THETA,
  FIELD_UNDERLYING,
  FIELD_VEGA,
  FIELD_VOLUME,
  FIELD_VOLUME_NOTIONAL,
  FIELD_VOLUME_USD,
  readInner,
  readTicker,
} from "./deribit-ticker-fields";

/**
 * Hours that `current_funding` is a rate of. Funding accrues every moment and is never due at a time: what
 * a position pays over h hours is current_funding * h / 8. So the rate is recorded with 8 hours and
 * without a next payment. Read off the recording of 2026-08-12: (63346.33 - 63329.18) / 63329.18 is
 * 2.7081e-4, less the 0.025 % that are free is 2.081e-5, its current_funding. `funding_8h` is what was
 * paid over the past 8 hours, no rate of now and no forecast, so it is not kept.
 */
const FUNDING_HOURS: f64 = 8;

/** One message under way: time and slot of all its records. */
let slot: usize = 0;
let timeUs: f64 = NaN;

function record(kind: u32, first: f64, second: f64, third: f64, fourth: f64): bool {
  const at = put(head(slot, kind, 0), timeUs, 0);
  if (at != 0) fill(at, first, second, third, fourth);
  return at != 0;
}

/** Reads the element of one instrument: 0, PASSED_OVER, or what is wrong. */
function open(lane: usize, channel: usize, data: usize): i32 {
  if (load<u8>(data) != 0x7b) return REJECT_MALFORMED;
  readTicker(lane, data);
  const status = instrumentOf(lane, channel);
  if (status != 0) return status;
  slot = resolved;
  timeUs = timeOf(lane, required(lane, FIELD_TIMESTAMP));
  return fault();
}

/** The best price of a side; NaN where it has none, which the venue says by null or 0, of price or of amount. */
let sidePrice: f64 = NaN;
let sideSize: f64 = NaN;

function readSide(lane: usize, priceIndex: i32): void {
  sidePrice = priceIfAny(lane, field(lane, priceIndex));
  sideSize = NaN;
  if (isNaN(sidePrice)) return;
  sideSize = baseSizeOf(lane, required(lane, priceIndex + 1), slot, sidePrice);
  if (sideSize != 0) return;
  sidePrice = NaN;
  sideSize = NaN;
}

/** quote.{instrument}: the touch. */
export function quote(lane: usize, channel: usize, data: usize): i32 {
  if (parts() != 2) return REJECT_UNKNOWN;
  const status = open(lane, channel, data);
  if (status != 0) return status == PASSED_OVER ? 0 : status;
  const touch = writeTouch(lane);
  return touch != 0 ? touch : finish(lane, slot);
}

function writeTouch(lane: usize): i32 {
  readSide(lane, FIELD_BID);
  const bid = sidePrice;
  const bidSize = sideSize;
  readSide(lane, FIELD_ASK);
  if (fault() != 0) return fault();
  return record(KIND_BBO, bid, bidSize, sidePrice, sideSize) ? 0 : NEED_SPACE;
}

/** A percentage as a fraction; NaN where there is none, which the venue says by 0. */
function percentage(lane: usize, index: i32): f64 {
  const value = field(lane, index);
  const percent = isAbsent(value) ? NaN : numberOf(lane, value, REJECT_MALFORMED);
  if (percent < 0) fail(REJECT_MALFORMED);
  return percent > 0 ? percent / 100 : NaN;
}

function numberIfAny(lane: usize, index: i32): f64 {
  const value = field(lane, index);
  return isAbsent(value) ? NaN : numberOf(lane, value, REJECT_MALFORMED);
}

function sizeIfAny(lane: usize, index: i32): f64 {
  const value = field(lane, index);
  return isAbsent(value) ? NaN : sizeOf(lane, value);
}

/**
 * ticker.{instrument}.{interval}, whole every time, and incremental_ticker.{instrument}, of which all but
 * the first message tell what changed. That may be the amount at an unchanged best price, so the
 * incremental one gives no touch.
 */
export function ticker(lane: usize, channel: usize, data: usize, isWhole: bool): i32 {
  if (parts() != (isWhole ? 3 : 2)) return REJECT_UNKNOWN;
  const status = open(lane, channel, data);
  if (status != 0) return status == PASSED_OVER ? 0 : status;
  if (isWhole) {
    const touch = writeTouch(lane);
    if (touch != 0) return touch;
  }
  const mark = priceIfAny(lane, field(lane, FIELD_MARK));
  const index = priceIfAny(lane, field(lane, FIELD_INDEX));
  const rate = numberIfAny(lane, FIELD_FUNDING);
  let hasRoom: bool = true;
  if (mark == mark || index == index) hasRoom = record(KIND_MARK, mark, index, NaN, NaN);
  if (hasRoom && rate == rate) hasRoom = record(KIND_FUNDING, rate, FUNDING_HOURS, NaN, NaN);
  if (hasRoom) hasRoom = writeVolatility(lane, isWhole);
  if (hasRoom) hasRoom = writeOpenInterest(lane, mark);
  if (hasRoom) hasRoom = writeDay(lane);
  if (fault() != 0) return fault();
  if (!hasRoom) return NEED_SPACE;
  return written() == 0 ? 0 : finish(lane, slot);
}

/** A volatility of a side that has no quote means nothing: an expired option has an `ask_iv` of 500. */
function hasNoQuote(lane: usize, priceIndex: i32, isWhole: bool): bool {
  if (!isWhole && field(lane, priceIndex) == 0) return false;
  readSide(lane, priceIndex);
  return isNaN(sidePrice);
}

/** Volatilities and greeks: false when there is no room. */
function writeVolatility(lane: usize, isWhole: bool): bool {
  const bidIv = percentage(lane, FIELD_BID_IV);
  const askIv = percentage(lane, FIELD_ASK_IV);
  const bid = hasNoQuote(lane, FIELD_BID, isWhole) ? NaN : bidIv;
  const ask = hasNoQuote(lane, FIELD_ASK, isWhole) ? NaN : askIv;
  const mark = percentage(lane, FIELD_MARK_IV);
  const underlying = priceIfAny(lane, field(lane, FIELD_UNDERLYING));
  if (bid == bid || ask == ask || mark == mark || underlying == underlying)
    if (!record(KIND_VOLATILITY, bid, ask, mark, underlying)) return false;
  if (!readInside(lane, FIELD_GREEKS)) return true;
  const delta = numberIfAny(lane, FIELD_DELTA);
  const gamma = numberIfAny(lane, FIELD_GAMMA);
  const vega = numberIfAny(lane, FIELD_VEGA);
  const theta = numberIfAny(lane, FIELD_THETA);
  if (isNaN(delta) && isNaN(gamma) && isNaN(vega) && isNaN(theta)) return true;
  return record(KIND_GREEKS, delta, gamma, vega, theta);
}

/** Reads the keys of an object in the ticker: false when it is not there. */
function readInside(lane: usize, index: i32): bool {
  const object = field(lane, index);
  if (isAbsent(object)) return false;
  if (load<u8>(object) != 0x7b) {
    fail(REJECT_MALFORMED);
    return false;
  }
  readInner(lane, object);
  return true;
}

/** In US dollars for inverse contracts, else in base coin: false when there is no room. */
function writeOpenInterest(lane: usize, mark: f64): bool {
  const native = sizeIfAny(lane, FIELD_OPEN_INTEREST);
  if (isNaN(native)) return true;
  if (!hasUnit(slot)) fail(REJECT_CONTRACT_SIZE);
  if (fault() != 0) return true;
  const isInverse = load<u32>(slot, SYMBOL_UNIT) == UNIT_INVERSE;
  if (!isInverse) return record(KIND_OPEN_INTEREST, baseSize(slot, native, 1), NaN, NaN, NaN);
  const base = mark == mark ? baseSize(slot, native, mark) : NaN;
  return record(KIND_OPEN_INTEREST, base, native * load<f64>(slot, SYMBOL_CONTRACT_SIZE), NaN, NaN);
}

/**
 * `volume` is base coin in every product. `volume_notional` is quote currency; before it came, `volume_usd`
 * was the same for inverse contracts. Of options neither is the premium paid.
 */
function writeDay(lane: usize): bool {
  if (!readInside(lane, FIELD_STATS)) return true;
  const volume = sizeIfAny(lane, FIELD_VOLUME);
  const notional = sizeIfAny(lane, FIELD_VOLUME_NOTIONAL);
  const dollars = sizeIfAny(lane, FIELD_VOLUME_USD);
  const isInverse = load<u32>(slot, SYMBOL_UNIT) == UNIT_INVERSE;
  let turnover = isNaN(notional) && isInverse ? dollars : notional;
  if (load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_OPTION) turnover = NaN;
  return (isNaN(volume) && isNaN(turnover)) || record(KIND_DAY, volume, turnover, NaN, NaN);
}

/** perpetual.{instrument}.{interval}: the index; the unit of its `interest` is written nowhere. */
export function perpetual(lane: usize, channel: usize, data: usize): i32 {
  if (parts() != 3) return REJECT_UNKNOWN;
  if (load<u8>(data) != 0x7b) return REJECT_MALFORMED;
  const from = partEnd(0) + 1;
  const status = named(lane, textAt + from, partEnd(from) - from);
  if (status != 0) return status == PASSED_OVER ? 0 : status;
  slot = resolved;
  readTicker(lane, data);
  timeUs = timeOf(lane, required(lane, FIELD_TIMESTAMP));
  const index = priceIfAny(lane, field(lane, FIELD_INDEX));
  if (fault() != 0) return fault();
  if (isNaN(index)) return 0;
  return record(KIND_MARK, NaN, index, NaN, NaN) ? finish(lane, slot) : NEED_SPACE;
}

/**
 * markprice.options.{index}: mark and volatility of every option on an index, one message each. Its `iv`
 * is a fraction, unlike the ticker's. Source: docs.deribit.com, markprice.options.
 */
export function optionMarks(lane: usize, data: usize): i32 {
  if (parts() != 3) return REJECT_UNKNOWN;
  if (load<u8>(data) != 0x5b) return REJECT_MALFORMED;
  for (let element = firstOf(data); element != 0; element = nextOf(element)) {
    if (load<u8>(element) != 0x7b) return REJECT_MALFORMED;
    readTicker(lane, element);
    const status = instrument(lane);
    if (status == PASSED_OVER) continue;
    if (status != 0) return status;
    slot = resolved;
    const time = field(lane, FIELD_TIMESTAMP);
    timeUs = isAbsent(time) ? NaN : timeOf(lane, time);
    const mark = priceIfAny(lane, field(lane, FIELD_MARK));
    const iv = numberIfAny(lane, FIELD_IV);
    if (iv < 0) fail(REJECT_MALFORMED);
    if (fault() != 0) return fault();
    if (isNaN(mark) && !(iv > 0)) continue;
    if (mark == mark && !record(KIND_MARK, mark, NaN, NaN, NaN)) return NEED_SPACE;
    if (iv > 0 && !record(KIND_VOLATILITY, NaN, NaN, iv, NaN)) return NEED_SPACE;
    endMessage();
  }
  if (written() == 0) return 0;
  for (let element = firstOf(data); element != 0; element = nextOf(element)) {
    readTicker(lane, element);
    if (instrument(lane) == 0) noteReceived(lane, resolved);
  }
  return written();
}
