import { COINM_CONTRACT_USD, COMMON_ASSETS } from "crosstick/internal/market/bundled-instruments";
import { QUOTE_ASSETS } from "crosstick/internal/market/quote-assets";
import { productOfSymbol, rawSymbolOf, resolveInstrument, resolveUnified } from "crosstick/internal/market/symbols";
import { PRODUCTS_OF, type ProductName, VENUES, type VenueName } from "crosstick/internal/market/venues";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

type Row = [market: string, raw: string, symbol: string, expected?: Record<string, unknown>];

function marketOf(text: string): [VenueName, ProductName] {
  return text.split(".") as [VenueName, ProductName];
}

const rows: Row[] = [
  ["binance.spot", "BTCUSDT", "BTC/USDT", { settle: null, unit: "base", inferred: false }],
  ["binance.spot", "NKNUSDT", "NKN/USDT", { inferred: true }],
  ["binance.spot", "RUNEEUR", "RUNE/EUR", { inferred: false }],
  ["binance.spot", "ADAEUR", "ADA/EUR"],
  ["binance.spot", "BTCAEUR", "BTC/AEUR"],
  ["binance.spot", "ARBUSD", "AR/BUSD"],
  ["binance.spot", "BNSOLSOL", "BNSOL/SOL"],
  ["binance.spot", "1INCHUSDT", "1INCH/USDT"],
  ["binance.spot", "TUSDT", "T/USDT"],
  ["binance.spot", "币安人生USDT", "币安人生/USDT"],
  ["binance.usdm", "BTCUSDT", "BTC/USDT:USDT", { settle: "USDT", unit: "base", inferred: false }],
  ["binance.usdm", "BTCUSDT_261225", "BTC/USDT:USDT-261225", { expiry: "2026-12-25" }],
  ["binance.usdm", "1000SHIBUSDT", "1000SHIB/USDT:USDT", { base: "1000SHIB" }],
  ["binance.usdm", "ETHBTC", "ETH/BTC:BTC"],
  ["binance.coinm", "BTCUSD_PERP", "BTC/USD:BTC", { settle: "BTC", unit: "inverse", contractSize: 100 }],
  ["binance.coinm", "ETHUSD_261225", "ETH/USD:ETH-261225", { contractSize: 10 }],
  ["binance.coinm", "NEWUSD_PERP", "NEW/USD:NEW", { unit: "unknown", contractSize: null, inferred: true }],
  ["bybit.spot", "BTCUSDC", "BTC/USDC"],
  ["bybit.spot", "TRXUSD", "TRX/USD"],
  ["bybit.spot", "BTC3LUSDT", "BTC3L/USDT", { inferred: true }],
  ["bybit.linear", "BTCUSDT", "BTC/USDT:USDT"],
  ["bybit.linear", "BTCPERP", "BTC/USDC:USDC", { unit: "base" }],
  ["bybit.linear", "PERPUSDT", "PERP/USDT:USDT"],
  ["bybit.linear", "SHIB1000PERP", "SHIB1000/USDC:USDC"],
  ["bybit.linear", "BTC-26DEC25", "BTC/USDC:USDC-251226", { expiry: "2025-12-26" }],
  ["bybit.linear", "BTCUSDT-26DEC25", "BTC/USDT:USDT-251226"],
  ["bybit.linear", "BTCUSDT-5SEP25", "BTC/USDT:USDT-250905"],
  ["bybit.inverse", "BTCUSD", "BTC/USD:BTC", { unit: "inverse", contractSize: 1 }],
  ["bybit.inverse", "BTCUSDZ25", "BTC/USD:BTC-251226"],
  ["bybit.inverse", "ETHUSDH26", "ETH/USD:ETH-260327"],
  ["bybit.option", "BTC-6JAN23-17500-C", "BTC/USDC:USDC-230106-17500-C", { strike: 17500, optionType: "call" }],
  ["bybit.option", "BTC-26DEC25-95000-P-USDT", "BTC/USDT:USDT-251226-95000-P", { optionType: "put", unit: "base" }],
  ["bybit.option", "XRP-26DEC25-0.55-P", "XRP/USDC:USDC-251226-0.55-P", { strike: 0.55 }],
  ["okx.spot", "BTC-USDT", "BTC/USDT", { settle: null, unit: "base", inferred: false }],
  ["okx.swap", "BTC-USDT-SWAP", "BTC/USDT:USDT", { settle: "USDT", unit: "contract", contractSize: 0.01 }],
  ["okx.swap", "BTC-USD-SWAP", "BTC/USD:BTC", { settle: "BTC", unit: "inverse", contractSize: 100 }],
  ["okx.swap", "BTC-USDC-SWAP", "BTC/USDC:USDC", { unit: "unknown", contractSize: null, inferred: false }],
  ["okx.swap", "PEPE-USDT-SWAP", "PEPE/USDT:USDT", { contractSize: 10_000_000 }],
  ["okx.swap", "REN-USDT-SWAP", "REN/USDT:USDT", { unit: "unknown", contractSize: null }],
  ["okx.futures", "BTC-USD-261225", "BTC/USD:BTC-261225", { expiry: "2026-12-25", unit: "inverse" }],
  ["okx.futures", "ETH-USDT-261225", "ETH/USDT:USDT-261225", { unit: "contract", contractSize: 0.1 }],
  ["okx.option", "BTC-USD-261225-100000-C", "BTC/USD:BTC-261225-100000-C", { unit: "contract", contractSize: 0.01 }],
  ["okx.option", "SOL-USD-261225-0.5-P", "SOL/USD:SOL-261225-0.5-P", { strike: 0.5, unit: "unknown" }],
  ["coinbase.spot", "BTC-USD", "BTC/USD", { inferred: false }],
  ["kraken.spot", "BTC/USD", "BTC/USD"],
  ["backpack.spot", "SOL_USDC", "SOL/USDC", { settle: null, unit: "base", inferred: false }],
  ["backpack.spot", "SOL_USDT", "SOL/USDT"],
  ["backpack.swap", "SOL_USDC_PERP", "SOL/USDC:USDC", { settle: "USDC", unit: "base", inferred: false }],
  ["backpack.swap", "kBONK_USDC_PERP", "kBONK/USDC:USDC", { base: "kBONK" }],
  ["deribit.spot", "BTC_USDC", "BTC/USDC", { settle: null, unit: "base", inferred: false }],
  ["deribit.swap", "BTC-PERPETUAL", "BTC/USD:BTC", { unit: "inverse", contractSize: 1, inferred: false }],
  ["deribit.swap", "SOL_USDC-PERPETUAL", "SOL/USDC:USDC", { unit: "base", contractSize: null }],
  ["deribit.futures", "BTC-25DEC26", "BTC/USD:BTC-261225", { unit: "inverse", expiry: "2026-12-25" }],
  ["deribit.futures", "ETH_USDC-5SEP25", "ETH/USDC:USDC-250905", { unit: "base" }],
  ["deribit.option", "BTC-25DEC26-100000-C", "BTC/USD:BTC-261225-100000-C", { strike: 100000, optionType: "call" }],
  ["deribit.option", "ETH-9MAR24-2800-P", "ETH/USD:ETH-240309-2800-P", { optionType: "put", unit: "base" }],
  ["deribit.option", "XRP_USDC-30JUN24-0d625-C", "XRP/USDC:USDC-240630-0.625-C", { strike: 0.625, unit: "base" }],
  ["deribit.option", "MATIC_USDC-9MAR24-1d02-C", "MATIC/USDC:USDC-240309-1.02-C", { strike: 1.02 }],
  ["htx.spot", "btcusdt", "BTC/USDT", { settle: null, unit: "base", inferred: false }],
  ["htx.spot", "btchusd", "BTC/HUSD", { inferred: false }],
  ["htx.spot", "btcht", "BTC/HT", { inferred: false }],
  ["htx.spot", "1inchusdt", "1INCH/USDT"],
  ["htx.spot", "mexbtc", "MEX/BTC", { inferred: true }],
  ["htx.swap", "BTC-USDT", "BTC/USDT:USDT", { unit: "contract", contractSize: 0.001, inferred: false }],
  ["htx.swap", "SOS-USDT", "SOS/USDT:USDT", { unit: "contract", contractSize: 100_000 }],
  ["htx.swap", "NEW-USDT", "NEW/USDT:USDT", { unit: "unknown", contractSize: null }],
  ["htx.swap", "BTC-USD", "BTC/USD:BTC", { unit: "inverse", contractSize: 100 }],
  ["htx.swap", "ATOM-USD", "ATOM/USD:ATOM", { unit: "inverse", contractSize: 10 }],
  ["htx.futures", "ETH-USDT-261225", "ETH/USDT:USDT-261225", { unit: "contract", contractSize: 0.01 }],
  ["htx.futures", "BTC261225", "BTC/USD:BTC-261225", { unit: "inverse", expiry: "2026-12-25", inferred: false }],
];

