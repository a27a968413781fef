// Beginning and end of every message that the general scanner reads.
import { MESSAGE_HINT, NEED_INSTRUMENT, REJECT_SYMBOL, REJECT_UNATTRIBUTED } from "../src/layout";
import { fault, field, isText, required } from "./fields";
import { endMessage, written } from "./records";
import { findInstrument, noteReceived, resolve, takeSymbol } from "./symbols";
import { readText, textAt, textBytes } from "./walk";

/** Makes the named symbol the message's: 0, or what is wrong. */
export function symbol(lane: usize, index: i32): i32 {
  const value = required(lane, index);
  if (value == 0) return fault();
  if (!isText(value)) return REJECT_SYMBOL;
  const status = readText(lane, value);
  return status != 0 ? status : resolve(lane, textAt, textBytes);
}

/** The symbol of a reply that names none is the one that was asked for: 0, or what is wrong. */
export function hintedSymbol(lane: usize): i32 {
  const hint = load<u32>(lane, MESSAGE_HINT);
  if (hint == 0) return NEED_INSTRUMENT;
  const slot = findInstrument(lane, hint - 1);
  if (slot == 0) return REJECT_UNATTRIBUTED;
  takeSymbol(lane, slot);
  return 0;
}

/** The message is complete unless something was wrong with it. */
export function finish(lane: usize, slot: usize): i32 {
  if (fault() != 0) return fault();
  endMessage();
  noteReceived(lane, slot);
  return written();
}

