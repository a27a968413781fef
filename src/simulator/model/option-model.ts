import type { AssetModel } from "./asset-model.js";
import { forwardOf, YEAR_MS, yearsUntil } from "./carry.js";
import type { VolatilitySurface } from "./volatility-surface.js";

export interface Greeks {
  delta: number;
  gamma: number;
  /** USD for one per cent of volatility. */
  vega: number;
  /** USD a day. */
  theta: number;
  /** USD for one per cent of interest. */
  rho: number;
}

/**
 * One option of European exercise on a coin: Black's formula (1976) on the forward, without discount. Priced in
 * that coin it is divided by the forward, so call - put = 1 - strike / forward, whatever the volatility; priced
 * in dollars it is not, and call - put = forward - strike.
 */
export class OptionModel {
  readonly strike: number;
  readonly isCall: boolean;
  private readonly inCoin: boolean;
  private readonly asset: AssetModel;
  private readonly surface: VolatilitySurface;
  private readonly expiryMs: number;
  private nowMs: number;

  constructor(options: {
    asset: AssetModel;
    surface: VolatilitySurface;
    strike: number;
    isCall: boolean;
    /** Whether the premium is counted in the coin, or in what the coin is quoted in. */
    inCoin: boolean;
    expiryMs: number;
    /** Time of the model's beginning, epoch ms. */
    startMs: number;
  }) {
    this.asset = options.asset;
    this.surface = options.surface;
    this.strike = options.strike;
    this.isCall = options.isCall;
    this.inCoin = options.inCoin;
    this.expiryMs = options.expiryMs;
    this.nowMs = options.startMs;
  }

  /** Epoch ms. */
  step(nowMs: number): void {
    this.nowMs = nowMs;
  }

  get years(): number {
    return yearsUntil(this.expiryMs, this.nowMs);
  }

  /** Price of a future of the same day, USD. */
  get forward(): number {
    return forwardOf(Math.exp(this.asset.logPrice(0)), this.years);
  }

  /** Mark volatility. */
  get volatility(): number {
    return this.surface.at(this.strike, this.forward, this.years);
  }

  /** Natural logarithm of the value, as it was `lagSteps` steps ago. */
  logPrice(lagSteps: number): number {
    const forward = forwardOf(Math.exp(this.asset.logPrice(lagSteps)), this.years);
    return Math.log(this.value(forward, this.surface.at(this.strike, forward, this.years)));
  }

  /** The volatility at which the option is worth this much; NaN below its least value. */
  impliedBy(price: number): number {
    let low = 0.001;
    let high = 10;
    const { forward } = this;
    if (price < this.value(forward, low) || price > this.value(forward, high)) return Number.NaN;
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (this.value(forward, middle) < price) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }

  greeks(): Greeks {
    const { forward, volatility, years, strike, isCall } = this;
    const [d1, d2] = distances(forward, strike, volatility, years);
    const density = Math.exp((-d1 * d1) / 2) / Math.sqrt(2 * Math.PI);
    const spread = volatility * Math.sqrt(years);
    const sign = isCall ? 1 : -1;
    return {
      delta: isCall ? normal(d1) : normal(d1) - 1,
      gamma: density / (forward * spread),
      vega: (forward * density * Math.sqrt(years)) / 100,
      theta: (-forward * density * volatility) / (2 * Math.sqrt(years)) / (YEAR_MS / 86_400_000),
      rho: (sign * strike * years * normal(sign * d2)) / 100,
    };
  }

  private value(forward: number, volatility: number): number {
    const [d1, d2] = distances(forward, this.strike, volatility, this.years);
    const share = this.strike / forward;
    const inCoin = this.isCall ? normal(d1) - share * normal(d2) : share * normal(-d2) - normal(-d1);
    return this.inCoin ? inCoin : inCoin * forward;
  }
}

function distances(forward: number, strike: number, volatility: number, years: number): [number, number] {
  const spread = volatility * Math.sqrt(years);
  const d1 = Math.log(forward / strike) / spread + spread / 2;
  return [d1, d1 - spread];
}

/** Terms of the series below: enough for |x| < 6. */
const TERMS = 120;

/** Distribution of the standard normal, by its power series around 0 (Abramowitz and Stegun 26.2.11). */
export function normal(x: number): number {
  if (Math.abs(x) > 6) return x > 0 ? 1 : 0;
  let term = x;
  let sum = x;
  for (let i = 1; i < TERMS && Math.abs(term) > 1e-17; i++) {
    term *= (x * x) / (2 * i + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}
