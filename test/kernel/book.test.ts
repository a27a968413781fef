import {
  BOOK_ASKS,
  BOOK_BIDS,
  BOOK_DROPPED_ASKS,
  BOOK_DROPPED_BIDS,
  BOOK_FIRST_ASK,
  BOOK_HEADER_BYTES,
  BOOK_LOADING,
  BOOK_TRUSTED_ASK,
  BOOK_TRUSTED_BID,
  REGIONS_AT,
} from "crosstick/internal/layout";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Level, SideReference } from "./book-reference.js";
import { expectWithin, randomFrom, seed, startTestKernel } from "./engine-kernel.js";

const under = startTestKernel(12);
const { kernel, f64, u32 } = under;
const BOOK = REGIONS_AT + 4096;

function levelsOf(isAsk: boolean): Level[] {
  const kept = u32[(BOOK + (isAsk ? BOOK_ASKS : BOOK_BIDS)) >> 2];
  return Array.from({ length: kept }, (_, n) => [
    kernel.bookPrice(BOOK, Number(isAsk), n),
    kernel.bookSize(BOOK, Number(isAsk), n),
  ]);
}

function expectSide(reference: SideReference): void {
  const { isAsk } = reference;
  const levels = reference.sorted();
  expect(levelsOf(isAsk)).toEqual(levels);
  expect(kernel.bookPrice(BOOK, Number(isAsk), levels.length)).toBeNaN();
  expect(isAsk ? kernel.bookBestAsk(BOOK) : kernel.bookBestBid(BOOK)).toBe(levels[0]?.[0] ?? Number.NaN);
  expect(isAsk ? kernel.bookBestAskSize(BOOK) : kernel.bookBestBidSize(BOOK)).toBe(levels[0]?.[1] ?? Number.NaN);
  expect(f64[(BOOK + (isAsk ? BOOK_TRUSTED_ASK : BOOK_TRUSTED_BID)) >> 3]).toBe(reference.trusted);
  expect(u32[(BOOK + (isAsk ? BOOK_DROPPED_ASKS : BOOK_DROPPED_BIDS)) >> 2]).toBe(reference.dropped);
}

type Step = { kind: "level" | "begin" | "end" | "trust"; isAsk: boolean; price: number; size: number };
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { arbitrary: fc.constant("level" as const), weight: 60 },
    { arbitrary: fc.constantFrom("begin" as const, "end" as const), weight: 3 },
    { arbitrary: fc.constant("trust" as const), weight: 1 },
  ),
  isAsk: fc.boolean(),
  price: fc.integer({ min: -5, max: 60 }).map((n) => n / 4),
  size: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 })),
});

/** Runs the steps on the kernel and on Maps; while a snapshot loads, updates count as its levels and readers see nothing. */
function agree(capacity: number, steps: Step[]): void {
  kernel.bookInit(BOOK, capacity);
  const sides = [new SideReference(false, capacity), new SideReference(true, capacity)];
  let isLoading = false;
  for (const { kind, isAsk, price, size } of steps) {
    if (kind === "begin") {
      kernel.snapshotBegin(BOOK);
      for (const side of sides) side.clear();
      isLoading = true;
    } else if (kind === "end") {
      kernel.snapshotEnd(BOOK);
      isLoading = false;
    } else if (kind === "trust") {
      if (isLoading) continue;
      kernel.snapshotTrust(BOOK);
      for (const side of sides) side.trustWorst();
    } else {
      if (isLoading && size % 2) kernel.snapshotLevel(BOOK, Number(isAsk), price, size);
      else kernel.bookApply(BOOK, Number(isAsk), price, size);
      sides[Number(isAsk)].apply(price, size);
    }
    expect(u32[(BOOK + BOOK_LOADING) >> 2]).toBe(Number(isLoading));
    if (isLoading) expect([...levelsOf(false), ...levelsOf(true)]).toEqual([]);
    else for (const side of sides) expectSide(side);
  }
}

