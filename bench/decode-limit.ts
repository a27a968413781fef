/** The decode bench's native peer: simdjson On-Demand over the same frames, in a process of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FrameSet } from "./frames.js";
import { compareRecords, writeFrames } from "./limits/frame-file.js";
import { askLimit, buildLimit } from "./limits/limit.js";

export interface DecodeLimit {
  options: string;
  /** Nanoseconds a frame, for each set in order. */
  time(seconds: number): Promise<number[]>;
  close(): void;
}

/**
 * Builds the program, hands it the frames and compares every record it makes of them with JSON.parse.
 * @throws Error when a number differs.
 */
export async function openDecodeLimit(sets: readonly FrameSet[]): Promise<DecodeLimit | { skipped: string }> {
  const limit = buildLimit("decode", ["simdjson"]);
  if ("skipped" in limit) return limit;
  const { path } = limit;
  let options = limit.options;
  const folder = mkdtempSync(join(tmpdir(), "crosstick-bench-"));
  const close = (): void => rmSync(folder, { recursive: true, force: true });
  const frames = join(folder, "frames");
  try {
    writeFrames(frames, sets);
    const { simdjson } = await askLimit<{ simdjson: string }>(path, ["records", frames, join(folder, "records")]);
    options = `simdjson ${simdjson}, ${options}`;
    compareRecords(join(folder, "records"), sets);
  } catch (error) {
    close();
    throw error;
  }
  const time = async (seconds: number) => (await askLimit<{ ns: number[] }>(path, ["time", frames, seconds])).ns;
  return { options, time, close };
}
