// State of one instrument on the engine's side: what each record does to it.

import * as L from "../src/layout";
import { bookBestAsk, bookBestAskSize, bookBestBid, bookBestBidSize, bookCrossed, bookInit } from "./book";
import { snapshotBegin, snapshotEnd, snapshotLevel, snapshotTrust } from "./snapshot";
import { vwapPush } from "./vwap";

/** Engine time a book may stay crossed before a fresh one is asked for, µs. */
const CROSSED_TOLERANCE_US: f64 = 500000;

/** Sets every number of an instrument to "not known" and empties its book. */
export function instrumentInit(at: u32, book: u32, levels: u32, venue: u32, product: u32, sharedSequence: u32): void {
  memory.fill(at, 0, L.INSTRUMENT_BYTES);
  store<u32>(at, venue, L.INSTRUMENT_VENUE);
  store<u32>(at, product, L.INSTRUMENT_PRODUCT);
  store<u32>(at, L.REASON_AWAITING_SNAPSHOT, L.INSTRUMENT_REASON);
  store<u32>(at, sharedSequence, L.INSTRUMENT_SHARED_SEQUENCE);
  for (let offset: i32 = L.INSTRUMENT_BID; offset <= L.INSTRUMENT_CROSSED_SINCE_US; offset += 8) store<f64>(at + u32(offset), NaN);
  for (let offset: i32 = L.INSTRUMENT_LAST_PRICE; offset <= L.INSTRUMENT_OPEN_INTEREST; offset += 8)
    store<f64>(at + u32(offset), NaN);
  for (let offset: i32 = L.INSTRUMENT_OPEN_INTEREST_VALUE; offset <= L.INSTRUMENT_ASK_CHANGED_US; offset += 8)
    store<f64>(at + u32(offset), NaN);
  store<f64>(at, NaN, L.INSTRUMENT_RECEIVED_US);
  bookInit(book, levels);
}

// @ts-ignore: decorator
@inline
function count(at: u32, offset: u32): void {
  store<f64>(at + offset, load<f64>(at + offset) + 1);
}

/** Adds x to the compensated sum at `sum` (Neumaier): high part, then the error so far. */
// @ts-ignore: decorator
@inline
function accumulate(sum: u32, x: f64): void {
  const s = load<f64>(sum);
  const t = s + x;
  store<f64>(sum, load<f64>(sum, 8) + (abs(s) >= abs(x) ? s - t + x : x - t + s), 8);
  store<f64>(sum, t);
}

// @ts-ignore: decorator
@inline
function storeKnown(at: u32, offset: u32, x: f64): void {
  if (x == x) store<f64>(at + offset, x);
}

/** The same, and when it was told. */
// @ts-ignore: decorator
@inline
function storeTold(at: u32, offset: u32, x: f64, timeOffset: u32, record: u32): void {
  if (x != x) return;
  store<f64>(at + offset, x);
  store<f64>(at + timeOffset, load<f64>(record, L.RECORD_RECEIVED_TIME_US));
}

/** Hot: best bid and offer become those of the venue's own channel, unless the book is already fresher. */
function applyBbo(at: u32, record: u32): void {
  count(at, L.INSTRUMENT_BBO_UPDATES);
  const partial = (load<u8>(record, L.RECORD_FLAGS) & L.FLAG_PARTIAL) != 0;
  const bid = load<f64>(record, L.BBO_BID);
  const ask = load<f64>(record, L.BBO_ASK);
  if (!partial || bid == bid) {
    store<f64>(at, bid, L.INSTRUMENT_BBO_BID);
    store<f64>(at, load<f64>(record, L.BBO_BID_SIZE), L.INSTRUMENT_BBO_BID_SIZE);
  }
  if (!partial || ask == ask) {
    store<f64>(at, ask, L.INSTRUMENT_BBO_ASK);
    store<f64>(at, load<f64>(record, L.BBO_ASK_SIZE), L.INSTRUMENT_BBO_ASK_SIZE);
  }
  setTouch(
    at,
    load<u64>(record, L.RECORD_SEQUENCE),
    load<f64>(record, L.RECORD_EXCHANGE_TIME_US),
    load<f64>(record, L.RECORD_RECEIVED_TIME_US),
    load<f64>(at, L.INSTRUMENT_BBO_BID),
    load<f64>(at, L.INSTRUMENT_BBO_BID_SIZE),
    load<f64>(at, L.INSTRUMENT_BBO_ASK),
    load<f64>(at, L.INSTRUMENT_BBO_ASK_SIZE),
  );
}

