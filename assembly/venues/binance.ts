// Binance, spot and futures: the general scanner's reading of every message. The templates in
// binance-template.ts know the shapes sent today and fall back on this.
import {
  CLASS_MARKET,
  FLAG_AGGREGATE,
  MESSAGE_CLASS,
  MESSAGE_PRODUCT,
  PRODUCT_COINM,
  REJECT_MALFORMED,
  REJECT_UNKNOWN,
  REJECT_WRONG_PRODUCT,
} from "../../src/layout";
import { clearFault, field, isText } from "../fields";
import { written } from "../records";
import { skipSpace, validate } from "../scan";
import { firstOf, nextOf, readWords, word0, wordsAre } from "../walk";
import { depth, snapshot } from "./binance-book";
import {
  FIELD_ASKS,
  FIELD_BID_SIZE,
  FIELD_DATA,
  FIELD_EVENT,
  FIELD_LAST_ID,
  FIELD_OPEN_INTEREST,
  FIELD_PAIR,
  FIELD_REPLY,
  FIELD_SNAPSHOT_ID,
  FIELD_STREAM,
  FIELD_SYMBOL,
  FIELD_TRADE_ID,
  readFields,
} from "./binance-fields";
import { fundingInfo, isFundingInfo } from "./binance-funding";
import { bookTicker, liquidation, mark, openInterest, trade } from "./binance-market";

/** Decodes the frame at [at, end) by its keys alone: records, 0 not used, below 0 refused. */
export function binanceGeneral(lane: usize, at: usize, end: usize): i32 {
  clearFault();
  const status = validate(at, end);
  if (status != 0) return status;
  const root = skipSpace(at, end);
  if (load<u8>(root) == 0x5b) return isFundingInfo(root) ? fundingInfo(lane, root) : elements(lane, root, 0);
  if (load<u8>(root) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, root);
  const stream = field(lane, FIELD_STREAM);
  const data = field(lane, FIELD_DATA);
  if (stream == 0 || data == 0) return event(lane, 0);
  if (!isText(stream)) return REJECT_MALFORMED;
  if (load<u8>(data) == 0x5b) return elements(lane, data, stream);
  if (load<u8>(data) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, data);
  return event(lane, stream);
}

/** Channels of all symbols (`!markPrice@arr`): each element is a message of its own. */
function elements(lane: usize, list: usize, stream: usize): i32 {
  for (let element = firstOf(list); element != 0; element = nextOf(element)) {
    if (load<u8>(element) != 0x7b) return REJECT_UNKNOWN;
    readFields(lane, element);
    const status = event(lane, stream);
    if (status < 0) return status;
    if (load<u32>(lane, MESSAGE_CLASS) != CLASS_MARKET) return REJECT_UNKNOWN;
  }
  return written();
}

const EVENT_DEPTH: u64 = 0x6470556874706564; // depthUpd
const EVENT_DEPTH_END: u64 = 0x657461; // ate
const EVENT_TICKER: u64 = 0x6b6369546b6f6f62; // bookTick
const EVENT_TICKER_END: u64 = 0x7265; // er
const EVENT_TRADE: u64 = 0x6564617274; // trade
const EVENT_AGGREGATE: u64 = 0x6564617254676761; // aggTrade
const EVENT_MARK: u64 = 0x636972506b72616d; // markPric
const EVENT_MARK_END: u64 = 0x65746164705565; // eUpdate
const EVENT_FORCE: u64 = 0x64724f6563726f66; // forceOrd
const EVENT_FORCE_END: u64 = 0x7265; // er

