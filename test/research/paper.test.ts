// On paper: live over real sockets, its journal replayed, and its journal backtested give the same lines.
import { readFileSync, writeFileSync } from "node:fs";
import { createSimulator } from "crosstick/internal/simulator/simulator";
import { expect, test } from "vitest";
import { crosstick } from "../cli/crosstick.js";
import { startSession } from "../cli/session.js";
import { until } from "../live/rig.js";
import { recordingFolder } from "../replay/run-replay.js";

const folder = recordingFolder();
const SEED = 3;

test("signals and fills of paper trading are those of its journal, replayed and backtested", async () => {
  const instruments = ["binance:BTC/USDT", "bybit:BTC/USDT", "bybit:BTC/USDT:USDT"];
  const simulator = await createSimulator({ venues: ["binance", "bybit"], seed: SEED, instruments });
  const feed = (venue: "binance" | "bybit", product: "spot" | "linear", symbol: string) => {
    const { ws, rest } = simulator.endpoints[venue][product];
    return { venue, symbols: [symbol], endpoint: ws, rest };
  };
  const notional = { amount: 5000, currency: "USDT" };
  const config = folder.path("paper.json");
  writeFileSync(
    config,
    JSON.stringify({
      feeds: [
        feed("binance", "spot", "BTC/USDT"),
        feed("bybit", "spot", "BTC/USDT"),
        feed("bybit", "linear", "BTC/USDT:USDT"),
      ],
      fees: {
        binance: { spot: { maker: 0, taker: 1 } },
        bybit: { spot: { maker: 0, taker: 1 }, linear: { maker: 0, taker: 1 } },
      },
      gates: { alignMs: 1000, maxAgeMs: 5000, maxClockUncertaintyMs: 1000 },
      strategies: [
        {
          ...{ name: "pair", kind: "pair-zscore", a: instruments[0], b: instruments[1], notional, entryNetBps: -1000 },
          ...{ exitNetBps: -2000, entryZ: 0.8, exitZ: 0.3, statistics: { sampleMs: 50, window: 40, minSamples: 5 } },
        },
        {
          ...{ name: "basis", kind: "basis", spot: instruments[1], future: instruments[2], notional },
          ...{ entryNetBps: -20, exitNetBps: -20 },
        },
      ],
      record: { dir: folder.path("journal") },
    }),
  );
  const trades = folder.path("paper.ndjson");
  const session = startSession([
    "paper",
    "-c",
    config,
    "--json",
    "--port",
    "0",
    "--latency-ms",
    "40",
    "--trades",
    trades,
  ]);
  try {
    await until("signals", () => session.lines.filter(({ type }) => type === "signal").length >= 6, 40_000);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  } finally {
    session.child.kill("SIGINT");
    await session.ended();
    await simulator.stop();
  }
  const signals = session.lines
    .filter(({ type }) => type === "signal")
    .map(({ type: _, ...signal }) => JSON.stringify(signal));
  const accounts = session.lines.filter(({ type }) => type === "account");
  expect(accounts.map(({ strategy }) => strategy)).toEqual(["pair", "basis"]);
  const told = readFileSync(trades, "utf8").trim().split("\n");
  expect(told.filter((line) => line.includes('"fill"')).length).toBeGreaterThan(4);

  const replayed = crosstick(["replay", folder.path("journal"), "--signals", "-"]);
  expect(replayed.stdout.trimEnd().split("\n")).toEqual(signals);
  const again = folder.path("again.ndjson");
  const tested = crosstick([
    "backtest",
    folder.path("journal"),
    "-c",
    config,
    "--latency-ms",
    "40",
    "--trades",
    again,
    "--json",
  ]);
  expect([tested.code, tested.stderr]).toEqual([0, ""]);
  // Marks come at other times in the two; what was traded is the same, to the byte.
  const fills = (lines: string[]) => lines.filter((line) => !line.includes('"marks"'));
  expect(fills(readFileSync(again, "utf8").trim().split("\n"))).toEqual(fills(told));
  const report = tested.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  for (const [i, { strategy, trades: count, fees, turnover }] of report.entries())
    expect({ strategy, count, fees, turnover }).toEqual({
      strategy: accounts[i].strategy,
      count: accounts[i].trades,
      fees: accounts[i].fees,
      turnover: accounts[i].turnover,
    });
});
