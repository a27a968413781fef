import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasRecordings, recordings } from "../decode/recordings.js";
import { BybitBook } from "./map-book.js";
import { getJson, type Message, until, Wire } from "./wire.js";

const SEED = 41;
const CALL = "BTC-26MAR27-65000-C-USDT";
const PUT = "BTC-26MAR27-65000-P-USDT";
let simulator: Simulator;
let wire: Wire;

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  simulator = await createSimulator({ venues: ["bybit"], seed: SEED, speed: 20 });
  wire = await Wire.open(`${simulator.endpoints.bybit.option.ws}/v5/public/option`);
});
afterAll(async () => {
  wire.end();
  await simulator.stop();
});

const answers = () => wire.messages.filter(({ type }) => type === "COMMAND_RESP");
const ofTopic = (topic: string) => wire.messages.filter((message) => message.topic === topic);
const rest = (path: string) => getJson(`${simulator.endpoints.bybit.option.rest}/v5/market/${path}`);

test("answers name topics: wrong ones fail by themselves, and a ping is answered with a time", async () => {
  const topics = [`orderbook.25.${CALL}`, `orderbook.100.${CALL}`, `tickers.${CALL}`, "publicTrade.BTC"];
  const wrong = [
    `orderbook.50.${CALL}`,
    `publicTrade.${CALL}`,
    "tickers.BTC-26MAR27-1-C-USDT",
    `allLiquidation.${CALL}`,
  ];
  wire.send({ op: "subscribe", args: [...topics, ...wrong] });
  await until("an answer", () => answers().length === 1);
  expect(answers()[0].data).toEqual({ successTopics: topics, failTopics: wrong });
  expect(answers()[0].success).toBe(false);
  wire.send({ op: "subscribe", args: ["publicTrade.BTC"] });
  wire.send({ op: "unsubscribe", args: ["publicTrade.ETH"] });
  await until("three answers", () => answers().length === 3);
  expect(answers().map(({ data }) => (data as Message).failTopics)).toEqual([
    wrong,
    ["publicTrade.BTC"],
    ["publicTrade.ETH"],
  ]);
  wire.send({ op: "ping" });
  await until("a pong", () => wire.messages.some(({ op }) => op === "pong"));
  expect(wire.messages.find(({ op }) => op === "pong")).toEqual({
    op: "pong",
    args: [expect.stringMatching(/^\d{13}$/)],
  });
});

test("both depths follow the true book, each by numbers of its own", async () => {
  await until("books", () => ofTopic(`orderbook.100.${CALL}`).length > 5, 10_000);
  await simulator.freeze();
  const truth = simulator.truth("bybit", "option", CALL);
  for (const depth of [25, 100]) {
    const last = () => (ofTopic(`orderbook.${depth}.${CALL}`).at(-1) as { data: Message }).data.u;
    await until("the last message", () => last() === truth.updates[depth]);
    const book = new BybitBook();
    for (const message of ofTopic(`orderbook.${depth}.${CALL}`)) book.take(message);
    expect([depth, book.gaps, book.book.bids, book.book.asks]).toEqual([
      ...[depth, 0, truth.bids.slice(0, depth), truth.asks.slice(0, depth)],
    ]);
  }
  simulator.resume();
});

test("trades of all options of a coin come in one topic, with the fields that were recorded", async () => {
  await until("trades", () => ofTopic("publicTrade.BTC").length > 3, 10_000);
  const trades = ofTopic("publicTrade.BTC").flatMap(({ data }) => data as unknown as Message[]);
  expect(new Set(trades.map(({ s }) => s)).size).toBeGreaterThan(1);
  for (const trade of trades) {
    expect(Object.keys(trade)).toEqual(expect.arrayContaining(["p", "v", "i", "T", "BT", "s", "S"]));
    expect(trade.s).toMatch(/^BTC-/);
  }
});

test("tickers are whole; premiums are dollars: call - put is forward - strike, and volatilities belong to prices", async () => {
  await until("tickers", () => ofTopic(`tickers.${CALL}`).length > 3, 10_000);
  for (const { type } of ofTopic(`tickers.${CALL}`)) expect(type).toBe("snapshot");
  const { list } = (await rest("tickers?category=option&baseCoin=BTC")).result as { list: Record<string, string>[] };
  const [call, put] = [CALL, PUT].map((name) => list.find(({ symbol }) => symbol === name) as Record<string, string>);
  // Each market stands beside the surface by a few bps of its own.
  const parity = Number(call.markPrice) - Number(put.markPrice) - (Number(call.underlyingPrice) - 65_000);
  expect(Math.abs(parity)).toBeLessThan(0.002 * (Number(call.markPrice) + Number(put.markPrice)));
  expect(Number(call.markPrice)).toBeGreaterThan(1000);
  expect(Number(call.delta) - Number(put.delta)).toBeCloseTo(1, 6);
  for (const { bidIv, markPriceIv, askIv } of [call, put]) {
    expect(Number(bidIv)).toBeLessThan(Number(askIv));
    expect(Number(bidIv)).toBeCloseTo(Number(markPriceIv), 1);
  }
});

test.skipIf(!hasRecordings)("tickers have the fields of recorded ones, in their order", async () => {
  const [recorded] = readFileSync(join(recordings, "tardis_node_messages/bybit-options.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line.includes('"topic":"tickers.'))
    .map((line) => (JSON.parse(line) as { message: Message }).message);
  const [ticker] = ofTopic(`tickers.${CALL}`);
  expect(Object.keys(ticker.data as Message)).toEqual(Object.keys(recorded.data as Message));
});

test("HTTP: without a coin the options of BTC, and at most 25 levels", async () => {
  const listed = async (query: string) =>
    ((await rest(`instruments-info?category=option${query}`)).result as { list: Message[] }).list;
  const all = await listed("");
  expect(all.map(({ baseCoin }) => baseCoin)).toEqual(all.map(() => "BTC"));
  expect((await listed("&baseCoin=ETH")).length).toBe(12);
  const [one] = await listed(`&symbol=${PUT}`);
  expect(one).toMatchObject({ symbol: PUT, optionsType: "Put", settleCoin: "USDT", deliveryTime: "1806048000000" });
  expect((await rest(`orderbook?category=option&symbol=${CALL}&limit=25`)).retCode).toBe(0);
  expect((await rest(`orderbook?category=option&symbol=${CALL}&limit=26`)).retCode).toBe(10001);
});
