import { OPTION_LOT_COIN } from "./bundled-instruments.js";
import type { Instrument } from "./instrument.js";

/** Whole lots of a size; one that is whole but for rounding keeps its last lot. Not floored without a lot. */
export function floored(size: number, lot: number | undefined): number {
  if (lot === undefined) return size;
  const lots = Math.floor(size / lot + 1e-9);
  // Tenths are divided by 10, not multiplied by what 0.1 is in binary: 3 of them are 0.3, as the venue's own sizes are.
  const inOne = Math.round(1 / lot);
  return Math.abs(inOne * lot - 1) < 1e-9 ? lots / inOne : lots * lot;
}

/** Smallest size and smallest step of an option, base coin; NaN where it is not known. */
export function optionLot({ venue, base, quote }: Pick<Instrument, "venue" | "base" | "quote">): number {
  return OPTION_LOT_COIN.get(`${venue}:${base}/${quote}`) ?? Number.NaN;
}
