// Deribit v2: trades of one instrument or of all of a kind, and the liquidations among them.
import {
  FLAG_EXCLUDED,
  FLAG_SELL,
  KIND_LIQUIDATION,
  KIND_TRADE,
  LIQUIDATION_PRICE_AVERAGE,
  NEED_SPACE,
  REJECT_MALFORMED,
  REJECT_SIDE,
  REJECT_SYMBOL,
  REJECT_UNKNOWN,
} from "../../src/layout";
import {
  baseSizeOf,
  fail,
  fault,
  field,
  isAbsent,
  isNull,
  isText,
  priceOf,
  priceOrZeroOf,
  required,
  sequenceOf,
  sideOf,
  sizeOf,
  timeOf,
} from "../fields";
import { endMessage, fill, head, put, written } from "../records";
import { noteReceived, resolved } from "../symbols";
import { firstOf, nextOf, readWords, wordsAre } from "../walk";
import { instrument, isChannelOf, PASSED_OVER, parts } from "./deribit-channel";
import {
  EXCLUDING_FIELDS,
  FIELD_AMOUNT,
  FIELD_DIRECTION,
  FIELD_EXCLUDING,
  FIELD_LIQUIDATION,
  FIELD_PRICE,
  FIELD_TIMESTAMP,
  FIELD_TRADE_SEQUENCE,
  readFields,
  TRADE,
} from "./deribit-fields";

/**
 * trades.{instrument}.{interval} and trades.{kind}.{currency}.{interval}: one record an element (with
 * another for a liquidation), one message as long as the instrument stays the same.
 */
export function trades(lane: usize, channel: usize, data: usize): i32 {
  const count = parts();
  if (count != 3 && count != 4) return REJECT_UNKNOWN;
  if (load<u8>(data) != 0x5b) return REJECT_MALFORMED;
  let slot: usize = 0;
  for (let element = firstOf(data); element != 0; element = nextOf(element)) {
    if (load<u8>(element) != 0x7b) return REJECT_MALFORMED;
    readFields(lane, element, TRADE);
    const named = instrument(lane);
    if (named == PASSED_OVER) continue;
    if (named != 0) return named;
    if (count == 3 && !isChannelOf(lane, channel)) return REJECT_SYMBOL;
    if (slot != 0 && slot != resolved) endMessage();
    slot = resolved;
    const status = trade(lane, slot);
    if (status != 0) return status;
  }
  if (slot == 0) return 0;
  endMessage();
  // Nothing was wrong with any: now each instrument was seen.
  for (let element = firstOf(data); element != 0; element = nextOf(element)) {
    readFields(lane, element, TRADE);
    if (instrument(lane) == 0) noteReceived(lane, resolved);
  }
  return written();
}

const SIDE_BUY: u64 = 0x797562; // buy
const SIDE_SELL: u64 = 0x6c6c6573; // sell
const LIQUIDATED_MAKER: u64 = 0x4d; // M
const LIQUIDATED_TAKER: u64 = 0x54; // T
const LIQUIDATED_BOTH: u64 = 0x544d; // MT

/** Block trades, those by request for quote, and legs of combinations were not made in this order book. */
function isExcluded(lane: usize): bool {
  for (let i = 0; i < EXCLUDING_FIELDS; i++) {
    const id = field(lane, FIELD_EXCLUDING + i);
    if (id != 0 && !isNull(id)) return true;
  }
  return false;
}

/** One trade: 0, or what is wrong. `trade_seq` counts the trades of its instrument; `direction` is the taker's. */
function trade(lane: usize, slot: usize): i32 {
  const timeUs = timeOf(lane, required(lane, FIELD_TIMESTAMP));
  const isSell = sideOf(required(lane, FIELD_DIRECTION), 4, SIDE_SELL, 3, SIDE_BUY);
  const sequence = sequenceOf(lane, required(lane, FIELD_TRADE_SEQUENCE));
  const excluded = isExcluded(lane);
  const priceAt = required(lane, FIELD_PRICE);
  const price = excluded ? priceOrZeroOf(lane, priceAt) : priceOf(lane, priceAt);
  const amountAt = required(lane, FIELD_AMOUNT);
  const native = sizeOf(lane, amountAt);
  const size = baseSizeOf(lane, amountAt, slot, price);
  let isMaker: bool = false;
  let isTaker: bool = false;
  const liquidation = field(lane, FIELD_LIQUIDATION);
  if (!isAbsent(liquidation)) {
    if (isText(liquidation)) {
      readWords(liquidation);
      isMaker = wordsAre(1, LIQUIDATED_MAKER) || wordsAre(2, LIQUIDATED_BOTH);
      isTaker = wordsAre(1, LIQUIDATED_TAKER) || wordsAre(2, LIQUIDATED_BOTH);
    }
    if (!isMaker && !isTaker) fail(REJECT_SIDE);
  }
  if (fault() != 0) return fault();
  const flags: u32 = (isSell ? FLAG_SELL : 0) | (excluded ? FLAG_EXCLUDED : 0);
  const at = put(head(slot, KIND_TRADE, flags), timeUs, sequence);
  if (at == 0) return NEED_SPACE;
  fill(at, price, size, native, timeUs);
  // Whoever was liquidated and sold was long. The maker's side is the other one.
  if (isTaker && !liquidated(slot, !isSell, timeUs, sequence, price, size, native)) return NEED_SPACE;
  if (isMaker && !liquidated(slot, isSell, timeUs, sequence, price, size, native)) return NEED_SPACE;
  return 0;
}

/** The price is that of this one fill. */
function liquidated(
  slot: usize,
  isShort: bool,
  timeUs: f64,
  sequence: u64,
  price: f64,
  size: f64,
  native: f64,
): bool {
  const at = put(head(slot, KIND_LIQUIDATION, isShort ? FLAG_SELL : 0), timeUs, sequence);
  if (at != 0) fill(at, price, size, native, LIQUIDATION_PRICE_AVERAGE);
  return at != 0;
}
