import type { TradeLeg } from "./account-report.js";

/** What is held by one trade, or by an account as a whole. */
export interface Holding {
  /** The entry's. */
  signal: string;
  strategy: string;
  /** Nanoseconds since 1970; `closed` is null while it is open. */
  opened: string;
  closed: string | null;
  legs: TradeLeg[];
  /** By asset. */
  balances: Map<string, number>;
  /** By derivative: base coin, of inverse contracts quote currency. */
  positions: Map<string, number>;
  /** By option: what its fills came to, to be taken back when it cannot be settled. */
  premiums: Map<string, Premium>;
  /** An option of it could not be settled. */
  isUnknown: boolean;
}

export interface Premium {
  /** Received less paid, fees inside, in what it is paid in. */
  net: number;
  /** In the account's currency. */
  fees: number;
  turnover: number;
}

/** Nothing yet. `opened`: nanoseconds since 1970. */
export function emptyHolding(signal: string, strategy: string, opened: string): Holding {
  const empty = { balances: new Map(), positions: new Map(), premiums: new Map() };
  return { signal, strategy, opened, closed: null, legs: [], ...empty, isUnknown: false };
}

export function addPremium(premiums: Map<string, Premium>, instrument: string, { net, fees, turnover }: Premium): void {
  const before = premiums.get(instrument) ?? { net: 0, fees: 0, turnover: 0 };
  premiums.set(instrument, { net: before.net + net, fees: before.fees + fees, turnover: before.turnover + turnover });
}

/** Adds to a balance or position. */
export function add(amounts: Map<string, number>, key: string, amount: number): void {
  amounts.set(key, (amounts.get(key) ?? 0) + amount);
}
