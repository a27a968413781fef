// Binance: touch, trades, mark price, liquidations and open interest, by the general scanner.
import {
  FLAG_AGGREGATE,
  FLAG_EXCLUDED,
  FLAG_SELL,
  KIND_BBO,
  KIND_FUNDING,
  KIND_LIQUIDATION,
  KIND_MARK,
  KIND_OPEN_INTEREST,
  KIND_TRADE,
  LIQUIDATION_PRICE_AVERAGE,
  LIQUIDATION_PRICE_ORDER,
  MESSAGE_PRODUCT,
  NEED_SPACE,
  PRODUCT_COINM,
  PRODUCT_SPOT,
  REJECT_MALFORMED,
  REJECT_WRONG_PRODUCT,
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
import { finish, symbol } from "../message";
import { fill, head, put } from "../records";
import { resolved } from "../symbols";
import { touch } from "../touch";
import { readWords, wordsAre } from "../walk";
import {
  FIELD_ASK_SIZE,
  FIELD_ASKS,
  FIELD_AVERAGE,
  FIELD_BID_SIZE,
  FIELD_BIDS,
  FIELD_EVENT_TIME,
  FIELD_FILLED,
  FIELD_INDEX,
  FIELD_IS_MAKER,
  FIELD_LAST_ID,
  FIELD_LONG_SYMBOL,
  FIELD_OPEN_INTEREST,
  FIELD_ORDER,
  FIELD_PAIR,
  FIELD_PRICE,
  FIELD_RATE,
  FIELD_REPLY_TIME,
  FIELD_SIDE,
  FIELD_SIZE,
  FIELD_SYMBOL,
  FIELD_TIME,
  FIELD_TYPE,
  readFields,
} from "./binance-fields";

export function bookTicker(lane: usize): i32 {
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

export function trade(lane: usize, flags: u32, idField: i32): i32 {
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

export function mark(lane: usize): i32 {
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

export function liquidation(lane: usize): i32 {
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

export function openInterest(lane: usize): i32 {
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
