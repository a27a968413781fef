// HTX: changes of a book, whole books, and the best bid and offer.
import {
  BBO_ASK,
  BBO_BID,
  CLASS_DELTA,
  CLASS_IMAGE,
  CLASS_SNAPSHOT,
  KIND_BBO,
  KIND_DEPTH,
  KIND_SNAPSHOT,
  MESSAGE_CLASS,
  MESSAGE_DEPTH,
  MESSAGE_FIRST_ID,
  MESSAGE_LAST_ID,
  MESSAGE_PREVIOUS_ID,
  NEED_SPACE,
  REJECT_MALFORMED,
  REJECT_UNKNOWN,
} from "../../src/layout";
import {
  baseSizeOf,
  container,
  fail,
  fault,
  field,
  idOf,
  isAbsent,
  isNull,
  isText,
  priceOf,
  required,
  sequenceOf,
  timeOf,
} from "../fields";
import { writeLevels } from "../levels";
import { finish } from "../message";
import { head, put } from "../records";
import { noteReceived, resolved } from "../symbols";
import { firstOf, nextOf, readWords, wordsAre } from "../walk";
import { channelSymbol, levels } from "./htx-channel";
import {
  FIELD_ASK,
  FIELD_ASK_SIZE,
  FIELD_ASKS,
  FIELD_BID,
  FIELD_BID_SIZE,
  FIELD_BIDS,
  FIELD_DATA,
  FIELD_EVENT,
  FIELD_MATCH,
  FIELD_PREVIOUS,
  FIELD_SENT,
  FIELD_SEQUENCE,
  FIELD_SEQUENCE_ID,
  FIELD_TICK,
  FIELD_UPDATE,
  FIELD_VERSION,
  readTick,
} from "./htx-fields";

/** Channels of whole images count apart from those of changes: MESSAGE_DEPTH is their levels and this. */
const IMAGES: u32 = 65536;

/** The levels of a side; 0 where the venue leaves it out or says null, because nothing changed there. */
function side(lane: usize, index: i32): usize {
  const value = field(lane, index);
  return value == 0 || isNull(value) ? 0 : container(lane, index, 0x5b);
}

/** Both sides of the tick whose fields were read, as one message of a class. */
function book(lane: usize, slot: usize, messageClass: u32, kind: u32, timeUs: f64, sequence: u64): i32 {
  const bids = side(lane, FIELD_BIDS);
  const asks = side(lane, FIELD_ASKS);
  if (fault() != 0) return fault();
  store<u32>(lane, messageClass, MESSAGE_CLASS);
  const records = writeLevels(lane, bids, asks, slot, kind, timeUs, sequence);
  if (records > 0) noteReceived(lane, slot);
  return records;
}

/** `mbp.N`: every change names the number of the one before it. */
export function changes(lane: usize): i32 {
  const status = tickOf(lane, FIELD_TICK);
  if (status != 0) return status;
  const last = idOf(lane, required(lane, FIELD_SEQUENCE));
  const previous = idOf(lane, required(lane, FIELD_PREVIOUS));
  if (fault() != 0) return fault();
  store<f64>(lane, last, MESSAGE_LAST_ID);
  store<f64>(lane, previous, MESSAGE_PREVIOUS_ID);
  store<u32>(lane, levels, MESSAGE_DEPTH);
  return book(lane, resolved, CLASS_DELTA, KIND_DEPTH, sentUs, <u64>last);
}

/** The answer to a request of `mbp.N`: the snapshot that the changes of the same connection are joined to. */
export function requested(lane: usize): i32 {
  const status = tickOf(lane, FIELD_DATA);
  if (status != 0) return status;
  const id = idOf(lane, required(lane, FIELD_SEQUENCE));
  if (fault() != 0) return fault();
  store<f64>(lane, id, MESSAGE_FIRST_ID);
  store<f64>(lane, id, MESSAGE_LAST_ID);
  store<u32>(lane, levels, MESSAGE_DEPTH);
  return book(lane, resolved, CLASS_SNAPSHOT, KIND_SNAPSHOT, sentUs, <u64>id);
}

