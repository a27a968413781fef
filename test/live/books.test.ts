import { describe, expect } from "vitest";
import { settled, stateOf, steady, liveTest as test, until } from "./rig.js";

describe.concurrent("books over real sockets", () => {
  test("every book is live soon, and equal to the venue's own at the end", async ({ live }) => {
    const rig = await live(["BTC", "ETH"]);
    await rig.engine.ready({ timeoutMs: 10_000 });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(await settled(rig)).toEqual([]);
    for (const { gaps, crossed, instrument } of rig.engine.status().instruments)
      expect([instrument, gaps, crossed]).toEqual([instrument, 0, 0]);
  });

  test.for([
    ["bybit:BTC/USDT:USDT", { product: "linear", stream: "orderbook.50.BTCUSDT" }],
    ["binance:BTC/USDT", { product: "spot", stream: "btcusdt@depth@100ms" }],
    ["binance:BTC/USDT:USDT", { product: "usdm", stream: "btcusdt@depth@100ms" }],
  ] as const)(
    "a lost update of %s is one gap there, which heals, and none anywhere else",
    async ([id, place], { live }) => {
      const rig = await live(["BTC", "ETH"]);
      await rig.engine.ready({ timeoutMs: 10_000 });
      rig.simulator.fault({ kind: "drop", ...place });
      await until("the gap", () => stateOf(rig, id).gaps === 1);
      await until("live again", () => stateOf(rig, id).state === "live");
      expect(await settled(rig)).toEqual([]);
      const gaps = rig.engine.status().instruments.map((one) => [one.instrument, one.gaps]);
      expect(gaps.filter(([, count]) => count !== 0)).toEqual([[id, 1]]);
    },
  );

  test("repeated and reordered messages end in the same books", async ({ live }) => {
    const rig = await live(["BTC"]);
    await rig.engine.ready({ timeoutMs: 10_000 });
    rig.simulator.fault({ kind: "duplicate", every: 7, messages: 200 });
    rig.simulator.fault({ kind: "reorder", every: 41, messages: 30 });
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(rig.simulator.injected().duplicate).toBeGreaterThan(20);
    await until("all live", () => rig.engine.status().booksLive === 4, 20_000);
    expect(await settled(rig)).toEqual([]);
  });

  test("Bybit's reset and an unsolicited snapshot replace the book without a gap", async ({ live }) => {
    const rig = await live(["BTC"]);
    await rig.engine.ready({ timeoutMs: 10_000 });
    rig.simulator.fault({ kind: "reset", venue: "bybit", product: "spot" });
    rig.simulator.fault({ kind: "snapshot", venue: "bybit", product: "linear" });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await settled(rig)).toEqual([]);
    expect(rig.engine.status().instruments.map(({ gaps }) => gaps)).toEqual([0, 0, 0, 0]);
  });

  test("a snapshot older than the deltas is not taken: another is fetched", async ({ live }) => {
    const rig = await live(["BTC"], {
      faults: [{ kind: "stale-snapshot", venue: "binance", product: "spot", updates: 5000, messages: 2 }],
    });
    await rig.engine.ready({ timeoutMs: 15_000 });
    expect(await settled(rig)).toEqual([]);
  });
});

