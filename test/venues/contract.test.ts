import { parseConfig } from "crosstick/internal/config";
import { type Engine, type EngineInternals, startEngine } from "crosstick/internal/engine";
import type { VenueName } from "crosstick/internal/market/venues";
import type { MarketSpec } from "crosstick/internal/simulator/model/market-spec";
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { SIMULATED } from "crosstick/internal/simulator/venues";
import { supportedVenues } from "crosstick/internal/venues/index";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { settled, until } from "../live/rig.js";

/**
 * What every venue must do, over real sockets against its simulator: one market of each product, live
 * from cold, true to the venue's own book, and whole again after what went wrong with one of them.
 */

/** The channel by which each venue's book comes, as the simulator names its place. */
const BOOK: Partial<Record<VenueName, (symbol: string) => { channel?: string; stream?: string }>> = {
  binance: (symbol) => ({ stream: `${symbol.toLowerCase()}@depth@100ms` }),
  bybit: (symbol) => ({ stream: `orderbook.${/-[CP]-/.test(symbol) ? 25 : 50}.${symbol}` }),
  okx: () => ({ channel: "books" }),
  deribit: () => ({ channel: "book" }),
  htx: (symbol) => ({ channel: symbol.includes("-") ? "depth" : "mbp" }),
  kraken: () => ({ channel: "book" }),
  coinbase: () => ({ channel: "level2" }),
  backpack: () => ({ channel: "depth" }),
};
/** Updates that must be lost until it shows: Kraken's checksum proves the best ten levels, and most changes lie deeper. */
const LOST: Partial<Record<VenueName, number>> = { kraken: 20 };
/** Levels compared: no channel that is listened to is shallower. */
const LEVELS = 10;
const SEED = 20_261_125;

const contracts = SIMULATED.map(({ name, markets }) => ({
  venue: name,
  markets: markets.filter(({ product }, i) => markets.findIndex((other) => other.product === product) === i),
}));

test("there is a simulated venue for every venue that has a decoder", () => {
  expect(contracts.map(({ venue }) => venue).sort()).toEqual([...supportedVenues()].sort());
  for (const { venue, markets } of contracts)
    expect([venue, BOOK[venue], markets.length > 0]).toEqual([venue, expect.any(Function), true]);
});

// Venues beside each other, for each waits most of its time; the tests of one in their order, by the same engine.
describe.concurrent.each(contracts)("$venue", ({ venue, markets }) => {
  let simulator: Simulator;
  let engine: Engine;
  let internals: EngineInternals;
  let liveAfterMs = Number.NaN;

  const stateOf = ({ instrument }: MarketSpec) =>
    engine.status().instruments.find((one) => one.instrument === instrument.id);
  const gaps = (): number[] => markets.map((market) => stateOf(market)?.gaps ?? -1);
  const allLive = (): boolean => engine.status().booksLive === markets.length;

  /** Books that are not the venue's own; the model is still meanwhile. */
  async function differing(): Promise<string[]> {
    const wrong = await settled({ simulator, internals }, LEVELS);
    simulator.resume();
    return wrong;
  }

  beforeAll(async () => {
    console.log(`seed ${SEED}`);
    simulator = await createSimulator({
      ...{ venues: [venue], seed: SEED, instruments: markets.map(({ instrument }) => instrument.id) },
    });
    const feeds = markets.map(({ product, symbol }) => {
      const { ws, rest } = simulator.endpoints[venue][product];
      return { venue, symbols: [symbolOf(symbol, product)], endpoint: ws, rest };
    });
    const startedMs = performance.now();
    ({ engine, internals } = await startEngine(parseConfig({ feeds }, { source: "test" }), false));
    await until("every book live", allLive, 30_000);
    liveAfterMs = performance.now() - startedMs;
  });
  afterAll(async () => {
    await engine.close();
    await simulator.stop();
  });

  const symbolOf = (symbol: string, product: string): string =>
    markets.find((market) => market.symbol === symbol && market.product === product)?.instrument.symbol ?? symbol;

  test.sequential("is live from cold, and its books are the venue's own", async () => {
    console.log(`${venue}: ${markets.length} books live after ${Math.round(liveAfterMs)} ms`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await differing()).toEqual([]);
    expect(engine.status()).toMatchObject({ rejected: 0, dropped: 0 });
    expect(gaps()).toEqual(markets.map(() => 0));
    for (const { instrument } of markets) {
      const { bid, ask, bidSize, askSize } = engine.quote(instrument.id);
      expect([instrument.id, bid < ask, bidSize > 0, askSize > 0]).toEqual([instrument.id, true, true, true]);
    }
  });

  test.sequential("a lost update is a gap of that book, which heals; no other book notices", async () => {
    const [market] = markets;
    const { product, symbol } = market;
    simulator.fault({ kind: "drop", venue, product, symbol, ...BOOK[venue]?.(symbol), messages: LOST[venue] ?? 1 });
    await until("the gap", () => (stateOf(market)?.gaps ?? 0) > 0, 20_000);
    await until("live again", allLive, 20_000);
    expect(await differing()).toEqual([]);
    expect(gaps()).toEqual(
      markets.map((one) => (one !== market ? 0 : LOST[venue] === undefined ? 1 : expect.any(Number))),
    );
  });

  test.sequential("repeated and reordered messages end in the same books", async () => {
    simulator.fault({ kind: "duplicate", every: 5, messages: 40 });
    simulator.fault({ kind: "reorder", every: 17, messages: 5 });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(simulator.injected().duplicate).toBeGreaterThan(0);
    await until("all live", allLive, 20_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await until("all live", allLive, 20_000);
    expect(await differing()).toEqual([]);
  });

  test.sequential("an aborted connection comes back with its books", async () => {
    const before = engine.status().connections.reduce((sum, { connects }) => sum + connects, 0);
    simulator.fault({ kind: "abort", venue });
    await until(
      "another connection",
      () => engine.status().connections.reduce((sum, { connects }) => sum + connects, 0) > before,
    );
    await until("all live", allLive, 20_000);
    expect(await differing()).toEqual([]);
  });

  test.sequential("garbage is refused, counted, and changes no book", async () => {
    const { rejected } = engine.status();
    for (const text of ["{", '{"a":[1,2', "\u0000", "[[[[[[[["]) simulator.fault({ kind: "inject", venue, text });
    await until("refusals", () => engine.status().rejected >= rejected + 4, 10_000);
    await until("all live", allLive, 20_000);
    expect(await differing()).toEqual([]);
  });
});
