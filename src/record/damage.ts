import { basename } from "node:path";
import { CrosstickError, EXIT } from "../errors.js";
import type { SegmentInfo } from "./segment-info.js";
import type { DamagedRange } from "./segment-reader.js";

const number = new Intl.NumberFormat("en-GB");

/** Everything that is not as it was written, in words. A torn end of the last segment is none: a crash leaves it. */
export function describeDamages(segments: readonly SegmentInfo[]): CrosstickError[] {
  return segments.flatMap((segment, i) => {
    const found = segment.damages.map((range) => damageOf(segment.path, range));
    const next = segments[i + 1];
    const name = basename(segment.path);
    if (segment.header !== null && segment.header.number !== segment.number)
      found.push(corrupt(`${name} is segment ${segment.header.number} under another name`));
    if (segment.close !== null && segment.tailBytes > 0)
      found.push(corrupt(`${name} goes on behind its end, for ${number.format(segment.tailBytes)} bytes`));
    if (next === undefined) return found;
    if (segment.close === null && !next.meta?.abandoned.includes(segment.number))
      found.push(corrupt(`${name} has no end: what follows byte ${number.format(segment.validBytes)} is missing`));
    if (next.number !== segment.number + 1)
      found.push(corrupt(`segments between ${name} and ${basename(next.path)} are missing`));
    return found;
  });
}

/** A damaged place of a segment. */
export function damageOf(path: string, range: DamagedRange): CrosstickError {
  const { from, to, firstPosition, nextPosition } = range;
  const missing = nextPosition - firstPosition;
  const records =
    missing > 0
      ? `records ${number.format(firstPosition)} to ${number.format(nextPosition - 1)} are missing`
      : missing === 0
        ? "no record is missing"
        : "how many records are missing cannot be told";
  const bytes = `bytes ${number.format(from)} to ${number.format(to)}`;
  return corrupt(`${basename(path)} is damaged: ${bytes}; ${records}`);
}

function corrupt(message: string): CrosstickError {
  return new CrosstickError("INPUT_CORRUPT", message, { exitCode: EXIT.damagedInput });
}
