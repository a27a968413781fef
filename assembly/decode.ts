// Entry point of the feed side: frame bytes in, records out. No data segment, no start function, no
// managed object: several instances share one memory, each with its own lanes.
import { LAYOUT_VERSION } from "../src/layout";
import { takeBurst } from "./burst";
import { decodeMessage } from "./dispatch";
import { frameEnd } from "./frame";
import { takeLines } from "./line-burst";
import { findLine } from "./lines";
import { buildTables } from "./number";
import { addSymbol } from "./symbols";

export const LAYOUT: i32 = LAYOUT_VERSION;

/** Builds the decimal parser's tables. One thread, once per memory. */
export function initTables(): void {
  buildTables();
}

/** Finds the next line of a recording: see lines.ts. */
export function nextLine(lane: usize, from: usize, end: usize): i32 {
  return findLine(lane, from, end);
}

/** Where the WebSocket frame at `at` ends, if it is a plain and whole message: see frame.ts. */
export function wholeFrame(at: usize, end: usize, limit: u32): usize {
  return frameEnd(at, end, limit);
}

/** Adds a symbol to a lane's table: its slot, or -1. */
export function symbolAdd(
  lane: usize,
  at: usize,
  length: i32,
  product: u32,
  instrument: u32,
  unit: u32,
  contractSize: f64,
): i32 {
  return addSymbol(lane, at, length, product, instrument, unit, contractSize);
}

/** Decodes the frame of the lane's message header: see dispatch.ts. */
export function decode(venue: u32, lane: usize, ring: usize, cursor: u32, limit: i32): i32 {
  return decodeMessage(venue, lane, ring, cursor, limit);
}

/** Decodes what lies in [at, end) as long as nothing is to be said of it: see burst.ts. */
export function burst(
  venue: u32,
  lane: usize,
  ring: usize,
  cursor: u32,
  limit: i32,
  at: usize,
  end: usize,
  longest: u32,
  out: usize,
): void {
  takeBurst(venue, lane, ring, cursor, limit, at, end, longest, out);
}

/** The same of the lines of a recording in [at, end), at most `most`: see line-burst.ts. */
export function lineBurst(
  venue: u32,
  lane: usize,
  ring: usize,
  cursor: u32,
  limit: i32,
  at: usize,
  end: usize,
  most: u32,
  out: usize,
): void {
  takeLines(venue, lane, ring, cursor, limit, at, end, most, out);
}
