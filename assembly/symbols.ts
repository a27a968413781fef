// The symbol table of a lane: open addressing over (name, product). Written by the lane's worker only.
import {
  LANE_SYMBOLS,
  MESSAGE_HINT_SLOT,
  MESSAGE_INSTRUMENT,
  MESSAGE_PRODUCT,
  MESSAGE_RECEIVED_TIME_US,
  MESSAGE_SYMBOL_AT,
  MESSAGE_SYMBOL_LENGTH,
  MESSAGE_SYMBOL_SLOT,
  NEED_SYMBOL,
  REJECT_SYMBOL,
  SYMBOL_BYTES,
  SYMBOL_CONTRACT_SIZE,
  SYMBOL_FIRST_RECEIVED_US,
  SYMBOL_INSTRUMENT,
  SYMBOL_LAST_RECEIVED_US,
  SYMBOL_LENGTH,
  SYMBOL_NAME_BYTES,
  SYMBOL_PRODUCT,
  SYMBOL_SLOTS,
  SYMBOL_UNIT,
} from "../src/layout";
import { firstBytes } from "./number";

const MIX_0: u64 = 0x9e3779b97f4a7c15;
const MIX_1: u64 = 0xc2b2ae3d27d4eb4f;
const MIX_2: u64 = 0x165667b19e3779f9;
/** The top 12 bits of a hash are a slot. */
const HASH_SHIFT: u64 = 52;

/** Hot. The hash of a name is the sum of its 16-byte blocks' hashes; empty blocks add nothing. */
// @ts-ignore: decorator
@inline
function hashBlock(block: v128, salt: u64): u64 {
  return (i64x2.extract_lane(block, 0) * MIX_0 + i64x2.extract_lane(block, 1) * MIX_1) * salt;
}

// @ts-ignore: decorator
@inline
function block(at: usize, length: i32, index: i32): v128 {
  const bytes = min(max(length - (index << 4), 0), 16);
  return firstBytes(v128.load(at + (index << 4)), bytes);
}

// @ts-ignore: decorator
@inline
function slotAddress(lane: usize, slot: i32): usize {
  return lane + LANE_SYMBOLS + slot * SYMBOL_BYTES;
}

/** Hot. Address of the slot that holds a name of at most 16 bytes, already cut to its length; 0 when there is none. */
// @ts-ignore: decorator
@inline
export function findShort(lane: usize, name: v128, length: i32, product: u32): usize {
  const low = i64x2.extract_lane(name, 0);
  const high = i64x2.extract_lane(name, 1);
  let slot = <i32>((low * MIX_0 + high * MIX_1 + <u64>product * MIX_2) >>> HASH_SHIFT);
  for (let probes = 0; probes < SYMBOL_SLOTS; probes++) {
    const at = slotAddress(lane, slot);
    const held = load<i32>(at, SYMBOL_LENGTH);
    if (held == 0) return 0;
    if (held == length && load<u64>(at) == low && load<u64>(at, 8) == high && load<u32>(at, SYMBOL_PRODUCT) == product)
      return at;
    slot = (slot + 1) & (SYMBOL_SLOTS - 1);
  }
  return 0;
}

/** Address of the slot that holds the name, or of the free slot where it belongs; 0 when the table is full. */
function locate(lane: usize, at: usize, length: i32, product: u32): usize {
  const first = block(at, length, 0);
  const second = block(at, length, 1);
  const third = block(at, length, 2);
  const hash = hashBlock(first, 1) + hashBlock(second, MIX_1) + hashBlock(third, MIX_2) + <u64>product * MIX_2;
  let slot = <i32>(hash >>> HASH_SHIFT);
  for (let probes = 0; probes < SYMBOL_SLOTS; probes++) {
    const held = slotAddress(lane, slot);
    const bytes = load<i32>(held, SYMBOL_LENGTH);
    if (bytes == 0) return held;
    if (
      bytes == length &&
      load<u32>(held, SYMBOL_PRODUCT) == product &&
      i8x16.all_true(i8x16.eq(v128.load(held), first)) &&
      i8x16.all_true(i8x16.eq(v128.load(held, 16), second)) &&
      i8x16.all_true(i8x16.eq(v128.load(held, 32), third))
    )
      return held;
    slot = (slot + 1) & (SYMBOL_SLOTS - 1);
  }
  return 0;
}

/** Address of the slot at a place of the table, 0 where it is free. */
export function symbolSlot(lane: usize, index: i32): usize {
  const at = slotAddress(lane, index);
  return load<i32>(at, SYMBOL_LENGTH) == 0 ? 0 : at;
}

