// Hedge ratios: a whole window's spread under one beta against plain sums, the filter against plain matrices.
import {
  KALMAN_BYTES,
  REGIONS_AT,
  WINDOW_COUNT,
  WINDOW_DEVIATION,
  WINDOW_FLAT,
  WINDOW_HEADER_BYTES,
  WINDOW_LAST,
  WINDOW_MEAN,
  WINDOW_Z,
} from "crosstick/internal/layout";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectWithin, randomFrom, seed, startTestKernel } from "./engine-kernel.js";
import { exactStatistics } from "./exact-statistics.js";
import { MatrixFilter } from "./matrix-filter.js";

const under = startTestKernel(4);
const { kernel, f64, u32 } = under;
const A = REGIONS_AT + 1024;
const B = A + 16384;
const INTO = B + 16384;
const FILTER = INTO + 16384;
const at = (field: number): number => f64[(INTO + field) >> 3];

function fill(window: number, capacity: number, samples: readonly number[]): void {
  kernel.windowInit(window, capacity);
  for (const sample of samples) kernel.windowPush(window, sample);
}

test("the window of a - beta b is that of plain arithmetic, newest with newest", () => {
  const price = fc.integer({ min: -12_000, max: 12_000 }).map((value) => value / 1024);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(price, price), { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 2, max: 200 }),
      fc.integer({ min: -200, max: 200 }).map((value) => value / 64),
      (pairs, capacity, beta) => {
        fill(
          A,
          capacity,
          pairs.map(([a]) => a),
        );
        fill(
          B,
          capacity,
          pairs.map(([, b]) => b),
        );
        kernel.windowInit(INTO, capacity);
        const kept = pairs.slice(-capacity).map(([a, b]) => a - beta * b);
        expectWithin(under, INTO, WINDOW_HEADER_BYTES + capacity * 8, () => {
          kernel.windowInit(INTO, capacity);
          expect(kernel.windowHedge(A, B, beta, INTO)).toBe(kept.length);
        });
        const wanted = exactStatistics(kept);
        expect(u32[(INTO + WINDOW_COUNT) >> 2]).toBe(kept.length);
        expect(at(WINDOW_LAST)).toBe(kept.at(-1));
        expect(at(WINDOW_MEAN)).toBeCloseTo(wanted.mean, 12);
        expect(at(WINDOW_DEVIATION)).toBeCloseTo(wanted.deviation, 12);
        if (u32[(INTO + WINDOW_FLAT) >> 2] === 0 && wanted.deviation > 1e-9)
          expect(at(WINDOW_Z)).toBeCloseTo(wanted.z, 6);
      },
    ),
    { seed },
  );
});

test("a ratio that is none makes no spread, and neither do empty windows", () => {
  fill(A, 10, [1, 2, 3]);
  fill(B, 10, [1, 2, 3]);
  kernel.windowInit(INTO, 10);
  for (const beta of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expect(kernel.windowHedge(A, B, beta, INTO)).toBe(0);
  fill(B, 10, []);
  expect(kernel.windowHedge(A, B, 1, INTO)).toBe(0);
});

test.each([1e-6, 1e-4, 1e-2])("the filter follows the ratio as plain matrices do, drift %d", (drift) => {
  const random = randomFrom(seed);
  const plain = new MatrixFilter(drift);
  expectWithin(under, FILTER, KALMAN_BYTES, () => kernel.kalmanInit(FILTER, drift));
  kernel.kalmanInit(FILTER, drift);
  let x = Math.log(60_000);
  for (let i = 0; i < 3000; i++) {
    x += (random() - 0.5) * 2e-3;
    const y = 0.3 + (0.8 + i / 10_000) * x + (random() - 0.5) * 2e-4;
    const got = kernel.kalmanPush(FILTER, x, y);
    const wanted = plain.push(x, y);
    if (i > 10) expect(Math.abs(got - wanted)).toBeLessThan(1e-6 * Math.max(1, Math.abs(wanted)));
  }
});

test("with a ratio that does not move the filter ends where least squares do; what is no number changes nothing", () => {
  const random = randomFrom(seed + 1);
  kernel.kalmanInit(FILTER, 1e-12);
  kernel.windowInit(A, 1000);
  kernel.windowInit(B, 1000);
  let last = Number.NaN;
  for (let i = 0; i < 1000; i++) {
    const x = 5 + random();
    const y = 2 + 1.7 * x + (random() - 0.5) * 0.1;
    kernel.windowPush(A, y);
    kernel.windowPush(B, x);
    last = kernel.kalmanPush(FILTER, x, y);
    if (i % 100 === 0) expect(kernel.kalmanPush(FILTER, Number.NaN, y)).toBeNaN();
    if (i % 100 === 1) expect(kernel.kalmanPush(FILTER, x, Number.POSITIVE_INFINITY)).toBeNaN();
  }
  expect(last).toBeCloseTo(kernel.windowOlsBeta(A, B), 6);
  expect(last).toBeCloseTo(1.7, 1);
});