/** One message, its fields read. */
function event(lane: usize, stream: usize): i32 {
  if (field(lane, FIELD_PAIR) != 0 && load<u32>(lane, MESSAGE_PRODUCT) != PRODUCT_COINM) return REJECT_WRONG_PRODUCT;
  const name = field(lane, FIELD_EVENT);
  if (name == 0) return unnamed(lane, stream);
  if (!isText(name)) return REJECT_UNKNOWN;
  readWords(name);
  if (wordsAre(11, EVENT_DEPTH, EVENT_DEPTH_END)) return depth(lane, stream);
  if (wordsAre(10, EVENT_TICKER, EVENT_TICKER_END)) return bookTicker(lane);
  if (wordsAre(5, EVENT_TRADE)) return trade(lane, 0, FIELD_TRADE_ID);
  if (wordsAre(8, EVENT_AGGREGATE)) return trade(lane, FLAG_AGGREGATE, FIELD_ASKS);
  if (wordsAre(15, EVENT_MARK, EVENT_MARK_END)) return mark(lane);
  if (wordsAre(10, EVENT_FORCE, EVENT_FORCE_END)) return liquidation(lane);
  return isIgnoredEvent() ? 0 : REJECT_UNKNOWN;
}

/** Messages without `e`: spot bookTicker, and replies. */
function unnamed(lane: usize, stream: usize): i32 {
  if (field(lane, FIELD_SNAPSHOT_ID) != 0) return snapshot(lane, stream);
  if (field(lane, FIELD_LAST_ID) != 0 && field(lane, FIELD_BID_SIZE) != 0) return bookTicker(lane);
  if (field(lane, FIELD_OPEN_INTEREST) != 0) return openInterest(lane);
  return field(lane, FIELD_REPLY) != 0 ? 0 : REJECT_UNKNOWN;
}

const IGNORED_KLINE: u64 = 0x656e696c6b; // kline
const IGNORED_INDEX: u64 = 0x7865646e69; // index
const IGNORED_AVERAGE: u64 = 0x6563697250677661; // avgPrice
const IGNORED_DAY_TICKER: u64 = 0x6b63695472683432; // 24hrTick
const IGNORED_MINI_TICKER: u64 = 0x696e694d72683432; // 24hrMini
const IGNORED_HOUR_TICKER: u64 = 0x72656b6369546831; // 1hTicker
const IGNORED_FOUR_HOUR_TICKER: u64 = 0x72656b6369546834; // 4hTicker
const IGNORED_ONE_DAY_TICKER: u64 = 0x72656b6369546431; // 1dTicker
const IGNORED_INDEX_PRICE: u64 = 0x6972507865646e69; // indexPri
const IGNORED_CONTINUOUS: u64 = 0x6f756e69746e6f63; // continuo
const IGNORED_CONTRACT: u64 = 0x74636172746e6f63; // contract
const IGNORED_ASSET_INDEX: u64 = 0x646e497465737361; // assetInd
const IGNORED_COMPOSITE: u64 = 0x7469736f706d6f63; // composit
const IGNORED_SHUTDOWN: u64 = 0x6853726576726573; // serverSh
const IGNORED_REFERENCE: u64 = 0x636e657265666572; // referenc
const IGNORED_BLOCK_TRADE: u64 = 0x6172546b636f6c62; // blockTra
const IGNORED_OPEN_INTEREST: u64 = 0x65746e496e65706f; // openInte

/** Well-known events that nothing here is made of, by the first 8 letters of their names. */
function isIgnoredEvent(): bool {
  const name = word0;
  return (
    wordsAre(5, IGNORED_KLINE) ||
    wordsAre(5, IGNORED_INDEX) ||
    name == IGNORED_AVERAGE ||
    name == IGNORED_DAY_TICKER ||
    name == IGNORED_MINI_TICKER ||
    name == IGNORED_HOUR_TICKER ||
    name == IGNORED_FOUR_HOUR_TICKER ||
    name == IGNORED_ONE_DAY_TICKER ||
    name == IGNORED_INDEX_PRICE ||
    name == IGNORED_CONTINUOUS ||
    name == IGNORED_CONTRACT ||
    name == IGNORED_ASSET_INDEX ||
    name == IGNORED_COMPOSITE ||
    name == IGNORED_SHUTDOWN ||
    name == IGNORED_REFERENCE ||
    name == IGNORED_BLOCK_TRADE ||
    name == IGNORED_OPEN_INTEREST ||
    name == EVENT_MARK // markPrice of options, kline of mark prices
  );
}
