/**
 * Factories of strategy descriptors. Functions cannot cross threads, so a descriptor is plain data:
 * the engine's worker imports the strategy itself.
 */
import type { StrategyConfig } from "./config/strategies.js";

type Descriptor<K extends string> = Extract<StrategyConfig, { kind: K }>;
type Options<K extends string> = Omit<Descriptor<K>, "kind">;

/** The same instrument bought on one venue and sold on another. */
export function crossVenue(options: Options<"cross-venue">): Descriptor<"cross-venue"> {
  return { kind: "cross-venue", ...options } as Descriptor<"cross-venue">;
}

/** A future against its spot. */
export function basis(options: Options<"basis">): Descriptor<"basis"> {
  return { kind: "basis", ...options } as Descriptor<"basis">;
}

/** Two instruments whose spread reverts to its mean. */
export function pairZscore(options: Options<"pair-zscore">): Descriptor<"pair-zscore"> {
  return { kind: "pair-zscore", ...options } as Descriptor<"pair-zscore">;
}