/** Address of the slot that holds the name (1..48 bytes), 0 when there is none. */
export function findSymbol(lane: usize, at: usize, length: i32, product: u32): usize {
  const slot = locate(lane, at, length, product);
  return slot == 0 || load<i32>(slot, SYMBOL_LENGTH) == 0 ? 0 : slot;
}

/** Adds a symbol, or gives a known one its new instrument and unit. Slot, or -1 when it cannot be held. */
export function addSymbol(
  lane: usize,
  at: usize,
  length: i32,
  product: u32,
  instrument: u32,
  unit: u32,
  contractSize: f64,
): i32 {
  if (length < 1 || length > SYMBOL_NAME_BYTES) return -1;
  const slot = locate(lane, at, length, product);
  if (slot == 0) return -1;
  if (load<i32>(slot, SYMBOL_LENGTH) == 0) {
    for (let index = 0; index < 3; index++) v128.store(slot + (index << 4), block(at, length, index));
    store<f64>(slot, NaN, SYMBOL_FIRST_RECEIVED_US);
    store<f64>(slot, NaN, SYMBOL_LAST_RECEIVED_US);
    store<u32>(slot, product, SYMBOL_PRODUCT);
    store<i32>(slot, length, SYMBOL_LENGTH);
  }
  store<u32>(slot, instrument, SYMBOL_INSTRUMENT);
  store<u32>(slot, unit, SYMBOL_UNIT);
  store<f64>(slot, contractSize, SYMBOL_CONTRACT_SIZE);
  return <i32>((slot - lane - LANE_SYMBOLS) / SYMBOL_BYTES);
}

/** Hot. Writes into the message header which symbol the message is of. */
// @ts-ignore: decorator
@inline
export function useSymbol(lane: usize, slot: usize): void {
  store<u32>(lane, load<u32>(slot, SYMBOL_INSTRUMENT), MESSAGE_INSTRUMENT);
  store<u32>(lane, <u32>((slot - lane - LANE_SYMBOLS) / SYMBOL_BYTES), MESSAGE_SYMBOL_SLOT);
}

/** Hot. Notes that a frame named the symbol. */
// @ts-ignore: decorator
@inline
export function noteReceived(lane: usize, slot: usize): void {
  const received = load<f64>(lane, MESSAGE_RECEIVED_TIME_US);
  if (isNaN<f64>(load<f64>(slot, SYMBOL_FIRST_RECEIVED_US))) store<f64>(slot, received, SYMBOL_FIRST_RECEIVED_US);
  store<f64>(slot, received, SYMBOL_LAST_RECEIVED_US);
}

/** Quotes, backslashes and control characters are in no venue's symbols. */
function isName(at: usize, length: i32): bool {
  if (length < 1 || length > SYMBOL_NAME_BYTES) return false;
  for (let i = 0; i < length; i++) {
    const byte = load<u8>(at + i);
    if (byte < 0x20 || byte == 0x22 || byte == 0x5c) return false;
  }
  return true;
}

/** Slot of the message's symbol, set by the three functions below; 0 for none. */
export let resolved: usize = 0;

export function takeSymbol(lane: usize, slot: usize): void {
  resolved = slot;
  useSymbol(lane, slot);
}

export function noSymbol(): void {
  resolved = 0;
}

/** Looks a name up and makes it the message's symbol: 0, or REJECT_SYMBOL, or NEED_SYMBOL with the name noted. */
export function resolve(lane: usize, at: usize, length: i32): i32 {
  if (!isName(at, length)) return REJECT_SYMBOL;
  resolved = findSymbol(lane, at, length, load<u32>(lane, MESSAGE_PRODUCT));
  if (resolved == 0) {
    store<u32>(lane, <u32>at, MESSAGE_SYMBOL_AT);
    store<u32>(lane, length, MESSAGE_SYMBOL_LENGTH);
    return NEED_SYMBOL;
  }
  useSymbol(lane, resolved);
  return 0;
}

/** Slot of an instrument, 0 when no symbol of the lane belongs to it. The one found last is tried first. */
export function findInstrument(lane: usize, instrument: u32): usize {
  const cached = slotAddress(lane, load<u32>(lane, MESSAGE_HINT_SLOT) & (SYMBOL_SLOTS - 1));
  if (load<u32>(cached, SYMBOL_LENGTH) != 0 && load<u32>(cached, SYMBOL_INSTRUMENT) == instrument) return cached;
  for (let slot = 0; slot < SYMBOL_SLOTS; slot++) {
    const at = slotAddress(lane, slot);
    if (load<u32>(at, SYMBOL_LENGTH) != 0 && load<u32>(at, SYMBOL_INSTRUMENT) == instrument) {
      store<i32>(lane, slot, MESSAGE_HINT_SLOT);
      return at;
    }
  }
  return 0;
}
