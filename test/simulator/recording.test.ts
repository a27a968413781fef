import { openRecordings } from "crosstick/internal/cli/sim-recordings";
import type { RecordedFrame } from "crosstick/internal/simulator/recorded/frame";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterEach, expect, test } from "vitest";
import { recordings } from "../sources/recorded.js";
import { BinanceBook, BybitBook } from "./map-book.js";
import { getJson, type Message, sleep, until, Wire } from "./wire.js";

const START_US = 1_723_161_256_000_000;
let simulator: Simulator;

afterEach(() => simulator.stop());

async function* frames(list: readonly RecordedFrame[]): AsyncGenerator<RecordedFrame> {
  yield* list;
}

function frame(atMs: number, market: string, text: string, url: string | null = null): RecordedFrame {
  const [venue, product] = market.split(".");
  return { receivedUs: START_US + atMs * 1000, text, url, venue: venue as "binance" | "bybit", product };
}

const depth = (u: number) =>
  `{"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","s":"BTCUSDT","U":${u},"u":${u},"pu":${u - 1},"b":[["1.10","${u}.00"]],"a":[]}}`;
const book = (type: string, u: number, bids: string) =>
  `{"topic":"orderbook.50.BTCUSDT","type":"${type}","ts":${1000 + u},"data":{"s":"BTCUSDT","b":${bids},"a":[["9.0","1"]],"u":${u},"seq":${u}},"cts":${u}}`;

test("frames reach the subscribers of their stream, unchanged, with the recorded spacing", async () => {
  const list = [
    frame(0, "binance.usdm", depth(1)),
    frame(0, "binance.usdm", '{"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"1.10","B":"1"}}'),
    frame(100, "binance.usdm", depth(2)),
    frame(300, "binance.usdm", depth(3)),
    frame(300, "binance.spot", depth(99)),
  ];
  simulator = await createSimulator({ venues: ["binance"], seed: 1, from: frames(list) });
  expect(simulator.markets).toEqual([]);
  const wire = await Wire.open(`${simulator.endpoints.binance.usdm.ws}/public/stream`);
  const at: number[] = [];
  wire.onMessage = ({ stream }) => {
    if (stream !== undefined) at.push(performance.now());
  };
  // Another pace than the recorded one: the recorded frames come.
  wire.send({ method: "SUBSCRIBE", params: ["btcusdt@depth@100ms"], id: 1 });
  await simulator.ended;
  await until("three updates", () => wire.of("btcusdt@depth@100ms").length === 3);
  expect(wire.texts.slice(1)).toEqual([1, 2, 3].map((u) => depth(u).replace("@0ms", "@100ms")));
  expect(at[1] - at[0]).toBeGreaterThan(60);
  expect(at[2] - at[1]).toBeGreaterThan(150);
  expect(at[2] - at[0]).toBeLessThan(600);
  wire.end();
});

test("a depth reply is held until the recording's moment, then the latest is given; the time is the recording's", async () => {
  const url = "https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=1000";
  const list = [
    frame(0, "binance.spot", depth(5)),
    frame(200, "binance.spot", '{"lastUpdateId":6,"bids":[],"asks":[]}'), // of the symbol that was last heard of
    frame(500, "binance.spot", '{"lastUpdateId":9,"bids":[],"asks":[]}', url),
  ];
  simulator = await createSimulator({ venues: ["binance"], seed: 1, from: frames(list) });
  const { ws, rest } = simulator.endpoints.binance.spot;
  const ask = () => getJson(`${rest}/api/v3/depth?symbol=BTCUSDT&limit=100`);
  const held = ask();
  await sleep(100);
  const begun = performance.now();
  const wire = await Wire.open(`${ws}/stream?streams=btcusdt@depth`);
  expect((await held).lastUpdateId).toBe(6);
  expect(performance.now() - begun).toBeGreaterThan(500);
  expect(wire.of("btcusdt@depth").length).toBe(1);
  const { serverTime } = await getJson(`${rest}/api/v3/time`);
  expect(Number(serverTime) * 1000 - START_US).toBeGreaterThanOrEqual(190_000);
  expect(Number(serverTime) * 1000 - START_US).toBeLessThan(450_000);
  await simulator.ended;
  expect((await ask()).lastUpdateId).toBe(9);
  expect(await getJson(`${rest}/api/v3/depth?symbol=NONE`)).toMatchObject({ code: -5000 });
  wire.end();
});

