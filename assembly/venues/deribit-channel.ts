// Deribit's channel names, `book.BTC-PERPETUAL.100ms`, and names of instruments, which contain no dot.
import {
  MESSAGE_PRODUCT,
  PRODUCT_FUTURES,
  PRODUCT_OPTION,
  PRODUCT_SPOT,
  PRODUCT_SWAP,
  REJECT_SYMBOL,
  REJECT_WRONG_PRODUCT,
  SYMBOL_LENGTH,
} from "../../src/layout";
import { fault, isText, required } from "../fields";
import { resolve, resolved } from "../symbols";
import { readText, textAt, textBytes } from "../walk";
import { FIELD_INSTRUMENT } from "./deribit-fields";

/** End of the part of the text read last that begins at `from`: where its dot is, or the text's end. */
export function partEnd(from: i32): i32 {
  while (from < textBytes && load<u8>(textAt + from) != 0x2e) from++;
  return from;
}

/** Parts of the text read last. */
export function parts(): i32 {
  let count = 1;
  for (let i = 0; i < textBytes; i++) if (load<u8>(textAt + i) == 0x2e) count++;
  return count;
}

/** Up to 8 bytes of the text read last as a little-endian word. */
export function wordAt(from: i32, bytes: i32): u64 {
  let word: u64 = 0;
  for (let i = 0; i < bytes; i++) word |= (<u64>load<u8>(textAt + from + i)) << (<u64>i << 3);
  return word;
}

const PERPETUAL: u64 = 0x4155544550524550; // PERPETUA
const PERPETUAL_END: u32 = 0x4c; // L

/** A combination of instruments (`BTC-FS-30SEP26_PERP`), which has prices below zero and is no product here. */
const COMBINATION: i32 = -1;
const NO_NAME: i32 = -2;

/** PRODUCT_* of an instrument's name by its shape, COMBINATION or NO_NAME. */
function productOf(at: usize, bytes: i32): i32 {
  let dash = 0;
  let underscores = 0;
  while (dash < bytes && load<u8>(at + dash) != 0x2d) if (load<u8>(at + dash++) == 0x5f) underscores++;
  if (dash == bytes) return underscores == 1 ? PRODUCT_SPOT : NO_NAME;
  const rest = at + dash + 1;
  const length = bytes - dash - 1;
  if (length == 9 && load<u64>(rest) == PERPETUAL && load<u8>(rest, 8) == PERPETUAL_END) return PRODUCT_SWAP;
  if (length == 0) return NO_NAME;
  const first = <u32>load<u8>(rest);
  if (first - 0x41 < 26) return COMBINATION;
  if (first - 0x30 > 9) return NO_NAME;
  let dashes = 0;
  for (let i = 0; i < length; i++) if (load<u8>(rest + i) == 0x2d) dashes++;
  return dashes == 0 ? PRODUCT_FUTURES : dashes == 2 ? PRODUCT_OPTION : NO_NAME;
}

/** Returned instead of 0 for a combination: understood, and nothing is made of it. */
export const PASSED_OVER: i32 = 1;

/** Makes the name at [at, at + bytes) the message's symbol: 0, PASSED_OVER, or what is wrong. */
export function named(lane: usize, at: usize, bytes: i32): i32 {
  const product = productOf(at, bytes);
  if (product == COMBINATION) return PASSED_OVER;
  if (product == NO_NAME) return REJECT_SYMBOL;
  if (product != load<i32>(lane, MESSAGE_PRODUCT)) return REJECT_WRONG_PRODUCT;
  return resolve(lane, at, bytes);
}

/** Makes the instrument that an object names the message's symbol: as above. */
export function instrument(lane: usize): i32 {
  const value = required(lane, FIELD_INSTRUMENT);
  if (value == 0) return fault();
  if (!isText(value)) return REJECT_SYMBOL;
  const status = readText(lane, value);
  return status != 0 ? status : named(lane, textAt, textBytes);
}

/** The same where the channel's second part must name it too. */
export function instrumentOf(lane: usize, channel: usize): i32 {
  const status = instrument(lane);
  return status != 0 || isChannelOf(lane, channel) ? status : REJECT_SYMBOL;
}

/** The second part of the channel is the name of the symbol resolved last. */
export function isChannelOf(lane: usize, channel: usize): bool {
  if (readText(lane, channel) != 0) return false;
  const from = partEnd(0) + 1;
  const bytes = partEnd(from) - from;
  if (load<i32>(resolved, SYMBOL_LENGTH) != bytes) return false;
  for (let i = 0; i < bytes; i++) if (load<u8>(resolved + i) != load<u8>(textAt + from + i)) return false;
  return true;
}
