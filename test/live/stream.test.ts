import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { test as base, describe, expect } from "vitest";
import { BinaryReader } from "./binary-reader.js";
import { steady, until } from "./rig.js";
import { type Served, servedRig } from "./served.js";

type Options = Parameters<typeof servedRig>[1] & { booksLive?: number };

/** `open`: an engine with its server and live books, closed when the test is over. */
const test = base.extend<{ open: (markets: Parameters<typeof servedRig>[0], options?: Options) => Promise<Served> }>({
  async open({ onTestFinished }, use) {
    await use(async (markets, { booksLive = markets.length, ...options } = {}) => {
      const rig = await servedRig(markets, options);
      onTestFinished(() => rig.close());
      await until("live", () => rig.served.engine.status().booksLive === booksLive);
      return rig;
    });
  },
});

const [binance, bybit] = [["binance", "spot"] as const, ["bybit", "linear"] as const];

describe.concurrent("books on the stream", () => {
  const python = pythonRuns();
  const why = python ? "" : ": skipped, there is no python3";
  test.skipIf(!python)(`a Python client rebuilds what the engine has, through faults${why}`, async ({ open }) => {
    const r = await open([binance, bybit]);
    const followed = ["bybit:BTC/USDT:USDT", "binance:BTC/USDT"];
    const client = followBooks(r.served.server.port, followed);
    await until("the client", () => followed.every((id) => r.served.server.hub.interest(`book.${id}`)));
    r.simulator.fault({ kind: "duplicate", every: 9, messages: 40 });
    r.simulator.fault({ kind: "reorder", every: 53, messages: 4 });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    r.simulator.fault({ kind: "drop", venue: "bybit", product: "linear", stream: "orderbook.50.BTCUSDT" });
    await until("a gap", () => gapsOf(r, "bybit:BTC/USDT:USDT") > 0);
    await until("all live", () => r.served.engine.status().booksLive === 2, 20_000);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await r.simulator.freeze();
    await new Promise((resolve) => setTimeout(resolve, 500));

    const ends = await Promise.all(
      followed.map((id) => r.get(`/v1/orderbook?instrument=${encodeURIComponent(id)}&depth=20`)),
    );
    const rebuilt = await client.books(Object.fromEntries(followed.map((id, i) => [id, ends[i].body.sequence])));
    for (const [i, id] of followed.entries()) {
      const { bids, asks, state } = ends[i].body;
      expect([id, state]).toEqual([id, "live"]);
      expect({ bids: rebuilt[id].bids, asks: rebuilt[id].asks }).toEqual({ bids, asks });
    }
    const truth = r.simulator.truth("bybit", "linear", "BTCUSDT", 20);
    const { bids, asks, snapshots } = rebuilt["bybit:BTC/USDT:USDT"];
    expect({ bids, asks }).toEqual({ bids: truth.bids, asks: truth.asks });
    expect(snapshots, "the gap is healed by a snapshot").toBeGreaterThan(1);
  });
});

describe.concurrent("records as they are, enc=bin", () => {
  test("what they say of trades and books is what the text says and the engine has", async ({ open }) => {
    const r = await open([binance, bybit]);
    const ids = ["bybit:BTC/USDT:USDT", "binance:BTC/USDT"];
    const channels = ["trade.*", "book.*", "mark.*"];
    const [text, binary] = [r.connect(), r.connect({}, "?enc=bin")];
    for (const client of [text, binary]) await client.subscribe(channels);
    const trades = () => text.messages.filter((one) => one.type === "update" && one.ch.startsWith("trade.")).length;
    await until("trades", () => trades() > 20);
    r.simulator.fault({ kind: "drop", venue: "bybit", product: "linear", stream: "orderbook.50.BTCUSDT" });
    await until("a gap", () => gapsOf(r, ids[0]) > 0);
    await until("all live", () => r.served.engine.status().booksLive === 2, 20_000);
    await r.simulator.freeze();
    // The last messages are on their way for as long as the machine likes.
    const told = () => text.messages.filter(({ type }) => type === "update").length + binary.records.length;
    await until("all that was told", steady(told, 500));
    const seen = new BinaryReader(binary);
    for (const id of ids) {
      const { body } = await r.get(`/v1/orderbook?instrument=${encodeURIComponent(id)}&depth=20`);
      const { bids, asks } = seen.books.get(`book.${id}`)?.levels() ?? { bids: [], asks: [] };
      expect([id, bids.slice(0, 20), asks.slice(0, 20)]).toEqual([id, body.bids, body.asks]);
    }
    expect(seen.gaps).toBe(0);
    for (const [ch, list] of seen.trades) {
      const told = text.messages
        .filter((one) => one.type === "update" && one.ch === ch)
        .map((one) => one.type === "update" && one.data);
      // Both followed from a moment of their own; what they saw together is the same.
      const common = Math.min(told.length, list.length);
      expect(common).toBeGreaterThan(0);
      expect(told.slice(-common)).toMatchObject(list.slice(-common));
    }
    expect([...seen.trades.values()].flat().length).toBeGreaterThan(20);
  });
});

