import { fundingPaidBps } from "crosstick/internal/engine/funding";
import { expect, test } from "vitest";

const HOUR_US = 3_600_000_000;
const NOW_US = 1_786_563_120_494_000;
const carry = (fundingRate: number, fundingIntervalHours: number, inHours: number) => ({
  ...{ mark: 100, index: 100, fundingRate, fundingIntervalHours },
  fundingNextUs: NOW_US + inHours * HOUR_US,
});

test.each([
  ["none falls inside", carry(0.0001, 8, 5), 4, 0],
  ["one", carry(0.0001, 8, 4), 4, 1],
  ["one, at an interval that nobody told", carry(0.0001, Number.NaN, 4), 4.5, 1],
  ["more than one may fall due", carry(0.0001, Number.NaN, 4), 5, Number.NaN],
  ["three", carry(0.0001, 8, 4), 24, 3],
  ["no rate", carry(Number.NaN, 8, 4), 24, Number.NaN],
  ["no next payment", carry(0.0001, 8, Number.NaN), 24, Number.NaN],
])("payments at times: %s", (_, of, holdHours, paid) => {
  expect(fundingPaidBps(of, false, NOW_US, holdHours)).toBe(paid);
});

test.each([
  ["a day", carry(2.081e-5, 8, Number.NaN), 24, 2.081e-5 * 1e4 * 3],
  ["an hour", carry(-8e-5, 8, Number.NaN), 1, -0.1],
  ["no rate", carry(Number.NaN, 8, Number.NaN), 24, Number.NaN],
  ["a rate of nobody knows how many hours", carry(1e-5, Number.NaN, Number.NaN), 24, Number.NaN],
])("funding that accrues: %s", (_, of, holdHours, paid) => {
  expect(fundingPaidBps(of, true, NOW_US, holdHours)).toBe(paid);
});
