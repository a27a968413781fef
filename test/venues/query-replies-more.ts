// As query-replies.ts, of the other venues.

/** www.okx.com/docs-v5, "GET / Ticker" (a spot pair), "GET / Order book" and "GET / Candlesticks history" of a swap. */
export const okxSpotTicker = {
  code: "0",
  msg: "",
  data: [
    {
      instType: "SPOT",
      instId: "ETH-BTC",
      last: "0.07319",
      lastSz: "0.044378",
      askPx: "0.07322",
      askSz: "4.2",
      bidPx: "0.0732",
      bidSz: "6.050058",
      open24h: "0.07801",
      high24h: "0.07975",
      low24h: "0.06019",
      volCcy24h: "11788.887619",
      vol24h: "167493.829229",
      ts: "1621440583784",
      sodUtc0: "0.07872",
      sodUtc8: "0.07345",
    },
  ],
};
export const okxBook = {
  code: "0",
  msg: "",
  data: [{ asks: [["41006.8", "60", "0", "1"]], bids: [["41006.3", "30", "0", "2"]], ts: "1629966436396" }],
};
export const okxCandles = {
  code: "0",
  msg: "",
  data: [
    ["1597029983085", "3.721", "3.743", "3.677", "3.708", "8422410", "22698348.04828491", "12698348.04828491", "1"],
    ["1597026383085", "3.731", "3.799", "3.494", "3.72", "24912403", "67632347.24399722", "37632347.24399722", "1"],
  ],
};

/** huobiapi.github.io, "Get Latest Aggregated Ticker" of spot, "Get Market Data Overview" of coin-margined swaps. */
export const htxSpotTicker = {
  status: "ok",
  ch: "market.btcusdt.detail.merged",
  ts: 1583494336669,
  tick: {
    amount: 26228.672978342216,
    open: 9078.95,
    close: 9146.86,
    high: 9155.41,
    id: 209988544334,
    count: 265846,
    low: 8988.0,
    version: 209988544334,
    ask: [9146.87, 0.156134],
    vol: 238221682.242,
    bid: [9146.86, 0.080758],
  },
};
export const htxInverseTicker = {
  ch: "market.BTC-USD.detail.merged",
  status: "ok",
  tick: {
    amount: "669.3385682049668",
    ask: [59117.44, 48],
    bid: [59082, 48],
    close: "59087.97",
    count: 5947,
    high: "59892.62",
    id: 1637502670,
    low: "57402.87",
    open: "57638",
    ts: 1637502670059,
    vol: "394598",
  },
  ts: 1637502670059,
};
/** The same site, USDT-margined contracts, "Get Market Depth" and "Get KLine Data". */
export const htxLinearBook = {
  ch: "market.BTC-USDT.depth.step0",
  status: "ok",
  tick: {
    asks: [[13084.2, 131]],
    bids: [[13084.1, 38]],
    ch: "market.BTC-USDT.depth.step0",
    id: 1603694838,
    mrid: 131471527,
    ts: 1603694838167,
    version: 1603694838,
  },
  ts: 1603694838240,
};
export const htxLinearCandles = {
  ch: "market.BTC-USDT.kline.60min",
  data: [
    {
      amount: 3.946,
      close: 13067.7,
      count: 27,
      high: 13075.8,
      id: 1603692000,
      low: 13050.1,
      open: 13068.2,
      trade_turnover: 51561.4632,
      vol: 3946,
    },
  ],
  status: "ok",
  ts: 1603695162580,
};

/** docs.kraken.com, "Get Ticker Information", "Get Order Book", "Get OHLC Data"; the first bar is a filler. */
export const krakenTicker = {
  error: [],
  result: {
    XETHZUSD: {
      a: ["2432.77000", "1", "1.000"],
      b: ["2431.37000", "2", "2.000"],
      c: ["2430.58000", "0.04408910"],
      v: ["4147.94474901", "8896.96086304"],
      p: ["2456.22239", "2568.63032"],
      t: [3907, 10056],
      l: ["2302.18000", "2302.18000"],
      h: ["2621.14000", "2860.01000"],
      o: "2571.56000",
    },
  },
};
export const krakenBook = {
  error: [],
  result: { XXBTZUSD: { asks: [["30384.10000", "2.059", 1688671659]], bids: [["30297.00000", "1.115", 1688671636]] } },
};
export const krakenCandles = {
  error: [],
  result: {
    XETHXXBT: [
      [1591475580, "0.02499", "0.02499", "0.02499", "0.02499", "0.00000", "0.00000000", 0],
      [1591475640, "0.02500", "0.02500", "0.02500", "0.02500", "0.02500", "9.12201000", 5],
    ],
    last: 1591517580,
  },
};

