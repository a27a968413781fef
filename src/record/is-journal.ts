import { statSync } from "node:fs";
import { SEGMENT_JOURNAL } from "./format.js";
import { listSegments } from "./segment-name.js";

/** Whether a path is a folder that holds a journal. */
export function isJournal(path: string): boolean {
  return (
    (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false) &&
    listSegments(path, SEGMENT_JOURNAL).length > 0
  );
}
