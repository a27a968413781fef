// Deribit v2: order books. `book.X.100ms` is a snapshot, then changes that each name their predecessor;
// `book.X.none.20.100ms` is the best levels as a whole, every time.
import {
  CLASS_DELTA,
  CLASS_SNAPSHOT,
  FLAG_ASK,
  FLAG_CUT,
  FLAG_SECOND,
  KIND_DEPTH,
  KIND_SNAPSHOT,
  LEVEL_SECOND_PRICE,
  LEVEL_SECOND_SIZE,
  MESSAGE_CLASS,
  MESSAGE_DEPTH,
  MESSAGE_LAST_ID,
  MESSAGE_PREVIOUS_ID,
  NEED_SPACE,
  REJECT_CONTRACT_SIZE,
  REJECT_MALFORMED,
  REJECT_UNKNOWN,
} from "../../src/layout";
import { baseSizeOf, container, fail, fault, field, idOf, isNull, isText, priceOf, required, timeOf } from "../fields";
import { closeLevels, writeLevels } from "../levels";
import { fill, flag, hasUnit, head, put, written } from "../records";
import { noteReceived, resolved } from "../symbols";
import { firstOf, nextOf, readWords, textAt, wordsAre } from "../walk";
import { instrumentOf, PASSED_OVER, partEnd, parts, wordAt } from "./deribit-channel";
import {
  BOOK,
  FIELD_ASKS,
  FIELD_BIDS,
  FIELD_CHANGE_ID,
  FIELD_PREVIOUS_ID,
  FIELD_TIMESTAMP,
  FIELD_TYPE,
  readFields,
} from "./deribit-fields";

const RAW: u64 = 0x776172; // raw
const EVERY_100_MS: u64 = 0x736d303031; // 100ms
const AGGREGATED: u64 = 0x32676761; // agg2
const UNGROUPED: u64 = 0x656e6f6e; // none

/** Channels of the whole book in MESSAGE_DEPTH, beyond any number of levels: each counts by itself. */
const WHOLE_BOOK: u32 = 1 << 16;

/** Which of the three the text's part is from `from` on: 1 raw, 2 100ms, 3 agg2; 0 for none. */
function interval(from: i32): u32 {
  const bytes = partEnd(from) - from;
  if (bytes < 3 || bytes > 5) return 0;
  const word = wordAt(from, bytes);
  return word == RAW ? 1 : word == EVERY_100_MS ? 2 : word == AGGREGATED ? 3 : 0;
}

/** Digits from `from` to the next dot, up to five; 0 for anything else. */
function shortNumber(from: i32): u32 {
  const end = partEnd(from);
  if (end == from || end - from > 5) return 0;
  let value: u32 = 0;
  for (let i = from; i < end; i++) {
    const digit = <u32>load<u8>(textAt + i) - 0x30;
    if (digit > 9) return 0;
    value = value * 10 + digit;
  }
  return value;
}

/** book.{instrument}.{interval} or book.{instrument}.{group}.{depth}.{interval}, whose text was read last. */
export function book(lane: usize, channel: usize, data: usize): i32 {
  const count = parts();
  if (count != 3 && count != 5) return REJECT_UNKNOWN;
  const third = partEnd(partEnd(0) + 1) + 1;
  if (count == 3) {
    const every = interval(third);
    return every == 0 ? REJECT_UNKNOWN : wholeBook(lane, channel, data, WHOLE_BOOK + every);
  }
  const fourth = partEnd(third) + 1;
  const depth = shortNumber(fourth);
  if (depth == 0 || interval(partEnd(fourth) + 1) == 0) return REJECT_UNKNOWN;
  const isExact = partEnd(third) - third == 4 && wordAt(third, 4) == UNGROUPED;
  if (!isExact && shortNumber(third) == 0) return REJECT_UNKNOWN;
  // Levels summed up in steps of the group have prices that nobody quotes.
  return isExact ? bestLevels(lane, channel, data, depth) : 0;
}

const TYPE_SNAPSHOT: u64 = 0x746f687370616e73; // snapshot
const TYPE_CHANGE: u64 = 0x65676e616863; // change

