// Independent clients of Deribit: ccxt.pro, and tardis-dev, which relays what it gets.
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

const SEED = 911;
let simulator: Simulator;

beforeAll(async () => {
  simulator = await createSimulator({ venues: ["deribit"], seed: SEED, speed: 4 });
  console.log(`seed ${SEED}`);
});
afterAll(() => simulator.stop());

const cases = [
  { product: "spot", raw: "ETH_USDC", symbol: "ETH/USDC" },
  { product: "swap", raw: "BTC-PERPETUAL", symbol: "BTC/USD:BTC" },
  { product: "swap", raw: "SOL_USDC-PERPETUAL", symbol: "SOL/USDC:USDC" },
  { product: "futures", raw: "BTC-26MAR27", symbol: "BTC/USD:BTC-270326" },
  { product: "option", raw: "BTC-26MAR27-65000-P", symbol: "BTC/USD:BTC-270326-65000-P" },
] as const;

test.skipIf(ccxt === null)(
  "ccxt reads the markets and builds the true books of all products",
  { timeout: 40_000 },
  async () => {
    const exchange = new (ccxt as Ccxt).pro.deribit({ options: { fetchCurrencies: false } });
    exchange.has.fetchCurrencies = false;
    const { ws, rest } = simulator.endpoints.deribit.swap;
    Object.assign(exchange.urls.api as object, { rest, ws: `${ws}/ws/api/v2` });
    await exchange.loadHttpProxyAgent(); // it asks for that before any ws:// address
    await exchange.loadMarkets();
    for (const { raw, symbol } of cases) expect(exchange.markets?.[symbol].id).toBe(raw);
    const failures: unknown[] = [];
    let ending = false;
    const books = cases.map(({ symbol }) => {
      const state = { updates: 0 };
      void (async () => {
        while (!ending) {
          await exchange.watchOrderBook(symbol);
          state.updates++;
        }
      })().catch((error) => {
        if (!ending) failures.push(error);
      });
      return state;
    });
    await until("books of all", () => failures.length > 0 || books.every(({ updates }) => updates > 5), 25_000);
    await simulator.freeze();
    await sleep(300);
    ending = true;
    expect(failures).toEqual([]);
    for (const { product, raw, symbol } of cases) {
      const truth = simulator.truth("deribit", product, raw, 20);
      const { bids, asks } = exchange.orderbooks[symbol];
      const rows = (side: unknown[][]) => side.slice(0, 20).map(([price, size]) => [price, size]);
      // Dollars of inverse contracts stay dollars in ccxt, as on the wire.
      expect(rows(bids), symbol).toEqual(truth.bids);
      expect(rows(asks), symbol).toEqual(truth.asks);
    }
    await exchange.close();
    simulator.resume();
  },
);

test.skipIf(tardis === null)("tardis-dev relays a perpetual to the true book", { timeout: 30_000 }, async () => {
  process.env.WSS_URL_DERIBIT = `${simulator.endpoints.deribit.swap.ws}/ws/api/v2`;
  const { streamNormalized, normalizeBookChanges } = tardis as Tardis;
  const book = new MapBook();
  const errors: unknown[] = [];
  const rows = (side: { price: number; amount: number }[]): [string, string][] =>
    side.map(({ price, amount }) => [String(price), String(amount)]);
  let taken = 0;
  let isOver = false;
  await new Promise<void>((resolve) => {
    void (async () => {
      const options = {
        exchange: "deribit" as const,
        symbols: ["ETH-PERPETUAL"],
        onError: (error: Error) => errors.push(error),
      };
      for await (const change of streamNormalized(options, normalizeBookChanges)) {
        if (isOver) break; // of the model that goes on: the relay ends only between two messages
        if (change.isSnapshot) book.replace(rows(change.bids), rows(change.asks));
        else book.apply(rows(change.bids), rows(change.asks));
        if (++taken !== 40) continue;
        await simulator.freeze();
        setTimeout(() => {
          isOver = true;
          resolve();
        }, 300);
      }
    })();
  });
  delete process.env.WSS_URL_DERIBIT;
  const truth = simulator.truth("deribit", "swap", "ETH-PERPETUAL");
  simulator.resume();
  expect(errors).toEqual([]);
  expect([book.bids, book.asks]).toEqual([truth.bids, truth.asks]);
});
