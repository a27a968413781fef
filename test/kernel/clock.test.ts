import {
  CLOCK_METHOD_NONE,
  CLOCK_METHOD_RECEIVE_MINIMUM,
  CLOCK_METHOD_ROUND_TRIP,
  CLOCK_SAMPLES,
  CLOCK_SAMPLES_MINIMUM,
  CLOCK_STATE_BYTES,
  CLOCK_STATE_COUNT,
  CLOCK_STATE_METHOD,
  CLOCK_STATE_OFFSET_US,
  CLOCK_STATE_SORTED,
  CLOCK_STATE_UNCERTAINTY_US,
  REGIONS_AT,
} from "crosstick/internal/layout";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectWithin, seed, startTestKernel } from "./engine-kernel.js";

const under = startTestKernel(3);
const { kernel, f64, u32 } = under;
const CLOCK = REGIONS_AT + 1024;
const offset = (): number => f64[(CLOCK + CLOCK_STATE_OFFSET_US) >> 3];
const uncertainty = (): number => f64[(CLOCK + CLOCK_STATE_UNCERTAINTY_US) >> 3];
const method = (): number => u32[(CLOCK + CLOCK_STATE_METHOD) >> 2];

/** The last samples, sorted: what the kernel's two arrays must amount to. */
function expectClock(delays: readonly number[]): void {
  const sorted = delays.slice(-CLOCK_SAMPLES).sort((a, b) => a - b);
  const { length } = sorted;
  kernel.clockRead(CLOCK);
  const held = f64.subarray((CLOCK + CLOCK_STATE_SORTED) >> 3).subarray(0, length);
  expect(u32[(CLOCK + CLOCK_STATE_COUNT) >> 2]).toBe(length);
  if (sorted.some((delay, index) => held[index] !== delay)) expect([...held]).toEqual(sorted);
  if (length < CLOCK_SAMPLES_MINIMUM) {
    expect([method(), offset(), uncertainty()]).toEqual([CLOCK_METHOD_NONE, Number.NaN, Number.NaN]);
    return;
  }
  const median = (sorted[(length - 1) >> 1] + sorted[length >> 1]) / 2;
  expect(method()).toBe(CLOCK_METHOD_RECEIVE_MINIMUM);
  expect(offset()).toBe(-sorted[0]);
  expect(uncertainty()).toBe(median - sorted[0]);
}

/**
 * Delays that repeat a pattern in changing order on top of a drift. Between two looks the samples are sorted
 * at once, or, after a long time without one, at the next.
 */
function agree(pattern: number[], perSample: number, looks: (index: number) => boolean): void {
  kernel.clockInit(CLOCK);
  const delays: number[] = [];
  for (let index = 0; index < 4600; index++) {
    const value = pattern[(index * index) % pattern.length] + index * perSample;
    delays.push(value);
    kernel.clockSample(CLOCK, value);
    if (looks(index)) expectClock(delays);
  }
}

const often = (index: number): boolean => index < 80 || (index > 1000 && index < 1040) || index % 97 === 0;
const rarely = (index: number): boolean => [40, 1063, 1064, 1065, 1500, 3000, 4599].includes(index);

test("offset is minus the minimum of the last samples, uncertainty median minus minimum", () => {
  // Few different values give many equal ones; negative delays are a local clock that is behind.
  const delay = fc.oneof(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -2e9, max: 2e9 }));
  const drift = fc.integer({ min: -50, max: 50 });
  fc.assert(
    fc.property(fc.array(delay, { minLength: 20, maxLength: 60, size: "max" }), drift, (pattern, perSample) => {
      for (const looks of [often, rarely])
        expectWithin(under, CLOCK, CLOCK_STATE_BYTES, () => agree(pattern, perSample, looks));
    }),
    { numRuns: 40, seed },
  );
});

test("an offset from round trips stays, while samples are kept for later", () => {
  kernel.clockInit(CLOCK);
  u32[(CLOCK + CLOCK_STATE_METHOD) >> 2] = CLOCK_METHOD_ROUND_TRIP;
  f64[(CLOCK + CLOCK_STATE_OFFSET_US) >> 3] = 77;
  f64[(CLOCK + CLOCK_STATE_UNCERTAINTY_US) >> 3] = 5;
  const delays = Array.from({ length: 100 }, (_, n) => 1000 - n);
  for (const delay of delays) kernel.clockSample(CLOCK, delay);
  expect([method(), offset(), uncertainty()]).toEqual([CLOCK_METHOD_ROUND_TRIP, 77, 5]);
  u32[(CLOCK + CLOCK_STATE_METHOD) >> 2] = CLOCK_METHOD_NONE;
  kernel.clockSample(CLOCK, 2000);
  expectClock([...delays, 2000]);
});

test("refuses a delay that is not finite", () => {
  kernel.clockInit(CLOCK);
  kernel.clockRead(CLOCK);
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) kernel.clockSample(CLOCK, bad);
  expectClock([]);
});
