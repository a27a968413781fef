// What a venue wants answered is answered by the thread that listens to it, whatever the engine's thread does.
import { parseConfig } from "crosstick/internal/config";
import { type Engine, startEngine } from "crosstick/internal/engine";
import { DeribitSession } from "crosstick/internal/simulator/deribit/session";
import { HtxSession } from "crosstick/internal/simulator/htx/session";
import { Connection } from "crosstick/internal/simulator/server/connection";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterEach, expect, test, vi } from "vitest";
import { until } from "./rig.js";

let engine: Engine | null = null;
let simulator: Simulator | null = null;
afterEach(async () => {
  vi.restoreAllMocks();
  await engine?.close();
  await simulator?.stop();
});

const STALL_MS = 2000;
/** The venues' keep-alive clocks run so much faster: HTX pings each 250 ms then, Deribit asks each 500 ms. */
const HASTE = 20;
const symbols = { htx: "BTC/USDT", deribit: "BTC/USDC:USDC" };

/** Milliseconds from each question of a venue to its answer, by venue; unanswered ones are left in `open`. */
function watchAnswers() {
  const open = new Map<string, number>();
  const answers: { venue: "htx" | "deribit"; askedMs: number; tookMs: number }[] = [];
  const { send } = Connection.prototype;
  vi.spyOn(Connection.prototype, "send").mockImplementation(function (this: Connection, text: string) {
    const key =
      this.venue === "deribit" && text.includes('"test_request"') ? "deribit" : /^\{"ping":(\d+)/.exec(text)?.[1];
    if (key !== undefined) open.set(key, performance.now());
    send.call(this, text);
  });
  const close = (venue: "htx" | "deribit", key: string | undefined) => {
    const askedMs = open.get(key ?? "");
    if (key === undefined || askedMs === undefined) return;
    open.delete(key);
    answers.push({ venue, askedMs, tookMs: performance.now() - askedMs });
  };
  const { message: htx } = HtxSession.prototype;
  vi.spyOn(HtxSession.prototype, "message").mockImplementation(function (this: HtxSession, text: string) {
    close("htx", /^\{"pong":(\d+)/.exec(text)?.[1]);
    htx.call(this, text);
  });
  const { message: deribit } = DeribitSession.prototype;
  vi.spyOn(DeribitSession.prototype, "message").mockImplementation(function (this: DeribitSession, text: string) {
    if (text.includes('"public/test"')) close("deribit", "deribit");
    deribit.call(this, text);
  });
  return { open, answers };
}

test("fault 14: the engine's thread is held up for 2 s; pings of HTX and test requests of Deribit are answered, nobody is cut off", async () => {
  const { answers } = watchAnswers();
  const channel = new BroadcastChannel(`stall-${process.pid}`);
  const told: { what: string; atMs: number }[] = [];
  channel.onmessage = (event) => told.push({ what: (event as MessageEvent).data as string, atMs: performance.now() });
  const startedMs = Date.now();
  simulator = await createSimulator({
    ...{ venues: ["htx", "deribit"], seed: 7 },
    instruments: Object.entries(symbols).map(([venue, symbol]) => `${venue}:${symbol}`),
    wallMs: () => startedMs + (performance.timeOrigin + performance.now() - startedMs) * HASTE,
  });
  const { htx, deribit } = simulator.endpoints;
  const strategy = {
    ...{
      name: "stall",
      use: new URL("./stall.js", import.meta.url).href,
      notional: { amount: 1000, currency: "USDT" },
    },
    options: {
      watch: Object.entries(symbols).map(([venue, symbol]) => `${venue}:${symbol}`),
      ...{ forMs: STALL_MS, channel: channel.name },
    },
  };
  const feeds = [
    { venue: "htx", symbols: [symbols.htx], endpoint: htx.spot.ws, rest: htx.spot.rest },
    { venue: "deribit", symbols: [symbols.deribit], endpoint: deribit.swap.ws, rest: deribit.swap.rest },
  ];
  ({ engine } = await startEngine(parseConfig({ feeds, strategies: [strategy] }, { source: "test" }), false));
  await until("the stall's end", () => told.length === 2);
  channel.close();
  const [from, to] = told.map(({ atMs }) => atMs);
  const meanwhile = answers.filter(({ askedMs, tookMs }) => askedMs >= from && askedMs + tookMs <= to);
  const slowest = (venue: string) =>
    Math.max(...meanwhile.filter((one) => one.venue === venue).map(({ tookMs }) => tookMs));
  const counts = (venue: string) => meanwhile.filter((one) => one.venue === venue).length;
  console.log(
    `stalled ${Math.round(to - from)} ms: HTX ${counts("htx")} answers, slowest ${slowest("htx").toFixed(1)} ms; Deribit ${counts("deribit")}, slowest ${slowest("deribit").toFixed(1)} ms`,
  );
  // As many as would cut the connection off if they were not answered, and more: HTX closes at 3, Deribit at 2.
  expect(counts("htx")).toBeGreaterThan(3);
  expect(counts("deribit")).toBeGreaterThan(2);
  expect(engine.status().connections.map(({ connects, lost }) => ({ connects, lost }))).toEqual(
    engine.status().connections.map(() => ({ connects: 1, lost: null })),
  );
});
