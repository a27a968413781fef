import { readFileSync } from "node:fs";
import { configJsonSchema, type EngineConfig, gatesOf, parseConfig } from "crosstick/internal/config";
import { describe, expect, test } from "vitest";
import { configErrorOf } from "./files.js";

const notional = { amount: 10_000, currency: "USDT" };
const pair = { name: "p", kind: "pair-zscore", a: "binance:ETH/USDT", b: "binance:BTC/USDT", notional, statistics: {} };
const basis = { name: "b", kind: "basis", spot: "bybit:BTC/USDT", future: "bybit:BTC/USDT:USDT", notional };
const cross = { name: "c", kind: "cross-venue", instruments: ["binance:BTC/USDT", "okx:BTC/USDT"], notional };

const messageOf = (value: unknown): string => configErrorOf(() => parseConfig(value)).message;
const ofStrategy = (...strategies: object[]): string => messageOf({ strategies });

describe("defaults", () => {
  test("an empty configuration is valid and complete", () => {
    expect(parseConfig({})).toEqual({
      version: 1,
      feeds: [],
      endpoints: {},
      connections: {
        ...{ breakerFailures: 5, breakerOpenMs: 60_000, retries: 2 },
        ...{ switchAfterTimeouts: 5, returnAfterMs: 600_000, canary: 0 },
      },
      fees: {},
      gates: { alignMs: 100, maxAgeMs: 1000, maxClockUncertaintyMs: 50 },
      strategies: [],
      memory: {
        instruments: 1024,
        bookLevels: 8192,
        ringRecords: 131_072,
        vwapTrades: 1024,
        windowMiB: 64,
        scratchMiB: 16,
      },
      idle: "backoff",
      metrics: { vwapTrades: 100 },
    });
  });

  test("each kind of strategy has its own", () => {
    const [p, b, c] = parseConfig({ strategies: [pair, basis, cross] }).strategies;
    const common = { liquidity: "taker", entryNetBps: 0, exitNetBps: 0, holdHours: 0 };
    expect(p).toMatchObject({ ...common, spread: "log-ratio", entryZ: 2, exitZ: 0.5, fills: 4 });
    expect(p.statistics).toEqual({ price: "mid", vwapTrades: 100, sampleMs: 1000, window: 3600, minSamples: 30 });
    expect(b).toMatchObject({ ...common, fills: 4 });
    expect(c).toMatchObject({ ...common, fills: 2, convertQuotes: false });
  });

  test("ols is the hedge of a hedge ratio only", () => {
    const [hedged, plain] = parseConfig({
      strategies: [
        { ...pair, spread: "hedge-ratio" },
        { ...pair, name: "q" },
      ],
    }).strategies;
    expect(hedged).toMatchObject({ hedge: { method: "ols" } });
    expect(plain).toMatchObject({ hedge: undefined });
  });

  test("a section that is given empty takes its defaults", () => {
    const config = parseConfig({ server: {}, validation: {}, alerts: {}, record: { dir: "x" } });
    expect(config.server).toEqual({ host: "127.0.0.1", port: 8080, tokens: [], origins: [], ready: { minVenues: 1 } });
    expect(config.validation).toMatchObject({ fallback: "rule", deadlineMs: 5000, dailyBudget: 1 });
    expect(config.alerts).toEqual({ pairs: [], repeatMinutes: 30 });
    expect(config.record).toEqual({
      dir: "x",
      raw: false,
      fsyncMs: 1000,
      segmentMiB: 256,
      segmentMinutes: 60,
      retain: {},
    });
  });

  test("a strategy's gates override one by one", () => {
    const config = parseConfig({ gates: { maxAgeMs: 7 }, strategies: [{ ...cross, gates: { alignMs: 5 } }] });
    expect(gatesOf(config, config.strategies[0])).toEqual({ alignMs: 5, maxAgeMs: 7, maxClockUncertaintyMs: 50 });
  });

  test("the input stays as it was", () => {
    const input = { strategies: [structuredClone(pair)] };
    const before = structuredClone(input);
    parseConfig(input);
    expect(input).toEqual(before);
  });
});

