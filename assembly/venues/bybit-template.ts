// Bybit v5: the shapes of book, trade and liquidation messages that the venue sends today.
import {
  FLAG_EXCLUDED,
  FLAG_SELL,
  KIND_LIQUIDATION,
  KIND_TRADE,
  LIQUIDATION_NATIVE_SIZE,
  LIQUIDATION_PRICE,
  LIQUIDATION_PRICE_BANKRUPTCY,
  LIQUIDATION_PRICE_KIND,
  LIQUIDATION_SIZE,
  MESSAGE_PRODUCT,
  NEED_SPACE,
  PRODUCT_OPTION,
  RECORD_SEQUENCE,
  TRADE_NATIVE_SIZE,
  TRADE_PRICE,
  TRADE_SIZE,
  TRADE_TIME_US,
} from "../../src/layout";
import { integerEnd, shortInteger, shortTime, TIME_BYTES } from "../number";
import { endMessage, head, put, written } from "../records";
import { noteReceived, useSymbol } from "../symbols";
import {
  AT_ID,
  AT_SENT,
  booleanEnd,
  convert,
  decimalAt,
  isNamed,
  NO_TEMPLATE,
  nameEnd,
  plainEnd,
  same,
  same16,
  same24,
  symbolOf,
} from "../template";
import { orderbook } from "./bybit-book-template";
import { headEnd, SEQUENCE } from "./bybit-head";
import { ticker } from "./bybit-ticker-template";

const TOPIC: u64 = 0x226369706f74227b; // {"topic"
const TOPIC_END: u64 = 0x223a226369706f74; // topic":"
const ORDERBOOK: u64 = 0x6f6f62726564726f; // orderboo
const ORDERBOOK_END: u64 = 0x2e6b6f6f62726564; // derbook.
const PUBLIC_TRADE: u64 = 0x725463696c627570; // publicTr
const PUBLIC_TRADE_END: u64 = 0x2e65646172546369; // icTrade.
const ALL_LIQUIDATION: u64 = 0x697571694c6c6c61; // allLiqui
const ALL_LIQUIDATION_END: u64 = 0x2e6e6f6974616469; // idation.
const TICKERS: u64 = 0x2e7372656b636974; // tickers.

/** Hot. Decodes the frame at [at, end) when it has a known shape: records, NEED_SPACE or NO_TEMPLATE. */
export function bybitTemplate(lane: usize, at: usize, end: usize): i32 {
  if (!same16(at, TOPIC, TOPIC_END, 10)) return NO_TEMPLATE;
  // Options have tickers and trades of their own kind.
  if (load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_OPTION) return NO_TEMPLATE;
  const p = at + 10;
  if (same16(p, ORDERBOOK, ORDERBOOK_END, 10)) return orderbook(lane, p + 10, end);
  if (same16(p, PUBLIC_TRADE, PUBLIC_TRADE_END, 12)) return trades(lane, p + 12, end);
  if (same(p, TICKERS, 8)) return ticker(lane, p + 8, end);
  if (same16(p, ALL_LIQUIDATION, ALL_LIQUIDATION_END, 15)) return liquidations(lane, p + 15, end);
  return NO_TEMPLATE;
}

const TIME_FIRST: u64 = 0x3a2254227b; // {"T":
const SYMBOL_NEXT: u64 = 0x223a2273222c; // ,"s":"
const SIDE_BUY: u64 = 0x42223a2253222c22; // ","S":"B
const SIDE_BUY_MIDDLE: u64 = 0x3a2276222c227975; // uy","v":
const SIDE_BUY_END: u64 = 0x223a2276222c2279; // y","v":"
const SIDE_SELL: u64 = 0x53223a2253222c22; // ","S":"S
const SIDE_SELL_MIDDLE: u64 = 0x2276222c226c6c65; // ell","v"
const SIDE_SELL_END: u64 = 0x223a2276222c226c; // l","v":"
const PRICE_AFTER_SIZE: u64 = 0x223a2270222c22; // ","p":"
const TICK: u64 = 0x223a224c222c22; // ","L":"
const TRADE_ID: u64 = 0x223a2269222c22; // ","i":"
const BLOCK: u64 = 0x3a225442222c22; // ","BT":
const IMPROVED: u64 = 0x3a22495052222c; // ,"RPI":
const ID_FIRST: u64 = 0x223a2269227b; // {"i":"
const TIME_NEXT: u64 = 0x3a2254222c22; // ","T":
const PRICE: u64 = 0x223a2270222c; // ,"p":"
const SIZE_AFTER_PRICE: u64 = 0x223a2276222c22; // ","v":"
const SPOT_BUY: u64 = 0x42223a2253222c22; // ","S":"B
const SPOT_BUY_END: u64 = 0x22797542223a2253; // S":"Buy"
const SPOT_SELL: u64 = 0x53223a2253222c22; // ","S":"S
const SPOT_SELL_END: u64 = 0x226c6c6553223a22; // ":"Sell"

