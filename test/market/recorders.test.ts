import {
  cryptofeedMarket,
  productOfFrame,
  type RecorderMarket,
  symbolOfUrl,
} from "crosstick/internal/market/recorders";
import { PRODUCTS_OF } from "crosstick/internal/market/venues";
import { expect, test } from "vitest";

function marketOf(exchange: string): RecorderMarket {
  const market = cryptofeedMarket(exchange);
  if (market === null) throw new Error(`${exchange} is not known`);
  return market;
}

const none = new Uint8Array(0);

test.each([
  ["BINANCE", "binance.spot"],
  ["BINANCE_FUTURES", "binance.usdm"],
  ["BINANCE_DELIVERY", "binance.coinm"],
  ["HUOBI_SWAP", "htx.swap"],
  ["COINBASE", "coinbase.spot"],
  ["KRAKEN", "kraken.spot"],
])("%s is %s", (exchange, market) => {
  const { venue, products } = marketOf(exchange);
  expect(`${venue}.${productOfFrame({ venue, products }, null, null, none)}`).toBe(market);
});

test("Bybit frames tell their product by address", () => {
  const market = marketOf("BYBIT");
  for (const product of market.products) {
    expect(productOfFrame(market, `wss://stream.bybit.com/v5/public/${product}`, null, none)).toBe(product);
    const url = `https://api.bybit.com/v5/market/instruments-info?&category=${product}&limit=1000`;
    expect(productOfFrame(market, null, url, none)).toBe(product);
  }
  expect(productOfFrame(market, "wss://stream.bybit.com/v5/private", null, none)).toBeNull();
  expect(productOfFrame(market, null, "https://api.bybit.com/v5/market/time", none)).toBeNull();
  expect(productOfFrame(market, null, null, none)).toBeNull();
});

test("Deribit frames tell their product by the instrument they name", () => {
  const market = marketOf("DERIBIT");
  const productOf = (text: string) =>
    productOfFrame(market, "wss://www.deribit.com/ws/api/v2", null, new TextEncoder().encode(text));
  for (const [symbol, product] of [
    ["BTC-PERPETUAL", "swap"],
    ["SOL_USDC-PERPETUAL", "swap"],
    ["BTC-25DEC26", "futures"],
    ["XRP_USDC-30JUN24-0d625-C", "option"],
    ["BTC_USDC", "spot"],
  ]) {
    expect(productOf(`{"params":{"channel":"trades.any.any","data":[{"instrument_name" : "${symbol}"}]}}`)).toBe(
      product,
    );
    expect(productOf(`{"params":{"data":{"interest":0},"channel":"perpetual.${symbol}.100ms"}}`)).toBe(product);
  }
  // What names no instrument, or a combination of some, is the same in every product.
  for (const text of [
    "",
    '{"method":"heartbeat"}',
    '{"instrument_name":"BTC-FS-30SEP26_PERP"}',
    '{"instrument_name":7}',
  ])
    expect(productOf(text)).toBe(market.products[0]);
});

test("OKX frames tell their product by the instrument they name, or by the product", () => {
  const market = marketOf("OKX");
  const productOf = (text: string) =>
    productOfFrame(market, "wss://ws.okx.com:8443/ws/v5/public", null, new TextEncoder().encode(text));
  for (const [symbol, product] of [
    ["BTC-USDT", "spot"],
    ["BTC-USDT-SWAP", "swap"],
    ["BTC-USD-220527", "futures"],
    ["BTC-USD_UM_XPERP-310404", "futures"],
    ["BTC-USD-261225-100000-C", "option"],
  ])
    expect(productOf(`{"arg":{"channel":"books","instId":"${symbol}"},"data":[]}`)).toBe(product);
  expect(productOf('{"event":"subscribe","arg":{"channel":"liquidation-orders","instType":"SWAP"}}')).toBe("swap");
  for (const text of ["pong", '{"event":"error"}', '{"arg":{"instId":"BTC-ABOVE-DAILY-260224-1600-65000"}}'])
    expect(productOf(text)).toBe("spot");
});

test("an unknown exchange is null, and known ones name real products", () => {
  for (const name of ["FTX", "toString", "", "binance"]) expect(cryptofeedMarket(name)).toBeNull();
  for (const name of ["BYBIT", "OKX", "DERIBIT", "HUOBI_DM"]) {
    const { venue, products } = marketOf(name);
    for (const product of products) expect(PRODUCTS_OF[venue]).toContain(product);
  }
});

test.each([
  ["https://api.binance.com/api/v3/depth?symbol=NKNUSDT&limit=1000", "NKNUSDT"],
  ["https://fapi.binance.com/fapi/v1/depth?limit=1000&symbol=sushiusdt", "SUSHIUSDT"],
  ["https://api.binance.com/api/v3/exchangeInfo", null],
  ["https://api.bybit.com/v5/market/time?symbol=", null],
])("symbol of %s", (url, symbol) => {
  expect(symbolOfUrl(url)).toBe(symbol);
});
