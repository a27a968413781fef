import { createSimulator, type Simulator, type SimulatorOptions } from "crosstick/internal/simulator/simulator";
import { afterEach, expect, test } from "vitest";
import { BinanceBook, BybitBook } from "./map-book.js";
import { getJson, type Message, sleep, until, Wire } from "./wire.js";

const SEED = 31;
const BOOK = "orderbook.50.BTCUSDT";
const DEPTH = "btcusdt@depth@100ms";
let simulator: Simulator;
const wires: Wire[] = [];

afterEach(async () => {
  for (const wire of wires.splice(0)) wire.end();
  await simulator.stop();
});

async function start(options: Partial<SimulatorOptions> = {}): Promise<void> {
  console.log(`seed ${SEED}`);
  const instruments = ["binance:BTC/USDT", "binance:BTC/USDT:USDT", "bybit:BTC/USDT", "bybit:BTC/USDT:USDT"];
  simulator = await createSimulator({ venues: ["binance", "bybit"], seed: SEED, speed: 4, instruments, ...options });
}

async function linear(...args: string[]): Promise<Wire> {
  const wire = await Wire.open(`${simulator.endpoints.bybit.linear.ws}/v5/public/linear`);
  wires.push(wire);
  wire.send({ op: "subscribe", args, req_id: "1" });
  await until("data", () => wire.messages.length > args.length + 3);
  return wire;
}

async function usdm(...params: string[]): Promise<Wire> {
  const wire = await Wire.open(`${simulator.endpoints.binance.usdm.ws}/public/stream`);
  wires.push(wire);
  wire.send({ method: "SUBSCRIBE", params, id: 1 });
  await until("data", () => wire.messages.length > params.length + 3);
  return wire;
}

const updates = (wire: Wire) => wire.of(BOOK).map(({ data }) => Number((data as Message).u));
/** Steps from each number to the next that are not 1. */
const jumps = (ids: number[]) => ids.slice(1).flatMap((id, i) => (id === ids[i] + 1 ? [] : [id - ids[i]]));

test("drop, duplicate and reorder do so once, and are counted", async () => {
  await start();
  const wire = await linear(BOOK);
  simulator.fault({ kind: "drop", stream: BOOK, messages: 2 });
  await until("the loss", () => jumps(updates(wire)).length > 0);
  expect(jumps(updates(wire))).toEqual([3]);
  simulator.fault({ kind: "duplicate", venue: "bybit", channel: "orderbook" });
  await until("the copy", () => jumps(updates(wire)).length > 1);
  expect(jumps(updates(wire))).toEqual([3, 0]);
  simulator.fault({ kind: "reorder", product: "linear", symbol: "BTCUSDT" });
  await until("the exchange", () => jumps(updates(wire)).length > 4);
  expect(jumps(updates(wire)).slice(2)).toEqual([2, -1, 2]);
  expect(simulator.injected()).toEqual({ drop: 2, duplicate: 1, reorder: 1 });
});

test("a fault hits only its place: the chain of one product breaks, the other's does not", async () => {
  await start();
  const [futures, pair] = [
    await usdm(DEPTH),
    await Wire.open(`${simulator.endpoints.binance.spot.ws}/stream?streams=${DEPTH}`),
  ];
  wires.push(pair);
  simulator.fault({ kind: "drop", venue: "binance", product: "usdm", channel: "depth" });
  const breaks = (wire: Wire, follows: (event: Message, previous: Message) => boolean) =>
    wire.data(DEPTH).filter((event, i, all) => i > 0 && !follows(event, all[i - 1])).length;
  await until("a break", () => breaks(futures, ({ pu }, { u }) => pu === u) > 0);
  await sleep(200);
  expect(breaks(futures, ({ pu }, { u }) => pu === u)).toBe(1);
  expect(breaks(pair, ({ U }, { u }) => Number(U) === Number(u) + 1)).toBe(0);
});

test("every n-th message, later, again and again", async () => {
  await start({
    faults: [
      { kind: "drop", stream: BOOK, every: 10, messages: 3 },
      { kind: "duplicate", stream: "publicTrade.BTCUSDT", afterMs: 600, repeatMs: 600 },
    ],
  });
  const wire = await linear(BOOK, "publicTrade.BTCUSDT");
  await until("three losses", () => jumps(updates(wire)).length === 3);
  const gapAt = updates(wire).flatMap((id, i, all) => (i > 0 && id !== all[i - 1] + 1 ? [i] : []));
  expect([gapAt[1] - gapAt[0], gapAt[2] - gapAt[1]]).toEqual([9, 9]);
  await until("three copies", () => (simulator.injected().duplicate ?? 0) >= 3);
  expect(simulator.injected().drop).toBe(3);
});

test("a corrupted message is no JSON; its length stays", async () => {
  await start();
  const wire = await usdm(DEPTH);
  const count = wire.texts.length;
  simulator.fault({ kind: "corrupt", stream: DEPTH });
  await until("more", () => wire.texts.length > count + 4);
  expect(wire.texts.length - wire.messages.length).toBe(1);
});

