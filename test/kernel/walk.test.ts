import { REGIONS_AT, WALK_LEVELS, WALK_NOTIONAL, WALK_PRICE, WALK_SIZE, WALK_WORST } from "crosstick/internal/layout";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Level, SideReference } from "./book-reference.js";
import { seed, startTestKernel } from "./engine-kernel.js";

const { kernel, f64, u32 } = startTestKernel(4);
const BOOK = REGIONS_AT;

interface Walked {
  price: number;
  worst: number;
  size: number;
  notional: number;
  levels: number;
}
const REFUSED: Walked = { price: Number.NaN, worst: Number.NaN, size: 0, notional: 0, levels: 0 };

function result(): Walked {
  return {
    price: f64[(BOOK + WALK_PRICE) >> 3],
    worst: f64[(BOOK + WALK_WORST) >> 3],
    size: f64[(BOOK + WALK_SIZE) >> 3],
    notional: f64[(BOOK + WALK_NOTIONAL) >> 3],
    levels: u32[(BOOK + WALK_LEVELS) >> 2],
  };
}

/** Takes levels best first until the size or the notional is met; undefined when they do not suffice. */
function walkReference(side: SideReference, amount: number, isNotional: boolean): Walked | undefined {
  const fills: Level[] = [];
  let remaining = amount;
  for (const [price, available] of side.sorted()) {
    if (!side.isTrusted(price)) return undefined;
    const wanted = isNotional ? remaining / price : remaining;
    fills.push([price, Math.min(wanted, available)]);
    remaining -= isNotional ? price * available : available;
    if (remaining > 0) continue;
    const size = fills.reduce((sum, [, filled]) => sum + filled, 0);
    const notional = fills.reduce((sum, [at, filled]) => sum + at * filled, 0);
    return { price: notional / size, worst: price, size, notional, levels: fills.length };
  }
  return undefined;
}

function fill(isAsk: boolean, capacity: number, levels: Level[], isCut: boolean): SideReference {
  const side = new SideReference(isAsk, capacity);
  kernel.bookInit(BOOK, capacity);
  for (const [price, size] of levels) {
    kernel.bookApply(BOOK, Number(isAsk), price, size);
    side.apply(price, size);
  }
  if (isCut) {
    kernel.snapshotTrust(BOOK);
    side.trustWorst();
    const beyond = isAsk ? 1000 : 0.125;
    kernel.bookApply(BOOK, Number(isAsk), beyond, 1000);
    side.apply(beyond, 1000);
  }
  return side;
}

test("agrees with a plain walk, and refuses what is too deep or past what is known", () => {
  const levels = fc.array(fc.tuple(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 20 })), {
    maxLength: 40,
    size: "max",
  });
  const amount = fc.integer({ min: 1, max: 4000 }).map((n) => n / 8);
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.integer({ min: 1, max: 30 }),
      levels,
      fc.boolean(),
      amount,
      fc.boolean(),
      (...drawn) => {
        const [isAsk, capacity, drawnLevels, isCut, wanted, isNotional] = drawn;
        const side = fill(isAsk, capacity, drawnLevels, isCut);
        const expected = walkReference(side, wanted, isNotional);
        const walk = isNotional ? kernel.bookWalkNotional : kernel.bookWalkSize;
        expect(walk(BOOK, Number(isAsk), wanted)).toBe(expected ? 1 : 0);
        const walked = result();
        if (!expected) {
          expect(walked).toEqual(REFUSED);
          return;
        }
        expect(walked.levels).toBe(expected.levels);
        expect(walked.worst).toBe(expected.worst);
        for (const key of ["price", "size", "notional"] as const)
          expect(Math.abs(walked[key] / expected[key] - 1)).toBeLessThan(1e-14);
        expect(isNotional ? walked.notional : walked.size).toBe(wanted);
        if (walked.levels === 1) expect(walked.price).toBe(walked.worst);
      },
    ),
    { numRuns: 2000, seed },
  );
});

test("exactly the whole depth is enough, the least more is not", () => {
  fill(true, 8, [[100, 1], [101, 2]], false); // biome-ignore format: levels read as a list
  expect(kernel.bookWalkSize(BOOK, 1, 3)).toBe(1);
  expect(result()).toEqual({ price: 302 / 3, worst: 101, size: 3, notional: 302, levels: 2 });
  expect(kernel.bookWalkNotional(BOOK, 1, 302)).toBe(1);
  expect(kernel.bookWalkSize(BOOK, 1, 3.0000001)).toBe(0);
  expect(result()).toEqual(REFUSED);
  expect(kernel.bookWalkNotional(BOOK, 1, 302.0001)).toBe(0);
  expect(kernel.bookWalkSize(BOOK, 0, 1)).toBe(0);
});

test("refuses amounts that are not finite and above 0", () => {
  fill(true, 8, [[100, 1]], false);
  for (const amount of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(kernel.bookWalkSize(BOOK, 1, 1)).toBe(1);
    expect(kernel.bookWalkSize(BOOK, 1, amount)).toBe(0);
    expect(result()).toEqual(REFUSED);
    expect(kernel.bookWalkNotional(BOOK, 1, amount)).toBe(0);
  }
});

test("a level at a price that is not above 0 stops the walk", () => {
  for (const price of [0, -1]) {
    fill(false, 8, [[price, 5]], false);
    expect(kernel.bookWalkSize(BOOK, 0, 1)).toBe(0);
    expect(kernel.bookWalkNotional(BOOK, 0, 1)).toBe(0);
  }
});

test("a book that is loading has no depth", () => {
  fill(true, 8, [[100, 1]], false);
  kernel.snapshotBegin(BOOK);
  kernel.snapshotLevel(BOOK, 1, 100, 5);
  expect(kernel.bookWalkSize(BOOK, 1, 1)).toBe(0);
  kernel.snapshotEnd(BOOK);
  expect(kernel.bookWalkSize(BOOK, 1, 1)).toBe(1);
});

test("effective spread is twice the way from mid to the walked price", () => {
  kernel.bookInit(BOOK, 8);
  kernel.bookApply(BOOK, 0, 99, 1);
  kernel.bookApply(BOOK, 1, 101, 1);
  kernel.bookApply(BOOK, 1, 103, 1);
  expect(kernel.effectiveSpreadBps(BOOK, 1, 50)).toBe(200);
  expect(kernel.effectiveSpreadBps(BOOK, 0, 50)).toBe(200);
  expect(kernel.effectiveSpreadBps(BOOK, 1, 204)).toBeCloseTo(400, 9);
  expect(kernel.effectiveSpreadBps(BOOK, 1, 205)).toBeNaN();
  expect(kernel.effectiveSpreadBps(BOOK, 0, 100)).toBeNaN();
  kernel.bookApply(BOOK, 0, 101, 1);
  expect(kernel.effectiveSpreadBps(BOOK, 1, 50)).toBeNaN();
});
