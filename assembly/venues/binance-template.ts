// Binance: the shapes of messages that the venue sends today, and those of the years before that differ
// only by keys left out. Optional parts are written `[,"T":0]`.
import {
  FLAG_AGGREGATE,
  FLAG_LAST,
  FLAG_SELL,
  KIND_BBO,
  KIND_TRADE,
  NEED_SPACE,
  RECORD_EXCHANGE_TIME_US,
  RECORD_FLAGS,
  TRADE_NATIVE_SIZE,
  TRADE_PRICE,
  TRADE_SIZE,
  TRADE_TIME_US,
} from "../../src/layout";
import { integerEnd, shortInteger, shortTime, TIME_BYTES } from "../number";
import { head, put } from "../records";
import { noteReceived, useSymbol } from "../symbols";
import {
  AT_ID,
  AT_SENT,
  AT_TIME,
  booleanEnd,
  convert,
  decimalAt,
  NO_TEMPLATE,
  nameEnd,
  plainEnd,
  same,
  same16,
  same24,
  symbolOf,
} from "../template";
import { depth, snapshot } from "./binance-book-template";
import { EVENT_TIME, PAIR, SYMBOL, TIME } from "./binance-keys";
import { liquidation, mark, pairEnd } from "./binance-futures-template";

const STREAM: u64 = 0x6d6165727473227b; // {"stream
const STREAM_END: u64 = 0x223a226d61657274; // tream":"
const DATA: u64 = 0x2261746164222c22; // ","data"
const DATA_END: u64 = 0x3a2261746164222c; // ,"data":
const OPEN_DEPTH: u64 = 0x6564223a2265227b; // {"e":"de
const DEPTH: u64 = 0x7461647055687470; // pthUpdat
const DEPTH_END: u64 = 0x3a2245222c226574; // te","E":
const OPEN_TICKER: u64 = 0x6f62223a2265227b; // {"e":"bo
const TICKER: u64 = 0x72656b6369546b6f; // okTicker
const TICKER_END: u64 = 0x3a2275222c227265; // er","u":
const OPEN_TRADE: u64 = 0x7274223a2265227b; // {"e":"tr
const TRADE: u64 = 0x2245222c22656461; // ade","E"
const TRADE_END: u64 = 0x3a2245222c226564; // de","E":
const OPEN_AGGREGATE: u64 = 0x6761223a2265227b; // {"e":"ag
const AGGREGATE: u64 = 0x2c22656461725467; // gTrade",
const AGGREGATE_END: u64 = 0x3a2245222c226564; // de","E":
const OPEN_MARK: u64 = 0x616d223a2265227b; // {"e":"ma
const MARK: u64 = 0x5565636972506b72; // rkPriceU
const MARK_MIDDLE: u64 = 0x222c226574616470; // pdate","
const MARK_END: u64 = 0x3a2245222c226574; // te","E":
const OPEN_FORCE: u64 = 0x6f66223a2265227b; // {"e":"fo
const FORCE: u64 = 0x726564724f656372; // rceOrder
const FORCE_END: u64 = 0x3a2245222c227265; // er","E":
const OPEN_SPOT_TICKER: u64 = 0x3a2275227b; // {"u":
const OPEN_SNAPSHOT: u64 = 0x70557473616c227b; // {"lastUp
const SNAPSHOT: u64 = 0x3a22644965746164; // dateId":