test.each(rows)("%s %s is %s", (market, raw, symbol, expected = {}) => {
  const [venue, product] = marketOf(market);
  const instrument = resolveInstrument(venue, product, raw);
  expect(instrument).toMatchObject({ venue, product, rawSymbol: raw, symbol, id: `${venue}:${symbol}`, ...expected });
  expect(rawSymbolOf(venue, product, symbol)).toBe(raw);
  expect(productOfSymbol(venue, symbol)).toBe(product);
  expect(resolveUnified(venue, symbol)).toEqual(instrument);
});

test.each([
  ["binance.spot", "USDT", "base"],
  ["binance.spot", "USDTUSDT", "base"],
  ["binance.spot", "", "base"],
  ["binance.spot", "btcusdt", "base"],
  ["binance.usdm", "BTCUSDT_261331", "base"],
  ["binance.usdm", "_261225", "base"],
  ["binance.coinm", "BTCUSDT", "unknown"],
  ["binance.coinm", "USD_PERP", "unknown"],
  ["bybit.linear", "BTCUSDC", "base"],
  ["bybit.linear", "PERP", "base"],
  ["bybit.linear", "BTC-06JAN23", "base"],
  ["bybit.linear", "BTC-31FEB25", "base"],
  ["bybit.inverse", "BTCUSDT", "inverse"],
  ["bybit.option", "BTC-6JAN23-017500-C", "base"],
  ["okx.spot", "BTC-USDT-SWAP", "base"],
  ["okx.spot", "BTC-BTC", "base"],
  ["okx.swap", "BTC-USD_UM-SWAP", "unknown"],
  ["okx.futures", "BTC-USD_UM_XPERP-310404", "unknown"],
  ["okx.futures", "BTC-USD-261331", "unknown"],
  ["okx.futures", "BTC-USDT-SWAP", "unknown"],
  ["okx.option", "BTC-USD-261225-0100000-C", "unknown"],
  ["backpack.spot", "SOL_USDC_PERP", "base"],
  ["backpack.spot", "SOL_USDC_RFQ", "base"],
  ["backpack.swap", "SOL_USDC", "base"],
  ["backpack.swap", "USDC_USDC_PERP", "base"],
  ["backpack.futures", "BTC_USDC_261225", "unknown"],
  ["deribit.swap", "BTC-25DEC26", "unknown"],
  ["deribit.swap", "BTC_BTC-PERPETUAL", "unknown"],
  ["deribit.futures", "BTC-PERPETUAL", "unknown"],
  ["deribit.futures", "BTC-31FEB26", "unknown"],
  ["deribit.futures", "BTC-05SEP25", "unknown"],
  ["deribit.futures", "BTC-FS-30SEP22_PERP", "unknown"],
  ["deribit.option", "XRP_USDC-30JUN24-0d50-C", "base"],
  ["deribit.option", "BTC-STRD-30SEP22-20000", "base"],
  ["deribit.spot", "BTC-PERPETUAL", "base"],
  ["htx.spot", "BTCUSDT", "base"],
  ["htx.spot", "btc-usdt", "base"],
  ["htx.spot", "ht", "base"],
  ["htx.swap", "BTC-USDT-261225", "unknown"],
  ["htx.swap", "BTC-BUSD", "unknown"],
  ["htx.futures", "BTC_CW", "unknown"],
  ["htx.futures", "BTC-USDT-CW", "unknown"],
  ["htx.futures", "BTC-USDT-261331", "unknown"],
  ["htx.futures", "BTC261331", "unknown"],
  ["htx.futures", "BTC-USDT-261225-C-100000", "unknown"],
])("%s %j cannot be decided and keeps its name", (market, raw, unit) => {
  const instrument = resolveInstrument(...marketOf(market), raw);
  expect(instrument).toMatchObject({
    id: `${market}:${raw}`,
    symbol: raw,
    base: null,
    quote: null,
    unit,
    inferred: true,
  });
});