test("a muted channel is silent while the connection lives", async () => {
  await start();
  const wire = await usdm(DEPTH, "btcusdt@bookTicker");
  simulator.fault({ kind: "mute", channel: "depth", forMs: 2000 });
  await sleep(50);
  const [depth, touch] = [wire.of(DEPTH).length, wire.of("btcusdt@bookTicker").length];
  await sleep(300);
  expect(wire.of(DEPTH).length).toBe(depth);
  expect(wire.of("btcusdt@bookTicker").length).toBeGreaterThan(touch + 10);
  await until("the end of it", () => wire.of(DEPTH).length > depth);
});

test("slow messages come late, and in order", async () => {
  await start();
  const wire = await linear(BOOK);
  const ages: number[] = [];
  wire.onMessage = ({ ts }) => ages.push(Date.now() - Number(ts));
  await until("prompt ones", () => ages.length > 10);
  expect(Math.min(...ages)).toBeLessThan(50);
  simulator.fault({ kind: "slow", stream: BOOK, delayMs: 150, forMs: 1500 });
  await until("late ones", () => ages.filter((age) => age >= 149).length > 10);
  await sleep(400);
  expect(jumps(updates(wire))).toEqual([]);
});

test("a half-open connection says nothing, answers no ping, and is not closed", async () => {
  await start();
  const wire = await linear(BOOK);
  let pongs = 0;
  wire.socket.on("pong", () => pongs++);
  wire.socket.ping();
  await until("a pong", () => pongs === 1);
  simulator.fault({ kind: "half-open", venue: "bybit", product: "linear", forMs: 1600 });
  await sleep(30);
  const count = wire.texts.length;
  wire.socket.ping();
  await sleep(200);
  expect([wire.texts.length, pongs, wire.closed]).toEqual([count, 1, null]);
  await until("the end of it", () => pongs === 2 && wire.texts.length > count);
});

test("connections are closed with a code, or reset", async () => {
  await start();
  const [book, depth] = [await linear(BOOK), await usdm(DEPTH)];
  simulator.fault({ kind: "server-shutdown", venue: "binance" });
  await until("the announcement", () => depth.of("!serverShutdown").length === 1);
  simulator.fault({ kind: "close", venue: "bybit", code: 1012, reason: "restart" });
  simulator.fault({ kind: "abort", channel: "depth" });
  await until("both ends", () => book.closed !== null && depth.closed !== null);
  expect(book.closed).toEqual({ code: 1012, reason: "restart" });
  expect(depth.closed?.code).toBe(1006);
  await until("no connection", () => simulator.connections() === 0);
});

test("a subscription is refused, or never answered", async () => {
  await start();
  simulator.fault({ kind: "refuse-subscribe", venue: "bybit", messages: 1 });
  simulator.fault({ kind: "never-ack", venue: "binance", channel: "depth", messages: 1 });
  const book = await Wire.open(`${simulator.endpoints.bybit.linear.ws}/v5/public/linear`);
  const depth = await Wire.open(`${simulator.endpoints.binance.usdm.ws}/public/stream`);
  wires.push(book, depth);
  const ask = () => book.send({ op: "subscribe", args: [BOOK] });
  ask();
  depth.send({ method: "SUBSCRIBE", params: [DEPTH], id: 1 });
  await until("the refusal", () => book.messages.length > 0);
  expect(book.messages[0]).toMatchObject({ success: false });
  await sleep(200);
  expect(depth.messages).toEqual([]);
  ask();
  await until("a book", () => book.of(BOOK).length > 0);
});

test("REST answers are stale by so many updates, slow, or refused", async () => {
  await start();
  await simulator.freeze();
  const url = `${simulator.endpoints.binance.spot.rest}/api/v3/depth?symbol=BTCUSDT&limit=100`;
  const fresh = await getJson(url);
  expect(fresh.lastUpdateId).toBe(simulator.truth("binance", "spot", "BTCUSDT").sequence);
  simulator.fault({ kind: "stale-snapshot", venue: "binance", updates: 70, messages: 1 });
  expect(Number((await getJson(url)).lastUpdateId)).toBe(Number(fresh.lastUpdateId) - 70);
  expect((await getJson(url)).lastUpdateId).toBe(fresh.lastUpdateId);
  simulator.resume();
  simulator.fault({ kind: "slow-rest", venue: "binance", delayMs: 200, forMs: 1000 });
  const begun = performance.now();
  await getJson(url);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(199);
  simulator.fault({ kind: "ban", venue: "binance", status: 418, retryAfterS: 7, forMs: 400 });
  const banned = await fetch(url);
  expect([banned.status, banned.headers.get("retry-after")]).toEqual([418, "7"]);
  await until("the end of it", () => simulator.nowMs > 0);
  await sleep(400);
  expect((await fetch(url)).status).toBe(200);
  simulator.fault({ kind: "ban", venue: "bybit", status: 451 });
  expect((await fetch(`${simulator.endpoints.bybit.spot.rest}/v5/market/time`)).status).toBe(451);
  const refused = new Wire(`${simulator.endpoints.bybit.linear.ws}/v5/public/linear`);
  await until("the refusal", () => refused.closed !== null);
});