/** Hot. {topic,type|ts,ts|type,data:[…]} from the topic's symbol. */
function trades(lane: usize, p: usize, end: usize): i32 {
  const name = p;
  p = nameEnd(name);
  const length = p - name;
  const slot = symbolOf(lane, name, p);
  if (slot == 0) return NO_TEMPLATE;
  p = headEnd(lane, p);
  if (load<u8>(p) != 0x5b) return NO_TEMPLATE;
  do {
    const at = put(head(slot, KIND_TRADE, 0), load<f64>(lane, AT_SENT), 0);
    if (at == 0) return NEED_SPACE;
    p = load<u8>(p, 3) == 0x69 ? spotTrade(slot, length, p + 1, at) : trade(slot, length, p + 1, at);
    if (p == 0 || p > end) return NO_TEMPLATE;
    if (!convert(slot, at + TRADE_PRICE, at + TRADE_NATIVE_SIZE, at + TRADE_SIZE)) return NO_TEMPLATE;
  } while (load<u8>(p) == 0x2c);
  if (load<u16>(p) != 0x7d5d || p + 2 != end) return NO_TEMPLATE; // ]}
  endMessage();
  useSymbol(lane, slot);
  noteReceived(lane, slot);
  return written();
}

/** Hot. {T,s,S,v,p,L,i,BT[,RPI][,seq]} of a derivative: the address after it, 0 for another shape. */
// @ts-ignore: decorator
@inline
function trade(slot: usize, length: usize, p: usize, at: usize): usize {
  if (!same(p, TIME_FIRST, 5)) return 0;
  if (!shortTime(p + 5, at + TRADE_TIME_US)) return 0;
  p += 5 + TIME_BYTES;
  if (!same(p, SYMBOL_NEXT, 6) || !isNamed(slot, p + 6, length)) return 0;
  p = sideEnd(p + 6 + length, at);
  if (p == 0) return 0;
  p = decimalAt(p, at + TRADE_NATIVE_SIZE, true);
  if (!same(p, PRICE_AFTER_SIZE, 7)) return 0;
  p = decimalAt(p + 7, at + TRADE_PRICE, false);
  if (!same(p, TICK, 7)) return 0;
  p = plainEnd(p + 7);
  if (!same(p, TRADE_ID, 7)) return 0;
  // A UUID: no number, so the sequence counts.
  if (load<u8>(p, 7 + 8) != 0x2d) return 0;
  p = plainEnd(p + 7);
  if (!same(p, BLOCK, 7)) return 0;
  p = blockEnd(p + 7, at);
  if (!same(p, SEQUENCE, 7)) return load<u8>(p) == 0x7d ? p + 1 : 0;
  p = shortInteger(p + 7, at + RECORD_SEQUENCE);
  return load<u8>(p) == 0x7d ? p + 1 : 0;
}

/** Hot. `","S":"Buy","v":"` at p: the address after it, 0 for another shape. */
// @ts-ignore: decorator
@inline
function sideEnd(p: usize, at: usize): usize {
  if (same24(p, SIDE_BUY, SIDE_BUY_MIDDLE, SIDE_BUY_END, 17)) return p + 17;
  if (!same24(p, SIDE_SELL, SIDE_SELL_MIDDLE, SIDE_SELL_END, 18)) return 0;
  setFlag(at, FLAG_SELL);
  return p + 18;
}

// @ts-ignore: decorator
@inline
function setFlag(at: usize, flag: u64): void {
  store<u64>(at, load<u64>(at) | (flag << 8));
}

