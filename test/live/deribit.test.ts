// Deribit over real sockets: books that follow change ids, options that bring volatilities and greeks.
import * as L from "crosstick/internal/layout";
import { expect } from "vitest";
import { figureOf, type RigMarket, settled, stateOf, liveTest as test, until } from "./rig.js";

const linear: RigMarket[] = [
  { venue: "deribit", product: "spot", suffix: "USDC" },
  { venue: "deribit", product: "swap", suffix: "USDC:USDC" },
];
const option = (rest: string): RigMarket => ({ venue: "deribit", product: "option", suffix: `USD:BTC-270326-${rest}` });

test.concurrent("a lost change is one gap of its own book, which heals by a new subscription", async ({ live }) => {
  const rig = await live(["BTC"], {}, {}, linear);
  await rig.engine.ready({ timeoutMs: 10_000 });
  const id = "deribit:BTC/USDC:USDC";
  rig.simulator.fault({ kind: "drop", product: "swap", stream: "book.BTC_USDC-PERPETUAL.100ms" });
  await until("the gap", () => stateOf(rig, id).gaps === 1);
  await until("live again", () => stateOf(rig, id).state === "live");
  expect(await settled(rig)).toEqual([]);
  expect(rig.engine.status().instruments.map(({ gaps }) => gaps)).toEqual([0, 1]);
});

test.concurrent("a locked index rests what it prices, maintenance rests all, and each is whole again after it", async ({
  live,
}) => {
  const r = await live(["BTC", "ETH"], { limits: { deribit: { maintenanceMs: 800 } } }, {}, [linear[0]]);
  await r.engine.ready({ timeoutMs: 10_000 });
  const [btc, eth] = ["deribit:BTC/USDC", "deribit:ETH/USDC"];
  const states = () => [stateOf(r, btc).state, stateOf(r, eth).state];
  const lock = (locked: boolean) =>
    JSON.stringify({
      ...{ jsonrpc: "2.0", method: "subscription" },
      params: { channel: "platform_state", data: { price_index: "eth_usdc", locked } },
    });
  r.simulator.fault({ kind: "inject", stream: "platform_state", text: lock(true) });
  await until("ETH rests", () => states()[1] === "maintenance");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(states()).toEqual(["live", "maintenance"]);
  r.simulator.fault({ kind: "inject", stream: "platform_state", text: lock(false) });
  await until("both live", () => states().every((state) => state === "live"));
  r.simulator.fault({ kind: "server-shutdown", venue: "deribit" });
  await until("maintenance", () => states().every((state) => state === "maintenance"));
  await until("both live again", () => states().every((state) => state === "live"));
  expect(r.engine.status().instruments.map(({ gaps }) => gaps)).toEqual([0, 0]);
  expect(await settled(r)).toEqual([]);
});

test.concurrent("inverse perpetuals count in coin, and options bring what their ticker tells", async ({ live }) => {
  const inverse: RigMarket = { venue: "deribit", product: "swap", suffix: "USD:BTC" };
  const rig = await live(["BTC"], {}, {}, [inverse, option("65000-C"), option("65000-P"), option("70000-C")]);
  await rig.engine.ready({ timeoutMs: 10_000 });
  const call = "deribit:BTC/USD:BTC-270326-65000-C";
  const put = "deribit:BTC/USD:BTC-270326-65000-P";
  const figure = (id: string, offset: number) => figureOf(rig, id, offset);
  await until("greeks of all", () => [call, put].every((id) => figure(id, L.INSTRUMENT_DELTA) !== 0));
  await until("volatilities", () => figure(put, L.INSTRUMENT_MARK_VOLATILITY) > 0);
  expect(await settled(rig)).toEqual([]);
  for (const id of [call, put]) {
    const [bid, ask, mark] = [
      figure(id, L.INSTRUMENT_BID_VOLATILITY),
      figure(id, L.INSTRUMENT_ASK_VOLATILITY),
      figure(id, L.INSTRUMENT_MARK_VOLATILITY),
    ];
    expect([id, bid < ask, mark > 0.2 && mark < 1.5]).toEqual([id, true, true]);
    expect(figure(id, L.INSTRUMENT_OPEN_INTEREST)).toBeGreaterThan(0);
  }
  expect(figure(call, L.INSTRUMENT_MARK_VOLATILITY)).toBe(figure(put, L.INSTRUMENT_MARK_VOLATILITY));
  expect(figure(call, L.INSTRUMENT_DELTA) - figure(put, L.INSTRUMENT_DELTA)).toBeCloseTo(1, 4);
  const perpetual = "deribit:BTC/USD:BTC";
  const truth = rig.simulator.truth("deribit", "swap", "BTC-PERPETUAL", 1);
  const [[price, dollars]] = truth.bids;
  expect(figure(perpetual, L.INSTRUMENT_BID)).toBe(price);
  expect(figure(perpetual, L.INSTRUMENT_BID_SIZE)).toBe(dollars / price);
  expect(figure(perpetual, L.INSTRUMENT_FUNDING_INTERVAL_HOURS)).toBe(8);
  // Nobody refused anything.
  expect(rig.notes.filter((note) => note.startsWith("error"))).toEqual([]);
});

test.concurrent("a channel that is not accepted is said", async ({ live }) => {
  const rig = await live(["BTC"], { faults: [{ kind: "refuse-subscribe", messages: 1 }] }, {}, linear.slice(1));
  await until("the note", () => rig.notes.some((note) => note.includes("0 of 5 channels accepted")));
});
