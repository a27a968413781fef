import { MarketModel } from "crosstick/internal/simulator/model/market-model";
import { BOOK_CHANNELS, BookTopic } from "crosstick/internal/simulator/okx/orderbook";
import { Stream } from "crosstick/internal/simulator/server/stream";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { CATALOGUE } from "crosstick/internal/simulator/venues";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OkxBook } from "./okx-book.js";
import { getJson, type Message, sleep, until, Wire } from "./wire.js";

const SEED = 81;
const SPEED = 10;
const INSTRUMENTS = [
  ...["BTC/USDT", "ETH/BTC", "BTC/USDT:USDT", "SOL/USDT:USDT", "BTC/USD:BTC", "ETH/USD:ETH", "BTC/USD:BTC-281229"],
].map((symbol) => `okx:${symbol}`);
let simulator: Simulator;
let publicUrl: string;

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  simulator = await createSimulator({
    venues: ["okx"],
    seed: SEED,
    speed: SPEED,
    instruments: INSTRUMENTS,
    limits: { okx: { connects: 100, checksums: 1 } },
  });
  publicUrl = `${simulator.endpoints.okx.spot.ws}/ws/v5/public`;
});
afterAll(() => simulator.stop());

/** Messages of a channel. */
const of = (wire: Wire, channel: string, instId?: string): Message[] =>
  wire.messages.filter(({ arg, data }) => {
    const named = arg as { channel: string; instId?: string } | undefined;
    return data !== undefined && named?.channel === channel && (instId === undefined || named.instId === instId);
  });
const elements = (messages: Message[]) => messages.flatMap(({ data }) => data as Message[]);
const subscribe = (args: object[], id = "1") => ({ op: "subscribe", id, args });

describe.each([
  ["spot", "BTC-USDT"],
  ["swap", "BTC-USDT-SWAP"],
  ["swap", "ETH-USD-SWAP"],
  ["futures", "BTC-USD-281229"],
] as const)("okx %s %s", (product, symbol) => {
  test("every book leads to the true one, each update naming the one before, each checksum right", async () => {
    const wire = await Wire.open(publicUrl);
    const books = new Map(["books", "books5", "bbo-tbt"].map((channel) => [channel, new OkxBook()]));
    wire.onMessage = (message) => {
      if (message.data !== undefined) books.get((message.arg as Message).channel as string)?.take(message);
    };
    wire.send(subscribe([...books.keys()].map((channel) => ({ channel, instId: symbol }))));
    await until("snapshots", () => [...books.values()].every(({ snapshots }) => snapshots > 0));
    expect(wire.messages[0]).toMatchObject({ id: "1", event: "subscribe", arg: { channel: "books", instId: symbol } });
    const from = simulator.nowMs;
    await until("4 s of the model", () => simulator.nowMs - from > 4000, 20_000);
    simulator.fault({ kind: "reset", symbol });
    await until("4 s more", () => simulator.nowMs - from > 8000, 20_000);
    await simulator.freeze();
    const truth = simulator.truth("okx", product, symbol);
    await until("the last message", () =>
      [...books].every(([channel, { sequence }]) => sequence === truth.updates[channel]),
    );
    for (const [channel, depth] of [
      ["books", 400],
      ["books5", 5],
      ["bbo-tbt", 1],
    ] as const) {
      const book = books.get(channel) as OkxBook;
      expect([channel, book.gaps, book.wrongChecksums]).toEqual([channel, 0, 0]);
      expect(book.book.bids).toEqual(truth.bids.slice(0, depth));
      expect(book.book.asks).toEqual(truth.asks.slice(0, depth));
    }
    expect(books.get("books")).toMatchObject({ snapshots: 1, resets: 1 });
    expect(books.get("books")?.updates).toBeGreaterThan(20);
    simulator.resume();
    wire.end();
  });
});

test("trades are one print for each price of an order, and all of them on the other address", async () => {
  const wire = await Wire.open(publicUrl);
  const business = await Wire.open(publicUrl.replace("public", "business"));
  wire.send(subscribe([{ channel: "trades", instId: "BTC-USDT-SWAP" }]));
  business.send(subscribe([{ channel: "trades-all", instId: "BTC-USDT-SWAP" }]));
  await until("trades", () => elements(of(wire, "trades")).some(({ count }) => Number(count) > 1), 20_000);
  await simulator.freeze();
  await sleep(100);
  const prints = elements(of(wire, "trades"));
  const all = elements(of(business, "trades-all"));
  const sum = (list: Message[]) => list.reduce((total, { sz }) => total + Math.round(Number(sz) * 100), 0);
  const from = Number(all[0].tradeId);
  const both = prints.filter(({ tradeId, count }) => Number(tradeId) - Number(count) + 1 >= from);
  const first = Number(both[0].tradeId) - Number(both[0].count) + 1;
  expect(sum(both)).toBe(sum(all.filter(({ tradeId }) => Number(tradeId) >= first)));
  expect(new Set(prints.map(({ side }) => side)).size).toBe(2);
  simulator.resume();
  wire.end();
  business.end();
});

