import { barPages, wholeBars } from "crosstick/internal/queries/bars";
import { queriesFor } from "crosstick/internal/queries/market-queries";
import type { BarName, BarRange, Candle } from "crosstick/internal/venues/queries";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MarketRig, marketRig } from "./market-rig.js";

const dayMs = 86_400_000;
const start = Date.UTC(2024, 0, 1);

let rig: MarketRig;
beforeAll(async () => {
  rig = await marketRig({ venues: ["binance", "bybit"] });
});
afterAll(() => rig.simulator.stop());

async function bars(venue: "binance" | "bybit", symbol: string, range: BarRange) {
  const { queries } = rig;
  const instrument = await queries.find(venue, symbol);
  const all: Candle[] = [];
  let pages = 0;
  for await (const page of barPages(queries.desk, await queriesFor(venue), instrument, range)) {
    all.push(...page.bars);
    pages++;
  }
  return { all, pages };
}

describe("bars page by page", () => {
  test.each([
    ["binance", "BTC/USDT", "1m"],
    ["binance", "BTC/USD:BTC", "5m"],
    ["bybit", "BTC/USDT:USDT", "1m"],
    ["bybit", "BTC/USD:BTC", "15m"],
  ] as const)("%s %s %s: every bar once, in order, the same by whatever pages", async (venue, symbol, bar) => {
    const widthMs = { "1m": 60_000, "5m": 300_000, "15m": 900_000 }[bar];
    const toMs = start + 1234 * widthMs;
    const { all, pages } = await bars(venue, symbol, { bar, fromMs: start, toMs });
    expect(pages).toBe(2);
    expect(all.map(({ openMs }) => openMs)).toEqual(
      Array.from({ length: 1234 }, (_, index) => start + index * widthMs),
    );
    const { all: some } = await bars(venue, symbol, {
      bar,
      fromMs: start + 997 * widthMs,
      toMs: start + 1004 * widthMs,
    });
    expect(some).toEqual(all.slice(997, 1004));
    for (const { open, high, low, close, volume } of all) {
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
      expect(volume).toBeGreaterThan(0);
    }
  });

  test("what was never traded is missing, not made up", async () => {
    const fromMs = Date.UTC(2019, 11, 30);
    const { all } = await bars("binance", "BTC/USDT", { bar: "1d", fromMs, toMs: fromMs + 5 * dayMs });
    expect(all.map(({ openMs }) => openMs)).toEqual([2, 3, 4].map((day) => fromMs + day * dayMs));
  });

  test("a width that there is not is said before anything is asked", async () => {
    const range = { bar: "7m" as BarName, fromMs: start, toMs: start + dayMs };
    await expect(bars("binance", "BTC/USDT", range)).rejects.toMatchObject({ code: "BARS_UNKNOWN", exitCode: 2 });
  });

  test("only whole bars that are over: the one that grows is left for later", () => {
    const range = { bar: "1h", fromMs: start + 1, toMs: start + 10 * 3_600_000 } as const;
    expect(wholeBars(range, start + 3.5 * 3_600_000)).toEqual({
      ...{ bar: "1h", fromMs: start + 3_600_000, toMs: start + 3 * 3_600_000 },
    });
    // Where the venue keeps the last two alone, nothing older is asked for, whether it counts the one that grows or not.
    expect(wholeBars(range, start + 3.5 * 3_600_000, 2)).toMatchObject({ fromMs: start + 3_600_000 });
    expect(wholeBars({ ...range, fromMs: 0 }, start + 3.5 * 3_600_000, 2)).toMatchObject({
      fromMs: start + 3_600_000,
    });
    expect(wholeBars({ ...range, toMs: start + 1.5 * 3_600_000 }, start + dayMs)).toMatchObject({
      toMs: start + 2 * 3_600_000,
    });
  });
});
