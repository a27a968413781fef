import { partAfter } from "./choose-start.js";
import type { JournalInfo } from "./journal.js";
import type { JournalPlayer } from "./journal-player.js";

/** Where a journal goes on after what was played; `next` is the number of the segment, null at the end. */
export interface WhatFollows {
  next: number | null;
  because: "started-again" | "hole" | "damage" | null;
}

/** What comes after a hole, damage or a new start of the engine needs an engine of its own. */
export function comesAfter(journal: JournalInfo, { damage, isCut, segment }: JournalPlayer): WhatFollows {
  if (isCut) return { next: null, because: null };
  if (damage === null) {
    const part = partAfter(journal, segment);
    return { next: part?.segments[0].number ?? null, because: part?.because ?? null };
  }
  const next = journal.segments.find(({ number }) => number > segment);
  return { next: next?.number ?? null, because: next === undefined ? null : "damage" };
}
