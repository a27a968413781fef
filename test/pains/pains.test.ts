/**
 * What users of other tools suffer, by number and name, each made impossible here: one engine that listens
 * to five simulated venues over real sockets, unless said. How each is prevented is tested at length where
 * it is built; this is the list that must stay whole.
 */
import { parseConfig } from "crosstick/internal/config";
import { type Engine, type EngineInternals, startEngine } from "crosstick/internal/engine";
import * as L from "crosstick/internal/layout";
import { openJournal } from "crosstick/internal/record/journal";
import { type ReplaySummary, replay } from "crosstick/internal/replay";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Decoder } from "../decode/decoder.js";
import { until } from "../live/rig.js";
import { recordingFolder } from "../replay/run-replay.js";

const SEED = 16;
const folder = recordingFolder();
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const MARKETS = [
  ["binance", "spot", "BTC/USDT"],
  ["binance", "spot", "ETH/USDT"],
  ["binance", "spot", "ETH/BTC"],
  ["binance", "usdm", "BTC/USDT:USDT"],
  ["bybit", "linear", "BTC/USDT:USDT"],
  ["bybit", "linear", "ETH/USDT:USDT"],
  ["okx", "swap", "BTC/USDT:USDT"],
  ["htx", "swap", "BTC/USDT:USDT"],
  ["kraken", "spot", "BTC/USD"],
  ["kraken", "spot", "ETH/USD"],
] as const;
type Market = (typeof MARKETS)[number];

interface Rig {
  simulator: Simulator;
  engine: Engine;
  internals: EngineInternals;
  notes: string[];
  close(): Promise<ReplaySummary>;
}

async function rigOf(
  markets: readonly Market[],
  options: { faults?: Parameters<typeof createSimulator>[0]["faults"]; limits?: object; config?: object } = {},
): Promise<Rig> {
  const venues = [...new Set(markets.map(([venue]) => venue))];
  const { config, ...simulated } = options;
  const simulator = await createSimulator({
    ...{ venues, seed: SEED, instruments: markets.map(([venue, , symbol]) => `${venue}:${symbol}`) },
    ...simulated,
  });
  const feeds = markets.map(([venue, product, symbol]) => {
    const { ws, rest } = simulator.endpoints[venue][product];
    return { venue, symbols: [symbol], endpoint: ws, rest };
  });
  const { engine, internals } = await startEngine(parseConfig({ feeds, ...config }, { source: "test" }), false);
  const notes: string[] = [];
  engine.on("note", ({ level, venue, text }) => notes.push(`${level} ${venue} ${text}`));
  return {
    ...{ simulator, engine, internals, notes },
    async close() {
      const summary = await engine.close();
      await simulator.stop();
      return summary;
    },
  };
}

