// Coinbase Advanced Trade, spot: trades and the touch.
import {
  FLAG_LAST,
  FLAG_SELL,
  KIND_BBO,
  KIND_TRADE,
  NEED_SPACE,
  RECORD_BYTES,
  RECORD_INSTRUMENT,
  REJECT_MALFORMED,
  REJECT_UNKNOWN,
} from "../../src/layout";
import { baseSizeOf, container, fault, isText, priceOf, required, sequenceOf, sideOf, sizeOf } from "../fields";
import { symbol } from "../message";
import { fill, flag, head, put, recordAt, written } from "../records";
import { findInstrument, noteReceived, resolved } from "../symbols";
import { textTimeOf } from "../times";
import { touch } from "../touch";
import { firstOf, nextOf, readWords, wordsAre } from "../walk";
import {
  FIELD_ASK,
  FIELD_ASK_SIZE,
  FIELD_BID,
  FIELD_BID_SIZE,
  FIELD_PRICE,
  FIELD_PRODUCT,
  FIELD_SIDE,
  FIELD_SIZE,
  FIELD_TICKERS,
  FIELD_TIME,
  FIELD_TRADE_ID,
  FIELD_TRADES,
  FIELD_TYPE,
  readFields,
} from "./coinbase-fields";

const TYPE_SNAPSHOT: u64 = 0x746f687370616e73; // snapshot
const TYPE_UPDATE: u64 = 0x657461647075; // update
const SIDE_BUY: u64 = 0x595542; // BUY
const SIDE_SELL: u64 = 0x4c4c4553; // SELL

/** Trades of all updates: one record each, one message as long as the symbol stays the same. */
export function trades(lane: usize, events: usize, timeUs: f64): i32 {
  for (let event = firstOf(events); event != 0; event = nextOf(event)) {
    if (load<u8>(event) != 0x7b) return REJECT_MALFORMED;
    readFields(lane, event);
    const type = required(lane, FIELD_TYPE);
    const list = container(lane, FIELD_TRADES, 0x5b);
    if (fault() != 0) return fault();
    if (!isText(type)) return REJECT_UNKNOWN;
    readWords(type);
    // The first message of a subscription is the trades of the past minute: history, not flow.
    if (wordsAre(8, TYPE_SNAPSHOT)) continue;
    if (!wordsAre(6, TYPE_UPDATE)) return REJECT_UNKNOWN;
    const first = written();
    for (let element = firstOf(list); element != 0; element = nextOf(element)) {
      const wrong = load<u8>(element) == 0x7b ? trade(lane, element, timeUs) : REJECT_MALFORMED;
      if (wrong != 0) return wrong;
    }
    reverse(first, written() - 1);
  }
  return endMessages(lane);
}

/**
 * `side` is the maker's, so that BUY says that the taker sold: in the recording of 2026-08-09 every trade
 * at the best ask is a SELL and every one at the best bid a BUY.
 */
function trade(lane: usize, element: usize, timeUs: f64): i32 {
  readFields(lane, element);
  const status = symbol(lane, FIELD_PRODUCT);
  if (status != 0) return status;
  const slot = resolved;
  const tradeUs = textTimeOf(lane, required(lane, FIELD_TIME));
  const flags: u32 = sideOf(required(lane, FIELD_SIDE), 3, SIDE_BUY, 4, SIDE_SELL) ? FLAG_SELL : 0;
  const sequence = sequenceOf(lane, required(lane, FIELD_TRADE_ID));
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

/** An update lists the newest trade first, and the last record should be the last trade. */
function reverse(first: i32, last: i32): void {
  for (; first < last; first++, last--) {
    const a = recordAt(first);
    const b = recordAt(last);
    for (let byte = 0; byte < RECORD_BYTES; byte += 16) {
      const text = v128.load(a + byte);
      v128.store(a + byte, v128.load(b + byte));
      v128.store(b + byte, text);
    }
  }
}

/** Ends a message wherever the symbol changes, once nothing was wrong with any: the records. */
function endMessages(lane: usize): i32 {
  const count = written();
  for (let i = 0; i < count; i++) {
    const instrument = load<u16>(recordAt(i), RECORD_INSTRUMENT);
    if (i + 1 < count && load<u16>(recordAt(i + 1), RECORD_INSTRUMENT) == instrument) continue;
    flag(i, FLAG_LAST);
    noteReceived(lane, findInstrument(lane, instrument));
  }
  return count;
}

/** Tickers: the touch of each symbol, a message each. They bear no time but the frame's. */
export function tickers(lane: usize, events: usize, timeUs: f64, sequence: u64): i32 {
  for (let event = firstOf(events); event != 0; event = nextOf(event)) {
    if (load<u8>(event) != 0x7b) return REJECT_MALFORMED;
    readFields(lane, event);
    const list = container(lane, FIELD_TICKERS, 0x5b);
    if (fault() != 0) return fault();
    for (let element = firstOf(list); element != 0; element = nextOf(element)) {
      const wrong = load<u8>(element) == 0x7b ? ticker(lane, element, timeUs, sequence) : REJECT_MALFORMED;
      if (wrong != 0) return wrong;
    }
  }
  return endMessages(lane);
}

function ticker(lane: usize, element: usize, timeUs: f64, sequence: u64): i32 {
  readFields(lane, element);
  const status = symbol(lane, FIELD_PRODUCT);
  if (status != 0) return status;
  const slot = resolved;
  const bid = required(lane, FIELD_BID);
  const bidSize = required(lane, FIELD_BID_SIZE);
  const ask = required(lane, FIELD_ASK);
  const askSize = required(lane, FIELD_ASK_SIZE);
  if (fault() != 0) return fault();
  const at = put(head(slot, KIND_BBO, FLAG_LAST), timeUs, sequence);
  if (at == 0) return NEED_SPACE;
  touch(lane, slot, at + 32, bid, bidSize);
  touch(lane, slot, at + 48, ask, askSize);
  return fault();
}
