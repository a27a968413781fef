import { parseConfig } from "crosstick/internal/config";
import type { Engine } from "crosstick/internal/engine";
import { type EngineInternals, startEngine } from "crosstick/internal/engine";
import { createSimulator, type Simulator, type SimulatorOptions } from "crosstick/internal/simulator/simulator";
import { test as base, describe, expect } from "vitest";
import { lasting, until } from "./rig.js";

/** Unified symbols of three products, one of them in US dollars a contract. */
const SYMBOLS = ["BTC/USDT", "ETH/USDT", "BTC/USDT:USDT", "ETH/USD:ETH", "BTC/USD:BTC-281229"];

interface OkxRig {
  simulator: Simulator;
  engine: Engine;
  internals: EngineInternals;
  notes: string[];
}

/** `start`: an engine on the simulated OKX with live books, closed when the test is over. */
const test = base.extend<{ start: (options?: Partial<SimulatorOptions>) => Promise<OkxRig> }>({
  async start({ onTestFinished }, use) {
    await use(async (options = {}) => {
      const rig = await listening(options);
      onTestFinished(async () => {
        await rig.engine.close();
        await rig.simulator.stop();
      });
      await rig.engine.ready({ timeoutMs: 15_000 });
      return rig;
    });
  },
});

async function listening(options: Partial<SimulatorOptions>): Promise<OkxRig> {
  const instruments = SYMBOLS.map((symbol) => `okx:${symbol}`);
  const simulator = await createSimulator({ venues: ["okx"], seed: 11, instruments, ...options });
  const { ws, rest } = simulator.endpoints.okx.spot;
  const feeds = [{ venue: "okx", symbols: SYMBOLS, endpoint: ws, rest }];
  const { engine, internals } = await startEngine(parseConfig({ feeds }, { source: "test" }), false);
  const notes: string[] = [];
  engine.on("note", ({ level, product, text }) => notes.push(`${level} ${product} ${text}`));
  return { simulator, engine, internals, notes };
}

/** Books that differ from the venue's, whose sizes are contracts. */
async function differences(live: OkxRig): Promise<string[]> {
  await live.simulator.freeze();
  return lasting(() => differencesNow(live));
}

function differencesNow({ simulator, internals }: OkxRig, levels = 20): string[] {
  const wrong: string[] = [];
  for (const { product, symbol, instrument, contractUsd, contractBase } of simulator.markets) {
    const truth = simulator.truth("okx", product, symbol, levels);
    const coins = (side: [number, number][]) =>
      side.map(([price, size]) => [price, contractUsd === null ? size * contractBase : (size * contractUsd) / price]);
    const book = internals.live.reader.book(internals.live.indexOf(instrument.id), levels);
    if (JSON.stringify(book && [book.bids, book.asks]) !== JSON.stringify([coins(truth.bids), coins(truth.asks)]))
      wrong.push(`${instrument.id}: ${JSON.stringify(book?.bids[0])} for ${JSON.stringify(coins(truth.bids)[0])}`);
  }
  return wrong;
}

const statusOf = ({ engine }: OkxRig, instrument: string) =>
  engine.status().instruments.find((one) => one.instrument === instrument);

describe.concurrent("OKX over real sockets", () => {
  test("books of three products are the venue's in coins; its keepalive keeps quiet connections", async ({ start }) => {
    const live = await start({ limits: { okx: { idleMs: 7000 } } });
    await new Promise((resolve) => setTimeout(resolve, 8000));
    expect(await differences(live)).toEqual([]);
    for (const { instrument, gaps, crossed, state } of live.engine.status().instruments)
      expect([instrument, gaps, crossed, state]).toEqual([instrument, 0, 0, "live"]);
    expect(live.notes.filter((note) => !note.startsWith("info"))).toEqual([]);
    expect(live.engine.status().instruments).toHaveLength(SYMBOLS.length);
  });

  test("a lost update is one gap there, which heals; numbers begun anew are none", async ({ start }) => {
    const live = await start();
    live.simulator.fault({ kind: "reset", venue: "okx", product: "spot", channel: "books" });
    live.simulator.fault({ kind: "drop", stream: "books:BTC-USDT-SWAP" });
    await until("the gap", () => statusOf(live, "okx:BTC/USDT:USDT")?.gaps === 1);
    await until("live again", () => statusOf(live, "okx:BTC/USDT:USDT")?.state === "live");
    expect(await differences(live)).toEqual([]);
    const gaps = live.engine.status().instruments.map(({ instrument, gaps: count }) => [instrument, count]);
    expect(gaps.filter(([, count]) => count !== 0)).toEqual([["okx:BTC/USDT:USDT", 1]]);
    expect(live.simulator.injected()).toMatchObject({ drop: 1, reset: 2 });
  });

  test("checksums are proved where the venue sends them, and a false level is noticed by them alone", async ({
    start,
  }) => {
    const live = await start({ limits: { okx: { checksums: 1 } } });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(live.engine.status().instruments.map(({ gaps }) => gaps)).toEqual([0, 0, 0, 0, 0]);
    live.simulator.fault({ kind: "crossed", stream: "books:ETH-USDT" });
    await until("the gap", () => statusOf(live, "okx:ETH/USDT")?.gaps === 1);
    await until("live again", () => statusOf(live, "okx:ETH/USDT")?.state === "live");
    expect(await differences(live)).toEqual([]);
    expect(statusOf(live, "okx:ETH/USDT")?.crossed).toBe(0);
  });

  test("a connection that the venue will end is left before, without a gap", async ({ start }) => {
    const live = await start({ limits: { okx: { connects: 100 } } });
    const before = live.simulator.connections();
    live.simulator.fault({ kind: "server-shutdown", venue: "okx", product: "spot" });
    await until("a successor", () =>
      live.notes.some((note) => note.includes("spot") && /leav|success|take/i.test(note)),
    );
    await until("as many connections as before", () => live.simulator.connections() === before, 20_000);
    expect(await differences(live)).toEqual([]);
    expect(live.engine.status().instruments.map(({ gaps }) => gaps)).toEqual([0, 0, 0, 0, 0]);
  });
});
