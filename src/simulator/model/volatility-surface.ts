import { STEP_MS } from "./asset-model.js";
import { Random } from "./random.js";

const AT_THE_MONEY = 0.55;
/** Slope and curvature of a smile over ln(strike / forward) / sqrt(years). */
const SKEW = -0.08;
const SMILE = 0.1;
/** Step of its logarithm, and half of what it comes back within; about 2 % in a minute. */
const SIGMA = 0.0003;
const REVERSION = STEP_MS / 600_000;

/** The volatilities at which all options of an asset are valued, so that calls and puts of a strike agree. */
export class VolatilitySurface {
  private readonly random: Random;
  private level = 0;

  constructor(seed: number, asset: string) {
    this.random = new Random(seed, "volatility", asset);
  }

  step(): void {
    this.level += SIGMA * this.random.normal() - REVERSION * this.level;
  }

  /** Of a year, as a fraction. */
  at(strike: number, forward: number, years: number): number {
    const distance = Math.log(strike / forward) / Math.sqrt(years);
    return AT_THE_MONEY * Math.exp(this.level) * (1 + SKEW * distance + SMILE * distance * distance);
  }
}
