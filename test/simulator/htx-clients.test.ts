// Independent clients of HTX: ccxt.pro, and tardis-dev, which relays what it gets.
import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MapBook } from "./map-book.js";
import { sleep, until } from "./wire.js";

type Ccxt = typeof import("ccxt").default;
type Tardis = typeof import("tardis-dev");

const ccxt: Ccxt | null = await import("ccxt").then(
  (module) => module.default,
  () => null,
);
if (ccxt === null) console.log("ccxt is not installed: its books are not compared with the simulator's");

const tardis: Tardis | null = await import("tardis-dev").then(
  (module) => module,
  () => null,
);
if (tardis === null) console.log("tardis-dev is not installed: it does not relay the simulator");

const SEED = 910;
let simulator: Simulator;

beforeAll(async () => {
  simulator = await createSimulator({ venues: ["htx"], seed: SEED, speed: 4, limits: { htx: { pingMs: 500 } } });
  console.log(`seed ${SEED}`);
});
afterAll(() => simulator.stop());

const cases = [
  { product: "spot", raw: "ethusdt", symbol: "ETH/USDT" },
  { product: "swap", raw: "ETH-USDT", symbol: "ETH/USDT:USDT" },
  { product: "swap", raw: "ETH-USD", symbol: "ETH/USD:ETH" },
] as const;

test.skipIf(ccxt === null)(
  "ccxt reads the markets, answers the pings and builds the true books of spot, linear and inverse",
  { timeout: 30_000 },
  async () => {
    const exchange = new (ccxt as Ccxt).pro.htx({ options: { fetchCurrencies: false } });
    exchange.has.fetchCurrencies = false;
    const { ws, rest } = simulator.endpoints.htx.spot;
    Object.assign(exchange.urls.api as object, {
      ...{ spot: rest, contract: rest, public: rest },
      ws: {
        api: {
          spot: { public: `${ws}/ws`, feed: `${ws}/feed` },
          swap: { linear: { public: `${ws}/linear-swap-ws` }, inverse: { public: `${ws}/swap-ws` } },
        },
      },
    });
    await exchange.loadHttpProxyAgent(); // it asks for that before any ws:// address
    await exchange.loadMarkets();
    expect(exchange.markets?.["BTC/USDT:USDT"].contractSize).toBe(0.001);
    expect(exchange.markets?.["BTC/USD:BTC"].contractSize).toBe(100);
    const failures: unknown[] = [];
    let ending = false;
    const books = cases.map(({ symbol }) => {
      const state = { updates: 0 };
      void (async () => {
        while (!ending) {
          await exchange.watchOrderBook(symbol, 150);
          state.updates++;
        }
      })().catch((error) => {
        if (!ending) failures.push(error);
      });
      return state;
    });
    // Longer than two pings that nobody answers.
    const from = performance.now();
    await until(
      "books of all",
      () => failures.length > 0 || (performance.now() - from > 2000 && books.every(({ updates }) => updates > 15)),
      15_000,
    );
    await simulator.freeze();
    await sleep(300);
    ending = true;
    expect(failures).toEqual([]);
    for (const { product, raw, symbol } of cases) {
      const truth = simulator.truth("htx", product, raw, 100);
      const { bids, asks } = exchange.orderbooks[symbol];
      const rows = (side: unknown[][]) => side.slice(0, 100).map(([price, size]) => [price, size]);
      // Sizes of contracts stay contracts in ccxt, as on the wire.
      expect(rows(bids), symbol).toEqual(truth.bids);
      expect(rows(asks), symbol).toEqual(truth.asks);
    }
    await exchange.close();
    simulator.resume();
  },
);

/** Follows a book as it is relayed, stops the model after so many changes, and gives what the book is then. */
async function relayed(exchange: "huobi" | "huobi-dm-linear-swap", symbol: string, changes: number) {
  const { streamNormalized, normalizeBookChanges } = tardis as Tardis;
  const book = new MapBook();
  const errors: unknown[] = [];
  const rows = (side: { price: number; amount: number }[]): [string, string][] =>
    side.map(({ price, amount }) => [String(price), String(amount)]);
  let taken = 0;
  let isOver = false;
  const stopped = new Promise<{ bids: unknown[]; asks: unknown[]; errors: unknown[] }>((resolve) => {
    void (async () => {
      const options = { exchange, symbols: [symbol], onError: (error: Error) => errors.push(error) };
      for await (const change of streamNormalized(options, normalizeBookChanges)) {
        if (isOver) break; // of the model that goes on: the relay ends only between two messages
        if (change.isSnapshot) book.replace(rows(change.bids), rows(change.asks));
        else book.apply(rows(change.bids), rows(change.asks));
        if (++taken !== changes) continue;
        await simulator.freeze();
        setTimeout(() => {
          isOver = true;
          resolve({ bids: book.bids.slice(0, 100), asks: book.asks.slice(0, 100), errors });
        }, 300);
      }
    })();
  });
  return stopped;
}

test.skipIf(tardis === null).each([
  {
    exchange: "huobi-dm-linear-swap",
    variable: "WSS_URL_HUOBI_DM_LINEAR_SWAP",
    path: "/linear-swap-ws",
    symbol: "ETH-USDT",
    product: "swap",
  },
  { exchange: "huobi", variable: "WSS_URL_HUOBI", path: "/feed", symbol: "ethusdt", product: "spot" },
] as const)(
  "tardis-dev relays $exchange to the true book",
  { timeout: 30_000 },
  async ({ exchange, variable, path, symbol, product }) => {
    process.env[variable] = simulator.endpoints.htx.spot.ws + path;
    const { bids, asks, errors } = await relayed(exchange, symbol, 40);
    delete process.env[variable];
    const truth = simulator.truth("htx", product, symbol, 100);
    simulator.resume();
    expect(errors).toEqual([]);
    expect([bids, asks]).toEqual([truth.bids, truth.asks]);
  },
);
