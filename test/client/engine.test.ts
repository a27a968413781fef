import { createClient, type Item } from "crosstick/client";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Served, servedRig } from "../live/served.js";
import { PlainBook } from "../stream/fake-engine.js";
import { until } from "./rig.js";
import { TcpProxy } from "./tcp-proxy.js";

let served: Served | null = null;
let proxy: TcpProxy | null = null;
afterEach(async () => {
  await proxy?.stop();
  await served?.close();
});

/** Follows the engine's stream through the proxy, puts books together and keeps events. */
function follow(url: string, encoding: "json" | "bin") {
  const client = createClient(url, { WebSocket, encoding, reconnect: { baseMs: 50, capMs: 50 } });
  const books = new Map<string, PlainBook>();
  const events = new Map<string, { ts: string; data: unknown }[]>();
  const gaps: Item[] = [];
  client.subscribe(
    ["book.*", "trade.*", "mark.*", "funding.*"],
    (item) => {
      if (item.type === "refused") throw new Error(item.message);
      if (item.type === "gap") gaps.push(item);
      else if (item.kind !== "book") {
        if (item.type === "update")
          events.set(item.ch, [...(events.get(item.ch) ?? []), { ts: item.ts, data: item.data }]);
      } else {
        const book = books.get(item.ch) ?? new PlainBook();
        books.set(item.ch, book);
        if (item.type === "update") book.apply(item.data);
        else if (item.data !== null) book.replace(item.data);
      }
    },
    { policy: "all" },
  );
  return { client, books, events, gaps };
}

test("text and records of a live engine are the same objects, over cut connections and a gap of the venue", async () => {
  const r = await servedRig([
    ["binance", "spot"],
    ["bybit", "linear"],
    ["binance", "usdm"],
  ]);
  served = r;
  const through = await TcpProxy.start(() => r.served.server.port);
  proxy = through;
  const [text, binary] = (["json", "bin"] as const).map((encoding) => follow(through.url, encoding));
  const both = [text, binary];
  const ids = ["binance:BTC/USDT", "bybit:BTC/USDT:USDT", "binance:BTC/USDT:USDT"];
  const live = () => r.served.engine.status().booksLive === 3;
  await until(() => live() && both.every(({ books }) => books.size === 3), "live books");
  for (let cuts = 0; cuts < 3; cuts++) {
    await new Promise((resolve) => setTimeout(resolve, 700));
    through.cut();
  }
  await until(() => both.every(({ client }) => client.counters.reconnects >= 3), "connections made anew");
  await until(() => both.every(({ client }) => client.state.state === "connected"), "connected");
  // With the connections up: what a book's reset cuts off cannot be resumed.
  r.simulator.fault({ kind: "drop", venue: "bybit", product: "linear", stream: "orderbook.50.BTCUSDT" });
  await until(() => r.served.engine.status().instruments.some(({ gaps }) => gaps > 0) && live(), "a gap that healed");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await r.simulator.freeze();
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (const { books, gaps } of both) {
    // A book that was put together afresh while the connection was away cannot be resumed: its snapshot is what counts.
    const isReset = (gap: Item) => gap.type === "gap" && gap.reason === "resume" && gap.ch.startsWith("book.");
    expect(gaps.filter((gap) => !isReset(gap))).toEqual([]);
    for (const id of ids) {
      const { body } = await r.get(`/v1/orderbook?instrument=${encodeURIComponent(id)}&depth=20`);
      const { bids, asks, sequence } = books.get(`book.${id}`)?.levels() ?? { bids: [], asks: [], sequence: null };
      expect([id, sequence, bids.slice(0, 20), asks.slice(0, 20)]).toEqual([id, body.sequence, body.bids, body.asks]);
    }
  }
  let compared = 0;
  expect([...binary.events.keys()].sort()).toEqual([...text.events.keys()].sort());
  expect([...text.events.keys()]).toContain("mark.binance:BTC/USDT:USDT");
  for (const [ch, told] of text.events) {
    const read = binary.events.get(ch) ?? [];
    // Each followed from a moment of its own; what both saw is the same.
    const common = Math.min(told.length, read.length);
    expect(Math.abs(told.length - read.length)).toBeLessThan(10);
    expect(read.slice(-common)).toEqual(told.slice(-common));
    compared += common;
  }
  console.log(`${compared} trades, marks and fundings compared`);
  expect(compared).toBeGreaterThan(40);
  for (const { client } of both) await client.close();
});
