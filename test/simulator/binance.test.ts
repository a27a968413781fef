import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BinanceBook } from "./map-book.js";
import { getJson, type Message, sleep, until, Wire } from "./wire.js";

const SEED = 20260;
const SPEED = 20;
let simulator: Simulator;

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  simulator = await createSimulator({ venues: ["binance"], seed: SEED, speed: SPEED });
});
afterAll(() => simulator.stop());

const products = [
  { product: "spot", symbol: "ETHUSDT", rest: "/api/v3", limit: 5000, path: "/stream" },
  { product: "usdm", symbol: "ETHUSDT", rest: "/fapi/v1", limit: 1000, path: "/public/stream" },
  { product: "coinm", symbol: "ETHUSD_PERP", rest: "/dapi/v1", limit: 1000, path: "/stream" },
] as const;

describe.each(products)("binance $product", ({ product, symbol, rest, limit, path }) => {
  const futures = product !== "spot";
  const paces = futures ? ["depth@0ms", "depth@100ms", "depth", "depth@500ms"] : ["depth@100ms", "depth"];

  test("every pace of the depth stream leads to the true book, and the touch equals it at equal ids", async () => {
    const endpoint = simulator.endpoints.binance[product];
    const stream = (suffix: string) => `${symbol.toLowerCase()}@${suffix}`;
    const wire = await Wire.open(endpoint.ws + path);
    const books = paces.map(
      () => new BinanceBook(futures, () => getJson(`${endpoint.rest}${rest}/depth?symbol=${symbol}&limit=${limit}`)),
    );
    const touches = new Map<number, Message>();
    let compared = 0;
    books[0].onUpdate = () => {
      const touch = touches.get(books[0].id);
      touches.clear();
      if (touch === undefined) return;
      compared++;
      const { book } = books[0];
      expect([Number(touch.b), Number(touch.B)]).toEqual(book.bids[0]);
      expect([Number(touch.a), Number(touch.A)]).toEqual(book.asks[0]);
    };
    wire.onMessage = ({ stream: name, data }) => {
      paces.forEach((pace, i) => {
        if (name === stream(pace)) books[i].take(data as Message);
      });
      if (name === stream("bookTicker")) touches.set(Number((data as Message).u), data as Message);
    };
    wire.send({ method: "SUBSCRIBE", params: [...paces, "bookTicker"].map(stream), id: 7 });
    await until("live books", () => books.every(({ live }) => live));
    expect(wire.messages[0]).toEqual({ result: null, id: 7 });
    const from = simulator.nowMs;
    await until("10 s of the model", () => simulator.nowMs - from > 10_000);
    await simulator.freeze();
    const truth = simulator.truth("binance", product, symbol);
    await until("the last message", () => books.every(({ id }) => id === truth.sequence));
    for (const [i, { book, gaps, applied }] of books.entries()) {
      expect(gaps, paces[i]).toBe(0);
      expect(applied, paces[i]).toBeGreaterThan(8);
      expect(book.bids, paces[i]).toEqual(truth.bids);
      expect(book.asks, paces[i]).toEqual(truth.asks);
    }
    expect(compared).toBeGreaterThan(futures ? 50 : 3);
    simulator.resume();
    wire.end();
  });

  test("trades are contiguous, and aggregates say the same", async () => {
    const endpoint = simulator.endpoints.binance[product];
    const stream = (suffix: string) => `${symbol.toLowerCase()}@${suffix}`;
    const wire = await Wire.open(endpoint.ws + path);
    const aggregates = product === "usdm" ? await Wire.open(`${endpoint.ws}/market/stream`) : wire;
    wire.send({ method: "SUBSCRIBE", params: [stream("trade")], id: 1 });
    aggregates.send({ method: "SUBSCRIBE", params: [stream("aggTrade")], id: 2 });
    await until("trades", () => aggregates.data(stream("aggTrade")).length > 60);
    await simulator.freeze();
    await sleep(50);
    const trades = wire.data(stream("trade"));
    expect(trades.map(({ t }) => t)).toEqual(trades.map((_, i) => Number(trades[0].t) + i));
    const byId = new Map(trades.map((trade) => [Number(trade.t), trade]));
    const all = aggregates.data(stream("aggTrade"));
    expect(all.map(({ a }) => a)).toEqual(all.map((_, i) => Number(all[0].a) + i));
    let checked = 0;
    for (const { f, l, q, p, m } of all) {
      if (!byId.has(Number(f)) || !byId.has(Number(l))) continue;
      const parts = [...byId.values()].filter(({ t }) => Number(t) >= Number(f) && Number(t) <= Number(l));
      expect(parts.reduce((sum, part) => sum + Number(part.q), 0)).toBeCloseTo(Number(q), 8);
      for (const part of parts) expect([part.p, part.m]).toEqual([p, m]);
      checked++;
    }
    expect(checked).toBeGreaterThan(40);
    if (futures) for (const { X } of trades) expect(["MARKET", "INSURANCE_FUND"]).toContain(X);
    simulator.resume();
    wire.end();
    aggregates.end();
  });
});

