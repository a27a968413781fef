import { OrderbookTopic } from "crosstick/internal/simulator/bybit/orderbook";
import { MarketModel } from "crosstick/internal/simulator/model/market-model";
import { Stream } from "crosstick/internal/simulator/server/stream";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { CATALOGUE } from "crosstick/internal/simulator/venues";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BybitBook } from "./map-book.js";
import { getJson, type Message, sleep, until, Wire } from "./wire.js";

const SEED = 77;
const SPEED = 20;
const DEPTHS = [1, 50, 200, 1000] as const;
let simulator: Simulator;

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  simulator = await createSimulator({ venues: ["bybit"], seed: SEED, speed: SPEED });
});
afterAll(() => simulator.stop());

const products = [
  { product: "spot", symbol: "BTCUSDT" },
  { product: "linear", symbol: "BTCUSDT" },
  { product: "inverse", symbol: "BTCUSD" },
] as const;

describe.each(products)("bybit $product", ({ product, symbol }) => {
  test("every depth leads to the true book, update by update", async () => {
    const wire = await Wire.open(`${simulator.endpoints.bybit[product].ws}/v5/public/${product}`);
    const books = new Map(DEPTHS.map((depth) => [`orderbook.${depth}.${symbol}`, new BybitBook()]));
    wire.onMessage = (message) => books.get(String(message.topic))?.take(message);
    wire.send({ op: "subscribe", args: [...books.keys()], req_id: "r1" });
    await until("snapshots", () => [...books.values()].every(({ snapshots }) => snapshots > 0));
    expect(wire.messages[0]).toMatchObject({ success: true, req_id: "r1", op: "subscribe" });
    const from = simulator.nowMs;
    await until("10 s of the model", () => simulator.nowMs - from > 10_000);
    await simulator.freeze();
    const truth = simulator.truth("bybit", product, symbol);
    await until("the last message", () =>
      DEPTHS.every((depth) => books.get(`orderbook.${depth}.${symbol}`)?.update === truth.updates[depth]),
    );
    for (const depth of DEPTHS) {
      const book = books.get(`orderbook.${depth}.${symbol}`) as BybitBook;
      expect(book.gaps, `depth ${depth}`).toBe(0);
      expect(book.book.bids, `depth ${depth}`).toEqual(truth.bids.slice(0, depth));
      expect(book.book.asks, `depth ${depth}`).toEqual(truth.asks.slice(0, depth));
      if (depth === 1) expect([book.deltas, book.snapshots > 20]).toEqual([0, true]);
      else expect([book.deltas > 20, book.snapshots]).toEqual([true, 1]);
    }
    // Who comes later is given the whole, and what follows fits to it.
    const late = await Wire.open(`${simulator.endpoints.bybit[product].ws}/v5/public/${product}`);
    const lateBook = new BybitBook();
    late.onMessage = (message) => {
      if (message.topic !== undefined) lateBook.take(message);
    };
    late.send({ op: "subscribe", args: [`orderbook.200.${symbol}`] });
    await until("a snapshot", () => lateBook.snapshots === 1);
    expect(lateBook.book.bids).toEqual(truth.bids.slice(0, 200));
    simulator.resume();
    await until("deltas", () => lateBook.deltas > 5);
    expect(lateBook.gaps).toBe(0);
    for (const one of [wire, late]) one.end();
  });

  test("trades come in arrays with the taker's side, inside the prices of the book", async () => {
    const wire = await Wire.open(`${simulator.endpoints.bybit[product].ws}/v5/public/${product}`);
    wire.send({ op: "subscribe", args: [`publicTrade.${symbol}`] });
    await until("trades", () => wire.of(`publicTrade.${symbol}`).length > 20);
    const trades = wire.of(`publicTrade.${symbol}`).flatMap(({ data }) => data as Message[]);
    expect(new Set(trades.map(({ i }) => i)).size).toBe(trades.length);
    for (const { S, s, v, T } of trades) {
      expect(["Buy", "Sell"]).toContain(S);
      expect([s, Number(v) > 0]).toEqual([symbol, true]);
      expect(Math.abs(Number(T) - Date.now())).toBeLessThan(20_000);
    }
    wire.end();
  });
});

