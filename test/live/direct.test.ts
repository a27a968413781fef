// The engine's own WebSocket client under real lanes; CROSSTICK_TEST_RECEIVE=direct runs every live test by it.
import { afterEach, expect, test } from "vitest";
import { type LiveRig, liveRig, type RigMarket, settled, stateOf, until } from "./rig.js";

let rig: LiveRig | null = null;
afterEach(() => rig?.close());

/** Plain text, compressed frames, and connections that are numbered over all channels. */
const markets: RigMarket[] = [
  { venue: "binance", product: "usdm", suffix: "USDT:USDT" },
  { venue: "bybit", product: "spot", suffix: "USDT" },
  { venue: "htx", product: "spot", suffix: "USDT" },
  { venue: "coinbase", product: "spot", suffix: "USD" },
];

test("books of four venues are the venues' own, and again after every connection was closed or cut", async () => {
  const faults = markets.map(({ venue }, i) => ({
    ...{ kind: i % 2 === 0 ? ("close" as const) : ("abort" as const), venue, afterMs: 2500 },
  }));
  rig = await liveRig(["BTC", "ETH"], { faults }, {}, markets, "direct");
  const { simulator, engine } = rig;
  await engine.ready({ timeoutMs: 15_000 });
  const all = simulator.markets.map(({ instrument }) => instrument.id);
  const live = () => all.filter((id) => stateOf(rig as LiveRig, id).state === "live").length;
  await until("connected anew", () =>
    engine.status().connections.every(({ connects, state }) => state === "open" && connects > 1),
  );
  await until("all live again", () => live() === all.length, 15_000);
  expect(await settled(rig)).toEqual([]);
});