test("marks, funding and liquidations of futures come on the market route", async () => {
  const { ws, rest } = simulator.endpoints.binance.usdm;
  const wire = await Wire.open(`${ws}/market/stream?streams=btcusdt@markPrice@1s/btcusdt@forceOrder`);
  await until(
    "marks and a liquidation",
    () => wire.of("btcusdt@forceOrder").length > 0 && wire.of("btcusdt@markPrice@1s").length > 3,
    10_000,
  );
  const mark = wire.data("btcusdt@markPrice@1s")[0];
  expect(Object.keys(mark)).toEqual(["e", "E", "s", "p", "P", "i", "r", "T"]);
  expect(Number(mark.T) % 28_800_000).toBe(0);
  expect(Number(mark.p)).toBeGreaterThan(50_000);
  const { o } = wire.data("btcusdt@forceOrder")[0] as { o: Message };
  expect(Object.keys(o)).toEqual(["s", "S", "o", "f", "q", "p", "ap", "X", "l", "z", "T"]);
  const index = await getJson(`${rest}/fapi/v1/premiumIndex?symbol=BTCUSDT`);
  expect(index.nextFundingTime).toBe(mark.T);
  wire.end();
});

test("a stream comes on its own route only, and the old route acknowledges in silence", async () => {
  const { ws } = simulator.endpoints.binance.usdm;
  const params = ["btcusdt@bookTicker", "btcusdt@aggTrade"];
  for (const [path, heard] of [
    ["/public/stream", ["btcusdt@bookTicker"]],
    ["/market/stream", ["btcusdt@aggTrade"]],
    ["/stream", ["btcusdt@bookTicker"]],
  ] as const) {
    const wire = await Wire.open(ws + path);
    wire.send({ method: "SUBSCRIBE", params, id: 1 });
    await until("a message", () => wire.messages.length > 30);
    expect(wire.messages[0]).toEqual({ result: null, id: 1 });
    expect(new Set(wire.messages.slice(1).map(({ stream }) => stream))).toEqual(new Set(heard));
    wire.end();
  }
});

test("paths without an envelope, partial books, and one address for all products", async () => {
  const { ws } = simulator.endpoints.binance.spot;
  const host = ws.replace("/spot", "");
  const bare = await Wire.open(`${host}/ws/btcusdt@depth5@100ms`);
  await until("partial books", () => bare.messages.length > 2);
  expect(Object.keys(bare.messages[0])).toEqual(["lastUpdateId", "bids", "asks"]);
  expect((bare.messages[0].bids as unknown[]).length).toBe(5);
  const mixed = await Wire.open(`${host}/stream?streams=btcusdt@bookTicker/btcusd_perp@bookTicker`);
  await until("both", () => mixed.of("btcusdt@bookTicker").length > 0 && mixed.of("btcusd_perp@bookTicker").length > 0);
  expect(mixed.data("btcusd_perp@bookTicker")[0].ps).toBe("BTCUSD");
  expect(mixed.data("btcusdt@bookTicker")[0].e).toBeUndefined();
  for (const wire of [bare, mixed]) wire.end();
});

test("REST: metadata, time, limits of depth, and errors", async () => {
  const { spot, usdm, coinm } = simulator.endpoints.binance;
  const before = Date.now();
  expect(Number((await getJson(`${usdm.rest}/fapi/v1/time`)).serverTime)).toBeGreaterThanOrEqual(before - 1);
  const micro = await getJson(`${spot.rest}/api/v3/time`, { "X-MBX-TIME-UNIT": "MICROSECOND" });
  expect(Number(micro.serverTime)).toBeGreaterThan(1e15);
  const info = await getJson(`${spot.rest}/api/v3/exchangeInfo`);
  const btc = (info.symbols as Message[]).find(({ symbol }) => symbol === "BTCUSDT");
  expect(btc).toMatchObject({ baseAsset: "BTC", quoteAsset: "USDT", status: "TRADING" });
  const inverse = (await getJson(`${coinm.rest}/dapi/v1/exchangeInfo`)).symbols as Message[];
  expect(inverse.find(({ symbol }) => symbol === "BTCUSD_PERP")).toMatchObject({
    contractSize: 100,
    marginAsset: "BTC",
  });
  expect(await getJson(`${usdm.rest}/fapi/v1/depth?symbol=BTCUSDT&limit=7`)).toMatchObject({ code: -4021 });
  expect(await getJson(`${spot.rest}/api/v3/depth?symbol=NONE`)).toMatchObject({ code: -1121 });
  const depth = await getJson(`${coinm.rest}/dapi/v1/depth?symbol=BTCUSD_PERP&limit=5`);
  expect(Object.keys(depth)).toEqual(["lastUpdateId", "E", "T", "symbol", "pair", "bids", "asks"]);
});
