// What a venue's contract asks of a live lane, on a loopback host that does only what each test says.
import { gzipSync } from "node:zlib";
import * as L from "crosstick/internal/layout";
import type { ConnectionPlan, Endpoints, InstrumentMetadata } from "crosstick/internal/venues/venue";
import { afterEach, expect, test } from "vitest";
import { until } from "../live/rig.js";
import { type LiveLane, liveLane, type ScriptedHost, scriptedHost } from "./live-lane.js";

let host: ScriptedHost | null = null;
let one: LiveLane | null = null;
afterEach(async () => {
  one?.stop();
  await host?.close();
});

const plan = (url: string, more: Partial<ConnectionPlan> = {}): ConnectionPlan => ({
  ...{ url, books: [], requests: [], paceMs: 1, keepAlive: null, silenceMs: 5000, maxPayload: 65_536 },
  ...more,
});
const wanted = (symbol: string) => [{ symbol, channels: ["book" as const] }];
const spot = { venue: "bybit" as const, product: "spot" as const, wanted: wanted("BTCUSDT") };
const acknowledge = (text: string) =>
  JSON.stringify({ success: true, op: "subscribe", req_id: JSON.parse(text).req_id });

test("what the venue wants to hear is said at once, ahead of requests that wait for their turn", async () => {
  host = await scriptedHost({});
  const requests = Array.from({ length: 20 }, (_, i) => ({ id: null, text: `{"n":${i}}` }));
  one = liveLane(host, spot, {
    connections: (_product, _wanted, { socket }) => [plan(socket, { requests, paceMs: 100 })],
    answer: (message) => ((message as { ret_msg?: string }).ret_msg === "pong" ? '{"answer":1}' : null),
  });
  await until("the first request", () => host?.heard.length === 1);
  host.send({ success: true, ret_msg: "pong", op: "ping" });
  await until("the answer", () => host?.heard.includes('{"answer":1}') ?? false);
  expect(host.heard.indexOf('{"answer":1}')).toBeLessThan(5);
  expect(one.lane.counts.rejected).toBe(0);
});

test("text that is no JSON, and a venue that acknowledges nothing, are no reason to connect again", async () => {
  host = await scriptedHost({});
  one = liveLane(host, spot, {
    connections: (_product, _wanted, { socket }) => [plan(socket, { requests: [{ id: null, text: "x" }] })],
    answer: () => null,
  });
  await until("the request", () => host?.heard.length === 1);
  host.send("pong");
  await until("the frame", () => one?.lane.counts.frames === 1);
  expect(one.feed.status()).toMatchObject([{ state: "open", connects: 1, unacknowledged: 0 }]);
});

test("a later request that the venue refuses is reported, and the connection stays", async () => {
  host = await scriptedHost({
    message(text, socket) {
      if (text.includes("unsubscribe")) return;
      if (text.includes('"+'))
        socket.send(JSON.stringify({ ...JSON.parse(acknowledge(text)), success: false, ret_msg: "no such topic" }));
      else socket.send(acknowledge(text));
    },
  });
  one = liveLane(host, spot, {});
  await until("subscribed", () => one?.feed.status()[0].unacknowledged === 0);
  const book = (type: string, u: number) => ({
    ...{ topic: "orderbook.50.BTCUSDT", ts: 1_700_000_000_000, type },
    data: { s: "BTCUSDT", b: [["100", "1"]], a: [["101", "1"]], u, seq: u },
  });
  host.send(book("snapshot", 10));
  host.send(book("delta", 12));
  await until("the refusal", () => one?.feed.status()[0].refused[0] === "no such topic");
  expect(one.feed.status()).toMatchObject([{ state: "open", connects: 1 }]);
});

test("a snapshot by request on the connection bridges the deltas that came before it, and is asked for until it does", async () => {
  let asked = 0;
  const levels = { bids: [["100", "1"]], asks: [["101", "1"]] };
  host = await scriptedHost({
    message(_text, socket) {
      // The first is older than the deltas kept, as venues' snapshots may be.
      const lastUpdateId = ++asked === 1 ? 5 : 11;
      socket.send(
        JSON.stringify({
          lastUpdateId,
          symbol: "BTCUSD_PERP",
          pair: "BTCUSD",
          E: 1_700_000_000_000,
          T: 1_700_000_000_000,
          ...levels,
        }),
      );
    },
  });
  one = liveLane(
    host,
    { venue: "binance", product: "coinm", wanted: wanted("BTCUSD_PERP") },
    {
      connections: (_product, _wanted, { socket }) => [plan(socket, { books: ["BTCUSD_PERP"] })],
      snapshotRequest: (_product, symbol) => ({ id: "snapshot", text: `{"req":"${symbol}"}` }),
    },
  );
  await until("connected", () => host?.sockets.size === 1);
  host.send({
    ...{ e: "depthUpdate", E: 1_700_000_000_000, T: 1_700_000_000_000, s: "BTCUSD_PERP", ps: "BTCUSD" },
    ...{ U: 10, u: 12, pu: 9, b: [["99", "1"]], a: [] },
  });
  await until("live", () => one?.lane.books.isLive(0) ?? false);
  expect(host.heard).toEqual(['{"req":"BTCUSD_PERP"}', '{"req":"BTCUSD_PERP"}']);
  expect(
    host.asked.filter((path) => path.includes("depth")),
    "asked for by HTTP",
  ).toEqual([]);
});

