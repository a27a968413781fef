// Backpack: changes of a book, and whole books out of replies over HTTP.
import {
  CLASS_DELTA,
  CLASS_SNAPSHOT,
  KIND_DEPTH,
  KIND_SNAPSHOT,
  MESSAGE_CLASS,
  MESSAGE_FIRST_ID,
  MESSAGE_LAST_ID,
} from "../../src/layout";
import { container, fault, idOf, required, timeOf } from "../fields";
import { writeLevels } from "../levels";
import { hintedSymbol } from "../message";
import { noteReceived, resolved } from "../symbols";
import {
  FIELD_ASKS,
  FIELD_BIDS,
  FIELD_EVENT_TIME,
  FIELD_FIRST_ID,
  FIELD_LAST_ID,
  FIELD_SNAPSHOT_ASKS,
  FIELD_SNAPSHOT_BIDS,
  FIELD_SNAPSHOT_ID,
  FIELD_SNAPSHOT_TIME,
  FIELD_SYMBOL,
} from "./backpack-fields";
import { market } from "./backpack-symbol";

export function depth(lane: usize): i32 {
  const status = market(lane, FIELD_SYMBOL);
  if (status != 0) return status;
  const slot = resolved;
  const timeUs = timeOf(lane, required(lane, FIELD_EVENT_TIME));
  const first = idOf(lane, required(lane, FIELD_FIRST_ID));
  const last = idOf(lane, required(lane, FIELD_LAST_ID));
  const bids = container(lane, FIELD_BIDS, 0x5b);
  const asks = container(lane, FIELD_ASKS, 0x5b);
  if (fault() != 0) return fault();
  return book(lane, slot, CLASS_DELTA, KIND_DEPTH, bids, asks, timeUs, first, last);
}

/** The reply names nobody, so the caller does; its bids come from the lowest up. */
export function snapshot(lane: usize): i32 {
  const status = hintedSymbol(lane);
  if (status != 0) return status;
  const slot = resolved;
  const id = idOf(lane, required(lane, FIELD_SNAPSHOT_ID));
  const timeUs = timeOf(lane, required(lane, FIELD_SNAPSHOT_TIME));
  const bids = container(lane, FIELD_SNAPSHOT_BIDS, 0x5b);
  const asks = container(lane, FIELD_SNAPSHOT_ASKS, 0x5b);
  if (fault() != 0) return fault();
  return book(lane, slot, CLASS_SNAPSHOT, KIND_SNAPSHOT, bids, asks, timeUs, id, id);
}

function book(
  lane: usize,
  slot: usize,
  messageClass: u32,
  kind: u32,
  bids: usize,
  asks: usize,
  timeUs: f64,
  first: f64,
  last: f64,
): i32 {
  store<u32>(lane, messageClass, MESSAGE_CLASS);
  store<f64>(lane, first, MESSAGE_FIRST_ID);
  store<f64>(lane, last, MESSAGE_LAST_ID);
  const records = writeLevels(lane, bids, asks, slot, kind, timeUs, <u64>last);
  if (records > 0) noteReceived(lane, slot);
  return records;
}