/** Whether a number is another one than before; a side that stays unknown does not change. */
// @ts-ignore: decorator
@inline
function differs(at: u32, x: f64): bool {
  return load<u64>(at) != reinterpret<u64>(x);
}

// @ts-ignore: decorator
@inline
function setTouch(
  at: u32,
  sequence: u64,
  exchangeUs: f64,
  receivedUs: f64,
  bid: f64,
  bidSize: f64,
  ask: f64,
  askSize: f64,
): void {
  if (load<u32>(at, L.INSTRUMENT_SHARED_SEQUENCE) != 0 && sequence < load<u64>(at, L.INSTRUMENT_TOUCH_SEQUENCE)) return;
  store<u64>(at, sequence, L.INSTRUMENT_TOUCH_SEQUENCE);
  if (differs(at + L.INSTRUMENT_BID, bid) || differs(at + L.INSTRUMENT_BID_SIZE, bidSize))
    store<f64>(at, receivedUs, L.INSTRUMENT_BID_CHANGED_US);
  if (differs(at + L.INSTRUMENT_ASK, ask) || differs(at + L.INSTRUMENT_ASK_SIZE, askSize))
    store<f64>(at, receivedUs, L.INSTRUMENT_ASK_CHANGED_US);
  store<f64>(at, bid, L.INSTRUMENT_BID);
  store<f64>(at, bidSize, L.INSTRUMENT_BID_SIZE);
  store<f64>(at, ask, L.INSTRUMENT_ASK);
  store<f64>(at, askSize, L.INSTRUMENT_ASK_SIZE);
  store<f64>(at, exchangeUs, L.INSTRUMENT_TOUCH_EXCHANGE_US);
  store<f64>(at, receivedUs, L.INSTRUMENT_TOUCH_RECEIVED_US);
}

/** Hot. */
function applyTrade(at: u32, record: u32): void {
  const flags = load<u8>(record, L.RECORD_FLAGS);
  if (flags & L.FLAG_EXCLUDED) {
    count(at, L.INSTRUMENT_EXCLUDED_TRADES);
    return;
  }
  const price = load<f64>(record, L.TRADE_PRICE);
  const size = load<f64>(record, L.TRADE_SIZE);
  if (flags & L.FLAG_AGGREGATE) {
    count(at, L.INSTRUMENT_AGGREGATES);
    accumulate(at + L.INSTRUMENT_AGGREGATE_VOLUME, size);
    accumulate(at + L.INSTRUMENT_AGGREGATE_TURNOVER, price * size);
    if (load<u32>(at, L.INSTRUMENT_HAS_TRADES)) return;
  } else {
    store<u32>(at, 1, L.INSTRUMENT_HAS_TRADES);
    count(at, L.INSTRUMENT_TRADES);
    accumulate(at + L.INSTRUMENT_VOLUME, size);
    accumulate(at + L.INSTRUMENT_TURNOVER, price * size);
  }
  store<f64>(at, price, L.INSTRUMENT_LAST_PRICE);
  store<f64>(at, size, L.INSTRUMENT_LAST_SIZE);
  let time = load<f64>(record, L.TRADE_TIME_US);
  if (time != time) time = load<f64>(record, L.RECORD_EXCHANGE_TIME_US);
  for (let vwap = load<u32>(at, L.INSTRUMENT_VWAP); vwap != 0; vwap = load<u32>(vwap, L.VWAP_LINK))
    vwapPush(vwap, price, size, time);
}

function applySnapshot(at: u32, book: u32, record: u32): void {
  const flags = load<u8>(record, L.RECORD_FLAGS);
  if (flags & L.FLAG_BEGIN) snapshotBegin(book);
  if (!(flags & L.FLAG_EMPTY)) {
    const isAsk = i32((flags & L.FLAG_ASK) != 0);
    snapshotLevel(book, isAsk, load<f64>(record, L.LEVEL_PRICE), load<f64>(record, L.LEVEL_SIZE));
    if (flags & L.FLAG_SECOND)
      snapshotLevel(book, isAsk, load<f64>(record, L.LEVEL_SECOND_PRICE), load<f64>(record, L.LEVEL_SECOND_SIZE));
  }
  if (flags & L.FLAG_END) {
    snapshotEnd(book);
    if (flags & L.FLAG_CUT) snapshotTrust(book);
    count(at, L.INSTRUMENT_SNAPSHOTS);
  }
}

