// Pairs that fall apart: real bars against the same figures computed bar by bar, and a pair made to break.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { parseConfig } from "crosstick/internal/config";
import { PairWatch, type WatchedPair } from "crosstick/internal/live/pair-watch";
import { returnCorrelation } from "crosstick/internal/research/align";
import { bothWays } from "crosstick/internal/research/cointegration";
import { expect, test } from "vitest";

const MINUTE = 60_000;
const [A, B] = ["binance:BTC/USDT", "binance:ETH/USDT"];
const watched = (rest: object): WatchedPair => {
  const pair = { a: A, b: B, bars: 200, minBars: 100, ...rest };
  return (parseConfig({ alerts: { pairs: [pair] } }).alerts?.pairs ?? [])[0];
};

/** Normal numbers from a linear congruence: the same ones every time. */
function noise(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Mids of two prices that belong together until bar 400 and then each go their own way. */
function breaking(bars: number): [number, number][] {
  const [common, apart, own] = [noise(1), noise(2), noise(3)];
  let x = Math.log(60_000);
  let y = Math.log(3000);
  let distance = 0;
  return Array.from({ length: bars }, (_, i) => {
    const step = 0.001 * common();
    x += step;
    if (i < 400) {
      const before = distance;
      distance = 0.5 * distance + 0.0001 * apart();
      y += step + distance - before;
    } else y += 0.001 * own();
    return [Math.exp(x), Math.exp(y)];
  });
}

/** Names of the conditions after each bar. */
function follow(pair: WatchedPair, mids: readonly [number, number][]): string[][] {
  let now: [number, number] = [Number.NaN, Number.NaN];
  const watch = new PairWatch(pair, (id) => now[id === A ? 0 : 1]);
  return mids.map((pairOfMids, i) => {
    now = pairOfMids;
    const names = watch.look(i * MINUTE).map(({ key }) => key.split(" ")[0]);
    now = [1, 1]; // within the same bar nothing is looked at again
    expect(watch.look(i * MINUTE + 1000).map(({ key }) => key.split(" ")[0])).toEqual(names);
    return names;
  });
}

test("nothing while they belong together, both alerts once they do not, and none before there are enough bars", () => {
  const found = follow(watched({ correlationBelow: 0.8, cointegrationAbove: 0.1 }), breaking(700));
  expect(found.slice(0, 400).flat()).toEqual([]);
  expect(found[600]).toEqual(["correlation-breakdown", "cointegration-loss"]);
  // They are together at the start, and still not known to be for 99 bars.
  expect(follow(watched({ correlationBelow: 1, minBars: 100 }), breaking(101)).map((names) => names.length)).toEqual([
    ...Array(99).fill(0),
    1,
    1,
  ]);
});

test("a time without a live book is no bar, and what is older than the window is forgotten", () => {
  const mids = breaking(400);
  for (let i = 150; i < 280; i++) mids[i] = [mids[i][0], Number.NaN];
  const found = follow(watched({ correlationBelow: 1 }), mids);
  // At bar 250 the window of 200 begins behind bar 50: 100 bars are left up to 149, one less each time.
  expect(
    found.map((names, i) => (names.length > 0 ? i : -1)).filter((i) => i > 0 && (i < 100 || (i > 245 && i < 330))),
  ).toEqual([99, 246, 247, 248, 249]);
});

const folder = fileURLToPath(new URL("../../../shared/data/klines_okx_swap/", import.meta.url));
const hasBars = existsSync(folder);
if (!hasBars) console.info(`no bars at ${folder}: the test with real ones is skipped`);

/** Closes of the first 2,000 bars, by time in both files. */
function closesOf(name: string): number[] {
  const [head, ...rows] = gunzipSync(readFileSync(`${folder}${name}-USDT-SWAP_5m_20220501_20221231.csv.gz`))
    .toString()
    .split("\n");
  const at = head.split(",").indexOf("close");
  return rows.slice(0, 2000).map((row) => Number(row.split(",")[at]));
}

test.skipIf(!hasBars)("on real bars, what the same figures say of each window", () => {
  const eth = closesOf("ETH");
  const closes = closesOf("BTC").map((close, i): [number, number] => [close, eth[i]]);
  const pair = watched({ correlationBelow: 0.8, cointegrationAbove: 0.2, bars: 150, minBars: 100 });
  const found = follow(pair, closes);
  const seen = new Set<string>();
  for (let i = 0; i < closes.length; i += 37) {
    const from = Math.max(0, i - 149);
    const span = closes.slice(from, i + 1);
    const column = (k: 0 | 1): Float64Array => Float64Array.from(span, (row) => Math.log(row[k]));
    const aligned = { bar: Float64Array.from(span, (_, j) => from + j), a: column(0), b: column(1) };
    const { aOnB, bOnA } = bothWays(aligned);
    const names = [];
    if (span.length >= 100 && returnCorrelation(aligned).correlation < 0.8) names.push("correlation-breakdown");
    if (span.length >= 100 && Math.min(aOnB?.p ?? 1, bOnA?.p ?? 1) > 0.2) names.push("cointegration-loss");
    expect([i, found[i]]).toEqual([i, names]);
    for (const name of names) seen.add(name);
  }
  expect(seen.size).toBeGreaterThan(0);
});

test.each([
  [{ b: A }, /same instrument/],
  [{ minBars: 201 }, /more than the window/],
  [{ correlationBelow: undefined }, /nothing to watch for/],
])("a pair that cannot be watched is refused: %j", (rest, message) => {
  const pair = { a: A, b: B, bars: 200, minBars: 100, correlationBelow: 0.8, ...rest };
  expect(() => parseConfig({ alerts: { pairs: [pair] } })).toThrow(message);
});
