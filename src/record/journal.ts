import { CrosstickError, EXIT } from "../errors.js";
import { describeDamages } from "./damage.js";
import { SEGMENT_JOURNAL } from "./format.js";
import { isStillborn, readSegmentInfo, type SegmentInfo } from "./segment-info.js";
import { listSegments } from "./segment-name.js";

/**
 * Segments that one engine can play in one go: the first finds an engine just started or brings its state, each
 * further one continues where the one before ended. A hole, damage or a new start of the engine begins another.
 */
export interface JournalPart {
  segments: SegmentInfo[];
  /** Why it is not one with the part before; null for the first. */
  because: "started-again" | "hole" | "damage" | null;
}

export interface JournalInfo {
  dir: string;
  kind: number;
  segments: SegmentInfo[];
  parts: JournalPart[];
  /** Engine time of the first and last record, µs; NaN without one. */
  firstUs: number;
  lastUs: number;
  records: number;
  /** Records that are missing by number: lost by the engine's ring or by the disk, and damaged ones. */
  missing: number;
  /** Position after the last record. */
  position: number;
  /** Bytes at the end that a crash has left unfinished. Nothing is wrong with what stands before them. */
  tornBytes: number;
  /** INPUT_CORRUPT, one for each damaged place. */
  damages: CrosstickError[];
}

/**
 * Opens a folder's journal, or with `kind` its raw log. `verify` reads every byte; otherwise only the ends of
 * each segment are looked at, and damage shows while playing.
 * @throws JOURNAL_EMPTY, JOURNAL_VERSION
 */
export function openJournal(dir: string, options: { verify?: boolean; kind?: number } = {}): JournalInfo {
  const kind = options.kind ?? SEGMENT_JOURNAL;
  const names = listSegments(dir, kind);
  if (names.length === 0)
    throw new CrosstickError(
      "JOURNAL_EMPTY",
      `${dir} holds no ${kind === SEGMENT_JOURNAL ? "journal (journal-*.ctj)" : "raw log (raw-*.ctr)"}`,
      { exitCode: EXIT.damagedInput },
    );
  const read = names.map((name) => readSegmentInfo(name, options.verify ?? false));
  const last = read[read.length - 1];
  const segments = isStillborn(last) ? read.slice(0, -1) : read;
  const numbered = segments.filter(({ firstPosition, position }) => !Number.isNaN(firstPosition + position));
  const held = segments.filter(({ firstUs }) => !Number.isNaN(firstUs));
  const records = segments.reduce((sum, segment) => sum + recordsOf(segment), 0);
  const span = (numbered.at(-1)?.position ?? 0) - (numbered[0]?.firstPosition ?? 0);
  return {
    dir,
    kind,
    segments,
    parts: partsOf(segments),
    firstUs: held[0]?.firstUs ?? Number.NaN,
    lastUs: held.at(-1)?.lastUs ?? Number.NaN,
    records,
    missing: span - records,
    position: numbered.at(-1)?.position ?? 0,
    tornBytes: last.close === null ? last.bytes - last.validBytes : 0,
    damages: describeDamages(segments),
  };
}

function recordsOf({ firstPosition, position, lost, damages }: SegmentInfo): number {
  const missing = damages.reduce((sum, one) => sum + Math.max(0, one.nextPosition - one.firstPosition || 0), 0);
  return Math.max(0, position - firstPosition - lost - missing || 0);
}

function partsOf(segments: readonly SegmentInfo[]): JournalPart[] {
  const parts: JournalPart[] = [];
  let before: SegmentInfo | null = null;
  for (const segment of segments) {
    const because = before === null ? null : breakBetween(before, segment);
    if (before === null || because !== null) parts.push({ segments: [segment], because });
    else parts[parts.length - 1].segments.push(segment);
    before = segment;
  }
  return parts;
}

function breakBetween(before: SegmentInfo, segment: SegmentInfo): JournalPart["because"] {
  if (segment.meta?.start === "fresh") return "started-again";
  if (before.damages.length > 0 || (before.close === null && before.tailBytes > 0)) return "damage";
  return segment.firstPosition === before.position ? null : "hole";
}
