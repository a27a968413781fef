import type { Carry } from "../strategies/strategy.js";

const HOUR_US = 3_600_000_000;

/**
 * What a long position pays inside a holding time, in bps of its notional; NaN when that is not
 * known: no rate, no next payment, or more than one that may fall due at an interval nobody told. Where
 * funding `accrues` every moment, no payment is due at any time, and the rate of its hours is spread evenly.
 * Hot: no allocation.
 */
export function fundingPaidBps(carry: Carry, accrues: boolean, nowUs: number, holdHours: number): number {
  const { fundingRate, fundingIntervalHours, fundingNextUs } = carry;
  if (accrues) return (fundingRate * 1e4 * holdHours) / fundingIntervalHours;
  if (Number.isNaN(fundingRate) || Number.isNaN(fundingNextUs)) return Number.NaN;
  const afterFirstUs = holdHours * HOUR_US - (fundingNextUs - nowUs);
  if (afterFirstUs < 0) return 0;
  // No venue pays more often than hourly, so within an hour of the first there is no second.
  if (Number.isNaN(fundingIntervalHours) && afterFirstUs >= HOUR_US) return Number.NaN;
  const intervalUs = fundingIntervalHours * HOUR_US;
  const further = Number.isNaN(intervalUs) ? 0 : Math.floor(afterFirstUs / intervalUs);
  return fundingRate * 1e4 * (1 + further);
}
