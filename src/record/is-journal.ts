import { statSync } from "node:fs";
import { SEGMENT_JOURNAL, SEGMENT_RAW } from "./format.js";
import { listSegments } from "./segment-name.js";

/** Whether a path is a folder that holds a journal. */
export function isJournal(path: string): boolean {
  return isFolder(path) && listSegments(path, SEGMENT_JOURNAL).length > 0;
}

/** Whether a path is a folder that holds a raw log. */
export function isRawLog(path: string): boolean {
  return isFolder(path) && listSegments(path, SEGMENT_RAW).length > 0;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
