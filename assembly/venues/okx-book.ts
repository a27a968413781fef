// OKX v5: order books and the one-level channel, by the general scanner.
import {
  CLASS_DELTA,
  CLASS_SNAPSHOT,
  CLASS_TOP_SNAPSHOT,
  KIND_BBO,
  KIND_DEPTH,
  KIND_SNAPSHOT,
  MESSAGE_CHECKSUM,
  MESSAGE_CLASS,
  MESSAGE_DEPTH,
  MESSAGE_HAS_CHECKSUM,
  MESSAGE_LAST_ID,
  MESSAGE_PART,
  MESSAGE_PARTS,
  MESSAGE_PREVIOUS_ID,
  NEED_SPACE,
  REJECT_ID,
  REJECT_MALFORMED,
  REJECT_MISSING_FIELD,
  REJECT_SYMBOL,
  REJECT_UNKNOWN,
  SYMBOL_LENGTH,
} from "../../src/layout";
import {
  baseSizeOf,
  container,
  fail,
  fault,
  field,
  idOf,
  isAbsent,
  isText,
  numberOf,
  priceOf,
  required,
  timeOf,
} from "../fields";
import { writeLevels } from "../levels";
import { finish } from "../message";
import { head, put } from "../records";
import { noteReceived, resolved } from "../symbols";
import { firstOf, nextOf, readText, readWords, textAt, textBytes, wordsAre } from "../walk";
import {
  FIELD_ASKS,
  FIELD_BIDS,
  FIELD_CHECKSUM,
  FIELD_INSTRUMENT,
  FIELD_PREVIOUS,
  FIELD_SEQUENCE,
  FIELD_TIME,
  instrument,
  readFields,
} from "./okx-fields";

export const DEPTH_TOP: i32 = 1;
export const DEPTH_BOOKS_5: i32 = 5;
export const DEPTH_BOOKS_50_TICK: i32 = 50;
export const DEPTH_BOOKS: i32 = 400;
/** books-l2-tbt: 400 levels too, but a channel of its own, and each counts by itself. */
export const DEPTH_BOOKS_TICK: i32 = 401;

const ACTION_SNAPSHOT: u64 = 0x746f687370616e73; // snapshot
const ACTION_UPDATE: u64 = 0x657461647075; // update

/** A message of a book channel. Each element of `data` is a part: a book message by itself. */
export function book(lane: usize, named: usize, data: usize, action: usize, depth: i32): i32 {
  const isIncremental = depth >= DEPTH_BOOKS_50_TICK;
  let isSnapshot: bool = true;
  if (isIncremental) {
    if (!isText(action)) return REJECT_UNKNOWN;
    readWords(action);
    isSnapshot = wordsAre(8, ACTION_SNAPSHOT);
    if (!isSnapshot && !wordsAre(6, ACTION_UPDATE)) return REJECT_UNKNOWN;
  }
  const element = partOf(lane, data);
  if (element == 0) return 0;
  if (load<u8>(element) != 0x7b) return REJECT_MALFORMED;
  const status = instrument(lane, named);
  if (status != 0) return status;
  const slot = resolved;
  readFields(lane, element);
  if (!isOf(lane, field(lane, FIELD_INSTRUMENT), slot)) return REJECT_SYMBOL;
  const timeUs = timeOf(lane, required(lane, FIELD_TIME));
  const bids = container(lane, FIELD_BIDS, 0x5b);
  const asks = container(lane, FIELD_ASKS, 0x5b);
  const sequenceAt = field(lane, FIELD_SEQUENCE);
  const hasSequence = !isAbsent(sequenceAt);
  const last = hasSequence ? idOf(lane, sequenceAt) : NaN;
  if (fault() != 0) return fault();
  store<u32>(lane, depth, MESSAGE_DEPTH);
  store<f64>(lane, last, MESSAGE_LAST_ID);
  const sequence: u64 = hasSequence ? <u64>last : 0;
  if (depth == DEPTH_TOP) return top(lane, slot, bids, asks, timeUs, sequence);
  if (isIncremental) {
    const unproved = chain(lane, hasSequence);
    if (unproved != 0) return unproved;
  }
  store<u32>(lane, isSnapshot ? CLASS_SNAPSHOT : CLASS_DELTA, MESSAGE_CLASS);
  const kind = isSnapshot ? KIND_SNAPSHOT : KIND_DEPTH;
  const records = writeLevels(lane, bids, asks, slot, kind, timeUs, sequence);
  if (records > 0) noteReceived(lane, slot);
  return records;
}

