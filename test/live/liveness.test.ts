// A channel, an instrument or a whole connection falls silent: told apart, said in time, and healed in order.
import { describe, expect } from "vitest";
import { differences, type LiveRig, stateOf, liveTest as test, until } from "./rig.js";

/** Long enough for every book channel of 100 ms to have a known cadence. */
const LEARNING_MS = 5000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function learned(made: LiveRig): Promise<LiveRig> {
  await made.engine.ready({ timeoutMs: 20_000 });
  await sleep(LEARNING_MS);
  return made;
}

const silentOf = (r: LiveRig, symbol: string, channel: string, product: string) =>
  r.engine.status().silent.find((one) => one.symbol === symbol && one.channel === channel && one.product === product);

describe.concurrent("silence", () => {
  test("fault 3, half-open: the book is stale within a second, the connection made anew within 5.5 s; nobody else notices", async ({
    live,
  }) => {
    const r = await learned(await live(["BTC"]));
    const before = performance.now();
    r.simulator.fault({ kind: "half-open", venue: "bybit", product: "spot", forMs: 60_000 });
    await until("stale", () => stateOf(r, "bybit:BTC/USDT").state === "stale", 3000);
    const staleMs = performance.now() - before;
    expect(stateOf(r, "bybit:BTC/USDT")).toMatchObject({ state: "stale", reason: "silent" });
    const others = r.engine.status().instruments.filter(({ instrument }) => instrument !== "bybit:BTC/USDT");
    expect(others.map(({ state }) => state)).toEqual(["live", "live", "live"]);
    await until("lost", () => r.notes.some((note) => note.includes("silent for")), 8000);
    const lostMs = performance.now() - before;
    await until("live again", () => stateOf(r, "bybit:BTC/USDT").state === "live");
    console.log(`half-open: stale after ${Math.round(staleMs)} ms, given up after ${Math.round(lostMs)} ms`);
    expect(r.engine.status().instruments.map(({ gaps }) => gaps)).toEqual([0, 0, 0, 0]);
  });

  test("fault 4, one channel muted: its book alone is stale, then subscribed afresh alone, on a connection that stands", async ({
    live,
  }) => {
    const r = await learned(await live(["BTC"]));
    const connects = r.engine.status().connections.map((one) => one.connects);
    const before = performance.now();
    r.simulator.fault({ kind: "mute", venue: "bybit", product: "linear", stream: "orderbook.50.BTCUSDT", forMs: 3000 });
    await until("stale", () => stateOf(r, "bybit:BTC/USDT:USDT").state === "stale", 5000);
    const staleMs = performance.now() - before;
    await until("the verdict is told", () => silentOf(r, "BTCUSDT", "book", "linear")?.verdict === "stale");
    await until("live again", () => stateOf(r, "bybit:BTC/USDT:USDT").state === "live");
    console.log(
      `muted channel: stale after ${Math.round(staleMs)} ms, live again after ${Math.round(performance.now() - before)} ms`,
    );
    await until("no verdict", () => r.engine.status().silent.length === 0);
    expect(
      r.engine.status().connections.map((one) => one.connects),
      "connections made",
    ).toEqual(connects);
    await sleep(3000); // what is muted until then is missing, and heals
    await until("live after the silence", () => stateOf(r, "bybit:BTC/USDT:USDT").state === "live");
    await r.simulator.freeze();
    await sleep(300);
    expect(differences(r, 20)).toEqual([]);
  });

  test("what stays silent is sought at another connection, which takes over without a loss, and then a person is called", async ({
    live,
  }) => {
    const r = await learned(await live(["BTC"]));
    r.simulator.fault({
      kind: "mute",
      venue: "binance",
      product: "usdm",
      stream: "btcusdt@depth@100ms",
      forMs: 60_000,
    });
    await until("stale", () => stateOf(r, "binance:BTC/USDT:USDT").state === "stale", 5000);
    await until(
      "a successor",
      () => r.notes.some((note) => note.includes("BTCUSDT book is stale; a successor is opened")),
      15_000,
    );
    await until(
      "the alarm",
      () => r.notes.some((note) => note.startsWith("error") && note.includes("whatever was tried")),
      25_000,
    );
    const steps = r.notes.filter((note) => note.includes("BTCUSDT book") || note.includes("has taken over"));
    expect(steps.map((note) => note.split(" ")[0])).toEqual(["warn", "info", "info", "error"]);
    expect(r.engine.status().instruments.map(({ gaps }) => gaps)).toEqual([0, 0, 0, 0]);
  }, 90_000);

  test("a connection that answers again after a while is kept; what its books missed meanwhile is a gap, which heals", async ({
    live,
  }) => {
    const r = await learned(await live(["BTC"]));
    const connects = r.engine.status().connections.map((one) => one.connects);
    r.simulator.fault({ kind: "half-open", venue: "bybit", product: "linear", forMs: 2500 });
    await until("stale", () => stateOf(r, "bybit:BTC/USDT:USDT").state === "stale", 3000);
    await until("answers", () => stateOf(r, "bybit:BTC/USDT:USDT").state !== "stale", 5000);
    await until("live again", () => stateOf(r, "bybit:BTC/USDT:USDT").state === "live");
    expect(r.engine.status().connections.map((one) => one.connects)).toEqual(connects);
    await r.simulator.freeze();
    await sleep(300);
    expect(differences(r, 20)).toEqual([]);
  });
});

test.concurrent("each side of a quote tells when it changed last", async ({ live }) => {
  const r = await learned(await live(["BTC"]));
  await r.simulator.freeze();
  await sleep(500);
  for (const { bidAgeMs, askAgeMs, feedAgeMs } of r.engine.status().instruments) {
    expect(bidAgeMs).toBeGreaterThanOrEqual(400);
    expect(askAgeMs).toBeGreaterThanOrEqual(400);
    expect(Math.min(bidAgeMs ?? 0, askAgeMs ?? 0)).toBeGreaterThanOrEqual((feedAgeMs ?? 0) - 1);
  }
});
