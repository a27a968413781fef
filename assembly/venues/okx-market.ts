// OKX v5: trades, mark prices, funding, open interest and day figures, by the general scanner.
import {
  FLAG_AGGREGATE,
  FLAG_SELL,
  KIND_DAY,
  KIND_FUNDING,
  KIND_MARK,
  KIND_OPEN_INTEREST,
  KIND_TRADE,
  MESSAGE_KNOWN_ONLY,
  MESSAGE_PRODUCT,
  NEED_SPACE,
  NEED_SYMBOL,
  PRODUCT_SPOT,
  REJECT_CONTRACT_SIZE,
  REJECT_MALFORMED,
  SYMBOL_CONTRACT_SIZE,
  SYMBOL_UNIT,
  UNIT_INVERSE,
} from "../../src/layout";
import {
  baseSizeOf,
  fault,
  field,
  isAbsent,
  isSequence,
  numberOf,
  priceOf,
  required,
  sequenceOf,
  sizeOf,
  timeOf,
} from "../fields";
import { baseSize, endMessage, fill, hasUnit, head, put, written } from "../records";
import { noteReceived, resolved } from "../symbols";
import { firstOf, nextOf } from "../walk";
import {
  FIELD_INSTRUMENT,
  FIELD_MARK,
  FIELD_NEXT_PAYMENT,
  FIELD_NEXT_RATE,
  FIELD_OPEN_COIN,
  FIELD_OPEN_INTEREST,
  FIELD_PAYMENT,
  FIELD_PRICE,
  FIELD_RATE,
  FIELD_SIDE,
  FIELD_SIZE,
  FIELD_TIME,
  FIELD_TRADE_ID,
  FIELD_VOLUME,
  FIELD_VOLUME_COIN,
  instrument,
  isSale,
  readFields,
} from "./okx-fields";
import { liquidations } from "./okx-liquidations";
import { optionSummary } from "./okx-options";

export const CHANNEL_TRADES: i32 = 1;
export const CHANNEL_TRADES_ALL: i32 = 2;
export const CHANNEL_MARK: i32 = 3;
export const CHANNEL_FUNDING: i32 = 4;
export const CHANNEL_OPEN_INTEREST: i32 = 5;
export const CHANNEL_TICKERS: i32 = 6;
/** Channels of a whole family or product, from here on: live, most of their instruments were not asked for. */
export const CHANNEL_OPTIONS: i32 = 7;
export const CHANNEL_LIQUIDATIONS: i32 = 8;

const MICROSECONDS_AN_HOUR: f64 = 3600000000;

/**
 * Each element of `data` is of its own instrument, with its own unit, whatever stands beside it; a message
 * ends where the instrument changes. `named` is the channel's instrument, 0 where it has none.
 */
export function elements(lane: usize, named: usize, data: usize, channel: i32): i32 {
  let slot: usize = 0;
  for (let element = firstOf(data); element != 0; element = nextOf(element)) {
    const status = elementInstrument(lane, named, element);
    if (status == NEED_SYMBOL && isPassedOver(lane, channel)) continue;
    if (status != 0) return status;
    if (slot != 0 && slot != resolved && written() > 0) endMessage();
    slot = resolved;
    const refused = write(lane, slot, element, channel);
    if (refused != 0) return refused;
  }
  if (written() == 0) return 0;
  endMessage();
  // Nothing was wrong with any: now each instrument was seen.
  for (let element = firstOf(data); element != 0; element = nextOf(element))
    if (elementInstrument(lane, named, element) == 0) noteReceived(lane, resolved);
  return written();
}

/** Reads an element's fields and finds its instrument: 0, NEED_SYMBOL, or what is wrong. */
function elementInstrument(lane: usize, named: usize, element: usize): i32 {
  if (load<u8>(element) != 0x7b) return REJECT_MALFORMED;
  readFields(lane, element);
  const own = field(lane, FIELD_INSTRUMENT);
  return instrument(lane, isAbsent(own) ? named : own);
}

function isPassedOver(lane: usize, channel: i32): bool {
  return channel >= CHANNEL_OPTIONS && load<u8>(lane, MESSAGE_KNOWN_ONLY) != 0;
}

/** The records of one element: 0, or what is wrong. */
function write(lane: usize, slot: usize, element: usize, channel: i32): i32 {
  switch (channel) {
    case CHANNEL_TRADES:
      // One print per taker order, price and source: `trades-all` has them all, and counts where it is there.
      return trade(lane, slot, FLAG_AGGREGATE);
    case CHANNEL_TRADES_ALL:
      return trade(lane, slot, 0);
    case CHANNEL_MARK:
      return mark(lane, slot);
    case CHANNEL_FUNDING:
      return funding(lane, slot);
    case CHANNEL_OPEN_INTEREST:
      return openInterest(lane, slot);
    case CHANNEL_TICKERS:
      return day(lane, slot);
    case CHANNEL_OPTIONS:
      return optionSummary(lane, slot, element);
    default:
      return liquidations(lane, slot);
  }
}

