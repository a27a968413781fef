import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { rawSymbolOf, resolveInstrument } from "crosstick/internal/market/symbols";
import type { ProductName, VenueName } from "crosstick/internal/market/venues";
import { expect, test } from "vitest";
import { recordings } from "../sources/recorded.js";

const folder = recordings();

/** What a venue itself says an instrument is. */
interface Listed {
  symbol: string;
  base: string;
  quote: string;
  settle: string | null;
  expiry: string | null;
}

/** The data of the replies in a recording whose address contains `part`. */
function replies(file: string, part: string): unknown[] {
  return gunzipSync(readFileSync(`${folder}cryptofeed/${file}.jsonl.gz`))
    .toString()
    .split("\n")
    .filter((line) => line.startsWith('{"t":"http"') && line.includes(part))
    .map((line) => JSON.parse(JSON.parse(line).data));
}

function binance(file: string): Listed[] {
  const [info] = replies(file, "exchangeInfo") as { symbols: Record<string, string & number>[] }[];
  return info.symbols.map((row) => ({
    symbol: row.symbol,
    base: row.baseAsset,
    quote: row.quoteAsset,
    settle: row.marginAsset ?? null,
    expiry: /QUARTER/.test(row.contractType) ? new Date(row.deliveryDate).toISOString().slice(0, 10) : null,
  }));
}

function bybit(category: string): Listed[] {
  const pages = replies("BYBIT", `category=${category}`) as { result: { list: Record<string, string>[] } }[];
  return pages.flatMap(({ result }) =>
    result.list.map((row) => ({
      symbol: row.symbol,
      base: row.baseCoin,
      quote: row.quoteCoin,
      settle: row.settleCoin ?? null,
      expiry: Number(row.deliveryTime) > 0 ? new Date(Number(row.deliveryTime)).toISOString().slice(0, 10) : null,
    })),
  );
}

/** What the venue lists now and then: instruments of one kind, perpetuals apart from dated futures. */
function deribit(kind: string, isPerpetual = false): Listed[] {
  const pages = replies("DERIBIT", "get_instruments") as { result: Record<string, string & number>[] }[];
  return pages
    .flatMap(({ result }) => result)
    .filter((row) => row.kind === kind && (row.settlement_period === "perpetual") === isPerpetual)
    .map((row) => {
      // The venue calls the coin of the premium the quote currency of inverse options, and USD that of their futures.
      const isInverse = !String(row.instrument_name).includes("_");
      return {
        symbol: row.instrument_name,
        base: row.base_currency,
        quote: isInverse ? "USD" : row.quote_currency,
        settle: isInverse ? row.base_currency : (row.settlement_currency ?? row.quote_currency),
        expiry: isPerpetual ? null : new Date(row.expiration_timestamp).toISOString().slice(0, 10),
      };
    });
}

interface HtxContract {
  contract_code: string;
  contract_size: number;
}

function htxContracts(): HtxContract[] {
  return (replies("HUOBI_SWAP", "swap_contract_info") as { data: HtxContract[] }[]).flatMap(({ data }) => data);
}

function htx(): Listed[] {
  return htxContracts().map(({ contract_code }) => {
    const [base, quote] = contract_code.split("-");
    return { symbol: contract_code, base, quote, settle: quote === "USD" ? base : quote, expiry: null };
  });
}

/** An index names the coin and the quote of all but spot; the coin an option's premium is paid in settles it. */
function okx(type: string): Listed[] {
  const pages = replies("OKX", `instType=${type}`).slice(0, type === "OPTION" ? 2 : 1) as {
    data: Record<string, string>[];
  }[];
  return pages.flatMap(({ data }) =>
    data.map((row) => {
      const [base, quote] = row.uly === "" ? [row.baseCcy, row.quoteCcy] : row.uly.split("-");
      return {
        symbol: row.instId,
        base,
        quote,
        settle: row.settleCcy || null,
        expiry: row.expTime === "" ? null : new Date(Number(row.expTime)).toISOString().slice(0, 10),
      };
    }),
  );
}

const markets: [VenueName, ProductName, number, () => Listed[]][] = [
  ["binance", "spot", 1695, () => binance("BINANCE")],
  ["binance", "usdm", 122, () => binance("BINANCE_FUTURES")],
  ["bybit", "linear", 800, () => bybit("linear")],
  ["bybit", "spot", 557, () => bybit("spot")],
  ["okx", "spot", 513, () => okx("SPOT")],
  ["okx", "swap", 166, () => okx("SWAP")],
  ["okx", "futures", 104, () => okx("FUTURES")],
  ["okx", "option", 696, () => okx("OPTION")],
  ["deribit", "swap", 19, () => deribit("future", true)],
  ["deribit", "futures", 18, () => deribit("future")],
  ["deribit", "option", 980, () => deribit("option")],
  ["htx", "swap", 171, htx],
];

test.runIf(folder !== null).each(markets)("%s.%s: names say what the venue says", (venue, product, count, list) => {
  const listed = list();
  const ids = new Set<string>();
  const wrong: string[] = [];
  let inferred = 0;
  for (const { symbol, base, quote, settle, expiry } of listed) {
    const found = resolveInstrument(venue, product, symbol);
    ids.add(found.id);
    if (found.inferred) inferred++;
    const isRight = found.base === base && found.quote === quote && found.settle === settle && found.expiry === expiry;
    if (!isRight) wrong.push(`${symbol} is ${base}/${quote}, was read as ${found.symbol}`);
    else expect(rawSymbolOf(venue, product, found.symbol)).toBe(symbol);
  }
  console.log(`${venue}.${product}: ${count - wrong.length} of ${count} right, ${inferred} of them inferred`);
  expect(wrong).toEqual([]);
  expect([listed.length, ids.size]).toEqual([count, count]);
});

test.runIf(folder !== null)("htx.swap: contracts are as large as the venue said, or not known", () => {
  for (const { contract_code, contract_size } of htxContracts()) {
    const { unit, contractSize } = resolveInstrument("htx", "swap", contract_code);
    // The coin of that name was replaced by another one three months later.
    if (contract_code.startsWith("LUNA-")) expect(unit).toBe("unknown");
    else expect([contract_code, contractSize]).toEqual([contract_code, contract_size]);
  }
});
