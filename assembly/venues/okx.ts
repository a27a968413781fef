// OKX v5, all products: the general scanner's reading of every message.
// Source: www.okx.com/docs-v5, "WebSocket" of market and public data.
import {
  MESSAGE_AWAITS_HISTORY,
  MESSAGE_MAY_BE_BOOK,
  MESSAGE_PRODUCT,
  REJECT_MALFORMED,
  REJECT_MISSING_FIELD,
  REJECT_UNKNOWN,
} from "../../src/layout";
import { clearFault, field, isNull, isText } from "../fields";
import { skipSpace, validate } from "../scan";
import { readText, readWords, textAt, textBytes, wordsAre } from "../walk";
import { book, DEPTH_BOOKS, DEPTH_BOOKS_5, DEPTH_BOOKS_50_TICK, DEPTH_BOOKS_TICK, DEPTH_TOP } from "./okx-book";
import {
  FIELD_ACTION,
  FIELD_ARG,
  FIELD_CHANNEL,
  FIELD_CODE,
  FIELD_DATA,
  FIELD_EVENT,
  FIELD_INSTRUMENT,
  readFields,
} from "./okx-fields";
import { indexTickers } from "./okx-index";
import {
  CHANNEL_FUNDING,
  CHANNEL_LIQUIDATIONS,
  CHANNEL_MARK,
  CHANNEL_OPEN_INTEREST,
  CHANNEL_OPTIONS,
  CHANNEL_TICKERS,
  CHANNEL_TRADES,
  CHANNEL_TRADES_ALL,
  elements,
} from "./okx-market";

/** The answer to the text `ping`, which is no JSON. */
const PONG: u32 = 0x676e6f70; // pong

/** Decodes the frame at [at, end) by its keys alone: records, 0 not used, below 0 refused. */
export function okxGeneral(lane: usize, at: usize, end: usize): i32 {
  clearFault();
  if (end - at == 4 && load<u32>(at) == PONG) return 0;
  const status = validate(at, end);
  if (status != 0) return status;
  const root = skipSpace(at, end);
  if (load<u8>(root) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, root);
  const event = field(lane, FIELD_EVENT);
  const arg = field(lane, FIELD_ARG);
  const isArg = arg != 0 && load<u8>(arg) == 0x7b;
  if (event != 0) return isArg ? acknowledged(lane, event, arg) : 0;
  if (arg == 0) return field(lane, FIELD_CODE) != 0 ? 0 : REJECT_UNKNOWN; // a REST reply, or nothing of v5
  return isArg ? message(lane, arg, field(lane, FIELD_DATA), field(lane, FIELD_ACTION)) : REJECT_UNKNOWN;
}

const EVENT_SUBSCRIBE: u64 = 0x6269726373627573; // subscrib
const EVENT_SUBSCRIBE_END: u64 = 0x65; // e

/** An answer to a request: not used, but what follows one of liquidations is history. */
function acknowledged(lane: usize, event: usize, arg: usize): i32 {
  if (!isText(event)) return 0;
  readWords(event);
  if (!wordsAre(9, EVENT_SUBSCRIBE, EVENT_SUBSCRIBE_END)) return 0;
  readFields(lane, arg);
  const channel = field(lane, FIELD_CHANNEL);
  if (!isText(channel)) return 0;
  readWords(channel);
  if (wordsAre(18, LIQUIDATIONS, LIQUIDATIONS_MIDDLE, LIQUIDATIONS_END))
    store<u8>(lane, load<u8>(lane, MESSAGE_AWAITS_HISTORY) | historyBit(lane), MESSAGE_AWAITS_HISTORY);
  return 0;
}

function historyBit(lane: usize): u32 {
  const product = load<u32>(lane, MESSAGE_PRODUCT) & 7;
  return u32(1) << product;
}

const BBO: u64 = 0x7462742d6f6262; // bbo-tbt
const BOOKS: u64 = 0x736b6f6f62; // books
const BOOKS_5: u64 = 0x35736b6f6f62; // books5
const BOOKS_50: u64 = 0x2d3035736b6f6f62; // books50-
const BOOKS_50_END: u64 = 0x7462742d326c; // l2-tbt
const BOOKS_TICK: u64 = 0x326c2d736b6f6f62; // books-l2
const BOOKS_TICK_END: u64 = 0x7462742d; // -tbt
const TRADES: u64 = 0x736564617274; // trades
const TRADES_ALL: u64 = 0x612d736564617274; // trades-a
const TRADES_ALL_END: u64 = 0x6c6c; // ll
const MARK: u64 = 0x6972702d6b72616d; // mark-pri
const MARK_END: u64 = 0x6563; // ce
const INDEX: u64 = 0x69742d7865646e69; // index-ti
const INDEX_END: u64 = 0x7372656b63; // ckers
const FUNDING: u64 = 0x2d676e69646e7566; // funding-
const FUNDING_END: u64 = 0x65746172; // rate
const OPEN_INTEREST: u64 = 0x746e692d6e65706f; // open-int
const OPEN_INTEREST_END: u64 = 0x7473657265; // erest
const LIQUIDATIONS: u64 = 0x746164697571696c; // liquidat
const LIQUIDATIONS_MIDDLE: u64 = 0x6564726f2d6e6f69; // ion-orde
const LIQUIDATIONS_END: u64 = 0x7372; // rs
const OPTIONS: u64 = 0x6d6d75732d74706f; // opt-summ
const OPTIONS_END: u64 = 0x797261; // ary
const TICKERS: u64 = 0x7372656b636974; // tickers

