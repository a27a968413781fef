// Another configuration for a running engine: fees and thresholds hold at once, connections stay, the rest is refused.

import { parseConfig } from "crosstick/internal/config";
import type { Signal } from "crosstick/internal/engine/signal";
import { planReload, taken } from "crosstick/internal/live/reload";
import { afterEach, expect, test } from "vitest";
import { until } from "./rig.js";
import { type Served, servedRig } from "./served.js";

let rig: Served | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

const instruments = ["binance:BTC/USDT", "bybit:BTC/USDT"];
const settings = (entryNetBps: number, fee: number, rest: object = {}) => ({
  server: { port: 0 },
  fees: { binance: { spot: { maker: fee, taker: fee } }, bybit: { spot: { maker: fee, taker: fee } } },
  gates: { maxAgeMs: 10_000, alignMs: 10_000 },
  strategies: [
    {
      ...{ name: "cross", kind: "cross-venue", instruments, entryNetBps, exitNetBps: -10_000 },
      notional: { amount: 100, currency: "USDT" },
    },
  ],
  ...rest,
});

test("a threshold and a fee hold within a second, and nobody is disconnected", async () => {
  rig = await servedRig(
    [
      ["binance", "spot"],
      ["bybit", "spot"],
    ],
    { config: settings(10_000, 1) },
  );
  const { served } = rig;
  await served.engine.ready({ timeoutMs: 10_000 });
  const client = rig.connect();
  await client.next("hello");
  const { connections } = served.engine.status();
  const refusals = () => served.engine.status().strategies.cross?.refused["below-cost"] ?? 0;
  await until("an edge that is too small", () => refusals() > 0);
  expect(served.engine.status().strategies.cross?.signals).toBe(0);

  const feeds = connections.length; // of the configuration that runs, which this one does not name
  expect(feeds).toBeGreaterThan(0);
  const plan = served.reload(parseConfig(settings(-9000, 7)));
  expect(plan.changed.toSorted()).toEqual([
    "fees.binance.spot.maker",
    "fees.binance.spot.taker",
    "fees.bybit.spot.maker",
    "fees.bybit.spot.taker",
    "strategies[0].entryNetBps",
  ]);
  expect(plan.refused.every((path) => path.startsWith("feeds"))).toBe(true);
  const [signal] = await Promise.all([
    new Promise<{ legs: { feeBps: number }[] }>((resolve) => served.engine.on("signal", resolve)),
  ]);
  expect(signal.legs.map(({ feeBps }) => feeBps)).toEqual([7, 7]);
  client.say({ op: "ping", id: 1 });
  await client.next("pong");
  const now = served.engine.status().connections;
  expect(now.map(({ connects }) => connects)).toEqual(connections.map(({ connects }) => connects));
});

test("a token is another one from now on, and who is connected stays", async () => {
  const env = { CROSSTICK_SERVER_TOKEN: "old" };
  rig = await servedRig([["binance", "spot"]], { env });
  const url = `${rig.served.server.url}/v1/venues`;
  const statusWith = async (token: string) =>
    (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await statusWith("old")).toBe(200);
  const client = rig.connect({ authorization: "Bearer old" });
  await client.next("hello");
  env.CROSSTICK_SERVER_TOKEN = "new";
  rig.served.reload(parseConfig({ server: { port: 0 } }));
  expect([await statusWith("old"), await statusWith("new")]).toEqual([401, 200]);
  client.say({ op: "ping", id: 1 });
  await client.next("pong");
});

test("a threshold of a strategy's own holds from its next look on", async () => {
  const pair = (entryZ: number) => ({
    server: { port: 0 },
    fees: { binance: { spot: { maker: 0, taker: 0 } }, bybit: { spot: { maker: 0, taker: 0 } } },
    strategies: [
      {
        ...{ name: "p", kind: "pair-zscore", a: instruments[0], b: instruments[1], entryZ, exitZ: 0 },
        ...{ notional: { amount: 100, currency: "USDT" }, entryNetBps: -10_000 },
        statistics: { sampleMs: 50, window: 30, minSamples: 10 },
      },
    ],
  });
  const venues = [
    ["binance", "spot"],
    ["bybit", "spot"],
  ] as const;
  rig = await servedRig(venues, { config: pair(100) });
  const { engine } = rig.served;
  const few = () => engine.status().strategies.p?.refused["too-few-samples"] ?? 0;
  await until("enough samples", () => few() >= 9);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(engine.status().strategies.p?.signals).toBe(0);
  const entered = new Promise<Signal>((resolve) => engine.on("signal", resolve));
  expect(rig.served.reload(parseConfig(pair(0.5))).changed).toEqual(["strategies[0].entryZ"]);
  const { z } = (await entered).statistics;
  expect(Math.abs(Number(z))).toBeGreaterThanOrEqual(0.5);
  expect(Math.abs(Number(z))).toBeLessThan(100);
});

test("a strategy's own thresholds are taken, what shapes its state is not", () => {
  const pair = (values: object) =>
    parseConfig({
      feeds: [],
      strategies: [
        {
          ...{ name: "p", kind: "pair-zscore", a: "binance:ETH/USDT", b: "binance:BTC/USDT", entryNetBps: 0 },
          ...{ notional: { amount: 100, currency: "USDT" }, statistics: { window: 100 }, ...values },
        },
      ],
    });
  const before = pair({ entryZ: 2, stopZ: 6 });
  const after = pair({ entryZ: 3, exitZ: 1, statistics: { window: 200 } });
  expect(planReload(before, after)).toEqual({
    changed: ["strategies[0].entryZ", "strategies[0].exitZ", "strategies[0].stopZ"],
    refused: ["strategies[0].statistics.window"],
  });
  const runs = taken(before, after);
  expect(runs.strategies).toMatchObject([{ entryZ: 3, exitZ: 1, statistics: { window: 100 } }]);
  expect(planReload(runs, after).changed).toEqual([]);
});

test("what is taken, and what needs a restart, by name", () => {
  const before = parseConfig(settings(2, 1, { record: { dir: "here" } }));
  const after = parseConfig(settings(3, 1, { record: { dir: "here" } }));
  // A journal's segments are of one configuration.
  expect(planReload(before, after)).toEqual({ changed: [], refused: ["strategies[0].entryNetBps"] });
  expect(taken(before, after)).toEqual(before);
  const tokens = [{ name: "page", tokenFile: "here", channels: ["bbo.*"] }];
  const scoped = parseConfig(settings(2, 1, { record: { dir: "here" }, server: { port: 0, tokens } }));
  expect(planReload(before, scoped).refused).toEqual([]);
  expect(planReload(taken(before, scoped), scoped)).toEqual({ changed: [], refused: [] });
  const free = parseConfig(settings(2, 1));
  const other = parseConfig({ ...settings(2, 1), idle: "spin", gates: { maxAgeMs: 10_000, alignMs: 1 } });
  expect(planReload(free, other)).toEqual({ changed: ["gates.alignMs"], refused: ["idle"] });
  expect(taken(free, other)).toMatchObject({ gates: { alignMs: 1 }, idle: free.idle });
  expect(planReload(free, free)).toEqual({ changed: [], refused: [] });
});
