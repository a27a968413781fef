import type { JournalInfo, JournalPart } from "./journal.js";
import type { SegmentInfo } from "./segment-info.js";

/** Where a replay begins: a segment by number, or the last checkpoint before an engine time, µs. */
export type JournalStart = { segment: number } | { fromUs: number };

/**
 * The segments to play: from the start to the end of the part that it lies in. A number that is not there
 * gives null; a time before the beginning gives the beginning.
 */
export function chooseStart(journal: JournalInfo, start: JournalStart): JournalPart | null {
  let chosen: JournalPart | null = null;
  for (const part of journal.parts)
    part.segments.forEach((segment, i) => {
      const isIt =
        "segment" in start ? segment.number === start.segment : holdsAllFrom(segment, start.fromUs) || chosen === null;
      if (isIt) chosen = { segments: part.segments.slice(i), because: part.because };
    });
  return chosen;
}

/**
 * A checkpoint's time is that of the last record before it, and of that time there can be more than one:
 * what happened at the very time asked for may lie on both sides of it.
 */
function holdsAllFrom({ startUs, firstUs }: SegmentInfo, fromUs: number): boolean {
  return Number.isNaN(startUs) ? firstUs <= fromUs : startUs < fromUs;
}

/** The part after the one that a segment belongs to; null after the last. */
export function partAfter(journal: JournalInfo, segment: number): JournalPart | null {
  const at = journal.parts.findIndex(({ segments }) => segments.some(({ number }) => number === segment));
  return journal.parts[at + 1] ?? null;
}
