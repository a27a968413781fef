import type { Instrument } from "crosstick/internal/market/instrument";
import { resolveUnified } from "crosstick/internal/market/symbols";
import type { VenueName } from "crosstick/internal/market/venues";
import { queriesOf, type VenueQueries, type VenueQuery } from "crosstick/internal/venues/queries";
import { describe, expect, test } from "vitest";
import { leaves, withLeaf } from "./query-leaves.js";
import * as replies from "./query-replies.js";

function instrument(id: string): Instrument {
  const colon = id.indexOf(":");
  const found = resolveUnified(id.slice(0, colon) as VenueName, id.slice(colon + 1));
  if (found === null) throw new Error(`${id} is no instrument`);
  return found;
}

async function queries(venue: VenueName): Promise<VenueQueries> {
  const found = await queriesOf(venue);
  if (found === null) throw new Error(`${venue} cannot be asked`);
  return found;
}

const binance = await queries("binance");
const bybit = await queries("bybit");
const hour = { bar: "1h", fromMs: 1_670_605_200_000, toMs: 1_670_612_400_000 } as const;

describe("a ticker is read in base coin, per cent and nanoseconds", () => {
  test("Binance spot", () => {
    const { paths, read } = binance.ticker(instrument("binance:BNB/BTC"));
    expect(paths).toEqual(["/api/v3/ticker/24hr?symbol=BNBBTC"]);
    expect(read([replies.binanceSpotDay])).toEqual({
      ...{ price: 4.000002, change: -94.999998, changePercent: -95.96, high: 100, low: 0.1 },
      ...{ baseVolume: 8913.3, quoteVolume: 15.3, bid: { price: 4, qty: 100 }, ask: { price: 4.000002, qty: 100 } },
      timestamp: "1499869899040000000",
    });
  });

  test("Binance COIN-M: contracts of 100 USD become coin, and no volume in USD is made up", () => {
    const { paths, read } = binance.ticker(instrument("binance:BTC/USD:BTC"));
    expect(paths).toEqual(["/dapi/v1/ticker/24hr?symbol=BTCUSD_PERP", "/dapi/v1/ticker/bookTicker?symbol=BTCUSD_PERP"]);
    expect(read([replies.binanceCoinmDay, replies.binanceCoinmTouch])).toEqual({
      ...{ price: 9651.6, change: 136.6, changePercent: 1.436, high: 9687, low: 9499.5 },
      ...{ baseVolume: 5192.94797687, quoteVolume: null },
      ...{ bid: { price: 9650.1, qty: 1600 / 9650.1 }, ask: { price: 9650.3, qty: 700 / 9650.3 } },
      timestamp: "1591256718418000000",
    });
  });

  test("Bybit inverse: USD become coin, the turnover is the volume in coin", () => {
    const { paths, read } = bybit.ticker(instrument("bybit:BTC/USD:BTC"));
    expect(paths).toEqual(["/v5/market/tickers?category=inverse&symbol=BTCUSD"]);
    expect(read([replies.bybitInverseTicker])).toEqual({
      ...{ price: 16597, change: 132.5, changePercent: 0.8047, high: 30912.5, low: 15700 },
      ...{ baseVolume: 2352.94950046, quoteVolume: 49337318 },
      ...{ bid: { price: 16596, qty: 1 / 16596 }, ask: { price: 16597.5, qty: 1 / 16597.5 } },
      timestamp: "1672376496682000000",
    });
  });

  test("Bybit option: a bid of 0 is no bid", () => {
    const option = instrument("bybit:BTC/USDC:USDC-221230-18000-C");
    expect(bybit.ticker(option).read([replies.bybitOptionTicker])).toMatchObject({
      ...{ price: 435, change: null, changePercent: 8600, bid: null, ask: { price: 435, qty: 0.66 } },
      ...{ baseVolume: 0.15, quoteVolume: 2482.73 },
    });
  });
});

