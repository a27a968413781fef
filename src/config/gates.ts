import { z } from "zod";
import { milliseconds } from "./values.js";

const fields = {
  alignMs: milliseconds.describe("Leg times, corrected, ± uncertainty, must overlap in this window, ms"),
  maxAgeMs: milliseconds.describe("Oldest quote a leg may have, ms"),
  maxClockUncertaintyMs: milliseconds.describe("Widest clock uncertainty of a venue, ms"),
};

/** What a leg must pass; a failed gate is a counted refusal, never a signal. */
export const gates = z.strictObject({
  alignMs: fields.alignMs.default(100),
  maxAgeMs: fields.maxAgeMs.default(1000),
  maxClockUncertaintyMs: fields.maxClockUncertaintyMs.default(50),
});

/** A strategy's own gates; what is absent comes from the section `gates`. */
export const gatesOverride = z
  .strictObject({
    alignMs: fields.alignMs.optional(),
    maxAgeMs: fields.maxAgeMs.optional(),
    maxClockUncertaintyMs: fields.maxClockUncertaintyMs.optional(),
  })
  .optional()
  .describe("Overrides of the section `gates` for this strategy");

export type Gates = z.output<typeof gates>;

/** The gates that hold for one strategy. */
export function gatesOf(config: { gates: Gates }, strategy: { gates?: Partial<Gates> }): Gates {
  const own = strategy.gates ?? {};
  return {
    alignMs: own.alignMs ?? config.gates.alignMs,
    maxAgeMs: own.maxAgeMs ?? config.gates.maxAgeMs,
    maxClockUncertaintyMs: own.maxClockUncertaintyMs ?? config.gates.maxClockUncertaintyMs,
  };
}