/** The element of `data` that is the message's part, 0 when there is none; says how many parts there are. */
function partOf(lane: usize, data: usize): usize {
  const wanted = load<i32>(lane, MESSAGE_PART);
  let parts = 0;
  let found: usize = 0;
  for (let element = firstOf(data); element != 0; element = nextOf(element)) {
    if (parts == wanted) found = element;
    parts++;
  }
  if (parts > 1) store<u32>(lane, parts, MESSAGE_PARTS);
  return found;
}

/** An element that names its instrument (books5 does) names that of its channel. */
function isOf(lane: usize, value: usize, slot: usize): bool {
  if (isAbsent(value)) return true;
  if (!isText(value) || readText(lane, value) != 0 || load<i32>(slot, SYMBOL_LENGTH) != textBytes) return false;
  for (let i = 0; i < textBytes; i++) if (load<u8>(slot + i) != load<u8>(textAt + i)) return false;
  return true;
}

/**
 * What proves that an incremental message continues its book: 0, or what is wrong. Ids came in 2022, the
 * checksum went in June 2026 (it is 0 since, and proves nothing); a message without either proves no book.
 */
function chain(lane: usize, hasSequence: bool): i32 {
  if (hasSequence) store<f64>(lane, previousOf(lane, required(lane, FIELD_PREVIOUS)), MESSAGE_PREVIOUS_ID);
  const checksumAt = field(lane, FIELD_CHECKSUM);
  const checksum = isAbsent(checksumAt) ? 0 : numberOf(lane, checksumAt, REJECT_MALFORMED);
  if (fault() != 0) return fault();
  if (checksum != 0) {
    store<u32>(lane, 1, MESSAGE_HAS_CHECKSUM);
    store<f64>(lane, checksum, MESSAGE_CHECKSUM);
  }
  return !hasSequence && checksum == 0 ? REJECT_MISSING_FIELD : 0;
}

/** An id, or the -1 of a snapshot. */
function previousOf(lane: usize, value: usize): f64 {
  return numberOf(lane, value, REJECT_ID) == -1 ? -1 : idOf(lane, value);
}

/** The one-level channel: a side without a level is empty. */
function top(lane: usize, slot: usize, bids: usize, asks: usize, timeUs: f64, sequence: u64): i32 {
  store<u32>(lane, CLASS_TOP_SNAPSHOT, MESSAGE_CLASS);
  const at = put(head(slot, KIND_BBO, 0), timeUs, sequence);
  if (at == 0) return NEED_SPACE;
  firstLevel(lane, slot, bids, at + 32);
  firstLevel(lane, slot, asks, at + 48);
  return finish(lane, slot);
}

function firstLevel(lane: usize, slot: usize, list: usize, into: usize): void {
  store<f64>(into, NaN);
  store<f64>(into, NaN, 8);
  const level = firstOf(list);
  if (level == 0) return;
  const priceAt: usize = load<u8>(level) == 0x5b ? firstOf(level) : 0;
  const sizeAt: usize = priceAt == 0 ? 0 : nextOf(priceAt);
  if (sizeAt == 0) fail(REJECT_MALFORMED);
  const price = priceOf(lane, priceAt);
  const size = baseSizeOf(lane, sizeAt, slot, price);
  if (fault() != 0) return;
  store<f64>(into, price);
  store<f64>(into, size, 8);
}
