import { Random } from "./random.js";

/** Milliseconds of the model's own clock that one step takes. */
export const STEP_MS = 10;
const STEPS_A_SECOND = 1000 / STEP_MS;
/** Steps kept, so that a venue may follow with a lag: 1.28 s. */
const HISTORY_STEPS = 128;
/** Share of the distance from the start that is taken back in one step: half an hour to come home. */
const REVERSION = STEP_MS / 1_800_000;

/** The one price that all markets of an asset follow: a random walk of its logarithm, with lively and quiet times. */
export class AssetModel {
  readonly asset: string;
  private readonly random: Random;
  private readonly start: number;
  private readonly sigma: number;
  private readonly history = new Float64Array(HISTORY_STEPS);
  private at = 0;
  private now: number;
  private mood = 0;

  /** `sigmaBps`: deviation of a second's change. */
  constructor(seed: number, asset: string, price: number, sigmaBps: number) {
    this.asset = asset;
    this.random = new Random(seed, "asset", asset);
    this.start = Math.log(price) + 0.002 * this.random.normal();
    this.sigma = (sigmaBps / 10_000) * Math.sqrt(1 / STEPS_A_SECOND);
    this.now = this.start;
    this.history.fill(this.now);
  }

  step(): void {
    const { random } = this;
    this.mood += -this.mood / (20 * STEPS_A_SECOND) + 0.02 * random.normal();
    const jump = random.chance(1 / (45 * STEPS_A_SECOND)) ? 0.0004 * random.normal() : 0;
    const shock = this.sigma * Math.exp(Math.max(-1, Math.min(1, this.mood))) * random.normal();
    this.now += shock + jump + REVERSION * (this.start - this.now);
    this.at = (this.at + 1) % HISTORY_STEPS;
    this.history[this.at] = this.now;
  }

  /** Natural logarithm of the price in USD, `lagSteps` steps ago. */
  logPrice(lagSteps: number): number {
    return this.history[(this.at - Math.min(lagSteps, HISTORY_STEPS - 1) + HISTORY_STEPS) % HISTORY_STEPS];
  }
}