test("Bybit's books begin again at 1, or are sent whole without being asked for", async () => {
  await start();
  const wire = await linear(BOOK);
  const book = new BybitBook();
  for (const message of wire.of(BOOK)) book.take(message);
  wire.onMessage = (message) => book.take(message);
  simulator.fault({ kind: "snapshot", symbol: "BTCUSDT" });
  await until("the whole", () => book.snapshots === 2);
  simulator.fault({ kind: "reset", stream: BOOK });
  await until("the reset", () => book.snapshots === 3);
  expect(updates(wire)).toContain(1);
  await until("what follows", () => book.update > 20);
  await simulator.freeze();
  const truth = simulator.truth("bybit", "linear", "BTCUSDT", 50);
  await until("the last", () => book.update === truth.updates[50]);
  expect([book.gaps, book.book.bids, book.book.asks]).toEqual([0, truth.bids, truth.asks]);
});

test.each(["bybit", "binance"] as const)("a crossed book of %s heals with the next message", async (venue) => {
  await start();
  const wire = venue === "bybit" ? await linear(BOOK) : await usdm(DEPTH);
  const rest = simulator.endpoints.binance.usdm.rest;
  const binance = new BinanceBook(true, () => getJson(`${rest}/fapi/v1/depth?symbol=BTCUSDT&limit=1000`));
  const bybit = new BybitBook();
  for (const message of wire.of(BOOK)) bybit.take(message);
  let crossings = 0;
  let crossed = false;
  wire.onMessage = (message) => {
    if (venue === "bybit") bybit.take(message);
    else binance.take(message.data as Message);
    const { book } = venue === "bybit" ? bybit : binance;
    const now = (book.bids[0]?.[0] ?? 0) >= (book.asks[0]?.[0] ?? Number.POSITIVE_INFINITY);
    if (now && !crossed) crossings++;
    crossed = now;
  };
  await until("a live book", () => venue === "bybit" || binance.live);
  simulator.fault({ kind: "crossed", venue });
  await until("the crossing", () => crossings === 1);
  await until("the healing", () => !crossed);
  await simulator.freeze();
  const product = venue === "bybit" ? "linear" : "usdm";
  const truth = simulator.truth(venue, product, "BTCUSDT", 50);
  await until("the last", () =>
    venue === "bybit" ? bybit.update === truth.updates[50] : binance.id === truth.sequence,
  );
  const { book } = venue === "bybit" ? bybit : binance;
  expect([book.bids.slice(0, 50), book.asks.slice(0, 50)]).toEqual([truth.bids, truth.asks]);
  expect(crossings).toBe(1);
});

test("the venue's clock is off, and drifts", async () => {
  await start();
  simulator.fault({ kind: "clock", venue: "bybit", offsetMs: -90_000, driftPpm: 100_000 });
  const offset = async () => {
    const { timeNano } = (await getJson(`${simulator.endpoints.bybit.spot.rest}/v5/market/time`)).result as Message;
    return Number(timeNano) / 1e6 - Date.now();
  };
  const first = await offset();
  expect(Math.abs(first + 90_000)).toBeLessThan(100);
  await sleep(500);
  const drift = (await offset()) - first;
  expect(drift).toBeGreaterThan(20); // 50 of a half second
  expect(drift).toBeLessThan(150);
  const wire = await linear(BOOK);
  expect(Number(wire.of(BOOK)[0].ts) - Date.now()).toBeLessThan(-80_000);
});

test("prices part on command, and any text can be sent", async () => {
  await start({ divergences: false });
  const mid = (venue: "binance" | "bybit", product: "spot" | "linear" | "usdm") => {
    const { bids, asks } = simulator.truth(venue, product, "BTCUSDT", 1);
    return Math.log((bids[0][0] + asks[0][0]) / 2);
  };
  const apart = () => 10_000 * (mid("bybit", "spot") - mid("binance", "spot"));
  await until("a start", () => simulator.nowMs > 500);
  expect(Math.abs(apart())).toBeLessThan(4);
  simulator.fault({ kind: "diverge", asset: "BTC", venue: "bybit", side: "spot", bps: 30, forMs: 2000 });
  await until("the way out", () => apart() > 26);
  await until("the way back", () => Math.abs(apart()) < 4);
  const wire = await linear(BOOK);
  simulator.fault({ kind: "inject", stream: BOOK, text: '{"topic":"x","price":"NaN"}', padToBytes: 5000 });
  await until("the text", () => wire.texts.some((text) => text.length === 5000 && text.startsWith('{"topic":"x"')));
  expect(simulator.injected()).toEqual({ diverge: 1, inject: 1 });
});

test("a wrong fault is refused with its place", async () => {
  await start();
  expect(() => simulator.fault({ kind: "mute", venu: "bybit" } as never)).toThrow(/fault 1.*venu/);
  await expect(start({ faults: [{ kind: "vanish" } as never] })).rejects.toMatchObject({
    code: "SIMULATOR_FAULTS",
    exitCode: 3,
  });
});
