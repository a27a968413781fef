// The live correlation window: fed with quotes of known returns.
import * as L from "crosstick/internal/layout";
import { Correlations } from "crosstick/internal/live/correlations";
import type { LiveEngine } from "crosstick/internal/live/live-engine";
import { afterEach, expect, test, vi } from "vitest";
import { randomFrom, seed } from "../kernel/engine-kernel.js";

afterEach(() => {
  vi.useRealTimers();
});

function pearson(x: number[], y: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(x), mean(y)];
  const sum = (of: (i: number) => number) => x.reduce((all, _, i) => all + of(i), 0);
  return sum((i) => (x[i] - a) * (y[i] - b)) / Math.sqrt(sum((i) => (x[i] - a) ** 2) * sum((i) => (y[i] - b) ** 2));
}

test("is that of the returns seen; a second in which a book was not live is left out, a new instrument begins anew", () => {
  vi.useFakeTimers();
  const random = randomFrom(seed);
  const ids = ["binance:A/USDT", "okx:A/USDT", "okx:B/USDT"];
  const mids = [100, 100, 50];
  let down = false;
  const live = {
    known: () => ids,
    quote: (index: number) => ({
      ...{ bid: mids[index] * 0.9999, ask: mids[index] * 1.0001 },
      state: down && index === 1 ? L.STATE_GAP : L.STATE_LIVE,
    }),
  } as unknown as LiveEngine;
  const correlations = new Correlations(live);
  const logs: number[][] = [];
  const returns: number[][] = [];
  for (let second = 0; second < 200; second++) {
    const common = (random() - 0.5) * 1e-3;
    [common, common + (random() - 0.5) * 1e-4, (random() - 0.5) * 1e-3].forEach((step, i) => {
      mids[i] *= Math.exp(step);
    });
    down = second % 17 === 5;
    logs.push(mids.map((mid) => (down ? Number.NaN : Math.log(mid))));
    if (second > 0) returns.push(logs[second].map((log, i) => log - logs[second - 1][i]));
    vi.advanceTimersByTime(1000);
    if (second === 20)
      expect(correlations.read(null).pairs.map(({ correlation }) => correlation)).toEqual([null, null, null]);
  }
  const whole = returns.filter((row) => !row.some(Number.isNaN));
  const found = correlations.read(null);
  expect(found.returns).toBe(whole.length);
  expect(found.pairs.map(({ a, b }) => [a, b])).toEqual([
    [ids[0], ids[1]],
    [ids[0], ids[2]],
    [ids[1], ids[2]],
  ]);
  const column = (i: number) => whole.map((row) => row[i]);
  for (const [k, [a, b]] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ].entries())
    expect(found.pairs[k].correlation).toBeCloseTo(pearson(column(a), column(b)), 6);
  expect(found.pairs[0].correlation).toBeGreaterThan(0.9);
  expect(correlations.read(ids[2]).pairs.length).toBe(2);
  ids.push("okx:C/USDT");
  mids.push(1);
  vi.advanceTimersByTime(3000);
  expect(correlations.read(null)).toMatchObject({ returns: 2 });
  expect(correlations.read(null).pairs.length).toBe(6);
  correlations.stop();
});
