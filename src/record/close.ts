import { BLOCK_HEADER_BYTES, CLOSE_BLOCK_BYTES } from "./format.js";

/** How a segment ended, as its last block tells. */
export interface SegmentClose {
  /** `recovered`: by the next recorder, after a crash. `failed`: the disk refused, and `reason` says how. */
  end: "closed" | "recovered" | "failed";
  reason: string | null;
  /** Position after the last record. */
  position: number;
  /** Frames of the raw log that were lost between its first and last one. */
  lost: number;
  /** Engine time of the first and last record, µs; NaN without one. */
  firstUs: number;
  lastUs: number;
  /** Offset of the INDEX block; 0 without one. */
  indexAt: number;
}

const REASON_CHARACTERS = 160;

/** JSON of a close, always of one length, so that it is found from the file's end. */
export function closeContent(close: SegmentClose): Buffer {
  const reason = close.reason?.replace(/[^ -~]/g, "?").slice(0, REASON_CHARACTERS) ?? null;
  const text = JSON.stringify({ ...close, reason });
  return Buffer.from(text.padEnd(CLOSE_BLOCK_BYTES - BLOCK_HEADER_BYTES));
}

/** JSON has no NaN: it writes null. */
export function parseClose(content: Buffer): SegmentClose {
  const { firstUs, lastUs, ...rest } = JSON.parse(content.toString());
  return { ...rest, firstUs: firstUs ?? Number.NaN, lastUs: lastUs ?? Number.NaN };
}
