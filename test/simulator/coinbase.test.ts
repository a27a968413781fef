import { openRecordings } from "crosstick/internal/cli/sim-recordings";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cryptofeedCoinbase, hasRecordings } from "../replay/shared-data.js";
import { MapBook } from "./map-book.js";
import { getJson, type Message, sleep, until, Wire } from "./wire.js";

const SEED = 717;
let simulator: Simulator;
let ws: string;
let rest: string;

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  simulator = await createSimulator({ venues: ["coinbase"], seed: SEED, speed: 4 });
  ({ ws, rest } = simulator.endpoints.coinbase.spot);
});
afterAll(() => simulator.stop());

interface Event {
  type: string;
  product_id: string;
  updates: { side: string; price_level: string; new_quantity: string }[];
  trades: { trade_id: string; side: string; price: string }[];
  subscriptions: Record<string, string[]>;
}

const subscribe = (channel: string, ...product_ids: string[]) => ({ type: "subscribe", product_ids, channel });
const of = (wire: Wire, channel: string): Event[] =>
  wire.messages.filter((message) => message.channel === channel).flatMap(({ events }) => events as Event[]);
const numbers = (wire: Wire): unknown[] =>
  wire.messages.filter(({ channel }) => channel !== undefined).map(({ sequence_num }) => sequence_num);

test("whole books, then changes, under one numbering of all channels from 0", async () => {
  const wire = await Wire.open(ws);
  wire.send(subscribe("heartbeats"));
  wire.send(subscribe("market_trades", "BTC-USD", "ETH-USD"));
  wire.send(subscribe("ticker", "BTC-USD"));
  wire.send(subscribe("level2", "BTC-USD", "ETH-USD"));
  await until("all", () => of(wire, "l2_data").length > 40 && of(wire, "market_trades").length > 5);
  await until("heartbeats", () => of(wire, "heartbeats").length > 1, 3000);
  await simulator.freeze();
  await sleep(100);
  expect(numbers(wire)).toEqual(numbers(wire).map((_, i) => i));
  for (const symbol of ["BTC-USD", "ETH-USD"]) {
    const truth = simulator.truth("coinbase", "spot", symbol);
    const book = new MapBook();
    const events = of(wire, "l2_data").filter(({ product_id }) => product_id === symbol);
    expect(events.map(({ type }) => type).filter((type) => type === "snapshot")).toHaveLength(1);
    for (const { updates } of events) {
      const rows = (name: string) =>
        updates.filter(({ side }) => side === name).map((one): [string, string] => [one.price_level, one.new_quantity]);
      book.apply(rows("bid"), rows("offer"));
    }
    expect([book.bids, book.asks]).toEqual([truth.bids, truth.asks]);
  }
  simulator.resume();
  wire.end();
});

test("the first trades are of the past; an update lists the newest first, by the maker's side", async () => {
  const wire = await Wire.open(ws);
  wire.send(subscribe("market_trades", "BTC-USD"));
  await until("trades", () => of(wire, "market_trades").length > 20);
  const [past, ...updates] = of(wire, "market_trades");
  expect(past.type).toBe("snapshot");
  for (const { type, trades } of [past, ...updates]) {
    const ids = trades.map(({ trade_id }) => Number(trade_id));
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
    for (const { side } of trades) expect(["BUY", "SELL"]).toContain(side);
    if (type === "update") expect(trades.length).toBeGreaterThan(0);
  }
  wire.end();
});

test("answers tell all that stands; refusals bear no number", async () => {
  const wire = await Wire.open(ws);
  wire.send(subscribe("ticker", "BTC-USD"));
  wire.send(subscribe("level2", "NO-BODY"));
  wire.send(subscribe("nothing", "BTC-USD"));
  wire.send({ type: "unsubscribe", product_ids: ["BTC-USD"], channel: "ticker" });
  await until("answers", () => of(wire, "subscriptions").length === 2);
  expect(of(wire, "subscriptions").map(({ subscriptions }) => subscriptions)).toEqual([{ ticker: ["BTC-USD"] }, {}]);
  const errors = wire.messages.filter(({ type }) => type === "error");
  expect(errors.map((error) => Object.keys(error).sort())).toEqual([
    ["message", "type"],
    ["message", "type"],
  ]);
  wire.end();
});