describe.concurrent("clients", () => {
  test("a wrong token is closed with 4401, the right one is served", async ({ open }) => {
    const r = await open([bybit], { env: { CROSSTICK_SERVER_TOKEN: "right-token-of-this-test" } });
    const wrong = r.connect();
    wrong.say({ op: "auth", token: "wrong" });
    expect((await wrong.ended).code).toBe(4401);
    const right = r.connect();
    right.say({ op: "auth", token: "right-token-of-this-test" });
    right.say({ op: "subscribe", id: 1, channels: ["bbo.bybit:BTC/USDT:USDT"] });
    await until("a price", () => right.messages.some(({ type }) => type === "update"));
    const byHeader = r.connect({ authorization: "Bearer right-token-of-this-test" });
    expect((await byHeader.next("hello")).type).toBe("hello");
  });

  test("one that sends what is no message is told so, and the others do not notice", async ({ open }) => {
    const r = await open([bybit]);
    const channel = "bbo.bybit:BTC/USDT:USDT";
    const good = r.connect();
    await good.subscribe([channel]);
    const bad = r.connect();
    await bad.next("hello");
    const garbage = ["", "{", "[]", "null", '{"op":"dance"}', '{"op":"subscribe","id":1}', "\u0000", "x".repeat(1000)];
    for (const text of garbage) bad.raw(text);
    await until("errors", () => bad.messages.filter(({ type }) => type === "error").length === garbage.length);
    const { failed } = await bad
      .next("error")
      .then(() => r.connect().subscribe(["book.nobody:BTC/USDT", "__proto__.x"]));
    expect(failed).toHaveLength(2);
    const before = good.messages.length;
    await until("the other goes on", () => good.messages.length > before + 5);
    expect(good.messages.filter(({ type }) => type === "error")).toEqual([]);
    expect((await r.get("/health")).status).toBe(200);
  });

  test("signals arrive with their legs, and as the last state for those who come later", async ({ open }) => {
    const r = await open([binance, ["bybit", "spot"]], {
      divergences: false,
      config: {
        fees: { binance: { spot: { maker: 0, taker: 0 } }, bybit: { spot: { maker: 0, taker: 0 } } },
        strategies: [
          {
            ...{ name: "x", kind: "cross-venue", instruments: ["binance:BTC/USDT", "bybit:BTC/USDT"] },
            ...{ notional: { amount: 1000, currency: "USDT" }, entryNetBps: 5 },
          },
        ],
      },
    });
    const early = r.connect();
    await early.subscribe(["signal.*"]);
    r.simulator.fault({ kind: "diverge", asset: "BTC", side: "spot", bps: 25, afterMs: 500, forMs: 1000 });
    await until("the signal", () => early.messages.some((one) => one.type === "update" && one.ch === "signal.x"));
    const late = r.connect();
    await late.subscribe(["signal.x"]);
    expect(await late.next("snapshot")).toMatchObject({ ch: "signal.x", data: { strategy: "x" } });

    const counts = () => Object.values(r.served.engine.status().latency).map(({ count }) => count);
    const [decoded, engine] = counts();
    expect(decoded).toBeGreaterThan(10);
    expect(engine).toBeGreaterThan(10);
    await until("all signals are sent", () => counts()[2] > 0 && counts()[2] === counts()[3]);
    await until("more frames", () => counts()[0] > decoded + 10 && counts()[1] > engine + 10);
  });
});

describe.concurrent("/ready", () => {
  test.for([
    [1, 200, "degraded"],
    [2, 503, "not-ready"],
  ])("with %i venues wanted and one banned it is %i %s", async ([minVenues, status, word], { open }) => {
    const r = await open([binance, bybit], {
      faults: [{ kind: "ban", venue: "binance", product: "spot", status: 418, forMs: 60_000 }],
      config: { server: { port: 0, ready: { minVenues } } },
      booksLive: 1,
    });
    const ready = await r.get("/ready");
    expect([ready.status, ready.body.status]).toEqual([status, word]);
    expect(String(ready.body.reasons)).toContain("binance:BTC/USDT");
    expect((await r.get("/health")).status).toBe(200);
  });
});

function gapsOf({ served }: Served, id: string): number {
  return served.engine.status().instruments.find(({ instrument }) => instrument === id)?.gaps ?? 0;
}

type Rebuilt = Record<string, { bids: [number, number][]; asks: [number, number][]; snapshots: number }>;

function followBooks(port: number, instruments: readonly string[]) {
  const script = fileURLToPath(new URL("follow-books.py", import.meta.url));
  const child = spawn("python3", [script, String(port), ...instruments], { timeout: 50_000 });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const closed = once(child, "close");
  return {
    /** Tells where the books end, and waits for them. */
    async books(ends: Record<string, unknown>): Promise<Rebuilt> {
      child.stdin.write(`${JSON.stringify(ends)}\n`);
      const [code] = await closed;
      expect([code, stderr]).toEqual([0, ""]);
      return JSON.parse(stdout);
    },
  };
}

function pythonRuns(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
