// Backpack, spot and perpetuals: every message of its streams, `{"stream","data"}`, and the replies that
// carry market data. Times are microseconds. Source: docs.backpack.exchange, "Streams".
import { REJECT_UNKNOWN } from "../../src/layout";
import { clearFault, field, isText } from "../fields";
import { skipSpace, validate } from "../scan";
import { firstOf, readWords, wordsAre } from "../walk";
import { depth, snapshot } from "./backpack-book";
import {
  FIELD_DATA,
  FIELD_EVENT,
  FIELD_INTERVAL,
  FIELD_LONG_SYMBOL,
  FIELD_REPLY,
  FIELD_SNAPSHOT_ID,
  FIELD_STREAM,
  readFields,
} from "./backpack-fields";
import { bookTicker, interval, liquidation, mark, openInterest, trade } from "./backpack-market";

/** Decodes the frame at [at, end): records, 0 not used, below 0 refused. */
export function backpackGeneral(lane: usize, at: usize, end: usize): i32 {
  clearFault();
  const status = validate(at, end);
  if (status != 0) return status;
  const root = skipSpace(at, end);
  if (load<u8>(root) == 0x5b) return list(lane, root);
  if (load<u8>(root) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, root);
  const data = field(lane, FIELD_DATA);
  if (field(lane, FIELD_STREAM) == 0 || data == 0) return reply(lane);
  if (load<u8>(data) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, data);
  return event(lane);
}

const EVENT_DEPTH: u64 = 0x6874706564; // depth
const EVENT_BOOK_TICKER: u64 = 0x6b6369546b6f6f62; // bookTick
const EVENT_BOOK_TICKER_END: u64 = 0x7265; // er
const EVENT_TRADE: u64 = 0x6564617274; // trade
const EVENT_MARK: u64 = 0x636972506b72616d; // markPric
const EVENT_MARK_END: u64 = 0x65; // e
const EVENT_OPEN_INTEREST: u64 = 0x65746e496e65706f; // openInte
const EVENT_OPEN_INTEREST_END: u64 = 0x74736572; // rest
const EVENT_LIQUIDATION: u64 = 0x746164697571696c; // liquidat
const EVENT_LIQUIDATION_END: u64 = 0x6e6f69; // ion
const IGNORED_TICKER: u64 = 0x72656b636974; // ticker
const IGNORED_KLINE: u64 = 0x656e696c6b; // kline

/** One message of a stream, its fields read. */
function event(lane: usize): i32 {
  const name = field(lane, FIELD_EVENT);
  if (!isText(name)) return REJECT_UNKNOWN;
  readWords(name);
  if (wordsAre(5, EVENT_DEPTH)) return depth(lane);
  if (wordsAre(10, EVENT_BOOK_TICKER, EVENT_BOOK_TICKER_END)) return bookTicker(lane);
  if (wordsAre(5, EVENT_TRADE)) return trade(lane);
  if (wordsAre(9, EVENT_MARK, EVENT_MARK_END)) return mark(lane);
  if (wordsAre(12, EVENT_OPEN_INTEREST, EVENT_OPEN_INTEREST_END)) return openInterest(lane);
  if (wordsAre(11, EVENT_LIQUIDATION, EVENT_LIQUIDATION_END)) return liquidation(lane);
  return wordsAre(6, IGNORED_TICKER) || wordsAre(5, IGNORED_KLINE) ? 0 : REJECT_UNKNOWN;
}

/** A message without an envelope: a reply over HTTP, or what the venue says of a request. */
function reply(lane: usize): i32 {
  if (field(lane, FIELD_SNAPSHOT_ID) != 0) return snapshot(lane);
  if (field(lane, FIELD_INTERVAL) != 0) return interval(lane);
  return field(lane, FIELD_REPLY) != 0 || field(lane, FIELD_LONG_SYMBOL) != 0 ? 0 : REJECT_UNKNOWN;
}

/** Lists of markets, tickers, marks and trades over HTTP: the streams tell the same, so they are not used. */
function list(lane: usize, root: usize): i32 {
  const first = firstOf(root);
  if (first == 0) return 0;
  if (load<u8>(first) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, first);
  return field(lane, FIELD_LONG_SYMBOL) != 0 ? 0 : REJECT_UNKNOWN;
}
