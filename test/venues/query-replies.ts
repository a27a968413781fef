// Replies as the venues' documentation prints them, shortened to one or two rows; values kept.

/** binance-spot-api-docs rest-api.md, "24hr ticker price change statistics" (FULL). */
export const binanceSpotDay = {
  symbol: "BNBBTC",
  priceChange: "-94.99999800",
  priceChangePercent: "-95.960",
  weightedAvgPrice: "0.29628482",
  prevClosePrice: "0.10002000",
  lastPrice: "4.00000200",
  lastQty: "200.00000000",
  bidPrice: "4.00000000",
  bidQty: "100.00000000",
  askPrice: "4.00000200",
  askQty: "100.00000000",
  openPrice: "99.00000000",
  highPrice: "100.00000000",
  lowPrice: "0.10000000",
  volume: "8913.30000000",
  quoteVolume: "15.30000000",
  openTime: 1499783499040,
  closeTime: 1499869899040,
  firstId: 28385,
  lastId: 28460,
  count: 76,
};

/** developers.binance.com, COIN-M "24hr Ticker Price Change Statistics" and "Symbol Order Book Ticker". */
export const binanceCoinmDay = [
  {
    symbol: "BTCUSD_PERP",
    pair: "BTCUSD",
    priceChange: "136.6",
    priceChangePercent: "1.436",
    weightedAvgPrice: "9547.3",
    lastPrice: "9651.6",
    lastQty: "1",
    openPrice: "9515.0",
    highPrice: "9687.0",
    lowPrice: "9499.5",
    volume: "494109",
    baseVolume: "5192.94797687",
    openTime: 1591170300000,
    closeTime: 1591256718418,
    firstId: 600507,
    lastId: 697803,
    count: 97297,
  },
];
export const binanceCoinmTouch = [
  {
    lastUpdateId: 1027024,
    symbol: "BTCUSD_PERP",
    pair: "BTCUSD",
    bidPrice: "9650.1",
    bidQty: "16",
    askPrice: "9650.3",
    askQty: "7",
    time: 1591257300345,
  },
];

/** binance-spot-api-docs rest-api.md, "Order book" and "Kline/Candlestick data". */
export const binanceSpotDepth = {
  lastUpdateId: 1027024,
  bids: [["4.00000000", "431.00000000"]],
  asks: [["4.00000200", "12.00000000"]],
};
export const binanceSpotKlines = [
  [
    1499040000000,
    "0.01634790",
    "0.80000000",
    "0.01575800",
    "0.01577100",
    "148976.11427815",
    1499644799999,
    "2434.19055334",
    308,
    "1756.87402397",
    "28.46694368",
    "0",
  ],
];

/** bybit-exchange/docs v5/market/tickers, inverse. */
export const bybitInverseTicker = {
  retCode: 0,
  retMsg: "OK",
  result: {
    category: "inverse",
    list: [
      {
        symbol: "BTCUSD",
        lastPrice: "16597.00",
        indexPrice: "16598.54",
        markPrice: "16596.00",
        prevPrice24h: "16464.50",
        price24hPcnt: "0.008047",
        highPrice24h: "30912.50",
        lowPrice24h: "15700.00",
        prevPrice1h: "16595.50",
        openInterest: "373504107",
        openInterestValue: "22505.67",
        turnover24h: "2352.94950046",
        volume24h: "49337318",
        fundingRate: "-0.001034",
        nextFundingTime: "1672387200000",
        predictedDeliveryPrice: "",
        basisRate: "",
        deliveryFeeRate: "",
        deliveryTime: "0",
        ask1Size: "1",
        bid1Price: "16596.00",
        ask1Price: "16597.50",
        bid1Size: "1",
        basis: "",
      },
    ],
  },
  retExtInfo: {},
  time: 1672376496682,
};

/** The same page, option. */
export const bybitOptionTicker = {
  retCode: 0,
  retMsg: "OK",
  result: {
    category: "option",
    list: [
      {
        symbol: "BTC-30DEC22-18000-C",
        bid1Price: "0",
        bid1Size: "0",
        bid1Iv: "0",
        ask1Price: "435",
        ask1Size: "0.66",
        ask1Iv: "5",
        lastPrice: "435",
        highPrice24h: "435",
        lowPrice24h: "165",
        markPrice: "0.00000009",
        indexPrice: "16600.55",
        markIv: "0.7567",
        underlyingPrice: "16590.42",
        openInterest: "6.3",
        turnover24h: "2482.73",
        volume24h: "0.15",
        totalVolume: "99",
        totalTurnover: "1967653",
        delta: "0.00000001",
        gamma: "0.00000001",
        vega: "0.00000004",
        theta: "-0.00000152",
        predictedDeliveryPrice: "0",
        change24h: "86",
      },
    ],
  },
  retExtInfo: {},
  time: 1672376592395,
};

/** bybit-exchange/docs v5/market/orderbook and v5/market/kline. */
export const bybitSpotBook = {
  retCode: 0,
  retMsg: "OK",
  result: {
    s: "BTCUSDT",
    a: [["65557.7", "16.606555"]],
    b: [["65485.47", "47.081829"]],
    ts: 1716863719031,
    u: 230704,
    seq: 1432604333,
    cts: 1716863718905,
  },
  retExtInfo: {},
  time: 1716863719382,
};
export const bybitInverseKline = {
  retCode: 0,
  retMsg: "OK",
  result: {
    symbol: "BTCUSD",
    category: "inverse",
    list: [
      ["1670608800000", "17071", "17073", "17027", "17055.5", "268611", "15.74462667"],
      ["1670605200000", "17071.5", "17071.5", "17061", "17071", "4177", "0.24469757"],
    ],
  },
  retExtInfo: {},
  time: 1672025956592,
};
