/** What a forward price stands above spot, a year. */
const CARRY = 0.04;
export const YEAR_MS = 365 * 86_400_000;
/** What is about to be delivered, or was, lives on for so long: the list of markets is fixed. */
const SHORTEST_MS = 86_400_000;

/** Years that are left to a delivery. */
export function yearsUntil(expiryMs: number, nowMs: number): number {
  return Math.max(SHORTEST_MS, expiryMs - nowMs) / YEAR_MS;
}

export function forwardOf(spot: number, years: number): number {
  return spot * Math.exp(CARRY * years);
}

/** Delivery is at 08:00 UTC of its day (`2026-12-25`); epoch ms. */
export function deliveryMs(day: string): number {
  return Date.parse(`${day}T08:00:00Z`);
}
