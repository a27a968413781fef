// Bybit v5 tickers: a flat object of strings, of which any number may be missing, in the two wrappings
// that derivatives and spot have.
import { LANE_TEXT, NEED_SPACE } from "../../src/layout";
import { integerEnd, isTime, NO_TEMPLATE, plainEnd, same, same16, signedAt, symbolAt, timeUs } from "../template";
import { decimalAt } from "../template";
import { shortInteger } from "../number";
import { useSymbol } from "../symbols";
import { writeTicker } from "./bybit";

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
  let sent: u64 = 0;
  if (same16(topic, TYPE, TYPE_END, 10)) {
    p = plainEnd(topic + 10);
    if (!same16(p, DATA, DATA_END, 9)) return NO_TEMPLATE;
    p = flatEnd(lane, p + 9, end);
    if (!same(p, SEQUENCE, 6)) return NO_TEMPLATE;
    p = integerEnd(p + 6);
    if (!same(p, SENT_AFTER, 6)) return NO_TEMPLATE;
    sent = shortInteger(p + 6);
    p += 6 + 13;
  } else {
    if (!same(topic, SENT, 7)) return NO_TEMPLATE;
    sent = shortInteger(topic + 7);
    p = topic + 7 + 13;
    if (!isTime(sent) || !same16(p, TYPE_AFTER, TYPE_AFTER_END, 9)) return NO_TEMPLATE;
    p = plainEnd(p + 9);
    if (!same(p, QUOTED_SEQUENCE, 7)) return NO_TEMPLATE;
    p = integerEnd(p + 7);
    if (!same(p, DATA_AFTER, 8)) return NO_TEMPLATE;
    p = flatEnd(lane, p + 8, end);
  }
  if (!isTime(sent) || load<u8>(p) != 0x7d || p + 1 != end || symbol == 0) return NO_TEMPLATE;
  useSymbol(lane, symbol);
  const records = writeTicker(
    lane,
    symbol,
    timeUs(sent),
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

// Where the values are kept until all are known: the lane's room for text, which templates do not need.
const AT_MARK: usize = LANE_TEXT;
const AT_INDEX: usize = LANE_TEXT + 8;
const AT_RATE: usize = LANE_TEXT + 16;
const AT_INTERVAL: usize = LANE_TEXT + 24;
const AT_NEXT: usize = LANE_TEXT + 32;
const AT_OPEN_INTEREST: usize = LANE_TEXT + 40;
const AT_OPEN_VALUE: usize = LANE_TEXT + 48;

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

/** Hot. Reads {"key":"value",…}: the address after it, 0 for another shape. */
function flatEnd(lane: usize, p: usize, end: usize): usize {
  symbol = 0;
  for (let at = lane + LANE_TEXT; at < lane + LANE_TEXT + 64; at += 16) v128.store(at, f64x2.splat(NaN));
  if (load<u8>(p) != 0x7b) return 0;
  do {
    const key = p + 2;
    const keyEnd = plainEnd(key);
    if (load<u8>(p, 1) != 0x22 || !same(keyEnd, BETWEEN, 3) || keyEnd > end) return 0;
    const value = keyEnd + 3;
    p = plainEnd(value);
    if (p == 0 || !take(lane, key, keyEnd - key, value, p)) return 0;
    p++;
  } while (load<u8>(p) == 0x2c);
  return load<u8>(p) == 0x7d ? p + 1 : 0;
}

/** Hot. Keeps one value; false when it is not of the usual form. */
// @ts-ignore: decorator
@inline
function take(lane: usize, key: usize, length: usize, value: usize, end: usize): bool {
  const first = load<u64>(key);
  if (length == 6 && (first & 0xffffffffffff) == SYMBOL) {
    symbol = symbolAt(lane, value);
    return symbol != 0;
  }
  const last = load<u64>(key + length - 8);
  if (first == MARK && length == 9 && last == MARK_END) return number(lane + AT_MARK, value, end, false);
  if (first == INDEX && length == 10 && last == INDEX_END) return number(lane + AT_INDEX, value, end, false);
  if (first == RATE && length == 11 && last == RATE_END) {
    store<f64>(lane, NaN, AT_RATE);
    return value == end || signedAt(value, lane + AT_RATE) == end;
  }
  if (first == INTERVAL && length == 19 && load<u64>(key, 8) == INTERVAL_MIDDLE && last == INTERVAL_END)
    return number(lane + AT_INTERVAL, value, end, true);
  if (first == NEXT && length == 15 && last == NEXT_END) return time(lane + AT_NEXT, value, end);
  if (first == OPEN_INTEREST) {
    if (length == 12 && last == OPEN_INTEREST_END) return number(lane + AT_OPEN_INTEREST, value, end, true);
    if (length == 17 && load<u64>(key, 8) == OPEN_VALUE_MIDDLE && last == OPEN_VALUE_END)
      return number(lane + AT_OPEN_VALUE, value, end, true);
  }
  return true;
}

/** Hot. A number, or an empty string for none. */
function number(into: usize, value: usize, end: usize, mayBeZero: bool): bool {
  store<f64>(into, NaN);
  return value == end || decimalAt(value, into, mayBeZero) == end;
}

function time(into: usize, value: usize, end: usize): bool {
  store<f64>(into, NaN);
  if (value == end) return true;
  const packed = shortInteger(value);
  if (!isTime(packed) || value + 13 != end) return false;
  store<f64>(into, timeUs(packed));
  return true;
}
