// Coinbase Advanced Trade, spot: the level2 channel, delivered as l2_data.
import {
  CLASS_DELTA,
  CLASS_SNAPSHOT,
  KIND_DEPTH,
  KIND_SNAPSHOT,
  MESSAGE_CLASS,
  MESSAGE_PART,
  MESSAGE_PARTS,
  NEED_SPACE,
  REJECT_MALFORMED,
  REJECT_UNKNOWN,
} from "../../src/layout";
import { baseSizeOf, container, fault, isText, priceOf, required, sideOf } from "../fields";
import { addLevel, beginLevels, endLevels } from "../level-writer";
import { symbol } from "../message";
import { noteReceived, resolved } from "../symbols";
import { firstOf, nextOf, readWords, wordsAre } from "../walk";
import {
  FIELD_LEVEL_PRICE,
  FIELD_LEVEL_SIZE,
  FIELD_PRODUCT,
  FIELD_SIDE,
  FIELD_TYPE,
  FIELD_UPDATES,
  readFields,
} from "./coinbase-fields";

const TYPE_SNAPSHOT: u64 = 0x746f687370616e73; // snapshot
const TYPE_UPDATE: u64 = 0x657461647075; // update
const SIDE_BID: u64 = 0x646962; // bid
const SIDE_OFFER: u64 = 0x726566666f; // offer

/** Event MESSAGE_PART of a frame: each is a message of one book. */
export function book(lane: usize, events: usize, timeUs: f64, sequence: u64): i32 {
  const part = load<u32>(lane, MESSAGE_PART);
  let parts: u32 = 0;
  let at: usize = 0;
  for (let event = firstOf(events); event != 0; event = nextOf(event)) {
    if (parts == part) at = event;
    parts++;
  }
  store<u32>(lane, max(parts, 1), MESSAGE_PARTS);
  if (at == 0) return 0;
  if (load<u8>(at) != 0x7b) return REJECT_MALFORMED;
  readFields(lane, at);
  const type = required(lane, FIELD_TYPE);
  const updates = container(lane, FIELD_UPDATES, 0x5b);
  if (fault() != 0) return fault();
  if (!isText(type)) return REJECT_UNKNOWN;
  readWords(type);
  const isSnapshot = wordsAre(8, TYPE_SNAPSHOT);
  if (!isSnapshot && !wordsAre(6, TYPE_UPDATE)) return REJECT_UNKNOWN;
  const status = symbol(lane, FIELD_PRODUCT);
  if (status != 0) return status;
  const slot = resolved;
  store<u32>(lane, isSnapshot ? CLASS_SNAPSHOT : CLASS_DELTA, MESSAGE_CLASS);
  beginLevels(slot, isSnapshot ? KIND_SNAPSHOT : KIND_DEPTH, timeUs, sequence);
  for (let level = firstOf(updates); level != 0; level = nextOf(level)) {
    if (load<u8>(level) != 0x7b) return REJECT_MALFORMED;
    readFields(lane, level);
    const isAsk = !sideOf(required(lane, FIELD_SIDE), 3, SIDE_BID, 5, SIDE_OFFER);
    const price = priceOf(lane, required(lane, FIELD_LEVEL_PRICE));
    const size = baseSizeOf(lane, required(lane, FIELD_LEVEL_SIZE), slot, price);
    if (fault() != 0) return fault();
    if (!addLevel(isAsk, price, size)) return NEED_SPACE;
  }
  const records = endLevels();
  if (records > 0) noteReceived(lane, slot);
  return records;
}
