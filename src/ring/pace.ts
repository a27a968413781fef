/** When recorded time is due at a speed: the first time asked about is now. The clock is an argument. */
export class Pace {
  private readonly speed: number;
  private readonly nowMs: () => number;
  private firstUs = Number.NaN;
  private startedMs = 0;

  /** `speed`: times faster than recorded. `nowMs`: milliseconds that only grow. */
  constructor(speed: number, nowMs: () => number) {
    this.speed = speed;
    this.nowMs = nowMs;
  }

  /** Recorded time that has come by now, µs. `nextUs` is what comes next, NaN while that is not known. */
  untilUs(nextUs: number): number {
    if (Number.isNaN(this.firstUs)) {
      if (Number.isNaN(nextUs)) return Number.NEGATIVE_INFINITY; // look at the frame without taking it
      this.firstUs = nextUs;
      this.startedMs = this.nowMs();
    }
    return this.firstUs + (this.nowMs() - this.startedMs) * 1000 * this.speed;
  }

  /** Milliseconds until a recorded time is due. */
  delayMs(us: number): number {
    if (Number.isNaN(this.firstUs)) return 0;
    return Math.max(0, this.startedMs + (us - this.firstUs) / 1000 / this.speed - this.nowMs());
  }
}
