// Kraken spot, WebSocket v2: what each message is. Its books are in kraken-book.ts, the rest in kraken-market.ts.
// Source: docs.kraken.com/api/docs/websocket-v2. The older protocol (arrays, `event` objects) is refused.
import { MESSAGE_MAY_BE_BOOK, REJECT_UNKNOWN } from "../../src/layout";
import { clearFault, container, fault, field, isText, required } from "../fields";
import { skipSpace, validate } from "../scan";
import { readWords, wordsAre } from "../walk";
import { book, subscribed } from "./kraken-book";
import { FIELD_CHANNEL, FIELD_DATA, FIELD_ERROR, FIELD_METHOD, FIELD_RESULT, FIELD_TYPE, readFields } from "./kraken-fields";
import { tickers, trades } from "./kraken-market";

const CHANNEL_BOOK: u64 = 0x6b6f6f62; // book
const CHANNEL_OHLC: u64 = 0x636c686f; // ohlc
const CHANNEL_TRADE: u64 = 0x6564617274; // trade
const CHANNEL_TICKER: u64 = 0x72656b636974; // ticker
const CHANNEL_STATUS: u64 = 0x737574617473; // status
const CHANNEL_HEARTBEAT: u64 = 0x6165627472616568; // heartbea
const CHANNEL_HEARTBEAT_END: u64 = 0x74; // t
const CHANNEL_INSTRUMENT: u64 = 0x656d757274736e69; // instrume
const CHANNEL_INSTRUMENT_END: u64 = 0x746e; // nt
const TYPE_SNAPSHOT: u64 = 0x746f687370616e73; // snapshot
const TYPE_UPDATE: u64 = 0x657461647075; // update

/** Decodes the frame at [at, end) by its keys alone: records, 0 not used, below 0 refused. */
export function krakenGeneral(lane: usize, at: usize, end: usize): i32 {
  clearFault();
  const status = validate(at, end);
  if (status != 0) return status;
  const root = skipSpace(at, end);
  if (load<u8>(root) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, root);
  const channel = field(lane, FIELD_CHANNEL);
  if (channel == 0) return reply(lane);
  if (!isText(channel)) return REJECT_UNKNOWN;
  readWords(channel);
  const isBook = wordsAre(4, CHANNEL_BOOK);
  store<u32>(lane, u32(isBook), MESSAGE_MAY_BE_BOOK);
  const isTrade = wordsAre(5, CHANNEL_TRADE);
  if (!isBook && !isTrade && !wordsAre(6, CHANNEL_TICKER)) return isIgnored() ? 0 : REJECT_UNKNOWN;
  const type = required(lane, FIELD_TYPE);
  const data = container(lane, FIELD_DATA, 0x5b);
  if (fault() != 0) return fault();
  if (!isText(type)) return REJECT_UNKNOWN;
  readWords(type);
  const isSnapshot = wordsAre(8, TYPE_SNAPSHOT);
  if (!isSnapshot && !wordsAre(6, TYPE_UPDATE)) return REJECT_UNKNOWN;
  if (isBook) return book(lane, data, isSnapshot);
  // The snapshot of trades is the last fifty of the past: history, not flow. Source: …/websocket-v2/trade.
  if (isTrade) return isSnapshot ? 0 : trades(lane, data);
  return tickers(lane, data);
}

/** Of a request on the connection, or of REST, which has `error` and `result` (AssetPairs in a recording). */
function reply(lane: usize): i32 {
  const isRest = field(lane, FIELD_ERROR) != 0 && field(lane, FIELD_RESULT) != 0;
  if (!isRest && field(lane, FIELD_METHOD) == 0) return REJECT_UNKNOWN;
  store<u32>(lane, 0, MESSAGE_MAY_BE_BOOK);
  return subscribed(lane);
}

/** Candles, precisions, the state of the venue, and signs of life: nothing here is made of them. */
function isIgnored(): bool {
  return (
    wordsAre(9, CHANNEL_HEARTBEAT, CHANNEL_HEARTBEAT_END) ||
    wordsAre(6, CHANNEL_STATUS) ||
    wordsAre(4, CHANNEL_OHLC) ||
    wordsAre(10, CHANNEL_INSTRUMENT, CHANNEL_INSTRUMENT_END)
  );
}