test("polled replies are decoded with the instrument they are of, and a failure that lasts is said once", async () => {
  let healthy = false;
  host = await scriptedHost({
    reply: (_request, response) =>
      healthy
        ? response.end('{"openInterest":"7.5","symbol":"BTCUSDT","time":1700000000000}')
        : response.writeHead(500).end(),
  });
  one = liveLane(
    host,
    { venue: "binance", product: "usdm", wanted: wanted("BTCUSDT") },
    {
      connections: () => [],
      polls: () => [{ path: "/fapi/v1/openInterest?symbol=BTCUSDT", everyMs: 20, symbol: "BTCUSDT" }],
    },
  );
  await until("several failures", () => (host?.asked.length ?? 0) > 3);
  expect(one.notes.filter((note) => note.includes("HTTP 500"))).toHaveLength(1);
  healthy = true;
  await until("a reply was taken", () => (one?.lane.counts.frames ?? 0) > 0);
});

test("a list that says how contracts count is fetched page by page, and overrides what is bundled", async () => {
  const pages: Record<string, { instruments: InstrumentMetadata[]; nextPaths: string[] }> = {
    "/list": { instruments: [listed("BTCUSD_PERP", 250)], nextPaths: ["/list?page=2"] },
    "/list?page=2": { instruments: [listed("NEWUSD_PERP", 40)], nextPaths: [] },
  };
  let failures = 2;
  host = await scriptedHost({
    reply(request, response) {
      if (failures-- > 0) response.writeHead(503).end();
      else response.end(JSON.stringify(pages[request.url ?? ""]));
    },
  });
  one = liveLane(
    host,
    {
      venue: "binance",
      product: "coinm",
      wanted: [...wanted("BTCUSD_PERP"), ...wanted("NEWUSD_PERP"), ...wanted("GONEUSD_PERP")],
    },
    {
      connections: (_product, all, { socket }) => [plan(socket, { books: all.map(({ symbol }) => symbol) })],
      metadata: () => ({ path: "/list", read: (body) => body as (typeof pages)[string] }),
    },
  );
  await until("connected, after the list", () => host?.sockets.size === 1);
  expect(host.asked.slice(-2)).toEqual(["/list", "/list?page=2"]);
  expect(
    one.notes.some((note) => note.startsWith("error GONEUSD_PERP is not in the venue's list")),
    one.notes.join(),
  ).toBe(true);
  const times = { E: 1_700_000_000_000, T: 1_700_000_000_000 };
  for (const s of ["BTCUSD_PERP", "NEWUSD_PERP"])
    host.send({ e: "aggTrade", ...times, a: 1, s, p: "100", q: "2", f: 1, l: 1, m: true });
  await until("the trades", () => (one?.lane.counts.frames ?? 0) >= 2);
  const trades = one.records().filter(([kind]) => kind === L.KIND_TRADE);
  expect(trades.map(([, instrument, price, size]) => [instrument, price, size])).toEqual([
    [0, 100, 5],
    [1, 100, 0.8],
  ]);
});

test("a connection that fails again and again is made to the next address, on the same route", async () => {
  host = await scriptedHost({});
  const closed = await scriptedHost({});
  await closed.close();
  const connections = (_product: string, _all: unknown, { socket }: Endpoints) => [plan(`${socket}/stream`)];
  const more = { backups: [{ socket: `ws://${host.address}` }], settings: { switchAfterTimeouts: 3 } };
  one = liveLane({ address: closed.address }, spot, { connections }, more);
  await until("connected", () => one?.feed.status()[0]?.state === "open");
  expect(one.feed.status()).toMatchObject([{ url: `ws://${host.address}/stream`, state: "open" }]);
  expect(one.notes.filter((note) => note.includes("again in"))).toHaveLength(3);
});

