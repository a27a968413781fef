import type { LegRefusal } from "../engine/option-terms.js";
import type { Side } from "../strategies/strategy.js";

/** What was filled of one leg of a trade. */
export interface TradeLeg {
  instrument: string;
  /** Of the entry. */
  side: Side;
  /** Base coin that the entry filled. */
  size: number;
  /**
   * Quote currency, of an option in coin that coin; null when nothing was filled, and `exit` while it is open or
   * where nothing is held. An option that expired has what it paid.
   */
  entry: number | null;
  exit: number | null;
}

/** A round trip, or what is traded once and not held. */
export interface Trade {
  /** The entry's signal. */
  signal: string;
  strategy: string;
  /** Nanoseconds since 1970; `closed` is null while it is open. */
  opened: string;
  closed: string | null;
  /** Everything that it brought and cost, in the account's currency; null where a price or a settlement is not known. */
  pnl: number | null;
  legs: TradeLeg[];
}

/** What a strategy did with its signals. Amounts in `currency`. */
export interface AccountReport {
  currency: string;
  /** Entries that were traded, and those of them that are over. */
  trades: number;
  closed: number;
  fills: number;
  /** Legs of which less than was asked for was there. */
  partialFills: number;
  pnl: number | null;
  fees: number;
  funding: number;
  /** Sum of what was bought and sold. */
  turnover: number;
  /** Share of the closed trades that earned something; null without any. */
  hitRate: number | null;
  /** Mean over deviation of the days' profits, times the square root of 365; null under ten days. */
  sharpe: number | null;
  /** Deepest fall of the equity below its highest point before. */
  maxDrawdown: number;
  /** Share of the time from first to last line in which something was open. */
  exposure: number | null;
  /** Legs that were not traded, and options that could not be settled, by reason; the latter are in no other figure. */
  legsRefused: Partial<Record<LegRefusal, number>>;
  /** Assets without a price in `currency`: their balances are in no figure. */
  unvalued: string[];
  /** By asset: what it gained and owes, with open contracts at their last price, options at their mark. Inverse contracts earn coin. */
  balances: Record<string, number>;
  /** Positions left at the end by instrument: base coin, of inverse contracts quote currency. */
  positions: Record<string, number>;
}
