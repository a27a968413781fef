import type { SimulatorOptions } from "crosstick/internal/simulator/simulator";
import { describe, expect } from "vitest";
import { type LiveRig, settled, stateOf, liveTest as test, until, type venueRig } from "./rig.js";

/** Unified symbols of three products, one of them in US dollars a contract. */
const SYMBOLS = ["BTC/USDT", "ETH/USDT", "BTC/USDT:USDT", "ETH/USD:ETH", "BTC/USD:BTC-281229"];

/** An engine on the simulated OKX with live books. */
async function ready(liveAt: typeof venueRig, options: Partial<SimulatorOptions> = {}): Promise<LiveRig> {
  const rig = await liveAt("okx", SYMBOLS, { seed: 11, ...options });
  await rig.engine.ready({ timeoutMs: 15_000 });
  return rig;
}

describe.concurrent("OKX over real sockets", () => {
  test("books of three products are the venue's in coins; its keepalive keeps quiet connections", async ({
    liveAt,
  }) => {
    const live = await ready(liveAt, { limits: { okx: { idleMs: 7000 } } });
    await new Promise((resolve) => setTimeout(resolve, 8000));
    expect(await settled(live)).toEqual([]);
    for (const { instrument, gaps, crossed, state } of live.engine.status().instruments)
      expect([instrument, gaps, crossed, state]).toEqual([instrument, 0, 0, "live"]);
    expect(live.notes.filter((note) => !note.startsWith("info"))).toEqual([]);
    expect(live.engine.status().instruments).toHaveLength(SYMBOLS.length);
  });

  test("a lost update is one gap there, which heals; numbers begun anew are none", async ({ liveAt }) => {
    const live = await ready(liveAt);
    live.simulator.fault({ kind: "reset", venue: "okx", product: "spot", channel: "books" });
    live.simulator.fault({ kind: "drop", stream: "books:BTC-USDT-SWAP" });
    await until("the gap", () => stateOf(live, "okx:BTC/USDT:USDT").gaps === 1);
    await until("live again", () => stateOf(live, "okx:BTC/USDT:USDT").state === "live");
    expect(await settled(live)).toEqual([]);
    const gaps = live.engine.status().instruments.map(({ instrument, gaps: count }) => [instrument, count]);
    expect(gaps.filter(([, count]) => count !== 0)).toEqual([["okx:BTC/USDT:USDT", 1]]);
    expect(live.simulator.injected()).toMatchObject({ drop: 1, reset: 2 });
  });

  test("checksums are proved where the venue sends them, and a false level is noticed by them alone", async ({
    liveAt,
  }) => {
    const live = await ready(liveAt, { limits: { okx: { checksums: 1 } } });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(live.engine.status().instruments.map(({ gaps }) => gaps)).toEqual([0, 0, 0, 0, 0]);
    live.simulator.fault({ kind: "crossed", stream: "books:ETH-USDT" });
    await until("the gap", () => stateOf(live, "okx:ETH/USDT").gaps === 1);
    await until("live again", () => stateOf(live, "okx:ETH/USDT").state === "live");
    expect(await settled(live)).toEqual([]);
    expect(live.engine.status().instruments.find(({ instrument }) => instrument === "okx:ETH/USDT")?.crossed).toBe(0);
  });

  test("a connection that the venue will end is left before, without a gap", async ({ liveAt }) => {
    const live = await ready(liveAt, { limits: { okx: { connects: 100 } } });
    const before = live.simulator.connections();
    live.simulator.fault({ kind: "server-shutdown", venue: "okx", product: "spot" });
    await until("a successor", () =>
      live.notes.some((note) => note.includes("spot") && /leav|success|take/i.test(note)),
    );
    await until("as many connections as before", () => live.simulator.connections() === before, 20_000);
    expect(await settled(live)).toEqual([]);
    expect(live.engine.status().instruments.map(({ gaps }) => gaps)).toEqual([0, 0, 0, 0, 0]);
  });
});
