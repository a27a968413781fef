import type { Instrument } from "crosstick/internal/market/instrument";
import { resolveUnified } from "crosstick/internal/market/symbols";
import type { VenueName } from "crosstick/internal/market/venues";
import type { VenueQueries, VenueQuery } from "crosstick/internal/venues/queries";
import { queriesOf } from "crosstick/internal/venues/queries-of";
import { describe, expect, test } from "vitest";
import { leaves, withLeaf } from "./query-leaves.js";
import * as replies from "./query-replies.js";
import * as more from "./query-replies-more.js";

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
const okx = await queries("okx");
const deribit = await queries("deribit");
const htx = await queries("htx");
const kraken = await queries("kraken");
const coinbase = await queries("coinbase");
const backpack = await queries("backpack");
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

describe("a ticker of the other venues", () => {
  test("OKX: volumes of a spot pair are base coin and quote currency", () => {
    const { paths, read } = okx.ticker(instrument("okx:ETH/BTC"));
    expect(paths).toEqual(["/api/v5/market/ticker?instId=ETH-BTC"]);
    expect(read([more.okxSpotTicker])).toEqual({
      ...{ price: 0.07319, change: -0.00482, changePercent: expect.closeTo(-6.17869503909755, 12) },
      ...{ high: 0.07975, low: 0.06019, baseVolume: 167493.829229, quoteVolume: 11788.887619 },
      ...{ bid: { price: 0.0732, qty: 6.050058 }, ask: { price: 0.07322, qty: 4.2 } },
      timestamp: "1621440583784000000",
    });
  });

  test("HTX spot, and an inverse swap whose contracts are 100 dollars", () => {
    const spot = htx.ticker(instrument("htx:BTC/USDT"));
    expect(spot.paths).toEqual(["/market/detail/merged?symbol=btcusdt"]);
    expect(spot.read([more.htxSpotTicker])).toMatchObject({
      ...{ price: 9146.86, change: 67.91, high: 9155.41, low: 8988, baseVolume: 26228.672978342216 },
      ...{ quoteVolume: 238221682.242, bid: { price: 9146.86, qty: 0.080758 } },
      timestamp: "1583494336669000000",
    });
    const swap = htx.ticker(instrument("htx:BTC/USD:BTC"));
    expect(swap.paths).toEqual(["/swap-ex/market/detail/merged?contract_code=BTC-USD"]);
    expect(swap.read([more.htxInverseTicker])).toMatchObject({
      ...{ baseVolume: 669.3385682049668, quoteVolume: 39459800, ask: { price: 59117.44, qty: 4800 / 59117.44 } },
    });
  });

  test("Deribit: dollars of a perpetual become coin", () => {
    const { paths, read } = deribit.ticker(instrument("deribit:BTC/USD:BTC"));
    expect(paths).toEqual(["/api/v2/public/ticker?instrument_name=BTC-PERPETUAL"]);
    expect(read([more.deribitTicker])).toEqual({
      ...{ price: 7750.5, change: null, changePercent: -1.25, high: 8311.5, low: 7631.5 },
      ...{ baseVolume: 60627.57263769, quoteVolume: 480123456, timestamp: "1583778859480000000" },
      ...{ bid: { price: 7750, qty: 19470 / 7750 }, ask: { price: 7750.5, qty: 343280 / 7750.5 } },
    });
    const option = instrument("deribit:BTC/USD:BTC-261225-100000-C");
    expect(deribit.book(option, 60).paths).toEqual([
      "/api/v2/public/get_order_book?instrument_name=BTC-25DEC26-100000-C&depth=100",
    ]);
    expect(() => deribit.ticker(option).read([more.deribitTicker])).toThrowError(/it is of BTC-PERPETUAL/);
    const refusal = { jsonrpc: "2.0", error: { code: 13020, message: "not_found" } };
    expect(() => deribit.ticker(option).read([refusal])).toThrowError(/refuses: not_found \(13020\)/);
  });

  test("Kraken: the price at midnight is not that of 24 hours ago, so no change is told", () => {
    const { paths, read } = kraken.ticker(instrument("kraken:BTC/USD"));
    expect(paths).toEqual(["/0/public/Ticker?pair=XBTUSD"]);
    expect(read([more.krakenTicker])).toEqual({
      ...{ price: 2430.58, change: null, changePercent: null, high: 2860.01, low: 2302.18 },
      ...{ baseVolume: 8896.96086304, quoteVolume: 8896.96086304 * 2568.63032, timestamp: null },
      ...{ bid: { price: 2431.37, qty: 2 }, ask: { price: 2432.77, qty: 1 } },
    });
  });

  test("Coinbase: a product and its book", () => {
    const { paths, read } = coinbase.ticker(instrument("coinbase:BTC/USD"));
    expect(paths).toEqual([
      "/api/v3/brokerage/market/products/BTC-USD",
      "/api/v3/brokerage/market/product_book?product_id=BTC-USD&limit=1",
    ]);
    expect(read([more.coinbaseProduct, more.coinbaseBook])).toEqual({
      ...{ price: 71145.1, change: null, changePercent: -2.36722931247427, high: null, low: null },
      ...{ baseVolume: 10854.9, quoteVolume: null, timestamp: "1688097760533606000" },
      ...{ bid: { price: 30757.85, qty: 0.115 }, ask: { price: 30759.07, qty: 0.04877659 } },
    });
  });

  test("Backpack: the best bid is the last one of its list", () => {
    const { paths, read } = backpack.ticker(instrument("backpack:SOL/USDC"));
    expect(paths).toEqual(["/api/v1/ticker?symbol=SOL_USDC", "/api/v1/depth?symbol=SOL_USDC&limit=5"]);
    expect(read([more.backpackTicker, more.backpackBook])).toEqual({
      ...{ price: 317.14, change: -10.24, changePercent: -3.1279, high: 337.99, low: 300.01 },
      ...{ baseVolume: 65.823, quoteVolume: 21584.32278, timestamp: "1753102447307501000" },
      ...{ bid: { price: 12.9, qty: 1 }, ask: { price: 118318.3, qty: 0.00633 } },
    });
  });
});