describe("object form", () => {
  test("takes a module by URL, path or file URL, and keeps its options", () => {
    const config: EngineConfig = {
      strategies: [
        {
          name: "one",
          use: new URL("file:///strategies/one.js"),
          notional,
          options: { buy: "x", deep: { list: [1] } },
        },
        { name: "two", use: "./two.js", notional },
      ],
    };
    expect(parseConfig(config).strategies).toMatchObject([
      { use: "file:///strategies/one.js", options: { buy: "x", deep: { list: [1] } } },
      { use: "./two.js", options: {} },
    ]);
  });

  test.each([["https://example.com/x.js"], ["data:text/javascript,1"], [""], [5]])("refuses to import %j", (use) => {
    expect(ofStrategy({ name: "x", use, notional })).toMatch(
      /^strategies\[0\]\.use must be the path or file URL of a module/,
    );
  });

  test("negative fees are rebates", () => {
    const { fees } = parseConfig({ fees: { bybit: { linear: { maker: -1, taker: 5.5, date: "2026-08-01" } } } });
    expect(fees.bybit?.linear).toEqual({ maker: -1, taker: 5.5, date: "2026-08-01" });
  });
});

describe("instruments", () => {
  const withInstrument = (instrument: string): object => ({ ...basis, future: instrument });

  test.each([
    "binance:BTC/USDT:USDT",
    "binance:BTCUSDT",
    "binance.usdm:BTCUSDT",
    "deribit:BTC-26DEC25-100000-C",
    "okx:BTC/USD:BTC-261225-100000-C",
  ])("takes %s", (instrument) => {
    expect(parseConfig({ strategies: [withInstrument(instrument)] }).strategies).toMatchObject([
      { future: instrument },
    ]);
  });

  test.each([
    ["BTC/USDT", "must be venue:symbol, for example binance:BTC/USDT"],
    ["BTC/USDT:USDT", "names an unknown venue 'BTC/USDT'; known: binance, bybit"],
    ["binanc:BTC/USDT", "names an unknown venue 'binanc'; did you mean binance?"],
    ["constructor:BTC/USDT", "names an unknown venue 'constructor'"],
    ["binance.swap:BTCUSDT", "names an unknown product of binance; known: spot, usdm, coinm"],
    ["binance:", "must have a symbol"],
    ["binance:BTC USDT", "must have a symbol"],
  ])("refuses %s", (instrument, message) => {
    expect(ofStrategy(withInstrument(instrument))).toContain(`strategies[0].future ${message}`);
  });
});

