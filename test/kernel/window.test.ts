import {
  REGIONS_AT,
  WINDOW_COUNT,
  WINDOW_DEVIATION,
  WINDOW_FLAT,
  WINDOW_HEADER_BYTES,
  WINDOW_LAST,
  WINDOW_MEAN,
  WINDOW_SINCE,
  WINDOW_Z,
} from "crosstick/internal/layout";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectWithin, randomFrom, seed, startTestKernel } from "./engine-kernel.js";
import { exactStatistics } from "./exact-statistics.js";

const under = startTestKernel(4);
const { kernel, f64, u32, u8 } = under;
const WINDOW = REGIONS_AT + 1024;
const at = (field: number): number => f64[(WINDOW + field) >> 3];
const isFlat = (): number => u32[(WINDOW + WINDOW_FLAT) >> 2];

/** Worst errors against exact arithmetic seen since the start of a run. */
interface Errors {
  deviation: number;
  z: number;
  mean: number;
}

/** Pushes `pushes` samples of a series, comparing about 150 times, and right after each jump has left. */
function run(n: number, pushes: number, series: (index: number) => number, jumps: ReadonlySet<number>): Errors {
  kernel.windowInit(WINDOW, n);
  const last = new Float64Array(n);
  const errors = { deviation: 0, z: 0, mean: 0 };
  const every = Math.floor(pushes / 150);
  for (let index = 0; index < pushes; index++) {
    const value = series(index);
    last[index % n] = value;
    kernel.windowPush(WINDOW, value);
    if (index < n || (index % every !== 0 && !jumps.has(index - n) && !jumps.has(index - n - 1))) continue;
    const inOrder = Array.from({ length: n }, (_, age) => last[(index + 1 + age) % n]);
    const expected = exactStatistics(inOrder);
    errors.deviation = Math.max(errors.deviation, Math.abs(at(WINDOW_DEVIATION) / expected.deviation - 1));
    errors.z = Math.max(errors.z, Math.abs(at(WINDOW_Z) - expected.z));
    errors.mean = Math.max(errors.mean, Math.abs(at(WINDOW_MEAN) / expected.mean - 1));
  }
  return errors;
}

const gaussian = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The three shapes of a price: noise of deviation 1 around a level that stays, wanders or jumps. */
function series(shape: string, level: number, jumps: ReadonlySet<number>): (index: number) => number {
  const random = randomFrom(seed);
  let walk = level;
  return (index) => {
    if (shape === "drifting") walk += 0.3 * gaussian(random) + 0.002;
    // A step that stays, and a single sample far away: what a bad tick leaves behind must not stay.
    if (shape === "jumping" && jumps.has(index)) {
      if (random() < 0.5) return level * 1.5;
      walk = level * (0.8 + 0.4 * random());
    }
    return walk + gaussian(random);
  };
}

/** Far inside what is asked for, which is 1e-10 around 1e9 and 1e-12 around 60,000. */
const BOUND = 2e-14;
const cases: [shape: string, level: number, n: number, pushes: number][] = [
  ["drifting", 1e9, 1000, 1e7],
  ["stationary", 1e9, 1000, 1e7],
  ["jumping", 1e9, 1000, 1e6],
  ["stationary", 60000, 1000, 1e6],
  ["drifting", 60000, 1000, 1e6],
  ["jumping", 60000, 1000, 1e7],
  ["jumping", 60000, 56, 1e6],
  ["drifting", 60000, 10000, 1e6],
];
test.for(cases)("%s around %d, n = %d, after %d updates: deviation and z are exact", ([shape, level, n, pushes]) => {
  const spacing = Math.floor(pushes / 60);
  const jumps = new Set(Array.from({ length: 59 }, (_, k) => spacing * (k + 1) + ((k * 7919) % n)));
  const errors = run(n, pushes, series(shape, level, jumps), shape === "jumping" ? jumps : new Set());
  console.info(`${shape} ${level} n=${n} ${pushes}: relative error of deviation ${errors.deviation}, z ${errors.z}`);
  expect(errors.deviation).toBeLessThan(BOUND);
  expect(errors.z).toBeLessThan(BOUND);
  expect(errors.mean).toBeLessThan(4e-16);
});

