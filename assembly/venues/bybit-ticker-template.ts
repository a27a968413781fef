// Bybit v5 tickers: a flat object of strings, of which any number may be missing, in the two wrappings
// that derivatives and spot have. First all quotes of the object are found, block by block; then its
// keys and values lie between them, with nothing to wait for from one to the next.
import { LANE_QUOTES, LANE_QUOTES_MAXIMUM, NEED_SPACE } from "../../src/layout";
import { decimalOf, integerEnd, longDecimal, shortTime, TIME_BYTES } from "../number";
import { useSymbol } from "../symbols";
import {
  AT_SENT,
  AT_TICKER,
  NO_TEMPLATE,
  oddBytes,
  plainEnd,
  quoteBits,
  same,
  same16,
  signedAt,
  symbolOf,
} from "../template";
import { writeTicker } from "./bybit-market";

const TYPE: u64 = 0x2265707974222c22; // ","type"
const TYPE_END: u64 = 0x223a226570797422; // "type":"
const SENT: u64 = 0x3a227374222c22; // ","ts":
const TYPE_AFTER: u64 = 0x3a2265707974222c; // ,"type":
const TYPE_AFTER_END: u64 = 0x223a226570797422; // "type":"
const DATA: u64 = 0x2261746164222c22; // ","data"
const DATA_END: u64 = 0x3a2261746164222c; // ,"data":
const SEQUENCE: u64 = 0x3a227363222c; // ,"cs":
const QUOTED_SEQUENCE: u64 = 0x3a227363222c22; // ","cs":
const DATA_AFTER: u64 = 0x3a2261746164222c; // ,"data":
const SENT_AFTER: u64 = 0x3a227374222c; // ,"ts":

/** Hot. {topic,type,data,cs,ts} or {topic,ts,type,cs,data} from the topic's symbol. */
export function ticker(lane: usize, p: usize, end: usize): i32 {
  const topic = plainEnd(p);
  if (same16(topic, TYPE, TYPE_END, 10)) {
    p = plainEnd(topic + 10);
    if (!same16(p, DATA, DATA_END, 9)) return NO_TEMPLATE;
    p = flatEnd(lane, p + 9, end);
    if (!same(p, SEQUENCE, 6)) return NO_TEMPLATE;
    p = integerEnd(p + 6);
    if (!same(p, SENT_AFTER, 6) || !shortTime(p + 6, lane + AT_SENT)) return NO_TEMPLATE;
    p += 6 + TIME_BYTES;
  } else {
    if (!same(topic, SENT, 7) || !shortTime(topic + 7, lane + AT_SENT)) return NO_TEMPLATE;
    p = topic + 7 + TIME_BYTES;
    if (!same16(p, TYPE_AFTER, TYPE_AFTER_END, 9)) return NO_TEMPLATE;
    p = plainEnd(p + 9);
    if (!same(p, QUOTED_SEQUENCE, 7)) return NO_TEMPLATE;
    p = integerEnd(p + 7);
    if (!same(p, DATA_AFTER, 8)) return NO_TEMPLATE;
    p = flatEnd(lane, p + 8, end);
  }
  if (load<u8>(p) != 0x7d || p + 1 != end) return NO_TEMPLATE;
  if (saysNothing(lane)) return 0; // spot: its symbol need not be known
  if (symbol == 0) return NO_TEMPLATE;
  useSymbol(lane, symbol);
  const records = writeTicker(
    lane,
    symbol,
    load<f64>(lane, AT_SENT),
    load<f64>(lane, AT_MARK),
    load<f64>(lane, AT_INDEX),
    load<f64>(lane, AT_RATE),
    load<f64>(lane, AT_INTERVAL),
    load<f64>(lane, AT_NEXT),
    load<f64>(lane, AT_OPEN_INTEREST),
    load<f64>(lane, AT_OPEN_VALUE),
  );
  return records >= 0 || records == NEED_SPACE ? records : NO_TEMPLATE;
}

