// Figures of a pair between its samples: what the next sample would say now, told while it moves.
import { afterEach, expect, test } from "vitest";
import { type Served, servedRig } from "./served.js";

let rig: Served | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

const SAMPLE_MS = 1000;
const [A, B] = ["bybit:BTC/USDT:USDT", "bybit:ETH/USDT:USDT"];
const pair = {
  ...{ kind: "pair-zscore", a: A, b: B, entryZ: 1.2, exitZ: 0.1 },
  statistics: { sampleMs: SAMPLE_MS, window: 200, minSamples: 3 },
  notional: { amount: 100, currency: "USDT" },
};
const kinds: Record<string, (a: number, b: number) => number> = {
  difference: (a, b) => a - b,
  ratio: (a, b) => a / b,
  "log-ratio": (a, b) => Math.log(a / b),
};

test("what `between` tells between samples is the spread of now; without it only samples are told", async () => {
  rig = await servedRig([["bybit", "linear"]], {
    assets: ["BTC", "ETH"],
    config: {
      strategies: Object.keys(kinds).flatMap((spread) => [
        { name: `grid-${spread}`, ...pair, spread },
        { name: `between-${spread}`, ...pair, spread, between: true },
      ]),
    },
  });
  const { simulator, served, get } = rig;
  const figures = async (): Promise<Told[]> => (await get("/v1/pairs")).body.pairs as Told[];
  await served.engine.ready({ timeoutMs: 10_000 });
  const times = new Map<string, Set<number>>();
  const look = async (): Promise<void> => {
    for (const { strategy, ts } of await figures())
      times.set(strategy, (times.get(strategy) ?? new Set()).add(Number(BigInt(ts) / 1000n)));
  };
  const offGrid = (name: string) => [...(times.get(name) ?? [])].filter((us) => us % (SAMPLE_MS * 1000) !== 0).length;
  const untilMs = performance.now() + 20_000;
  while (Object.keys(kinds).some((kind) => offGrid(`between-${kind}`) < 8) && performance.now() < untilMs) {
    await look();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await simulator.freeze();
  await new Promise((resolve) => setTimeout(resolve, 700));
  const last = await figures();
  const [a, b] = await Promise.all(
    [A, B].map(async (id) => {
      const { bestBid, bestAsk } = (await get(`/v1/orderbook?instrument=${encodeURIComponent(id)}&depth=1`)).body;
      return ((bestBid as number) + (bestAsk as number)) / 2;
    }),
  );
  for (const [kind, spreadOf] of Object.entries(kinds)) {
    expect(offGrid(`between-${kind}`)).toBeGreaterThanOrEqual(8);
    expect([times.get(`grid-${kind}`)?.size, offGrid(`grid-${kind}`)]).toEqual([expect.any(Number), 0]);
    const told = last.find(({ strategy }) => strategy === `between-${kind}`)?.figures;
    if (told === undefined) throw new Error(`no figures of ${kind}`);
    const { spread, mean, deviation, z } = told;
    expect(z).toBeCloseTo((spread - mean) / deviation, 6);
    // Not told again for less than a hundredth of z.
    expect(Math.abs(spread - spreadOf(a, b))).toBeLessThanOrEqual(0.011 * deviation);
  }
});

interface Told {
  strategy: string;
  ts: string;
  figures: { spread: number; mean: number; deviation: number; z: number };
}
