import type { Instrument } from "../market/instrument.js";

/** One option as the engine knows it; null where the venue has not said. */
export interface OptionFigures {
  instrument: string;
  bid: number | null;
  bidQty: number | null;
  ask: number | null;
  askQty: number | null;
  /** Of a year, as fractions. */
  bidIv: number | null;
  askIv: number | null;
  markIv: number | null;
  mark: number | null;
  /** Base coin. */
  openInterest: number | null;
  volume24h: number | null;
  /** Price of what it is on by the venue's own model, quote currency of the underlying. */
  underlying: number | null;
  greeks?: { delta: number | null; gamma: number | null; vega: number | null; theta: number | null };
}

export interface ChainStrike {
  strike: number;
  call: OptionFigures | null;
  put: OptionFigures | null;
}

/** The options of one venue, settlement and day of delivery. */
export interface ChainExpiry {
  exchange: string;
  settle: string;
  quote: string;
  expiry: string;
  /** What they are on: the venue's forward of that day where it has one; null unknown. */
  forward: number | null;
  /** The strike nearest the forward, and the mark volatilities there. */
  atm: { strike: number; callIv: number | null; putIv: number | null } | null;
  strikes: ChainStrike[];
}

/** Groups options by venue, settlement and expiry, then by strike, calls and puts apart. */
export function optionsChain(options: readonly { instrument: Instrument; figures: OptionFigures }[]): ChainExpiry[] {
  const groups = new Map<string, { instrument: Instrument; figures: OptionFigures }[]>();
  for (const option of options) {
    const { venue, settle, quote, expiry } = option.instrument;
    const key = [expiry, venue, settle, quote].join(" ");
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(option);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => expiryOf(group));
}

function expiryOf(group: readonly { instrument: Instrument; figures: OptionFigures }[]): ChainExpiry {
  const byStrike = new Map<number, ChainStrike>();
  for (const { instrument, figures } of group) {
    const strike = instrument.strike ?? Number.NaN;
    const row = byStrike.get(strike) ?? { strike, call: null, put: null };
    byStrike.set(strike, row);
    if (instrument.optionType === "put") row.put = figures;
    else row.call = figures;
  }
  const strikes = [...byStrike.values()].sort((a, b) => a.strike - b.strike);
  const forward = middle(group.flatMap(({ figures }) => figures.underlying ?? []));
  const [{ instrument }] = group;
  return {
    ...{ exchange: instrument.venue, settle: instrument.settle ?? "", quote: instrument.quote ?? "" },
    ...{ expiry: instrument.expiry ?? "", forward, atm: atTheMoney(strikes, forward), strikes },
  };
}

/** Each option tells the forward of its own last update: the middle one is neither the newest nor an outlier. */
function middle(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[sorted.length >> 1];
}

function atTheMoney(strikes: readonly ChainStrike[], forward: number | null): ChainExpiry["atm"] {
  if (forward === null) return null;
  let nearest = strikes[0];
  for (const row of strikes) if (Math.abs(row.strike - forward) < Math.abs(nearest.strike - forward)) nearest = row;
  const { strike, call, put } = nearest;
  return { strike, callIv: call?.markIv ?? null, putIv: put?.markIv ?? null };
}