test("agrees with a Map under any updates and snapshots, at any capacity", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.array(step, { maxLength: 150, size: "max" }), (capacity, steps) => {
      expectWithin(under, BOOK, BOOK_HEADER_BYTES + capacity * 32, () => agree(capacity, steps));
    }),
    {
      numRuns: 300,
      seed,
    },
  );
});

test("agrees with a Map when sides are long: leaps, long moves, walls at both ends", () => {
  const random = randomFrom(seed);
  const run = (capacity: number): void => {
    kernel.bookInit(BOOK, capacity);
    const side = new SideReference(false, capacity);
    for (let round = 0; round < 40; round++) {
      // Each round works mostly at one place: near the best, far away or anywhere.
      const centre = [1000, 0, 500][round % 3];
      const width = round % 4 === 0 ? 1000 : 300;
      const removes = round % 5 < 3 ? 0.2 : 0.7;
      for (let update = 0; update < 200; update++) {
        const price = centre + Math.round((random() - 0.5) * width);
        const size = random() < removes ? 0 : 1 + Math.floor(random() * 100);
        kernel.bookApply(BOOK, 0, price, size);
        side.apply(price, size);
      }
      expectSide(side);
    }
  };
  for (const capacity of [700, 701, 1024])
    expectWithin(under, BOOK, BOOK_HEADER_BYTES + capacity * 32, () => run(capacity));
});

test("a snapshot may come best first, worst first or shuffled, with more levels than there is room for", () => {
  const random = randomFrom(seed);
  const best = Array.from({ length: 900 }, (_, n): Level => [2000 - n, n + 1]);
  const orders = [best, [...best].reverse(), [...best].sort(() => random() - 0.5)];
  for (const levels of orders)
    for (const capacity of [500, 899, 900, 1024]) {
      kernel.bookInit(BOOK, capacity);
      kernel.snapshotBegin(BOOK);
      for (const [price, size] of levels) kernel.snapshotLevel(BOOK, 0, price, size);
      for (const [price, size] of levels) kernel.snapshotLevel(BOOK, 1, 5000 - price, size);
      kernel.snapshotEnd(BOOK);
      expect(levelsOf(false)).toEqual(best.slice(0, capacity));
      expect(levelsOf(true)).toEqual(best.slice(0, capacity).map(([price, size]) => [5000 - price, size]));
      const cut = capacity < 900 ? 2000 - capacity + 1 : Number.NaN;
      expect(f64[(BOOK + BOOK_TRUSTED_BID) >> 3]).toBe(cut);
      expect(f64[(BOOK + BOOK_TRUSTED_ASK) >> 3]).toBe(5000 - cut);
      expect(u32[(BOOK + BOOK_DROPPED_BIDS) >> 2]).toBe(Math.max(0, 900 - capacity));
    }
});

test("an insertion or a removal moves only what lies on its shorter side", () => {
  kernel.bookInit(BOOK, 64);
  kernel.snapshotBegin(BOOK);
  for (let n = 0; n < 40; n++) kernel.snapshotLevel(BOOK, 1, 100 + n, 1);
  kernel.snapshotEnd(BOOK);
  const first = (): number => u32[(BOOK + BOOK_FIRST_ASK) >> 2];
  const best = (): number => first() + u32[(BOOK + BOOK_ASKS) >> 2] - 1;
  const slots = [first(), best()];
  for (const [price, size, firstMoves, bestMoves] of [
    [90, 1, 0, 1],
    [90, 0, 0, -1],
    [200, 1, -1, 0],
    [138, 0, 1, 0],
    [101, 0, 0, -1],
    [130.5, 1, -1, 0],
  ]) {
    kernel.bookApply(BOOK, 1, price, size);
    slots[0] += firstMoves;
    slots[1] += bestMoves;
    expect([first(), best()]).toEqual(slots);
  }
});

