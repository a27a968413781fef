import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HtxBook, HtxWire } from "./htx-wire.js";
import { getJson, type Message, until } from "./wire.js";

const SEED = 88;
const PING_MS = 400;
let simulator: Simulator;

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  // Pings come quicker than the venue's, so that missing them does not take ten seconds.
  const limits = { htx: { pingMs: PING_MS, requests: 1000 } };
  simulator = await createSimulator({ venues: ["htx"], seed: SEED, speed: 10, limits });
});
afterAll(() => simulator.stop());

const address = (path: string): string => `${simulator.endpoints.htx.spot.ws}${path}`;

describe("books", () => {
  test("spot: changes and a requested snapshot lead to the true book, at every depth", async () => {
    const wire = await HtxWire.open(address("/feed"));
    const depths = [5, 20, 150, 400];
    const books = new Map(depths.map((depth) => [`market.btcusdt.mbp.${depth}`, new HtxBook()]));
    wire.onMessage = (message) => {
      if (message.ch !== undefined) books.get(String(message.ch))?.take(message);
      else if (message.rep !== undefined && !books.get(String(message.rep))?.join(message))
        wire.send({ req: message.rep, id: message.id });
    };
    for (const name of books.keys()) wire.send({ sub: name, id: name });
    await until("acknowledgements", () => wire.messages.filter(({ subbed }) => subbed !== undefined).length === 4);
    expect(wire.messages[0]).toMatchObject({ id: "market.btcusdt.mbp.5", status: "ok" });
    await until("changes of all", () => [...books.keys()].every((name) => wire.of(name).length > 0));
    for (const name of books.keys()) wire.send({ req: name, id: `r ${name}` });
    await until("updates", () => [...books.values()].every(({ updates }) => updates > 15), 10_000);
    await simulator.freeze();
    const truth = simulator.truth("htx", "spot", "btcusdt");
    for (const depth of depths) {
      const found = books.get(`market.btcusdt.mbp.${depth}`) as HtxBook;
      await until("the last message", () => found.last === truth.updates[`mbp.${depth}`]);
      expect([depth, found.gaps]).toEqual([depth, 0]);
      expect(found.book.bids, `depth ${depth}`).toEqual(truth.bids.slice(0, depth));
      expect(found.book.asks, `depth ${depth}`).toEqual(truth.asks.slice(0, depth));
    }
    simulator.resume();
    expect([wire.texts, wire.closed]).toEqual([0, null]);
    wire.end();
  });

  test.each([
    ["/linear-swap-ws", "BTC-USDT"],
    ["/swap-ws", "BTC-USD"],
    ["/linear-swap-ws", "BTC-USDT-270326"],
    ["/ws", "BTC270326"],
  ])("%s %s: a snapshot, then versions one by one, lead to the true book", async (path, symbol) => {
    const wire = await HtxWire.open(address(path));
    const name = `market.${symbol}.depth.size_150.high_freq`;
    const found = new HtxBook();
    wire.onMessage = (message) => {
      if (message.ch === name) found.take(message);
    };
    wire.send({ sub: name, id: "1", data_type: "incremental" });
    await until("updates", () => found.updates > 30);
    await simulator.freeze();
    const truth = simulator.truth("htx", /\d$/.test(symbol) ? "futures" : "swap", symbol, 150);
    await until("the last message", () => found.last === truth.updates.size_150);
    expect([found.gaps, found.book.bids, found.book.asks]).toEqual([0, truth.bids, truth.asks]);
    simulator.resume();
    wire.end();
  });

  test("whole images and touches say what the book is", async () => {
    const wire = await HtxWire.open(address("/ws"));
    const names = ["market.ethusdt.mbp.refresh.20", "market.ethusdt.depth.step0", "market.ethusdt.bbo"];
    for (const sub of names) wire.send({ sub, id: sub });
    await until("all", () => names.every((name) => wire.of(name).length > 3));
    const [image, step, bbo] = names.map((name) => wire.of(name).at(-1)?.tick as Record<string, number[][]>);
    expect([image.bids.length, step.bids.length]).toEqual([20, 150]);
    expect(Number(bbo.bid)).toBeLessThan(Number(bbo.ask));
    wire.end();
  });
});

describe("duties", () => {
  test.each(["/ws", "/linear-swap-notification"])(
    "%s: pings are answered, or the connection is closed after two",
    async (path) => {
      const [good, bad] = await Promise.all([
        HtxWire.open(address(path)),
        HtxWire.open(address(path), { answersPings: false }),
      ]);
      await until("closed", () => bad.closed !== null, 10 * PING_MS);
      expect(bad.pings).toHaveLength(2);
      expect(bad.closed?.reason).toBe("ping check expired");
      expect([good.closed, good.pings.length > 1]).toEqual([null, true]);
      good.end();
    },
  );

  test("a pong with another value is none", async () => {
    const wire = await HtxWire.open(address("/ws"), { answersPings: false });
    const timer = setInterval(() => wire.send({ pong: 1 }), 50);
    await until("closed", () => wire.closed !== null, 10 * PING_MS);
    clearInterval(timer);
  });
});