describe("properties", () => {
  const asset = fc.oneof(
    fc.constantFrom(...COMMON_ASSETS),
    fc.constantFrom("USDT", "USDC", "USD", "TUSD", "PERP", "B", "1000CAT", "0G", "A2Z", "SOLUSD", "XUSDT"),
    fc.stringMatching(/^[0-9A-Z]{1,7}$/),
  );
  const tail = fc.constantFrom(
    ...[
      "",
      "USDT",
      "USDC",
      "USD",
      "PERP",
      "USD_PERP",
      "BUSD",
      "TUSD",
      "EUR",
      "AEUR",
      "BTC",
      "USDT_261225",
      "USD_261225",
    ],
    ...["-USDT", "-USDT-SWAP", "-USD-SWAP", "-USD-261225", "-USD-261225-100-C", "-USD_UM-SWAP"],
    ...["USDZ25", "USDH26", "-26DEC25", "USDT-26DEC25", "-6JAN23-17500-C", "-06JAN23-17500-C", "-6JAN23-17500-P-USDT"],
    ...[
      "-PERPETUAL",
      "_USDC-PERPETUAL",
      "-25DEC26",
      "_USDC-25DEC26",
      "-25DEC26-100000-C",
      "_USDC-25DEC26-0d625-P",
      "_USDC",
      "_USDC_PERP",
    ],
    ...["-USDT", "-USD", "-USDT-261225", "261225", "_CW"],
  );
  const raw = fc.oneof(
    fc.tuple(asset, tail).map(([base, end]) => base + end),
    fc.tuple(asset, tail).map(([base, end]) => (base + end).toLowerCase()),
    fc.string({ unit: "grapheme", maxLength: 12 }),
  );
  const market = fc.constantFrom(
    ...VENUES.flatMap((venue) => PRODUCTS_OF[venue].map((product): [VenueName, ProductName] => [venue, product])),
  );

  test("two raw symbols of one venue and product never share an id", () => {
    fc.assert(
      fc.property(market, fc.uniqueArray(raw, { minLength: 2, maxLength: 60 }), ([venue, product], symbols) => {
        const ids = new Set(symbols.map((symbol) => resolveInstrument(venue, product, symbol).id));
        expect(ids.size).toBe(symbols.length);
      }),
      { numRuns: 400 },
    );
  });

  test("what was decided writes back as the symbol it came from, and says what its unit is", () => {
    fc.assert(
      fc.property(market, raw, ([venue, product], symbol) => {
        const instrument = resolveInstrument(venue, product, symbol);
        expect(Number.isInteger(instrument.unitCode)).toBe(true);
        if (instrument.base === null) return;
        expect(rawSymbolOf(venue, product, instrument.symbol)).toBe(symbol);
        expect(resolveUnified(venue, instrument.symbol)).toEqual(instrument);
      }),
      { numRuns: 2000 },
    );
  });

  test("the same instrument is never of two products of a venue", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<VenueName>("binance", "bybit", "okx", "deribit", "htx", "backpack"),
        raw,
        raw,
        (venue, a, b) => {
          const seen = new Map<string, string>();
          for (const product of PRODUCTS_OF[venue]) {
            for (const symbol of [a, b]) {
              const { id } = resolveInstrument(venue, product, symbol);
              expect(seen.get(id) ?? product).toBe(product);
              seen.set(id, product);
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("tables", () => {
  test("quote assets are unique and longest first", () => {
    for (const { general, rare } of Object.values(QUOTE_ASSETS)) {
      expect(new Set([...general, ...rare]).size).toBe(general.length + rare.length);
      for (const list of [general, rare]) {
        expect(list.map((quote) => quote.length)).toEqual(list.map((quote) => quote.length).sort((a, b) => b - a));
      }
    }
  });

  test("few pairs of common assets cannot be decided, and none of them is a market", () => {
    const undecided: string[] = [];
    for (const [market, { general, rare }] of Object.entries(QUOTE_ASSETS)) {
      if (market === "binance.coinm" || market === "bybit.inverse") continue;
      for (const base of COMMON_ASSETS) {
        for (const quote of [...general, ...rare]) {
          if (base === quote) continue;
          const raw = market === "htx.spot" ? (base + quote).toLowerCase() : base + quote;
          const instrument = resolveInstrument(...marketOf(market), raw);
          if (instrument.base !== base || instrument.quote !== quote) undecided.push(`${market}:${base}/${quote}`);
        }
      }
    }
    expect(undecided).toEqual(["binance.spot:ARB/IDR", "binance.spot:AR/BIDR"]);
  });

  test("COIN-M: BTC is 100 USD a contract, all others 10", () => {
    for (const [base, size] of COINM_CONTRACT_USD) expect([base, size]).toEqual([base, base === "BTC" ? 100 : 10]);
  });
});
