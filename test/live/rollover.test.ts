// A connection is followed by another before it ends: nothing is lost, nothing counts twice.
import { afterEach, describe, expect, test } from "vitest";
import { differences, type LiveRig, liveRig, until } from "./rig.js";

let rig: LiveRig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const rollovers = (r: LiveRig) => r.engine.status().connections.reduce((sum, one) => sum + one.rollovers, 0);

describe("rollover", () => {
  test("fault 11, a shutdown notice: the successor is there first; no gap, nothing begins afresh, the same books", async () => {
    const r = await liveRig(["BTC", "ETH"]);
    rig = r;
    await r.engine.ready({ timeoutMs: 20_000 });
    await sleep(1000);
    const states = new Set<string>();
    const look = setInterval(() => {
      for (const { state } of r.engine.status().instruments) states.add(state);
    }, 20);
    r.simulator.fault({ kind: "server-shutdown", venue: "binance" });
    await until("every connection of Binance was followed", () => rollovers(r) === 3, 20_000);
    clearInterval(look);
    await r.simulator.freeze();
    await sleep(300);
    expect(differences(r, 20)).toEqual([]);
    expect(r.engine.status().instruments.map(({ gaps }) => gaps)).toEqual(Array(8).fill(0));
    // A machine that is busy elsewhere may show a book stale for a moment; nothing may be lost or begin afresh.
    expect(
      [...states].filter((state) => state !== "stale"),
      "states seen meanwhile",
    ).toEqual(["live"]);
  });
});
