import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, expect, test } from "vitest";
import { sleep, until } from "./wire.js";

type Ccxt = typeof import("ccxt").default;

/** An independent client of the venue; it is large, and the test does without it where it is not installed. */
const ccxt: Ccxt | null = await import("ccxt").then(
  (module) => module.default,
  () => null,
);

const SEED = 910;
let simulator: Simulator | null = null;
let close: () => Promise<unknown> = async () => {};
afterAll(async () => {
  await close();
  await simulator?.stop();
});

const cases = [
  { product: "spot", raw: "ETH-USDT", symbol: "ETH/USDT" },
  { product: "swap", raw: "ETH-USDT-SWAP", symbol: "ETH/USDT:USDT" },
  { product: "swap", raw: "ETH-USD-SWAP", symbol: "ETH/USD:ETH" },
  { product: "futures", raw: "BTC-USD-281229", symbol: "BTC/USD:BTC-281229" },
  { product: "option", raw: "BTC-USD-270326-65000-C", symbol: "BTC/USD:BTC-270326-65000-C" },
] as const;

test.skipIf(ccxt === null)("ccxt reads OKX's markets and builds the true books of all products", async () => {
  console.log(`seed ${SEED}`);
  simulator = await createSimulator({
    ...{ venues: ["okx"], seed: SEED, speed: 2, instruments: cases.map(({ symbol }) => `okx:${symbol}`) },
  });
  const { ws, rest } = simulator.endpoints.okx.spot;
  const exchange = new (ccxt as Ccxt).pro.okx({
    options: { fetchCurrencies: false, fetchMarkets: { types: ["spot", "swap", "future", "option"] } },
  });
  Object.assign(exchange.urls.api as object, { rest, ws: `${ws}/ws/v5` });
  close = () => exchange.close();
  await exchange.loadHttpProxyAgent(); // it asks for that before any ws:// address
  await exchange.loadMarkets();
  expect(exchange.markets?.["ETH/USDT:USDT"].contractSize).toBe(0.1);
  expect(exchange.markets?.["BTC/USD:BTC-281229"]).toMatchObject({ contractSize: 100, inverse: true, future: true });
  expect(exchange.markets?.["BTC/USD:BTC-270326-65000-C"]).toMatchObject({
    option: true,
    strike: 65_000,
  });
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
  await until("books of all", () => failures.length > 0 || books.every(({ updates }) => updates > 15), 30_000);
  await simulator.freeze();
  await sleep(300);
  ending = true;
  expect(failures).toEqual([]);
  for (const { product, raw, symbol } of cases) {
    const truth = simulator.truth("okx", product, raw, 100);
    const { bids, asks } = exchange.orderbooks[symbol];
    // Sizes of derivatives stay contracts in ccxt, as on the wire.
    const rows = (side: unknown[][]) => side.slice(0, 100).map(([price, size]) => [price, size]);
    expect(rows(bids), symbol).toEqual(truth.bids);
    expect(rows(asks), symbol).toEqual(truth.asks);
  }
});