/** Hot. Decodes the frame at [at, end) when it has a known shape: records, NEED_SPACE or NO_TEMPLATE. */
export function binanceTemplate(lane: usize, at: usize, end: usize): i32 {
  let p = at;
  let stream: usize = 0;
  let last = end;
  if (same16(p, STREAM, STREAM_END, 11)) {
    stream = p + 11;
    const quote = plainEnd(stream);
    if (quote == 0 || !same16(quote, DATA, DATA_END, 9)) return NO_TEMPLATE;
    p = quote + 9;
    // The outer brace; the message itself ends before it.
    last = end - 1;
    if (p >= last || load<u8>(last) != 0x7d) return NO_TEMPLATE;
  }
  const open = load<u64>(p);
  if (open == OPEN_DEPTH) {
    if (stream != 0 && isPartial(stream, p)) return NO_TEMPLATE;
    return same16(p + 8, DEPTH, DEPTH_END, 15) ? depth(lane, p + 23, last) : NO_TEMPLATE;
  }
  if ((open & 0xffffffffff) == OPEN_SPOT_TICKER) return bookTicker(lane, p + 5, last);
  if (open == OPEN_TICKER) return same16(p + 8, TICKER, TICKER_END, 14) ? bookTicker(lane, p + 22, last) : NO_TEMPLATE;
  if (open == OPEN_TRADE) return same16(p + 8, TRADE, TRADE_END, 9) ? trade(lane, p + 17, last) : NO_TEMPLATE;
  if (open == OPEN_AGGREGATE)
    return same16(p + 8, AGGREGATE, AGGREGATE_END, 12) ? aggregate(lane, p + 20, last) : NO_TEMPLATE;
  if (open == OPEN_MARK) return same24(p + 8, MARK, MARK_MIDDLE, MARK_END, 19) ? mark(lane, p + 27, last) : NO_TEMPLATE;
  if (open == OPEN_FORCE) return same16(p + 8, FORCE, FORCE_END, 14) ? liquidation(lane, p + 22, last) : NO_TEMPLATE;
  if (open == OPEN_SNAPSHOT && stream == 0)
    return same(p + 8, SNAPSHOT, 8) ? snapshot(lane, p + 16, last) : NO_TEMPLATE;
  return NO_TEMPLATE;
}

const AT_DEPTH: u64 = 0x687470656440; // @depth

/** Hot. The stream's name has a digit after its first `@depth`, or none can be seen. */
function isPartial(stream: usize, end: usize): bool {
  while (stream < end && load<u8>(stream) != 0x40) stream++;
  if (!same(stream, AT_DEPTH, 6)) return true;
  const next = load<u8>(stream, 6);
  return next != 0x40 && next != 0x22;
}

const EVENT_TICKER: u64 = 0x6f62223a2265222c; // ,"e":"bo
const EVENT_TICKER_MIDDLE: u64 = 0x72656b6369546b6f; // okTicker
const EVENT_TICKER_END: u64 = 0x2272656b6369546b; // kTicker"
const BID: u64 = 0x223a2262222c22; // ","b":"
const BID_SIZE: u64 = 0x223a2242222c22; // ","B":"
const ASK: u64 = 0x223a2261222c22; // ","a":"
const ASK_SIZE: u64 = 0x223a2241222c22; // ","A":"
const QUOTED_TIME: u64 = 0x3a2254222c22; // ","T":

/** Hot. {[e,]u[,e],s[,ps],b,B,a,A[,T,E]} from the digits of u. */
function bookTicker(lane: usize, p: usize, end: usize): i32 {
  p = shortInteger(p, lane + AT_ID);
  if (same24(p, EVENT_TICKER, EVENT_TICKER_MIDDLE, EVENT_TICKER_END, 17)) p += 17;
  if (!same(p, SYMBOL, 6)) return NO_TEMPLATE;
  const name = p + 6;
  p = nameEnd(name);
  const slot = symbolOf(lane, name, p);
  if (slot == 0) return NO_TEMPLATE;
  if (same(p, PAIR, 8)) {
    p = pairEnd(lane, p + 8);
    if (p == 0) return NO_TEMPLATE;
  }
  const at = put(head(slot, KIND_BBO, FLAG_LAST), NaN, load<u64>(lane, AT_ID));
  if (at == 0) return NEED_SPACE;
  if (!same(p, BID, 7)) return NO_TEMPLATE;
  p = decimalAt(p + 7, at + 32, false);
  if (p == 0 || !same(p, BID_SIZE, 7)) return NO_TEMPLATE;
  p = decimalAt(p + 7, at + 40, true);
  if (p == 0 || !same(p, ASK, 7)) return NO_TEMPLATE;
  p = decimalAt(p + 7, at + 48, false);
  if (p == 0 || !same(p, ASK_SIZE, 7)) return NO_TEMPLATE;
  p = decimalAt(p + 7, at + 56, true);
  if (p == 0) return NO_TEMPLATE;
  if (same(p, QUOTED_TIME, 6)) {
    p = integerEnd(p + 6);
    if (p == 0 || !same(p, EVENT_TIME, 5)) return NO_TEMPLATE;
    if (!shortTime(p + 5, at + RECORD_EXCHANGE_TIME_US)) return NO_TEMPLATE;
    p += 5 + TIME_BYTES;
  } else if (load<u8>(p++) != 0x22) return NO_TEMPLATE;
  if (load<u8>(p) != 0x7d || p + 1 != end) return NO_TEMPLATE;
  if (!convert(slot, at + 32, at + 40, at + 40) || !convert(slot, at + 48, at + 56, at + 56)) return NO_TEMPLATE;
  useSymbol(lane, slot);
  noteReceived(lane, slot);
  return 1;
}

