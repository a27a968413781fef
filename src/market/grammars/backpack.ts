import { pair, type SymbolParts } from "../unified.js";
import type { ProductName } from "../venues.js";
import type { Quantity, Reading, SymbolGrammar } from "./grammar.js";
import { isAsset } from "./split.js";

/**
 * Spot `SOL_USDC`, perpetuals `SOL_USDC_PERP`, settled in the quote. How dated futures are named the venue
 * does not say, so they keep their names. A contract is one base coin.
 * Source: docs.backpack.exchange, "Get markets".
 */
export const backpackGrammar: SymbolGrammar = { read, write, productOf, quantity };

const shape = /^([^_]+)_([^_]+)(_PERP)?$/;

function read(product: ProductName, rawSymbol: string): Reading | null {
  const match = shape.exec(rawSymbol);
  if (match === null) return null;
  const [, base, quote, suffix] = match;
  if (product !== (suffix === undefined ? "spot" : "swap")) return null;
  if (!isAsset(base) || !isAsset(quote) || base === quote) return null;
  return { parts: pair(base, quote, product === "swap" ? quote : null), inferred: false };
}

function write(product: ProductName, parts: SymbolParts): string | null {
  if (productOf(parts) !== product) return null;
  return `${parts.base}_${parts.quote}${product === "swap" ? "_PERP" : ""}`;
}

function productOf({ quote, settle, expiry, strike }: SymbolParts): ProductName | null {
  if (expiry !== null || strike !== null) return null;
  return settle === null ? "spot" : settle === quote ? "swap" : null;
}

function quantity(product: ProductName): Quantity {
  return { unit: product === "futures" ? "unknown" : "base", contractSize: null };
}