describe("together", () => {
  const dir = folder.path("journal");
  let rig: Rig;
  let clock = 0;
  const book = (instrument: string) => {
    const found = rig.engine.status().instruments.find((one) => one.instrument === instrument);
    if (found === undefined) throw new Error(`${instrument} is not announced`);
    return found;
  };
  const gaps = () => Object.fromEntries(rig.engine.status().instruments.map((one) => [one.instrument, one.gaps]));
  const allLive = () => rig.engine.status().booksLive === MARKETS.length;
  const connects = () => rig.engine.status().connections.map((one) => one.connects);

  beforeAll(async () => {
    console.log(`seed ${SEED}`);
    const notional = { amount: 1000, currency: "USDT" };
    rig = await rigOf(MARKETS, {
      faults: [{ kind: "clock", venue: "bybit", offsetMs: -3000 }],
      config: {
        fees: { binance: { spot: { maker: 10, taker: 10 } } },
        gates: { alignMs: 10_000, maxAgeMs: 60_000, maxClockUncertaintyMs: 10_000 },
        strategies: [{ name: "triangle", use: new URL("./triangle.js", import.meta.url).href, notional, options: {} }],
        record: { dir, fsyncMs: 100 },
      },
    });
    const startedMs = performance.now();
    await until("every book live", allLive, 30_000);
    clock = performance.now() - startedMs;
    console.log(`${MARKETS.length} books of five venues live after ${Math.round(clock)} ms`);
    await sleep(6000); // cadences are learned, clocks measured
  });
  afterAll(() => rig.close());

  test("2. a checksum that is always 0 or absent: sequence is the truth, the book stays live", () => {
    expect(book("okx:BTC/USDT:USDT")).toMatchObject({ state: "live", gaps: 0 });
    expect(rig.engine.status().rejected).toBe(0);
  });

  test("7. contract units: sizes are base coin, whatever the venue counts in", async () => {
    await rig.simulator.freeze();
    await sleep(1000);
    for (const [venue, product, symbol, coinsAContract] of [
      ["okx", "swap", "BTC-USDT-SWAP", 0.01],
      ["htx", "swap", "BTC-USDT", 0.001],
    ] as const) {
      const [[price, contracts]] = rig.simulator.truth(venue, product, symbol, 1).bids;
      const { bid, bidSize } = rig.engine.quote(`${venue}:BTC/USDT:USDT`);
      expect([venue, bid, bidSize]).toEqual([venue, price, contracts * coinsAContract]);
    }
    rig.simulator.resume();
  });

  test("10. clocks: the offset is measured with its uncertainty, and what comes from the future is not hidden", () => {
    const { offsetUs, uncertaintyUs, method } = rig.engine.status().clock.bybit;
    expect(method).toBe("round-trip");
    expect(Math.abs((offsetUs ?? 0) + 3_000_000)).toBeLessThanOrEqual(uncertaintyUs ?? 0);
  });

  test("12. a triangle is walked leg by leg, and what cannot be priced in one currency is refused and counted", () => {
    const told = rig.internals.live.report?.strategies.triangle;
    expect(told?.signals).toBe(0);
    expect(told?.refused.unconverted).toBeGreaterThan(0);
  });

  test("5. latency under load is told by stage, with its tail", () => {
    for (const stage of ["decoded", "engine"]) {
      const { count, p50, p999, max } = rig.engine.status().latency[stage];
      expect([stage, count > 0, p50 > 0, p50 <= p999, p999 <= max]).toEqual([stage, true, true, true, true]);
    }
  });

  test("15. one bad symbol takes nothing else down: a wrong checksum costs its own book a resync", async () => {
    const before = { ...gaps() };
    const made = connects();
    rig.simulator.fault({ kind: "drop", venue: "kraken", channel: "book", symbol: "BTC/USD", messages: 20 });
    await until("the gap", () => book("kraken:BTC/USD").gaps > before["kraken:BTC/USD"], 15_000);
    await until("live again", allLive, 15_000);
    expect({ ...gaps(), "kraken:BTC/USD": 0 }).toEqual({ ...before, "kraken:BTC/USD": 0 });
    expect(connects()).toEqual(made);
  });

  test("4. a feed that goes silent is stale within a second, with its reason, and nothing is signalled from it", async () => {
    const startedMs = performance.now();
    rig.simulator.fault({
      kind: "mute",
      venue: "bybit",
      product: "linear",
      stream: "orderbook.50.ETHUSDT",
      forMs: 2500,
    });
    await until("stale", () => book("bybit:ETH/USDT:USDT").state === "stale", 5000);
    console.log(`stale after ${Math.round(performance.now() - startedMs)} ms`);
    expect(book("bybit:ETH/USDT:USDT").reason).toBe("silent");
    await until("live again", allLive, 15_000);
  });

  test("3. no ghost levels: after a lost connection every book is the venue's own again, and none is crossed", async () => {
    rig.simulator.fault({ kind: "abort", venue: "binance" });
    rig.simulator.fault({ kind: "abort", venue: "bybit" });
    rig.simulator.fault({ kind: "abort", venue: "kraken" });
    await sleep(1000);
    await until("live again", allLive, 20_000);
    await rig.simulator.freeze();
    await sleep(1000);
    for (const [venue, product, symbol] of [
      ["binance", "spot", "BTCUSDT"],
      ["bybit", "linear", "BTCUSDT"],
      ["kraken", "spot", "BTC/USD"],
    ] as const) {
      const { bids, asks } = rig.simulator.truth(venue, product, symbol, 10);
      const id = rig.simulator.markets.find(
        (one) => one.venue === venue && one.product === product && one.symbol === symbol,
      );
      const own = rig.internals.live.reader.book(rig.internals.live.indexOf(id?.instrument.id ?? ""), 10);
      expect([venue, own?.bids, own?.asks]).toEqual([venue, bids, asks]);
    }
    rig.simulator.resume();
    expect(rig.engine.status().instruments.map(({ crossed }) => crossed)).toEqual(MARKETS.map(() => 0));
  });

  test("16. no storm of resyncs: a book that fails again and again asks less and less often", async () => {
    const before = book("bybit:BTC/USDT:USDT").gaps;
    rig.simulator.fault({
      kind: "drop",
      venue: "bybit",
      product: "linear",
      stream: "orderbook.50.BTCUSDT",
      every: 2,
      messages: 150,
    });
    await sleep(6000);
    const failed = book("bybit:BTC/USDT:USDT").gaps - before;
    console.log(`${failed} resyncs in six seconds of every second update lost`);
    expect(failed).toBeGreaterThan(0);
    expect(failed).toBeLessThanOrEqual(8); // 0.2, 0.4, 0.8, 1.6, 3.2 s apart
    expect(book("binance:BTC/USDT").state).toBe("live");
  });

  test("6. no memory grows with reconnects: it is laid out at the start", async () => {
    const bytes = rig.internals.live.views.memory.buffer.byteLength;
    const rss = process.memoryUsage().rss;
    for (let i = 0; i < 8; i++) {
      rig.simulator.fault({ kind: "abort" });
      await sleep(250);
    }
    await until("live again", () => rig.engine.status().booksLive >= MARKETS.length - 1, 30_000);
    const grownMB = (process.memoryUsage().rss - rss) / 2 ** 20;
    console.log(`RSS ${grownMB.toFixed(1)} MiB more after eight losses of every connection`);
    expect(rig.internals.live.views.memory.buffer.byteLength).toBe(bytes);
    expect(grownMB).toBeLessThan(64);
  });

  test("14. what was seen can be seen again: the journal holds sequence and receive time of every record", async () => {
    const summary = await rig.close();
    const { missing, damages, records } = openJournal(dir, { verify: true });
    expect({ missing, damages }).toEqual({ missing: 0, damages: [] });
    expect(records).toBeGreaterThan(1000);
    const again = (await replay({ inputs: [{ path: dir }] })).summary;
    expect([again.digest, again.strategies]).toEqual([summary.digest, summary.strategies]);
  });
});

