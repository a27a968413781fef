// Bybit v5: order books of any depth by the general scanner.
import {
  CLASS_DELTA,
  CLASS_SNAPSHOT,
  CLASS_TOP_DELTA,
  CLASS_TOP_SNAPSHOT,
  FLAG_PARTIAL,
  KIND_BBO,
  KIND_DEPTH,
  KIND_SNAPSHOT,
  MESSAGE_CLASS,
  MESSAGE_DEPTH,
  MESSAGE_FIRST_ID,
  MESSAGE_LAST_ID,
  NEED_SPACE,
  REJECT_MALFORMED,
  REJECT_SYMBOL,
  REJECT_UNKNOWN,
  SYMBOL_LENGTH,
} from "../../src/layout";
import { baseSizeOf, container, fail, fault, idOf, isText, priceOf, required, timeOf } from "../fields";
import { writeLevels } from "../levels";
import { finish, symbol } from "../message";
import { head, put } from "../records";
import { noteReceived, resolved } from "../symbols";
import { firstOf, nextOf, readText, readWords, textAt, textBytes, wordsAre } from "../walk";
import {
  FIELD_ASKS,
  FIELD_BIDS,
  FIELD_DATA,
  FIELD_SENT,
  FIELD_SYMBOL,
  FIELD_TYPE,
  FIELD_UPDATE_ID,
  readFields,
} from "./bybit-fields";

/** The symbol's name is the topic's text from `from` on. */
function isOfTopic(lane: usize, topic: usize, from: i32, slot: usize): bool {
  if (readText(lane, topic) != 0 || load<i32>(slot, SYMBOL_LENGTH) != textBytes - from) return false;
  for (let i = 0; i < textBytes - from; i++) if (load<u8>(slot + i) != load<u8>(textAt + from + i)) return false;
  return true;
}

const TYPE_SNAPSHOT: u64 = 0x746f687370616e73; // snapshot
const TYPE_DELTA: u64 = 0x61746c6564; // delta

/** orderbook.200.BTCUSDT; the full and the retail-price-improvement books are not used. */
export function orderbook(lane: usize, topic: usize): i32 {
  let depth = 0;
  let from = 10;
  while (from < textBytes && <u32>load<u8>(textAt + from) - 0x30 < 10 && from < 15)
    depth = depth * 10 + (<i32>load<u8>(textAt + from++) - 0x30);
  if (from == 10 && (load<u32>(textAt, 10) == TOPIC_FULL || load<u32>(textAt, 10) == TOPIC_RPI)) return 0;
  if (depth < 1 || from + 1 >= textBytes || load<u8>(textAt + from) != 0x2e) return REJECT_UNKNOWN;
  from++;

  const type = required(lane, FIELD_TYPE);
  const timeUs = timeOf(lane, required(lane, FIELD_SENT));
  const data = container(lane, FIELD_DATA, 0x7b);
  if (fault() != 0) return fault();
  if (!isText(type)) return REJECT_UNKNOWN;
  readWords(type);
  let isSnapshot = wordsAre(8, TYPE_SNAPSHOT);
  if (!isSnapshot && !wordsAre(5, TYPE_DELTA)) return REJECT_UNKNOWN;
  readFields(lane, data);
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  if (!isOfTopic(lane, topic, from, slot)) return REJECT_SYMBOL;
  const id = idOf(lane, required(lane, FIELD_UPDATE_ID));
  const bids = container(lane, FIELD_BIDS, 0x5b);
  const asks = container(lane, FIELD_ASKS, 0x5b);
  if (fault() != 0) return fault();
  if (id == 1) isSnapshot = true; // the venue started afresh, whatever it calls it
  store<u32>(lane, depth, MESSAGE_DEPTH);
  store<f64>(lane, id, MESSAGE_FIRST_ID);
  store<f64>(lane, id, MESSAGE_LAST_ID);
  if (depth == 1) return top(lane, slot, bids, asks, isSnapshot, timeUs, <u64>id);
  store<u32>(lane, isSnapshot ? CLASS_SNAPSHOT : CLASS_DELTA, MESSAGE_CLASS);
  const kind = isSnapshot ? KIND_SNAPSHOT : KIND_DEPTH;
  const records = writeLevels(lane, bids, asks, slot, kind, timeUs, <u64>id);
  if (records > 0) noteReceived(lane, slot);
  return records;
}

const TOPIC_FULL: u32 = 0x6c6c7566; // full
const TOPIC_RPI: u32 = 0x2e697072; // rpi.

/** The one-level channel: of each side the best level that is not a removal. */
function top(lane: usize, slot: usize, bids: usize, asks: usize, isSnapshot: bool, timeUs: f64, sequence: u64): i32 {
  store<u32>(lane, isSnapshot ? CLASS_TOP_SNAPSHOT : CLASS_TOP_DELTA, MESSAGE_CLASS);
  const at = put(head(slot, KIND_BBO, isSnapshot ? 0 : FLAG_PARTIAL), timeUs, sequence);
  if (at == 0) return NEED_SPACE;
  bestLevel(lane, slot, bids, false, at + 32);
  bestLevel(lane, slot, asks, true, at + 48);
  return finish(lane, slot);
}

function bestLevel(lane: usize, slot: usize, list: usize, isAsk: bool, into: usize): void {
  store<f64>(into, NaN);
  store<f64>(into, NaN, 8);
  for (let level = firstOf(list); level != 0; level = nextOf(level)) {
    const priceAt: usize = load<u8>(level) == 0x5b ? firstOf(level) : 0;
    const sizeAt: usize = priceAt == 0 ? 0 : nextOf(priceAt);
    if (sizeAt == 0) fail(REJECT_MALFORMED);
    const price = priceOf(lane, priceAt);
    const size = baseSizeOf(lane, sizeAt, slot, price);
    if (fault() != 0) return;
    const best = load<f64>(into);
    // A comparison with NaN is false: the first level replaces it.
    if (size == 0 || (isAsk ? price >= best : price <= best)) continue;
    store<f64>(into, price);
    store<f64>(into, size, 8);
  }
}