const TRADE_ID: u64 = 0x3a2274222c22; // ","t":
const TRADE_PRICE_KEY: u64 = 0x223a2270222c; // ,"p":"
const TRADE_SIZE_KEY: u64 = 0x223a2271222c22; // ","q":"
const BUYER: u64 = 0x3a2262222c; // ,"b":
const SELLER: u64 = 0x3a2261222c; // ,"a":
const MARKET: u64 = 0x414d223a2258222c; // ,"X":"MA
const MARKET_END: u64 = 0x2254454b52414d22; // "MARKET"
const MAKER: u64 = 0x3a226d222c; // ,"m":
const IGNORED: u64 = 0x3a224d222c; // ,"M":

/** Hot. {e,E[,T],s,t,p,q[,b,a][,T][,X:"MARKET"],m[,M]} from the digits of E. */
function trade(lane: usize, p: usize, end: usize): i32 {
  if (!shortTime(p, lane + AT_SENT)) return NO_TEMPLATE;
  p += TIME_BYTES;
  let hasTime = same(p, TIME, 5);
  if (hasTime) {
    if (!shortTime(p + 5, lane + AT_TIME)) return NO_TEMPLATE;
    p += 5 + TIME_BYTES;
  }
  if (!same(p, SYMBOL, 6)) return NO_TEMPLATE;
  const name = p + 6;
  p = nameEnd(name);
  const slot = symbolOf(lane, name, p);
  if (slot == 0) return NO_TEMPLATE;
  if (!same(p, TRADE_ID, 6)) return NO_TEMPLATE;
  p = shortInteger(p + 6, lane + AT_ID);
  if (p == 0) return NO_TEMPLATE;
  const at = put(head(slot, KIND_TRADE, FLAG_LAST), load<f64>(lane, AT_SENT), load<u64>(lane, AT_ID));
  if (at == 0) return NEED_SPACE;
  p = priceAndSize(p, at);
  if (p == 0) return NO_TEMPLATE;
  if (same(p, BUYER, 5)) {
    p = integerEnd(p + 5);
    if (p == 0 || !same(p, SELLER, 5)) return NO_TEMPLATE;
    p = integerEnd(p + 5);
    if (p == 0) return NO_TEMPLATE;
  }
  if (same(p, TIME, 5)) {
    if (!shortTime(p + 5, lane + AT_TIME)) return NO_TEMPLATE;
    p += 5 + TIME_BYTES;
    hasTime = true;
  }
  if (!hasTime) return NO_TEMPLATE;
  if (same16(p, MARKET, MARKET_END, 13)) p += 13;
  return endTrade(lane, slot, at, p, end);
}