describe.concurrent("connections", () => {
  test("a closed and an aborted connection come back, with their books", async ({ live }) => {
    const rig = await live(["BTC"]);
    await rig.engine.ready({ timeoutMs: 10_000 });
    rig.simulator.fault({ kind: "abort", venue: "bybit", product: "linear" });
    rig.simulator.fault({ kind: "close", venue: "binance", product: "spot", code: 1012 });
    await until("a loss is noticed", () => rig.notes.filter((note) => note.startsWith("warn")).length >= 2);
    await until("all live again", () => rig.engine.status().booksLive === 4);
    expect(await settled(rig)).toEqual([]);
  });

  test("a half-open connection is noticed within 5.5 s, and only its books leave live", async ({ live }) => {
    const rig = await live(["BTC"]);
    await rig.engine.ready({ timeoutMs: 10_000 });
    rig.simulator.fault({ kind: "half-open", venue: "bybit", product: "spot", forMs: 60_000 });
    const tookMs = await until("noticed", () => stateOf(rig, "bybit:BTC/USDT").state !== "live", 8000);
    console.log(`half-open noticed after ${Math.round(tookMs)} ms`);
    const others = rig.engine.status().instruments.filter(({ instrument }) => instrument !== "bybit:BTC/USDT");
    expect(others.map(({ state }) => state)).toEqual(["live", "live", "live"]);
  });

  test("a venue that bans is blocked, is left alone, and the other goes on", async ({ live }) => {
    const rig = await live(["BTC"], {
      faults: [{ kind: "ban", venue: "binance", product: "spot", status: 451, forMs: 60_000 }],
    });
    await until("bybit live", () => stateOf(rig, "bybit:BTC/USDT").state === "live");
    await until("blocked", () => stateOf(rig, "binance:BTC/USDT").state === "blocked");
    // What was on its way when the first refusal came arrives yet, however slow the machine.
    const bans = (): number => rig.simulator.injected().ban ?? 0;
    await until("what was on its way has arrived", steady(bans, 1000));
    const before = bans();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(bans() - before, "requests during the ban").toBe(0);
  });

  test("a subscription that is never acknowledged is asked for again on a new connection", async ({ live }) => {
    const rig = await live(["BTC"], { faults: [{ kind: "never-ack", venue: "bybit", product: "spot", messages: 1 }] });
    await until("reported", () => rig.notes.some((note) => note.includes("was not answered")), 10_000);
    await until("live", () => stateOf(rig, "bybit:BTC/USDT").state === "live");
  });

  test("a lost feed worker is replaced and its books come back; the other venue does not notice", async ({ live }) => {
    const rig = await live(["BTC"]);
    await rig.engine.ready({ timeoutMs: 10_000 });
    const gaps = rig.engine.status().instruments.filter(({ venue }) => venue === "bybit");
    rig.internals.live.supervisor.disturb("binance");
    await until("the loss", () => stateOf(rig, "binance:BTC/USDT").reason === "worker-lost");
    const tookMs = await until("live again", () => rig.engine.status().booksLive === 4);
    expect(rig.internals.live.supervisor.restarts("binance")).toBe(1);
    console.log(`books live ${Math.round(tookMs)} ms after the worker was replaced`);
    expect(
      rig.engine
        .status()
        .instruments.filter(({ venue }) => venue === "bybit")
        .map((one) => one.gaps),
    ).toEqual(gaps.map((one) => one.gaps));
    expect(await settled(rig)).toEqual([]);
  });
});

describe.concurrent("library", () => {
  test("ready() names the books that are missing, and why", async ({ live }) => {
    const rig = await live(["BTC"], {
      faults: [{ kind: "ban", venue: "binance", product: "spot", status: 503, forMs: 60_000 }],
    });
    await expect(rig.engine.ready({ timeoutMs: 1500 })).rejects.toMatchObject({
      code: "ENGINE_NOT_READY",
      message: expect.stringContaining("binance:BTC/USDT"),
    });
  });

  test("signals come by the iterator, which ends without throwing when aborted", async ({ live }) => {
    const notional = { amount: 1000, currency: "USDT" };
    const rig = await live(
      ["BTC"],
      { faults: [{ kind: "diverge", asset: "BTC", side: "spot", bps: 20, afterMs: 2500, forMs: 1500 }] },
      {
        fees: { binance: { spot: { maker: 0, taker: 0 } }, bybit: { spot: { maker: 0, taker: 0 } } },
        strategies: [
          {
            name: "x",
            kind: "cross-venue",
            instruments: ["binance:BTC/USDT", "bybit:BTC/USDT"],
            notional,
            entryNetBps: 1,
          },
        ],
      },
    );
    await rig.engine.ready({ timeoutMs: 10_000 });
    const stop = new AbortController();
    const ids: string[] = [];
    for await (const signal of rig.engine.signals({ signal: stop.signal })) {
      ids.push(signal.id);
      expect(signal.legs).toHaveLength(2);
      stop.abort();
    }
    expect(ids).toEqual(["x-1"]);
    const quote = rig.engine.quote("binance:BTC/USDT");
    expect(quote.bid).toBeLessThan(quote.ask);
    expect(rig.engine.quote("bybit.linear:BTCUSDT")).toBe(quote);
  });
});
