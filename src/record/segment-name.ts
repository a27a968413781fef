import { readdirSync } from "node:fs";
import { join } from "node:path";
import { SEGMENT_JOURNAL, SEGMENT_RAW } from "./format.js";

export interface SegmentName {
  kind: number;
  number: number;
  path: string;
}

const DIGITS = 8;

/** Path of a segment in a journal's folder. */
export function segmentPath(dir: string, kind: number, number: number): string {
  const digits = String(number).padStart(DIGITS, "0");
  return join(dir, kind === SEGMENT_JOURNAL ? `journal-${digits}.ctj` : `raw-${digits}.ctr`);
}

/** The segments of a kind in a folder, by number. */
export function listSegments(dir: string, kind: number): SegmentName[] {
  const pattern = kind === SEGMENT_RAW ? /^raw-(\d{8,})\.ctr$/ : /^journal-(\d{8,})\.ctj$/;
  return readdirSync(dir)
    .flatMap((name) => {
      const [, digits] = pattern.exec(name) ?? [];
      return digits === undefined ? [] : [{ kind, number: Number(digits), path: join(dir, name) }];
    })
    .sort((a, b) => a.number - b.number);
}