function message(lane: usize, arg: usize, data: usize, action: usize): i32 {
  readFields(lane, arg);
  const channel = field(lane, FIELD_CHANNEL);
  const named = field(lane, FIELD_INSTRUMENT);
  if (!isText(channel)) return REJECT_UNKNOWN;
  readWords(channel);
  const depth = bookDepth();
  if (depth == 0) store<u32>(lane, 0, MESSAGE_MAY_BE_BOOK);
  const kind = depth == 0 ? elementKind() : 0;
  const isIndex = wordsAre(13, INDEX, INDEX_END);
  if (depth == 0 && kind == 0 && !isIndex) return isIgnored(lane, channel) ? 0 : REJECT_UNKNOWN;
  if (data == 0 || isNull(data)) return REJECT_MISSING_FIELD;
  if (load<u8>(data) != 0x5b) return REJECT_MALFORMED;
  if (depth != 0) return book(lane, named, data, action, depth);
  if (isIndex) return indexTickers(lane, data);
  return kind == CHANNEL_LIQUIDATIONS && isHistory(lane) ? 0 : elements(lane, named, data, kind);
}

/** Depth of the book channel whose name was read last, 0 when it is none. */
function bookDepth(): i32 {
  if (wordsAre(5, BOOKS)) return DEPTH_BOOKS;
  if (wordsAre(7, BBO)) return DEPTH_TOP;
  if (wordsAre(6, BOOKS_5)) return DEPTH_BOOKS_5;
  if (wordsAre(14, BOOKS_50, BOOKS_50_END)) return DEPTH_BOOKS_50_TICK;
  return wordsAre(12, BOOKS_TICK, BOOKS_TICK_END) ? DEPTH_BOOKS_TICK : 0;
}

/** CHANNEL_* of the name read last, 0 for any other. */
function elementKind(): i32 {
  if (wordsAre(6, TRADES)) return CHANNEL_TRADES;
  if (wordsAre(10, TRADES_ALL, TRADES_ALL_END)) return CHANNEL_TRADES_ALL;
  if (wordsAre(10, MARK, MARK_END)) return CHANNEL_MARK;
  if (wordsAre(12, FUNDING, FUNDING_END)) return CHANNEL_FUNDING;
  if (wordsAre(13, OPEN_INTEREST, OPEN_INTEREST_END)) return CHANNEL_OPEN_INTEREST;
  if (wordsAre(7, TICKERS)) return CHANNEL_TICKERS;
  if (wordsAre(11, OPTIONS, OPTIONS_END)) return CHANNEL_OPTIONS;
  return wordsAre(18, LIQUIDATIONS, LIQUIDATIONS_MIDDLE, LIQUIDATIONS_END) ? CHANNEL_LIQUIDATIONS : 0;
}

/** The first message of liquidations after a subscription tells those of before it. */
function isHistory(lane: usize): bool {
  const awaited: u32 = load<u8>(lane, MESSAGE_AWAITS_HISTORY);
  store<u8>(lane, awaited & ~historyBit(lane), MESSAGE_AWAITS_HISTORY);
  return (awaited & historyBit(lane)) != 0;
}

const IGNORED_CANDLE: u64 = 0x656c646e6163; // candle
const IGNORED_MARK_CANDLE: u64 = 0x6972702d6b72616d; // mark-pri
const IGNORED_INDEX_CANDLE: u64 = 0x61632d7865646e69; // index-ca
const IGNORED_RETAIL_BOOK: u64 = 0x6c652d736b6f6f62; // books-el
const IGNORED_PRICE_LIMIT: u64 = 0x696c2d6563697270; // price-li
const IGNORED_ESTIMATE: u64 = 0x6574616d69747365; // estimate
const IGNORED_OPTION_TRADES: u64 = 0x742d6e6f6974706f; // option-t
const IGNORED_INSTRUMENTS: u64 = 0x656d757274736e69; // instrume
const IGNORED_BLOCK_TRADES: u64 = 0x622d63696c627570; // public-b
const IGNORED_STRUCTURED_TRADES: u64 = 0x732d63696c627570; // public-s
const IGNORED_BLOCK_TICKERS: u64 = 0x69742d6b636f6c62; // block-ti
const IGNORED_AUCTION: u64 = 0x6375612d6c6c6163; // call-auc
const IGNORED_DELEVERAGING: u64 = 0x6e7261772d6c6461; // adl-warn
const IGNORED_CALENDAR: u64 = 0x63696d6f6e6f6365; // economic
const IGNORED_EVENTS: u64 = 0x6f632d746e657665; // event-co
const IGNORED_STATUS: u64 = 0x737574617473; // status

/** Well-known channels that nothing here is made of, by their first letters. */
function isIgnored(lane: usize, channel: usize): bool {
  if (readText(lane, channel) != 0 || textBytes < 6) return false;
  const six = load<u64>(textAt) & 0xffffffffffff;
  if (six == IGNORED_CANDLE) return true;
  if (textBytes < 8) return textBytes == 6 && six == IGNORED_STATUS;
  const name = load<u64>(textAt);
  return (
    name == IGNORED_MARK_CANDLE ||
    name == IGNORED_INDEX_CANDLE ||
    name == IGNORED_RETAIL_BOOK ||
    name == IGNORED_PRICE_LIMIT ||
    name == IGNORED_ESTIMATE ||
    name == IGNORED_OPTION_TRADES ||
    name == IGNORED_INSTRUMENTS ||
    name == IGNORED_BLOCK_TRADES ||
    name == IGNORED_STRUCTURED_TRADES ||
    name == IGNORED_BLOCK_TICKERS ||
    name == IGNORED_AUCTION ||
    name == IGNORED_DELEVERAGING ||
    name == IGNORED_CALENDAR ||
    name == IGNORED_EVENTS
  );
}
