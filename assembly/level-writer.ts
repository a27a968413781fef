// Levels that come one at a time, as objects, and of either side: two of a side share a record, in their order.
import {
  FLAG_ASK,
  FLAG_SECOND,
  LEVEL_SECOND_PRICE,
  LEVEL_SECOND_SIZE,
  RECORD_FLAGS,
} from "../src/layout";
import { closeLevels } from "./levels";
import { fill, head, put } from "./records";

// The message under way: private to the instance.
let symbolSlot: usize = 0;
let recordKind: u32 = 0;
let messageUs: f64 = NaN;
let messageSequence: u64 = 0;
/** Record of each side that still has room for a second level, 0 for none. */
let openBid: usize = 0;
let openAsk: usize = 0;

/** Begins a DEPTH or SNAPSHOT message. */
export function beginLevels(slot: usize, kind: u32, timeUs: f64, sequence: u64): void {
  symbolSlot = slot;
  recordKind = kind;
  messageUs = timeUs;
  messageSequence = sequence;
  openBid = 0;
  openAsk = 0;
}

/** Adds a level; false when there is no room. The order within a side is kept, as the last one counts. */
export function addLevel(isAsk: bool, price: f64, size: f64): bool {
  const record = isAsk ? openAsk : openBid;
  let next: usize = 0;
  if (record != 0) {
    store<f64>(record, price, LEVEL_SECOND_PRICE);
    store<f64>(record, size, LEVEL_SECOND_SIZE);
    store<u8>(record, load<u8>(record, RECORD_FLAGS) | FLAG_SECOND, RECORD_FLAGS);
  } else {
    next = put(head(symbolSlot, recordKind, isAsk ? FLAG_ASK : 0), messageUs, messageSequence);
    if (next == 0) return false;
    fill(next, price, size, 0, 0);
  }
  if (isAsk) openAsk = next;
  else openBid = next;
  return true;
}

/** Ends the message: its records. */
export function endLevels(): i32 {
  return closeLevels(head(symbolSlot, recordKind, 0), messageUs, messageSequence);
}
