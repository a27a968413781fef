// Deribit v2, all products: JSON-RPC notifications by their channel, read by the general scanner alone.
// Source: docs.deribit.com, "Subscriptions".
import { REJECT_MALFORMED, REJECT_UNKNOWN } from "../../src/layout";
import { clearFault, fault, field, isText, required } from "../fields";
import { skipSpace, validate } from "../scan";
import { readText, readWords, textAt, wordsAre } from "../walk";
import { book } from "./deribit-book";
import { partEnd, wordAt } from "./deribit-channel";
import {
  ENVELOPE,
  FIELD_ANSWER,
  FIELD_CHANNEL,
  FIELD_DATA,
  FIELD_METHOD,
  FIELD_PARAMS,
  readFields,
} from "./deribit-fields";
import { optionMarks, perpetual, quote, ticker } from "./deribit-ticker";
import { trades } from "./deribit-trades";

const METHOD_SUBSCRIPTION: u64 = 0x7069726373627573; // subscrip
const METHOD_SUBSCRIPTION_END: u64 = 0x6e6f6974; // tion
const METHOD_HEARTBEAT: u64 = 0x6165627472616568; // heartbea
const METHOD_HEARTBEAT_END: u64 = 0x74; // t

/** Decodes the frame at [at, end) by its keys alone: records, 0 not used, below 0 refused. */
export function deribitGeneral(lane: usize, at: usize, end: usize): i32 {
  clearFault();
  const status = validate(at, end);
  if (status != 0) return status;
  const root = skipSpace(at, end);
  if (load<u8>(root) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, root, ENVELOPE);
  const method = field(lane, FIELD_METHOD);
  // Answers, HTTP replies among them: acknowledgements and lists of instruments.
  if (method == 0) return field(lane, FIELD_ANSWER) != 0 ? 0 : REJECT_UNKNOWN;
  if (!isText(method)) return REJECT_UNKNOWN;
  readWords(method);
  if (wordsAre(9, METHOD_HEARTBEAT, METHOD_HEARTBEAT_END)) return 0;
  if (!wordsAre(12, METHOD_SUBSCRIPTION, METHOD_SUBSCRIPTION_END)) return REJECT_UNKNOWN;
  const params = required(lane, FIELD_PARAMS);
  if (fault() != 0) return fault();
  if (load<u8>(params) != 0x7b) return REJECT_MALFORMED;
  readFields(lane, params, ENVELOPE);
  const channel = required(lane, FIELD_CHANNEL);
  const data = required(lane, FIELD_DATA);
  if (fault() != 0) return fault();
  return isText(channel) ? notification(lane, channel, data) : REJECT_UNKNOWN;
}

const CHANNEL_BOOK: u64 = 0x6b6f6f62; // book
const CHANNEL_TRADES: u64 = 0x736564617274; // trades
const CHANNEL_TICKER: u64 = 0x72656b636974; // ticker
const CHANNEL_QUOTE: u64 = 0x65746f7571; // quote
const CHANNEL_PERPETUAL: u64 = 0x6175746570726570; // perpetua
const CHANNEL_PERPETUAL_END: u64 = 0x6c; // l
const CHANNEL_MARK: u64 = 0x636972706b72616d; // markpric
const CHANNEL_MARK_END: u64 = 0x65; // e
const CHANNEL_INCREMENTAL: u64 = 0x6e656d6572636e69; // incremen
const CHANNEL_INCREMENTAL_MIDDLE: u64 = 0x6b6369745f6c6174; // tal_tick
const CHANNEL_INCREMENTAL_END: u64 = 0x7265; // er

function notification(lane: usize, channel: usize, data: usize): i32 {
  const status = readText(lane, channel);
  if (status != 0) return status;
  const bytes = partEnd(0);
  const first = bytes >= 8 ? load<u64>(textAt) : wordAt(0, bytes);
  if (bytes == 4 && first == CHANNEL_BOOK) return book(lane, channel, data);
  if (bytes == 6 && first == CHANNEL_TRADES) return trades(lane, channel, data);
  if (bytes == 6 && first == CHANNEL_TICKER) return ticker(lane, channel, data, true);
  if (bytes == 5 && first == CHANNEL_QUOTE) return quote(lane, channel, data);
  if (bytes == 9 && first == CHANNEL_PERPETUAL && wordAt(8, 1) == CHANNEL_PERPETUAL_END)
    return perpetual(lane, channel, data);
  if (bytes == 9 && first == CHANNEL_MARK && wordAt(8, 1) == CHANNEL_MARK_END) return optionMarks(lane, data);
  if (
    bytes == 18 &&
    first == CHANNEL_INCREMENTAL &&
    load<u64>(textAt, 8) == CHANNEL_INCREMENTAL_MIDDLE &&
    wordAt(16, 2) == CHANNEL_INCREMENTAL_END
  )
    return ticker(lane, channel, data, false);
  return isIgnored(bytes, first) ? 0 : REJECT_UNKNOWN;
}

const IGNORED_INDEX: u64 = 0x5f74696269726564; // deribit_
const IGNORED_DELIVERY: u64 = 0x6574616d69747365; // estimate
const IGNORED_INSTRUMENT: u64 = 0x656d757274736e69; // instrume
const IGNORED_PLATFORM: u64 = 0x6d726f6674616c70; // platform
const IGNORED_ANNOUNCEMENT: u64 = 0x65636e756f6e6e61; // announce
const IGNORED_BLOCK_TRADE: u64 = 0x72745f6b636f6c62; // block_tr
const IGNORED_BLOCK_RFQ: u64 = 0x66725f6b636f6c62; // block_rf
const IGNORED_CHART: u64 = 0x7472616863; // chart
const IGNORED_RFQ: u64 = 0x716672; // rfq

/** Channels that nothing here is made of, by their first letters: `deribit_price_index` names no instrument. */
function isIgnored(bytes: i32, first: u64): bool {
  if (bytes < 8) return (bytes == 5 && first == IGNORED_CHART) || (bytes == 3 && first == IGNORED_RFQ);
  return (
    first == IGNORED_INDEX ||
    first == IGNORED_DELIVERY ||
    first == IGNORED_INSTRUMENT ||
    first == IGNORED_PLATFORM ||
    first == IGNORED_ANNOUNCEMENT ||
    first == IGNORED_BLOCK_TRADE ||
    first == IGNORED_BLOCK_RFQ
  );
}
