import { findInstrument } from "crosstick/internal/market/find-instrument";
import { resolveInstrument } from "crosstick/internal/market/symbols";
import { expect, test } from "vitest";

const known = [
  resolveInstrument("binance", "spot", "BTCUSDT"),
  resolveInstrument("binance", "spot", "ETHUSDT"),
  resolveInstrument("binance", "usdm", "BTCUSDT"),
  resolveInstrument("binance", "coinm", "BTCUSD_PERP"),
  resolveInstrument("binance", "usdm", "WEIRD"),
  resolveInstrument("bybit", "linear", "SOLUSDT"),
  resolveInstrument("bybit", "linear", "BTCPERP"),
];

test.each([
  ["binance:BTC/USDT", "binance.spot:BTCUSDT"],
  ["binance:BTC/USDT:USDT", "binance.usdm:BTCUSDT"],
  ["binance.usdm:BTCUSDT", "binance.usdm:BTCUSDT"],
  ["binance.usdm:BTC/USDT:USDT", "binance.usdm:BTCUSDT"],
  ["binance:ETHUSDT", "binance.spot:ETHUSDT"],
  ["binance:ethusdt", "binance.spot:ETHUSDT"],
  ["binance:btc/usdt", "binance.spot:BTCUSDT"],
  ["binance:BTCUSD_PERP", "binance.coinm:BTCUSD_PERP"],
  ["binance.usdm:WEIRD", "binance.usdm:WEIRD"],
  ["binance:WEIRD", "binance.usdm:WEIRD"],
  ["bybit:BTC/USDC:USDC", "bybit.linear:BTCPERP"],
])("%s means %s", (query, market) => {
  const { venue, product, rawSymbol } = findInstrument(query, known);
  expect(`${venue}.${product}:${rawSymbol}`).toBe(market);
});

test("every known instrument is found by its id", () => {
  for (const instrument of known) expect(findInstrument(instrument.id, known)).toBe(instrument);
});

test.each([
  ["binance:BTCUSDT", "SYMBOL_AMBIGUOUS", /binance:BTC\/USDT \(binance\.spot:BTCUSDT\) or binance:BTC\/USDT:USDT/],
  ["binance:BTC/USDTT", "SYMBOL_UNKNOWN", /Did you mean binance:BTC\/USDT\?/],
  ["binance:ETHUSDC", "SYMBOL_UNKNOWN", /Did you mean binance:ETH\/USDT\?/],
  ["binance:QQQQQQQQQQQQ", "SYMBOL_UNKNOWN", /5 others of that market are known/],
  ["okx:BTC/USDT", "SYMBOL_UNKNOWN", /No instrument of that market/],
  ["BTCUSDT", "SYMBOL_UNKNOWN", /expected venue:symbol/],
  ["binance:", "SYMBOL_UNKNOWN", /expected venue:symbol/],
  ["binanse:BTCUSDT", "USAGE_VENUE", /Did you mean binance/],
  ["binance.usd:BTCUSDT", "USAGE_PRODUCT", /Did you mean binance\.usdm/],
])("%s is %s", (query, code, message) => {
  expect(() => findInstrument(query, known)).toThrow(
    expect.objectContaining({ code, exitCode: 2, message: expect.stringMatching(message) }),
  );
});
