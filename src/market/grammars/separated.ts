import { pair, type SymbolParts } from "../unified.js";
import type { ProductName } from "../venues.js";
import type { Quantity, Reading, SymbolGrammar } from "./grammar.js";
import { isAsset } from "./split.js";

/**
 * Grammar of venues whose spot symbols carry a separator (`BTC-USD`, `BTC/USD`, `SOL_USDC`). Their
 * derivatives are not read here: the names stay raw and their quantities unknown.
 */
export function separatedGrammar(separator: string): SymbolGrammar {
  return {
    read(product: ProductName, rawSymbol: string): Reading | null {
      const assets = rawSymbol.split(separator);
      if (product !== "spot" || assets.length !== 2 || assets[0] === assets[1] || !assets.every(isAsset)) return null;
      return { parts: pair(assets[0], assets[1]), inferred: false };
    },
    write(product: ProductName, parts: SymbolParts): string | null {
      return product === "spot" && parts.settle === null ? parts.base + separator + parts.quote : null;
    },
    productOf(parts: SymbolParts): ProductName | null {
      return parts.settle === null ? "spot" : null;
    },
    quantity(product: ProductName): Quantity {
      return { unit: product === "spot" ? "base" : "unknown", contractSize: null };
    },
  };
}
