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

/** Three trades in a row that begin and end in the same asset. */
export function triangular(options: Options<"triangular">): Descriptor<"triangular"> {
  return { kind: "triangular", ...options } as Descriptor<"triangular">;
}

/** Forced closings against the options chain. */
export function liquidationOptions(options: Options<"liquidation-options">): Descriptor<"liquidation-options"> {
  return { kind: "liquidation-options", ...options } as Descriptor<"liquidation-options">;
}

/** Two instruments whose spread reverts to its mean. */
export function pairZscore(options: Options<"pair-zscore">): Descriptor<"pair-zscore"> {
  return { kind: "pair-zscore", ...options } as Descriptor<"pair-zscore">;
}
