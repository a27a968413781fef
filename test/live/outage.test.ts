// A venue that refuses every connection for ten minutes and is back then: the minutes are virtual, the connections are not.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { type LiveLane, liveLane } from "../feed/live-lane.js";
import { randomFrom, seed } from "../kernel/engine-kernel.js";

const OUTAGE_MS = 600_000;
/** Longest wait between two attempts, and so the longest from the venue's return to the next. */
const CAP_MS = 30_000;
const FIRST_MS = 250;
const RUNS = 3;
/** Virtual time goes on by so much at once. */
const STEP_MS = 10;
const BOOK = { s: "BTCUSDT", b: [["100", "1"]], a: [["101", "1"]], u: 1, seq: 1 };

const SPOT = {
  venue: "bybit" as const,
  product: "spot" as const,
  wanted: [{ symbol: "BTCUSDT", channels: ["book" as const] }],
};

let one: LiveLane | null = null;
afterEach(() => {
  one?.stop();
  one = null;
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The next turn of the real event loop, in which sockets report. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function turnsUntil(met: () => boolean): Promise<void> {
  const startNs = process.hrtime.bigint();
  while (!met()) {
    if (process.hrtime.bigint() - startNs > 5_000_000_000n)
      throw new Error(`nothing came of a real connection: ${JSON.stringify(one?.feed.status())} ${one?.notes}`);
    await turn();
  }
}

async function venueAt(port: number) {
  const server = createServer();
  const upgrades = new WebSocketServer({ server });
  upgrades.on("connection", (socket: WebSocket) =>
    socket.on("message", (data) => {
      const { req_id } = JSON.parse(String(data));
      socket.send(JSON.stringify({ success: true, op: "subscribe", req_id }));
      socket.send(
        JSON.stringify({ topic: "orderbook.50.BTCUSDT", ts: 1_700_000_000_000, type: "snapshot", data: BOOK }),
      );
    }),
  );
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of upgrades.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Runs virtual time on to the next attempt and waits, in real turns, for what comes of it. */
async function nextAttempt({ feed, notes, records }: LiveLane): Promise<void> {
  const told = notes.length;
  while (feed.status()[0].state === "waiting") vi.advanceTimersByTime(STEP_MS);
  records(); // the ring of a lane has no other reader here
  await turnsUntil(() => notes.length > told);
}

/** Virtual ms from the venue's end to each refused attempt, and from its return, just after one, to a live book. */
async function outage(): Promise<{ refused: number[]; recoveryMs: number }> {
  const before = await venueAt(0);
  one = liveLane({ address: `127.0.0.1:${before.port}` }, SPOT, { metadata: undefined });
  const { lane, notes, stop } = one;
  await turnsUntil(() => lane.books.isLive(0));
  await before.close();
  await turnsUntil(() => !lane.books.isLive(0));
  const startMs = performance.now();
  const refused: number[] = [];
  while (performance.now() - startMs < OUTAGE_MS) {
    await nextAttempt(one);
    expect(notes.at(-1)).toContain("ECONNREFUSED");
    refused.push(performance.now() - startMs);
  }
  const after = await venueAt(before.port);
  const backMs = performance.now();
  await nextAttempt(one);
  await turnsUntil(() => lane.books.isLive(0));
  const recoveryMs = performance.now() - backMs;
  stop();
  await after.close();
  return { refused, recoveryMs };
}

test("fault 7: refused for ten minutes, then back: attempts by the cap at the latest, few in all, and live within one cap", async () => {
  vi.spyOn(Math, "random").mockImplementation(randomFrom(seed));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  const outages: Awaited<ReturnType<typeof outage>>[] = [];
  for (let run = 0; run < RUNS; run++) outages.push(await outage());
  const inFiveMinutes = outages.map(({ refused }) => refused.filter((ms) => ms < OUTAGE_MS / 2).length);
  const waits = outages.flatMap(({ refused }) => refused.map((ms, i) => ms - (refused[i - 1] ?? 0)));
  const recoveries = outages.map(({ recoveryMs }) => recoveryMs);
  const [attempts, wait, recovery] = [inFiveMinutes, waits, recoveries].map((all) => Math.max(...all));
  console.log(
    `${RUNS} outages: at most ${attempts} attempts in the first 5 minutes (limit 300), ${wait} ms apart, live again ${recovery} ms after the return at the latest (limit ${CAP_MS})`,
  );
  expect(attempts).toBeLessThan(300);
  expect(Math.min(...inFiveMinutes)).toBeGreaterThan((OUTAGE_MS / 2 / CAP_MS) | 0);
  expect(wait).toBeLessThanOrEqual(CAP_MS + STEP_MS);
  expect(recovery).toBeLessThanOrEqual(CAP_MS + STEP_MS);
  expect(Math.max(...outages.map(({ refused }) => refused[0]))).toBeLessThanOrEqual(FIRST_MS);
  // Jitter also where the cap has been reached: of the last waits no two are the same.
  for (const { refused } of outages) {
    const last = refused.slice(-8).map((ms, i, all) => ms - (all[i - 1] ?? 0));
    expect(new Set(last.slice(1)).size).toBe(7);
  }
  // Jitter: outages that began alike have no attempt at the same time.
  expect(new Set(outages.map(({ refused }) => refused[refused.length - 1])).size).toBe(RUNS);
});
