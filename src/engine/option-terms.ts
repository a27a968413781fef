import * as L from "../layout.js";
import { usToNsText } from "../market/times.js";
import type { MarketView } from "./market-view.js";

/** What a fill of an option is kept by. */
export interface OptionTerms {
  /** Of the venue, in what the premium is paid in; null before it was told. */
  mark: number | null;
  /** Of what it is on, quote currency: the index where the venue tells it, else the forward of its day; null before either. */
  index: number | null;
  /** A fee is at most this share of the premium; null where the proposal gave no `reference`. */
  feeCap: number | null;
  /** Nanoseconds since 1970. */
  expiry: string;
}

/** Why a leg was not traded, or what was held of it could not be settled. */
export type LegRefusal =
  | "expired"
  /** An option without a mark cannot be valued. */
  | "mark-unknown"
  /** Nothing told, near enough in time, what the option is on. */
  | "index-unknown"
  /** An option's fee has a cap, and the proposal did not say which. */
  | "fees-unknown";

/** An index that was told earlier than this before the expiry is not the one of then, µs. */
const SETTLEMENT_AGE_US = 60_000_000;

export function optionTerms(market: MarketView, index: number, feeCap: number | null): OptionTerms {
  const { price: told } = market.lastIndex(market.instrument(index));
  const { underlying, expiryUs } = market.option(index);
  const mark = known(market.carry(index).mark);
  return { mark, index: known(told) ?? known(underlying), feeCap, expiry: usToNsText(expiryUs) };
}

/** Why an option must not be opened under these terms at `nowUs`; null when it may. */
export function optionRefusal(market: MarketView, index: number, terms: OptionTerms, nowUs: number): LegRefusal | null {
  if (!(nowUs < market.option(index).expiryUs)) return "expired";
  if (terms.feeCap === null) return "fees-unknown";
  if (terms.mark === null) return "mark-unknown";
  return terms.index === null ? "index-unknown" : null;
}

/**
 * What one unit of an option pays at its expiry, in what its premium is paid in, by the index that its venue told
 * last; where the venue tells none, by the forward of its day, which is then the same. Nulls when neither was told
 * within the last minute. The venues' own settlement is a mean over half an hour or an hour.
 */
export function settlementOf(market: MarketView, index: number): { price: number | null; index: number | null } {
  const { strike, type, expiryUs, inCoin, underlying } = market.option(index);
  const fresh = (price: number, toldUs: number) => (toldUs >= expiryUs - SETTLEMENT_AGE_US ? known(price) : null);
  const last = market.lastIndex(market.instrument(index));
  const at =
    fresh(last.price, last.toldUs) ?? fresh(underlying, market.value(index, L.INSTRUMENT_UNDERLYING_RECEIVED_US));
  if (at === null) return { price: null, index: null };
  const intrinsic = Math.max(0, type === "call" ? at - strike : strike - at);
  return { price: inCoin ? intrinsic / at : intrinsic, index: at };
}

function known(price: number): number | null {
  return price > 0 ? price : null;
}
