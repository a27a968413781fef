import { CORRELATION_HEADER_BYTES, REGIONS_AT } from "crosstick/internal/layout";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectWithin, randomFrom, seed, startTestKernel } from "./engine-kernel.js";

const under = startTestKernel(64);
const { kernel, f64 } = under;
const ROWS = REGIONS_AT + 1024;
const WORK = ROWS + (1 << 20);
const OUT = WORK + (1 << 20);

/** The textbook's two passes. */
function pearson(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const sum = (of: (i: number) => number) => x.reduce((all, _, i) => all + of(i), 0);
  const both = sum((i) => (x[i] - meanX) * (y[i] - meanY));
  return both / Math.sqrt(sum((i) => (x[i] - meanX) ** 2) * sum((i) => (y[i] - meanY) ** 2));
}

function matrix(series: readonly number[][], stride: number): number[][] {
  const [n, samples] = [series.length, series[0].length];
  series.forEach((row, i) => {
    f64.set(row, (ROWS + i * stride) >> 3);
  });
  expectWithin(under, OUT, n * n * 8, () => kernel.correlationMatrix(ROWS, n, samples, stride, WORK, OUT));
  series.forEach((row, i) => {
    f64.set(row, (ROWS + i * stride) >> 3);
  });
  kernel.correlationMatrix(ROWS, n, samples, stride, WORK, OUT);
  return Array.from({ length: n }, (_, i) => Array.from(f64.subarray((OUT >> 3) + i * n, (OUT >> 3) + (i + 1) * n)));
}

test("the whole matrix is that of plain sums, for any number of series and samples", () => {
  const random = randomFrom(seed);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 45 }),
      fc.integer({ min: 2, max: 60 }),
      fc.integer({ min: 0, max: 3 }),
      (n, samples, extra) => {
        const common = Array.from({ length: samples }, () => random() - 0.5);
        const series = Array.from({ length: n }, (_, i) => common.map((value) => (i % 3) * value + random() - 0.5));
        const stride = ((samples + 1) & ~1) * 8 + extra * 16;
        const found = matrix(series, stride);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) {
            expect(found[i][j]).toBe(found[j][i]);
            if (i === j) expect(found[i][j]).toBe(1);
            else expect(found[i][j]).toBeCloseTo(pearson(series[i], series[j]), 11);
          }
      },
    ),
    { seed, numRuns: 60 },
  );
});

test("a series that does not vary, or holds a NaN, has no correlation; the others keep theirs", () => {
  const series = [
    [1, 2, 3, 5],
    [7, 7, 7, 7],
    [1, Number.NaN, 2, 3],
    [4, 3, 2, 0],
  ];
  const found = matrix(series, 32);
  expect(found[0][3]).toBeCloseTo(-1, 12);
  for (const i of [1, 2]) for (let j = 0; j < 4; j++) expect([i, j, found[i][j]]).toEqual([i, j, Number.NaN]);
  expect(
    matrix(
      [
        [0.1, 0.1, 0.1],
        [1, 2, 3],
      ],
      32,
    )[0][1],
  ).toBeNaN();
});

test.each([
  [1, 2],
  [7, 5],
  [50, 24],
  [33, 168],
])("%i series, a window of %i rows: each slide gives what the rows held give", (n, rows) => {
  const random = randomFrom(seed + n);
  const even = (n + 1) & ~1;
  const at = REGIONS_AT + 1024;
  const bytes = CORRELATION_HEADER_BYTES + (rows * even + even + n * even) * 8;
  const row = at + bytes + 1024;
  expectWithin(under, at, bytes, () => kernel.correlationInit(at, n, rows));
  const held: number[][] = [];
  for (let push = 0; push < rows * 3 + 5; push++) {
    const common = random() - 0.5;
    const fresh = Array.from({ length: n }, (_, i) => 1e-3 * ((i % 4) * common + random() - 0.5));
    f64.set(fresh, row >> 3);
    if (even > n) f64[(row >> 3) + n] = 0;
    held.push(fresh);
    if (held.length > rows) held.shift();
    expect(kernel.correlationPush(at, row)).toBe(held.length);
    if (push % 7 === 0 && n > 1) {
      f64[row >> 3] = push % 2 === 0 ? Number.NaN : Number.POSITIVE_INFINITY;
      expect(kernel.correlationPush(at, row)).toBe(-1);
    }
    if (held.length < 3 || push % 3 !== 0) continue;
    for (let k = 0; k < 12; k++) {
      const [a, b] = [Math.floor(random() * n), Math.floor(random() * n)];
      const wanted = pearson(
        held.map((each) => each[a]),
        held.map((each) => each[b]),
      );
      expect(kernel.correlationOf(at, a, b)).toBeCloseTo(wanted, 9);
    }
  }
});

test("a window whose series do not vary has no correlations", () => {
  const at = REGIONS_AT + 1024;
  const row = at + 65536;
  kernel.correlationInit(at, 2, 10);
  for (let push = 0; push < 25; push++) {
    f64.set([0, push % 3], row >> 3);
    kernel.correlationPush(at, row);
  }
  expect(kernel.correlationOf(at, 0, 1)).toBeNaN();
  expect(kernel.correlationOf(at, 1, 1)).toBeCloseTo(1, 12);
});
