// Backpack: touch, trades, marks, funding, open interest and liquidations.
import {
  FLAG_SELL,
  KIND_BBO,
  KIND_FUNDING,
  KIND_LIQUIDATION,
  KIND_MARK,
  KIND_OPEN_INTEREST,
  KIND_TRADE,
  LIQUIDATION_PRICE_ORDER,
  MESSAGE_KNOWN_ONLY,
  MESSAGE_PRODUCT,
  NEED_SPACE,
  NEED_SYMBOL,
  PRODUCT_SWAP,
  REJECT_MALFORMED,
  REJECT_PRICE,
  REJECT_WRONG_PRODUCT,
} from "../../src/layout";
import {
  baseSizeOf,
  booleanOf,
  fail,
  fault,
  field,
  isAbsent,
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
import { finish } from "../message";
import { fill, head, put } from "../records";
import { resolved } from "../symbols";
import {
  FIELD_ASK_SIZE,
  FIELD_ASKS,
  FIELD_BID_SIZE,
  FIELD_BIDS,
  FIELD_EVENT_TIME,
  FIELD_INDEX,
  FIELD_INTERVAL,
  FIELD_IS_MAKER,
  FIELD_LAST_ID,
  FIELD_LONG_SYMBOL,
  FIELD_NEXT,
  FIELD_OPEN_INTEREST,
  FIELD_PRICE,
  FIELD_RATE,
  FIELD_SIDE,
  FIELD_SIZE,
  FIELD_SYMBOL,
  FIELD_TIME,
  FIELD_TRADE_ID,
} from "./backpack-fields";
import { market } from "./backpack-symbol";

/** Price and size of a side of the touch; both 0, or no price at all, means that there is none. */
function touch(lane: usize, slot: usize, at: usize, priceField: i32, sizeField: i32): void {
  const price = field(lane, priceField);
  if (isAbsent(price)) {
    store<f64>(at, NaN);
    store<f64>(at, NaN, 8);
    return;
  }
  const value = priceOrZeroOf(lane, price);
  const base = baseSizeOf(lane, required(lane, sizeField), slot, value);
  const isNone = value == 0 && base == 0;
  if (value == 0 && !isNone) fail(REJECT_PRICE); // a size at no price
  store<f64>(at, isNone ? NaN : value);
  store<f64>(at, isNone ? NaN : base, 8);
}

export function bookTicker(lane: usize): i32 {
  const status = market(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = timeOf(lane, required(lane, FIELD_EVENT_TIME));
  const sequence = sequenceOf(lane, required(lane, FIELD_LAST_ID));
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_BBO, 0), timeUs, sequence);
  if (at == 0) return NEED_SPACE;
  touch(lane, slot, at + 32, FIELD_BIDS, FIELD_BID_SIZE);
  touch(lane, slot, at + 48, FIELD_ASKS, FIELD_ASK_SIZE);
  return finish(lane, slot);
}

/** `m`: the buyer was the maker, so the taker sold. */
export function trade(lane: usize): i32 {
  const status = market(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = timeOf(lane, required(lane, FIELD_EVENT_TIME));
  const tradeUs = timeOf(lane, required(lane, FIELD_TIME));
  const sequence = sequenceOf(lane, required(lane, FIELD_TRADE_ID));
  const flags: u32 = booleanOf(required(lane, FIELD_IS_MAKER)) ? FLAG_SELL : 0;
  const price = priceOf(lane, required(lane, FIELD_PRICE));
  const sizeAt = required(lane, FIELD_SIZE);
  const native = sizeOf(lane, sizeAt);
  const size = baseSizeOf(lane, sizeAt, slot, price);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_TRADE, flags), timeUs, sequence);
  if (at == 0) return NEED_SPACE;
  fill(at, price, size, native, tradeUs);
  return finish(lane, slot);
}

/** `f` is the rate that will be paid at `n`, which the documents give in µs and the venue was seen to send in ms. */
export function mark(lane: usize): i32 {
  const status = market(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = timeOf(lane, required(lane, FIELD_EVENT_TIME));
  const price = priceOf(lane, required(lane, FIELD_PRICE));
  const index = priceIfAny(lane, field(lane, FIELD_INDEX));
  const rateAt = field(lane, FIELD_RATE);
  const nextAt = field(lane, FIELD_NEXT);
  const hasFunding = load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_SWAP && !isAbsent(rateAt);
  const rate = hasFunding ? numberOf(lane, rateAt, REJECT_MALFORMED) : NaN;
  const nextUs = hasFunding && !isAbsent(nextAt) ? timeOf(lane, nextAt) : NaN;
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

const MS_AN_HOUR: f64 = 3600000;

/** A market out of the venue's list: `fundingInterval`, ms. Spot markets have one too, which means nothing. */
export function interval(lane: usize): i32 {
  if (load<u32>(lane, MESSAGE_PRODUCT) != PRODUCT_SWAP || isAbsent(field(lane, FIELD_INTERVAL))) return 0;
  const status = market(lane, FIELD_LONG_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const milliseconds = numberOf(lane, field(lane, FIELD_INTERVAL), REJECT_MALFORMED);
  if (fault() != 0) return fault();
  if (!(milliseconds > 0)) return REJECT_MALFORMED;
  const at = put(head(slot, KIND_FUNDING, 0), NaN, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, NaN, milliseconds / MS_AN_HOUR, NaN, NaN);
  return finish(lane, slot);
}

/** Contracts are one base coin. */
export function openInterest(lane: usize): i32 {
  const status = market(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = timeOf(lane, required(lane, FIELD_EVENT_TIME));
  const size = baseSizeOf(lane, required(lane, FIELD_OPEN_INTEREST), slot, 1);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_OPEN_INTEREST, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, size, NaN, NaN, NaN);
  return finish(lane, slot);
}

const SIDE_BID: u64 = 0x646942; // Bid
const SIDE_ASK: u64 = 0x6b7341; // Ask

/**
 * One stream tells the liquidations of all markets: those of another product are passed over, and on a
 * live lane those of markets that nobody follows. The side is read as that of the order which closes
 * the position: Ask means that a long was liquidated. The venue says `Side` and no more.
 */
export function liquidation(lane: usize): i32 {
  const status = market(lane, FIELD_SYMBOL);
  if (status == REJECT_WRONG_PRODUCT) return 0;
  if (status == NEED_SYMBOL && load<u8>(lane, MESSAGE_KNOWN_ONLY) != 0) return 0;
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = timeOf(lane, required(lane, FIELD_EVENT_TIME));
  const isShort = sideOf(required(lane, FIELD_SIDE), 3, SIDE_BID, 3, SIDE_ASK);
  const price = priceOf(lane, required(lane, FIELD_PRICE));
  const sizeAt = required(lane, FIELD_SIZE);
  const native = sizeOf(lane, sizeAt);
  const size = baseSizeOf(lane, sizeAt, slot, price);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_LIQUIDATION, isShort ? FLAG_SELL : 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, price, size, native, LIQUIDATION_PRICE_ORDER);
  return finish(lane, slot);
}