/** The book moved as a whole message: its sequence, times, touch and whether it is crossed. */
function bookMoved(at: u32, book: u32, record: u32, now: f64, resync: u32): void {
  store<u64>(at, load<u64>(record, L.RECORD_SEQUENCE), L.INSTRUMENT_BOOK_SEQUENCE);
  store<f64>(at, load<f64>(record, L.RECORD_EXCHANGE_TIME_US), L.INSTRUMENT_BOOK_EXCHANGE_US);
  store<f64>(at, load<f64>(record, L.RECORD_RECEIVED_TIME_US), L.INSTRUMENT_BOOK_RECEIVED_US);
  if (load<u32>(at, L.INSTRUMENT_STATE) == L.STATE_LIVE) bookShown(at, book, now, resync);
}

/** A live book is looked at: its touch, and the invariant that bid < ask. */
function bookShown(at: u32, book: u32, now: f64, resync: u32): void {
  if (bookCrossed(book)) {
    if (!load<u32>(at, L.INSTRUMENT_IS_CROSSED)) {
      store<u32>(at, 1, L.INSTRUMENT_IS_CROSSED);
      store<f64>(at, now, L.INSTRUMENT_CROSSED_SINCE_US);
      count(at, L.INSTRUMENT_CROSSED);
    } else if (now - load<f64>(at, L.INSTRUMENT_CROSSED_SINCE_US) > CROSSED_TOLERANCE_US) {
      store<f64>(at, now, L.INSTRUMENT_CROSSED_SINCE_US);
      atomic.add<u32>(resync, 1);
    }
  } else if (load<u32>(at, L.INSTRUMENT_IS_CROSSED)) {
    store<u32>(at, 0, L.INSTRUMENT_IS_CROSSED);
    store<f64>(at, NaN, L.INSTRUMENT_CROSSED_SINCE_US);
  }
  setTouch(
    at,
    load<u64>(at, L.INSTRUMENT_BOOK_SEQUENCE),
    load<f64>(at, L.INSTRUMENT_BOOK_EXCHANGE_US),
    load<f64>(at, L.INSTRUMENT_BOOK_RECEIVED_US),
    bookBestBid(book),
    bookBestBidSize(book),
    bookBestAsk(book),
    bookBestAskSize(book),
  );
}

function applyState(at: u32, book: u32, state: u32, reason: u32, now: f64, resync: u32): void {
  const before = load<u32>(at, L.INSTRUMENT_STATE);
  if (state == L.STATE_GAP && before != L.STATE_GAP) count(at, L.INSTRUMENT_GAPS);
  store<u32>(at, state, L.INSTRUMENT_STATE);
  store<u32>(at, reason, L.INSTRUMENT_REASON);
  if (state == L.STATE_LIVE) {
    bookShown(at, book, now, resync);
    return;
  }
  store<u32>(at, 0, L.INSTRUMENT_IS_CROSSED);
  store<f64>(at, NaN, L.INSTRUMENT_CROSSED_SINCE_US);
  // A touch that came from this book is no longer known; the venue's own channel may still tell it.
  if (load<f64>(at, L.INSTRUMENT_BBO_UPDATES) == 0)
    for (let offset: i32 = L.INSTRUMENT_BID; offset <= L.INSTRUMENT_ASK_SIZE; offset += 8) store<f64>(at + u32(offset), NaN);
}

/** Hot: one record into its instrument; of a delta, whose levels are in its book already, the last one counts. `now` is the engine's time, `resync` the instrument's back-channel word. */
export function instrumentApply(at: u32, book: u32, record: u32, now: f64, resync: u32): void {
  const kind = load<u8>(record);
  const isLast = (load<u8>(record, L.RECORD_FLAGS) & L.FLAG_LAST) != 0;
  if (kind == L.KIND_DEPTH) {
    if (isLast) {
      count(at, L.INSTRUMENT_DEPTH_UPDATES);
      bookMoved(at, book, record, now, resync);
    }
  } else if (kind == L.KIND_BBO) applyBbo(at, record);
  else if (kind == L.KIND_TRADE) applyTrade(at, record);
  else if (kind == L.KIND_SNAPSHOT) {
    applySnapshot(at, book, record);
    if (isLast) bookMoved(at, book, record, now, resync);
  } else if (kind == L.KIND_GAP) {
    const reason = u32(load<f64>(record, L.GAP_REASON));
    // A fresh snapshot may fail as well: another failure of the same gap.
    if (reason == L.REASON_CHECKSUM) count(at, L.INSTRUMENT_CHECKSUM_FAILURES);
    applyState(at, book, L.STATE_GAP, reason, now, resync);
  } else if (kind == L.KIND_BOOK_STATE)
    applyState(at, book, u32(load<f64>(record, L.BOOK_STATE_STATE)), u32(load<f64>(record, L.BOOK_STATE_REASON)), now, resync);
  else applyFigures(at, record, kind);
}

