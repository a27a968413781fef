import { BINANCE_LIMITS } from "crosstick/internal/simulator/binance/limits";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sleep, until, Wire } from "./wire.js";

let simulator: Simulator;
let spot: string;
let usdm: string;
let linear: string;

beforeAll(async () => {
  simulator = await createSimulator({
    venues: ["binance", "bybit"],
    seed: 4,
    instruments: ["binance:BTC/USDT", "binance:BTC/USDT:USDT", "bybit:BTC/USDT:USDT", "bybit:BTC/USDT"],
    limits: {
      binance: { spotPingMs: 100, spotPongMs: 300, spotInbound: 20 },
    },
  });
  spot = `${simulator.endpoints.binance.spot.ws}/ws`;
  usdm = `${simulator.endpoints.binance.usdm.ws}/public/ws`;
  linear = `${simulator.endpoints.bybit.linear.ws}/v5/public/linear`;
});
afterAll(() => simulator.stop());

test("requests to Binance: subscribe, list, unsubscribe, and what is wrong with others", async () => {
  const wire = await Wire.open(usdm);
  const answers = () => wire.messages.filter(({ e }) => e === undefined);
  const ask = async (request: unknown) => {
    const count = answers().length;
    wire.send(request);
    await until("an answer", () => answers().length > count);
    await sleep(110); // 10 a second
    return answers()[count];
  };
  const streams = ["btcusdt@depth@100ms", "nothing@trade"];
  expect(await ask({ method: "SUBSCRIBE", params: streams, id: 1 })).toEqual({ result: null, id: 1 });
  expect(await ask({ method: "LIST_SUBSCRIPTIONS", id: "two" })).toEqual({ result: streams, id: "two" });
  expect(await ask({ method: "UNSUBSCRIBE", params: streams, id: 3 })).toEqual({ result: null, id: 3 });
  expect(await ask({ method: "LIST_SUBSCRIPTIONS", id: 4 })).toEqual({ result: [], id: 4 });
  expect(await ask({ method: "SUBSCRIPE", params: [], id: 5 })).toMatchObject({ code: 2, id: 5 });
  expect(await ask({ method: "SUBSCRIBE", params: [1], id: 6 })).toMatchObject({ code: 2, id: 6 });
  expect(await ask({ method: "SUBSCRIBE", params: ["x@trade"], id: -1 })).toMatchObject({ code: 2 });
  expect(await ask("no JSON")).toMatchObject({ code: 3 });
  const many = Array.from({ length: 1025 }, (_, i) => `s${i}@trade`);
  expect(await ask({ method: "SUBSCRIBE", params: many, id: 8 })).toMatchObject({ code: 2, id: 8 });
  expect(await ask({ method: "SUBSCRIBE", params: many.slice(1), id: 9 })).toEqual({ result: null, id: 9 });
  wire.end();
});

test("more messages in a second than allowed end the connection", async () => {
  const own = await createSimulator({ venues: ["binance"], seed: 1, instruments: ["binance:BTC/USDT"] });
  const { binance } = own.endpoints;
  for (const [url, limit] of [
    [`${binance.spot.ws}/ws`, BINANCE_LIMITS.spotInbound],
    [`${binance.usdm.ws}/public/ws`, BINANCE_LIMITS.futuresInbound],
  ] as const) {
    const wire = await Wire.open(url);
    for (let i = 1; i < limit; i++) wire.send({ method: "LIST_SUBSCRIPTIONS", id: i });
    wire.socket.ping(); // counts too
    await until("answers", () => wire.messages.length === limit - 1);
    await sleep(50);
    expect(wire.closed).toBeNull();
    wire.send({ method: "LIST_SUBSCRIPTIONS", id: 99 });
    await until("the cut", () => wire.closed !== null);
    expect(wire.closed).toEqual({ code: 1008, reason: "Too many requests" });
  }
  await own.stop();
});

test("Binance pings, and cuts who does not answer", async () => {
  const good = await Wire.open(spot);
  const deaf = await Wire.open(spot, { autoPong: false });
  await until("the cut", () => deaf.closed !== null, 3000);
  expect(deaf.closed).toEqual({ code: 1008, reason: "Pong timeout" });
  expect(good.pings).toBeGreaterThan(2);
  expect(good.closed).toBeNull();
  good.end();
});

