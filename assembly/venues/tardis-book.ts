// Tardis: changes of whole books, and images of their best levels.
import {
  CLASS_DELTA,
  CLASS_SNAPSHOT,
  FLAG_CUT,
  KIND_DEPTH,
  KIND_SNAPSHOT,
  MESSAGE_CLASS,
  MESSAGE_DEPTH,
  NEED_SPACE,
  REJECT_MALFORMED,
} from "../../src/layout";
import { baseSizeOf, booleanOf, container, fail, fault, field, idOf, isAbsent, priceOf, required } from "../fields";
import { addLevel, beginLevels, endLevels } from "../level-writer";
import { symbol } from "../message";
import { flag } from "../records";
import { noteReceived, resolved } from "../symbols";
import { textTimeOf } from "../times";
import { firstOf, nextOf } from "../walk";
import {
  FIELD_AMOUNT,
  FIELD_ASKS,
  FIELD_BIDS,
  FIELD_DEPTH,
  FIELD_IS_SNAPSHOT,
  FIELD_PRICE,
  FIELD_SYMBOL,
  FIELD_TIME,
  readFields,
} from "./tardis-fields";

/** The whole book in MESSAGE_DEPTH, beyond any number of levels: images of the best levels are another channel. */
const WHOLE_BOOK: u32 = 1 << 16;

/** `{"isSnapshot":false,"bids":[{"price":…,"amount":…}],"asks":[]}`: nothing numbers the changes. */
export function bookChange(lane: usize): i32 {
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const isSnapshot = booleanOf(required(lane, FIELD_IS_SNAPSHOT));
  if (fault() != 0) return fault();
  store<u32>(lane, isSnapshot ? CLASS_SNAPSHOT : CLASS_DELTA, MESSAGE_CLASS);
  store<u32>(lane, WHOLE_BOOK, MESSAGE_DEPTH);
  return book(lane, isSnapshot, false);
}

const DEEPEST: f64 = 1000;

/**
 * The best `depth` levels of each side: a book beyond which nothing is known. A side that has fewer is
 * filled up with levels that have neither price nor amount.
 */
export function bookSnapshot(lane: usize): i32 {
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const depth = idOf(lane, required(lane, FIELD_DEPTH));
  if (!(depth >= 1 && depth <= DEEPEST)) fail(REJECT_MALFORMED);
  if (fault() != 0) return fault();
  store<u32>(lane, CLASS_SNAPSHOT, MESSAGE_CLASS);
  store<u32>(lane, <u32>depth, MESSAGE_DEPTH);
  return book(lane, true, true);
}

function book(lane: usize, isSnapshot: bool, isCut: bool): i32 {
  const slot = resolved;
  const timeUs = textTimeOf(lane, required(lane, FIELD_TIME));
  const bids = container(lane, FIELD_BIDS, 0x5b);
  const asks = container(lane, FIELD_ASKS, 0x5b);
  if (fault() != 0) return fault();
  beginLevels(slot, isSnapshot ? KIND_SNAPSHOT : KIND_DEPTH, timeUs, 0);
  const hasRoom = levels(lane, bids, slot, false, isCut) && levels(lane, asks, slot, true, isCut);
  if (fault() != 0) return fault();
  if (!hasRoom) return NEED_SPACE;
  const records = endLevels();
  if (records <= 0) return records;
  if (isCut) flag(records - 1, FLAG_CUT);
  noteReceived(lane, slot);
  return records;
}

/** False when there is no room, or when something is wrong, which is noted as a fault. */
function levels(lane: usize, list: usize, slot: usize, isAsk: bool, mayBeEmpty: bool): bool {
  for (let level = firstOf(list); level != 0; level = nextOf(level)) {
    if (load<u8>(level) != 0x7b) {
      fail(REJECT_MALFORMED);
      return false;
    }
    readFields(lane, level);
    if (mayBeEmpty && isAbsent(field(lane, FIELD_PRICE)) && isAbsent(field(lane, FIELD_AMOUNT))) continue;
    const price = priceOf(lane, required(lane, FIELD_PRICE));
    const size = baseSizeOf(lane, required(lane, FIELD_AMOUNT), slot, price);
    if (fault() != 0 || !addLevel(isAsk, price, size)) return false;
  }
  return true;
}
