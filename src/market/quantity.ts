import type { Instrument } from "./instrument.js";

/**
 * A native quantity as base coin. NaN where the contract size is not known: such a quantity means nothing.
 * @param price what an inverse contract is divided by, in quote currency.
 */
export function baseQuantity(
  { unit, contractSize }: Pick<Instrument, "unit" | "contractSize">,
  native: number,
  price: number,
): number {
  if (unit === "base") return native;
  if (contractSize === null || unit === "unknown") return Number.NaN;
  return unit === "contract" ? native * contractSize : (native * contractSize) / price;
}
