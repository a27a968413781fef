import { OKX_CONTRACT_COIN, OKX_CONTRACT_USD, OKX_OPTION_COIN } from "../bundled-instruments.js";
import { longDate, pair, type SymbolParts, shortDate } from "../unified.js";
import type { ProductName } from "../venues.js";
import type { Quantity, Reading, SymbolGrammar } from "./grammar.js";
import { isAsset } from "./split.js";

/**
 * `BTC-USDT`, `BTC-USDT-SWAP`, `BTC-USD-261225`, `BTC-USD-261225-100000-C`. What is quoted in USD is
 * settled in the coin, everything else in its quote; delivery is at 08:00 UTC. Families of a second
 * settlement (`BTC-USD_UM-SWAP`) cannot be told from their name and keep it.
 * Source: www.okx.com/docs-v5, instId of public/instruments.
 */
export const okxGrammar: SymbolGrammar = { read, write, productOf, quantity };

const shapes: readonly { product: ProductName; pattern: RegExp }[] = [
  { product: "spot", pattern: /^([^-]+)-([^-]+)$/ },
  { product: "swap", pattern: /^([^-]+)-([^-]+)-SWAP$/ },
  { product: "futures", pattern: /^([^-]+)-([^-]+)-(\d{6})$/ },
  { product: "option", pattern: /^([^-]+)-([^-]+)-(\d{6})-(\d+(?:\.\d+)?)-([CP])$/ },
];

/** Product of a venue's own symbol by its shape alone; null for a shape that is not known. */
export function okxProductOf(rawSymbol: string): ProductName | null {
  return shapes.find(({ pattern }) => pattern.test(rawSymbol))?.product ?? null;
}

function read(product: ProductName, rawSymbol: string): Reading | null {
  const match = shapes.find((shape) => shape.product === product)?.pattern.exec(rawSymbol);
  if (match === null || match === undefined) return null;
  const [, base, quote, date, strike, type] = match;
  if (!isAsset(base) || !isAsset(quote) || base === quote) return null;
  const expiry = date === undefined ? null : longDate(date);
  if (date !== undefined && expiry === null) return null;
  const parts: SymbolParts = { ...pair(base, quote, product === "spot" ? null : settleOf(base, quote)), expiry };
  if (strike === undefined) return { parts, inferred: false };
  return { parts: { ...parts, strike: Number(strike), optionType: type === "C" ? "call" : "put" }, inferred: false };
}

function settleOf(base: string, quote: string): string {
  return quote === "USD" ? base : quote;
}

function write(product: ProductName, parts: SymbolParts): string | null {
  if (productOf(parts) !== product) return null;
  const { base, quote, expiry, strike, optionType } = parts;
  const name = `${base}-${quote}`;
  if (product === "spot") return name;
  if (expiry === null) return `${name}-SWAP`;
  const dated = `${name}-${shortDate(expiry)}`;
  return strike === null ? dated : `${dated}-${strike}-${optionType === "put" ? "P" : "C"}`;
}

function productOf({ base, quote, settle, expiry, strike }: SymbolParts): ProductName | null {
  if (settle === null) return "spot";
  if (settle !== settleOf(base, quote)) return null;
  if (expiry === null) return strike === null ? "swap" : null;
  return strike === null ? "futures" : "option";
}

/** Derivatives count contracts: of base coin, or of US dollars where the coin settles them, options excepted. */
function quantity(product: ProductName, parts: SymbolParts | null): Quantity {
  if (product === "spot") return { unit: "base", contractSize: null };
  const unit = parts?.quote === "USD" && product !== "option" ? "inverse" : "contract";
  const contractSize = parts === null ? undefined : sizesOf(product, parts.quote)?.get(parts.base);
  return contractSize === undefined ? { unit: "unknown", contractSize: null } : { unit, contractSize };
}

function sizesOf(product: ProductName, quote: string): ReadonlyMap<string, number> | null {
  if (quote === "USD") return product === "option" ? OKX_OPTION_COIN : OKX_CONTRACT_USD;
  return quote === "USDT" && product !== "option" ? OKX_CONTRACT_COIN : null;
}
