// One frame to the decoder of its venue: its template where it has one, else its general scanner.
import {
  CLASS_MARKET,
  DIALECT_TARDIS,
  INSTRUMENT_NONE,
  MESSAGE_CHECKSUM,
  MESSAGE_CLASS,
  MESSAGE_CONNECTION_ID,
  MESSAGE_DEPTH,
  MESSAGE_FEED_LOST,
  MESSAGE_FIRST_ID,
  MESSAGE_FRAME_AT,
  MESSAGE_FRAME_END,
  MESSAGE_HAS_CHECKSUM,
  MESSAGE_INSTRUMENT,
  MESSAGE_LAST_ID,
  MESSAGE_MAY_BE_BOOK,
  MESSAGE_PARTS,
  MESSAGE_PREVIOUS_ID,
  MESSAGE_SYMBOL_SLOT,
  MESSAGE_TEMPLATE_MISSES,
  NEED_SYMBOL,
  REJECT_UNKNOWN,
  VENUE_BACKPACK,
  VENUE_BINANCE,
  VENUE_BYBIT,
  VENUE_COINBASE,
  VENUE_DERIBIT,
  VENUE_HTX,
  VENUE_KRAKEN,
  VENUE_OKX,
} from "../src/layout";
import { openRecords } from "./records";
import { NO_TEMPLATE } from "./template";
import { backpackGeneral } from "./venues/backpack";
import { binanceGeneral } from "./venues/binance";
import { binanceTemplate } from "./venues/binance-template";
import { bybitGeneral } from "./venues/bybit";
import { bybitTemplate } from "./venues/bybit-template";
import { deribitGeneral } from "./venues/deribit";
import { htxGeneral } from "./venues/htx";
import { okxGeneral } from "./venues/okx";
import { coinbaseGeneral } from "./venues/coinbase";
import { krakenGeneral } from "./venues/kraken";
import { tardisGeneral } from "./venues/tardis";

/**
 * Hot. `venue`: VENUE_*, with DIALECT_TARDIS added where Tardis relays it. Decodes the frame of the lane's message header into at most `limit` records from `cursor` on.
 * Records of the message, 0 when it is understood and not used, REJECT_* or NEED_* (see layout.ts). Of a
 * frame that holds several messages the part MESSAGE_PART; MESSAGE_PARTS says how many there are.
 */
export function decodeMessage(venue: u32, lane: usize, ring: usize, cursor: u32, limit: i32): i32 {
  const at = <usize>load<u32>(lane, MESSAGE_FRAME_AT);
  const end = <usize>load<u32>(lane, MESSAGE_FRAME_END);
  open(lane, ring, cursor, limit);
  const taken = template(venue, lane, at, end);
  if (taken != NO_TEMPLATE) return taken;
  open(lane, ring, cursor, limit);
  const records = general(venue, lane, at, end);
  // A refused frame, or one that has nothing, is not of interest to the integrity rule.
  if (records <= 0) store<u32>(lane, CLASS_MARKET, MESSAGE_CLASS);
  if (records > NEED_SYMBOL && records != 0 && hasTemplates(venue))
    store<u32>(lane, load<u32>(lane, MESSAGE_TEMPLATE_MISSES) + 1, MESSAGE_TEMPLATE_MISSES);
  return records;
}

// @ts-ignore: decorator
@inline
function open(lane: usize, ring: usize, cursor: u32, limit: i32): void {
  openRecords(lane, ring, cursor, limit);
  store<u32>(lane, CLASS_MARKET, MESSAGE_CLASS);
  store<u32>(lane, INSTRUMENT_NONE, MESSAGE_INSTRUMENT);
  store<u32>(lane, 0, MESSAGE_SYMBOL_SLOT);
  store<u32>(lane, 0, MESSAGE_DEPTH);
  store<f64>(lane, NaN, MESSAGE_FIRST_ID);
  store<f64>(lane, NaN, MESSAGE_LAST_ID);
  store<f64>(lane, NaN, MESSAGE_PREVIOUS_ID);
  store<u32>(lane, 1, MESSAGE_PARTS);
  store<u32>(lane, 0, MESSAGE_HAS_CHECKSUM);
  store<f64>(lane, NaN, MESSAGE_CHECKSUM);
  store<f64>(lane, NaN, MESSAGE_CONNECTION_ID);
  store<u32>(lane, 1, MESSAGE_MAY_BE_BOOK);
  store<u8>(lane, 0, MESSAGE_FEED_LOST);
}

/** Venues whose frames the general scanner alone reads have nothing to miss. */
function hasTemplates(venue: u32): bool {
  return venue == VENUE_BINANCE || venue == VENUE_BYBIT;
}

// @ts-ignore: decorator
@inline
function template(venue: u32, lane: usize, at: usize, end: usize): i32 {
  if (venue == VENUE_BINANCE) return binanceTemplate(lane, at, end);
  if (venue == VENUE_BYBIT) return bybitTemplate(lane, at, end);
  return NO_TEMPLATE;
}

function general(venue: u32, lane: usize, at: usize, end: usize): i32 {
  if (venue == VENUE_BINANCE) return binanceGeneral(lane, at, end);
  if (venue == VENUE_BYBIT) return bybitGeneral(lane, at, end);
  if (venue == VENUE_BACKPACK) return backpackGeneral(lane, at, end);
  if (venue == VENUE_DERIBIT) return deribitGeneral(lane, at, end);
  if (venue == VENUE_HTX) return htxGeneral(lane, at, end);
  if (venue == VENUE_OKX) return okxGeneral(lane, at, end);
  if (venue == VENUE_KRAKEN) return krakenGeneral(lane, at, end);
  if (venue == VENUE_COINBASE) return coinbaseGeneral(lane, at, end);
  if (venue >= <u32>DIALECT_TARDIS) return tardisGeneral(venue - DIALECT_TARDIS, lane, at, end);
  return REJECT_UNKNOWN;
}
