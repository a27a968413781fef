// Tardis: marks, funding and open interest of derivatives, and the summary of an option. Nothing is written
// for what a message leaves out.
import {
  KIND_BBO,
  KIND_FUNDING,
  KIND_GREEKS,
  KIND_MARK,
  KIND_OPEN_INTEREST,
  KIND_VOLATILITY,
  NEED_SPACE,
  REJECT_MALFORMED,
  SYMBOL_UNIT,
  UNIT_INVERSE,
  VENUE_DERIBIT,
} from "../../src/layout";
import { baseSizeOf, fail, fault, field, isAbsent, numberOf, priceIfAny, required } from "../fields";
import { finish, symbol } from "../message";
import { fill, head, put, written } from "../records";
import { resolved } from "../symbols";
import { textTimeOf } from "../times";
import {
  FIELD_ASK,
  FIELD_ASK_IV,
  FIELD_BID,
  FIELD_BID_IV,
  FIELD_DELTA,
  FIELD_GAMMA,
  FIELD_INDEX,
  FIELD_MARK,
  FIELD_MARK_IV,
  FIELD_NEXT,
  FIELD_OPEN_INTEREST,
  FIELD_PREDICTED,
  FIELD_RATE,
  FIELD_SYMBOL,
  FIELD_THETA,
  FIELD_TIME,
  FIELD_UNDERLYING,
  FIELD_VEGA,
} from "./tardis-fields";
import { touchSides } from "./tardis-market";

/** One message under way: time and slot of all its records. */
let slot: usize = 0;
let timeUs: f64 = NaN;

function open(lane: usize): i32 {
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  slot = resolved;
  timeUs = textTimeOf(lane, required(lane, FIELD_TIME));
  return fault();
}

/** False when there is no room. A record of nothing but NaN is not written. */
function record(kind: u32, first: f64, second: f64, third: f64, fourth: f64): bool {
  if (isNaN(first) && isNaN(second) && isNaN(third) && isNaN(fourth)) return true;
  const at = put(head(slot, kind, 0), timeUs, 0);
  if (at != 0) fill(at, first, second, third, fourth);
  return at != 0;
}

function close(lane: usize, hasRoom: bool): i32 {
  if (fault() != 0) return fault();
  if (!hasRoom) return NEED_SPACE;
  return written() == 0 ? 0 : finish(lane, slot);
}

function numberIfAny(lane: usize, index: i32): f64 {
  const value = field(lane, index);
  return isAbsent(value) ? NaN : numberOf(lane, value, REJECT_MALFORMED);
}

/** How long an interval of the funding is the messages do not say, so its hours stay unknown. */
export function derivativeTicker(lane: usize): i32 {
  const status = open(lane);
  if (status != 0) return status;
  const mark = priceIfAny(lane, field(lane, FIELD_MARK));
  const index = priceIfAny(lane, field(lane, FIELD_INDEX));
  const nextAt = field(lane, FIELD_NEXT);
  const next = isAbsent(nextAt) ? NaN : textTimeOf(lane, nextAt);
  const hasRoom =
    record(KIND_MARK, mark, index, NaN, NaN) &&
    record(KIND_FUNDING, numberIfAny(lane, FIELD_RATE), NaN, next, numberIfAny(lane, FIELD_PREDICTED)) &&
    record(KIND_OPEN_INTEREST, openInterest(lane, mark), NaN, NaN, NaN);
  return close(lane, hasRoom);
}

/** In the unit of the amounts; of an inverse contract it takes the mark price to be told in coin. */
function openInterest(lane: usize, mark: f64): f64 {
  const value = field(lane, FIELD_OPEN_INTEREST);
  if (isAbsent(value)) return NaN;
  const isInverse = load<u32>(slot, SYMBOL_UNIT) == UNIT_INVERSE;
  if (isInverse && isNaN(mark)) return NaN;
  return baseSizeOf(lane, value, slot, isInverse ? mark : 1);
}

/** Deribit gives a percentage, all others a fraction; 0 means that there is none. */
function volatility(venue: u32, lane: usize, index: i32): f64 {
  const value = numberIfAny(lane, index);
  if (value < 0) fail(REJECT_MALFORMED);
  if (!(value > 0)) return NaN;
  return venue == VENUE_DERIBIT ? value / 100 : value;
}

/** A volatility of a side that has no quote means nothing. */
function quoted(lane: usize, priceField: i32, iv: f64): f64 {
  return isNaN(priceIfAny(lane, field(lane, priceField))) ? NaN : iv;
}

export function optionSummary(venue: u32, lane: usize): i32 {
  const status = open(lane);
  if (status != 0) return status;
  const at = put(head(slot, KIND_BBO, 0), timeUs, 0);
  if (at == 0) return NEED_SPACE;
  touchSides(lane, slot, at);
  const mark = priceIfAny(lane, field(lane, FIELD_MARK));
  const bidIv = quoted(lane, FIELD_BID, volatility(venue, lane, FIELD_BID_IV));
  const askIv = quoted(lane, FIELD_ASK, volatility(venue, lane, FIELD_ASK_IV));
  const markIv = volatility(venue, lane, FIELD_MARK_IV);
  const underlying = priceIfAny(lane, field(lane, FIELD_UNDERLYING));
  const delta = numberIfAny(lane, FIELD_DELTA);
  const gamma = numberIfAny(lane, FIELD_GAMMA);
  const vega = numberIfAny(lane, FIELD_VEGA);
  const theta = numberIfAny(lane, FIELD_THETA);
  const hasRoom =
    record(KIND_MARK, mark, NaN, NaN, NaN) &&
    record(KIND_VOLATILITY, bidIv, askIv, markIv, underlying) &&
    record(KIND_GREEKS, delta, gamma, vega, theta) &&
    record(KIND_OPEN_INTEREST, openInterest(lane, mark), NaN, NaN, NaN);
  return close(lane, hasRoom);
}
