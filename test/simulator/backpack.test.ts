import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MapBook } from "./map-book.js";
import { getJson, type Message, sleep, until, Wire } from "./wire.js";

const SEED = 515;
let simulator: Simulator;
let ws: string;
let rest: string;

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  const limits = { backpack: { openInterestMs: 1000 } };
  simulator = await createSimulator({ venues: ["backpack"], seed: SEED, speed: 20, limits });
  ({ ws, rest } = simulator.endpoints.backpack.swap);
});
afterAll(() => simulator.stop());

type Rows = [string, string][];

test.each(["depth", "depth.200ms", "depth.1000ms"])("%s leads to the true book", async (channel) => {
  const stream = `${channel}.SOL_USDC_PERP`;
  const wire = await Wire.open(ws);
  wire.send({ method: "SUBSCRIBE", params: [stream] });
  await until("deltas", () => wire.data(stream).length > 8);
  const snapshot = await getJson(`${rest}/api/v1/depth?symbol=SOL_USDC_PERP&limit=5000`);
  const bids = snapshot.bids as Rows;
  expect(bids.map(([price]) => Number(price))).toEqual(bids.map(([price]) => Number(price)).sort((x, y) => x - y));
  expect(typeof snapshot.lastUpdateId).toBe("string");
  await sleep(200);
  await simulator.freeze();
  const truth = simulator.truth("backpack", "swap", "SOL_USDC_PERP");
  await until("the last", () => wire.data(stream).at(-1)?.u === truth.sequence);
  const book = new MapBook();
  book.replace(bids, snapshot.asks as Rows);
  let id = Number(snapshot.lastUpdateId);
  let bridged = false;
  for (const { U, u, b, a, e, E } of wire.data(stream) as Record<string, never>[]) {
    expect([e, String(E).length]).toEqual(["depth", 16]);
    if (u <= id) continue;
    if (bridged) expect(U).toBe(id + 1);
    else expect(U).toBeLessThanOrEqual(id + 1);
    bridged = true;
    book.apply(b, a);
    id = u;
  }
  expect([book.bids, book.asks]).toEqual([truth.bids, truth.asks]);
  simulator.resume();
  wire.end();
});

test("nothing is answered to a request; what is wrong is told without its name", async () => {
  const wire = await Wire.open(ws);
  const known = ["bookTicker.SOL_USDC", "trade.SOL_USDC", "markPrice.SOL_USDC_PERP", "openInterest.SOL_USDC_PERP"];
  wire.send({ method: "SUBSCRIBE", params: [...known, "liquidation", "ticker.SOL_USDC", "trade.NONE_USDC"] });
  await until("all", () => known.every((name) => wire.data(name).length > 0));
  await until("a liquidation", () => wire.data("liquidation").length > 0, 20_000);
  const others = wire.messages.filter(({ stream }) => stream === undefined);
  expect(others).toEqual([{ id: null, error: { code: 4002, message: "Invalid stream trade.NONE_USDC" } }]);
  const [touch, trade, mark, open] = known.map((name) => wire.data(name)[0]);
  expect(Number(touch.b)).toBeLessThan(Number(touch.a));
  expect(trade).toMatchObject({ e: "trade", s: "SOL_USDC", m: expect.any(Boolean), t: expect.any(Number) });
  expect(mark).toMatchObject({ e: "markPrice", s: "SOL_USDC_PERP" });
  expect(Number(mark.n) - Date.now()).toBeGreaterThan(0);
  expect(Number(mark.n) - Date.now()).toBeLessThanOrEqual(8 * 3_600_000);
  expect(open).toMatchObject({ e: "openInterest", s: "SOL_USDC_PERP" });
  const [lost] = wire.data("liquidation") as Message[];
  expect(["Bid", "Ask"]).toContain(lost.S);
  expect(String(lost.s)).toMatch(/_PERP$/);
  wire.send({ method: "UNSUBSCRIBE", params: known });
  await sleep(100);
  const count = wire.data(known[0]).length;
  await sleep(200);
  expect(wire.data(known[0]).length).toBe(count);
  wire.end();
});

test("the server pings, and cuts who does not answer", async () => {
  const limits = { backpack: { pingMs: 100, pongMs: 900 } };
  const own = await createSimulator({ venues: ["backpack"], seed: 1, instruments: ["backpack:SOL/USDC"], limits });
  const silent = await Wire.open(own.endpoints.backpack.spot.ws, { autoPong: false });
  const alive = await Wire.open(own.endpoints.backpack.spot.ws);
  await until("the cut", () => silent.closed !== null, 3000);
  expect(silent.closed).toEqual({ code: 1008, reason: "Pong timeout" });
  await until("more pings", () => alive.pings > 3);
  expect(alive.closed).toBeNull();
  alive.end();
  await own.stop();
});

test("REST: markets with steps and intervals, a bare time, lists and errors", async () => {
  const markets = (await getJson(`${rest}/api/v1/markets`)) as unknown as Message[];
  expect(markets.map(({ symbol }) => symbol)).toContain("BTC_USDC_PERP");
  expect(await getJson(`${rest}/api/v1/market?symbol=BTC_USDC_PERP`)).toMatchObject({
    marketType: "PERP",
    fundingInterval: 28800000,
    filters: { price: { tickSize: "0.1" }, quantity: { stepSize: "0.00001" } },
  });
  expect(Math.abs(Number(await getJson(`${rest}/api/v1/time`)) - Date.now())).toBeLessThan(20_000);
  expect((await getJson(`${rest}/api/v1/openInterest`)) as unknown as Message[]).toHaveLength(3);
  expect((await fetch(`${rest}/api/v1/depth?symbol=NONE`)).status).toBe(400);
  expect((await fetch(`${rest}/api/v1/depth`)).status).toBe(400);
  expect((await fetch(`${rest}/api/v9/depth`)).status).toBe(404);
});
