import * as L from "crosstick/internal/layout";
import { expect } from "vitest";
import { differences, figureOf, type LiveRig, type RigMarket, stateOf, liveTest as test, until } from "./rig.js";

const markets: readonly RigMarket[] = [
  { venue: "backpack", product: "spot", suffix: "USDC" },
  { venue: "backpack", product: "swap", suffix: "USDC:USDC" },
];
const perpetual = "backpack:SOL/USDC:USDC";

/** Stops the markets and waits until their last messages have arrived: then the books are the venue's own. */
async function settle(r: LiveRig): Promise<void> {
  await r.simulator.freeze();
  await until("the venue's books", () => differences(r, 20).length === 0);
}

test.concurrent("books of Backpack are live though nothing is answered and REST lags; a lost update heals", async ({
  live,
}) => {
  const rig = await live(["BTC", "SOL"], { limits: { backpack: { openInterestMs: 1000 } } }, {}, markets);
  await rig.engine.ready({ timeoutMs: 10_000 });
  rig.simulator.fault({ kind: "drop", stream: "depth.SOL_USDC_PERP" });
  await until("the gap", () => stateOf(rig, perpetual).gaps === 1);
  await until("live again", () => stateOf(rig, perpetual).state === "live");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await settle(rig);
  const gaps = rig.engine.status().instruments.map((one) => [one.instrument, one.gaps]);
  expect(gaps.filter(([, count]) => count !== 0)).toEqual([[perpetual, 1]]);
  const figure = (offset: number) => figureOf(rig, perpetual, offset);
  expect(figure(L.INSTRUMENT_FUNDING_INTERVAL_HOURS)).toBe(8);
  for (const offset of [L.INSTRUMENT_MARK, L.INSTRUMENT_INDEX, L.INSTRUMENT_FUNDING_RATE, L.INSTRUMENT_OPEN_INTEREST])
    expect(figure(offset)).not.toBeNaN();
  expect(figure(L.INSTRUMENT_FUNDING_NEXT_US)).toBeGreaterThan(Date.now() * 1000);
});

test.concurrent("repeated and reordered messages, a closed connection and a shutdown end in the same books", async ({
  live,
}) => {
  const rig = await live(["SOL"], {}, {}, markets);
  await rig.engine.ready({ timeoutMs: 10_000 });
  rig.simulator.fault({ kind: "duplicate", every: 7, messages: 100 });
  rig.simulator.fault({ kind: "reorder", every: 41, messages: 10 });
  // A message that waits for the next one when the markets stop would never come.
  const injected = () => rig.simulator.injected();
  await until("all of them", () => injected().duplicate === 100 && injected().reorder === 10, 20_000);
  rig.simulator.fault({ kind: "server-shutdown", venue: "backpack" });
  await until("both lost", () => rig.notes.filter((note) => note.includes("closed 1001")).length === 2);
  await until("all live", () => rig.engine.status().booksLive === 2, 20_000);
  await settle(rig);
});
