import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { QueryDesk } from "crosstick/internal/queries/desk";
import { MarketQueries } from "crosstick/internal/queries/market-queries";
import { crosses } from "crosstick/internal/queries/unified";
import { SIMULATED_VENUES } from "crosstick/internal/simulator/venues";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { closedPort } from "../cli/closed-port.js";
import { type MarketRig, marketRig, settings } from "./market-rig.js";

describe("every market of the simulator, by HTTP", () => {
  let rig: MarketRig;
  beforeAll(async () => {
    rig = await marketRig({ venues: SIMULATED_VENUES, divergences: false });
    await rig.simulator.freeze();
  });
  afterAll(() => rig.simulator.stop());

  /** One market a product is enough for what all markets of a product have in common. */
  const oneEach = () => {
    const seen = new Set<string>();
    return rig.simulator.markets.filter(({ venue, product }) => {
      const key = `${venue}.${product}`;
      return !seen.has(key) && seen.add(key);
    });
  };

  test("books are the true ones, in base coin", async () => {
    const { simulator, queries } = rig;
    for (const { venue, product, symbol, instrument, contractUsd, contractBase } of oneEach()) {
      const book = await queries.book(instrument, 10);
      const base = ([price, size]: [number, number]) => [
        price,
        contractUsd === null ? size * contractBase : (size * contractUsd) / price,
      ];
      expect([book.instrument, book.bids.length, book.asks.length]).toEqual([instrument.id, 10, 10]);
      expect(book.mid).toBe(((book.bestBid ?? 0) + (book.bestAsk ?? 0)) / 2);
      if (venue === "backpack") continue; // its REST lags behind the book, as the venue's does
      const truth = simulator.truth(venue, product, symbol, 10);
      expect([book.bids, book.asks]).toEqual([truth.bids.map(base), truth.asks.map(base)]);
    }
  });

  test("tickers have the true touch and every field that the venue has", async () => {
    const { simulator, queries } = rig;
    const silent: Record<string, string[]> = {};
    for (const { venue, product, symbol, instrument } of oneEach()) {
      const ticker = await queries.ticker(instrument);
      const truth = simulator.truth(venue, product, symbol, 1);
      const touch = [ticker.bid?.price, ticker.ask?.price];
      if (venue !== "backpack") expect(touch).toEqual([truth.bids[0][0], truth.asks[0][0]]);
      silent[`${venue}.${product}`] = Object.entries(ticker)
        .filter(([, value]) => value === null)
        .map(([name]) => name);
    }
    const change = ["change", "changePercent"];
    expect(silent).toMatchObject({
      ...{ "binance.spot": [], "binance.usdm": [], "binance.coinm": ["quoteVolume"] },
      ...{ "bybit.spot": [], "bybit.linear": [], "bybit.inverse": [] },
      ...{ "htx.spot": [], "htx.swap": [], "backpack.spot": [], "backpack.swap": [] },
      ...{ "kraken.spot": [...change, "timestamp"], "coinbase.spot": ["change", "high", "low", "quoteVolume"] },
    });
  });

  test("lists of instruments agree with the symbols' own grammar", async () => {
    const { simulator, queries } = rig;
    for (const { venue, product } of oneEach()) {
      const listed = new Map((await queries.instruments(venue, product)).map((one) => [one.instrument, one]));
      for (const { instrument, tickUnits, priceDecimals } of simulator.markets.filter(
        (one) => one.venue === venue && one.product === product,
      )) {
        const { base, quote, contractSize, unit, priceStep, active } = listed.get(instrument.id) ?? {};
        expect({ base, quote, contractSize, unit, priceStep, active }).toEqual({
          ...{ base: instrument.base, quote: instrument.quote, contractSize: instrument.contractSize },
          ...{
            unit: instrument.unit,
            priceStep: Number((tickUnits / 10 ** priceDecimals).toPrecision(12)),
            active: true,
          },
        });
      }
    }
  });

  test("a venue's own symbol is found, and one that two products have is ambiguous", async () => {
    const { queries } = rig;
    expect((await queries.find("binance", "BTCUSD_PERP")).id).toBe("binance:BTC/USD:BTC");
    expect((await queries.find("binance", "btcusdt", "usdm")).id).toBe("binance:BTC/USDT:USDT");
    await expect(queries.find("binance", "BTCUSDT")).rejects.toMatchObject({ code: "SYMBOL_AMBIGUOUS" });
    await expect(queries.find("binance", "BTC/USDTT")).rejects.toMatchObject({
      code: "SYMBOL_UNKNOWN",
      message: expect.stringContaining("Did you mean binance:BTC/USDT?"),
    });
  });

  test("a limit is waited out when that is short, told when it is long", async () => {
    const { simulator, queries } = rig;
    const instrument = await queries.find("binance", "BTC/USDT");
    simulator.resume(); // a ban ends by the model's clock
    simulator.fault({ kind: "ban", venue: "binance", status: 429, retryAfterS: 1, forMs: 100 });
    expect((await queries.book(instrument, 5)).bids).toHaveLength(5);
    simulator.fault({ kind: "ban", venue: "binance", product: "usdm", status: 429, retryAfterS: 60, forMs: 300 });
    const other = await queries.find("binance", "BTC/USDT:USDT");
    await expect(queries.ticker(other)).rejects.toMatchObject({ code: "VENUE_LIMIT" });
  });
});

