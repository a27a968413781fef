import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sleep, until } from "./wire.js";

type Ccxt = typeof import("ccxt").default;
type Exchange = InstanceType<Ccxt["pro"]["binance"]>;

/** An independent client of all venues; it is large, and the tests do without it where it is not installed. */
const ccxt: Ccxt | null = await import("ccxt").then(
  (module) => module.default,
  () => null,
);
if (ccxt === null) console.log("ccxt is not installed: its books are not compared with the simulator's");

const SEED = 909;
let simulator: Simulator;
const open: Exchange[] = [];

beforeAll(async () => {
  simulator = await createSimulator({
    venues: ["backpack", "binance", "bybit", "coinbase", "kraken"],
    seed: SEED,
    speed: 2,
  });
  console.log(`seed ${SEED}`);
});
afterAll(async () => {
  await Promise.all(open.map((exchange) => exchange.close()));
  await simulator.stop();
});

function binance({ pro }: Ccxt): Exchange {
  const exchange = new pro.binance({ options: { fetchCurrencies: false, fetchMargins: false } });
  const { spot, usdm, coinm } = simulator.endpoints.binance;
  Object.assign(exchange.urls.api as object, {
    public: `${spot.rest}/api/v3`,
    fapiPublic: `${usdm.rest}/fapi/v1`,
    dapiPublic: `${coinm.rest}/dapi/v1`,
    // It tells spot by "/stream" in the address, which the real host has.
    ws: { spot: `${spot.ws}/ws?/stream`, future: `${usdm.ws}/ws`, delivery: `${coinm.ws}/ws` },
  });
  return exchange;
}

function bybit({ pro }: Ccxt): Exchange {
  const exchange = new pro.bybit({
    options: { fetchCurrencies: false, fetchMarkets: { types: ["spot", "linear", "inverse", "option"] } },
  });
  const { ws, rest } = simulator.endpoints.bybit.spot;
  const paths = Object.fromEntries(
    ["spot", "linear", "inverse", "option"].map((name) => [name, `${ws}/v5/public/${name}`]),
  );
  Object.assign(exchange.urls.api as object, {
    public: rest,
    spot: rest,
    futures: rest,
    v2: rest,
    ws: { public: paths },
  });
  return exchange as unknown as Exchange;
}

function backpack({ pro }: Ccxt): Exchange {
  const exchange = new pro.backpack();
  const { ws, rest } = simulator.endpoints.backpack.spot;
  Object.assign(exchange.urls.api as object, { public: rest, ws: { public: ws } });
  return exchange as unknown as Exchange;
}

function coinbase({ pro }: Ccxt): Exchange {
  const exchange = new pro.coinbase();
  const { ws, rest } = simulator.endpoints.coinbase.spot;
  exchange.has.fetchCurrencies = false; // asked of another API of the venue
  Object.assign(exchange.urls.api as object, { rest, ws });
  return exchange as unknown as Exchange;
}

function kraken({ pro }: Ccxt): Exchange {
  const exchange = new pro.kraken();
  const { ws, rest } = simulator.endpoints.kraken.spot;
  Object.assign(exchange.urls.api as object, { public: rest, ws: { public: ws, publicV2: `${ws}/v2` } });
  return exchange as unknown as Exchange;
}

/** Depths that are asked for; each is at least what is compared. */
const depthOf = (venue: string, product: string): number | undefined =>
  venue === "bybit" ? (product === "option" ? 100 : 200) : venue === "kraken" ? 100 : undefined;

const cases = [
  { venue: "backpack", product: "spot", raw: "ETH_USDC", symbol: "ETH/USDC" },
  { venue: "backpack", product: "swap", raw: "ETH_USDC_PERP", symbol: "ETH/USDC:USDC" },
  { venue: "binance", product: "spot", raw: "ETHUSDT", symbol: "ETH/USDT" },
  { venue: "binance", product: "usdm", raw: "ETHUSDT", symbol: "ETH/USDT:USDT" },
  { venue: "binance", product: "coinm", raw: "ETHUSD_PERP", symbol: "ETH/USD:ETH" },
  { venue: "bybit", product: "spot", raw: "ETHUSDT", symbol: "ETH/USDT" },
  { venue: "bybit", product: "linear", raw: "ETHUSDT", symbol: "ETH/USDT:USDT" },
  { venue: "bybit", product: "inverse", raw: "ETHUSD", symbol: "ETH/USD:ETH" },
  { venue: "bybit", product: "option", raw: "BTC-26MAR27-65000-C-USDT", symbol: "BTC/USDT:USDT-270326-65000-C" },
  { venue: "coinbase", product: "spot", raw: "ETH-USD", symbol: "ETH/USD" },
  { venue: "kraken", product: "spot", raw: "ETH/USD", symbol: "ETH/USD" },
] as const;

test.skipIf(ccxt === null)(
  "ccxt reads the markets and builds the true books of all products",
  { timeout: 30_000 },
  async () => {
    const exchanges = {
      backpack: backpack(ccxt as Ccxt),
      binance: binance(ccxt as Ccxt),
      bybit: bybit(ccxt as Ccxt),
      coinbase: coinbase(ccxt as Ccxt),
      kraken: kraken(ccxt as Ccxt),
    };
    open.push(...Object.values(exchanges));
    await Promise.all(open.map((exchange) => exchange.loadHttpProxyAgent())); // it asks for that before any ws:// address
    await Promise.all(open.map((exchange) => exchange.loadMarkets()));
    expect(exchanges.binance.markets?.["BTC/USD:BTC"].contractSize).toBe(100);
    const failures: unknown[] = [];
    let ending = false;
    const books = cases.map(({ venue, product, symbol }) => {
      const state = { updates: 0 };
      void (async () => {
        while (!ending) {
          await exchanges[venue].watchOrderBook(symbol, depthOf(venue, product));
          state.updates++;
        }
      })().catch((error) => {
        if (!ending) failures.push(error);
      });
      return state;
    });
    await until("books of all", () => failures.length > 0 || books.every(({ updates }) => updates > 15), 15_000);
    await simulator.freeze();
    await sleep(300);
    ending = true;
    expect(failures).toEqual([]);
    for (const { venue, product, raw, symbol } of cases) {
      const truth = simulator.truth(venue, product, raw, 100);
      const { bids, asks } = exchanges[venue].orderbooks[symbol];
      const rows = (side: unknown[][]) => side.slice(0, 100).map(([price, size]) => [price, size]);
      // COIN-M and inverse sizes stay in contracts in ccxt, as on the wire.
      expect(rows(bids), `${venue} ${product}`).toEqual(truth.bids);
      expect(rows(asks), `${venue} ${product}`).toEqual(truth.asks);
    }
  },
);
