// HTX: trades, mark and index prices, funding, liquidations and open interest.
import {
  FLAG_SELL,
  KIND_FUNDING,
  KIND_LIQUIDATION,
  KIND_MARK,
  KIND_OPEN_INTEREST,
  KIND_TRADE,
  LIQUIDATION_PRICE_BANKRUPTCY,
  NEED_SPACE,
  REJECT_CONTRACT_SIZE,
  REJECT_MALFORMED,
  REJECT_SYMBOL,
  SYMBOL_CONTRACT_SIZE,
  SYMBOL_UNIT,
  UNIT_INVERSE,
} from "../../src/layout";
import {
  baseSizeOf,
  container,
  fault,
  field,
  isAbsent,
  isSequence,
  isText,
  numberOf,
  priceOf,
  required,
  sequenceOf,
  sideOf,
  sizeOf,
  timeOf,
} from "../fields";
import { finish } from "../message";
import { baseSize, endMessage, fill, hasUnit, head, put, written } from "../records";
import { noteReceived, resolved } from "../symbols";
import { firstOf, nextOf, readText, readWords, textAt, textBytes, wordsAre } from "../walk";
import { sentUs, tickOf } from "./htx-book";
import { resolveOf } from "./htx-channel";
import {
  FIELD_AMOUNT,
  FIELD_CLOSE,
  FIELD_CODE,
  FIELD_CREATED,
  FIELD_DATA,
  FIELD_DIRECTION,
  FIELD_ESTIMATED,
  FIELD_ID,
  FIELD_INDEX_PRICE,
  FIELD_OFFSET,
  FIELD_PRICE,
  FIELD_RATE,
  FIELD_SENT,
  FIELD_SETTLEMENT,
  FIELD_TICK,
  FIELD_TICK_ID,
  FIELD_TIME,
  FIELD_TRADE_ID,
  FIELD_TRADES,
  FIELD_VALUE,
  FIELD_VOLUME,
  readElement,
} from "./htx-fields";

const SIDE_BUY: u64 = 0x797562; // buy
const SIDE_SELL: u64 = 0x6c6c6573; // sell

/**
 * `trade.detail`. On derivatives `amount` is contracts, as the venue's own `quantity` beside it says; by its
 * pages the sum of both sides, and in recordings always even.
 */
export function trades(lane: usize): i32 {
  const status = tickOf(lane, FIELD_TICK);
  if (status != 0) return status;
  const slot = resolved;
  const match = field(lane, FIELD_TICK_ID);
  const list = container(lane, FIELD_TRADES, 0x5b);
  if (fault() != 0) return fault();
  const matchId: u64 = isSequence(lane, match) ? sequenceOf(lane, match) : 0;
  for (let element = firstOf(list); element != 0; element = nextOf(element)) {
    if (load<u8>(element) != 0x7b) return REJECT_MALFORMED;
    readElement(lane, element);
    const result = trade(lane, slot, matchId);
    if (result != 0) return result;
  }
  return written() == 0 ? 0 : finish(lane, slot);
}

/** One trade: 0, or what is wrong. */
function trade(lane: usize, slot: usize, matchId: u64): i32 {
  const tradeUs = timeOf(lane, required(lane, FIELD_TIME));
  const flags: u32 = sideOf(required(lane, FIELD_DIRECTION), 4, SIDE_SELL, 3, SIDE_BUY) ? FLAG_SELL : 0;
  const price = priceOf(lane, required(lane, FIELD_PRICE));
  const sizeAt = required(lane, FIELD_AMOUNT);
  const native = sizeOf(lane, sizeAt);
  const size = baseSizeOf(lane, sizeAt, slot, price);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_TRADE, flags), sentUs, tradeId(lane, matchId));
  if (at == 0) return NEED_SPACE;
  fill(at, price, size, native, tradeUs);
  return 0;
}

/** `tradeId` on spot; `id` on derivatives. Spot's `id` has up to 28 digits: older frames go by the match they came of. */
function tradeId(lane: usize, matchId: u64): u64 {
  const own = field(lane, FIELD_TRADE_ID);
  if (isSequence(lane, own)) return sequenceOf(lane, own);
  const id = field(lane, FIELD_ID);
  return isSequence(lane, id) ? sequenceOf(lane, id) : matchId;
}

/** `mark_price.1min` and `index.1min`: bars whose close is the price now. `basis`: the index beside the contract's price. */
export function mark(lane: usize, isMark: bool, isBasis: bool): i32 {
  const status = tickOf(lane, FIELD_TICK);
  if (status != 0) return status;
  const slot = resolved;
  const price = priceOf(lane, required(lane, isBasis ? FIELD_INDEX_PRICE : FIELD_CLOSE));
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_MARK, 0), sentUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, isMark ? price : NaN, isMark ? NaN : price, NaN, NaN);
  return finish(lane, slot);
}

const LIST_FUNDING: i32 = 0;
const LIST_LIQUIDATIONS: i32 = 1;
const LIST_OPEN_INTEREST: i32 = 2;

export function funding(lane: usize): i32 {
  return contracts(lane, LIST_FUNDING);
}

export function liquidations(lane: usize): i32 {
  return contracts(lane, LIST_LIQUIDATIONS);
}

export function openInterest(lane: usize): i32 {
  return contracts(lane, LIST_OPEN_INTEREST);
}

