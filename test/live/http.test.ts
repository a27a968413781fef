import { createMemory, planMemory, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { liveQueries } from "crosstick/internal/live/http-queries";
import type { LiveEngine } from "crosstick/internal/live/live-engine";
import { type OptionFigures, optionsChain } from "crosstick/internal/live/options-chain";
import { QuoteReader } from "crosstick/internal/live/quote-reader";
import { Recent } from "crosstick/internal/live/recent";
import { resolveUnified } from "crosstick/internal/market/symbols";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedPort } from "../cli/closed-port.js";
import { until } from "./rig.js";
import { type Served, servedRig } from "./served.js";

type Body = Record<string, unknown>;
const url = (path: string, parameters: Record<string, string>) => `${path}?${new URLSearchParams(parameters)}`;

describe("HTTP of a live engine", () => {
  let rig: Served;
  const followed = "bybit:BTC/USDT:USDT";
  beforeAll(async () => {
    const nobody = `http://127.0.0.1:${await closedPort()}`;
    rig = await servedRig(
      [
        ["binance", "spot"],
        ["bybit", "linear"],
        ["bybit", "spot"],
      ],
      {
        instruments: ["binance:BTC/USDT", "binance:ETH/USDT", "bybit:BTC/USDT", followed],
        config: {
          endpoints: { okx: { spot: { rest: nobody } } },
          connections: { retries: 0 },
          fees: Object.fromEntries(["binance", "bybit"].map((venue) => [venue, { spot: { maker: 0, taker: 0 } }])),
          strategies: [
            {
              ...{ name: "cross", kind: "cross-venue", instruments: ["binance:BTC/USDT", "bybit:BTC/USDT"] },
              ...{ notional: { amount: 1000, currency: "USDT" }, entryNetBps: -1000, exitNetBps: -1000 },
              gates: { alignMs: 5000, maxAgeMs: 5000, maxClockUncertaintyMs: 5000 },
            },
            {
              ...{ name: "greedy", kind: "cross-venue", instruments: ["binance:BTC/USDT", "bybit:BTC/USDT"] },
              ...{ notional: { amount: 1000, currency: "USDT" }, entryNetBps: 5000 },
            },
          ],
        },
      },
    );
    await until("live books", () => rig.served.engine.status().booksLive === 3, 20_000);
  }, 60_000);
  afterAll(() => rig.close());

  const unified = ["instrument", "exchange", "symbol", "price", "change", "changePercent", "high", "low"];

  test("an instrument that is followed comes out of memory, any other from its venue, in one form", async () => {
    const fields = [...unified, "baseVolume", "quoteVolume", "bid", "ask", "timestamp"];
    const [live, rest, none] = (
      await rig.get(url("/v1/ticker", { instrument: `${followed},binance:ETH/USDT,binance:NOPE/USDT` }))
    ).body as unknown as Body[];
    for (const ticker of [live, rest]) expect(Object.keys(ticker)).toEqual(expect.arrayContaining(fields));
    expect([live.source, live.exchange, live.symbol, live.state]).toEqual(["live", "bybit", "BTC/USDT:USDT", "live"]);
    expect([rest.source, rest.exchange, rest.symbol, rest.state]).toEqual(["rest", "binance", "ETH/USDT", null]);
    expect(rest.baseVolume).toBeGreaterThan(0);
    expect(none).toMatchObject({ instrument: "binance:NOPE/USDT", error: { code: "SYMBOL_UNKNOWN" } });
  });

  test("a book likewise", async () => {
    for (const [instrument, source] of [
      [followed, "live"],
      ["binance:ETH/USDT", "rest"],
    ]) {
      const { status, body } = await rig.get(url("/v1/orderbook", { instrument, depth: "7" }));
      const bids = body.bids as number[][];
      expect([status, body.source, bids.length, body.depth, body.bestBid]).toEqual([200, source, 7, 7, bids[0][0]]);
    }
  });

  test("figures, correlations, outcomes and the ledger are there from the start", async () => {
    const names = rig.served.engine.status().instruments.map(({ instrument }) => instrument);
    const { status, body } = await rig.get("/v1/correlation");
    expect(status).toBe(200);
    expect(body).toMatchObject({ stepMs: 1000, returns: expect.any(Number) });
    const pairs = body.pairs as { a: string; b: string; correlation: number | null }[];
    for (const { a, b, correlation } of pairs) {
      expect(names).toEqual(expect.arrayContaining([a, b]));
      expect(correlation).toBeNull(); // fewer than thirty returns
    }
    expect((await rig.get(url("/v1/correlation", { instrument: "binance:NOPE/USDT" }))).status).toBe(400);
    expect(await rig.get("/v1/pairs")).toMatchObject({ status: 200, body: { pairs: [] } });
    expect(await rig.get("/v1/outcomes")).toMatchObject({ status: 200, body: { outcomes: expect.any(Array) } });
    expect(await rig.get("/v1/ledger")).toMatchObject({ status: 200, body: { ledger: null } });
  });

  test("a venue that cannot be reached is told as that, not as a failure of ours", async () => {
    const { status, body } = await rig.get(url("/v1/ticker", { instrument: "okx:BTC/USDT" }));
    expect([status, (body.error as Body).code]).toEqual([502, "VENUE_UNREACHABLE"]);
  });

  test("trades go on where one stopped, none twice, none lost", async () => {
    const ask = async (parameters: Record<string, string>) =>
      (await rig.get(url("/v1/trades", { instrument: followed, ...parameters }))).body.trades as Body[];
    let all: Body[] = [];
    for (let page = 0; all.length < 12; page++) {
      const after = String(all.at(-1)?.sequence ?? 0);
      all = [...all, ...(await ask({ after_sequence: after, limit: "5" }))];
      if (page > 400) throw new Error(`only ${all.length} trades came`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index + 1));
    expect(all[0]).toMatchObject({ side: expect.stringMatching(/^(buy|sell)$/), marketTrade: true });
    const last = await ask({ limit: "3" });
    expect(last).toHaveLength(3);
    const [first] = last;
    expect((await ask({ from: String(first.ts), limit: "1000" }))[0].ts).toBe(first.ts);
    expect(await ask({ to: "2001-01-01" })).toEqual([]);
  });

  test("funding, signals, refusals", async () => {
    await until("a report", () => Object.keys(rig.served.engine.status().strategies).length > 0);
    await until("a signal", () => (rig.served.engine.status().strategies.cross?.signals ?? 0) > 0, 20_000);
    const { body: rates } = await rig.get("/v1/funding");
    expect(rates.funding).toEqual([
      expect.objectContaining({ instrument: followed, intervalHours: 8, nextTs: expect.stringMatching(/000$/) }),
    ]);
    const [{ rate, apr }] = rates.funding as { rate: number; apr: number }[];
    expect(apr).toBeCloseTo((rate * 8760) / 8, 12);
    const { body } = await rig.get("/v1/signals?strategy=cross&limit=1");
    expect(body.signals).toEqual([expect.objectContaining({ strategy: "cross", action: "enter" })]);
    expect((await rig.get("/v1/signals?strategy=nobody")).body).toEqual({ signals: [] });
    expect(Object.keys((await rig.get("/v1/refusals")).body.refusals as Body)).toEqual(["cross", "greedy"]);
    let liquidations: Body[] = [];
    while (liquidations.length === 0) {
      liquidations = (await rig.get("/v1/liquidations")).body.liquidations as Body[];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // Binance tells the last one of a second; Bybit tells them all.
    for (const { instrument, complete } of liquidations)
      expect([instrument, complete]).toEqual([instrument, !String(instrument).startsWith("binance")]);
  });

  test.each([
    ["/v1/trades", 400],
    ["/v1/trades?instrument=binance:ETH/USDT", 400],
    ["/v1/trades?instrument=bybit:BTC/USDT:USDT&limit=0", 400],
    ["/v1/trades?instrument=bybit:BTC/USDT:USDT&from=yesterday", 400],
    ["/v1/trades?instrument=bybit:BTC/USDT:USDT&depth=3", 400],
    ["/v1/options/chain", 400],
    ["/v1/nothing", 404],
  ])("%s is refused with %i", async (path, status) => {
    const reply = await rig.get(path);
    expect([reply.status, typeof (reply.body.error as Body).message]).toEqual([status, "string"]);
  });

  test("openapi.json has the types of the validators", async () => {
    const { paths } = (await rig.get("/openapi.json")).body as { paths: Record<string, { get: Body }> };
    const parameters = paths["/v1/trades"].get.parameters as Body[];
    expect(parameters.map(({ name, required }) => [name, required])).toEqual([
      ...[
        ["instrument", true],
        ["from", false],
        ["to", false],
        ["after_sequence", false],
        ["limit", false],
      ],
    ]);
    expect(parameters[4].schema).toMatchObject({ type: "integer", minimum: 1, maximum: 1000, default: 100 });
    expect(JSON.stringify(paths["/v1/options/chain"].get.responses)).toContain('"atm"');
  });
});

describe("a chain of options", () => {
  const ids = [
    ...["261225-90000-C", "261225-100000-C", "261225-100000-P", "261225-110000-P"].map((rest) => `BTC/USD:BTC-${rest}`),
    ...["BTC/USD:BTC-260925-100000-C", "ETH/USD:ETH-261225-3000-C"],
  ];
  const instruments = ids.map((symbol) => {
    const found = resolveUnified("deribit", symbol);
    if (found === null) throw new Error(symbol);
    return found;
  });

  test("is grouped by expiry and strike; at the money is the strike nearest the forward, not the middle one", () => {
    const figures = (underlying: number, markIv: number) => ({ underlying, markIv }) as OptionFigures;
    const options = instruments.slice(0, 5).map((instrument, index) => ({
      instrument,
      figures: figures(91_000 + index, 0.5 + index / 10),
    }));
    const [near, far] = optionsChain(options);
    expect([near.expiry, far.expiry, far.forward]).toEqual(["2026-09-25", "2026-12-25", 91_002]);
    expect(far.strikes.map(({ strike, call, put }) => [strike, call !== null, put !== null])).toEqual([
      [90_000, true, false],
      [100_000, true, true],
      [110_000, false, true],
    ]);
    expect(far.atm).toEqual({ strike: 90_000, callIv: 0.5, putIv: null });
    expect(optionsChain([])).toEqual([]);
    const [unknown] = optionsChain(
      [{ instrument: instruments[0], figures: figures(Number.NaN, 1) }].map((one) => ({
        ...one,
        figures: { ...one.figures, underlying: null },
      })),
    );
    expect([unknown.forward, unknown.atm]).toEqual([null, null]);
  });

  test("is read out of the engine's memory, with greeks when asked for", async () => {
    const plan = planMemory({
      ...{ lanes: [1], ringRecords: 1024, scratchBytes: 65_536, instruments: 8, bookLevels: 16, vwapTrades: 16 },
      ...{ windowBytes: 65_536, consumers: [] },
    });
    const views = viewsOf(createMemory(plan));
    const at = (index: number, offset: number) => (plan.instruments + index * L.INSTRUMENT_BYTES + offset) >> 3;
    for (const [index] of instruments.entries()) {
      views.f64.fill(Number.NaN, at(index, L.INSTRUMENT_BID), at(index + 1, 0));
      views.f64[at(index, L.INSTRUMENT_UNDERLYING)] = 99_000;
      views.f64[at(index, L.INSTRUMENT_MARK_VOLATILITY)] = 0.6;
      views.f64[at(index, L.INSTRUMENT_DELTA)] = 0.25;
    }
    const known = instruments.map(({ id }) => id);
    const live = { reader: new QuoteReader(views, plan), known: () => known, instruments } as unknown as LiveEngine;
    const queries = liveQueries(
      live,
      new Recent(),
      { validator: null, correlations: null, journal: null, figures: () => null },
      () => null,
    );
    const chain = queries["options/chain"];
    const ask = (text: string) => chain.answer(new URLSearchParams(text)) as { expiries: Body[] };
    const { expiries } = ask("underlying=btc&greeks=true");
    expect(expiries).toHaveLength(2);
    expect(expiries[1]).toMatchObject({
      ...{ exchange: "deribit", settle: "BTC", forward: 99_000, atm: { strike: 100_000, callIv: 0.6, putIv: 0.6 } },
      strikes: [{}, { call: { bid: null, markIv: 0.6, greeks: { delta: 0.25, gamma: null } } }, {}],
    });
    expect(chain.output?.safeParse({ underlying: "BTC", expiries }).success).toBe(true);
    expect(JSON.stringify(ask("underlying=BTC"))).not.toContain("greeks");
    expect(ask("underlying=BTC&exchange=okx")).toEqual({ underlying: "BTC", expiries: [] });
  });
});

test("memory keeps the last trades and tells how many were missed", async () => {
  const f64 = new Float64Array(8);
  const views = { f64, u64: new BigUint64Array(f64.buffer), u8: new Uint8Array(f64.buffer) };
  const recent = new Recent();
  for (let count = 1; count <= 1500; count++) {
    f64[L.TRADE_PRICE >> 3] = count;
    views.u64[L.RECORD_SEQUENCE >> 3] = 2n ** 60n + BigInt(count);
    recent.trade(3, views as never, 0);
  }
  const live = { known: () => ["", "", "", "x"] } as unknown as LiveEngine;
  const { trades } = liveQueries(
    live,
    recent,
    { validator: null, correlations: null, journal: null, figures: () => null },
    () => 3,
  );
  const answer = (await trades.answer(new URLSearchParams("instrument=x&after_sequence=100&limit=2"))) as Body;
  expect(answer).toMatchObject({
    ...{ source: "memory", missed: 376, next: 478, more: true },
    trades: [{ sequence: 477, price: 477, id: String(2n ** 60n + 477n) }, { sequence: 478 }],
  });
  expect(recent.tradesOf(0)).toEqual([]);
});
