// Binance: changes of a book, and whole books, by the general scanner.
import {
  CLASS_DELTA,
  CLASS_SNAPSHOT,
  KIND_DEPTH,
  KIND_SNAPSHOT,
  LANE_TEXT,
  MESSAGE_CLASS,
  MESSAGE_FIRST_ID,
  MESSAGE_LAST_ID,
  MESSAGE_PREVIOUS_ID,
  MESSAGE_PRODUCT,
  PRODUCT_SPOT,
  REJECT_SYMBOL,
  REJECT_WRONG_PRODUCT,
  SYMBOL_NAME_BYTES,
} from "../../src/layout";
import { container, fault, field, idOf, required, timeOf } from "../fields";
import { writeLevels } from "../levels";
import { hintedSymbol, symbol } from "../message";
import { noSymbol, noteReceived, resolve, resolved } from "../symbols";
import { readText, textAt, textBytes } from "../walk";
import {
  FIELD_ASKS,
  FIELD_BIDS,
  FIELD_EVENT_TIME,
  FIELD_FIRST_ID,
  FIELD_LAST_ID,
  FIELD_LONG_SYMBOL,
  FIELD_PREVIOUS_ID,
  FIELD_SNAPSHOT_ASKS,
  FIELD_SNAPSHOT_BIDS,
  FIELD_SNAPSHOT_ID,
  FIELD_SYMBOL,
} from "./binance-fields";

export function depth(lane: usize, stream: usize): i32 {
  const isSpot = load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_SPOT;
  if ((field(lane, FIELD_PREVIOUS_ID) == 0) != isSpot) return REJECT_WRONG_PRODUCT;
  if (isPartial(lane, stream)) return 0;
  const status = symbol(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = timeOf(lane, required(lane, FIELD_EVENT_TIME));
  const first = idOf(lane, required(lane, FIELD_FIRST_ID));
  const last = idOf(lane, required(lane, FIELD_LAST_ID));
  const previous = isSpot ? NaN : idOf(lane, required(lane, FIELD_PREVIOUS_ID));
  const bids = container(lane, FIELD_BIDS, 0x5b);
  const asks = container(lane, FIELD_ASKS, 0x5b);
  if (fault() != 0) return fault();
  store<u32>(lane, CLASS_DELTA, MESSAGE_CLASS);
  store<f64>(lane, first, MESSAGE_FIRST_ID);
  store<f64>(lane, last, MESSAGE_LAST_ID);
  store<f64>(lane, previous, MESSAGE_PREVIOUS_ID);
  const records = writeLevels(lane, bids, asks, slot, KIND_DEPTH, timeUs, <u64>last);
  if (records > 0) noteReceived(lane, slot);
  return records;
}

const STREAM_DEPTH: u64 = 0x687470656440; // @depth

/** `@depth5`, `@depth20@100ms`: the top of the book on each push, no change of it. */
function isPartial(lane: usize, stream: usize): bool {
  if (stream == 0 || readText(lane, stream) != 0) return false;
  for (let i = 0; i + 6 < textBytes; i++)
    if ((load<u64>(textAt + i) & 0xffffffffffff) == STREAM_DEPTH) return <u32>load<u8>(textAt + i, 6) - 0x30 < 10;
  return false;
}

export function snapshot(lane: usize, stream: usize): i32 {
  const status = snapshotSymbol(lane, stream);
  if (status != 0) return status;
  if (resolved == 0) return 0;
  const slot = resolved;
  const id = idOf(lane, required(lane, FIELD_SNAPSHOT_ID));
  const timeUs = timeOf(lane, field(lane, FIELD_EVENT_TIME));
  const bids = container(lane, FIELD_SNAPSHOT_BIDS, 0x5b);
  const asks = container(lane, FIELD_SNAPSHOT_ASKS, 0x5b);
  if (fault() != 0) return fault();
  store<u32>(lane, CLASS_SNAPSHOT, MESSAGE_CLASS);
  store<f64>(lane, id, MESSAGE_FIRST_ID);
  store<f64>(lane, id, MESSAGE_LAST_ID);
  const records = writeLevels(lane, bids, asks, slot, KIND_SNAPSHOT, timeUs, <u64>id);
  if (records > 0) noteReceived(lane, slot);
  return records;
}

const STREAM_SNAPSHOT: u64 = 0x6e53687470656440; // @depthSn
const STREAM_SNAPSHOT_END: u64 = 0x746f68737061; // apshot

/** Whose book a snapshot is. `resolved` is 0 for the partial books of a stream, which name nobody. */
function snapshotSymbol(lane: usize, stream: usize): i32 {
  if (field(lane, FIELD_LONG_SYMBOL) != 0) return symbol(lane, FIELD_LONG_SYMBOL);
  if (field(lane, FIELD_SYMBOL) != 0) return symbol(lane, FIELD_SYMBOL);
  if (stream != 0) return generatedSymbol(lane, stream);
  return hintedSymbol(lane);
}

/** Partial books of a stream name no symbol. */
function nobody(): i32 {
  noSymbol();
  return 0;
}

/** Recorders put REST snapshots between the frames as `btcusdt@depthSnapshot`. */
function generatedSymbol(lane: usize, stream: usize): i32 {
  const status = readText(lane, stream);
  if (status != 0) return status;
  const length = textBytes - 14;
  const at = textAt + length;
  if (length < 1 || load<u64>(at) != STREAM_SNAPSHOT || (load<u64>(at, 8) & 0xffffffffffff) != STREAM_SNAPSHOT_END)
    return nobody();
  if (length > SYMBOL_NAME_BYTES) return REJECT_SYMBOL;
  const name = lane + LANE_TEXT;
  for (let i = 0; i < length; i++) {
    const byte = load<u8>(textAt + i);
    store<u8>(name + i, byte - 0x61 < 26 ? byte - 0x20 : byte);
  }
  return resolve(lane, name, length);
}
