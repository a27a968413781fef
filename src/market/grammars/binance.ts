import { COINM_CONTRACT_USD, COMMON_ASSETS } from "../bundled-instruments.js";
import { longDate, pair, type SymbolParts, shortDate } from "../unified.js";
import type { ProductName } from "../venues.js";
import type { Quantity, Reading, SymbolGrammar } from "./grammar.js";
import { isAsset, isQuote, splitPair } from "./split.js";

/**
 * `BTCUSDT` spot and USD-M perpetual, `BTCUSDT_261225` USD-M dated, `BTCUSD_PERP` and `BTCUSD_261225`
 * COIN-M. Delivery days are at 08:00 UTC.
 */
export const binanceGrammar: SymbolGrammar = { read, write, productOf, quantity };

function read(product: ProductName, rawSymbol: string): Reading | null {
  if (product === "coinm") return readCoinm(rawSymbol);
  const dated = product === "usdm" ? /^(.+)_(\d{6})$/.exec(rawSymbol) : null;
  const split = splitPair(`binance.${product}`, dated?.[1] ?? rawSymbol);
  if (split === null) return null;
  const { base, quote, inferred } = split;
  if (product === "spot") return { parts: pair(base, quote), inferred };
  const expiry = dated === null ? null : longDate(dated[2]);
  if (dated !== null && expiry === null) return null;
  return { parts: { ...pair(base, quote, quote), expiry }, inferred };
}

function readCoinm(rawSymbol: string): Reading | null {
  const match = /^(.+)USD_(PERP|\d{6})$/.exec(rawSymbol);
  if (match === null || !isAsset(match[1])) return null;
  const base = match[1];
  const expiry = match[2] === "PERP" ? null : longDate(match[2]);
  if (match[2] !== "PERP" && expiry === null) return null;
  const known = COMMON_ASSETS.has(base) || COINM_CONTRACT_USD.has(base);
  return { parts: { ...pair(base, "USD", base), expiry }, inferred: !known };
}

function write(product: ProductName, parts: SymbolParts): string | null {
  if (productOf(parts) !== product) return null;
  const { base, quote, expiry } = parts;
  if (product === "coinm") return `${base}USD_${expiry === null ? "PERP" : shortDate(expiry)}`;
  return expiry === null ? base + quote : `${base}${quote}_${shortDate(expiry)}`;
}

function productOf({ base, quote, settle, strike }: SymbolParts): ProductName | null {
  if (strike !== null) return null;
  if (settle === null) return "spot";
  if (settle === base && quote === "USD") return "coinm";
  return settle === quote && isQuote("binance.usdm", quote) ? "usdm" : null;
}

function quantity(product: ProductName, parts: SymbolParts | null): Quantity {
  if (product !== "coinm") return { unit: "base", contractSize: null };
  const contractSize = parts === null ? undefined : COINM_CONTRACT_USD.get(parts.base);
  return contractSize === undefined ? { unit: "unknown", contractSize: null } : { unit: "inverse", contractSize };
}
