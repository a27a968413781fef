import type { Fill } from "../engine/trading.js";
import { CrosstickError, EXIT } from "../errors.js";

/** What a derivative is counted and paid in. */
export interface Contract {
  /** Currency that it pays in: the quote currency, or the base coin of an inverse contract. */
  settle: string;
  quote: string;
  isInverse: boolean;
}

/**
 * Quote currency a contract (inverse: pays in its base coin) or base coin a contract (linear: pays in its quote).
 * @throws BACKTEST_QUANTO, BACKTEST_OPTION
 */
export function contractOf({ instrument, product }: Fill, base: string, quote: string, settle: string): Contract {
  if (product === "option")
    throw new CrosstickError(
      "BACKTEST_OPTION",
      `${instrument} is an option: an account keeps neither its fee, which is of what it is on, nor its expiry`,
      { exitCode: EXIT.configuration },
    );
  if (settle !== quote && settle !== base)
    throw new CrosstickError(
      "BACKTEST_QUANTO",
      `${instrument} pays in ${settle}, neither ${base} nor ${quote}: an account does not keep such contracts`,
      { exitCode: EXIT.configuration },
    );
  return { settle, quote, isInverse: settle !== quote };
}