/** Lists whose elements name their contract: one record each, one message as long as the contract stays the same. */
function contracts(lane: usize, kind: i32): i32 {
  const timeUs = timeOf(lane, required(lane, FIELD_SENT));
  const list = container(lane, FIELD_DATA, 0x5b);
  if (fault() != 0) return fault();
  let slot: usize = 0;
  for (let element = firstOf(list); element != 0; element = nextOf(element)) {
    if (load<u8>(element) != 0x7b) return REJECT_MALFORMED;
    readElement(lane, element);
    const status = contract(lane);
    if (status != 0) return status;
    if (slot != 0 && slot != resolved) endMessage();
    slot = resolved;
    const result =
      kind == LIST_FUNDING
        ? fundingRate(lane, slot, timeUs)
        : kind == LIST_LIQUIDATIONS
          ? liquidation(lane, slot, timeUs)
          : interest(lane, slot, timeUs);
    if (result != 0) return result;
  }
  if (slot == 0) return 0;
  endMessage();
  // Nothing was wrong with any: now each contract was seen.
  for (let element = firstOf(list); element != 0; element = nextOf(element)) {
    readElement(lane, element);
    contract(lane);
    noteReceived(lane, resolved);
  }
  return written();
}

/** Makes the contract of the element read last the message's: 0, or what is wrong. */
function contract(lane: usize): i32 {
  const value = required(lane, FIELD_CODE);
  if (value == 0) return fault();
  if (!isText(value)) return REJECT_SYMBOL;
  const status = readText(lane, value);
  return status != 0 ? status : resolveOf(lane, textAt, textBytes);
}

const WORD_NULL: u64 = 0x6c6c756e; // null

/**
 * The rate of the period that runs, paid at `settlement_time`: next only while that lies ahead, because the
 * venue repeats the old one for some seconds after a payment. `estimated_rate` became null, or "null".
 */
function fundingRate(lane: usize, slot: usize, timeUs: f64): i32 {
  const rate = numberOf(lane, required(lane, FIELD_RATE), REJECT_MALFORMED);
  const settlement = field(lane, FIELD_SETTLEMENT);
  let nextUs = isAbsent(settlement) ? NaN : timeOf(lane, settlement);
  if (nextUs <= timeUs) nextUs = NaN;
  const estimated = field(lane, FIELD_ESTIMATED);
  const predicted = isSilent(estimated) ? NaN : numberOf(lane, estimated, REJECT_MALFORMED);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_FUNDING, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, rate, NaN, nextUs, predicted);
  return 0;
}

function isSilent(value: usize): bool {
  if (isAbsent(value)) return true;
  if (!isText(value)) return false;
  readWords(value);
  return wordsAre(4, WORD_NULL);
}

const OFFSET_CLOSE: u64 = 0x65736f6c63; // close
const OFFSET_BOTH: u64 = 0x68746f62; // both

/**
 * `direction` is that of the order: a sale closes a long. `offset` is `close`, or `both` in one-way mode; one
 * that opens is no liquidation. The price is that of bankruptcy.
 */
function liquidation(lane: usize, slot: usize, timeUs: f64): i32 {
  timeOf(lane, required(lane, FIELD_CREATED));
  const isLong = sideOf(required(lane, FIELD_DIRECTION), 4, SIDE_SELL, 3, SIDE_BUY);
  const offset = required(lane, FIELD_OFFSET);
  if (offset != 0) sideOf(offset, 5, OFFSET_CLOSE, 4, OFFSET_BOTH);
  const price = priceOf(lane, required(lane, FIELD_PRICE));
  const volume = required(lane, FIELD_VOLUME);
  const native = sizeOf(lane, volume);
  const size = baseSizeOf(lane, volume, slot, price);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_LIQUIDATION, isLong ? 0 : FLAG_SELL), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, price, size, native, LIQUIDATION_PRICE_BANKRUPTCY);
  return 0;
}

/** `volume` in contracts; of inverse ones the venue says itself how many coins they are (`amount`). */
function interest(lane: usize, slot: usize, timeUs: f64): i32 {
  if (!hasUnit(slot)) return REJECT_CONTRACT_SIZE;
  const isInverse = load<u32>(slot, SYMBOL_UNIT) == UNIT_INVERSE;
  const native = sizeOf(lane, required(lane, FIELD_VOLUME));
  const coins = isInverse ? sizeOf(lane, required(lane, FIELD_AMOUNT)) : baseSize(slot, native, 1);
  const valueAt = field(lane, FIELD_VALUE);
  const said = isAbsent(valueAt) ? NaN : sizeOf(lane, valueAt);
  const value = isInverse ? native * load<f64>(slot, SYMBOL_CONTRACT_SIZE) : said;
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_OPEN_INTEREST, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, coins, value, NaN, NaN);
  return 0;
}

/** Whether the list of an HTTP reply (its message read) is one of open interests, by its first element. */
export function isOpenInterest(lane: usize): bool {
  const data = field(lane, FIELD_DATA);
  if (data == 0 || load<u8>(data) != 0x5b) return false;
  const first = firstOf(data);
  if (first == 0 || load<u8>(first) != 0x7b) return false;
  readElement(lane, first);
  return field(lane, FIELD_CODE) != 0 && field(lane, FIELD_VOLUME) != 0 && field(lane, FIELD_DIRECTION) == 0;
}
