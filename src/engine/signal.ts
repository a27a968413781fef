import type { Side, Statistics } from "../strategies/strategy.js";

/** One leg of a signal, with its proof. */
export interface SignalLeg {
  instrument: string;
  side: Side;
  /** Base coin. */
  size: number;
  /** Volume-weighted price of the levels walked, quote currency. */
  price: number;
  /** Price of the last level touched. */
  worstPrice: number;
  /** Levels touched. */
  levels: number;
  /** Of one fill, bps of notional; negative is a rebate. */
  feeBps: number;
  book: { state: "live"; sequence: number | string };
  /** Engine time, on the venue's clock, minus the venue's time of the book's last change. */
  ageUs: number;
  /** Of the venue's clock. */
  uncertaintyUs: number;
}

/** What the engine says when the gated, walked and costed edge of a proposal reaches its threshold. */
export interface Signal {
  /** Deterministic: strategy, count. Verdicts and outcomes refer to it. */
  id: string;
  /** The id of the entry that an exit closes; null on an entry. */
  enterId: string | null;
  strategy: string;
  kind: string;
  action: "enter" | "exit";
  direction: string;
  /** Engine time, nanoseconds since 1970. */
  ts: string;
  notional: { amount: number; currency: string };
  legs: SignalLeg[];
  grossBps: number;
  /** All fills that are counted. */
  feesBps: number;
  /** Payments inside the holding time; null when the venue's rate is not known: the net then leaves it out. */
  fundingBps: number | null;
  netBps: number;
  net: { amount: number; currency: string };
  /**
   * The strategy's own figures. An entry has `confidence` besides: the measured share, 0..1, of this
   * strategy's past entries with an edge like this whose edge was still there after 100 ms; null until 30 are known.
   */
  statistics: Statistics;
}

/** A signal as it is told: its JSON, and what a channel needs to know of it. */
export interface SignalLine {
  strategy: string;
  /** Nanoseconds since 1970. */
  ts: string;
  line: string;
}

/** As one text, which goes from thread to thread in a fraction of the time that an object takes. */
export function packSignal({ strategy, ts }: Signal, line: string): string {
  return `${ts} ${strategy} ${line}`;
}

/** What packSignal() made: neither a time nor a strategy's name has a blank. */
export function unpackSignal(text: string): SignalLine {
  const tsEnd = text.indexOf(" ");
  const nameEnd = text.indexOf(" ", tsEnd + 1);
  return { strategy: text.slice(tsEnd + 1, nameEnd), ts: text.slice(0, tsEnd), line: text.slice(nameEnd + 1) };
}

/** Why a proposal did not become a signal. A strategy may add reasons of its own. */
export type RefusalReason =
  | "book-not-live"
  | "crossed"
  | "clock-unknown"
  | "clock-uncertain"
  | "stale-leg"
  | "not-aligned"
  | "unconverted"
  | "fees-unknown"
  | "depth"
  /** A leg of a chain, or of options, would be smaller than its lot. */
  | "lot"
  /** An exit finds that every option of its entry has expired: the entry is over, and no signal tells it. */
  | "expired"
  | "below-cost";
