// Reports in a real browser: charts are drawn, text from outside stays text, nothing is loaded from elsewhere.
import { existsSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { StrategyBacktest } from "crosstick/internal/backtest";
import type { Outcome } from "crosstick/internal/engine/outcomes";
import type { Signal } from "crosstick/internal/engine/signal";
import type { ReplaySummary } from "crosstick/internal/replay";
import { backtestReport } from "crosstick/internal/report/backtest-report";
import { outcomesTable } from "crosstick/internal/report/outcomes-table";
import { replayReport } from "crosstick/internal/report/replay-report";
import { agesTable, signalsTable } from "crosstick/internal/report/signals-table";
import { sweepReport } from "crosstick/internal/report/sweep-report";
import { thinned } from "crosstick/internal/report/thin";
import type { SweepResult } from "crosstick/internal/sweep";
import fc from "fast-check";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordingFolder } from "../replay/run-replay.js";

const CHROMIUM = "/usr/bin/chromium";
const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) console.log("no chromium: reports are not looked at in a browser");
const folder = recordingFolder();
const HOSTILE = '</script><script>window.taken=1</script><img src=x onerror="window.taken=1">';

const summary = {
  ...{
    frames: 1000,
    ignored: 1,
    rejected: 2,
    rejections: { [HOSTILE]: 2 },
    records: 9,
    templateMisses: 0,
    elapsedMs: 10,
  },
  ...{
    framesPerSecond: 100_000,
    instruments: {},
    strategies: { [HOSTILE]: { kind: "basis", signals: 0, refused: { depth: 3 } } },
  },
  ...{ clock: { binance: { offsetUs: 1200, uncertaintyUs: null, method: "receive-minimum" } }, digest: "d".repeat(64) },
} as unknown as ReplaySummary;
const figures = Array.from({ length: 500 }, (_, i) => ({
  strategy: HOSTILE,
  timeUs: 1_700_000_000_000_000 + i * 1_000_000,
  figures: { basisBps: Math.sin(i / 20), mean: 0, z: i < 30 ? null : Math.sin(i / 20) * 2 },
}));

const equity = Array.from({ length: 3000 }, (_, i) => ({
  ts: String(1_700_000_000_000_000_000n + BigInt(i) * 3_600_000_000_000n),
  equity: 100 * Math.sin(i / 100),
}));
const strategies: Record<string, StrategyBacktest> = {
  [HOSTILE]: {
    ...{ kind: "pair-zscore", signals: 4, refused: { depth: 1 }, equity },
    trades: [
      {
        signal: "p-1",
        strategy: HOSTILE,
        opened: equity[0].ts,
        closed: null,
        pnl: null,
        legs: [{ instrument: HOSTILE, side: "buy", size: 1, entry: 2, exit: null }],
      },
    ],
    report: {
      ...{
        currency: "USDT",
        trades: 1,
        closed: 0,
        fills: 2,
        partialFills: 0,
        pnl: -3,
        fees: 1,
        funding: 0,
        turnover: 1000,
      },
      ...{
        hitRate: null,
        sharpe: null,
        maxDrawdown: 5,
        exposure: 0.5,
        balances: {},
        legsRefused: {},
        unvalued: [],
        positions: {},
      },
    },
  },
};

const swept: SweepResult[] = [3, -1, null, 5].map((pnl, i) => ({
  point: { [`${HOSTILE}.entryZ`]: 1 + (i % 2), "p.window": i < 2 ? 100 : 200 },
  reports: { [HOSTILE]: { ...strategies[HOSTILE].report, pnl } },
}));

describe.skipIf(!hasBrowser)("a report", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  afterAll(() => browser.close());

  test.each([
    ["sweep", sweepReport({ inputs: [HOSTILE], latencyMs: 50, halfSpreadBps: null, results: swept }), 0],
    ["replay", replayReport({ inputs: [HOSTILE], summary, signals: [], figures }), 2],
    [
      "backtest",
      backtestReport({
        inputs: [HOSTILE],
        latencyMs: 50,
        halfSpreadBps: 0.5,
        strategies,
        settings: { [HOSTILE]: { kind: HOSTILE } },
      }),
      1,
    ],
  ])("of a %s draws its charts, wide and narrow, and takes hostile text as text", async (name, html, charts) => {
    const path = folder.path(`${name}.html`);
    writeFileSync(path, html);
    for (const width of [1280, 400]) {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      const errors: string[] = [];
      const asked: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.on("request", (request) => asked.push(request.url()));
      await page.goto(pathToFileURL(path).href);
      if (charts > 0)
        await page
          .locator(".u-over")
          .nth(charts - 1)
          .waitFor();
      expect(await page.locator("canvas").count()).toBe(charts);
      expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
      expect(await page.evaluate(() => (window as { taken?: number }).taken)).toBeUndefined();
      expect(await page.locator("img").count()).toBe(0);
      expect(await page.locator("body").textContent()).toContain(HOSTILE);
      expect(errors).toEqual([]);
      expect(asked).toEqual([pathToFileURL(path).href]);
      await page.close();
    }
  });
});

