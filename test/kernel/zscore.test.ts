import {
  REGIONS_AT,
  SPREAD_DIFFERENCE,
  SPREAD_HEDGE_RATIO,
  SPREAD_LOG_RATIO,
  SPREAD_RATIO,
} from "crosstick/internal/layout";
import fc from "fast-check";
import { expect, test } from "vitest";
import { randomFrom, seed, startTestKernel } from "./engine-kernel.js";

const { kernel } = startTestKernel(3);
const A = REGIONS_AT;
const B = REGIONS_AT + 16384;

/** Slope of y over x by the textbook's two passes; NaN when x does not vary. */
function slope(x: readonly number[], y: readonly number[]): number {
  const meanX = x.reduce((sum, value) => sum + value, 0) / x.length;
  const meanY = y.reduce((sum, value) => sum + value, 0) / y.length;
  const both = x.reduce((sum, value, index) => sum + (value - meanX) * (y[index] - meanY), 0);
  const squares = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
  return both / squares;
}

function fill(window: number, capacity: number, samples: readonly number[]): void {
  kernel.windowInit(window, capacity);
  for (const sample of samples) kernel.windowPush(window, sample);
}

test("the four spreads", () => {
  const price = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(price, price, fc.double({ min: -3, max: 3, noNaN: true }), (a, b, beta) => {
      expect(kernel.spreadOf(SPREAD_DIFFERENCE, a, b, Number.NaN)).toBe(a - b);
      expect(kernel.spreadOf(SPREAD_RATIO, a, b, Number.NaN)).toBe(a / b);
      // The two logarithms may differ in the last place of numbers up to 21.
      expect(Math.abs(kernel.spreadOf(SPREAD_LOG_RATIO, a, b, Number.NaN) - (Math.log(a) - Math.log(b)))).toBeLessThan(
        2e-14,
      );
      const hedged = Math.log(a) - beta * Math.log(b);
      expect(Math.abs(kernel.spreadOf(SPREAD_HEDGE_RATIO, a, b, beta) - hedged)).toBeLessThan(5e-14);
    }),
    { seed },
  );
});

test("a spread of what is no price is NaN", () => {
  for (const kind of [SPREAD_DIFFERENCE, SPREAD_RATIO, SPREAD_LOG_RATIO, SPREAD_HEDGE_RATIO]) {
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(kernel.spreadOf(kind, bad, 1, 1)).toBeNaN();
      expect(kernel.spreadOf(kind, 1, bad, 1)).toBeNaN();
    }
    expect(kernel.spreadOf(kind, 2, 3, 1)).not.toBeNaN();
  }
  expect(kernel.spreadOf(SPREAD_HEDGE_RATIO, 2, 3, Number.NaN)).toBeNaN();
  for (const unknown of [-1, 4]) expect(kernel.spreadOf(unknown, 2, 3, 1)).toBeNaN();
});

test("hedge ratio by least squares, newest with newest", () => {
  const random = randomFrom(seed);
  for (const [length, capacityA, capacityB] of [
    [50, 64, 64],
    [200, 64, 64],
    [200, 64, 100],
    [2, 64, 64],
  ]) {
    const b = Array.from({ length }, () => 11 + random());
    const a = b.map((value) => 3 + 1.7 * value + 0.01 * random());
    fill(A, capacityA, a);
    fill(B, capacityB, b);
    const pairs = Math.min(length, capacityA, capacityB);
    expect(kernel.windowOlsBeta(A, B)).toBeCloseTo(slope(b.slice(-pairs), a.slice(-pairs)), 10);
  }
});

test("no hedge ratio from one sample or from a price that does not move", () => {
  fill(A, 8, [1]);
  fill(B, 8, [1]);
  expect(kernel.windowOlsBeta(A, B)).toBeNaN();
  fill(A, 8, [1, 2, 3]);
  fill(B, 8, [0.1, 0.1, 0.1]);
  expect(kernel.windowOlsBeta(A, B)).toBeNaN();
});

test("half-life is that of the regression of changes on levels", () => {
  const random = randomFrom(seed);
  for (const [keep, length, capacity] of [
    [0.9, 500, 500],
    [0.5, 700, 300],
    [0.97, 2000, 1000],
  ]) {
    let state = 0;
    const series = Array.from({ length }, () => {
      state = keep * state + random() - 0.5;
      return 5 + state;
    });
    fill(A, capacity, series);
    const held = series.slice(-capacity);
    const before = held.slice(0, -1);
    const b = slope(
      before,
      before.map((value, index) => held[index + 1] - value),
    );
    expect(kernel.windowHalfLife(A)).toBeCloseTo(-Math.LN2 / Math.log1p(b), 8);
  }
  // Each step halves what is left: exactly one bar.
  fill(A, 8, [16, 8, 4, 2, 1]);
  expect(kernel.windowHalfLife(A)).toBeCloseTo(1, 12);
});

test("no half-life unless -1 < b < 0", () => {
  for (const samples of [[], [1], [2, 1], [1, 1, 1, 1], [1, 0, 0, 0], [1, 2, 4, 8], [1, -1, 1, -1], [1, -2, 4, -8]]) {
    fill(A, 16, samples);
    expect(kernel.windowHalfLife(A)).toBeNaN();
  }
});
