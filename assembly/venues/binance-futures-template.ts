// Binance futures: the shapes of mark price and liquidation messages.
import {
  FLAG_LAST,
  FLAG_SELL,
  FUNDING_NEXT_US,
  FUNDING_RATE,
  KIND_FUNDING,
  KIND_LIQUIDATION,
  KIND_MARK,
  LIQUIDATION_NATIVE_SIZE,
  LIQUIDATION_PRICE,
  LIQUIDATION_PRICE_AVERAGE,
  LIQUIDATION_PRICE_KIND,
  LIQUIDATION_SIZE,
  MARK_INDEX,
  MARK_PRICE,
  MESSAGE_PRODUCT,
  NEED_SPACE,
  PRODUCT_COINM,
  PRODUCT_SPOT,
} from "../../src/layout";
import { integerEnd, shortTime, TIME_BYTES } from "../number";
import { fill, flag, head, put, written } from "../records";
import { noteReceived, useSymbol } from "../symbols";
import {
  AT_SENT,
  convert,
  decimalAt,
  NO_TEMPLATE,
  nameEnd,
  plainEnd,
  same,
  same16,
  signedAt,
  symbolOf,
} from "../template";

/** Hot. Address of the quote after a pair's name, which only COIN-M has; 0 elsewhere. */
// @ts-ignore: decorator
@inline
export function pairEnd(lane: usize, at: usize): usize {
  return load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_COINM ? plainEnd(at) : 0;
}

const SYMBOL: u64 = 0x223a2273222c; // ,"s":"
const PRICE: u64 = 0x223a2270222c22; // ","p":"
const AVERAGE: u64 = 0x223a227061222c22; // ","ap":"
const SETTLE: u64 = 0x223a2250222c22; // ","P":"
const INDEX: u64 = 0x223a2269222c22; // ","i":"
const RATE: u64 = 0x223a2272222c22; // ","r":"
const TIME: u64 = 0x3a2254222c22; // ","T":

/** Hot. {e,E,s,p[,ap][,P][,i],r,T} from the digits of E: mark price and, for a perpetual, funding. */
export function mark(lane: usize, p: usize, end: usize): i32 {
  if (!shortTime(p, lane + AT_SENT) || load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_SPOT) return NO_TEMPLATE;
  p += TIME_BYTES;
  if (!same(p, SYMBOL, 6)) return NO_TEMPLATE;
  const name = p + 6;
  p = nameEnd(name);
  const slot = symbolOf(lane, name, p);
  if (slot == 0 || !same(p, PRICE, 7)) return NO_TEMPLATE;
  const sentUs = load<f64>(lane, AT_SENT);
  const at = put(head(slot, KIND_MARK, 0), sentUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, NaN, NaN, NaN, NaN);
  p = decimalAt(p + 7, at + MARK_PRICE, false);
  if (same(p, AVERAGE, 8)) p = plainEnd(p + 8);
  if (same(p, SETTLE, 7)) p = plainEnd(p + 7);
  if (same(p, INDEX, 7)) p = decimalAt(p + 7, at + MARK_INDEX, false);
  if (!same(p, RATE, 7)) return NO_TEMPLATE;
  const rateAt = p + 7;
  const rateEnd = plainEnd(rateAt);
  if (!same(rateEnd, TIME, 6)) return NO_TEMPLATE;
  const nextAt = rateEnd + 6;
  // Dated futures have no funding: an empty rate, or a next payment at 0.
  const hasFunding = rateEnd != rateAt && load<u8>(nextAt) != 0x30;
  p = hasFunding ? nextAt + TIME_BYTES : integerEnd(nextAt);
  if (load<u8>(p) != 0x7d || p + 1 != end) return NO_TEMPLATE;
  if (hasFunding) {
    const funding = put(head(slot, KIND_FUNDING, 0), sentUs, 0);
    if (funding == 0) return NEED_SPACE;
    fill(funding, NaN, NaN, NaN, NaN);
    if (!shortTime(nextAt, funding + FUNDING_NEXT_US)) return NO_TEMPLATE;
    if (signedAt(rateAt, funding + FUNDING_RATE) != rateEnd) return NO_TEMPLATE;
  }
  flag(written() - 1, FLAG_LAST);
  useSymbol(lane, slot);
  noteReceived(lane, slot);
  return written();
}

