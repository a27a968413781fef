import { floored } from "../market/lots.js";
import type { Side } from "../strategies/strategy.js";
import type { RefusalReason } from "./signal.js";

/** One trade of a chain, as it is walked. */
export interface ChainLeg {
  side: Side;
  base: string | null;
  quote: string | null;
  /** Bps, off the asset received. */
  feeBps: number;
  /** Smallest step of the size, base coin; undefined where it is not known. */
  lot: number | undefined;
}

/** Walks a leg's book for an amount of quote currency, or for a size of base coin; null when it is not deep enough. */
export interface ChainBooks {
  byNotional(leg: number, amount: number): { price: number; size: number } | null;
  bySize(leg: number, size: number): { price: number; size: number } | null;
}

export interface ChainResult {
  /** What one unit that was spent on the first leg became, fees taken. */
  ratio: number;
  /** The same without fees. */
  grossRatio: number;
  /** Share of what was held that the later legs' lots left over, in bps: it stays behind in other assets. */
  dustBps: number;
}

/**
 * Legs that follow one another: each trades what the one before brought. A buy spends the asset that is held, a
 * sale sells it; sizes are floored to the lot; the fee comes off what is received. What the first leg's
 * lot leaves is not spent at all. The chain must end in the asset that it began with.
 */
export function walkChain(
  legs: readonly ChainLeg[],
  amount: number,
  currency: string,
  books: ChainBooks,
): ChainResult | RefusalReason {
  let asset = currency;
  let held = amount;
  let invested = Number.NaN;
  let kept = 1;
  let dust = 0;
  for (let i = 0; i < legs.length; i++) {
    const { side, base, quote, feeBps, lot } = legs[i];
    if (base === null || quote === null || asset !== (side === "buy" ? quote : base)) return "unconverted";
    let walked = side === "buy" ? books.byNotional(i, held) : books.bySize(i, floored(held, lot));
    if (walked === null) return side === "sell" && floored(held, lot) === 0 ? "lot" : "depth";
    if (side === "buy" && floored(walked.size, lot) < walked.size) {
      const size = floored(walked.size, lot);
      if (size === 0) return "lot";
      walked = books.bySize(i, size);
      if (walked === null) return "depth";
    }
    const spent = side === "buy" ? walked.price * walked.size : walked.size;
    if (i === 0) invested = spent;
    else dust += Math.max(0, 1 - spent / held);
    const after = 1 - feeBps / 1e4;
    kept *= after;
    held = (side === "buy" ? walked.size : walked.price * walked.size) * after;
    asset = side === "buy" ? base : quote;
  }
  if (asset !== currency) return "unconverted";
  const ratio = held / invested;
  return { ratio, grossRatio: ratio / kept, dustBps: dust * 1e4 };
}