describe("books and candles", () => {
  test("contracts of OKX and HTX become coin", () => {
    const swap = instrument("okx:BTC/USDT:USDT");
    expect(okx.book(swap, 1000).paths).toEqual(["/api/v5/market/books?instId=BTC-USDT-SWAP&sz=400"]);
    expect(okx.book(swap, 5).read([more.okxBook])).toEqual({
      ...{ bids: [[41006.3, 0.3]], asks: [[41006.8, 0.6]], timestamp: "1629966436396000000" },
    });
    const { bids, asks } = htx.book(instrument("htx:BTC/USDT:USDT"), 5).read([more.htxLinearBook]);
    expect([bids, asks]).toEqual([[[13084.1, 0.038]], [[13084.2, 0.131]]]);
  });

  test("a page of candles asks each venue in its own way", () => {
    const path = (venue: VenueQueries, id: string) => venue.candles.page(instrument(id), hour).paths[0];
    const [fromS, toS] = [1670605200, 1670612399];
    expect(path(okx, "okx:BTC/USDT:USDT")).toBe(
      `/api/v5/market/history-candles?instId=BTC-USDT-SWAP&bar=1H&before=${fromS - 1}999&after=${toS + 1}000&limit=100`,
    );
    expect(path(htx, "htx:BTC/USDT:USDT")).toBe(
      `/linear-swap-ex/market/history/kline?contract_code=BTC-USDT&period=60min&from=${fromS}&to=${toS}`,
    );
    expect(path(htx, "htx:BTC/USDT")).toBe("/market/history/kline?symbol=btcusdt&period=60min&size=2000");
    expect(path(kraken, "kraken:BTC/USD")).toBe(`/0/public/OHLC?pair=XBTUSD&interval=60&since=${fromS - 1}`);
    expect(path(coinbase, "coinbase:BTC/USD")).toBe(
      `/api/v3/brokerage/market/products/BTC-USD/candles?granularity=ONE_HOUR&start=${fromS}&end=${toS}&limit=300`,
    );
    expect(path(backpack, "backpack:SOL/USDC")).toBe(
      `/api/v1/klines?symbol=SOL_USDC&interval=1h&startTime=${fromS}&endTime=${toS}`,
    );
  });

  test("candles of the other venues: volumes in coin and quote currency, fillers left out", () => {
    const read = (venue: VenueQueries, id: string, body: unknown) =>
      venue.candles.page(instrument(id), hour).read([body]);
    expect(read(okx, "okx:BTC/USDT:USDT", more.okxCandles)[1]).toEqual({
      ...{ openMs: 1597026383085, open: 3.731, high: 3.799, low: 3.494, close: 3.72 },
      ...{ volume: 67632347.24399722, quoteVolume: 37632347.24399722, trades: null },
    });
    expect(read(htx, "htx:BTC/USDT:USDT", more.htxLinearCandles)).toEqual([
      {
        ...{ openMs: 1603692000000, open: 13068.2, high: 13075.8, low: 13050.1, close: 13067.7 },
        ...{ volume: 3.946, quoteVolume: 51561.4632, trades: 27 },
      },
    ]);
    expect(read(deribit, "deribit:BTC/USD:BTC", more.deribitCandles)).toMatchObject([
      { openMs: 1583916960000, open: 7834, close: 7839.5, volume: 3.6680847969999992, quoteVolume: 28740 },
      { openMs: 1583917020000, volume: 22.682721123 },
    ]);
    expect(read(kraken, "kraken:ETH/BTC", more.krakenCandles)).toEqual([
      {
        ...{ openMs: 1591475640000, open: 0.025, high: 0.025, low: 0.025, close: 0.025 },
        ...{ volume: 9.12201, quoteVolume: 9.12201 * 0.025, trades: 5 },
      },
    ]);
    expect(read(coinbase, "coinbase:BTC/USD", more.coinbaseCandles)[0]).toMatchObject({
      ...{ openMs: 1712192400000, open: 66312.4, volume: 355.82896243, quoteVolume: null },
    });
    expect(read(backpack, "backpack:SOL/USDC", more.backpackCandles)[0]).toMatchObject({
      ...{ openMs: Date.UTC(2025, 6, 19, 13), close: 118294.6, volume: 0.03473, quoteVolume: 4106.558156, trades: 12 },
    });
  });

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
    ["OKX ticker", okx.ticker(instrument("okx:ETH/BTC")), [more.okxSpotTicker]],
    ["OKX book", okx.book(instrument("okx:BTC/USDT:USDT"), 5), [more.okxBook]],
    ["Deribit ticker", deribit.ticker(instrument("deribit:BTC/USD:BTC")), [more.deribitTicker]],
    ["Deribit book", deribit.book(instrument("deribit:BTC/USD:BTC"), 5), [more.deribitBook]],
    ["HTX ticker", htx.ticker(instrument("htx:BTC/USDT")), [more.htxSpotTicker]],
    ["HTX candles", htx.candles.page(instrument("htx:BTC/USDT:USDT"), hour), [more.htxLinearCandles]],
    ["Kraken ticker", kraken.ticker(instrument("kraken:BTC/USD")), [more.krakenTicker]],
    ["Kraken book", kraken.book(instrument("kraken:BTC/USD"), 5), [more.krakenBook]],
    ["Coinbase ticker", coinbase.ticker(instrument("coinbase:BTC/USD")), [more.coinbaseProduct, more.coinbaseBook]],
    ["Backpack ticker", backpack.ticker(instrument("backpack:SOL/USDC")), [more.backpackTicker, more.backpackBook]],
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
