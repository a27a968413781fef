import { REGIONS_AT, VWAP_HEADER_BYTES, VWAP_OVERFLOWED, VWAP_PRICE, VWAP_SINCE } from "crosstick/internal/layout";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectWithin, randomFrom, seed, startTestKernel } from "./engine-kernel.js";

const under = startTestKernel(8);
const { kernel, f64, u32, u8 } = under;
const VWAP = REGIONS_AT + 1024;
const price = (): number => f64[(VWAP + VWAP_PRICE) >> 3];
const overflowed = (): number => u32[(VWAP + VWAP_OVERFLOWED) >> 2];

type Trade = [price: number, size: number, timeUs: number];

/** Sum p q / sum q in integers of 2^-40, rounded once. */
function exactVwap(trades: readonly Trade[]): number {
  let sizes = 0n;
  let turnover = 0n;
  for (const [tradePrice, size] of trades) {
    const q = BigInt(size * 2 ** 40);
    sizes += q;
    turnover += BigInt(tradePrice * 2 ** 40) * q;
  }
  return sizes === 0n ? Number.NaN : Number((turnover << 100n) / sizes) / 2 ** 140;
}

function expectPrice(trades: readonly Trade[]): void {
  const expected = exactVwap(trades);
  if (Number.isNaN(expected)) expect(price()).toBeNaN();
  else expect(Math.abs(price() / expected - 1)).toBeLessThan(1e-15);
}

const tradePrice = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 100000 }).map((n) => n / 64), weight: 10 },
  { arbitrary: fc.constantFrom(2 ** -20, 1e9), weight: 1 },
);
const tradeSize = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 5000 }).map((n) => n / 1024), weight: 10 },
  { arbitrary: fc.constantFrom(2 ** -40, 2 ** 50), weight: 1 },
);

function agreeByCount(n: number, trades: [price: number, size: number][]): void {
  kernel.vwapInit(VWAP, n, Number.NaN);
  expect(price()).toBeNaN();
  const held: Trade[] = [];
  for (const [p, q] of trades) {
    held.push([p, q, 0]);
    if (held.length > n) held.shift();
    expect(kernel.vwapPush(VWAP, p, q, Number.NaN)).toBe(held.length);
    expectPrice(held);
    // The sums never get older than the trades held.
    expect(u32[(VWAP + VWAP_SINCE) >> 2]).toBeLessThan(held.length);
  }
  kernel.vwapAdvance(VWAP, 1e18);
  expectPrice(held);
}

test("by count: the last trades, whatever their times, with sizes from dust to the absurd", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.tuple(tradePrice, tradeSize), { maxLength: 120, size: "max" }),
      (n, trades) => {
        expectWithin(under, VWAP, VWAP_HEADER_BYTES + n * 24, () => agreeByCount(n, trades));
      },
    ),
    { numRuns: 400, seed },
  );
});

/** A step of the time in quarters of a microsecond, or below 0 how late the trade is, and whether there is a trade at all. */
type Event = [price: number, size: number, step: number, isTrade: boolean];

function agreeByTime(capacity: number, events: Event[]): void {
  const spanUs = 100;
  kernel.vwapInit(VWAP, capacity, spanUs);
  let now = 1.7e15;
  let clock = Number.NEGATIVE_INFINITY; // the latest time the window was told
  let held: Trade[] = [];
  let droppedUs = Number.NEGATIVE_INFINITY;
  for (const [p, q, step, isTrade] of events) {
    now += Math.max(step, 0) / 4;
    const timeUs = now + Math.min(step, 0) * 4; // up to 160 µs late: some are outside at once
    clock = Math.max(clock, timeUs);
    held = held.filter(([, , time]) => time > clock - spanUs);
    if (isTrade) {
      if (timeUs > clock - spanUs) held.push([p, q, timeUs]);
      held.sort(([, , a], [, , b]) => a - b);
      if (held.length > capacity) droppedUs = Math.max(droppedUs, (held.shift() as Trade)[2]);
      expect(kernel.vwapPush(VWAP, p, q, timeUs)).toBe(held.length);
    } else kernel.vwapAdvance(VWAP, timeUs);
    const isOverflowing = droppedUs > clock - spanUs;
    expect(overflowed()).toBe(Number(isOverflowing));
    if (isOverflowing) expect(price()).toBeNaN();
    else expectPrice(held);
  }
}

test("by time: trades leave when they are a span old, late ones take their place, too many give no price", () => {
  const event = fc.tuple(tradePrice, tradeSize, fc.integer({ min: -40, max: 60 }), fc.boolean());
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.array(event, { maxLength: 120, size: "max" }),
      (capacity, events) => {
        expectWithin(under, VWAP, VWAP_HEADER_BYTES + capacity * 24, () => agreeByTime(capacity, events));
      },
    ),
    { numRuns: 400, seed },
  );
});

test("a trade that is exactly one span old is out, one that is a microsecond younger is in", () => {
  kernel.vwapInit(VWAP, 10, 100);
  kernel.vwapPush(VWAP, 10, 1, 1000);
  kernel.vwapAdvance(VWAP, 1099);
  expect(price()).toBe(10);
  kernel.vwapAdvance(VWAP, 1050); // time does not go back
  kernel.vwapAdvance(VWAP, 1100);
  expect(price()).toBeNaN();
});

test("refuses what is no trade", () => {
  kernel.vwapInit(VWAP, 10, 100);
  kernel.vwapPush(VWAP, 10, 1, 1000);
  const before = u8.slice(VWAP, VWAP + VWAP_HEADER_BYTES + 240);
  const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1];
  for (const value of bad) {
    expect(kernel.vwapPush(VWAP, value, 1, 1001)).toBe(-1);
    expect(kernel.vwapPush(VWAP, 1, value, 1001)).toBe(-1);
  }
  for (const timeUs of bad.slice(0, 3)) {
    expect(kernel.vwapPush(VWAP, 1, 1, timeUs)).toBe(-1);
    kernel.vwapAdvance(VWAP, timeUs);
  }
  expect(u8.slice(VWAP, VWAP + VWAP_HEADER_BYTES + 240)).toEqual(before);
});

test("a million trades of a drifting price leave no residue", () => {
  const random = randomFrom(seed);
  const n = 1000;
  kernel.vwapInit(VWAP, n, Number.NaN);
  const last: Trade[] = [];
  let worst = 0;
  let level = 60000;
  for (let index = 0; index < 1e6; index++) {
    level *= 1 + (random() - 0.5) * 1e-3;
    const trade: Trade = [Math.round(level * 256) / 256, Math.ceil(random() ** 9 * 2 ** 30) / 2 ** 20, 0];
    last[index % n] = trade;
    kernel.vwapPush(VWAP, trade[0], trade[1], 0);
    if (index % 9973 === 9972) worst = Math.max(worst, Math.abs(price() / exactVwap(last) - 1));
  }
  console.info(`vwap n=${n} after 1e6 trades: relative error ${worst}`);
  expect(worst).toBeLessThan(1e-15);
});
