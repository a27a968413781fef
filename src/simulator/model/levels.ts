import type { BookSide } from "./book-side.js";

/** One level of a side, as it was when it was taken. */
export interface Level {
  tick: number;
  lots: number;
}

/** The best levels of a side, best first. */
export function bestLevels(side: BookSide, depth: number): Level[] {
  const levels: Level[] = [];
  for (let i = 0; i < Math.min(depth, side.length); i++) levels.push({ tick: side.tickAt(i), lots: side.lotsAt(i) });
  return levels;
}

/** What turns one list into the other, best first; levels that have left are given size 0. Sign 1 is bids. */
export function difference(before: readonly Level[], after: readonly Level[], sign: 1 | -1): Level[] {
  const changes: Level[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = i < before.length ? before[i].tick * sign : Number.NEGATIVE_INFINITY;
    const now = j < after.length ? after[j].tick * sign : Number.NEGATIVE_INFINITY;
    if (old > now) changes.push({ tick: before[i++].tick, lots: 0 });
    else if (old < now) changes.push(after[j++]);
    else {
      if (before[i].lots !== after[j].lots) changes.push(after[j]);
      i++;
      j++;
    }
  }
  return changes;
}