/** What a venue tells of a derivative beside its trades and its book. */
function applyFigures(at: u32, record: u32, kind: u32): void {
  if (kind == L.KIND_MARK) {
    storeKnown(at, L.INSTRUMENT_MARK, load<f64>(record, L.MARK_PRICE));
    storeTold(at, L.INSTRUMENT_INDEX, load<f64>(record, L.MARK_INDEX), L.INSTRUMENT_INDEX_RECEIVED_US, record);
  } else if (kind == L.KIND_FUNDING) {
    storeKnown(at, L.INSTRUMENT_FUNDING_RATE, load<f64>(record, L.FUNDING_RATE));
    storeKnown(at, L.INSTRUMENT_FUNDING_INTERVAL_HOURS, load<f64>(record, L.FUNDING_INTERVAL_HOURS));
    storeKnown(at, L.INSTRUMENT_FUNDING_NEXT_US, load<f64>(record, L.FUNDING_NEXT_US));
    storeKnown(at, L.INSTRUMENT_FUNDING_PREDICTED_RATE, load<f64>(record, L.FUNDING_PREDICTED_RATE));
  } else if (kind == L.KIND_OPEN_INTEREST) {
    storeKnown(at, L.INSTRUMENT_OPEN_INTEREST, load<f64>(record, L.OPEN_INTEREST_SIZE));
    storeKnown(at, L.INSTRUMENT_OPEN_INTEREST_VALUE, load<f64>(record, L.OPEN_INTEREST_VALUE));
  } else if (kind == L.KIND_LIQUIDATION) {
    count(at, L.INSTRUMENT_LIQUIDATIONS);
    store<f64>(at, load<f64>(record, L.LIQUIDATION_PRICE), L.INSTRUMENT_LIQUIDATION_PRICE);
    store<f64>(at, load<f64>(record, L.LIQUIDATION_SIZE), L.INSTRUMENT_LIQUIDATION_SIZE);
    const isShort = (load<u8>(record, L.RECORD_FLAGS) & L.FLAG_SELL) != 0;
    store<f64>(at, isShort ? 1 : 0, L.INSTRUMENT_LIQUIDATION_SHORT);
    const sum = at + (isShort ? L.INSTRUMENT_LIQUIDATED_SHORT : L.INSTRUMENT_LIQUIDATED_LONG);
    store<f64>(sum, load<f64>(sum) + load<f64>(record, L.LIQUIDATION_SIZE));
  } else if (kind == L.KIND_VOLATILITY) {
    storeKnown(at, L.INSTRUMENT_BID_VOLATILITY, load<f64>(record, L.VOLATILITY_BID));
    storeKnown(at, L.INSTRUMENT_ASK_VOLATILITY, load<f64>(record, L.VOLATILITY_ASK));
    storeKnown(at, L.INSTRUMENT_MARK_VOLATILITY, load<f64>(record, L.VOLATILITY_MARK));
    const underlying = load<f64>(record, L.VOLATILITY_UNDERLYING);
    storeTold(at, L.INSTRUMENT_UNDERLYING, underlying, L.INSTRUMENT_UNDERLYING_RECEIVED_US, record);
  } else if (kind == L.KIND_GREEKS) {
    storeKnown(at, L.INSTRUMENT_DELTA, load<f64>(record, L.GREEKS_DELTA));
    storeKnown(at, L.INSTRUMENT_GAMMA, load<f64>(record, L.GREEKS_GAMMA));
    storeKnown(at, L.INSTRUMENT_VEGA, load<f64>(record, L.GREEKS_VEGA));
    storeKnown(at, L.INSTRUMENT_THETA, load<f64>(record, L.GREEKS_THETA));
  } else if (kind == L.KIND_DAY) {
    storeKnown(at, L.INSTRUMENT_DAY_VOLUME, load<f64>(record, L.DAY_VOLUME));
    storeKnown(at, L.INSTRUMENT_DAY_TURNOVER, load<f64>(record, L.DAY_TURNOVER));
  }
}