test("outcomes are told as medians and shares of what is known", () => {
  const outcome = (netBps: number, later: number | null, filled: boolean | null): Outcome => ({
    ...{ signal: "s-1", strategy: "cross", direction: "d", ts: "1700000000000000000", netBps },
    after: [{ ms: 10, netBps: later, filled }],
  });
  const some = [outcome(5, 4, true), outcome(3, -1, false), outcome(4, 2, true), outcome(9, null, null)];
  const { rows } = outcomesTable([...some, { ...some[1], strategy: "other" }]);
  expect(rows).toEqual([
    ["cross", 4, "4.00", 10, "2.00", "66.7", "66.7", 1],
    ["other", 1, "3.00", 10, "-1.00", "0.0", "0.0", 0],
  ]);
  expect(outcomesTable([]).rows).toEqual([]);
});

test("a sweep's report has the best points first, and what each value does", () => {
  const html = sweepReport({ inputs: [], latencyMs: 1, halfSpreadBps: null, results: swept });
  const rows = [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
    [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell]) => cell).slice(0, 6),
  );
  expect(rows.filter((row) => row.length > 0)).toEqual([
    ["1", "2", "100.0 %", "3.00", "3.00", "3.00"],
    ["2", "2", "50.0 %", "-1.00", "5.00", "-1.00"],
    ["100", "2", "50.0 %", "-1.00", "3.00", "-1.00"],
    ["200", "2", "100.0 %", "5.00", "5.00", "5.00"],
    ...[
      ["2", "200", "5.00"],
      ["1", "100", "3.00"],
      ["2", "100", "-1.00"],
      ["1", "200", "–"],
    ].map((row) => [...row, "1.00", "1", "–"]),
  ]);
});

test("signals show each leg under them, and how old its book was", () => {
  const leg = (instrument: string, ageUs: number) => ({
    ...{ instrument, side: "buy" as const, size: 0.5, price: 100, worstPrice: 101, levels: 2, feeBps: 1, ageUs },
    ...{ uncertaintyUs: 1500, book: { state: "live" as const, sequence: 7 } },
  });
  const signals = [1000, 3000, 9000].map((age, i) => ({
    ...{ id: `s-${i}`, strategy: "s", ts: "1700000000000000000", legs: [leg("a:X/Y", age), leg("b:X/Y", 2 * age)] },
    ...{ action: "enter", direction: "d", grossBps: 3, feesBps: 1, fundingBps: null, netBps: 2 },
  })) as unknown as Signal[];
  expect(signalsTable(signals).details?.[0][0]).toBe(
    "buy 0.5 a:X/Y @ 100, 2 levels to 101, book live #7, 9.0 ms old, clock ± 1.5 ms",
  );
  expect(agesTable(signals).rows).toEqual([
    ["s", "a:X/Y", 3, "3.0", "9.0", "9.0", "1.5"],
    ["s", "b:X/Y", 3, "6.0", "18.0", "18.0", "1.5"],
  ]);
});

test("thinning keeps order, ends of what is short, and every peak", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 500 }),
      fc.integer({ min: 2, max: 100 }),
      (values, most) => {
        const points = values.map((value, i) => ({ value, i }));
        const kept = thinned(points, ({ value }) => value, most);
        expect(kept.length).toBeLessThanOrEqual(Math.max(most + 2, 2));
        expect(kept.map(({ i }) => i)).toEqual([...kept.map(({ i }) => i)].sort((a, b) => a - b));
        if (values.length === 0) return;
        expect(Math.max(...kept.map(({ value }) => value))).toBe(Math.max(...values));
        expect(Math.min(...kept.map(({ value }) => value))).toBe(Math.min(...values));
        if (values.length <= most) expect(kept).toEqual(points);
      },
    ),
  );
});