function wholeBook(lane: usize, channel: usize, data: usize, number: u32): i32 {
  if (load<u8>(data) != 0x7b) return REJECT_MALFORMED;
  readFields(lane, data, BOOK);
  const named = instrumentOf(lane, channel);
  if (named != 0) return named == PASSED_OVER ? 0 : named;
  const slot = resolved;
  const timeUs = timeOf(lane, required(lane, FIELD_TIMESTAMP));
  const id = idOf(lane, required(lane, FIELD_CHANGE_ID));
  const bids = container(lane, FIELD_BIDS, 0x5b);
  const asks = container(lane, FIELD_ASKS, 0x5b);
  const previousAt = field(lane, FIELD_PREVIOUS_ID);
  const hasPrevious = previousAt != 0 && !isNull(previousAt);
  // Until 2019 a frame had no type: the one without a predecessor is the snapshot.
  let isSnapshot: bool = !hasPrevious;
  const type = field(lane, FIELD_TYPE);
  if (type != 0) {
    if (!isText(type)) return REJECT_UNKNOWN;
    readWords(type);
    isSnapshot = wordsAre(8, TYPE_SNAPSHOT);
    if (!isSnapshot && !wordsAre(6, TYPE_CHANGE)) return REJECT_UNKNOWN;
  }
  let previous: f64 = NaN;
  if (!isSnapshot) previous = idOf(lane, required(lane, FIELD_PREVIOUS_ID));
  if (fault() != 0) return fault();
  // A change after nothing (a new option gets its first orders) is the whole book, whatever it is called.
  if (previous == 0) {
    isSnapshot = true;
    previous = NaN;
  }
  store<u32>(lane, isSnapshot ? CLASS_SNAPSHOT : CLASS_DELTA, MESSAGE_CLASS);
  store<u32>(lane, number, MESSAGE_DEPTH);
  store<f64>(lane, id, MESSAGE_LAST_ID);
  store<f64>(lane, previous, MESSAGE_PREVIOUS_ID);
  if (!hasUnit(slot) && (firstOf(bids) != 0 || firstOf(asks) != 0)) return REJECT_CONTRACT_SIZE;
  const first = head(slot, isSnapshot ? KIND_SNAPSHOT : KIND_DEPTH, 0);
  let status = actions(lane, bids, slot, first, timeUs, <u64>id, isSnapshot);
  if (status == 0) status = actions(lane, asks, slot, first | (FLAG_ASK << 8), timeUs, <u64>id, isSnapshot);
  if (status != 0) return status;
  const records = closeLevels(first, timeUs, <u64>id);
  if (records > 0) noteReceived(lane, slot);
  return records;
}

const ACTION_NEW: u64 = 0x77656e; // new
const ACTION_CHANGE: u64 = 0x65676e616863; // change
const ACTION_DELETE: u64 = 0x6574656c6564; // delete

/** Records of `[["new"|"change"|"delete", price, amount], …]`: 0, or what is wrong. A snapshot has new levels only. */
function actions(lane: usize, list: usize, slot: usize, first: u64, timeUs: f64, id: u64, isSnapshot: bool): i32 {
  let record: usize = 0;
  let isSecond = false;
  for (let level = firstOf(list); level != 0; level = nextOf(level)) {
    const action: usize = load<u8>(level) == 0x5b ? firstOf(level) : 0;
    const priceAt: usize = action == 0 ? 0 : nextOf(action);
    const amountAt: usize = priceAt == 0 ? 0 : nextOf(priceAt);
    if (amountAt == 0) return REJECT_MALFORMED;
    if (!isText(action)) return REJECT_UNKNOWN;
    readWords(action);
    const isNew = wordsAre(3, ACTION_NEW);
    const isDeleted = wordsAre(6, ACTION_DELETE);
    if (!isNew && !isDeleted && !wordsAre(6, ACTION_CHANGE)) return REJECT_UNKNOWN;
    if (isSnapshot && !isNew) fail(REJECT_MALFORMED);
    const price = priceOf(lane, priceAt);
    const amount = baseSizeOf(lane, amountAt, slot, price);
    if (fault() != 0) return fault();
    const size = isDeleted ? 0 : amount;
    if (isSecond) {
      store<f64>(record, price, LEVEL_SECOND_PRICE);
      store<f64>(record, size, LEVEL_SECOND_SIZE);
      flag(written() - 1, FLAG_SECOND);
    } else {
      record = put(first, timeUs, id);
      if (record == 0) return NEED_SPACE;
      fill(record, price, size, 0, 0);
    }
    isSecond = !isSecond;
  }
  return 0;
}

/** The best `depth` levels of each side, `[price, amount]`: a snapshot beyond which nothing is known. */
function bestLevels(lane: usize, channel: usize, data: usize, depth: u32): i32 {
  if (load<u8>(data) != 0x7b) return REJECT_MALFORMED;
  readFields(lane, data, BOOK);
  const named = instrumentOf(lane, channel);
  if (named != 0) return named == PASSED_OVER ? 0 : named;
  const slot = resolved;
  const timeUs = timeOf(lane, required(lane, FIELD_TIMESTAMP));
  const id = idOf(lane, required(lane, FIELD_CHANGE_ID));
  const bids = container(lane, FIELD_BIDS, 0x5b);
  const asks = container(lane, FIELD_ASKS, 0x5b);
  if (fault() != 0) return fault();
  store<u32>(lane, CLASS_SNAPSHOT, MESSAGE_CLASS);
  store<u32>(lane, depth, MESSAGE_DEPTH);
  store<f64>(lane, id, MESSAGE_LAST_ID);
  const records = writeLevels(lane, bids, asks, slot, KIND_SNAPSHOT, timeUs, <u64>id);
  if (records <= 0) return records;
  flag(records - 1, FLAG_CUT);
  noteReceived(lane, slot);
  return records;
}
