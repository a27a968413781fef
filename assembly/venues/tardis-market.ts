// Tardis: trades, liquidations and the venue's own touch.
import {
  FLAG_SELL,
  KIND_BBO,
  KIND_LIQUIDATION,
  KIND_TRADE,
  LIQUIDATION_PRICE_BANKRUPTCY,
  LIQUIDATION_PRICE_ORDER,
  NEED_SPACE,
  REJECT_PRICE,
  VENUE_BYBIT,
  VENUE_OKX,
} from "../../src/layout";
import {
  baseSizeOf,
  fail,
  fault,
  field,
  isAbsent,
  isSequence,
  priceOf,
  priceOrZeroOf,
  required,
  sequenceOf,
  sideOf,
  sizeOf,
} from "../fields";
import { finish, symbol } from "../message";
import { fill, head, put } from "../records";
import { resolved } from "../symbols";
import { textTimeOf } from "../times";
import {
  FIELD_AMOUNT,
  FIELD_ASK,
  FIELD_ASK_AMOUNT,
  FIELD_BID,
  FIELD_BID_AMOUNT,
  FIELD_ID,
  FIELD_PRICE,
  FIELD_SIDE,
  FIELD_SYMBOL,
  FIELD_TIME,
} from "./tardis-fields";

const SIDE_BUY: u64 = 0x797562; // buy
const SIDE_SELL: u64 = 0x6c6c6573; // sell

/** `side` is the taker's. An id that is no number (BitMEX, Bybit) orders nothing. */
export function trade(lane: usize): i32 {
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = textTimeOf(lane, required(lane, FIELD_TIME));
  const flags: u32 = sideOf(required(lane, FIELD_SIDE), 4, SIDE_SELL, 3, SIDE_BUY) ? FLAG_SELL : 0;
  const id = field(lane, FIELD_ID);
  const sequence: u64 = isSequence(lane, id) ? sequenceOf(lane, id) : 0;
  const price = priceOf(lane, required(lane, FIELD_PRICE));
  const amount = required(lane, FIELD_AMOUNT);
  const native = sizeOf(lane, amount);
  const size = baseSizeOf(lane, amount, slot, price);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_TRADE, flags), timeUs, sequence);
  if (at == 0) return NEED_SPACE;
  fill(at, price, size, native, timeUs);
  return finish(lane, slot);
}

/** `side` is that of the order that closes the position: buy means that a short was liquidated. */
export function liquidation(venue: u32, lane: usize): i32 {
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = textTimeOf(lane, required(lane, FIELD_TIME));
  const isShort = sideOf(required(lane, FIELD_SIDE), 3, SIDE_BUY, 4, SIDE_SELL);
  const price = priceOf(lane, required(lane, FIELD_PRICE));
  const amount = required(lane, FIELD_AMOUNT);
  const native = sizeOf(lane, amount);
  const size = baseSizeOf(lane, amount, slot, price);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_LIQUIDATION, isShort ? FLAG_SELL : 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  const isBankruptcy = venue == VENUE_BYBIT || venue == VENUE_OKX;
  fill(at, price, size, native, <f64>(isBankruptcy ? LIQUIDATION_PRICE_BANKRUPTCY : LIQUIDATION_PRICE_ORDER));
  return finish(lane, slot);
}

export function bookTicker(lane: usize): i32 {
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = textTimeOf(lane, required(lane, FIELD_TIME));
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_BBO, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  touchSides(lane, slot, at);
  return finish(lane, slot);
}

/** Both sides of the touch into a BBO record; a side without a price, or with 0 of both, is not there. */
export function touchSides(lane: usize, slot: usize, at: usize): void {
  touchSide(lane, slot, at + 32, FIELD_BID, FIELD_BID_AMOUNT);
  touchSide(lane, slot, at + 48, FIELD_ASK, FIELD_ASK_AMOUNT);
}

function touchSide(lane: usize, slot: usize, at: usize, priceField: i32, amountField: i32): void {
  store<f64>(at, NaN);
  store<f64>(at, NaN, 8);
  const priceAt = field(lane, priceField);
  if (isAbsent(priceAt)) return;
  const price = priceOrZeroOf(lane, priceAt);
  const size = baseSizeOf(lane, required(lane, amountField), slot, price);
  if (price == 0) {
    if (size > 0) fail(REJECT_PRICE); // a size at no price
    return;
  }
  store<f64>(at, price);
  store<f64>(at, size, 8);
}
