// Correlation and cointegration: against figures that an independent program computed on recordings, and against plain arithmetic.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { align, returnCorrelation } from "crosstick/internal/research/align";
import { bothWays, engleGranger, halfLifeOf, mackinnonP, normal } from "crosstick/internal/research/cointegration";
import { qValues } from "crosstick/internal/research/false-discovery";
import { correlatePairs, rankPairs } from "crosstick/internal/research/pairs";
import { type BarSeries, readBars, widened } from "crosstick/internal/sources/recording/bars";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { crosstick } from "../cli/crosstick.js";
import { randomFrom } from "../kernel/engine-kernel.js";
import figures from "./reference/figures.json" with { type: "json" };

const shared = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const hasRecordings = existsSync(shared);
if (!hasRecordings) console.log("no recordings at ../shared/data: pairs are not compared with figures of real bars");
const folder = mkdtempSync(join(tmpdir(), "crosstick-bars-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const SEED = Number(process.env.CROSSTICK_SEED ?? Date.now() % 2 ** 31);
console.log(`research: CROSSTICK_SEED=${SEED}`);

const HOUR = 3_600_000;
function series(name: string, closes: readonly number[], missing: ReadonlySet<number> = new Set()): BarSeries {
  const kept = closes.flatMap((close, i) =>
    missing.has(i) ? [] : [{ ms: 1_700_000_000_000 - (1_700_000_000_000 % HOUR) + i * HOUR, close }],
  );
  return {
    ...{ name, widthMs: HOUR, openMs: Float64Array.from(kept.map(({ ms }) => ms)) },
    close: Float64Array.from(kept.map(({ close }) => close)),
  };
}
const gaussian = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

describe.skipIf(!hasRecordings)("on real bars the figures are those of an independent program", () => {
  test.each(figures.cases)("$a and $b, bars of $seconds s", async ({ a, b, seconds, ...wanted }) => {
    const [first, second] = await Promise.all([a, b].map((path) => readBars(join(shared, path))));
    const aligned = align(widened(first, seconds * 1000), widened(second, seconds * 1000));
    expect(aligned.bar.length).toBe(wanted.bars);
    const { correlation, returns } = returnCorrelation(aligned);
    expect(returns).toBe(wanted.returns);
    expect(correlation).toBeCloseTo(wanted.correlation, 10);
    const found = bothWays(aligned);
    for (const way of ["aOnB", "bOnA"] as const) {
      expect(found[way]?.lags).toBe(wanted[way].lags);
      for (const key of ["alpha", "beta", "statistic", "p"] as const)
        expect(found[way]?.[key], `${way} ${key}`).toBeCloseTo(wanted[way][key], 7);
      const halfLife = wanted[way].halfLife;
      if (halfLife !== null) expect((found[way]?.halfLife ?? Number.NaN) / halfLife).toBeCloseTo(1, 6);
    }
  });
});

test("p-values are those of the published critical values for two variables", () => {
  // MacKinnon, Critical Values for Cointegration Tests (2010), table 2: N = 2, constant, no trend.
  for (const [statistic, p] of [
    [-3.89644, 0.01],
    [-3.33613, 0.05],
    [-3.04445, 0.1],
  ])
    expect(mackinnonP(statistic)).toBeCloseTo(p, 3);
  expect([mackinnonP(-20), mackinnonP(1), mackinnonP(Number.NaN)]).toEqual([0, 1, Number.NaN]);
  let before = 0;
  for (let statistic = -8; statistic < 0.9; statistic += 0.01) {
    const p = mackinnonP(statistic);
    expect(p).toBeGreaterThanOrEqual(before - 1e-3);
    before = p;
  }
});

test("the normal distribution", () => {
  for (const [z, p] of [
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.959963984540054, 0.025],
    [-5, 2.866515718791933e-7],
    [3, 0.9986501019683699],
    [-10, 7.61985302416052e-24],
  ])
    expect(normal(z) / p).toBeCloseTo(1, 11);
});

test("a walk together with noise around it is found, two walks of their own are not", () => {
  const random = randomFrom(SEED);
  const found = { together: 0, apart: 0 };
  for (let trial = 0; trial < 40; trial++) {
    const [walk, other] = [[10], [5]];
    for (let i = 1; i < 500; i++) {
      walk.push(walk[i - 1] + 0.01 * gaussian(random));
      other.push(other[i - 1] + 0.01 * gaussian(random));
    }
    const bar = Float64Array.from(walk.keys());
    const x = Float64Array.from(walk);
    const near = x.map((value) => 2 + 0.7 * value + 0.005 * gaussian(random));
    if ((engleGranger(bar, near, x)?.p ?? 1) < 0.01) found.together++;
    if ((engleGranger(bar, Float64Array.from(other), x)?.p ?? 1) < 0.01) found.apart++;
    expect(engleGranger(bar, near, x)?.beta).toBeCloseTo(0.7, 0);
  }
  expect(found.together).toBe(40);
  expect(found.apart).toBeLessThan(6);
});

test("too few bars, or one that does not move, is no test", () => {
  const bar = Float64Array.from({ length: 100 }, (_, i) => i);
  const flat = new Float64Array(100).fill(3);
  const moving = bar.map((i) => Math.sin(i));
  expect(engleGranger(bar.subarray(0, 49), moving.subarray(0, 49), moving.subarray(0, 49))).toBeNull();
  expect(engleGranger(bar, moving, flat)).toBeNull();
  expect(engleGranger(bar, flat, moving)).toBeNull();
});

test("half-life of a process whose half-life is known; a hole in the bars makes no change of its own", () => {
  const random = randomFrom(SEED + 1);
  const keep = 0.5 ** (1 / 8);
  const s = [0];
  for (let i = 1; i < 20_000; i++) s.push(keep * s[i - 1] + gaussian(random));
  const bar = Float64Array.from(s.keys());
  expect(halfLifeOf(bar, Float64Array.from(s))).toBeGreaterThan(6.5);
  expect(halfLifeOf(bar, Float64Array.from(s))).toBeLessThan(9.8);
  const exact = Float64Array.from({ length: 50 }, (_, i) => 0.5 ** (i / 4));
  expect(halfLifeOf(Float64Array.from(exact.keys()), exact)).toBeCloseTo(4, 9);
  const holed = Float64Array.from(exact.keys()).map((i) => (i < 20 ? i : i + 5));
  const jumped = exact.map((value, i) => (i < 20 ? value : 7 * value));
  expect(halfLifeOf(holed, jumped)).toBeGreaterThan(3.99);
});

test("correlation is that of plain sums over bars that both have; a bar missing on either side is left out", () => {
  const step = fc.tuple(
    fc.integer({ min: -50, max: 50 }),
    fc.integer({ min: -50, max: 50 }),
    fc.constantFrom("", "", "", "a", "b"),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 120 }), (steps) => {
      const [a, b] = [[100], [200]];
      for (const [da, db] of steps) {
        a.push(a[a.length - 1] * Math.exp(da / 1e4));
        b.push(b[b.length - 1] * Math.exp(db / 1e4));
      }
      const without = (which: string) => new Set(steps.flatMap(([, , one], i) => (one === which ? [i] : [])));
      const [gapsA, gapsB] = [without("a"), without("b")];
      const aligned = align(series("a", a, gapsA), series("b", b, gapsB));
      const has = (i: number) => !gapsA.has(i) && !gapsB.has(i);
      const pairs = steps.flatMap((_, i) =>
        has(i) && has(i + 1) ? [[Math.log(a[i + 1] / a[i]), Math.log(b[i + 1] / b[i])]] : [],
      );
      const { correlation, returns } = returnCorrelation(aligned, 2);
      expect(returns).toBe(pairs.length);
      const mean = (k: number) => pairs.reduce((sum, pair) => sum + pair[k], 0) / pairs.length;
      const sum = (j: number, k: number) =>
        pairs.reduce((all, pair) => all + (pair[j] - mean(j)) * (pair[k] - mean(k)), 0);
      const scale = Math.sqrt(sum(0, 0) * sum(1, 1));
      if (pairs.length >= 2 && scale > 1e-12) expect(correlation).toBeCloseTo(sum(0, 1) / scale, 7);
    }),
    { seed: SEED },
  );
});