test("a full side drops the farthest level first, counts it and says how deep it can be trusted", () => {
  kernel.bookInit(BOOK, 3);
  for (const price of [10, 11, 12]) kernel.bookApply(BOOK, 0, price, 1);
  expect(f64[(BOOK + BOOK_TRUSTED_BID) >> 3]).toBeNaN();
  kernel.bookApply(BOOK, 0, 9, 1); // farther than all: it is itself the one
  expect(levelsOf(false)).toEqual([
    [12, 1],
    [11, 1],
    [10, 1],
  ]);
  expect(f64[(BOOK + BOOK_TRUSTED_BID) >> 3]).toBe(10);
  kernel.bookApply(BOOK, 0, 13, 1);
  expect(levelsOf(false)).toEqual([
    [13, 1],
    [12, 1],
    [11, 1],
  ]);
  expect(f64[(BOOK + BOOK_TRUSTED_BID) >> 3]).toBe(11);
  kernel.bookApply(BOOK, 0, 13, 0);
  kernel.bookApply(BOOK, 0, 5, 1); // room again, but nobody knows what lies between 11 and 5
  expect(levelsOf(false)).toEqual([
    [12, 1],
    [11, 1],
    [5, 1],
  ]);
  expect(f64[(BOOK + BOOK_TRUSTED_BID) >> 3]).toBe(11);
  expect(u32[(BOOK + BOOK_DROPPED_BIDS) >> 2]).toBe(2);
  kernel.snapshotBegin(BOOK);
  kernel.snapshotEnd(BOOK);
  expect(f64[(BOOK + BOOK_TRUSTED_BID) >> 3]).toBeNaN();
});

test("refuses what is no price or no size", () => {
  kernel.bookInit(BOOK, 4);
  for (const load of [false, true]) {
    if (load) kernel.snapshotBegin(BOOK);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      kernel.bookApply(BOOK, 0, bad, 1);
      kernel.bookApply(BOOK, 0, 1, bad);
      kernel.snapshotLevel(BOOK, 0, bad, 1);
      kernel.snapshotLevel(BOOK, 0, 1, bad);
    }
    kernel.bookApply(BOOK, 0, 1, -1);
    if (load) kernel.snapshotEnd(BOOK);
    expect(levelsOf(false)).toEqual([]);
  }
  for (const price of [1, 2, 3, 4]) kernel.bookApply(BOOK, 0, price, 1);
  const before = levelsOf(false);
  kernel.snapshotLevel(BOOK, 0, 5, 1); // outside a snapshot
  expect(levelsOf(false)).toEqual(before);
});

test("bid = ask is crossed, an empty side is not", () => {
  kernel.bookInit(BOOK, 4);
  kernel.bookApply(BOOK, 0, 100, 1);
  expect(kernel.bookCrossed(BOOK)).toBe(0);
  kernel.bookApply(BOOK, 1, 101, 1);
  expect(kernel.bookCrossed(BOOK)).toBe(0);
  kernel.bookApply(BOOK, 0, 101, 1);
  expect(kernel.bookCrossed(BOOK)).toBe(1);
  expect(kernel.bookImbalance(BOOK, 1)).toBeNaN();
  kernel.bookApply(BOOK, 0, 102, 1);
  expect(kernel.bookCrossed(BOOK)).toBe(1);
});

test("imbalance over N levels, not known past the trusted depth or on an empty side", () => {
  kernel.bookInit(BOOK, 3);
  kernel.bookApply(BOOK, 0, 100, 3);
  expect(kernel.bookImbalance(BOOK, 1)).toBeNaN();
  kernel.bookApply(BOOK, 0, 99, 2);
  kernel.bookApply(BOOK, 1, 101, 1);
  expect(kernel.bookImbalance(BOOK, 1)).toBe(0.5);
  expect(kernel.bookImbalance(BOOK, 5)).toBe((3 + 2 - 1) / 6); // complete sides count with what they have
  expect(kernel.bookImbalance(BOOK, 0)).toBeNaN();
  kernel.snapshotTrust(BOOK);
  expect(kernel.bookImbalance(BOOK, 1)).toBe(0.5);
  expect(kernel.bookImbalance(BOOK, 2)).toBeNaN(); // one ask only, and the venue cut there
  kernel.bookApply(BOOK, 1, 102, 4);
  expect(kernel.bookImbalance(BOOK, 2)).toBeNaN(); // two asks, the second beyond the cut
});
