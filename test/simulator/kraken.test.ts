import { buf } from "crc-32";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MapBook } from "./map-book.js";
import { getJson, type Message, sleep, until, Wire } from "./wire.js";

const SEED = 616;
let simulator: Simulator;
let ws: string;
let rest: string;

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  simulator = await createSimulator({ venues: ["kraken"], seed: SEED, speed: 4 });
  ws = `${simulator.endpoints.kraken.spot.ws}/v2`;
  ({ rest } = simulator.endpoints.kraken.spot);
});
afterAll(() => simulator.stop());

type Row = [string, string];
interface Book {
  symbol: string;
  bids: Row[];
  asks: Row[];
  checksum: number;
}

/** Book messages of a wire, prices and sizes as their text. */
function books(wire: Wire): { type: string; book: Book }[] {
  return wire.texts
    .filter((text) => text.includes('"channel":"book","type"'))
    .map((text) => {
      const { type, data } = JSON.parse(text.replace(/"(price|qty)":([\d.]+)/g, '"$1":"$2"'));
      const rows = (levels: { price: string; qty: string }[]): Row[] => levels.map(({ price, qty }) => [price, qty]);
      return { type, book: { ...data[0], bids: rows(data[0].bids), asks: rows(data[0].asks) } };
    });
}

const subscribe = (channel: string, symbol: string[], rest: object = {}, req_id = 1) => ({
  ...{ method: "subscribe", req_id },
  params: { channel, symbol, ...rest },
});
const answers = (wire: Wire): Message[] => wire.messages.filter(({ method }) => method !== undefined);

test.each([10, 25, 100])("depth %i: whole, then changes, cut by the client, proved by each checksum", async (depth) => {
  const wire = await Wire.open(ws);
  wire.send(subscribe("book", ["ETH/USD"], { depth }));
  await until("updates", () => books(wire).length > 30);
  await simulator.freeze();
  await sleep(100);
  const truth = simulator.truth("kraken", "spot", "ETH/USD", depth);
  const texts = { bids: new Map<string, string>(), asks: new Map<string, string>() };
  const sorted = (side: "bids" | "asks"): Row[] =>
    [...texts[side]].sort(([x], [y]) => (side === "asks" ? 1 : -1) * (Number(x) - Number(y)));
  const digits = (text: string): string => text.replace(".", "").replace(/^0+/, "");
  books(wire).forEach(({ type, book }, i) => {
    expect(type).toBe(i === 0 ? "snapshot" : "update");
    for (const side of ["bids", "asks"] as const) {
      for (const [price, qty] of book[side])
        if (Number(qty) === 0) texts[side].delete(price);
        else texts[side].set(price, qty);
      for (const [price] of sorted(side).slice(depth)) texts[side].delete(price);
    }
    const best = [...sorted("asks").slice(0, 10), ...sorted("bids").slice(0, 10)].flat();
    expect(buf(Buffer.from(best.map(digits).join(""))) >>> 0).toBe(book.checksum);
  });
  const map = new MapBook();
  map.replace([...texts.bids], [...texts.asks]);
  expect([map.bids, map.asks]).toEqual([truth.bids, truth.asks]);
  simulator.resume();
  wire.end();
});

test("an answer for each symbol, with the times of the request; what is wrong is named", async () => {
  const wire = await Wire.open(ws);
  wire.send(subscribe("ticker", ["BTC/USD", "NO/BODY"], { event_trigger: "bbo" }, 7));
  wire.send(subscribe("ticker", ["BTC/USD"], { event_trigger: "bbo" }, 8));
  wire.send({ method: "ping", req_id: 9 });
  wire.send("nonsense");
  await until(
    "answers",
    () => answers(wire).length >= 4 && wire.messages.some(({ error }) => error === "Malformed request"),
  );
  expect(answers(wire)).toMatchObject([
    { success: true, req_id: 7, result: { channel: "ticker", event_trigger: "bbo", symbol: "BTC/USD" } },
    { success: false, req_id: 7, error: "Currency pair not supported NO/BODY", symbol: "NO/BODY" },
    { success: false, req_id: 8, error: "Already subscribed" },
    { method: "pong", req_id: 9, time_in: expect.stringMatching(/^20.*\.\d{6}Z$/) },
  ]);
  expect(wire.messages[0]).toMatchObject({ channel: "status", data: [{ system: "online" }] });
  await until("a heartbeat", () => wire.messages.some(({ channel }) => channel === "heartbeat"), 3000);
  await until("the touch", () => wire.messages.filter(({ channel }) => channel === "ticker").length > 3);
  wire.end();
});

test("the first trades are of the past, the others come as they happen", async () => {
  const early = await Wire.open(ws);
  early.send(subscribe("trade", ["BTC/USD"]));
  const trades = (wire: Wire) => wire.messages.filter(({ channel }) => channel === "trade");
  await until("trades", () => trades(early).length > 3);
  const late = await Wire.open(ws);
  late.send(subscribe("trade", ["BTC/USD"]));
  await until("the past", () => trades(late).length > 0);
  const [past] = trades(late) as { type: string; data: Message[] }[];
  expect(past.type).toBe("snapshot");
  expect(past.data.length).toBeGreaterThan(2);
  expect(past.data[0]).toMatchObject({ symbol: "BTC/USD", side: expect.stringMatching(/^(buy|sell)$/) });
  early.end();
  late.end();
});

test("more messages than the venue takes are refused", async () => {
  const wire = await Wire.open(ws);
  for (let i = 0; i < 40; i++) wire.send({ method: "ping", req_id: i });
  await until("refusals", () => wire.messages.some(({ error }) => error === "Exceeded msg rate"));
  wire.end();
});

test("REST: pairs under their older names, books, and errors with status 200", async () => {
  const pairs = (await getJson(`${rest}/0/public/AssetPairs`)).result as Record<string, Message>;
  expect(pairs.XBTUSD).toMatchObject({ wsname: "XBT/USD", pair_decimals: 1, lot_decimals: 8, status: "online" });
  const depth = (await getJson(`${rest}/0/public/Depth?pair=XBTUSD&count=5`)).result as Record<string, { bids: Row[] }>;
  expect(depth.XBTUSD.bids).toHaveLength(5);
  const time = (await getJson(`${rest}/0/public/Time`)).result as { unixtime: number };
  expect(Math.abs(time.unixtime - Date.now() / 1000)).toBeLessThan(20);
  expect((await getJson(`${rest}/0/public/Depth?pair=NONE`)).error).toEqual(["EQuery:Unknown asset pair"]);
});
