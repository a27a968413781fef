// A venue as a tardis-machine relays it: the relay is tardis-dev itself, on the simulated venue.
import { parseConfig } from "crosstick/internal/config";
import { type Engine, type EngineInternals, startEngine } from "crosstick/internal/engine";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lasting, until } from "./rig.js";
import { startTardisMachine } from "./tardis-machine.js";

const tardis = await import("tardis-dev").then(
  (module) => module,
  () => null,
);
if (tardis === null) console.log("tardis-dev is not installed: nothing relays a venue");

const SEED = 20_261_126;
const PERPETUAL = { product: "swap", raw: "ETH-PERPETUAL", id: "deribit:ETH/USD:ETH" } as const;
let simulator: Simulator;
let machine: Awaited<ReturnType<typeof startTardisMachine>>;
let engine: Engine;
let internals: EngineInternals;

const state = () => engine.status().instruments.find(({ instrument }) => instrument === PERPETUAL.id);

/** The relayed book against the venue's own, whose sizes are dollars. */
async function differing(): Promise<string[]> {
  await simulator.freeze();
  const wrong = await lasting(() => {
    const truth = simulator.truth("deribit", PERPETUAL.product, PERPETUAL.raw, 20);
    const book = internals.live.reader.book(internals.live.indexOf(PERPETUAL.id), 20);
    const coins = (side: [number, number][]) => side.map(([price, dollars]) => [price, dollars / price]);
    const [got, wanted] = [[book?.bids, book?.asks], [truth.bids, truth.asks].map(coins)].map((each) =>
      JSON.stringify(each),
    );
    return got === wanted ? [] : [`${got} for ${wanted}`];
  });
  simulator.resume();
  return wrong;
}

beforeAll(async () => {
  if (tardis === null) return;
  console.log(`seed ${SEED}`);
  simulator = await createSimulator({ venues: ["deribit"], seed: SEED, instruments: [PERPETUAL.id] });
  process.env.WSS_URL_DERIBIT = `${simulator.endpoints.deribit.swap.ws}/ws/api/v2`;
  machine = await startTardisMachine(tardis);
  const { rest } = simulator.endpoints.deribit.swap;
  const feed = { venue: "deribit", symbols: ["ETH/USD:ETH"], relay: "tardis", endpoint: machine.url, rest };
  ({ engine, internals } = await startEngine(parseConfig({ feeds: [feed] }, { source: "test" }), false));
  await until("the book", () => state()?.state === "live", 20_000);
});
afterAll(async () => {
  await engine?.close();
  machine?.stop();
  await simulator?.stop();
  delete process.env.WSS_URL_DERIBIT;
});

test.skipIf(tardis === null)("its book is the venue's own, with sizes in coin", async () => {
  expect(await differing()).toEqual([]);
  expect(engine.status()).toMatchObject({ rejected: 0, dropped: 0 });
  expect(state()).toMatchObject({ state: "live", gaps: 0 });
});

test.skipIf(tardis === null)("the relay loses the venue: a gap, which heals with its next snapshot", async () => {
  simulator.fault({ kind: "abort", venue: "deribit" });
  await until("the gap", () => (state()?.gaps ?? 0) > 0, 20_000);
  await until("live again", () => state()?.state === "live", 20_000);
  expect(await differing()).toEqual([]);
});

test.skipIf(tardis === null)(
  "the relay itself goes: its book knows nothing any more; what was seen is kept",
  async () => {
    const { connects } = engine.status().connections[0];
    machine.stop();
    await until("the loss", () => state()?.state !== "live", 20_000);
    expect(engine.status().connections[0].connects).toBe(connects);
    const summary = (await engine.close()).instruments[PERPETUAL.id];
    expect(summary).toMatchObject({ mark: expect.any(Number), funding: expect.any(Object) });
    expect(summary.trades).toBeGreaterThan(0);
  },
);

test("a relay without an address is a mistake in the configuration", () => {
  const feed = { venue: "deribit", symbols: ["ETH/USD:ETH"], relay: "tardis" };
  expect(() => parseConfig({ feeds: [feed] }, { source: "test" })).toThrow(
    /endpoint is missing, but needed with relay/,
  );
});