describe("a host that does not answer as it should", () => {
  let server: Server | null = null;
  afterEach(() => server?.close());

  /** A desk that asks a server of the test. */
  async function asking(answer: (path: string) => { status: number; body: string; delayMs?: number }) {
    const host = createServer((request, response) => {
      const { status, body, delayMs = 0 } = answer(request.url ?? "");
      setTimeout(() => response.writeHead(status).end(body), delayMs);
    });
    server = host;
    await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
    return new MarketQueries(new QueryDesk({ settings, basesOf: () => [base] }));
  }

  test("nobody listens: unreachable, exit code 4", async () => {
    const port = await closedPort();
    const queries = new MarketQueries(new QueryDesk({ settings, basesOf: () => [`http://127.0.0.1:${port}`] }));
    const instrument = await queries.find("binance", "BTC/USDT");
    await expect(queries.ticker(instrument)).rejects.toMatchObject({ code: "VENUE_UNREACHABLE", exitCode: 4 });
  });

  test("a status, a text that is no JSON, and a ban each have their code", async () => {
    const queries = await asking((path) =>
      path.includes("ETH")
        ? { status: 200, body: "<html>" }
        : path.includes("SOL")
          ? { status: 451, body: "" }
          : { status: 400, body: '{"code":-1121,"msg":"Invalid symbol."}' },
    );
    const ask = async (symbol: string) => queries.ticker(await queries.find("binance", symbol));
    await expect(ask("BTC/USDT")).rejects.toMatchObject({
      code: "VENUE_HTTP",
      message: expect.stringContaining("Invalid symbol."),
    });
    await expect(ask("ETH/USDT")).rejects.toMatchObject({ code: "VENUE_REPLY" });
    await expect(ask("SOL/USDT")).rejects.toMatchObject({ code: "VENUE_BLOCKED", exitCode: 4 });
  });

  test("a failure of the moment is tried again, five requests at a time", async () => {
    let underWay = 0;
    let most = 0;
    const seen = new Map<string, number>();
    const queries = await asking((path) => {
      most = Math.max(most, ++underWay);
      setTimeout(() => underWay--, 19);
      const tries = (seen.get(path) ?? 0) + 1;
      seen.set(path, tries);
      if (tries === 1 && /ADA|DOT|NEAR/.test(path)) return { status: 503, body: "busy", delayMs: 20 };
      return { status: 200, body: '{"lastUpdateId":1,"bids":[["1","2"]],"asks":[]}', delayMs: 20 };
    });
    const bases = ["BTC", "ETH", "SOL", "ADA", "XRP", "LTC", "DOT", "LINK", "UNI", "ATOM", "NEAR", "AVAX"];
    const books = await Promise.all(
      bases.map(async (base) => queries.book(await queries.find("binance", `${base}/USDT`), 5)),
    );
    expect(books.map(({ bestBid, bestAsk, mid, spread }) => [bestBid, bestAsk, mid, spread])).toEqual(
      bases.map(() => [1, null, null, null]),
    );
    expect([...seen.values()].sort()).toEqual(bases.map((_, index) => (index < 9 ? 1 : 2)));
    expect(most).toBeLessThanOrEqual(5);
    expect(most).toBeGreaterThan(1);
  });

  test("a list of instruments that is none is told with what it is", async () => {
    const queries = await asking(() => ({ status: 200, body: '{"symbols":7}' }));
    await expect(queries.instruments("binance", "spot")).rejects.toMatchObject({
      code: "VENUE_REPLY",
      message: expect.stringContaining('{"symbols":7}'),
    });
  });
});

test("the cross is that of buying here and selling at the best bid elsewhere, within one symbol", () => {
  const rows = [
    { instrument: "a:X/Y", symbol: "X/Y", bestBid: 99, bestAsk: 100 },
    { instrument: "b:X/Y", symbol: "X/Y", bestBid: 101, bestAsk: 102 },
    { instrument: "c:X/Y", symbol: "X/Y", bestBid: 98, bestAsk: null },
    { instrument: "d:X/Z", symbol: "X/Z", bestBid: 500, bestAsk: 501 },
  ];
  expect(crosses(rows)).toEqual([
    { crossBps: expect.closeTo(100, 9), crossWith: "b:X/Y" },
    { crossBps: expect.closeTo((99 / 102 - 1) * 1e4, 9), crossWith: "a:X/Y" },
    { crossBps: null, crossWith: null },
    { crossBps: null, crossWith: null },
  ]);
});