/** Hot. `false[,"RPI":false]` after BT at p: the address after it, 0 for another shape. */
// @ts-ignore: decorator
@inline
function blockEnd(p: usize, at: usize): usize {
  if (load<u8>(p) == 0x74) setFlag(at, FLAG_EXCLUDED);
  p = booleanEnd(p);
  return same(p, IMPROVED, 7) ? booleanEnd(p + 7) : p;
}

/** Hot. {i,T,p,v,S[,seq],s,BT[,RPI]} of spot: the address after it, 0 for another shape. */
// @ts-ignore: decorator
@inline
function spotTrade(slot: usize, length: usize, p: usize, at: usize): usize {
  if (!same(p, ID_FIRST, 6)) return 0;
  p += 6;
  let id: u64 = 0;
  const idAt = p;
  while (<u32>load<u8>(p) - 0x30 < 10 && p - idAt < 19) id = id * 10 + (load<u8>(p++) - 0x30);
  if (p == idAt || !same(p, TIME_NEXT, 6)) return 0;
  store<u64>(at, id, RECORD_SEQUENCE);
  if (!shortTime(p + 6, at + TRADE_TIME_US)) return 0;
  p += 6 + TIME_BYTES;
  if (!same(p, PRICE, 6)) return 0;
  p = decimalAt(p + 6, at + TRADE_PRICE, false);
  if (!same(p, SIZE_AFTER_PRICE, 7)) return 0;
  p = decimalAt(p + 7, at + TRADE_NATIVE_SIZE, true);
  if (same16(p, SPOT_BUY, SPOT_BUY_END, 11)) p += 11;
  else {
    if (!same16(p, SPOT_SELL, SPOT_SELL_END, 12)) return 0;
    setFlag(at, FLAG_SELL);
    p += 12;
  }
  // Only the id counts.
  if (same(p, SEQUENCE, 7)) p = integerEnd(p + 7);
  if (!same(p, SYMBOL_NEXT, 6) || !isNamed(slot, p + 6, length)) return 0;
  p += 6 + length;
  if (!same(p, BLOCK, 7)) return 0;
  p = blockEnd(p + 7, at);
  return load<u8>(p) == 0x7d ? p + 1 : 0;
}

/** Hot. {topic,type|ts,ts|type,data:[{T,s,S,v,p},…]} from the topic's symbol. */
function liquidations(lane: usize, p: usize, end: usize): i32 {
  const name = p;
  p = nameEnd(name);
  const length = p - name;
  const slot = symbolOf(lane, name, p);
  if (slot == 0) return NO_TEMPLATE;
  p = headEnd(lane, p);
  if (load<u8>(p) != 0x5b) return NO_TEMPLATE;
  do {
    const at = put(head(slot, KIND_LIQUIDATION, 0), load<f64>(lane, AT_SENT), 0);
    if (at == 0) return NEED_SPACE;
    if (!same(p + 1, TIME_FIRST, 5) || !shortTime(p + 6, lane + AT_ID)) return NO_TEMPLATE;
    p += 6 + TIME_BYTES;
    if (!same(p, SYMBOL_NEXT, 6) || !isNamed(slot, p + 6, length)) return NO_TEMPLATE;
    p = sideEnd(p + 6 + length, at);
    if (p == 0) return NO_TEMPLATE;
    p = decimalAt(p, at + LIQUIDATION_NATIVE_SIZE, true);
    if (!same(p, PRICE_AFTER_SIZE, 7)) return NO_TEMPLATE;
    p = decimalAt(p + 7, at + LIQUIDATION_PRICE, false);
    if (load<u16>(p) != 0x7d22 || p > end) return NO_TEMPLATE; // "}
    p += 2;
    if (!convert(slot, at + LIQUIDATION_PRICE, at + LIQUIDATION_NATIVE_SIZE, at + LIQUIDATION_SIZE)) return NO_TEMPLATE;
    store<f64>(at, LIQUIDATION_PRICE_BANKRUPTCY, LIQUIDATION_PRICE_KIND);
  } while (load<u8>(p) == 0x2c);
  if (load<u16>(p) != 0x7d5d || p + 2 != end) return NO_TEMPLATE; // ]}
  endMessage();
  useSymbol(lane, slot);
  noteReceived(lane, slot);
  return written();
}
