import { statSync } from "node:fs";
import { SEGMENT_JOURNAL, SEGMENT_RAW } from "./format.js";
import { listSegments } from "./segment-name.js";

/** What is kept of a folder; without a limit, everything. */
export interface Retention {
  days?: number;
  gigabytes?: number;
}

const DAY_MS = 86_400_000;

/**
 * Paths of the complete segments that are older than the days or beyond the gigabytes, oldest first. `current`
 * are the numbers of the segments being written, by kind: these and later ones stay, whatever they hold.
 */
export function outdated(
  dir: string,
  { days = Number.POSITIVE_INFINITY, gigabytes = Number.POSITIVE_INFINITY }: Retention,
  current: ReadonlyMap<number, number>,
  wallMs: number,
): string[] {
  const files = [SEGMENT_JOURNAL, SEGMENT_RAW]
    .flatMap((kind) => filesOf(dir, kind, current.get(kind) ?? 0))
    .sort((a, b) => a.writtenMs - b.writtenMs);
  let total = files.reduce((sum, { size }) => sum + size, 0);
  const paths: string[] = [];
  for (const { path, size, writtenMs, isComplete } of files) {
    if (!isComplete || (wallMs - writtenMs <= days * DAY_MS && total <= gigabytes * 1e9)) continue;
    total -= size;
    paths.push(path);
  }
  return paths;
}

interface SegmentFile {
  path: string;
  size: number;
  writtenMs: number;
  isComplete: boolean;
}

/** By number: a file that was copied or touched counts as no older than the one before it. */
function filesOf(dir: string, kind: number, current: number): SegmentFile[] {
  let writtenMs = 0;
  return listSegments(dir, kind).map(({ number, path }) => {
    const { size, mtimeMs } = statSync(path);
    writtenMs = Math.max(writtenMs, mtimeMs);
    return { path, size, writtenMs, isComplete: number < current };
  });
}