test("figures come at once and then at their pace; the index is that of the pair", async () => {
  const wire = await Wire.open(publicUrl);
  const instId = "BTC-USD-SWAP";
  const named = ["mark-price", "funding-rate", "open-interest", "tickers"].map((channel) => ({ channel, instId }));
  wire.send(subscribe([...named, { channel: "index-tickers", instId: "BTC-USD" }]));
  await until("one of each", () =>
    [...named.map(({ channel }) => channel), "index-tickers"].every((channel) => of(wire, channel).length > 0),
  );
  const [funding] = elements(of(wire, "funding-rate"));
  expect(Number(funding.nextFundingTime) - Number(funding.fundingTime)).toBe(8 * 3_600_000);
  const [interest] = elements(of(wire, "open-interest"));
  const [index] = elements(of(wire, "index-tickers"));
  expect(index.instId).toBe("BTC-USD");
  expect((Number(interest.oi) * 100) / Number(interest.oiCcy)).toBeCloseTo(Number(index.idxPx), -3);
  await until("more marks", () => of(wire, "mark-price").length > 5);
  wire.end();
});

test("liquidations of a whole product: the first message is history", async () => {
  const wire = await Wire.open(publicUrl);
  wire.send(subscribe([{ channel: "liquidation-orders", instType: "SWAP" }]));
  await until("history and a liquidation", () => of(wire, "liquidation-orders").length > 1, 25_000);
  const [history, next] = of(wire, "liquidation-orders");
  const late = await Wire.open(publicUrl);
  late.send(subscribe([{ channel: "liquidation-orders", instType: "SWAP" }]));
  await until("history", () => of(late, "liquidation-orders").length > 0);
  expect(Array.isArray(history.data)).toBe(true);
  const [contract] = next.data as { instId: string; instType: string; details: Message[] }[];
  expect(contract.instType).toBe("SWAP");
  for (const { side, posSide, bkPx, sz } of contract.details) {
    expect([side, posSide]).toEqual(side === "sell" ? ["sell", "long"] : ["buy", "short"]);
    expect(Number(bkPx) * Number(sz)).toBeGreaterThan(0);
  }
  expect(JSON.stringify(of(late, "liquidation-orders")[0].data)).toContain(JSON.stringify(contract.details[0]));
  wire.end();
  late.end();
});

test("each channel of a request is answered by itself", async () => {
  const wire = await Wire.open(publicUrl);
  const instId = "BTC-USDT";
  const answers = async (request: unknown, count: number) => {
    const before = wire.messages.filter(({ event }) => event !== undefined).length;
    wire.send(request);
    await until("answers", () => wire.messages.filter(({ event }) => event !== undefined).length >= before + count);
    return wire.messages.filter(({ event }) => event !== undefined).slice(before);
  };
  const wrong = ["candle1D", "trades-all", "books-l2-tbt"].map((channel) => ({ channel, instId }));
  const found = await answers(
    subscribe([...wrong, { channel: "books", instId: "NO-ONE" }, { channel: "trades", instId }], "a1"),
    5,
  );
  expect(found.map(({ event, code }) => [event, code])).toEqual([
    ["error", "60018"],
    ["error", "60018"],
    ["error", "60011"],
    ["error", "60018"],
    ["subscribe", undefined],
  ]);
  expect(found.every(({ id }) => id === "a1")).toBe(true);
  for (const request of ["{", { op: "login" }, subscribe([]), subscribe([{ channel: "trades", instId }], "no-dash")])
    expect(await answers(request, 1)).toMatchObject([{ event: "error", code: "60012" }]);
  const [gone] = await answers({ op: "unsubscribe", args: [{ channel: "trades", instId }] }, 1);
  expect(gone).toMatchObject({ event: "unsubscribe" });
  wire.send("ping");
  await until("pong", () => wire.texts.includes("pong"));
  wire.end();
});

