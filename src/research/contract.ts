import type { Fill } from "../engine/trading.js";
import { CrosstickError, EXIT } from "../errors.js";

/** What a derivative is counted and paid in. */
export interface Contract {
  /** Currency that it pays in: the quote currency, or the base coin of an inverse contract and of an option in coin. */
  settle: string;
  quote: string;
  /** So many units of quote currency, which pay coin; an option in coin is none, for its price is coin. */
  isInverse: boolean;
  /** Nanoseconds since 1970 at which it ends; null for what is no option. */
  expiryNs: bigint | null;
}

/**
 * Quote currency a contract (inverse: pays in its base coin) or base coin a contract (linear: pays in its quote).
 * @throws BACKTEST_QUANTO
 */
export function contractOf({ instrument, option }: Fill, base: string, quote: string, settle: string): Contract {
  if (settle !== quote && settle !== base)
    throw new CrosstickError(
      "BACKTEST_QUANTO",
      `${instrument} pays in ${settle}, neither ${base} nor ${quote}: an account does not keep such contracts`,
      { exitCode: EXIT.configuration },
    );
  if (option !== undefined) return { settle, quote, isInverse: false, expiryNs: BigInt(option.expiry) };
  return { settle, quote, isInverse: settle !== quote, expiryNs: null };
}

/** What a fill costs, in what it is paid in: `paid` of it. Of an option a share of what it is on, up to the cap. */
export function feeOf(
  { feeBps, size, option }: Fill,
  { settle, quote }: Pick<Contract, "settle" | "quote">,
  paid: number,
): number {
  if (option === undefined) return (Math.abs(paid) * feeBps) / 1e4;
  const { index, feeCap } = option;
  // A fill has both: without them nothing is opened.
  const on = settle === quote ? (index ?? Number.NaN) : 1;
  return Math.min((on * feeBps) / 1e4, (feeCap ?? Number.NaN) * (Math.abs(paid) / size)) * size;
}