describe("refusals", () => {
  test.each<[string, unknown, string]>([
    ["a mistyped key", { gates: { alingMs: 1 } }, "gates.alingMs is not a known key; did you mean alignMs?"],
    ["a mistyped section", { strategy: [] }, "strategy is not a known key; did you mean strategies?"],
    ["a key far from all", { gates: { zzz: 1 } }, "gates.zzz is not a known key; known: alignMs, maxAgeMs"],
    ["a venue without fees", { fees: { binnance: {} } }, "fees.binnance is not a known key; did you mean binance?"],
    ["another venue's product", { fees: { kraken: { swap: { maker: 1, taker: 1 } } } }, "fees.kraken.swap is not a"],
    ["half a fee", { fees: { okx: { spot: { maker: 1 } } } }, "fees.okx.spot.taker is missing"],
    ["a wrong type", { server: { port: "80" } }, 'server.port must be a number, got "80"'],
    ["a fraction", { server: { port: 80.5 } }, "server.port must be a whole number, got 80.5"],
    ["no number", { gates: { alignMs: Number.NaN } }, "gates.alignMs must be a number"],
    ["infinity", { gates: { alignMs: Number.POSITIVE_INFINITY } }, "gates.alignMs must be a number"],
    ["below the range", { gates: { alignMs: -1 } }, "gates.alignMs must be at least 0, got -1"],
    ["above the range", { server: { port: 65_536 } }, "server.port must be at most 65535, got 65536"],
    ["a wrong word", { idle: "spinn" }, 'idle must be one of spin, backoff, park, got "spinn"; did you mean spin?'],
    ["another version", { version: 2 }, "version must be 1, got 2"],
    ["an empty section", { server: null }, "server must be a group of keys, got nothing"],
    ["a list for a group", { gates: [] }, "gates must be a group of keys, got a list of 0"],
    ["no group at all", "text", 'must be a group of keys, got "text"'],
    ["no power of two", { memory: { ringRecords: 5000 } }, "memory.ringRecords must be a power of two"],
    ["a bad date", { fees: { okx: { spot: { maker: 1, taker: 1, date: "1.2.26" } } } }, "must be a date such as"],
    ["no symbols", { feeds: [{ venue: "okx", symbols: [] }] }, "feeds[0].symbols must be at least 1 entries"],
    ["a symbol twice", { feeds: [{ venue: "okx", symbols: ["A", "A"] }] }, "feeds[0].symbols[1] repeats A"],
    ["a venue twice", { feeds: [{ venue: "okx", symbols: ["okx:A"] }] }, "must not repeat the venue: write A"],
    ["an address", { feeds: [{ venue: "okx", symbols: ["A"], endpoint: "http://x" }] }, "must be a wss or ws address"],
    ["long VWAPs", { metrics: { vwapTrades: 2000 } }, "metrics.vwapTrades is 2000, more than memory.vwapTrades (1024)"],
    ["a price without a model", { validation: { baseUrl: "https://x" } }, "validation.model is missing, but needed"],
    ["a stranger judged", { validation: { strategies: ["x"] } }, "validation.strategies[0] names no strategy: 'x'"],
    ["half of TLS", { server: { tls: { certFile: "x" } } }, "server.tls.keyFile is missing"],
  ])("%s", (_, value, message) => expect(messageOf(value)).toContain(message));

  test.each<[string, object[], string]>([
    [
      "a mistyped key",
      [cross, { ...basis, entryNetBp: 1 }],
      "strategies[1].entryNetBp is not a known key; did you mean entryNetBps?",
    ],
    [
      "a mistyped kind",
      [{ ...cross, kind: "crossvenue" }],
      "strategies[0].kind must be one of cross-venue, basis, pair-zscore",
    ],
    ["a kind that is near", [{ ...cross, kind: "crossvenue" }], "did you mean cross-venue?"],
    [
      "neither kind nor module",
      [{ name: "x", notional }],
      "strategies[0].use is missing: a strategy needs a kind (cross-venue",
    ],
    ["kind and module", [{ ...cross, use: "./x.js" }], "strategies[0].use is not a known key"],
    ["a key of another kind", [{ ...cross, entryZ: 1 }], "strategies[0].entryZ is not a known key"],
    ["a name twice", [cross, { ...basis, name: "c" }], "strategies[1].name repeats the name of strategies[0], c"],
    ["a name with a dot", [{ ...cross, name: "a.b" }], "strategies[0].name must be 1 to 64 letters"],
    ["no name", [{ ...cross, name: undefined }], "strategies[0].name is missing"],
    ["no notional", [{ ...cross, notional: undefined }], "strategies[0].notional is missing"],
    [
      "a notional of 0",
      [{ ...cross, notional: { ...notional, amount: 0 } }],
      "notional.amount must be more than 0, got 0",
    ],
    [
      "one instrument",
      [{ ...cross, instruments: ["okx:A"] }],
      "strategies[0].instruments must be at least 2 entries, got a list of 1",
    ],
    [
      "an instrument twice",
      [{ ...cross, instruments: ["okx:A", "okx:A"] }],
      "strategies[0].instruments[1] repeats okx:A",
    ],
    ["legs that are one", [{ ...basis, future: basis.spot }], "strategies[0].future is the same instrument as spot"],
    ["sides that are one", [{ ...pair, b: pair.a }], "strategies[0].b is the same instrument as a"],
    ["exit beyond entry", [{ ...pair, exitZ: 2 }], "strategies[0].exitZ is 2, not below entryZ (2)"],
    ["stop inside entry", [{ ...pair, stopZ: 2 }], "strategies[0].stopZ is 2, not above entryZ (2)"],
    ["no statistics", [{ ...pair, statistics: undefined }], "strategies[0].statistics is missing"],
    [
      "a small window",
      [{ ...pair, statistics: { window: 20, minSamples: 30 } }],
      "statistics.minSamples is 30, more than the window of 20",
    ],
    ["a large window", [{ ...pair, statistics: { window: 10_001 } }], "statistics.window must be at most 10000"],
    [
      "a hedge without use",
      [{ ...pair, hedge: { method: "ols" } }],
      "strategies[0].hedge has no use with spread: log-ratio",
    ],
    [
      "long VWAPs",
      [{ ...pair, statistics: { price: "vwap", vwapTrades: 2000 } }],
      "more than memory.vwapTrades (1024)",
    ],
  ])("a strategy with %s", (_, strategies, message) => expect(ofStrategy(...strategies)).toContain(message));

  test("all problems at once, each with its path, and the source", () => {
    const value = { idle: 1, server: { prt: 1 }, strategies: [{ ...cross, liquidity: "takr" }] };
    const error = configErrorOf(() => parseConfig(value, { source: "createEngine" }));
    expect(error.problems.map(({ path }) => path).sort()).toEqual(["idle", "server.prt", "strategies[0].liquidity"]);
    expect(error.message).toMatch(/^3 problems\n {2}createEngine: /);
    expect(error).toMatchObject({ name: "ConfigError", exitCode: 3 });
  });

  test("one mistake is one problem", () => {
    const { problems } = configErrorOf(() => parseConfig({ strategies: [{ ...cross, entryNetBp: 5, exitNetBps: 2 }] }));
    expect(problems).toHaveLength(1);
  });

  test("thousands of problems are counted out, not listed", () => {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`key${i}`, 1]));
    const error = configErrorOf(() => parseConfig(many));
    expect(error.problems).toHaveLength(20);
    expect(error.message).toContain("20 problems or more");
  });

  test("names that all objects inherit are no keys, and do nothing", () => {
    for (const name of ["__proto__", "constructor", "prototype"]) {
      const options = JSON.parse(`{ "${name}": { "polluted": true } }`);
      for (const value of [
        options,
        { gates: options },
        { strategies: [{ name: "x", use: "./x.js", notional, options }] },
      ])
        expect(configErrorOf(() => parseConfig(value)).problems[0]).toMatchObject({ code: "CONFIG_UNKNOWN_KEY" });
    }
    expect("polluted" in {}).toBe(false);
  });

  test("keys cannot write to a terminal", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(messageOf({ "\u001b[2Jkey": 1 })).not.toMatch(/\u001b/);
  });
});

describe("JSON Schema", () => {
  const schema = configJsonSchema();

  test("lists every key of the example", () => {
    const text = readFileSync(new URL("../../examples/crosstick.yaml", import.meta.url), "utf8");
    for (const [, key] of text.matchAll(/^([a-z]\w*):/gm)) expect(Object.keys(schema.properties ?? {})).toContain(key);
  });

  test("is closed, described and of one kind a strategy", () => {
    expect(schema).toMatchObject({ type: "object", additionalProperties: false, title: "crosstick configuration" });
    for (const [key, node] of Object.entries(schema.properties ?? {})) expect(node.description, key).toBeTruthy();
    const branches = schema.properties?.strategies?.items?.oneOf ?? [];
    expect(branches.map(({ title }) => title)).toEqual([
      "cross-venue",
      "basis",
      "pair-zscore",
      "triangular",
      "liquidation-options",
      "module",
    ]);
    expect(branches.map(({ properties }) => properties?.kind?.const)).toEqual([
      "cross-venue",
      "basis",
      "pair-zscore",
      "triangular",
      "liquidation-options",
      undefined,
    ]);
  });
});