test("q-values control the false-discovery rate as the definition says", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }), (p) => {
      const q = qValues(p);
      for (const level of [0.01, 0.05, 0.2, 0.5]) {
        // Benjamini and Hochberg: the largest k with p(k) <= k/m * level; all up to it are discoveries.
        const sorted = [...p].sort((x, y) => x - y);
        const k = sorted.findLastIndex((value, i) => value <= ((i + 1) / p.length) * level);
        const called = p.filter((_, i) => q[i] <= level).length;
        const wanted = k < 0 ? 0 : sorted.filter((value) => value <= sorted[k]).length;
        expect(Math.abs(called - wanted)).toBeLessThanOrEqual(
          p.some((value, i) => Math.abs(q[i] - level) < 1e-12 && value > 0) ? p.length : 0,
        );
      }
    }),
    { seed: SEED },
  );
  expect(qValues([0.01, Number.NaN, 0.04])).toEqual([0.02, Number.NaN, 0.04]);
});

test("bars in any order are read by time, and of two that open together the later line counts", async () => {
  const path = join(folder, "mixed.csv");
  const bars = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 3, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(bars, fc.array(fc.nat(), { maxLength: 10 }), async (minutes, again) => {
      const rows = [...minutes, ...again.map((i) => minutes[i % minutes.length])];
      const base = 1_700_000_040_000;
      writeFileSync(path, `time,close\n${rows.map((minute, i) => `${base + minute * 60_000},${i + 1}`).join("\n")}\n`);
      const wanted = new Map(rows.map((minute, i) => [base + minute * 60_000, i + 1]));
      const { openMs, close } = await readBars(path);
      expect([...openMs].map((ms, i) => [ms, close[i]])).toEqual([...wanted].sort(([a], [b]) => a - b));
    }),
    { seed: SEED, numRuns: 50 },
  );
  rmSync(path); // other tests read the whole folder
});

