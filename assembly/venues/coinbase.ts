// Coinbase Advanced Trade, spot: what each message is. Its books are in coinbase-book.ts, the rest in coinbase-market.ts.
// Source: docs.cdp.coinbase.com/advanced-trade/docs/ws-channels, and a recording of 2026-08-09. The older
// exchange feed (`"type":"l2update"` without a channel) is refused.
import { MESSAGE_CONNECTION_ID, MESSAGE_MAY_BE_BOOK, REJECT_UNKNOWN } from "../../src/layout";
import { clearFault, container, fault, field, idOf, isText, required } from "../fields";
import { skipSpace, validate } from "../scan";
import { textTimeOf } from "../times";
import { readWords, wordsAre } from "../walk";
import { book } from "./coinbase-book";
import {
  FIELD_CHANNEL,
  FIELD_EVENTS,
  FIELD_PRODUCTS,
  FIELD_SENT,
  FIELD_SEQUENCE,
  FIELD_TYPE,
  readFields,
} from "./coinbase-fields";
import { tickers, trades } from "./coinbase-market";

const CHANNEL_BOOK: u64 = 0x617461645f326c; // l2_data
const CHANNEL_TICKER: u64 = 0x72656b636974; // ticker
const CHANNEL_TRADES: u64 = 0x745f74656b72616d; // market_t
const CHANNEL_TRADES_END: u64 = 0x7365646172; // rades
const CHANNEL_STATUS: u64 = 0x737574617473; // status
const CHANNEL_CANDLES: u64 = 0x73656c646e6163; // candles
const CHANNEL_HEARTBEATS: u64 = 0x6165627472616568; // heartbea
const CHANNEL_HEARTBEATS_END: u64 = 0x7374; // ts
const CHANNEL_BATCH: u64 = 0x625f72656b636974; // ticker_b
const CHANNEL_BATCH_END: u64 = 0x68637461; // atch
const CHANNEL_SUBSCRIPTIONS: u64 = 0x7069726373627573; // subscrip
const CHANNEL_SUBSCRIPTIONS_END: u64 = 0x736e6f6974; // tions
const TYPE_ERROR: u64 = 0x726f727265; // error

/** Decodes the frame at [at, end) by its keys alone: records, 0 not used, below 0 refused. */
export function coinbaseGeneral(lane: usize, at: usize, end: usize): i32 {
  clearFault();
  const status = validate(at, end);
  if (status != 0) return status;
  const root = skipSpace(at, end);
  if (load<u8>(root) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, root);
  const channel = field(lane, FIELD_CHANNEL);
  if (channel == 0) return outsideChannels(lane);
  if (!isText(channel)) return REJECT_UNKNOWN;
  readWords(channel);
  const isBook = wordsAre(7, CHANNEL_BOOK);
  const isTrades = wordsAre(13, CHANNEL_TRADES, CHANNEL_TRADES_END);
  const isUsed = isBook || isTrades || wordsAre(6, CHANNEL_TICKER);
  store<u32>(lane, u32(isBook), MESSAGE_MAY_BE_BOOK);
  if (!isUsed && !isIgnored()) return REJECT_UNKNOWN;
  // Every message of a connection has the next number, whatever its channel.
  const sequence = idOf(lane, required(lane, FIELD_SEQUENCE));
  if (fault() != 0) return fault();
  store<f64>(lane, sequence, MESSAGE_CONNECTION_ID);
  if (!isUsed) return 0;
  const timeUs = textTimeOf(lane, required(lane, FIELD_SENT));
  const events = container(lane, FIELD_EVENTS, 0x5b);
  if (fault() != 0) return fault();
  if (isBook) return book(lane, events, timeUs, <u64>sequence);
  return isTrades ? trades(lane, events, timeUs) : tickers(lane, events, timeUs, <u64>sequence);
}

/**
 * Refusals of requests, `{"type":"error","message":"…"}`, and the REST list of products in a recording are
 * not of the stream; the older feed's messages are not known.
 */
function outsideChannels(lane: usize): i32 {
  const type = field(lane, FIELD_TYPE);
  if (field(lane, FIELD_PRODUCTS) == 0) {
    if (!isText(type)) return REJECT_UNKNOWN;
    readWords(type);
    if (!wordsAre(5, TYPE_ERROR)) return REJECT_UNKNOWN;
  }
  store<u32>(lane, 0, MESSAGE_MAY_BE_BOOK);
  return 0;
}

/** Signs of life, acknowledgements, candles, lists of products, and tickers that come every five seconds. */
function isIgnored(): bool {
  return (
    wordsAre(10, CHANNEL_HEARTBEATS, CHANNEL_HEARTBEATS_END) ||
    wordsAre(13, CHANNEL_SUBSCRIPTIONS, CHANNEL_SUBSCRIPTIONS_END) ||
    wordsAre(7, CHANNEL_CANDLES) ||
    wordsAre(6, CHANNEL_STATUS) ||
    wordsAre(12, CHANNEL_BATCH, CHANNEL_BATCH_END)
  );
}