describe("books and candles", () => {
  test("a depth that Binance futures do not take becomes the next that they take", () => {
    const path = (id: string, depth: number) => binance.book(instrument(id), depth).paths[0];
    expect(path("binance:BTC/USDT:USDT", 60)).toBe("/fapi/v1/depth?symbol=BTCUSDT&limit=100");
    expect(path("binance:BTC/USDT:USDT", 5000)).toBe("/fapi/v1/depth?symbol=BTCUSDT&limit=1000");
    expect(path("binance:BTC/USDT", 60)).toBe("/api/v3/depth?symbol=BTCUSDT&limit=60");
  });

  test("a book is best first, whatever the order it came in, and levels of nothing are left out", () => {
    const body = {
      lastUpdateId: 1,
      bids: [
        ["3", "1"],
        ["4", "2"],
      ],
      asks: [
        ["7", "0"],
        ["6", "1"],
        ["5", "4"],
      ],
    };
    expect(binance.book(instrument("binance:BNB/BTC"), 5).read([body])).toEqual({
      bids: [
        [4, 2],
        [3, 1],
      ],
      asks: [
        [5, 4],
        [6, 1],
      ],
      timestamp: null,
    });
  });

  test("a book of contracts of unknown size is refused", () => {
    const unknown = { ...instrument("binance:BTC/USD:BTC"), unit: "unknown" as const, contractSize: null };
    expect(() => binance.book(unknown, 5).read([replies.binanceSpotDepth])).toThrowError(
      expect.objectContaining({ code: "VENUE_UNIT" }),
    );
  });

  test("Bybit candles: on inverse contracts the turnover is the volume in coin", () => {
    const { paths, read } = bybit.candles.page(instrument("bybit:BTC/USD:BTC"), hour);
    expect(paths).toEqual([
      "/v5/market/kline?category=inverse&symbol=BTCUSD&interval=60&start=1670605200000&end=1670612399999&limit=1000",
    ]);
    expect(read([replies.bybitInverseKline])[0]).toEqual({
      ...{ openMs: 1670608800000, open: 17071, high: 17073, low: 17027, close: 17055.5 },
      ...{ volume: 15.74462667, quoteVolume: 268611, trades: null },
    });
  });

  test("Binance candles", () => {
    const { read } = binance.candles.page(instrument("binance:BNB/BTC"), hour);
    expect(read([replies.binanceSpotKlines])).toEqual([
      {
        ...{ openMs: 1499040000000, open: 0.0163479, high: 0.8, low: 0.015758, close: 0.015771 },
        ...{ volume: 148976.11427815, quoteVolume: 2434.19055334, trades: 308 },
      },
    ]);
  });
});

describe("a malformed reply is a coded error that names what is wrong", () => {
  const cases: [name: string, query: VenueQuery<unknown>, bodies: unknown[]][] = [
    ["Binance spot ticker", binance.ticker(instrument("binance:BNB/BTC")), [replies.binanceSpotDay]],
    [
      "Binance COIN-M ticker",
      binance.ticker(instrument("binance:BTC/USD:BTC")),
      [replies.binanceCoinmDay, replies.binanceCoinmTouch],
    ],
    ["Binance spot book", binance.book(instrument("binance:BNB/BTC"), 5), [replies.binanceSpotDepth]],
    ["Binance candles", binance.candles.page(instrument("binance:BNB/BTC"), hour), [replies.binanceSpotKlines]],
    ["Bybit inverse ticker", bybit.ticker(instrument("bybit:BTC/USD:BTC")), [replies.bybitInverseTicker]],
    [
      "Bybit option ticker",
      bybit.ticker(instrument("bybit:BTC/USDC:USDC-221230-18000-C")),
      [replies.bybitOptionTicker],
    ],
    ["Bybit book", bybit.book(instrument("bybit:BTC/USDT"), 5), [replies.bybitSpotBook]],
    ["Bybit candles", bybit.candles.page(instrument("bybit:BTC/USD:BTC"), hour), [replies.bybitInverseKline]],
  ];

  test.each(cases)("%s", (_name, query, bodies) => {
    const good = query.read(bodies);
    let told = 0;
    for (const path of leaves(bodies))
      for (const wrong of [undefined, null, "x", {}, [], true, Number.NaN, -1, ""]) {
        try {
          // What is not used may be anything; what is used and still readable must not change the shape.
          expect(Object.keys(query.read(withLeaf(bodies, path, wrong)) as object)).toEqual(Object.keys(good as object));
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^VENUE_(REPLY|REFUSED)$/) });
          told++;
        }
      }
    expect(told).toBeGreaterThan(10);
    for (const whole of [null, {}, "x", 1])
      expect(() => query.read(bodies.map(() => whole))).toThrowError(expect.objectContaining({ code: "VENUE_REPLY" }));
  });

  test("the message names field and problem", () => {
    const query = binance.ticker(instrument("binance:BNB/BTC"));
    expect(() => query.read([{ ...replies.binanceSpotDay, bidPrice: "n/a" }])).toThrowError(
      /^binance:BNB\/BTC ticker\/24hr answers what cannot be read: bidPrice: /,
    );
  });

  test("a refusal in a reply of status 200 is told as one", () => {
    const query = bybit.ticker(instrument("bybit:BTC/USDT"));
    const body = { retCode: 10001, retMsg: "Not supported symbols", result: {}, retExtInfo: {}, time: 1672376496682 };
    expect(() => query.read([body])).toThrowError(expect.objectContaining({ code: "VENUE_REFUSED" }));
  });
});
