// Books that nothing numbers one by one: Kraken's by checksums, Coinbase's by the numbers of the connection.
import * as L from "crosstick/internal/layout";
import { expect } from "vitest";
import { figureOf, type LiveRig, type RigMarket, settled, stateOf, liveTest as test, until } from "./rig.js";

const kraken: readonly RigMarket[] = [{ venue: "kraken", product: "spot", suffix: "USD" }];
const coinbase: readonly RigMarket[] = [{ venue: "coinbase", product: "spot", suffix: "USD" }];

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const states = (r: LiveRig): string[] => r.simulator.markets.map(({ instrument }) => stateOf(r, instrument.id).state);

const gaps = (r: LiveRig) => Object.fromEntries(r.engine.status().instruments.map((one) => [one.instrument, one.gaps]));

test.concurrent("Kraken: a message that the checksum disproves never reaches its book, which heals; the other goes on", async ({
  live,
}) => {
  const r = await live(["BTC", "ETH"], {}, {}, kraken);
  await r.engine.ready({ timeoutMs: 10_000 });
  await wait(500);
  // A false bid above the best ask, under the checksum of the true book.
  r.simulator.fault({ kind: "crossed", stream: "book.100.BTC/USD" });
  await until("the gap", () => stateOf(r, "kraken:BTC/USD").gaps === 1);
  expect(figureOf(r, "kraken:BTC/USD", L.INSTRUMENT_CHECKSUM_FAILURES)).toBe(1);
  expect(figureOf(r, "kraken:BTC/USD", L.INSTRUMENT_CROSSED), "nobody has seen it crossed").toBe(0);
  await until("live again", () => stateOf(r, "kraken:BTC/USD").state === "live");
  expect(gaps(r)).toEqual({ "kraken:BTC/USD": 1, "kraken:ETH/USD": 0 });
  await wait(500);
  expect(await settled(r, 50)).toEqual([]);
});

test.concurrent("Kraken: a frame that is no JSON puts its books in doubt at once; a lost connection comes back", async ({
  live,
}) => {
  const r = await live(["BTC", "ETH"], {}, {}, kraken);
  await r.engine.ready({ timeoutMs: 10_000 });
  r.simulator.fault({ kind: "corrupt", stream: "book.100.ETH/USD" });
  await until("both in doubt", () => Object.values(gaps(r)).every((count) => count === 1));
  await until("both live", () => r.engine.status().booksLive === 2);
  r.simulator.fault({ kind: "abort", venue: "kraken" });
  await until("connected again", () => r.notes.filter((note) => note.includes("connected to")).length === 2);
  await until("both live again", () => states(r).every((state) => state === "live"));
  await wait(500);
  expect(await settled(r, 50)).toEqual([]);
});

test.concurrent("Kraken: books are in maintenance while the venue says so, and whole again after it", async ({
  live,
}) => {
  const r = await live(["BTC", "ETH"], { limits: { kraken: { maintenanceMs: 400 } } }, {}, kraken);
  await r.engine.ready({ timeoutMs: 10_000 });
  r.simulator.fault({ kind: "server-shutdown", venue: "kraken" });
  await until("maintenance", () => states(r).every((state) => state === "maintenance"));
  await until("both live", () => states(r).every((state) => state === "live"));
  expect(Object.values(gaps(r))).toEqual([0, 0]);
  expect(await settled(r, 50)).toEqual([]);
});

test.concurrent("Kraken: maintenance lasts until the venue takes it back, whatever books it sends meanwhile", async ({
  live,
}) => {
  const r = await live(["BTC"], { limits: { kraken: { maintenanceMs: 2500 } } }, {}, kraken);
  await r.engine.ready({ timeoutMs: 10_000 });
  r.simulator.fault({ kind: "server-shutdown", venue: "kraken" });
  await until("maintenance", () => stateOf(r, "kraken:BTC/USD").state === "maintenance");
  // A book that waits asks for a snapshot within half a second.
  const restedMs = await until("an end", () => stateOf(r, "kraken:BTC/USD").state !== "maintenance");
  expect(restedMs).toBeGreaterThan(1500);
  await until("the venue's word", () => r.notes.some((note) => note.includes("the venue serves again")));
  await until("live", () => stateOf(r, "kraken:BTC/USD").state === "live");
});

test.concurrent("Coinbase: a product that is not online rests alone, and is whole again after it", async ({ live }) => {
  const r = await live(["BTC", "ETH"], { limits: { coinbase: { maintenanceMs: 1500 } } }, {}, coinbase);
  await r.engine.ready({ timeoutMs: 10_000 });
  r.simulator.fault({ kind: "server-shutdown", venue: "coinbase" });
  await until("maintenance", () => states(r).every((state) => state === "maintenance"));
  await wait(1000);
  expect(states(r)).toEqual(["maintenance", "maintenance"]);
  await until("both live", () => states(r).every((state) => state === "live"));
  const status = (id: string, status: string) =>
    `{"channel":"status","timestamp":"2026-08-09T00:00:00.000000804Z","events":[{"type":"update","products":[{"id":"${id}","status":"${status}"}]}]}`;
  r.simulator.fault({ kind: "inject", stream: "status.ETH-USD", text: status("ETH-USD", "delisted") });
  await until("ETH rests", () => stateOf(r, "coinbase:ETH/USD").state === "maintenance");
  await wait(1000);
  expect([stateOf(r, "coinbase:BTC/USD").state, stateOf(r, "coinbase:ETH/USD").state]).toEqual(["live", "maintenance"]);
  r.simulator.fault({ kind: "inject", stream: "status.ETH-USD", text: status("ETH-USD", "online") });
  await until("both live again", () => states(r).every((state) => state === "live"));
  expect(Object.values(gaps(r))).toEqual([0, 0]);
  expect(r.notes.filter((note) => note.includes("connected to"))).toHaveLength(1);
  await wait(300);
  expect(await settled(r, 50)).toEqual([]);
});

test.concurrent("Coinbase: a message lost on any channel costs every book of the connection, and each heals", async ({
  live,
}) => {
  const r = await live(["BTC", "ETH"], {}, {}, coinbase);
  await r.engine.ready({ timeoutMs: 10_000 });
  await until("a touch", () => figureOf(r, "coinbase:ETH/USD", L.INSTRUMENT_BBO_UPDATES) > 3);
  r.simulator.fault({ kind: "drop", stream: "ticker.ETH-USD" });
  await until("both in doubt", () => Object.values(gaps(r)).every((count) => count === 1));
  await until("both live", () => r.engine.status().booksLive === 2);
  r.simulator.fault({ kind: "duplicate", channel: "level2", every: 5, messages: 20 });
  await wait(800);
  expect(Object.values(gaps(r))).toEqual([1, 1]);
  r.simulator.fault({ kind: "abort", venue: "coinbase" });
  await until("connected again", () => r.notes.filter((note) => note.includes("connected to")).length === 2);
  await until("both live again", () => states(r).every((state) => state === "live"));
  await wait(500);
  expect(await settled(r, 50)).toEqual([]);
});
