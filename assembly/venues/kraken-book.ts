// Kraken spot, WebSocket v2: the book channel, and the acknowledgement that tells its depth.
import {
  CLASS_DELTA,
  CLASS_SNAPSHOT,
  KIND_DEPTH,
  KIND_SNAPSHOT,
  MESSAGE_CHECKSUM,
  MESSAGE_CLASS,
  MESSAGE_DEPTH,
  MESSAGE_HAS_CHECKSUM,
  MESSAGE_PART,
  MESSAGE_PARTS,
  NEED_SPACE,
  NEED_SYMBOL,
  REJECT_ID,
  REJECT_MALFORMED,
  SYMBOL_DEPTH,
} from "../../src/layout";
import { baseSizeOf, container, fail, fault, field, idOf, isSequence, isText, priceOf, required, sequenceOf } from "../fields";
import { addLevel, beginLevels, endLevels } from "../level-writer";
import { symbol } from "../message";
import { noteReceived, resolved } from "../symbols";
import { textTimeOf } from "../times";
import { firstOf, nextOf, readWords, wordsAre } from "../walk";
import {
  FIELD_ASKS,
  FIELD_BIDS,
  FIELD_CHANNEL,
  FIELD_CHECKSUM,
  FIELD_DEPTH,
  FIELD_METHOD,
  FIELD_PRICE,
  FIELD_RESULT,
  FIELD_SIZE,
  FIELD_SYMBOL,
  FIELD_TIME,
  readFields,
} from "./kraken-fields";

const LARGEST_CHECKSUM: f64 = 4294967295;

/**
 * Message MESSAGE_PART of a book frame: `data` is a list, though the venue puts one book into it.
 * Source: docs.kraken.com/api/docs/websocket-v2/book.
 */
export function book(lane: usize, data: usize, isSnapshot: bool): i32 {
  const part = load<u32>(lane, MESSAGE_PART);
  let parts: u32 = 0;
  let at: usize = 0;
  for (let element = firstOf(data); element != 0; element = nextOf(element)) {
    if (parts == part) at = element;
    parts++;
  }
  store<u32>(lane, max(parts, 1), MESSAGE_PARTS);
  if (at == 0) return 0;
  if (load<u8>(at) != 0x7b) return REJECT_MALFORMED;
  readFields(lane, at);
  return oneBook(lane, isSnapshot);
}

function oneBook(lane: usize, isSnapshot: bool): i32 {
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = textTimeOf(lane, required(lane, FIELD_TIME));
  const checksum = idOf(lane, required(lane, FIELD_CHECKSUM));
  const bids = container(lane, FIELD_BIDS, 0x5b);
  const asks = container(lane, FIELD_ASKS, 0x5b);
  if (checksum > LARGEST_CHECKSUM) fail(REJECT_ID);
  if (fault() != 0) return fault();
  store<u32>(lane, load<u32>(slot, SYMBOL_DEPTH), MESSAGE_DEPTH);
  store<u32>(lane, 1, MESSAGE_HAS_CHECKSUM);
  store<f64>(lane, checksum, MESSAGE_CHECKSUM);
  store<u32>(lane, isSnapshot ? CLASS_SNAPSHOT : CLASS_DELTA, MESSAGE_CLASS);
  beginLevels(slot, isSnapshot ? KIND_SNAPSHOT : KIND_DEPTH, timeUs, 0);
  const isFull = !levels(lane, bids, slot, false) || !levels(lane, asks, slot, true);
  if (fault() != 0) return fault();
  if (isFull) return NEED_SPACE;
  const records = endLevels();
  if (records > 0) noteReceived(lane, slot);
  return records;
}

/** `[{"price":45285.2,"qty":0.00100000},…]`; false when there is no room, faults are noted. */
function levels(lane: usize, list: usize, slot: usize, isAsk: bool): bool {
  if (fault() != 0) return true;
  for (let level = firstOf(list); level != 0; level = nextOf(level)) {
    if (load<u8>(level) != 0x7b) {
      fail(REJECT_MALFORMED);
      return true;
    }
    readFields(lane, level);
    const price = priceOf(lane, required(lane, FIELD_PRICE));
    const size = baseSizeOf(lane, required(lane, FIELD_SIZE), slot, price);
    if (fault() != 0) return true;
    if (!addLevel(isAsk, price, size)) return false;
  }
  return true;
}

const METHOD_SUBSCRIBE: u64 = 0x6269726373627573; // subscrib
const METHOD_SUBSCRIBE_END: u64 = 0x65; // e
const CHANNEL_BOOK: u64 = 0x6b6f6f62; // book
/** Deeper channels there are none. */
const DEPTH_MAXIMUM: u64 = 1000;

/**
 * A reply to a request: nothing to use, but the acceptance of a book says how deep it is, which its
 * messages do not: `{"method":"subscribe","result":{"channel":"book","depth":10,"symbol":"BTC/USD"},…}`.
 */
export function subscribed(lane: usize): i32 {
  const method = field(lane, FIELD_METHOD);
  const result = field(lane, FIELD_RESULT);
  if (!isText(method) || result == 0 || load<u8>(result) != 0x7b) return 0;
  readWords(method);
  if (!wordsAre(9, METHOD_SUBSCRIBE, METHOD_SUBSCRIBE_END)) return 0;
  readFields(lane, result);
  const channel = field(lane, FIELD_CHANNEL);
  const depthAt = field(lane, FIELD_DEPTH);
  if (!isText(channel) || !isSequence(lane, depthAt)) return 0;
  readWords(channel);
  const depth = sequenceOf(lane, depthAt);
  if (!wordsAre(4, CHANNEL_BOOK) || depth > DEPTH_MAXIMUM) return 0;
  const status = symbol(lane, FIELD_SYMBOL);
  if (status == 0) store<u32>(resolved, <u32>depth, SYMBOL_DEPTH);
  return status == NEED_SYMBOL ? NEED_SYMBOL : 0;
}
