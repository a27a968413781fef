import { createServer } from "node:net";
import type { EngineStatus } from "crosstick/internal/engine";
import type { ReplaySummary } from "crosstick/internal/replay";
import { afterAll, describe, expect, test } from "vitest";
import { signalSchema } from "../replay/signal-schema.js";
import { crosstickBeside } from "./crosstick.js";
import { type Session, startSession } from "./session.js";

const SUMMARY_KEYS = [
  ...["frames", "ignored", "rejected", "rejections", "records", "templateMisses", "elapsedMs", "framesPerSecond"],
  ...["instruments", "strategies", "clock", "digest"],
];
const INSTRUMENT_KEYS = [
  ...["trades", "excludedTrades", "volume", "vwap", "bboUpdates", "depthUpdates", "snapshots", "gaps"],
  ...["checksumFailures", "crossed", "state", "levels", "bids", "asks", "bbo", "funding", "mark"],
  ...["firstReceived", "lastReceived"],
];

/** Killed with the file's tests, if it has not ended. */
const sessions: Session[] = [];
function start(...args: Parameters<typeof startSession>): Session {
  const session = startSession(...args);
  sessions.push(session);
  return session;
}
afterAll(() => {
  for (const { child } of sessions) child.kill("SIGKILL");
});

describe("crosstick demo", () => {
  test.each([3, 11])("with seed %i: ready, status, a signal, one gap that heals, summary, 0", async (seed) => {
    const session = start(["demo", "--duration", "9", "--json", "--port", "0", "--seed", String(seed)]);
    const { code } = await session.ended();
    expect([code, session.stderr().includes('"level":"error"')]).toEqual([0, false]);
    const [ready] = session.lines;
    expect(ready).toMatchObject({ type: "ready", pid: session.child.pid, seed, kind: "SIMULATED" });
    expect(ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(ready.stream).toBe(`${String(ready.url).replace("http", "ws")}/v1/stream`);

    const statuses = session.lines.filter(({ type }) => type === "status") as unknown as EngineStatus[];
    expect(statuses.length).toBeGreaterThanOrEqual(7);
    expect(statuses.length).toBeLessThanOrEqual(10);
    expect(statuses.at(-1)).toMatchObject({ booksLive: 8, books: 8, rejected: 0, dropped: 0 });

    const signals = session.lines.filter(({ type }) => type === "signal");
    expect(signals.length).toBeGreaterThan(0);
    for (const { type: _, ...signal } of signals) signalSchema.parse(signal);

    const { type, ...summary } = session.lines.at(-1) as unknown as { type: string } & ReplaySummary;
    expect(type).toBe("summary");
    expect(Object.keys(summary)).toEqual(SUMMARY_KEYS);
    const instruments = Object.entries(summary.instruments);
    expect(instruments).toHaveLength(8);
    for (const [, one] of instruments) {
      expect(Object.keys(one)).toEqual(INSTRUMENT_KEYS);
      expect(one).toMatchObject({ state: "live", crossed: 0, checksumFailures: 0 });
    }
    const torn = instruments.filter(([, { gaps }]) => gaps > 0).map(([id, { gaps }]) => [id, gaps]);
    expect(torn).toEqual([["bybit:BTC/USDT:USDT", 1]]);
    expect(Object.values(summary.strategies).reduce((sum, one) => sum + one.signals, 0)).toBe(signals.length);
  });

  test.concurrent.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s ends it with the summary and %i", async (signal, expected) => {
    const session = start(["demo", "--json", "--port", "0"]);
    await session.line("status");
    session.child.kill(signal);
    const { code, tookMs } = await session.ended();
    console.log(`ended ${Math.round(tookMs)} ms after ${signal}`);
    expect([code, session.lines.at(-1)?.type]).toEqual([expected, "summary"]);
    expect(tookMs).toBeLessThan(5000); // the contract: in order within five seconds, or by force
  });

  test.concurrent("a port in use ends with 6 and its number, and nothing is left running", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const session = start(["demo", "--json", "--port", String(port)]);
    const { code } = await session.ended();
    taken.close();
    expect([code, session.lines]).toEqual([6, []]);
    expect(session.stderr()).toContain("SERVER_PORT_IN_USE");
    expect(session.stderr()).toContain(String(port));
  });

  test.concurrent.each([
    [["demo", "--durations", "1"], "--duration"],
    [["demo", "--duration", "x"], "--duration"],
    [["demo", "--port", "70000"], "--port"],
    [["run", "--jsn"], "--json"],
    [["doctor", "--conf", "x"], "--config"],
  ])("%j ends with 2", async (args, named) => {
    const { code, stdout, stderr } = await crosstickBeside(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(named);
  });
});