test("trades: ids beyond 2^53, the taker's side, and the last one again for who comes later", async () => {
  const wire = await HtxWire.open(address("/ws"));
  const name = "market.btcusdt.trade.detail";
  wire.send({ sub: name, id: "1" });
  await until("trades", () => wire.of(name).length > 5);
  const rows = wire.of(name).flatMap(({ tick }) => (tick as { data: Message[] }).data);
  expect(new Set(rows.map(({ tradeId }) => tradeId)).size).toBe(rows.length);
  for (const { id, direction } of rows) {
    expect(String(id)).toMatch(/^\d{28}$/);
    expect(["buy", "sell"]).toContain(direction);
  }
  const late = await HtxWire.open(address("/ws"));
  late.send({ sub: name, id: "1" });
  await until("one", () => late.of(name).length > 0);
  for (const one of [wire, late]) one.end();
});

test("prices, funding and liquidations of contracts", async () => {
  const index = await HtxWire.open(address("/ws_index"));
  for (const what of ["mark_price.1min", "index.1min", "basis.1min.close"])
    index.send({ sub: `market.BTC-USDT.${what}`, id: what });
  const notices = await HtxWire.open(address("/linear-swap-notification"));
  for (const what of ["funding_rate", "liquidation_orders"])
    for (const symbol of ["BTC-USDT", "ETH-USDT"])
      notices.send({ op: "sub", cid: what, topic: `public.${symbol}.${what}` });
  await until("prices", () => new Set(index.messages.map(({ ch }) => ch)).size === 4); // undefined: acknowledgements
  await until("a funding rate", () => notices.of("public.BTC-USDT.funding_rate").length > 0);
  const [{ funding_rate, settlement_time }] = notices.of("public.BTC-USDT.funding_rate")[0].data as Message[];
  expect([Number(funding_rate) > -1, Number(settlement_time) > Date.now() - 1]).toEqual([true, true]);
  expect(notices.messages[0]).toMatchObject({ op: "sub", cid: "funding_rate", "err-code": 0 });
  await until(
    "a liquidation",
    () => notices.messages.some(({ op, topic }) => op === "notify" && /liquidation/.test(String(topic))),
    15_000,
  );
  for (const one of [index, notices]) one.end();
});

test("what is asked for in the wrong place, or does not exist, is refused", async () => {
  const wire = await HtxWire.open(address("/feed"));
  for (const sub of ["market.btcusdt.bbo", "market.nonusdt.mbp.150", "market.BTC-USDT.bbo", "nonsense"])
    wire.send({ sub, id: sub });
  wire.send({ req: "market.nonusdt.mbp.150", id: "r" });
  wire.send({});
  await until("answers", () => wire.messages.length === 6);
  for (const message of wire.messages) expect(message).toMatchObject({ status: "error", "err-code": "bad-request" });
  wire.end();
});

test("HTTP: clocks, lists, books, touches, open interest, and what is wrong", async () => {
  const { rest } = simulator.endpoints.htx.swap;
  expect((await getJson(`${rest}/v1/common/timestamp`)).data).toBeGreaterThan(1.6e12);
  expect((await getJson(`${rest}/api/v1/timestamp`)).ts).toBeGreaterThan(1.6e12);
  const list = async (path: string) => (await getJson(`${rest}${path}`)).data as Message[];
  expect(await list("/v1/settings/common/market-symbols")).toHaveLength(3);
  expect((await list("/linear-swap-api/v1/swap_contract_info?business_type=all"))[0]).toMatchObject({
    ...{ contract_code: "BTC-USDT", contract_size: 0.001, business_type: "swap" },
  });
  expect((await list("/swap-api/v1/swap_contract_info"))[0]).toMatchObject({
    contract_code: "BTC-USD",
    contract_size: 100,
  });
  const [interest] = await list("/linear-swap-api/v1/swap_open_interest?contract_code=BTC-USDT");
  expect(Number(interest.amount)).toBeCloseTo(Number(interest.volume) * 0.001, 6);
  await simulator.freeze();
  const truth = simulator.truth("htx", "spot", "btcusdt", 20);
  const book = (await getJson(`${rest}/market/depth?symbol=btcusdt&type=step0&depth=20`)).tick as Message;
  expect([book.bids, book.asks]).toEqual([truth.bids, truth.asks]);
  const merged = (await getJson(`${rest}/market/detail/merged?symbol=btcusdt`)).tick as Message;
  expect([merged.bid, merged.ask]).toEqual([truth.bids[0], truth.asks[0]]);
  const swap = (await getJson(`${rest}/linear-swap-ex/market/depth?contract_code=BTC-USDT&type=step0`)).tick as Message;
  expect((swap.bids as unknown[]).length).toBe(150);
  simulator.resume();
  expect(await getJson(`${rest}/market/depth?symbol=nonusdt&type=step0`)).toMatchObject({ status: "error" });
  expect((await fetch(`${rest}/nothing`)).status).toBe(404);
});