test("fifty instruments on all cores: the pairs that were made to belong together come first, and no others are called", async () => {
  const random = randomFrom(7); // one sample: how much a test finds in another is chance
  const all: BarSeries[] = [];
  for (let i = 0; i < 50; i++) {
    const partner = i % 10 === 1 ? all[i - 1] : null;
    const closes = [100 + i];
    for (let t = 1; t < 400; t++)
      closes.push(
        partner === null
          ? closes[t - 1] * Math.exp(0.01 * gaussian(random))
          : Math.exp(0.8 * Math.log(partner.close[t]) + 0.004 * gaussian(random)),
      );
    if (partner !== null) closes[0] = closes[1];
    all.push(series(`s${i}`, closes));
  }
  const ranked = await rankPairs(all);
  expect(ranked.length).toBe(1225);
  const made = [0, 10, 20, 30, 40].map((i) => [`s${i}`, `s${i + 1}`].join());
  expect(
    ranked
      .slice(0, 5)
      .map(({ a, b }) => [a, b].join())
      .sort(),
  ).toEqual(made.sort());
  expect(ranked.filter(({ q }) => q < 0.001).length).toBe(5);
  const correlated = await correlatePairs(all, { workers: 2 });
  expect(
    correlated
      .slice(0, 5)
      .map(({ a, b }) => [a, b].join())
      .sort(),
  ).toEqual(made.sort());
});

describe("the commands", () => {
  const random = randomFrom(SEED + 3);
  const closes = [100];
  for (let i = 1; i < 300; i++) closes.push(closes[i - 1] * Math.exp(0.01 * gaussian(random)));
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text);
    return path;
  };
  const csv = write(
    "a.csv",
    `instrument,bar,time,open,high,low,close,volume,quote_volume,trades\n${closes
      .map(
        (close, i) =>
          `binance:A/USDT,1h,${new Date(1_700_000_000_000 - (1_700_000_000_000 % HOUR) + i * HOUR).toISOString().slice(0, 19)}Z,1,1,1,${close},,,`,
      )
      .join("\n")}\n`,
  );
  const lines = write(
    "b.ndjson.gz",
    closes
      .map((close, i) =>
        JSON.stringify({
          instrument: "okx:B/USDT",
          bar: "1h",
          ts: `${1_700_000_000_000 - (1_700_000_000_000 % HOUR) + i * HOUR}000000`,
          close: close * 2,
        }),
      )
      .join("\n"),
  );

  test("correlate and pairs read what fetch writes, and print a table or JSON lines", () => {
    const { code, stdout } = crosstick(["correlate", csv, lines, "--json"]);
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { a: "binance:A/USDT", b: "okx:B/USDT", correlation: expect.closeTo(1, 12), returns: 299 },
    ]);
    const wide = crosstick(["correlate", csv, lines, "--bars", "4h", "--json"]);
    expect(JSON.parse(wide.stdout).returns).toBeGreaterThan(70);
    const pairs = crosstick(["pairs", folder, "--json"]);
    expect(pairs).toMatchObject({ code: 0, stderr: "" });
    expect(crosstick(["pairs", folder]).stdout).toMatch(/pairs tested; q: the share/);
    expect(crosstick(["correlate", folder]).stdout).toMatch(/^A +B +/);
  });

  test("what is no file of bars is refused by name and line", () => {
    expect(crosstick(["pairs", csv])).toMatchObject({ code: 2, stderr: expect.stringContaining("USAGE_INPUTS") });
    const bad = write("bad.csv", "time,close\n2026-01-01T00:00:00Z,1\n2026-01-01T01:00:00Z,nothing\n");
    expect(crosstick(["pairs", csv, bad])).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/bad.csv, line 3 .*BARS_FILE/),
    });
    const other = write("other.csv", "a,b\n1,2\n");
    expect(crosstick(["pairs", csv, other])).toMatchObject({ code: 5, stderr: expect.stringContaining("BARS_FILE") });
    expect(crosstick(["pairs", csv, lines, "--bars", "1m"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("BARS_WIDTH"),
    });
    rmSync(bad);
    rmSync(other);
  });
});