// @ts-ignore: decorator
@inline
function saysNothing(lane: usize): bool {
  return (
    isNaN(load<f64>(lane, AT_MARK)) &&
    isNaN(load<f64>(lane, AT_INDEX)) &&
    isNaN(load<f64>(lane, AT_RATE)) &&
    isNaN(load<f64>(lane, AT_INTERVAL)) &&
    isNaN(load<f64>(lane, AT_NEXT)) &&
    isNaN(load<f64>(lane, AT_OPEN_INTEREST))
  );
}

const AT_MARK: usize = AT_TICKER;
const AT_INDEX: usize = AT_TICKER + 8;
const AT_RATE: usize = AT_TICKER + 16;
const AT_INTERVAL: usize = AT_TICKER + 24;
const AT_NEXT: usize = AT_TICKER + 32;
const AT_OPEN_INTEREST: usize = AT_TICKER + 40;
const AT_OPEN_VALUE: usize = AT_TICKER + 48;

/** Of the object read last, 0 when it named none: private to the instance. */
let symbol: usize = 0;

const BETWEEN: u64 = 0x223a22; // ":"
const MARK: u64 = 0x636972506b72616d; // markPric
const MARK_END: u64 = 0x65636972506b7261; // arkPrice
const INDEX: u64 = 0x6972507865646e69; // indexPri
const INDEX_END: u64 = 0x6563697250786564; // dexPrice
const RATE: u64 = 0x52676e69646e7566; // fundingR
const RATE_END: u64 = 0x65746152676e6964; // dingRate
const INTERVAL: u64 = 0x49676e69646e7566; // fundingI
const INTERVAL_MIDDLE: u64 = 0x486c61767265746e; // ntervalH
const INTERVAL_END: u64 = 0x72756f486c617672; // rvalHour
const NEXT: u64 = 0x646e75467478656e; // nextFund
const NEXT_END: u64 = 0x656d6954676e6964; // dingTime
const OPEN_INTEREST: u64 = 0x65746e496e65706f; // openInte
const OPEN_INTEREST_END: u64 = 0x7473657265746e49; // Interest
const OPEN_VALUE: u64 = 0x65746e496e65706f; // openInte
const OPEN_VALUE_MIDDLE: u64 = 0x756c615674736572; // restValu
const OPEN_VALUE_END: u64 = 0x65756c6156747365; // estValue
const SYMBOL: u64 = 0x6c6f626d7973; // symbol

/**
 * Hot. Notes where the quotes in [p, end) are: one past the last note, 0 when they are too many or when
 * there is anything but printable ASCII without escapes.
 */
// @ts-ignore: decorator
@inline
function noteQuotes(lane: usize, p: usize, end: usize): usize {
  const notes = lane + LANE_QUOTES;
  let note = notes;
  while (p < end) {
    const first = v128.load(p);
    const second = v128.load(p, 16);
    const third = v128.load(p, 32);
    const fourth = v128.load(p, 48);
    let quotes = pack(quoteBits(first), quoteBits(second), quoteBits(third), quoteBits(fourth));
    let odd = pack(oddBytes(first), oddBytes(second), oddBytes(third), oddBytes(fourth));
    if (end - p < 64) {
      const left = <u64>(end - p);
      const inside = ((<u64>1) << left) - 1;
      quotes &= inside;
      odd &= inside;
    }
    if (odd != 0 || note + 288 > notes + (LANE_QUOTES_MAXIMUM << 2)) return 0;
    while (quotes != 0) {
      store<u32>(note, <u32>(p + <usize>ctz<u64>(quotes)));
      note += 4;
      quotes &= quotes - 1;
    }
    p += 64;
  }
  return note;
}

// @ts-ignore: decorator
@inline
function pack(first: i32, second: i32, third: i32, fourth: i32): u64 {
  return <u64>(<u32>(first | (second << 16))) | ((<u64>(<u32>(third | (fourth << 16)))) << 32);
}

