// The engine on the simulated HTX: compressed frames, pings, snapshots by request and by subscription, contracts.
import { parseConfig } from "crosstick/internal/config";
import { type Engine, type EngineInternals, startEngine } from "crosstick/internal/engine";
import { createSimulator, type Simulator, type SimulatorOptions } from "crosstick/internal/simulator/simulator";
import { test as base, expect } from "vitest";
import { lasting, until } from "./rig.js";

interface Rig {
  simulator: Simulator;
  engine: Engine;
  internals: EngineInternals;
  notes: string[];
}

const PING_MS = 400;
const symbols = [
  "BTC/USDT",
  "ETH/USDT",
  "BTC/USDT:USDT",
  "ETH/USDT:USDT",
  "BTC/USD:BTC",
  "BTC/USDT:USDT-270326",
  "BTC/USD:BTC-270326",
];

/** `start`: an engine on the simulated HTX, closed when the test is over. */
const test = base.extend<{ start: (options?: Partial<SimulatorOptions>) => Promise<Rig> }>({
  async start({ onTestFinished }, use) {
    await use(async (options = {}) => {
      const rig = await listening(options);
      onTestFinished(async () => {
        await rig.engine.close();
        await rig.simulator.stop();
      });
      return rig;
    });
  },
});

async function listening(options: Partial<SimulatorOptions>): Promise<Rig> {
  const limits = { htx: { pingMs: PING_MS } };
  const instruments = symbols.map((symbol) => `htx:${symbol}`);
  const simulator = await createSimulator({ venues: ["htx"], seed: 7, instruments, limits, ...options });
  const { ws, rest } = simulator.endpoints.htx.spot;
  const feeds = [{ venue: "htx", symbols, endpoint: ws, rest }];
  const { engine, internals } = await startEngine(parseConfig({ feeds }, { source: "test" }), false);
  const notes: string[] = [];
  engine.on("note", ({ level, text }) => notes.push(`${level} ${text}`));
  return { simulator, engine, internals, notes };
}

const stateOf = ({ engine }: Rig, id: string) =>
  engine.status().instruments.find(({ instrument }) => instrument === id) ?? { state: "unknown", gaps: 0 };

/** Books of the engine that are not the simulator's, in base coin. */
async function differences(r: Rig): Promise<string[]> {
  await r.simulator.freeze();
  return lasting(() => differencesNow(r));
}

function differencesNow({ simulator, internals }: Rig): string[] {
  return simulator.markets.flatMap(({ product, symbol, instrument, contractUsd, contractBase }) => {
    const truth = simulator.truth("htx", product, symbol, 20);
    const inCoins = (side: [number, number][]) =>
      side.map(([price, size]) => [price, contractUsd === null ? size * contractBase : (size * contractUsd) / price]);
    const book = internals.live.reader.book(internals.live.indexOf(instrument.id), 20);
    const same = JSON.stringify([book?.bids, book?.asks]) === JSON.stringify([truth.bids, truth.asks].map(inCoins));
    return same ? [] : [`${instrument.id}: ${JSON.stringify(book?.bids[0])} for ${JSON.stringify(truth.bids[0])}`];
  });
}

test.concurrent("every book is live soon, stays so through many pings, and is the venue's own", async ({ start }) => {
  const r = await start();
  await r.engine.ready({ timeoutMs: 10_000 });
  await new Promise((resolve) => setTimeout(resolve, 6 * PING_MS));
  expect(await differences(r)).toEqual([]);
  expect(r.notes.filter((note) => !note.startsWith("info"))).toEqual([]);
  for (const { gaps, crossed, instrument } of r.engine.status().instruments)
    expect([instrument, gaps, crossed]).toEqual([instrument, 0, 0]);
  // A dated contract stands above its perpetual by the carry.
  const reader = r.internals.live.reader;
  const of = (id: string) => reader.read(r.internals.live.indexOf(`htx:${id}`));
  for (const [dated, perpetual] of [
    ["BTC/USDT:USDT-270326", "BTC/USDT:USDT"],
    ["BTC/USD:BTC-270326", "BTC/USD:BTC"],
  ]) {
    expect(of(dated).bid, dated).toBeGreaterThan(of(perpetual).bid);
  }
  const { mark, index, bid } = r.internals.live.reader.read(r.internals.live.indexOf("htx:BTC/USDT:USDT"));
  expect([Math.abs(mark / bid - 1) < 0.01, Math.abs(index / bid - 1) < 0.01]).toEqual([true, true]);
});

test.concurrent.for([
  ["htx:BTC/USDT", { product: "spot", stream: "market.btcusdt.mbp.150" }],
  ["htx:BTC/USDT:USDT", { product: "swap", stream: "market.BTC-USDT.depth.size_150.high_freq" }],
  ["htx:BTC/USDT:USDT-270326", { product: "futures", stream: "market.BTC-USDT-270326.depth.size_150.high_freq" }],
  ["htx:BTC/USD:BTC-270326", { product: "futures", stream: "market.BTC270326.depth.size_150.high_freq" }],
] as const)("a lost update of %s is one gap there, which heals", async ([id, place], { start }) => {
  const r = await start();
  await r.engine.ready({ timeoutMs: 10_000 });
  r.simulator.fault({ kind: "drop", ...place });
  await until("the gap", () => stateOf(r, id).gaps === 1);
  await until("live again", () => stateOf(r, id).state === "live");
  expect(await differences(r)).toEqual([]);
  const gaps = r.engine.status().instruments.map((one) => [one.instrument, one.gaps]);
  expect(gaps.filter(([, count]) => count !== 0)).toEqual([[id, 1]]);
});

test.concurrent("a snapshot older than the changes is not taken: another is asked for", async ({ start }) => {
  const fault = { kind: "stale-snapshot", venue: "htx", product: "spot", updates: 500, messages: 2 } as const;
  const r = await start({ faults: [fault] });
  await r.engine.ready({ timeoutMs: 15_000 });
  expect(r.simulator.injected()["stale-snapshot"]).toBe(2);
  expect(await differences(r)).toEqual([]);
});
