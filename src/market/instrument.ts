import * as L from "../layout.js";
import type { ProductName, VenueName } from "./venues.js";

/** How a native quantity becomes base coin; UNIT_* in the layout. */
export type UnitName = "base" | "inverse" | "contract" | "unknown";

/** Something that is traded on one venue. */
export interface Instrument {
  venue: VenueName;
  product: ProductName;
  /** The venue's own symbol, as it stands in its frames: `BTCUSDT_261225`. */
  rawSymbol: string;
  /** Unified symbol, `BTC/USDT:USDT-261225`; the raw symbol where the name could not be decided. */
  symbol: string;
  /** `venue:symbol`; `venue.product:RAW` where the name could not be decided. Never shared by two raw symbols. */
  id: string;
  /** What is bought and sold; null where the name could not be decided. Multipliers stay: `1000SHIB`. */
  base: string | null;
  /** What the price is counted in; null where the name could not be decided. */
  quote: string | null;
  /** What profit is paid in; null for spot, and where the name could not be decided. */
  settle: string | null;
  /** Day of delivery, `2026-12-25`; null for spot and perpetuals. */
  expiry: string | null;
  /** Quote currency; null for what is no option. */
  strike: number | null;
  optionType: "call" | "put" | null;
  unit: UnitName;
  /** UNIT_* of `unit`. */
  unitCode: number;
  /** Quote currency a contract for `inverse`, base coin a contract for `contract`; null otherwise. */
  contractSize: number | null;
  /** True when the symbol was split by rule, without a table or the venue's metadata saying so. */
  inferred: boolean;
}

const unitCodes: Readonly<Record<UnitName, number>> = {
  base: L.UNIT_BASE,
  inverse: L.UNIT_INVERSE,
  contract: L.UNIT_CONTRACT,
  unknown: L.UNIT_UNKNOWN,
};

/** UNIT_* of a unit's name. */
export function unitCode(unit: UnitName): number {
  return unitCodes[unit];
}
