import { COMMON_ASSETS, HTX_INVERSE_CONTRACT_USD, HTX_LINEAR_CONTRACT_COINS } from "../bundled-instruments.js";
import { longDate, pair, type SymbolParts, shortDate } from "../unified.js";
import type { ProductName } from "../venues.js";
import type { Quantity, Reading, SymbolGrammar } from "./grammar.js";
import { isAsset, splitPair } from "./split.js";

/**
 * Spot `btcusdt`; perpetual `BTC-USDT` (linear) and `BTC-USD` (inverse); dated `BTC-USDT-261225` (linear) and
 * `BTC261225` (inverse). Names that mean another contract each week (`BTC_CW`, `BTC-USDT-CW`) are not read.
 * Source: htx.com API pages, "Contract code" of each product.
 */
export const htxGrammar: SymbolGrammar = { read, write, productOf, quantity };

function read(product: ProductName, rawSymbol: string): Reading | null {
  if (product === "spot") return readSpot(rawSymbol);
  if (product === "swap") {
    const match = /^([^-_]+)-([^-_]+)$/.exec(rawSymbol);
    return match === null ? null : contract(match[1], match[2], null);
  }
  const linear = /^([^-_]+)-([^-_]+)-(\d{6})$/.exec(rawSymbol);
  if (linear !== null) return contract(linear[1], linear[2], linear[3]);
  const inverse = /^([^-_]+)(\d{6})$/.exec(rawSymbol);
  return inverse === null ? null : contract(inverse[1], "USD", inverse[2]);
}

function readSpot(rawSymbol: string): Reading | null {
  if (!/^[a-z0-9]+$/.test(rawSymbol)) return null;
  const split = splitPair("htx.spot", rawSymbol.toUpperCase());
  return split === null ? null : { parts: pair(split.base, split.quote), inferred: split.inferred };
}

function contract(base: string, quote: string, date: string | null): Reading | null {
  const expiry = date === null ? null : longDate(date);
  if ((date !== null && expiry === null) || !isAsset(base)) return null;
  const parts = { ...pair(base, quote, quote === "USD" ? base : quote), expiry };
  if (productOf(parts) === null) return null;
  // Where a date follows without a separator, a coin that ends in digits may be read wrong.
  return { parts, inferred: quote === "USD" && date !== null && !COMMON_ASSETS.has(base) };
}

function write(product: ProductName, parts: SymbolParts): string | null {
  if (productOf(parts) !== product) return null;
  const { base, quote, expiry } = parts;
  if (product === "spot") return (base + quote).toLowerCase();
  if (expiry === null) return `${base}-${quote}`;
  return quote === "USD" ? base + shortDate(expiry) : `${base}-${quote}-${shortDate(expiry)}`;
}

function productOf({ base, quote, settle, expiry, strike }: SymbolParts): ProductName | null {
  if (strike !== null) return null;
  if (settle === null) return expiry === null ? "spot" : null;
  const isInverse = settle === base && quote === "USD";
  if (!isInverse && !(settle === quote && quote === "USDT")) return null;
  return expiry === null ? "swap" : "futures";
}

/** All derivatives are counted in contracts: of a number of coins (linear) or of US dollars (inverse). */
function quantity(product: ProductName, parts: SymbolParts | null): Quantity {
  if (product === "spot") return { unit: "base", contractSize: null };
  if (parts === null) return { unit: "unknown", contractSize: null };
  const isInverse = parts.quote === "USD";
  const size = (isInverse ? HTX_INVERSE_CONTRACT_USD : HTX_LINEAR_CONTRACT_COINS).get(parts.base);
  if (size === undefined) return { unit: "unknown", contractSize: null };
  return { unit: isInverse ? "inverse" : "contract", contractSize: size };
}
