import { STEP_MS } from "./model/asset-model.js";

/** Time the model may take at once before sockets get their turn, ms. */
const SLICE_MS = 20;
/** Model time it may fall behind before it gives up catching up, ms of the machine. */
const LARGEST_DEBT_MS = 500;

/** Advances the model in its fixed steps, so many to a second of the machine's clock as `speed` says. */
export class Pacer {
  /** Time of the model's clock, ms; a multiple of the step. */
  nowMs = 0;
  private readonly speed: number;
  private readonly step: (nowMs: number) => void;
  private timer: NodeJS.Timeout | null = null;
  private dueMs = 0;
  private last = 0;
  private stopAt = Number.POSITIVE_INFINITY;
  private stopped: (() => void)[] = [];

  constructor(speed: number, step: (nowMs: number) => void) {
    this.speed = speed;
    this.step = step;
  }

  start(): void {
    if (this.timer !== null) return;
    this.stopAt = Number.POSITIVE_INFINITY;
    this.dueMs = this.nowMs;
    this.last = performance.now();
    this.timer = setInterval(() => this.advance(), Math.max(1, Math.min(STEP_MS, STEP_MS / this.speed)));
  }

  /** Runs to the next whole `boundaryMs` of the model's clock, ahead of the machine's, and stops there. */
  pauseAt(boundaryMs: number): Promise<void> {
    if (this.timer === null) return Promise.resolve();
    this.stopAt = Math.ceil((this.nowMs + STEP_MS) / boundaryMs) * boundaryMs;
    return new Promise((resolve) => this.stopped.push(resolve));
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    for (const resolve of this.stopped.splice(0)) resolve();
  }

  private advance(): void {
    const begun = performance.now();
    this.dueMs += (begun - this.last) * this.speed;
    this.last = begun;
    const debt = LARGEST_DEBT_MS * this.speed;
    if (this.dueMs - this.nowMs > debt) this.dueMs = this.nowMs + debt;
    if (Number.isFinite(this.stopAt)) this.dueMs = this.stopAt;
    while (this.nowMs + STEP_MS <= this.dueMs && performance.now() - begun < SLICE_MS) {
      this.nowMs += STEP_MS;
      this.step(this.nowMs);
      if (this.nowMs < this.stopAt) continue;
      this.stop();
      break;
    }
  }
}
