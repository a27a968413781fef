const YEAR_MS = 365 * 86_400_000;

/**
 * Vega of a European option on a forward: what its price gains, in quote currency, when the volatility rises by
 * 1.00 (100 points); the same for calls and puts. No interest. `years` and `volatility` are positive.
 * Formula: F. Black, "The pricing of commodity contracts", 1976: F · φ(d1) · √T.
 */
export function vega(forward: number, strike: number, years: number, volatility: number): number {
  const spread = volatility * Math.sqrt(years);
  const d1 = Math.log(forward / strike) / spread + spread / 2;
  return (forward * Math.sqrt(years) * Math.exp((-d1 * d1) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Yearly volatility, a fraction, of logarithmic returns of `everyMs` whose mean square is `meanSquare`. */
export function yearly(meanSquare: number, everyMs: number): number {
  return Math.sqrt((meanSquare * YEAR_MS) / everyMs);
}
