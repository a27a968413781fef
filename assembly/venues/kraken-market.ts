// Kraken spot, WebSocket v2: trades and the touch.
import { FLAG_SELL, KIND_BBO, KIND_TRADE, NEED_SPACE, REJECT_MALFORMED } from "../../src/layout";
import { baseSizeOf, fault, field, priceOf, required, sequenceOf, sideOf, sizeOf } from "../fields";
import { symbol } from "../message";
import { endMessage, fill, head, put, written } from "../records";
import { noteReceived, resolved } from "../symbols";
import { textTimeOf } from "../times";
import { touch } from "../touch";
import { firstOf, nextOf } from "../walk";
import {
  FIELD_ASK,
  FIELD_ASK_SIZE,
  FIELD_BID,
  FIELD_BID_SIZE,
  FIELD_PRICE,
  FIELD_SIDE,
  FIELD_SIZE,
  FIELD_SYMBOL,
  FIELD_TIME,
  FIELD_TRADE_ID,
  readFields,
} from "./kraken-fields";

/** Trades of an update: one record each, one message as long as the symbol stays the same. */
export function trades(lane: usize, data: usize): i32 {
  return elements(lane, data, true);
}

/** Tickers: the touch of each symbol, a message each. */
export function tickers(lane: usize, data: usize): i32 {
  return elements(lane, data, false);
}

function elements(lane: usize, data: usize, isTrade: bool): i32 {
  let slot: usize = 0;
  for (let element = firstOf(data); element != 0; element = nextOf(element)) {
    if (load<u8>(element) != 0x7b) return REJECT_MALFORMED;
    readFields(lane, element);
    const status = symbol(lane, FIELD_SYMBOL);
    if (status != 0) return status;
    if (slot != 0 && (slot != resolved || !isTrade)) endMessage();
    slot = resolved;
    const wrong = isTrade ? trade(lane, slot) : ticker(lane, slot);
    if (wrong != 0) return wrong;
  }
  if (slot == 0) return 0;
  endMessage();
  // Nothing was wrong with any: now each symbol was seen.
  for (let element = firstOf(data); element != 0; element = nextOf(element)) {
    readFields(lane, element);
    symbol(lane, FIELD_SYMBOL);
    noteReceived(lane, resolved);
  }
  return written();
}

const SIDE_BUY: u64 = 0x797562; // buy
const SIDE_SELL: u64 = 0x6c6c6573; // sell

/** `side` is the taker's, the time that of the match: the frame has none of its own. Source: …/websocket-v2/trade. */
function trade(lane: usize, slot: usize): i32 {
  const timeUs = textTimeOf(lane, required(lane, FIELD_TIME));
  const flags: u32 = sideOf(required(lane, FIELD_SIDE), 4, SIDE_SELL, 3, SIDE_BUY) ? FLAG_SELL : 0;
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

/** The time is younger than the channel: older recordings have none. Source: …/websocket-v2/ticker. */
function ticker(lane: usize, slot: usize): i32 {
  const timeUs = textTimeOf(lane, field(lane, FIELD_TIME));
  const bid = required(lane, FIELD_BID);
  const bidSize = required(lane, FIELD_BID_SIZE);
  const ask = required(lane, FIELD_ASK);
  const askSize = required(lane, FIELD_ASK_SIZE);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_BBO, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  touch(lane, slot, at + 32, bid, bidSize);
  touch(lane, slot, at + 48, ask, askSize);
  return fault();
}