test("who asks for nothing is cut, and who asks too often is refused", async () => {
  const limits = { coinbase: { subscribeMs: 300 } };
  const own = await createSimulator({ venues: ["coinbase"], seed: 1, instruments: ["coinbase:SOL/USD"], limits });
  const silent = await Wire.open(own.endpoints.coinbase.spot.ws);
  const eager = await Wire.open(own.endpoints.coinbase.spot.ws);
  for (let i = 0; i < 12; i++) eager.send(subscribe("heartbeats"));
  await until("the cut", () => silent.closed !== null);
  expect(silent.closed?.code).toBe(1008);
  expect(eager.messages.some(({ message }) => message === "rate limit exceeded")).toBe(true);
  expect(eager.closed).toBeNull();
  eager.end();
  await own.stop();
});

test("a dropped message leaves its number out", async () => {
  const wire = await Wire.open(ws);
  wire.send(subscribe("level2", "SOL-USD"));
  await until("updates", () => of(wire, "l2_data").length > 3);
  simulator.fault({ kind: "drop", stream: "level2.SOL-USD" });
  const before = of(wire, "l2_data").length;
  await until("more", () => of(wire, "l2_data").length > before + 5);
  const seen = numbers(wire) as number[];
  expect(seen.filter((number, i) => i > 0 && number !== seen[i - 1] + 1)).toHaveLength(1);
  wire.end();
});

test.skipIf(!hasRecordings)(
  "a recording is served, numbered anew, and whoever joins late is given the books whole",
  async () => {
    const from = await openRecordings([cryptofeedCoinbase.path], ["coinbase"]);
    const own = await createSimulator({ venues: ["coinbase"], seed: 1, from, speed: 8 });
    const early = await Wire.open(own.endpoints.coinbase.spot.ws);
    early.send(subscribe("level2", "BTC-USD", "ETH-USD"));
    early.send(subscribe("market_trades", "BTC-USD", "ETH-USD"));
    await until("half", () => of(early, "l2_data").length > 300, 15_000);
    const late = await Wire.open(own.endpoints.coinbase.spot.ws);
    late.send(subscribe("level2", "ETH-USD"));
    await own.ended;
    await sleep(200);
    const bookOf = (wire: Wire) => {
      const book = new MapBook();
      for (const { product_id, updates } of of(wire, "l2_data")) {
        const rows = (name: string) =>
          updates
            .filter(({ side }) => side === name)
            .map((one): [string, string] => [one.price_level, one.new_quantity]);
        if (product_id === "ETH-USD") book.apply(rows("bid"), rows("offer"));
      }
      return book;
    };
    const [one, other] = [bookOf(early), bookOf(late)];
    expect([one.bids.length, one.asks.length]).toEqual([6925, 16_403]);
    expect([other.bids, other.asks]).toEqual([one.bids, one.asks]);
    expect(numbers(early)).toEqual(numbers(early).map((_, i) => i));
    expect(of(early, "market_trades").filter(({ type }) => type === "update")).toHaveLength(57);
    const { products } = (await getJson(`${own.endpoints.coinbase.spot.rest}/api/v3/brokerage/market/products`)) as {
      products: Message[];
    };
    expect(products.length).toBeGreaterThan(500);
    early.end();
    late.end();
    await own.stop();
  },
);

test("REST: products with their steps, whole books, time", async () => {
  const { products } = (await getJson(`${rest}/api/v3/brokerage/market/products`)) as { products: Message[] };
  expect(products.find(({ product_id }) => product_id === "BTC-USD")).toMatchObject({
    ...{ base_increment: "0.00000001", price_increment: "0.01", status: "online", product_type: "SPOT" },
  });
  const book = await getJson(`${rest}/api/v3/brokerage/market/product_book?product_id=ETH-USD&limit=7`);
  expect((book.pricebook as { bids: unknown[] }).bids).toHaveLength(7);
  const { epochMillis } = await getJson(`${rest}/api/v3/brokerage/time`);
  expect(Math.abs(Number(epochMillis) - Date.now())).toBeLessThan(20_000);
  expect((await fetch(`${rest}/api/v3/brokerage/market/products/NO-BODY`)).status).toBe(404);
});