/** Hot. Reads {"key":"value",…} at p: the address after it, 0 for another shape. */
function flatEnd(lane: usize, p: usize, end: usize): usize {
  symbol = 0;
  for (let at = lane + AT_TICKER; at < lane + AT_TICKER + 64; at += 16) v128.store(at, f64x2.splat(NaN));
  if (load<u16>(p) != 0x227b) return 0; // {"
  const last = noteQuotes(lane, p, end);
  let key = p + 2;
  for (let note = lane + LANE_QUOTES; note + 16 <= last; note += 16) {
    const keyEnd = <usize>load<u32>(note, 4);
    const value = <usize>load<u32>(note, 8) + 1;
    const valueEnd = <usize>load<u32>(note, 12);
    if (!same(keyEnd, BETWEEN, 3) || keyEnd + 3 != value) return 0;
    if (!take(lane, key, keyEnd - key, value, valueEnd)) return 0;
    if (load<u16>(valueEnd, 1) != 0x222c) return load<u8>(valueEnd, 1) == 0x7d ? valueEnd + 2 : 0; // ,"  }
    key = valueEnd + 3;
  }
  return 0;
}

/** First letters of the keys above, a in the lowest bit: f, i, m, n, o, s. */
const LETTERS: u32 = (1 << 5) | (1 << 8) | (1 << 12) | (1 << 13) | (1 << 14) | (1 << 18);

/** Hot. Keeps one value; false when it is not of the usual form. */
// @ts-ignore: decorator
@inline
function take(lane: usize, key: usize, length: usize, value: usize, end: usize): bool {
  // Most keys begin with another letter than those that matter.
  const letter = load<u8>(key) - 0x61;
  if (letter > 25 || ((LETTERS >> letter) & 1) == 0) return true;
  const first = load<u64>(key);
  const last = load<u64>(key + length - 8);
  let into: usize = 0;
  if (first == MARK && length == 9 && last == MARK_END) into = AT_MARK;
  else if (first == INDEX && length == 10 && last == INDEX_END) into = AT_INDEX;
  else if (first == OPEN_INTEREST && length == 12 && last == OPEN_INTEREST_END) into = AT_OPEN_INTEREST;
  else if (first == OPEN_INTEREST && length == 17 && load<u64>(key, 8) == OPEN_VALUE_MIDDLE && last == OPEN_VALUE_END)
    into = AT_OPEN_VALUE;
  else if (first == INTERVAL && length == 19 && load<u64>(key, 8) == INTERVAL_MIDDLE && last == INTERVAL_END)
    into = AT_INTERVAL;
  else if (first == RATE && length == 11 && last == RATE_END) return signed(lane + AT_RATE, value, end);
  else if (first == NEXT && length == 15 && last == NEXT_END) return time(lane + AT_NEXT, value, end);
  else if (length == 6 && (first & 0xffffffffffff) == SYMBOL) {
    symbol = symbolOf(lane, value, end); // 0 when unknown: that counts only if there is something to keep
    return true;
  } else return true;
  into += lane;
  const bytes = <i32>(end - value);
  if (<u32>(bytes - 1) > 14 || !decimalOf(v128.load(value), bytes, into, true)) {
    if (!longNumber(into, value, end)) return false;
  }
  // A price of 0 is for the general scanner.
  return load<f64>(into) != 0 || into - lane > AT_INDEX;
}

/** A longer number, or an empty string for none. */
function longNumber(into: usize, value: usize, end: usize): bool {
  store<f64>(into, NaN);
  return value == end || longDecimal(value, into, true) == end;
}

function signed(into: usize, value: usize, end: usize): bool {
  store<f64>(into, NaN);
  return value == end || signedAt(value, into) == end;
}

function time(into: usize, value: usize, end: usize): bool {
  store<f64>(into, NaN);
  return value == end || (value + TIME_BYTES == end && shortTime(value, into));
}
