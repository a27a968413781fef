// A second endpoint of a venue beside the one in use: what differs is counted by field, and reaches no book.
import { canarySymbols } from "crosstick/internal/feed/canary";
import * as L from "crosstick/internal/layout";
import { afterEach, expect, test } from "vitest";
import { until } from "../live/rig.js";
import { type LiveLane, liveLane, type ScriptedHost, scriptedHost } from "./live-lane.js";

const hosts: ScriptedHost[] = [];
let one: LiveLane | null = null;
afterEach(async () => {
  one?.stop();
  for (const host of hosts.splice(0)) await host.close();
});

async function host(): Promise<ScriptedHost> {
  const made = await scriptedHost({
    message(text, socket) {
      const { op, req_id } = JSON.parse(text);
      if (op === "subscribe") socket.send(JSON.stringify({ success: true, op, req_id }));
    },
  });
  hosts.push(made);
  return made;
}

const times = { ts: 1_700_000_000_000 };
const book = (type: string, u: number, size: string) => ({
  ...{ topic: "orderbook.50.BTCUSDT", type, ...times },
  data: { s: "BTCUSDT", b: [["100", size]], a: [["101", "1"]], u, seq: u },
});
const trade = (id: number, p: string) => ({
  ...{ topic: "publicTrade.BTCUSDT", type: "snapshot", ...times },
  data: [{ i: String(id), T: times.ts, p, v: "1", S: "Buy", seq: id, s: "BTCUSDT", BT: false }],
});

test("what two endpoints say is compared field by field; the second one's word reaches no book", async () => {
  const [first, second] = [await host(), await host()];
  const wanted = [{ symbol: "BTCUSDT", channels: ["book" as const, "trade" as const] }];
  const more = { backups: [{ socket: `ws://${second.address}` }], settings: { canary: 0.1 } };
  one = liveLane(first, { venue: "bybit", product: "spot", wanted }, {}, more);
  await until("both are asked", () => first.heard.length > 0 && second.heard.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 200));
  first.send(book("snapshot", 10, "1"));
  second.send(book("snapshot", 10, "1"));
  for (let u = 11; u <= 20; u++) {
    first.send(book("delta", u, String(u)));
    second.send(book("delta", u, u === 15 ? "999" : String(u)));
    first.send(trade(u, "100.5"));
    second.send(trade(u, u === 17 ? "100.4" : "100.5"));
  }
  first.send(trade(30, "100"));
  second.send(trade(31, "100"));
  second.send(trade(32, "100"));
  // Whichever came later is judged later.
  await until("all is judged", () => {
    const { compared = 0, onlyFirst = 0, onlySecond = 0 } = one?.feed.canaryStatus() ?? {};
    return compared + onlyFirst + onlySecond === 23;
  });
  expect(one.feed.canaryStatus()).toMatchObject({
    ...{ venue: "bybit", product: "spot", endpoint: `ws://${second.address}`, symbols: 1 },
    ...{ compared: 20, onlyFirst: 1, onlySecond: 2, differences: { "book.size": 1, "trade.price": 1 } },
  });
  expect(one.notes.filter((note) => note.includes("differs in"))).toEqual([
    `warn ws://${second.address} differs in book.size: 999 for 15`,
    `warn ws://${second.address} differs in trade.price: 100.4 for 100.5`,
  ]);
  const seen = one.records();
  expect(seen.filter(([kind]) => kind === L.KIND_TRADE)).toHaveLength(11);
  expect(seen.filter(([, , , size]) => size === 999)).toEqual([]);
  expect(seen.filter(([kind]) => kind === L.KIND_GAP)).toEqual([]);
  expect(one.lane.counts.covered).toBe(0);
});

test("without a share there is none; with one and no second address it is said", async () => {
  const first = await host();
  const wanted = [{ symbol: "BTCUSDT", channels: ["book" as const] }];
  one = liveLane(first, { venue: "bybit", product: "spot", wanted }, {}, { settings: { canary: 1 } });
  expect(one.feed.canaryStatus()).toBeNull();
  expect(one.notes).toContainEqual(expect.stringContaining("no canary: the venue has no second address"));
});

test.each([
  [0, 0],
  [0.1, 1],
  [0.25, 3],
  [1, 12],
])("a share of %f of twelve symbols is %i, all different", (share, count) => {
  const wanted = Array.from({ length: 12 }, (_, i) => ({ symbol: `S${i}`, channels: [] }));
  const chosen = canarySymbols(wanted, share).map(({ symbol }) => symbol);
  expect(new Set(chosen).size).toBe(count);
  expect(chosen).toHaveLength(count);
});