/** Hot. `,"p":"…","q":"…"` at p: the address after it, 0 when it has another shape. */
// @ts-ignore: decorator
@inline
function priceAndSize(p: usize, at: usize): usize {
  if (!same(p, TRADE_PRICE_KEY, 6)) return 0;
  p = decimalAt(p + 6, at + TRADE_PRICE, false);
  if (p == 0 || !same(p, TRADE_SIZE_KEY, 7)) return 0;
  p = decimalAt(p + 7, at + TRADE_NATIVE_SIZE, true);
  return p == 0 || load<u8>(p) != 0x22 ? 0 : p + 1;
}

/** Hot. `,"m":true[,"M":true]}` at p ends the message. */
// @ts-ignore: decorator
@inline
function endTrade(lane: usize, slot: usize, at: usize, p: usize, end: usize): i32 {
  if (!same(p, MAKER, 5)) return NO_TEMPLATE;
  const isMaker = load<u8>(p, 5) == 0x74;
  p = booleanEnd(p + 5);
  if (p == 0) return NO_TEMPLATE;
  if (same(p, IGNORED, 5)) p = booleanEnd(p + 5);
  if (load<u8>(p) != 0x7d || p + 1 != end) return NO_TEMPLATE;
  if (!convert(slot, at + TRADE_PRICE, at + TRADE_NATIVE_SIZE, at + TRADE_SIZE)) return NO_TEMPLATE;
  store<f64>(at, load<f64>(lane, AT_TIME), TRADE_TIME_US);
  if (isMaker) store<u8>(at, load<u8>(at, RECORD_FLAGS) | FLAG_SELL, RECORD_FLAGS);
  useSymbol(lane, slot);
  noteReceived(lane, slot);
  return 1;
}

const AGGREGATE_ID: u64 = 0x3a2261222c; // ,"a":
const QUOTED_AGGREGATE_ID: u64 = 0x3a2261222c22; // ","a":
const SYMBOL_AFTER: u64 = 0x223a2273222c; // ,"s":"
const NORMAL_SIZE: u64 = 0x223a22716e222c; // ,"nq":"
const FIRST_TRADE: u64 = 0x3a2266222c; // ,"f":
const LAST_TRADE: u64 = 0x3a226c222c; // ,"l":

/** Hot. {e,E,s,a,p,q[,nq],f,l,T,m[,M]} from the digits of E; futures have a before s. */
function aggregate(lane: usize, p: usize, end: usize): i32 {
  if (!shortTime(p, lane + AT_SENT)) return NO_TEMPLATE;
  p += TIME_BYTES;
  const isFirst = same(p, AGGREGATE_ID, 5);
  if (isFirst) p = shortInteger(p + 5, lane + AT_ID);
  if (!same(p, SYMBOL_AFTER, 6)) return NO_TEMPLATE;
  const name = p + 6;
  p = nameEnd(name);
  const slot = symbolOf(lane, name, p);
  if (slot == 0) return NO_TEMPLATE;
  if (isFirst) p++;
  else if (same(p, QUOTED_AGGREGATE_ID, 6)) p = shortInteger(p + 6, lane + AT_ID);
  else return NO_TEMPLATE;
  const first = head(slot, KIND_TRADE, FLAG_LAST | FLAG_AGGREGATE);
  const at = put(first, load<f64>(lane, AT_SENT), load<u64>(lane, AT_ID));
  if (at == 0) return NEED_SPACE;
  p = priceAndSize(p, at);
  if (p == 0) return NO_TEMPLATE;
  if (same(p, NORMAL_SIZE, 7)) {
    p = plainEnd(p + 7) + 1;
  }
  if (!same(p, FIRST_TRADE, 5)) return NO_TEMPLATE;
  p = integerEnd(p + 5);
  if (p == 0 || !same(p, LAST_TRADE, 5)) return NO_TEMPLATE;
  p = integerEnd(p + 5);
  if (p == 0 || !same(p, TIME, 5)) return NO_TEMPLATE;
  if (!shortTime(p + 5, lane + AT_TIME)) return NO_TEMPLATE;
  return endTrade(lane, slot, at, p + 5 + TIME_BYTES, end);
}