function trade(lane: usize, slot: usize, flag: u32): i32 {
  const timeUs = timeOf(lane, required(lane, FIELD_TIME));
  const flags: u32 = isSale(required(lane, FIELD_SIDE)) ? flag | FLAG_SELL : flag;
  const sequence = sequenceOf(lane, required(lane, FIELD_TRADE_ID));
  const price = priceOf(lane, required(lane, FIELD_PRICE));
  const sizeAt = required(lane, FIELD_SIZE);
  const native = sizeOf(lane, sizeAt);
  const size = baseSizeOf(lane, sizeAt, slot, price);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_TRADE, flags), timeUs, sequence);
  if (at == 0) return NEED_SPACE;
  fill(at, price, size, native, timeUs);
  return 0;
}

function mark(lane: usize, slot: usize): i32 {
  const timeUs = timeOf(lane, required(lane, FIELD_TIME));
  const price = priceOf(lane, required(lane, FIELD_MARK));
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_MARK, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, price, NaN, NaN, NaN);
  return 0;
}

/** The interval is what lies between the next two payments: the venue changes it contract by contract. */
function funding(lane: usize, slot: usize): i32 {
  const timeUs = timeIfAny(lane, field(lane, FIELD_TIME)); // messages of 2021 have none
  const rate = numberIfAny(lane, field(lane, FIELD_RATE));
  const nextUs = timeIfAny(lane, field(lane, FIELD_PAYMENT));
  const afterUs = timeIfAny(lane, field(lane, FIELD_NEXT_PAYMENT));
  const predicted = numberIfAny(lane, field(lane, FIELD_NEXT_RATE));
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_FUNDING, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, rate, afterUs > nextUs ? (afterUs - nextUs) / MICROSECONDS_AN_HOUR : NaN, nextUs, predicted);
  return 0;
}

/** `oi` counts contracts, `oiCcy` coins: the venue's own conversion is taken where it gives one. */
function openInterest(lane: usize, slot: usize): i32 {
  const timeUs = timeOf(lane, required(lane, FIELD_TIME));
  const nativeAt = required(lane, FIELD_OPEN_INTEREST);
  const native = sizeOf(lane, nativeAt);
  const coins = sizeIfAny(lane, field(lane, FIELD_OPEN_COIN));
  if (fault() != 0) return fault();
  const isInverse = load<u32>(slot, SYMBOL_UNIT) == UNIT_INVERSE;
  const converted = !isInverse && hasUnit(slot) ? baseSize(slot, native, 1) : NaN;
  const value = quoteValue(slot, native);
  const size = isNaN(coins) ? converted : coins;
  if (isNaN(size) && isNaN(value)) return REJECT_CONTRACT_SIZE;
  const at = put(head(slot, KIND_OPEN_INTEREST, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, size, value, NaN, NaN);
  return 0;
}

/**
 * Of a ticker only the day's figures: its best prices are those of its last trade, and older than the book's.
 * Spot: `vol24h` is base and `volCcy24h` quote. Derivatives: contracts and base, as the recordings of
 * FIL-USDT-220325 (0.1 FIL a contract) and BTC-USD-220527 (100 USD) tell.
 */
function day(lane: usize, slot: usize): i32 {
  const timeUs = timeOf(lane, required(lane, FIELD_TIME));
  const native = sizeIfAny(lane, field(lane, FIELD_VOLUME));
  const currency = sizeIfAny(lane, field(lane, FIELD_VOLUME_COIN));
  if (fault() != 0) return fault();
  const isSpot = load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_SPOT;
  const volume = isSpot ? native : currency;
  const turnover = isSpot ? currency : quoteValue(slot, native);
  if (isNaN(volume) && isNaN(turnover)) return 0;
  const at = put(head(slot, KIND_DAY, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, volume, turnover, NaN, NaN);
  return 0;
}

/** Contracts of a fixed quote amount in quote currency; NaN for any other unit. */
function quoteValue(slot: usize, native: f64): f64 {
  const isInverse = load<u32>(slot, SYMBOL_UNIT) == UNIT_INVERSE && hasUnit(slot);
  return isInverse ? native * load<f64>(slot, SYMBOL_CONTRACT_SIZE) : NaN;
}

function numberIfAny(lane: usize, value: usize): f64 {
  return isAbsent(value) ? NaN : numberOf(lane, value, REJECT_MALFORMED);
}

function sizeIfAny(lane: usize, value: usize): f64 {
  return isAbsent(value) ? NaN : sizeOf(lane, value);
}

/** "0" and "" both say that there is none. */
function timeIfAny(lane: usize, value: usize): f64 {
  if (isAbsent(value) || (isSequence(lane, value) && sequenceOf(lane, value) == 0)) return NaN;
  return timeOf(lane, value);
}