/** A whole book, numbered by its own kind of id: seqNum (mbp), mrid (derivatives), version (spot depth). */
export function image(lane: usize): i32 {
  // Until 2020 this channel also sent changes, told by `update` and without a number that would show a loss.
  const update = field(lane, FIELD_UPDATE);
  if (update != 0 && load<u8>(update) == 0x74) return REJECT_UNKNOWN;
  const status = tickOf(lane, FIELD_TICK);
  if (status != 0) return status;
  const index = field(lane, FIELD_SEQUENCE) != 0 ? FIELD_SEQUENCE : field(lane, FIELD_MATCH) != 0 ? FIELD_MATCH : FIELD_VERSION;
  const id = idOf(lane, required(lane, index));
  if (fault() != 0) return fault();
  store<f64>(lane, id, MESSAGE_FIRST_ID);
  store<f64>(lane, id, MESSAGE_LAST_ID);
  store<u32>(lane, levels | IMAGES, MESSAGE_DEPTH);
  return book(lane, resolved, CLASS_IMAGE, KIND_SNAPSHOT, sentUs, <u64>id);
}

const EVENT_SNAPSHOT: u64 = 0x746f687370616e73; // snapshot
const EVENT_UPDATE: u64 = 0x657461647075; // update

/** `depth.size_N.high_freq`, subscribed as incremental: `version` counts the messages of the book. */
export function highFrequency(lane: usize): i32 {
  const status = tickOf(lane, FIELD_TICK);
  if (status != 0) return status;
  const event = required(lane, FIELD_EVENT);
  const version = idOf(lane, required(lane, FIELD_VERSION));
  if (fault() != 0) return fault();
  if (!isText(event)) return REJECT_UNKNOWN;
  readWords(event);
  const isSnapshot = wordsAre(8, EVENT_SNAPSHOT);
  if (!isSnapshot && !wordsAre(6, EVENT_UPDATE)) return REJECT_UNKNOWN;
  store<f64>(lane, version, MESSAGE_FIRST_ID);
  store<f64>(lane, version, MESSAGE_LAST_ID);
  store<u32>(lane, levels, MESSAGE_DEPTH);
  const kind = isSnapshot ? KIND_SNAPSHOT : KIND_DEPTH;
  return book(lane, resolved, isSnapshot ? CLASS_SNAPSHOT : CLASS_DELTA, kind, sentUs, <u64>version);
}

/** `bbo`: numbers beside each other on spot, `[price, contracts]` on derivatives; an empty side is left out. */
export function bbo(lane: usize): i32 {
  const status = tickOf(lane, FIELD_TICK);
  if (status != 0) return status;
  const slot = resolved;
  const index = field(lane, FIELD_SEQUENCE_ID) != 0 ? FIELD_SEQUENCE_ID : FIELD_VERSION;
  // There was none before 2020.
  const id = field(lane, index);
  const sequence: u64 = isAbsent(id) ? 0 : sequenceOf(lane, id);
  const at = put(head(slot, KIND_BBO, 0), sentUs, sequence);
  if (at == 0) return NEED_SPACE;
  best(lane, slot, FIELD_BID, FIELD_BID_SIZE, at + BBO_BID);
  best(lane, slot, FIELD_ASK, FIELD_ASK_SIZE, at + BBO_ASK);
  return finish(lane, slot);
}

function best(lane: usize, slot: usize, index: i32, sizeIndex: i32, into: usize): void {
  store<f64>(into, NaN);
  store<f64>(into, NaN, 8);
  let priceAt = field(lane, index);
  if (priceAt == 0 || isNull(priceAt)) return;
  let sizeAt: usize = 0;
  if (load<u8>(priceAt) == 0x5b) {
    priceAt = firstOf(priceAt);
    if (priceAt == 0) return;
    sizeAt = nextOf(priceAt);
    if (sizeAt == 0) fail(REJECT_MALFORMED);
  } else sizeAt = required(lane, sizeIndex);
  const price = priceOf(lane, priceAt);
  store<f64>(into, price);
  store<f64>(into, baseSizeOf(lane, sizeAt, slot, price), 8);
}

/** When the venue sent the message whose tick was read. */
export let sentUs: f64 = NaN;

/** Finds the time and the symbol of a message and reads its tick (or its `data`): 0, or what is wrong. */
export function tickOf(lane: usize, index: i32): i32 {
  sentUs = timeOf(lane, required(lane, FIELD_SENT));
  const tick = container(lane, index, 0x7b);
  if (fault() != 0) return fault();
  const status = channelSymbol(lane);
  if (status != 0) return status;
  readTick(lane, tick);
  return 0;
}