describe("each by itself", () => {
  test("1. acknowledged but silent is a verdict of its own, told and acted upon", async () => {
    const rig = await rigOf([["binance", "usdm", "BTC/USDT:USDT"]], {
      faults: [{ kind: "mute", venue: "binance", product: "usdm", channel: "bookTicker", forMs: 60_000 }],
    });
    try {
      await until(
        "the verdict",
        () =>
          rig.engine
            .status()
            .silent.some(({ channel, verdict }) => channel === "bbo" && verdict === "acked-but-silent"),
        30_000,
      );
      expect(book(rig, "binance:BTC/USDT:USDT")).toBe("live"); // its book speaks, and is not to blame
    } finally {
      await rig.close();
    }
  });

  test("8. a start with many books stays inside the venue's budget of weights: no 429, no ban", async () => {
    const symbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT", "ETH/BTC"] as const;
    const simulator = await createSimulator({
      ...{ venues: ["binance"], seed: SEED, instruments: symbols.map((symbol) => `binance:${symbol}`) },
      limits: { binance: { spotWeight: 500 } },
    });
    const { ws, rest } = simulator.endpoints.binance.spot;
    const feeds = [{ venue: "binance", symbols: [...symbols], endpoint: ws, rest }];
    const { engine } = await startEngine(parseConfig({ feeds }, { source: "test" }), false);
    const notes: string[] = [];
    engine.on("note", ({ text }) => notes.push(text));
    try {
      await until("every book live", () => engine.status().booksLive === symbols.length, 20_000);
      expect(notes.filter((text) => /\b(429|418|403)\b/.test(text))).toEqual([]);
    } finally {
      await engine.close();
      await simulator.stop();
    }
  });

  test("9. precision: an id beyond 2^53 and a price of many digits arrive exactly", () => {
    const decoder = new Decoder(L.VENUE_HTX, L.PRODUCT_SPOT);
    decoder.add("btcusdt");
    const id = "100523573486035297124202093";
    const frame = (tradeId: string) =>
      new TextEncoder().encode(
        `{"ch":"market.btcusdt.trade.detail","ts":1630994963175,"tick":{"id":137005445109,"ts":1630994963173,"data":[{"id":${id},"ts":1630994963173,"tradeId":${tradeId},"amount":0.00012345678901,"price":52648.620000000003,"direction":"buy"}]}}`,
      );
    const { records } = decoder.decode(frame("9007199254740993"));
    expect(records).toHaveLength(1);
    expect([records[0].sequence, records[0].payload.slice(0, 2)]).toEqual([
      9007199254740993n,
      [52648.620000000003, 0.00012345678901],
    ]);
  });

  test("11. the funding interval is what the venue says, never assumed", () => {
    const decoder = new Decoder(L.VENUE_OKX, L.PRODUCT_SWAP);
    decoder.add("BTC-USDT-SWAP", L.UNIT_CONTRACT, 0.01);
    const frame = (hours: number) =>
      new TextEncoder().encode(
        `{"arg":{"channel":"funding-rate","instId":"BTC-USDT-SWAP"},"data":[{"fundingRate":"0.0001","fundingTime":"1703059200000","instId":"BTC-USDT-SWAP","instType":"SWAP","nextFundingRate":"","nextFundingTime":"${1703059200000 + hours * 3_600_000}","ts":"1703040000000"}]}`,
      );
    for (const hours of [1, 4, 8]) {
      const [{ kind, payload }] = decoder.decode(frame(hours)).records;
      expect([kind, payload[1]]).toEqual([L.KIND_FUNDING, hours]);
    }
  });

  test("13. wrong arguments are found before anything is sent", async () => {
    const wrong = (feed: object) => startEngine(parseConfig({ feeds: [feed] }, { source: "test" }), false);
    await expect(async () =>
      wrong({ venue: "bybit", symbols: ["BTC/USDT"], channels: ["book500"] }),
    ).rejects.toMatchObject({
      code: "CONFIG_INVALID",
    });
    await expect(wrong({ venue: "bybit", symbols: ["BTC-USDT-500"] })).rejects.toMatchObject({ code: "FEED_SYMBOL" });
  });
});

function book(rig: Rig, instrument: string): string | undefined {
  return rig.engine.status().instruments.find((one) => one.instrument === instrument)?.state;
}
