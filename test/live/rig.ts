import { parseConfig } from "crosstick/internal/config";
import { type Engine, type EngineInternals, startEngine } from "crosstick/internal/engine";
import * as L from "crosstick/internal/layout";
import type { Instrument } from "crosstick/internal/market/instrument";
import type { ProductName, VenueName } from "crosstick/internal/market/venues";
import { createSimulator, type Simulator, type SimulatorOptions } from "crosstick/internal/simulator/simulator";
import { type TestContext, test } from "vitest";

/** By which client live tests receive: `direct` in the environment runs all of them by the engine's own. */
export const RECEIVE = process.env.CROSSTICK_TEST_RECEIVE === "direct" ? "direct" : "ws";

export interface LiveRig {
  simulator: Simulator;
  engine: Engine;
  internals: EngineInternals;
  notes: string[];
  close(): Promise<void>;
}

/** A market of the simulator for each asset, in the words of a configuration. */
export interface RigMarket {
  venue: VenueName;
  product: ProductName;
  /** What follows `BTC/`. */
  suffix: string;
}

/** Markets that the tests follow unless they say others. */
const usual: readonly RigMarket[] = [
  { venue: "binance", product: "spot", suffix: "USDT" },
  { venue: "binance", product: "usdm", suffix: "USDT:USDT" },
  { venue: "bybit", product: "spot", suffix: "USDT" },
  { venue: "bybit", product: "linear", suffix: "USDT:USDT" },
];

/** A simulator with these assets on each of the markets, and an engine that listens to it over real sockets. */
export async function liveRig(
  assets: readonly string[],
  options: Partial<SimulatorOptions> = {},
  config: object = {},
  markets = usual,
  receive: "ws" | "direct" = RECEIVE,
): Promise<LiveRig> {
  const instruments = markets.flatMap(({ venue, suffix }) => assets.map((asset) => `${venue}:${asset}/${suffix}`));
  const venues = [...new Set(markets.map(({ venue }) => venue))];
  const simulator = await createSimulator({ venues, seed: 7, instruments, ...options });
  const feeds = markets.map(({ venue, product, suffix }) => {
    const { ws, rest } = simulator.endpoints[venue][product];
    return { venue, symbols: assets.map((asset) => `${asset}/${suffix}`), endpoint: ws, rest, receive };
  });
  return listening(simulator, { feeds, ...config });
}

/** A simulator of one venue with these unified symbols, of whatever products, and an engine whose one feed names them. */
export async function venueRig(
  venue: VenueName,
  symbols: readonly string[],
  options: Partial<SimulatorOptions> = {},
): Promise<LiveRig> {
  const instruments = symbols.map((symbol) => `${venue}:${symbol}`);
  const simulator = await createSimulator({ venues: [venue], seed: 7, instruments, ...options });
  const { ws, rest } = simulator.endpoints[venue].spot;
  return listening(simulator, { feeds: [{ venue, symbols, endpoint: ws, rest }] });
}

async function listening(simulator: Simulator, config: object): Promise<LiveRig> {
  const { engine, internals } = await startEngine(parseConfig(config, { source: "test" }), false);
  const notes: string[] = [];
  engine.on("note", ({ level, venue, product, text }) => notes.push(`${level} ${venue}.${product} ${text}`));
  return {
    ...{ simulator, engine, internals, notes },
    async close() {
      await engine.close();
      await simulator.stop();
    },
  };
}

/** A test with `live`, liveRig(), and `liveAt`, venueRig(): closed when that test is over, so that others may run beside it. */
export const liveTest = test.extend<{ live: typeof liveRig; liveAt: typeof venueRig }>({
  async live({ onTestFinished }, use) {
    await use(async (...order) => closedAfter(onTestFinished, await liveRig(...order)));
  },
  async liveAt({ onTestFinished }, use) {
    await use(async (...order) => closedAfter(onTestFinished, await venueRig(...order)));
  },
});

function closedAfter(onTestFinished: TestContext["onTestFinished"], rig: LiveRig): LiveRig {
  onTestFinished(() => rig.close());
  return rig;
}

/** Waits until `met` holds, looking every 10 ms. */
export async function until(what: string, met: () => boolean, timeoutMs = 10_000): Promise<number> {
  const started = performance.now();
  while (!met()) {
    if (performance.now() - started > timeoutMs) throw new Error(`${what} did not come true in ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.now() - started;
}

/** For until(): whether what `value` gives has been the same for so long. */
export function steady(value: () => number, forMs: number): () => boolean {
  let last = value();
  let sinceMs = performance.now();
  return () => {
    const now = value();
    if (now !== last) [last, sinceMs] = [now, performance.now()];
    return performance.now() - sinceMs >= forMs;
  };
}

/**
 * What differs for good: looks again until nothing does. For frozen markets, whose last messages are on
 * their way for as long as the machine likes, and after which nothing could mend a book that is wrong.
 */
export async function lasting<T>(differing: () => T[], patienceMs = 5000): Promise<T[]> {
  const started = performance.now();
  let left = differing();
  while (left.length > 0 && performance.now() - started < patienceMs) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    left = differing();
  }
  return left;
}

/** Compares every book of the engine with the simulator's true one, in base coin; the model must be frozen. */
export function differences({ simulator, internals }: Pick<LiveRig, "simulator" | "internals">, levels = 20): string[] {
  const wrong: string[] = [];
  for (const { venue, product, symbol, instrument } of simulator.markets) {
    const truth = simulator.truth(venue, product, symbol, levels);
    const [bids, asks] = [truth.bids, truth.asks].map((side) => side.map((level) => baseLevel(instrument, level)));
    const book = internals.live.reader.book(internals.live.indexOf(instrument.id), levels);
    const same = JSON.stringify(book && [book.bids, book.asks]) === JSON.stringify([bids, asks]);
    if (!same)
      wrong.push(`${instrument.id}: ${JSON.stringify(book?.bids.slice(0, 3))} for ${JSON.stringify(bids.slice(0, 3))}`);
  }
  return wrong;
}

/** A level as the venue counts it, in base coin. */
function baseLevel({ unit, contractSize }: Instrument, [price, size]: [number, number]): [number, number] {
  if (unit === "base") return [price, size];
  const scaled = size * (contractSize ?? Number.NaN);
  return [price, unit === "inverse" ? scaled / price : scaled];
}

/** Stops the markets; which books are still not the venue's own when their last messages have had time to arrive. */
export async function settled(rig: Pick<LiveRig, "simulator" | "internals">, levels?: number): Promise<string[]> {
  await rig.simulator.freeze();
  return lasting(() => differences(rig, levels));
}

/** State of one book now. */
export function stateOf({ engine }: LiveRig, instrument: string) {
  const found = engine.status().instruments.find((one) => one.instrument === instrument);
  return found ?? { instrument, state: "unknown", reason: "not announced yet", gaps: 0 };
}

/** One of INSTRUMENT_*, as the engine has it now; NaN for what it has not heard. */
export function figureOf({ internals }: LiveRig, instrument: string, offset: number): number {
  const { views, plan } = internals.live;
  const index = internals.live.indexOf(instrument);
  return index < 0 ? Number.NaN : views.f64[(plan.instruments + index * L.INSTRUMENT_BYTES + offset) >> 3];
}
