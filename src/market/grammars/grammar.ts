import type { UnitName } from "../instrument.js";
import type { SymbolParts } from "../unified.js";
import type { ProductName } from "../venues.js";

/** What a venue's own symbol was read as. */
export interface Reading {
  parts: SymbolParts;
  /** True when only the list of quote assets decided where the base ends. */
  inferred: boolean;
}

export interface Quantity {
  unit: UnitName;
  /** See Instrument.contractSize. */
  contractSize: number | null;
}

/** How one venue names what it trades. */
export interface SymbolGrammar {
  /** null when the symbol cannot be read with certainty enough. */
  read(product: ProductName, rawSymbol: string): Reading | null;
  /** The one symbol the venue would use for it; null when that product has no such instrument. */
  write(product: ProductName, parts: SymbolParts): string | null;
  /** Which product trades it; null when none does. */
  productOf(parts: SymbolParts): ProductName | null;
  /** Unit of native quantities. `parts` is null when the symbol could not be read. */
  quantity(product: ProductName, parts: SymbolParts | null): Quantity;
}