test("requests to Bybit: all or nothing, in the venue's words", async () => {
  const wire = await Wire.open(linear);
  const answers = () => wire.messages.filter(({ topic }) => topic === undefined);
  const ask = async (request: unknown) => {
    const count = answers().length;
    wire.send(request);
    await until("an answer", () => answers().length > count);
    return answers()[count];
  };
  const subscribe = (args: string[]) => ask({ op: "subscribe", args, req_id: "q" });
  expect(await ask({ op: "ping", req_id: "p" })).toMatchObject({
    success: true,
    ret_msg: "pong",
    op: "ping",
    req_id: "p",
  });
  expect(await subscribe(["orderbook.500.BTCUSDT"])).toMatchObject({
    success: false,
    ret_msg: "error:handler not found,topic:orderbook.500.BTCUSDT",
    req_id: "q",
  });
  expect(await subscribe(["orderbook.50.NONE"])).toMatchObject({
    success: false,
    ret_msg: "Invalid symbol :[orderbook.50.NONE]",
  });
  expect(await subscribe(["publicTrade.BTCUSDT", "bogus.BTCUSDT"])).toMatchObject({ success: false });
  expect(await subscribe(["publicTrade.BTCUSDT"])).toMatchObject({ success: true, op: "subscribe" });
  expect(await subscribe(["publicTrade.BTCUSDT"])).toMatchObject({
    success: false,
    ret_msg: "error:already subscribed,topic:publicTrade.BTCUSDT",
  });
  expect(await ask({ op: "unsubscribe", args: ["publicTrade.BTCUSDT"] })).toMatchObject({
    success: true,
    op: "unsubscribe",
  });
  expect(await subscribe(Array.from({ length: 1200 }, () => "publicTrade.BTCUSDT"))).toMatchObject({
    ret_msg: "error:args too long",
  });
  wire.end();
  const pairs = await Wire.open(`${simulator.endpoints.bybit.spot.ws}/v5/public/spot`);
  pairs.send({ op: "subscribe", args: Array.from({ length: 11 }, () => "publicTrade.BTCUSDT") });
  await until("an answer", () => pairs.messages.length > 0);
  expect(pairs.messages[0]).toMatchObject({ success: false, ret_msg: "error:args size >10" });
  pairs.end();
});

test("Bybit cuts who is silent, and not who pings", async () => {
  // A simulator of its own: a machine that is busy elsewhere holds up other tests for as long.
  const own = await createSimulator({ venues: ["bybit"], seed: 1, limits: { bybit: { idleMs: 400 } } });
  const url = `${own.endpoints.bybit.linear.ws}/v5/public/linear`;
  const silent = await Wire.open(url);
  const alive = await Wire.open(url);
  const pings = setInterval(() => alive.send({ op: "ping" }), 150);
  await until("the cut", () => silent.closed !== null, 3000);
  await sleep(300);
  expect(alive.closed).toBeNull();
  clearInterval(pings);
  alive.end();
  await own.stop();
});

test("request weight is counted, refused with 429, and answered with a ban when that is ignored", async () => {
  const limits = { binance: { spotWeight: 60 } };
  // The weight is that of a minute: the clock stands still.
  const own = await createSimulator({ venues: ["binance"], seed: 1, limits, wallMs: () => 1_700_000_000_000 });
  const { rest } = own.endpoints.binance.spot;
  const url = `${rest}/api/v3/depth?symbol=BTCUSDT&limit=500`;
  const first = await fetch(url);
  expect([first.status, first.headers.get("x-mbx-used-weight-1m")]).toEqual([200, "25"]);
  expect((await fetch(url)).headers.get("x-mbx-used-weight-1m")).toBe("50");
  const refused = await fetch(url);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  let status = 429;
  for (let i = 0; i < 6 && status === 429; i++) ({ status } = await fetch(url));
  expect(status).toBe(418);
  const banned = await fetch(`${rest}/api/v3/time`);
  expect([banned.status, banned.headers.get("retry-after")]).toEqual([418, "120"]);
  await own.stop();
});

test("paths that do not exist are refused, and stop leaves nothing behind", async () => {
  const before = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length;
  const own = await createSimulator({ venues: ["binance", "bybit"], seed: 1 });
  const wrong = new Wire(`${own.endpoints.bybit.spot.ws}/v5/public/nothing`);
  await until("the refusal", () => wrong.closed !== null);
  expect((await fetch(`${own.endpoints.binance.spot.rest}/api/v9/depth`)).status).toBe(404);
  const wires = await Promise.all([
    Wire.open(`${own.endpoints.binance.spot.ws}/stream?streams=btcusdt@depth@100ms`),
    Wire.open(`${own.endpoints.bybit.linear.ws}/v5/public/linear`),
  ]);
  expect(own.connections()).toBe(2);
  await own.stop();
  await own.stop(); // twice is once
  await until("the ends", () => wires.every(({ closed }) => closed !== null));
  await sleep(50);
  const after = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length;
  expect(after).toBeLessThanOrEqual(before + 1); // the pool of fetch
});

test("two simulators cannot share a port", async () => {
  const port = Number(new URL(simulator.endpoints.binance.spot.rest).port);
  await expect(createSimulator({ venues: ["binance"], seed: 1, port })).rejects.toMatchObject({
    code: "SIMULATOR_PORT",
    exitCode: 6,
  });
});
