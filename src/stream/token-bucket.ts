/** Admits a burst and then a steady rate. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #level: number;
  #atMs: number;

  /** @param nowMs monotonic, as in `take`. */
  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#level = burst;
    this.#atMs = nowMs;
  }

  /** Takes `cost` and says true, or takes nothing. What costs more than a burst passes with a full bucket. */
  take(cost: number, nowMs: number): boolean {
    this.#level = Math.min(this.#burst, this.#level + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    if (this.#level < Math.min(cost, this.#burst)) return false;
    this.#level -= cost;
    return true;
  }
}
