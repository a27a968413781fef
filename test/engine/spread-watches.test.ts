// Bounds and flags of many spreads against the plain way: push the spread into a window, look at z.
import { SpreadWatches } from "crosstick/internal/engine/spread-watches";
import { viewsOf } from "crosstick/internal/kernel/memory";
import { REGIONS_AT, WINDOW_HEADER_BYTES } from "crosstick/internal/layout";
import { expect, test } from "vitest";
import { randomFrom, seed, startTestKernel } from "../kernel/engine-kernel.js";

const { kernel, memory, u8, f64 } = startTestKernel(32);
const views = viewsOf(memory);
const KINDS = ["difference", "ratio", "log-ratio"] as const;
const [INSTRUMENTS, PAIRS, WINDOW, CHANGES] = [9, 70, 24, 3000];
const BYTES = WINDOW_HEADER_BYTES + WINDOW * 8;
const at = (pair: number): number => REGIONS_AT + pair * 512;
const SCRATCH = REGIONS_AT + PAIRS * 512;
const spreadOf = (kind: string, a: number, b: number): number =>
  kind === "difference" ? a - b : kind === "ratio" ? a / b : Math.log(a) - Math.log(b);

/** Pairs of every kind over few instruments, with windows that are full or not. */
function randomPairs(random: () => number) {
  return Array.from({ length: PAIRS }, (_, pair) => {
    const a = Math.floor(random() * INSTRUMENTS);
    const b = (a + 1 + Math.floor(random() * (INSTRUMENTS - 1))) % INSTRUMENTS;
    const kind = KINDS[pair % 3];
    const [k, held] = [0.5 + 2 * random(), 2 + Math.floor(random() * 2 * WINDOW)];
    kernel.windowInit(at(pair), WINDOW);
    for (let i = 0; i < held; i++) kernel.windowPush(at(pair), spreadOf(kind, 100 + random(), 100 + random()));
    return { a, b, kind, k };
  });
}

function watches(): SpreadWatches {
  let end = memory.buffer.byteLength;
  return new SpreadWatches({
    ...{ views, kernel, instruments: INSTRUMENTS },
    reserve: (bytes) => (end -= Math.ceil(bytes / 128) * 128),
  });
}

test("at each change exactly the pairs beyond k are called, as a push would say, and no other", () => {
  const random = randomFrom(seed);
  const spreads = watches();
  const prices = Array.from({ length: INSTRUMENTS }, () => 100 + random());
  const called: number[] = [];
  const pairs = randomPairs(random).map(({ a, b, kind, k }, pair) => {
    const bounds = { lower: 0, upper: 0 };
    const watch = { spread: kind, bounds, legs: [() => a, () => b], call: () => void called.push(pair) };
    return { a, b, kind, k, set: spreads.add(watch) };
  });
  for (const [pair, { k, set }] of pairs.entries()) {
    const [centre, reach] = [kernel.windowCentre(at(pair)), kernel.windowReach(at(pair), k)];
    set(centre - reach, centre + reach);
  }
  for (const [i, price] of prices.entries()) spreads.changed(i, price, 0, "");
  let beyond = 0;
  for (let change = 0; change < CHANGES; change++) {
    const instrument = Math.floor(random() * INSTRUMENTS);
    prices[instrument] = random() < 0.1 ? Number.NaN : 99.5 + 2 * random();
    called.length = 0;
    spreads.changed(instrument, prices[instrument], change, "");
    const expected = pairs.flatMap(({ a, b, kind, k }, pair) => {
      if (a !== instrument && b !== instrument) return [];
      const x = spreadOf(kind, prices[a], prices[b]);
      const before = u8.slice(at(pair), at(pair) + BYTES);
      if (kernel.windowNext(at(pair), x, SCRATCH) < 0) return [];
      kernel.windowPush(at(pair), x);
      const [z, likewise] = [f64[(at(pair) + 80) >> 3], f64[(SCRATCH + 80) >> 3]];
      u8.set(before, at(pair));
      expect(likewise).toBeCloseTo(z, 9);
      return Math.abs(z) > k ? [pair] : [];
    });
    expect(
      [...called].sort((x, y) => x - y),
      `seed ${seed}, change ${change}`,
    ).toEqual(expected);
    beyond += expected.length;
  }
  expect(beyond).toBeGreaterThan(CHANGES / 10);
});

test("told are exactly the pairs whose next z moved by a hundredth, with bounds and both prices known", () => {
  const random = randomFrom(seed + 1);
  const spreads = watches();
  const prices = Array.from({ length: INSTRUMENTS }, () => 100 + random());
  let seen = new Map<number, number>();
  const pairs = randomPairs(random).map(({ a, b, kind }, pair) => {
    const bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
    const scored = { window: at(pair), moved: (_: number, value: number) => void seen.set(pair, value) };
    return { a, b, kind, set: spreads.add({ spread: kind, bounds, legs: [() => a, () => b], call: () => {}, scored }) };
  });
  const told = new Map<number, number>();
  const bounded = new Set<number>();
  let [moved, still, flat] = [0, 0, 0];
  for (const [i, price] of prices.entries()) spreads.changed(i, price, 0, "");
  for (let round = 0; round < 400; round++) {
    for (const [pair, { a, b, kind, set }] of pairs.entries())
      if (random() < 0.05) {
        // A window of the spread of now over and over is flat until it changes.
        const isFlat = pair % 7 === 0;
        const value = isFlat ? spreadOf(kind, prices[a], prices[b]) : spreadOf(kind, 100 + random(), 100 + random());
        for (let i = 0; i < (isFlat ? WINDOW : 1); i++) kernel.windowPush(at(pair), value);
        set(-1e6, 1e6);
        bounded.add(pair);
      }
    const instrument = Math.floor(random() * INSTRUMENTS);
    prices[instrument] = random() < 0.1 ? Number.NaN : 100 + random() / (1 + Math.floor(40 * random()));
    spreads.changed(instrument, prices[instrument], round, "");
    seen = new Map();
    spreads.score(round);
    for (const [pair, { a, b, kind }] of pairs.entries()) {
      const value = spreadOf(kind, prices[a], prices[b]);
      const isKnown = bounded.has(pair) && kernel.windowNext(at(pair), value, SCRATCH) > 0;
      const z = isKnown ? f64[(SCRATCH + 80) >> 3] : Number.NaN;
      if (z === 0) flat++;
      const move = Math.abs(z - (told.get(pair) ?? Number.NaN));
      // On the edge the last digit decides.
      const isDue = Math.abs(move - 0.01) < 1e-6 ? seen.has(pair) : isKnown && !(move < 0.01);
      expect(seen.has(pair), `seed ${seed}, round ${round}, pair ${pair}, z ${z}`).toBe(isDue);
      if (isKnown && !isDue) still++;
      if (!isDue) continue;
      expect(seen.get(pair)).toBe(value);
      told.set(pair, z);
      moved++;
    }
  }
  expect(Math.min(moved, still, flat)).toBeGreaterThan(50);
});
