// OKX v5: the option summary of a whole family, by the general scanner.
import { KIND_GREEKS, KIND_VOLATILITY, NEED_SPACE, REJECT_MALFORMED } from "../../src/layout";
import { clearFields, fault, field, isAbsent, isText, numberOf, priceIfAny, required, setField, timeOf } from "../fields";
import { fill, head, put } from "../records";
import { firstOf, nextOf, readText, readWords, textAt, textBytes, valueOf, word0, wordBytes } from "../walk";

const OPTION_TIME: i32 = 0;
const OPTION_BID: i32 = 1;
const OPTION_ASK: i32 = 2;
const OPTION_MARK: i32 = 3;
const OPTION_FORWARD: i32 = 4;
const OPTION_DELTA: i32 = 5;
const OPTION_GAMMA: i32 = 6;
const OPTION_VEGA: i32 = 7;
const OPTION_THETA: i32 = 8;

const KEY_TIME: u64 = 0x7374; // ts
const KEY_FORWARD: u64 = 0x7850647766; // fwdPx
const KEY_BID: u64 = 0x6c6f56646962; // bidVol
const KEY_ASK: u64 = 0x6c6f566b7361; // askVol
const KEY_VEGA: u64 = 0x534261676576; // vegaBS
const KEY_MARK: u64 = 0x6c6f566b72616d; // markVol
const KEY_DELTA: u64 = 0x534261746c6564; // deltaBS
const KEY_GAMMA: u64 = 0x5342616d6d6167; // gammaBS
const KEY_THETA: u64 = 0x53426174656874; // thetaBS

/** Number of the field with the key read last, -1 for one that means nothing here. */
function fieldOf(): i32 {
  if (wordBytes == 2) return word0 == KEY_TIME ? OPTION_TIME : -1;
  if (wordBytes == 5) return word0 == KEY_FORWARD ? OPTION_FORWARD : -1;
  if (wordBytes == 6) {
    if (word0 == KEY_BID) return OPTION_BID;
    if (word0 == KEY_ASK) return OPTION_ASK;
    return word0 == KEY_VEGA ? OPTION_VEGA : -1;
  }
  if (wordBytes != 7) return -1;
  if (word0 == KEY_MARK) return OPTION_MARK;
  if (word0 == KEY_DELTA) return OPTION_DELTA;
  if (word0 == KEY_GAMMA) return OPTION_GAMMA;
  return word0 == KEY_THETA ? OPTION_THETA : -1;
}

/**
 * One option: 0, or what is wrong. Of its two sets of greeks the Black-Scholes one is taken, in quote
 * currency; the other is of the price in coin.
 */
export function optionSummary(lane: usize, slot: usize, element: usize): i32 {
  clearFields(lane);
  for (let key = firstOf(element); key != 0; ) {
    readWords(key);
    const value = valueOf(key);
    const index = fieldOf();
    if (index >= 0) setField(lane, index, value);
    key = nextOf(value);
  }
  const timeUs = timeOf(lane, required(lane, OPTION_TIME));
  // A volatility of 0 says that there is no price to have one.
  const bid = priceIfAny(lane, field(lane, OPTION_BID));
  const ask = priceIfAny(lane, field(lane, OPTION_ASK));
  const mark = priceIfAny(lane, field(lane, OPTION_MARK));
  const forward = priceIfAny(lane, field(lane, OPTION_FORWARD));
  const delta = greekOf(lane, field(lane, OPTION_DELTA));
  const gamma = greekOf(lane, field(lane, OPTION_GAMMA));
  const vega = greekOf(lane, field(lane, OPTION_VEGA));
  const theta = greekOf(lane, field(lane, OPTION_THETA));
  if (fault() != 0) return fault();
  let at = put(head(slot, KIND_VOLATILITY, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, bid, ask, mark, forward);
  at = put(head(slot, KIND_GREEKS, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  fill(at, delta, gamma, vega, theta);
  return 0;
}

/** ∞ in UTF-8, little-endian. */
const INFINITY_SIGN: u32 = 0x9e88e2;

/** A number; NaN where the venue gives none, or an infinite one, as it does for options about to expire. */
function greekOf(lane: usize, value: usize): f64 {
  if (isAbsent(value)) return NaN;
  if (isText(value) && readText(lane, value) == 0) {
    const sign = i32(textBytes > 0 && load<u8>(textAt) == 0x2d);
    if (textBytes - sign == 3 && (load<u32>(textAt + sign) & 0xffffff) == INFINITY_SIGN) return NaN;
  }
  return numberOf(lane, value, REJECT_MALFORMED);
}
