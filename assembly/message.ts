// Beginning and end of every message that the general scanner reads.
import { MESSAGE_PRODUCT, REJECT_SYMBOL, SYMBOL_NAME_BYTES } from "../src/layout";
import { fault, field, isText, required } from "./fields";
import { endMessage, written } from "./records";
import { findSymbol, noteReceived, resolve } from "./symbols";
import { readText, textAt, textBytes } from "./walk";

/** Makes the named symbol the message's: 0, or what is wrong. */
export function symbol(lane: usize, index: i32): i32 {
  const value = required(lane, index);
  if (value == 0) return fault();
  if (!isText(value)) return REJECT_SYMBOL;
  const status = readText(lane, value);
  return status != 0 ? status : resolve(lane, textAt, textBytes);
}

/** The message is complete unless something was wrong with it. */
export function finish(lane: usize, slot: usize): i32 {
  if (fault() != 0) return fault();
  endMessage();
  noteReceived(lane, slot);
  return written();
}