test("before a connection's age limit another takes over: what both bring counts once, what one brings is not lost", async () => {
  host = await scriptedHost({ message: (text, socket) => socket.send(acknowledge(text)) });
  one = liveLane(host, spot, {
    connections: (_product, _all, { socket }) => [
      plan(socket, {
        books: ["BTCUSDT"],
        requests: [{ id: "1", text: '{"op":"subscribe","req_id":"1"}' }],
        lifetimeMs: 500,
      }),
    ],
  });
  const { lane } = one;
  const body = (type: string, u: number) => ({
    ...{ topic: "orderbook.50.BTCUSDT", ts: 1_700_000_000_000 + u, type },
    data: { s: "BTCUSDT", b: [["100", String(u)]], a: [["101", "1"]], u, seq: u },
  });
  const trade = (id: number) => ({
    ...{ topic: "publicTrade.BTCUSDT", ts: 1_700_000_000_000 + id, type: "snapshot" },
    data: [{ i: String(id), T: 1_700_000_000_000 + id, p: "100", v: "1", S: "Buy", seq: id, s: "BTCUSDT", BT: false }],
  });
  const { sockets } = host;
  const say = (which: number, message: object) => [...sockets][which].send(JSON.stringify(message));
  await until("connected", () => sockets.size === 1);
  say(0, body("snapshot", 10));
  await until("live", () => lane.books.isLive(0));
  await until("the successor", () => sockets.size === 2);
  await until("it is acknowledged", () => host?.heard.length === 2);
  // The successor begins behind, then runs ahead; the former one brings the same, later.
  say(1, body("snapshot", 9));
  say(1, trade(1));
  say(0, body("delta", 11));
  say(0, trade(1));
  await until("both", () => lane.counts.frames >= 6);
  for (const u of [10, 11, 12, 13]) say(1, body("delta", u));
  say(1, trade(2));
  await until("the successor's", () => lane.counts.frames >= 11);
  say(0, body("delta", 12));
  say(0, trade(2));
  await until("it took over", () => one?.feed.status()[0].rollovers === 1);
  await until("one connection is left", () => sockets.size === 1);
  say(0, body("delta", 14));
  say(0, trade(3));
  await until("the last", () => lane.counts.frames >= 15);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const seen = one.records();
  expect(seen.filter(([kind]) => kind === L.KIND_TRADE)).toHaveLength(3);
  expect(seen.filter(([kind]) => kind === L.KIND_GAP)).toEqual([]);
  expect(seen.filter(([kind]) => kind === L.KIND_SNAPSHOT)).toHaveLength(2); // bids and asks of the first one
  const sizes = seen.filter(([kind, , price]) => kind === L.KIND_DEPTH && price === 100).map(([, , , size]) => size);
  expect(sizes).toEqual([11, 12, 13, 14]);
});

test("compressed frames are inflated before anything else, and what is no gzip is refused and counted", async () => {
  host = await scriptedHost({});
  one = liveLane(host, spot, {
    connections: (_product, _all, { socket }) => [plan(socket, { inflate: true })],
    answer: (message) => ((message as { ret_msg?: string }).ret_msg === "pong" ? "answer" : null),
  });
  await until("connected", () => host?.sockets.size === 1);
  const [socket] = host.sockets;
  socket.send(gzipSync(JSON.stringify({ success: true, ret_msg: "pong", op: "ping" })));
  await until("the answer", () => host?.heard.includes("answer") ?? false);
  socket.send(Buffer.from("not compressed"));
  await until("the refusal", () => one?.lane.counts.rejected === 1);
  expect([...one.lane.counts.rejections]).toEqual([[L.REJECT_COMPRESSION, 1]]);
});

test("a lane whose contract sizes are known goes on without the list, and says so", async () => {
  host = await scriptedHost({ reply: (_request, response) => response.writeHead(500).end() });
  one = liveLane(
    host,
    { venue: "binance", product: "coinm", wanted: wanted("BTCUSD_PERP") },
    {
      connections: (_product, _all, { socket }) => [plan(socket)],
      metadata: () => ({ path: "/list", read: () => ({ instruments: [], nextPaths: [] }) }),
    },
  );
  await until("connected", () => host?.sockets.size === 1);
  expect(one.notes.join()).toContain("list of instruments: HTTP 500");
});

function listed(rawSymbol: string, contractSize: number): InstrumentMetadata {
  return { rawSymbol, contractSize, unit: "inverse", priceStep: null, sizeStep: null, active: true };
}