test("tickers of derivatives are a whole and then changes; spot's are always whole", async () => {
  const { linear, spot } = simulator.endpoints.bybit;
  const futures = await Wire.open(`${linear.ws}/v5/public/linear`);
  const pairs = await Wire.open(`${spot.ws}/v5/public/spot`);
  for (const wire of [futures, pairs]) wire.send({ op: "subscribe", args: ["tickers.BTCUSDT"] });
  await until("tickers", () => futures.of("tickers.BTCUSDT").length > 10 && pairs.of("tickers.BTCUSDT").length > 3);
  const [first, ...rest] = futures.of("tickers.BTCUSDT");
  expect(first.type).toBe("snapshot");
  for (const key of ["markPrice", "indexPrice", "fundingRate", "nextFundingTime", "openInterest", "bid1Price"])
    expect(Object.keys(first.data as Message)).toContain(key);
  expect(new Set(rest.map(({ type }) => type))).toEqual(new Set(["delta"]));
  expect(Math.min(...rest.map(({ data }) => Object.keys(data as Message).length))).toBeLessThan(12);
  expect(new Set(pairs.of("tickers.BTCUSDT").map(({ type }) => type))).toEqual(new Set(["snapshot"]));
  expect(Object.keys(pairs.of("tickers.BTCUSDT")[0].data as Message)).not.toContain("bid1Price");
  for (const wire of [futures, pairs]) wire.end();
});

test("liquidations come with the side of the position", async () => {
  const wire = await Wire.open(`${simulator.endpoints.bybit.linear.ws}/v5/public/linear`);
  wire.send({ op: "subscribe", args: ["allLiquidation.BTCUSDT", "allLiquidation.ETHUSDT"] });
  await until("a liquidation", () => wire.messages.length > 1, 10_000);
  const [{ S, p, v, s }] = wire.messages[1].data as Message[];
  expect(["Buy", "Sell"]).toContain(S);
  expect(Number(p) * Number(v)).toBeGreaterThan(0);
  expect(String(s)).toMatch(/^(BTC|ETH)USDT$/);
  wire.end();
});

test("level 1 is sent again after three seconds without a change, with the same number", () => {
  const spec = CATALOGUE.find(({ venue, symbol }) => venue === "bybit" && symbol === "ETHBTC");
  if (spec === undefined) throw new Error("no ETHBTC");
  const [market] = new MarketModel({ seed: 1, specs: [spec], divergences: false }).markets; // stands still
  const sent: [number, string][] = [];
  let now = 0;
  const place = {
    venue: "bybit",
    product: "spot",
    symbol: "ETHBTC",
    channel: "orderbook",
    stream: "orderbook.1.ETHBTC",
  };
  const stream = new Stream(place, market, { pass: (_stream, text) => sent.push([now, text]) });
  const topic = new OrderbookTopic(stream, market, [1, 10], 500);
  stream.add({ deliver: () => {} } as never);
  for (now = 10; now <= 7000; now += 10) topic.stepped(now, 1e12 + now);
  expect(sent.map(([at]) => at)).toEqual([3000, 6000]);
  const updates = sent.map(([, text]) => (JSON.parse(text).data as Message).u);
  expect(updates).toEqual([topic.update, topic.update]);
});

test("REST: time, books, instruments, tickers, and errors", async () => {
  const { rest } = simulator.endpoints.bybit.spot;
  const time = (await getJson(`${rest}/v5/market/time`)).result as Message;
  expect(String(time.timeNano)).toMatch(/^\d{16}000$/);
  await simulator.freeze();
  const truth = simulator.truth("bybit", "spot", "ETHUSDT", 3);
  const book = (await getJson(`${rest}/v5/market/orderbook?category=spot&symbol=ETHUSDT&limit=3`)).result as Message;
  expect((book.b as string[][]).map((row) => row.map(Number))).toEqual(truth.bids);
  expect(book.seq).toBe(truth.sequence);
  simulator.resume();
  await sleep(20);
  const info = (await getJson(`${rest}/v5/market/instruments-info?category=linear&symbol=BTCUSDT`)).result as Message;
  expect((info.list as Message[])[0]).toMatchObject({ contractType: "LinearPerpetual", settleCoin: "USDT" });
  expect(await getJson(`${rest}/v5/market/orderbook?category=spot&symbol=NONE`)).toMatchObject({ retCode: 10001 });
  const tickers = (await getJson(`${rest}/v5/market/tickers?category=inverse`)).result as Message;
  expect((tickers.list as Message[]).length).toBe(3);
});