const ORDER: u64 = 0x73227b3a226f222c; // ,"o":{"s
const ORDER_END: u64 = 0x223a2273227b3a22; // ":{"s":"
const PAIR: u64 = 0x223a227370222c22; // ","ps":"
const SIDE_BUY: u64 = 0x42223a2253222c22; // ","S":"B
const SIDE_BUY_END: u64 = 0x595542223a225322; // "S":"BUY
const SIDE_SELL: u64 = 0x53223a2253222c22; // ","S":"S
const SIDE_SELL_END: u64 = 0x4c4c4553223a2253; // S":"SELL
const TYPE: u64 = 0x223a226f222c22; // ","o":"
const FORCE: u64 = 0x223a2266222c22; // ","f":"
const SIZE: u64 = 0x223a2271222c22; // ","q":"
const STATUS: u64 = 0x223a2258222c22; // ","X":"
const LAST_FILLED: u64 = 0x223a226c222c22; // ","l":"
const FILLED: u64 = 0x223a227a222c22; // ","z":"

/** Hot. {e,E,o:{s[,ps],S,o,f,q,p,ap,X,l,z,T}} from the digits of E. */
export function liquidation(lane: usize, p: usize, end: usize): i32 {
  if (!shortTime(p, lane + AT_SENT) || load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_SPOT) return NO_TEMPLATE;
  p += TIME_BYTES;
  if (!same16(p, ORDER, ORDER_END, 11)) return NO_TEMPLATE;
  const name = p + 11;
  p = nameEnd(name);
  const slot = symbolOf(lane, name, p);
  if (slot == 0) return NO_TEMPLATE;
  if (same(p, PAIR, 8)) {
    p = pairEnd(lane, p + 8);
    if (p == 0) return NO_TEMPLATE;
  }
  // The order closes the position: a buy order means that a short was liquidated.
  const isShort = same16(p, SIDE_BUY, SIDE_BUY_END, 10);
  if (!isShort && !same16(p, SIDE_SELL, SIDE_SELL_END, 11)) return NO_TEMPLATE;
  p += isShort ? 10 : 11;
  if (!same(p, TYPE, 7)) return NO_TEMPLATE;
  p = plainEnd(p + 7);
  if (!same(p, FORCE, 7)) return NO_TEMPLATE;
  p = plainEnd(p + 7);
  if (!same(p, SIZE, 7)) return NO_TEMPLATE;
  p = plainEnd(p + 7);
  if (!same(p, PRICE, 7)) return NO_TEMPLATE;
  p = plainEnd(p + 7);
  if (!same(p, AVERAGE, 8)) return NO_TEMPLATE;
  const at = put(
    head(slot, KIND_LIQUIDATION, isShort ? FLAG_LAST | FLAG_SELL : FLAG_LAST),
    load<f64>(lane, AT_SENT),
    0,
  );
  if (at == 0) return NEED_SPACE;
  p = decimalAt(p + 8, at + LIQUIDATION_PRICE, false);
  if (!same(p, STATUS, 7)) return NO_TEMPLATE;
  p = plainEnd(p + 7);
  if (!same(p, LAST_FILLED, 7)) return NO_TEMPLATE;
  p = plainEnd(p + 7);
  if (!same(p, FILLED, 7)) return NO_TEMPLATE;
  p = decimalAt(p + 7, at + LIQUIDATION_NATIVE_SIZE, true);
  if (!same(p, TIME, 6)) return NO_TEMPLATE;
  p = integerEnd(p + 6);
  if (load<u16>(p) != 0x7d7d || p + 2 != end) return NO_TEMPLATE;
  if (!convert(slot, at + LIQUIDATION_PRICE, at + LIQUIDATION_NATIVE_SIZE, at + LIQUIDATION_SIZE)) return NO_TEMPLATE;
  store<f64>(at, LIQUIDATION_PRICE_AVERAGE, LIQUIDATION_PRICE_KIND);
  useSymbol(lane, slot);
  noteReceived(lane, slot);
  return 1;
}
