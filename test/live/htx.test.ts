// The engine on the simulated HTX: compressed frames, pings, snapshots by request and by subscription, contracts.
import { expect } from "vitest";
import { settled, stateOf, liveTest as test, until } from "./rig.js";

const PING_MS = 400;
const limits = { htx: { pingMs: PING_MS } };
const symbols = [
  "BTC/USDT",
  "ETH/USDT",
  "BTC/USDT:USDT",
  "ETH/USDT:USDT",
  "BTC/USD:BTC",
  "BTC/USDT:USDT-270326",
  "BTC/USD:BTC-270326",
];

test.concurrent("every book is live soon, stays so through many pings, and is the venue's own", async ({ liveAt }) => {
  const r = await liveAt("htx", symbols, { limits });
  await r.engine.ready({ timeoutMs: 10_000 });
  await new Promise((resolve) => setTimeout(resolve, 6 * PING_MS));
  expect(await settled(r)).toEqual([]);
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
] as const)("a lost update of %s is one gap there, which heals", async ([id, place], { liveAt }) => {
  const r = await liveAt("htx", symbols, { limits });
  await r.engine.ready({ timeoutMs: 10_000 });
  r.simulator.fault({ kind: "drop", ...place });
  await until("the gap", () => stateOf(r, id).gaps === 1);
  await until("live again", () => stateOf(r, id).state === "live");
  expect(await settled(r)).toEqual([]);
  const gaps = r.engine.status().instruments.map((one) => [one.instrument, one.gaps]);
  expect(gaps.filter(([, count]) => count !== 0)).toEqual([[id, 1]]);
});

test.concurrent("a snapshot older than the changes is not taken: another is asked for", async ({ liveAt }) => {
  const fault = { kind: "stale-snapshot", venue: "htx", product: "spot", updates: 500, messages: 2 } as const;
  const r = await liveAt("htx", symbols, { limits, faults: [fault] });
  await r.engine.ready({ timeoutMs: 15_000 });
  expect(r.simulator.injected()["stale-snapshot"]).toBe(2);
  expect(await settled(r)).toEqual([]);
});
