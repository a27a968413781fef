import { utimesSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { SEGMENT_JOURNAL, SEGMENT_RAW } from "crosstick/internal/record/format";
import { outdated } from "crosstick/internal/record/retention";
import { segmentPath } from "crosstick/internal/record/segment-name";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "./rig.js";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const DAY_S = 86_400;
const NOW_S = 1_800_000_000;

/** A segment of 1,000 bytes that was written some days ago. */
function segment(kind: number, number: number, daysAgo: number): void {
  const path = segmentPath(folder.dir, kind, number);
  writeFileSync(path, Buffer.alloc(1000));
  utimesSync(path, NOW_S - daysAgo * DAY_S, NOW_S - daysAgo * DAY_S);
}

function removed(limits: { days?: number; gigabytes?: number }, current: [number, number]): string[] {
  const writing = new Map([
    [SEGMENT_JOURNAL, current[0]],
    [SEGMENT_RAW, current[1]],
  ]);
  return outdated(folder.dir, limits, writing, NOW_S * 1000).map((path) => basename(path));
}

test("the oldest segments of both kinds go first, and the ones being written never", () => {
  for (const [number, days] of [5, 4, 3, 2].entries()) segment(SEGMENT_JOURNAL, number + 1, days);
  segment(SEGMENT_RAW, 1, 4.5);
  segment(SEGMENT_RAW, 2, 9); // touched by a copy: no older than the one before it
  const [j1, j2, j3] = [1, 2, 3].map((number) => `journal-0000000${number}.ctj`);
  const [r1, r2] = ["raw-00000001.ctr", "raw-00000002.ctr"];
  expect(removed({}, [4, 2])).toEqual([]);
  expect(removed({ days: 3.5 }, [4, 2])).toEqual([j1, r1, j2]);
  expect(removed({ days: 3.5 }, [4, 3])).toEqual([j1, r1, r2, j2]);
  expect(removed({ gigabytes: 4e-6 }, [4, 2])).toEqual([j1, r1]);
  expect(removed({ gigabytes: 0 }, [4, 2])).toEqual([j1, r1, j2, j3]);
  expect(removed({ days: 0 }, [1, 1])).toEqual([]);
});
