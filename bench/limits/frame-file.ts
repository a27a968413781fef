/** Sets of frames in the file that the native programs read, and the records that they write. */
import { readFileSync, writeFileSync } from "node:fs";
import type { FrameSet } from "../frames.js";
import { JSON_RECORD, jsonPath } from "../json-path.js";

/** Words of a record that mean something; the last one pads it to 64 bytes. */
const WORDS = 7;

/** u32 sets; a set: u32 venue, product, frames; a frame: u32 length, bytes. Little endian. */
export function writeFrames(path: string, sets: readonly FrameSet[]): void {
  const parts: Buffer[] = [];
  const numbers = (...values: number[]): void => {
    parts.push(Buffer.from(new Uint32Array(values).buffer));
  };
  numbers(sets.length);
  for (const { venue, product, frames } of sets) {
    numbers(venue, product, frames.length);
    for (const frame of frames) {
      numbers(frame.length);
      parts.push(frame);
    }
  }
  writeFileSync(path, Buffer.concat(parts));
}

/**
 * Compares what a native decoder wrote (for each frame u32 count, then its records) with JSON.parse, bit for bit.
 * @throws Error at the first number in which the two differ.
 */
export function compareRecords(path: string, sets: readonly FrameSet[]): void {
  const bytes = readFileSync(path);
  const expected = new Float64Array(JSON_RECORD * 65536);
  let at = 0;
  for (const { name, venue, product, frames } of sets)
    for (const frame of frames) {
      const count = jsonPath(frame, venue, product, expected);
      const got = bytes.readUInt32LE(at);
      if (got !== count) throw new Error(`${name}: ${got} records in C++, JSON.parse gives ${count}: ${frame}`);
      at += 4;
      for (let record = 0; record < count; record++, at += 64)
        for (let word = 0; word < WORDS; word++) {
          const value = bytes.readDoubleLE(at + word * 8);
          const wanted = expected[record * JSON_RECORD + word];
          if (!Object.is(value, wanted))
            throw new Error(
              `${name}: word ${word} of record ${record} is ${value} in C++, JSON.parse gives ${wanted}: ${frame}`,
            );
        }
    }
  if (at !== bytes.length) throw new Error(`C++ wrote ${bytes.length - at} bytes more than there are records`);
}
