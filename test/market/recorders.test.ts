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

test.each([
  ["BINANCE", "binance.spot"],
  ["BINANCE_FUTURES", "binance.usdm"],
  ["BINANCE_DELIVERY", "binance.coinm"],
  ["HUOBI_SWAP", "htx.swap"],
  ["COINBASE", "coinbase.spot"],
  ["KRAKEN", "kraken.spot"],
])("%s is %s", (exchange, market) => {
  const { venue, products } = marketOf(exchange);
  expect(`${venue}.${productOfFrame({ venue, products }, null, null)}`).toBe(market);
});

test("Bybit frames tell their product by address", () => {
  const market = marketOf("BYBIT");
  for (const product of market.products) {
    expect(productOfFrame(market, `wss://stream.bybit.com/v5/public/${product}`, null)).toBe(product);
    const url = `https://api.bybit.com/v5/market/instruments-info?&category=${product}&limit=1000`;
    expect(productOfFrame(market, null, url)).toBe(product);
  }
  expect(productOfFrame(market, "wss://stream.bybit.com/v5/private", null)).toBeNull();
  expect(productOfFrame(market, null, "https://api.bybit.com/v5/market/time")).toBeNull();
  expect(productOfFrame(market, null, null)).toBeNull();
  expect(productOfFrame(marketOf("OKX"), "wss://ws.okx.com:8443/ws/v5/public", null)).toBeNull();
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