test("who subscribes to a recorded Bybit book in its middle is given it whole", async () => {
  const list = [
    frame(0, "bybit.linear", book("snapshot", 10, '[["5.0","1"],["4.0","2"]]')),
    frame(50, "bybit.linear", book("delta", 11, '[["5.0","0"],["3.0","7"]]')),
    frame(900, "bybit.linear", book("delta", 12, '[["4.5","3"]]')),
  ];
  simulator = await createSimulator({ venues: ["bybit"], seed: 1, from: frames(list) });
  const address = `${simulator.endpoints.bybit.linear.ws}/v5/public/linear`;
  const [early, late] = [await Wire.open(address), await Wire.open(address)];
  early.send({ op: "subscribe", args: ["orderbook.50.BTCUSDT"] });
  await until("two", () => early.of("orderbook.50.BTCUSDT").length === 2);
  late.send({ op: "subscribe", args: ["orderbook.50.BTCUSDT"] });
  await until("the whole", () => late.messages.length === 2);
  const { type, data } = late.messages[1] as { type: string; data: Message };
  expect([type, data.u, data.b]).toEqual([
    "snapshot",
    11,
    [
      ["4.0", "2"],
      ["3.0", "7"],
    ],
  ]);
  await until("the next", () => late.messages.length === 3);
  expect(late.texts[2]).toBe(list[2].text);
  for (const wire of [early, late]) wire.end();
});

test("nothing is played before somebody subscribes, faults apply, and a long silence is shortened", async () => {
  const list = [0, 20, 40, 86_400_000].map((atMs, i) => frame(atMs, "binance.spot", depth(i + 1)));
  simulator = await createSimulator({
    venues: ["binance"],
    seed: 1,
    speed: 5,
    from: frames(list),
    faults: [{ kind: "drop", channel: "depth", every: 2, messages: 1 }],
  });
  await sleep(300);
  const wire = await Wire.open(`${simulator.endpoints.binance.spot.ws}/ws/btcusdt@depth@100ms`);
  await simulator.ended;
  await until("the rest", () => wire.messages.length === 3);
  expect(wire.messages.map(({ u }) => u)).toEqual([1, 3, 4]);
  expect(simulator.injected()).toEqual({ drop: 1 });
  wire.end();
});

test("a recording that cannot be read to its end says so to who waits for the end", async () => {
  async function* broken(): AsyncGenerator<RecordedFrame> {
    yield frame(0, "binance.spot", depth(1));
    throw new Error("cut");
  }
  simulator = await createSimulator({ venues: ["binance"], seed: 1, from: broken() });
  const wire = await Wire.open(`${simulator.endpoints.binance.spot.ws}/ws/btcusdt@depth`);
  await expect(simulator.ended).rejects.toThrow("cut");
  await until("what came before", () => wire.messages.length === 1);
  wire.end();
});

const folder = recordings();

test.skipIf(folder === null)("real recordings arrive whole, and their books are continuous", async () => {
  const inputs = [
    `${folder}cryptofeed/BYBIT.jsonl.gz`,
    `binance.usdm=${folder}hftbacktest/usdm/btcusdt_20230404.dat.gz`,
  ];
  const from = await openRecordings(inputs, ["binance", "bybit"]);
  simulator = await createSimulator({ venues: ["binance", "bybit"], seed: 1, speed: 60, from });
  const { binance, bybit } = simulator.endpoints;
  const futures = await Wire.open(`${binance.usdm.ws}/public/stream?streams=btcusdt@depth@0ms/btcusdt@bookTicker`);
  const linear = await Wire.open(`${bybit.linear.ws}/v5/public/linear`);
  const books = { binance: snapshotBook(`${binance.usdm.rest}/fapi/v1/depth?symbol=BTCUSDT`), bybit: new BybitBook() };
  futures.onMessage = ({ stream, data }) => {
    if (stream === "btcusdt@depth@0ms") books.binance.take(data as Message);
  };
  linear.onMessage = (message) => {
    if (message.topic !== undefined) books.bybit.take(message);
  };
  linear.send({ op: "subscribe", args: ["orderbook.200.BTCUSDT"] });
  await simulator.ended;
  await until("all frames", () => books.bybit.deltas === 413 && futures.messages.length === 4322 + 6765);
  expect([books.bybit.gaps, books.bybit.snapshots, books.binance.gaps, books.binance.live]).toEqual([0, 1, 0, true]);
  expect(books.binance.book.bids[0][0]).toBeLessThan(books.binance.book.asks[0][0]);
  for (const wire of [futures, linear]) wire.end();
});

function snapshotBook(url: string): BinanceBook {
  return new BinanceBook(true, () => getJson(url));
}
