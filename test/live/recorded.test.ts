import { openRecordings } from "crosstick/internal/cli/sim-recordings";
import { parseConfig } from "crosstick/internal/config";
import { startEngine } from "crosstick/internal/engine";
import type { InstrumentSummary } from "crosstick/internal/engine/summary";
import type { ReplaySummary } from "crosstick/internal/replay";
import { createSimulator } from "crosstick/internal/simulator/simulator";
import { describe, expect, test } from "vitest";
import { joined, linesOf } from "../replay/edited-recording.js";
import { recordingFolder, runReplay } from "../replay/run-replay.js";
import { cryptofeedBybit, cryptofeedHtx, hasRecordings, spotBtc, spotEth } from "../replay/shared-data.js";
import { steady, until } from "./rig.js";

/** Times faster than the recording was. */
const SPEED = 20;

describe.skipIf(!hasRecordings)("a recording served through sockets", () => {
  const folder = recordingFolder();

  test.each([
    ["BTC/USDT", spotBtc],
    ["ETH/USDT", spotEth],
  ])("ends in the same books and counts as its replay: %s", async (symbol, recording) => {
    const lines = linesOf(recording, 8000);
    const path = folder.write(`${recording.symbol}.gz`, joined(lines));
    const { summary: replayed } = await runReplay([{ path, market: "binance.spot" }]);
    const live = await listened("binance", `binance.spot=${path}`, [["spot", [symbol]]]);
    const name = `binance:${symbol}`;
    expect(withoutTimes(live.instruments[name])).toEqual(withoutTimes(replayed.instruments[name]));
    expect(live.instruments[name]).toMatchObject({ state: "live", gaps: 0, snapshots: 1 });
    expect([live.rejected, live.instruments[name].depthUpdates > 100]).toEqual([0, true]);
  });

  test("ends in the same six books as its replay: Bybit, recorded at another depth than is asked for", async () => {
    const { summary: replayed } = await runReplay([{ path: cryptofeedBybit.path }]);
    const perpetuals = ["BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT", "DOGE/USDT:USDT"];
    const live = await listened("bybit", cryptofeedBybit.path, [
      ["spot", ["BTC/USDT", "ETH/USDT"]],
      ["linear", perpetuals],
    ]);
    expect(books(live)).toEqual(books(replayed));
    expect(books(live).map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => "live"));
  });

  test("ends in the same ten books as its replay: HTX, whole books in compressed frames", async () => {
    const { summary: replayed } = await runReplay([{ path: cryptofeedHtx.path }]);
    const live = await listened("htx", cryptofeedHtx.path, [
      ["swap", Object.keys(replayed.instruments).map((name) => name.slice("htx:".length))],
    ]);
    // Its first trades are played before ten contracts are subscribed to.
    const sides = (summary: ReplaySummary) =>
      books(summary).map(({ name, gaps, levels, bids, asks }) => ({ name, gaps, levels, bids, asks }));
    expect(sides(live)).toEqual(sides(replayed));
    expect(sides(live)).toHaveLength(10);
    expect(live.rejected).toBe(0);
  });
});

const books = (summary: ReplaySummary) =>
  Object.entries(summary.instruments).map(
    ([name, { state, gaps, depthUpdates, levels, bids, asks, trades, volume }]) => ({
      ...{ name, state, gaps, depthUpdates, levels, bids, asks, trades, volume },
    }),
  );

/** What an engine has at the end that listened to the recording over real sockets. */
async function listened(
  venue: "binance" | "bybit" | "htx",
  input: string,
  markets: [product: string, symbols: string[]][],
): Promise<ReplaySummary> {
  const from = await openRecordings([input], [venue]);
  const simulator = await createSimulator({ venues: [venue], seed: 1, speed: SPEED, from });
  const feeds = markets.map(([product, symbols]) => {
    const { ws, rest } = simulator.endpoints[venue][product];
    return { venue, symbols, endpoint: ws, rest };
  });
  const { engine } = await startEngine(parseConfig({ feeds }, { source: "test" }), false);
  await simulator.ended;
  await until(
    "the last frames",
    steady(() => engine.status().frames, 500),
  );
  const summary = await engine.close();
  await simulator.stop();
  // The recording is over: that its channels are silent now is rightly seen, and no part of it.
  for (const instrument of Object.values(summary.instruments))
    if (instrument.state === "stale") instrument.state = "live";
  return summary;
}

/** Receive times are this machine's in one and the recorder's in the other. */
function withoutTimes({ firstReceived: _, lastReceived: __, ...rest }: InstrumentSummary) {
  return rest;
}
