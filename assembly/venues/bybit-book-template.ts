// Bybit v5: the shapes of book messages.
import {
  CLASS_DELTA,
  CLASS_SNAPSHOT,
  CLASS_TOP_DELTA,
  CLASS_TOP_SNAPSHOT,
  FLAG_ASK,
  FLAG_LAST,
  FLAG_PARTIAL,
  KIND_BBO,
  KIND_DEPTH,
  KIND_SNAPSHOT,
  MESSAGE_CLASS,
  MESSAGE_DEPTH,
  MESSAGE_FIRST_ID,
  MESSAGE_LAST_ID,
  NEED_SPACE,
  RECORD_SEQUENCE,
} from "../../src/layout";
import { closeLevels, NO_ROOM, templateLevels } from "../levels";
import { integerEnd, shortInteger } from "../number";
import { head, put, recordAt, written } from "../records";
import { noteReceived, useSymbol } from "../symbols";
import {
  AT_ID,
  AT_LEVEL,
  AT_SENT,
  convert,
  decimalAt,
  isNamed,
  NO_TEMPLATE,
  nameEnd,
  same,
  symbolOf,
  waitingId,
} from "../template";
import { headEnd, isSnapshot, SEQUENCE } from "./bybit-head";

const SYMBOL: u64 = 0x223a2273227b; // {"s":"
const BIDS: u64 = 0x3a2262222c22; // ","b":
const ASKS: u64 = 0x3a2261222c; // ,"a":
const UPDATE_ID: u64 = 0x3a2275222c; // ,"u":
const MATCHED: u64 = 0x3a22737463222c7d; // },"cts":

/** Hot. {topic,type|ts,ts|type,data:{s,b,a,u[,seq]}[,cts]} from the digits of the depth. */
export function orderbook(lane: usize, p: usize, end: usize): i32 {
  const depthAt = p;
  p = shortInteger(p, lane + AT_ID);
  const levels = load<u32>(lane, AT_ID);
  if (levels == 0 || p - depthAt > 5 || load<u8>(p) != 0x2e) return NO_TEMPLATE;
  const name = p + 1;
  p = nameEnd(name);
  const length = p - name;
  const slot = symbolOf(lane, name, p);
  if (slot == 0) return NO_TEMPLATE;
  p = headEnd(lane, p);
  if (!same(p, SYMBOL, 6) || !isNamed(slot, p + 6, length) || p > end) return NO_TEMPLATE;
  p += 6 + length;
  if (!same(p, BIDS, 6)) return NO_TEMPLATE;
  const isTop = levels == 1;
  const sentUs = load<f64>(lane, AT_SENT);

  let top: usize = 0;
  let first: u64 = 0;
  if (isTop) {
    top = put(head(slot, KIND_BBO, FLAG_LAST), sentUs, 0);
    if (top == 0) return NEED_SPACE;
    p = bestLevel(lane, slot, p + 6, end, false, top + 32);
    if (!same(p, ASKS, 5)) return NO_TEMPLATE;
    p = bestLevel(lane, slot, p + 5, end, true, top + 48);
  } else {
    const kind = isSnapshot ? KIND_SNAPSHOT : KIND_DEPTH;
    first = head(slot, kind, 0);
    p = templateLevels(p + 6, end, slot, first, sentUs, 0);
    if (p == NO_ROOM) return NEED_SPACE;
    if (!same(p, ASKS, 5)) return NO_TEMPLATE;
    p = templateLevels(p + 5, end, slot, head(slot, kind, FLAG_ASK), sentUs, 0);
    if (p == NO_ROOM) return NEED_SPACE;
  }

  if (!same(p, UPDATE_ID, 5)) return NO_TEMPLATE;
  p = shortInteger(p + 5, lane + AT_ID);
  if (p == 0) return NO_TEMPLATE;
  const id = load<u64>(lane, AT_ID);
  // A fresh start of the venue's, whatever it calls it: rare, so left to the general scanner.
  if (id == 1 && !isSnapshot) return NO_TEMPLATE;
  if (same(p, SEQUENCE, 7)) p = integerEnd(p + 7);
  if (same(p, MATCHED, 8)) {
    p = integerEnd(p + 8);
    if (p == 0) return NO_TEMPLATE;
  } else if (load<u8>(p++) != 0x7d) return NO_TEMPLATE;
  if (load<u8>(p) != 0x7d || p + 1 != end) return NO_TEMPLATE;

  store<u32>(lane, levels, MESSAGE_DEPTH);
  store<f64>(lane, waitingId(lane, AT_ID), MESSAGE_FIRST_ID);
  store<f64>(lane, waitingId(lane, AT_ID), MESSAGE_LAST_ID);
  useSymbol(lane, slot);
  noteReceived(lane, slot);
  if (isTop) {
    store<u32>(lane, isSnapshot ? CLASS_TOP_SNAPSHOT : CLASS_TOP_DELTA, MESSAGE_CLASS);
    store<u64>(top, id, RECORD_SEQUENCE);
    if (!isSnapshot) store<u64>(top, load<u64>(top) | (FLAG_PARTIAL << 8));
    return 1;
  }
  store<u32>(lane, isSnapshot ? CLASS_SNAPSHOT : CLASS_DELTA, MESSAGE_CLASS);
  // The id comes after the levels.
  for (let index = 0; index < written(); index++) store<u64>(recordAt(index), id, RECORD_SEQUENCE);
  return closeLevels(first, sentUs, id);
}

const LEVEL_OPEN: u32 = 0x225b; // ["
const LEVEL_MIDDLE: u64 = 0x222c22; // ","
const LEVEL_END: u64 = 0x5d22; // "]

/** Hot. The best level of a side that is no removal, NaN without one: the address after the list, 0 for another shape. */
function bestLevel(lane: usize, slot: usize, p: usize, end: usize, isAsk: bool, into: usize): usize {
  store<f64>(into, NaN);
  store<f64>(into, NaN, 8);
  if (load<u16>(p) == 0x5d5b) return p + 2; // []
  const price = lane + AT_LEVEL;
  if (load<u8>(p) != 0x5b) return 0;
  while (p < end) {
    if (load<u16>(p, 1) != LEVEL_OPEN) return 0;
    p = decimalAt(p + 3, price, false);
    if (!same(p, LEVEL_MIDDLE, 3)) return 0;
    p = decimalAt(p + 3, price + 8, true);
    if (!same(p, LEVEL_END, 2) || !convert(slot, price, price + 8, price + 8)) return 0;
    const best = load<f64>(into);
    const value = load<f64>(price);
    if (load<f64>(price, 8) != 0 && !(isAsk ? value >= best : value <= best)) {
      store<f64>(into, value);
      store<f64>(into, load<f64>(price, 8), 8);
    }
    p += 2;
    const next = load<u8>(p);
    if (next == 0x5d) return p + 1;
    if (next != 0x2c) return 0;
  }
  return 0;
}
