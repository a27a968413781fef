import { describe, expect, test } from "vitest";
import { chooseStart } from "../../src/record/choose-start.js";
import type { JournalInfo } from "../../src/record/journal.js";

/** Two parts: an engine just started at 100 µs with checkpoints at 200 and 300, and another at 400. */
const parts = [
  [
    { number: 0, startUs: Number.NaN, firstUs: 100 },
    { number: 1, startUs: 200, firstUs: 200 },
    { number: 2, startUs: 300, firstUs: 301 },
  ],
  [{ number: 3, startUs: Number.NaN, firstUs: 400 }],
];
const journal = { parts: parts.map((segments) => ({ segments, because: null })) } as unknown as JournalInfo;

function firstFrom(fromUs: number): number | undefined {
  return chooseStart(journal, { fromUs })?.segments[0].number;
}

describe("the segment that a replay from a time begins with", () => {
  test("is the last whose checkpoint comes before it", () => {
    expect([50, 100, 199, 201, 299, 301].map(firstFrom)).toEqual([0, 0, 0, 1, 1, 2]);
  });

  test("is the one before a checkpoint of the same microsecond: records of that time lie on both sides", () => {
    expect([200, 300].map(firstFrom)).toEqual([0, 1]);
  });

  test("is the first of an engine just started at that very time", () => {
    expect(firstFrom(400)).toBe(3);
  });

  test("goes by number when asked so", () => {
    expect(chooseStart(journal, { segment: 2 })?.segments.map(({ number }) => number)).toEqual([2]);
    expect(chooseStart(journal, { segment: 9 })).toBeNull();
  });
});
