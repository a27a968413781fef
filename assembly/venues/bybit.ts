// Bybit v5, all products: the general scanner's reading of every message. The templates in
// bybit-template.ts know the shapes sent today and fall back on this.
import { MESSAGE_PRODUCT, REJECT_UNKNOWN, SYMBOL_NAME_BYTES } from "../../src/layout";
import { clearFault, field, isText } from "../fields";
import { skipSpace, validate } from "../scan";
import { findSymbol, noteReceived } from "../symbols";
import { readText, textAt, textBytes } from "../walk";
import { orderbook } from "./bybit-book";
import { FIELD_OPERATION, FIELD_REPLY, FIELD_TOPIC, readFields } from "./bybit-fields";
import { elements, ticker } from "./bybit-market";

/** Decodes the frame at [at, end) by its keys alone: records, 0 not used, below 0 refused. */
export function bybitGeneral(lane: usize, at: usize, end: usize): i32 {
  clearFault();
  const status = validate(at, end);
  if (status != 0) return status;
  const root = skipSpace(at, end);
  if (load<u8>(root) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, root);
  const topic = field(lane, FIELD_TOPIC);
  if (topic == 0) return field(lane, FIELD_REPLY) != 0 || field(lane, FIELD_OPERATION) != 0 ? 0 : REJECT_UNKNOWN;
  if (!isText(topic)) return REJECT_UNKNOWN;
  return message(lane, topic);
}

const TOPIC_ORDERBOOK: u64 = 0x6f6f62726564726f; // orderboo
const TOPIC_ORDERBOOK_END: u64 = 0x2e6b; // k.
const TOPIC_TRADE: u64 = 0x725463696c627570; // publicTr
const TOPIC_TRADE_END: u64 = 0x2e656461; // ade.
const TOPIC_TICKERS: u64 = 0x2e7372656b636974; // tickers.
const TOPIC_LIQUIDATION: u64 = 0x697571694c6c6c61; // allLiqui
const TOPIC_LIQUIDATION_END: u64 = 0x2e6e6f69746164; // dation.

/** True when the topic begins with these `bytes` (8..16) bytes. */
function topicIs(bytes: i32, first: u64, rest: u64): bool {
  const bits = (<u64>(16 - bytes)) << 3;
  return (
    textBytes > bytes && load<u64>(textAt) == first && (bits == 64 || (load<u64>(textAt, 8) << bits) >> bits == rest)
  );
}

export function message(lane: usize, topic: usize): i32 {
  const status = readText(lane, topic);
  if (status != 0) return status;
  if (topicIs(10, TOPIC_ORDERBOOK, TOPIC_ORDERBOOK_END)) return orderbook(lane, topic);
  if (topicIs(12, TOPIC_TRADE, TOPIC_TRADE_END)) return elements(lane, true);
  if (topicIs(15, TOPIC_LIQUIDATION, TOPIC_LIQUIDATION_END)) return elements(lane, false);
  if (topicIs(8, TOPIC_TICKERS, 0)) return ticker(lane);
  return isIgnoredTopic() ? 0 : REJECT_UNKNOWN;
}

const IGNORED_KLINE: u64 = 0x2e656e696c6b; // kline.
const IGNORED_KLINE_LT: u64 = 0x746c5f656e696c6b; // kline_lt
const IGNORED_TICKERS_LT: u64 = 0x5f7372656b636974; // tickers_
const IGNORED_LIQUIDATION: u64 = 0x746164697571696c; // liquidat
const IGNORED_LEVERAGED: u64 = 0x2e746c; // lt.
const IGNORED_PRICE_LIMIT: u64 = 0x6d694c6563697270; // priceLim
const IGNORED_INSURANCE: u64 = 0x636e617275736e69; // insuranc
const IGNORED_ADL: u64 = 0x7472656c416c6461; // adlAlert
const IGNORED_SYSTEM: u64 = 0x732e6d6574737973; // system.s

/** Well-known topics that nothing here is made of, by their first letters. */
function isIgnoredTopic(): bool {
  if (textBytes < 8) return false;
  const name = load<u64>(textAt);
  return (
    (name & 0xffffffffffff) == IGNORED_KLINE ||
    (name & 0xffffff) == IGNORED_LEVERAGED ||
    name == IGNORED_KLINE_LT ||
    name == IGNORED_TICKERS_LT ||
    name == IGNORED_LIQUIDATION ||
    name == IGNORED_PRICE_LIMIT ||
    name == IGNORED_INSURANCE ||
    name == IGNORED_ADL ||
    name == IGNORED_SYSTEM
  );
}