/** docs.cdp.coinbase.com, "Get Public Product", "Get Public Product Book", "Get Public Product Candles". */
export const coinbaseProduct = {
  product_id: "BTC-USD",
  price: "71145.1",
  price_percentage_change_24h: "-2.36722931247427",
  volume_24h: "10854.9",
  base_increment: "0.00000001",
  quote_increment: "0.01",
  status: "online",
};
export const coinbaseBook = {
  pricebook: {
    product_id: "BTC-USD",
    bids: [{ price: "30757.85", size: "0.115" }],
    asks: [{ price: "30759.07", size: "0.04877659" }],
    time: "2023-06-30T04:02:40.533606Z",
  },
};
export const coinbaseCandles = {
  candles: [
    {
      start: "1712192400",
      low: "66055.14",
      high: "66331.99",
      open: "66312.4",
      close: "66181.6",
      volume: "355.82896243",
    },
  ],
};

/** docs.backpack.exchange, "Get ticker", "Get depth" (bids from the lowest up), "Get K-lines". */
export const backpackTicker = {
  symbol: "SOL_USDC",
  firstPrice: "327.38",
  lastPrice: "317.14",
  priceChange: "-10.24",
  priceChangePercent: "-0.031279",
  high: "337.99",
  low: "300.01",
  volume: "65.823",
  quoteVolume: "21584.32278",
  trades: "245",
};
export const backpackBook = {
  asks: [["118318.3", "0.00633"]],
  bids: [
    ["1.0", "0.38647"],
    ["12.9", "1.00000"],
  ],
  lastUpdateId: "1504999670",
  timestamp: 1753102447307501,
};
export const backpackCandles = [
  {
    close: "118294.6",
    end: "2025-07-19 14:00:00",
    high: "118297.6",
    low: "118237.5",
    open: "118238",
    quoteVolume: "4106.558156",
    start: "2025-07-19 13:00:00",
    trades: "12",
    volume: "0.03473",
  },
];

/** docs.deribit.com, public/ticker, public/get_order_book, public/get_tradingview_chart_data; the last bar is a filler. */
export const deribitTicker = {
  jsonrpc: "2.0",
  result: {
    timestamp: 1583778859480,
    stats: { volume: 60627.57263769, volume_usd: 480123456, price_change: -1.25, low: 7631.5, high: 8311.5 },
    state: "open",
    open_interest: 111543850,
    mark_price: 7750.02,
    last_price: 7750.5,
    instrument_name: "BTC-PERPETUAL",
    index_price: 7748.01,
    best_bid_price: 7750,
    best_bid_amount: 19470,
    best_ask_price: 7750.5,
    best_ask_amount: 343280,
  },
  usIn: 1583778859483941,
  usOut: 1583778859484075,
  usDiff: 134,
  testnet: false,
};
export const deribitBook = {
  jsonrpc: "2.0",
  result: {
    timestamp: 1550757626706,
    instrument_name: "BTC-PERPETUAL",
    change_id: 474988,
    bids: [[3955.75, 30]],
    asks: [[3956.5, 60]],
  },
};
export const deribitCandles = {
  jsonrpc: "2.0",
  result: {
    volume: [3.6680847969999992, 22.682721123, 0],
    ticks: [1583916960000, 1583917020000, 1583917080000],
    status: "ok",
    open: [7834, 7839, 7833.5],
    low: [7834, 7833.5, 7833.5],
    high: [7839.5, 7839, 7833.5],
    cost: [28740, 177740, 0],
    close: [7839.5, 7833.5, 7833.5],
  },
  usIn: 1583917166709801,
  usOut: 1583917166710175,
  usDiff: 374,
  testnet: false,
};