test("silence, too many requests, and too many connections", async () => {
  const own = await createSimulator({
    venues: ["okx"],
    seed: SEED,
    instruments: ["okx:BTC/USDT"],
    limits: { okx: { idleMs: 300, requests: 3 } },
  });
  const url = `${own.endpoints.okx.spot.ws}/ws/v5/public`;
  const quiet = await Wire.open(url);
  const alive = await Wire.open(url);
  const pings = setInterval(() => alive.send("ping"), 100);
  quiet.send(subscribe([{ channel: "books", instId: "BTC-USDT" }]));
  await until("the cut", () => quiet.closed !== null);
  expect(quiet.closed).toMatchObject({ code: 4004 });
  for (let i = 0; i < 4; i++) alive.send(subscribe([{ channel: "trades", instId: "BTC-USDT" }], `r${i}`));
  await until("a refusal", () => alive.messages.some(({ code }) => code === "60014"));
  expect(alive.messages.filter(({ event }) => event === "subscribe")).toHaveLength(3);
  await sleep(1000);
  expect(alive.closed).toBeNull();
  const many = [1, 2, 3, 4].map(() => new Wire(url));
  await until("three of four", () => many.filter(({ closed }) => closed !== null).length === 1);
  clearInterval(pings);
  await own.stop();
});

test("a book that rests tells so after a minute, with the number it had; without the switch its checksum is 0", () => {
  const spec = CATALOGUE.find(({ venue, symbol }) => venue === "okx" && symbol === "ETH-BTC");
  if (spec === undefined) throw new Error("no ETH-BTC");
  const [market] = new MarketModel({ seed: 1, specs: [spec], divergences: false }).markets; // stands still
  const sent: [number, string][] = [];
  let now = 0;
  const place = { venue: "okx", product: "spot", symbol: "ETH-BTC", channel: "books", stream: "books:ETH-BTC" };
  const stream = new Stream(place, market, { pass: (_stream, text) => sent.push([now, text]) });
  const [, channel] = BOOK_CHANNELS;
  const topic = new BookTopic({ stream, market, channel, hasChecksum: false });
  stream.add({ deliver: () => {} } as never);
  for (now = 100; now <= 130_000; now += 100) topic.stepped(now, 1e12 + now);
  expect(sent.map(([at]) => at)).toEqual([60_000, 120_000]);
  const [quiet] = sent.map(([, text]) => JSON.parse(text).data[0]);
  const { sequence } = topic;
  expect(quiet).toMatchObject({ asks: [], bids: [], checksum: 0, prevSeqId: sequence, seqId: sequence });
});

test("REST: time, instruments, books, tickers, and errors", async () => {
  const { rest } = simulator.endpoints.okx.swap;
  const data = async (path: string) => (await getJson(`${rest}/api/v5/${path}`)).data as Message[];
  const [{ ts }] = await data("public/time");
  expect(Math.abs(Number(ts) - Date.now())).toBeLessThan(20_000);
  await simulator.freeze();
  const truth = simulator.truth("okx", "swap", "SOL-USDT-SWAP", 3);
  const [book] = await data("market/books?instId=SOL-USDT-SWAP&sz=3");
  expect((book.bids as string[][]).map(([price, size]) => [Number(price), Number(size)])).toEqual(truth.bids);
  expect(book.seqId).toBe(truth.sequence);
  simulator.resume();
  const swaps = await data("public/instruments?instType=SWAP");
  expect(swaps).toHaveLength(4);
  expect(swaps.find(({ instId }) => instId === "BTC-USDT-SWAP")).toMatchObject({
    ...{ ctVal: "0.01", ctMult: "1", ctValCcy: "BTC", ctType: "linear", settleCcy: "USDT", lotSz: "0.01" },
  });
  expect(await data("public/instruments?instType=FUTURES&instFamily=BTC-USD")).toMatchObject([
    { instId: "BTC-USD-281229", ctType: "inverse", ctVal: "100", expTime: String(Date.UTC(2028, 11, 29, 8)) },
  ]);
  expect(await data("market/tickers?instType=SPOT")).toHaveLength(2);
  expect(await data("market/ticker?instId=ETH-BTC")).toMatchObject([{ instId: "ETH-BTC", instType: "SPOT" }]);
  expect(await getJson(`${rest}/api/v5/market/books?instId=NONE`)).toMatchObject({ code: "51001" });
  expect((await fetch(`${rest}/api/v5/trade/order`)).status).toBe(404);
  const statuses = await Promise.all(
    Array.from({ length: 12 }, () => fetch(`${rest}/api/v5/public/time`).then(({ status }) => status)),
  );
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
});