function agree(n: number, runs: [value: number, repeats: number][]): void {
  kernel.windowInit(WINDOW, n);
  const held: number[] = [];
  for (const [drawn, repeats] of runs)
    for (let repeat = 0; repeat < repeats; repeat++) {
      const sample = Math.round(drawn * 2 ** 30) / 2 ** 30;
      held.push(sample);
      if (held.length > n) held.shift();
      expect(kernel.windowPush(WINDOW, sample)).toBe(held.length);
      const expected = exactStatistics(held);
      expect(isFlat()).toBe(Number(expected.deviation === 0));
      expect(at(WINDOW_LAST)).toBe(sample);
      // The sums never get older than one window.
      expect(u32[(WINDOW + WINDOW_SINCE) >> 2]).toBeLessThan(n);
      if (expected.deviation === 0) {
        expect(at(WINDOW_DEVIATION)).toBe(0);
        expect(at(WINDOW_Z)).toBe(0);
        expect(at(WINDOW_MEAN)).toBe(sample);
      } else {
        expect(Math.abs(at(WINDOW_DEVIATION) / expected.deviation - 1)).toBeLessThan(1e-12);
        expect(Math.abs(at(WINDOW_Z) - expected.z)).toBeLessThan(1e-11);
        // A mean may be next to 0 between large samples: its error is measured against those.
        const scale = Math.abs(expected.mean) + expected.deviation;
        expect(Math.abs(at(WINDOW_MEAN) - expected.mean)).toBeLessThan(4e-15 * scale);
      }
      for (const k of [0, 0.5, 1, 2, 3]) {
        if (Math.abs(Math.abs(expected.z) - k) < 1e-9) continue;
        expect(kernel.windowBeyond(WINDOW, k)).toBe(Math.abs(expected.z) > k ? Math.sign(expected.z) : 0);
      }
    }
}

test("agrees with exact arithmetic on any samples, window full or not, with spikes and runs of equal values", () => {
  const value = fc.oneof(
    { arbitrary: fc.integer({ min: -4000, max: 4000 }).map((n) => 60000 + n / 1024), weight: 10 },
    { arbitrary: fc.constant(60000.1), weight: 6 },
    { arbitrary: fc.constantFrom(1e15, -1e15, 1e-5, 0, 2 ** 80), weight: 1 },
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 40 }),
      fc.array(fc.tuple(value, fc.integer({ min: 1, max: 30 })), { maxLength: 30, size: "max" }),
      (n, runs) => {
        expectWithin(under, WINDOW, WINDOW_HEADER_BYTES + n * 8, () => agree(n, runs));
      },
    ),
    { numRuns: 120, seed },
  );
});

test("a constant price is flat however the window got there", () => {
  for (const n of [2, 56, 1000])
    for (const before of [() => 0.1, (k: number) => 0.1 + k * 1e-9, (k: number) => (k % 3) * 1e12, Math.sin]) {
      kernel.windowInit(WINDOW, n);
      for (let k = 0; k < 2.5 * n; k++) kernel.windowPush(WINDOW, before(k));
      for (let k = 0; k < n; k++) kernel.windowPush(WINDOW, 123.456);
      expect([isFlat(), at(WINDOW_DEVIATION), at(WINDOW_Z), at(WINDOW_MEAN)]).toEqual([1, 0, 0, 123.456]);
      kernel.windowPush(WINDOW, 123.457);
      expect(isFlat()).toBe(0);
      expect(at(WINDOW_Z)).toBeCloseTo(Math.sqrt(n - 1), 6);
    }
});

test("refuses what is not finite and changes nothing", () => {
  kernel.windowInit(WINDOW, 5);
  for (const field of [WINDOW_MEAN, WINDOW_DEVIATION, WINDOW_Z, WINDOW_LAST]) expect(at(field)).toBeNaN();
  expect(kernel.windowBeyond(WINDOW, 0)).toBe(0);
  kernel.windowPush(WINDOW, 1);
  kernel.windowPush(WINDOW, 2);
  const before = u8.slice(WINDOW, WINDOW + WINDOW_HEADER_BYTES + 40);
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e101])
    expect(kernel.windowPush(WINDOW, bad)).toBe(-1);
  expect(u8.slice(WINDOW, WINDOW + WINDOW_HEADER_BYTES + 40)).toEqual(before);
  expect(u32[(WINDOW + WINDOW_COUNT) >> 2]).toBe(2);
  for (const k of [Number.NaN, -1]) expect(kernel.windowBeyond(WINDOW, k)).toBe(0);
});
