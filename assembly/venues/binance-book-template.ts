// Binance: the shapes of book messages, changes and whole books.
import {
  CLASS_DELTA,
  CLASS_SNAPSHOT,
  FLAG_ASK,
  KIND_DEPTH,
  KIND_SNAPSHOT,
  MESSAGE_CLASS,
  MESSAGE_FIRST_ID,
  MESSAGE_HINT,
  MESSAGE_LAST_ID,
  MESSAGE_PREVIOUS_ID,
  MESSAGE_PRODUCT,
  NEED_SPACE,
  PRODUCT_SPOT,
} from "../../src/layout";
import { closeLevels, NO_ROOM, templateLevels } from "../levels";
import { integerEnd, shortInteger, shortTime, TIME_BYTES } from "../number";
import { head } from "../records";
import { findInstrument, noteReceived, useSymbol } from "../symbols";
import {
  AT_FIRST_ID,
  AT_ID,
  AT_PREVIOUS_ID,
  AT_SENT,
  NO_TEMPLATE,
  nameEnd,
  same,
  same16,
  symbolOf,
  waitingId,
} from "../template";
import { pairEnd } from "./binance-futures-template";
import { EVENT_TIME, PAIR, SYMBOL, TIME } from "./binance-keys";

const FIRST_ID: u64 = 0x3a2255222c22; // ","U":
const LAST_ID: u64 = 0x3a2275222c; // ,"u":
const PREVIOUS_ID: u64 = 0x3a227570222c; // ,"pu":
const BIDS: u64 = 0x3a2262222c; // ,"b":
const ASKS: u64 = 0x3a2261222c; // ,"a":

/** Hot. {e,E[,T],s[,ps],U,u[,pu],b,a} from the digits of E. */
export function depth(lane: usize, p: usize, end: usize): i32 {
  if (!shortTime(p, lane + AT_SENT)) return NO_TEMPLATE;
  p += TIME_BYTES;
  if (same(p, TIME, 5)) {
    p = integerEnd(p + 5);
    if (p == 0) return NO_TEMPLATE;
  }
  if (!same(p, SYMBOL, 6)) return NO_TEMPLATE;
  const name = p + 6;
  p = nameEnd(name);
  const slot = symbolOf(lane, name, p);
  if (slot == 0) return NO_TEMPLATE;
  if (same(p, PAIR, 8)) {
    p = pairEnd(lane, p + 8);
    if (p == 0) return NO_TEMPLATE;
  }
  if (!same(p, FIRST_ID, 6)) return NO_TEMPLATE;
  p = shortInteger(p + 6, lane + AT_FIRST_ID);
  if (!same(p, LAST_ID, 5)) return NO_TEMPLATE;
  p = shortInteger(p + 5, lane + AT_ID);
  if (load<u32>(lane, MESSAGE_PRODUCT) != PRODUCT_SPOT) {
    if (!same(p, PREVIOUS_ID, 6)) return NO_TEMPLATE;
    p = shortInteger(p + 6, lane + AT_PREVIOUS_ID);
    store<f64>(lane, waitingId(lane, AT_PREVIOUS_ID), MESSAGE_PREVIOUS_ID);
  }
  if (!same(p, BIDS, 5) || p > end) return NO_TEMPLATE;

  const bids = head(slot, KIND_DEPTH, 0);
  const sentUs = load<f64>(lane, AT_SENT);
  const sequence = load<u64>(lane, AT_ID);
  p = templateLevels(p + 5, end, slot, bids, sentUs, sequence);
  if (p <= NO_ROOM) return p == NO_ROOM ? NEED_SPACE : NO_TEMPLATE;
  if (!same(p, ASKS, 5)) return NO_TEMPLATE;
  p = templateLevels(p + 5, end, slot, head(slot, KIND_DEPTH, FLAG_ASK), sentUs, sequence);
  if (p <= NO_ROOM) return p == NO_ROOM ? NEED_SPACE : NO_TEMPLATE;
  if (load<u8>(p) != 0x7d || p + 1 != end) return NO_TEMPLATE;

  store<u32>(lane, CLASS_DELTA, MESSAGE_CLASS);
  store<f64>(lane, waitingId(lane, AT_FIRST_ID), MESSAGE_FIRST_ID);
  store<f64>(lane, waitingId(lane, AT_ID), MESSAGE_LAST_ID);
  useSymbol(lane, slot);
  noteReceived(lane, slot);
  return closeLevels(bids, sentUs, sequence);
}

const LONG_SYMBOL: u64 = 0x6c6f626d7973222c; // ,"symbol
const LONG_SYMBOL_END: u64 = 0x223a226c6f626d79; // ymbol":"
const LONG_PAIR: u64 = 0x2272696170222c22; // ","pair"
const LONG_PAIR_END: u64 = 0x223a227269617022; // "pair":"
const SNAPSHOT_BIDS: u64 = 0x3a2273646962222c; // ,"bids":
const SNAPSHOT_ASKS: u64 = 0x3a22736b7361222c; // ,"asks":

/** Hot. A depth reply: {lastUpdateId[,E,T][,symbol,pair],bids,asks} from the digits of the id. */
export function snapshot(lane: usize, p: usize, end: usize): i32 {
  p = shortInteger(p, lane + AT_ID);
  let sentUs: f64 = NaN;
  if (same(p, EVENT_TIME, 5)) {
    if (!shortTime(p + 5, lane + AT_SENT) || !same(p + 5 + TIME_BYTES, TIME, 5)) return NO_TEMPLATE;
    sentUs = load<f64>(lane, AT_SENT);
    p = integerEnd(p + 5 + TIME_BYTES + 5);
  }
  let slot: usize = 0;
  if (same16(p, LONG_SYMBOL, LONG_SYMBOL_END, 11)) {
    const name = p + 11;
    p = nameEnd(name);
    slot = symbolOf(lane, name, p);
    if (same16(p, LONG_PAIR, LONG_PAIR_END, 10)) p = pairEnd(lane, p + 10);
    p++;
  } else if (load<u32>(lane, MESSAGE_HINT) != 0) slot = findInstrument(lane, load<u32>(lane, MESSAGE_HINT) - 1);
  if (slot == 0 || !same(p, SNAPSHOT_BIDS, 8) || p > end) return NO_TEMPLATE;

  const bids = head(slot, KIND_SNAPSHOT, 0);
  const sequence = load<u64>(lane, AT_ID);
  p = templateLevels(p + 8, end, slot, bids, sentUs, sequence);
  if (p <= NO_ROOM) return p == NO_ROOM ? NEED_SPACE : NO_TEMPLATE;
  if (!same(p, SNAPSHOT_ASKS, 8)) return NO_TEMPLATE;
  p = templateLevels(p + 8, end, slot, head(slot, KIND_SNAPSHOT, FLAG_ASK), sentUs, sequence);
  if (p <= NO_ROOM) return p == NO_ROOM ? NEED_SPACE : NO_TEMPLATE;
  if (load<u8>(p) != 0x7d || p + 1 != end) return NO_TEMPLATE;

  store<u32>(lane, CLASS_SNAPSHOT, MESSAGE_CLASS);
  store<f64>(lane, waitingId(lane, AT_ID), MESSAGE_FIRST_ID);
  store<f64>(lane, waitingId(lane, AT_ID), MESSAGE_LAST_ID);
  useSymbol(lane, slot);
  noteReceived(lane, slot);
  return closeLevels(bids, sentUs, sequence);
}
