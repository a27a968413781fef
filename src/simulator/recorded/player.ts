import type { RecordedFrame } from "./frame.js";

/** Between the first subscription and the first frame, so that a client can make all of its own; ms. */
const SETTLE_MS = 500;
/** A silence longer than this lies between two recordings and is not waited for; µs. */
const LONGEST_SILENCE_US = 600e6;
/** What is left of it; µs. */
const SHORTENED_SILENCE_US = 1e6;
/** Frames played at once before sockets get their turn. */
const BURST = 200;

/** Plays frames with their recorded spacing, from the first subscription on. */
export class Player {
  /** Resolves when the last frame has been played, or the player was stopped. */
  readonly ended: Promise<void>;
  frames = 0;
  private readonly speed: number;
  private readonly play: (frame: RecordedFrame) => void;
  private readonly source: AsyncIterable<RecordedFrame>;
  private readonly begun: Promise<void>;
  private begin: () => void = () => {};
  private finish: () => void = () => {};
  private stopped = false;
  private wake: () => void = () => {};
  private timer: NodeJS.Timeout | null = null;
  private firstUs = Number.NaN;
  private startedMs = Number.NaN;
  private lastUs = Number.NaN;
  private skippedUs = 0;

  constructor(source: AsyncIterable<RecordedFrame>, speed: number, play: (frame: RecordedFrame) => void) {
    this.source = source;
    this.speed = speed;
    this.play = play;
    this.begun = new Promise((resolve) => {
      this.begin = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  /** The recording's time now, ms; NaN before it is known. It stands still until somebody subscribes. */
  get nowMs(): number {
    const elapsedMs = Number.isNaN(this.startedMs) ? -SETTLE_MS : performance.now() - this.startedMs;
    return (this.firstUs + this.skippedUs) / 1000 + elapsedMs * this.speed;
  }

  /** Somebody has subscribed. */
  listened(): void {
    this.begin();
  }

  /** Runs until the end. Rejects with what the source throws. */
  async run(): Promise<void> {
    try {
      for await (const frame of this.source) {
        if (this.stopped) break;
        if (Number.isNaN(this.firstUs)) await this.settle(frame);
        const wait = this.dueMs(frame) - performance.now();
        if (wait >= 1) await this.sleep(wait);
        else if (this.frames % BURST === 0) await new Promise((resolve) => setImmediate(resolve));
        if (this.stopped) break;
        this.frames++;
        this.play(frame);
      }
    } finally {
      this.finish();
    }
  }

  stop(): void {
    this.stopped = true;
    this.begin();
    if (this.timer !== null) clearTimeout(this.timer);
    this.wake();
  }

  /** When a frame is played, on the clock of `performance`. */
  private dueMs({ receivedUs }: RecordedFrame): number {
    const silence = receivedUs - this.lastUs;
    if (silence > LONGEST_SILENCE_US) this.skippedUs += silence - SHORTENED_SILENCE_US;
    this.lastUs = receivedUs;
    return this.startedMs + (receivedUs - this.firstUs - this.skippedUs) / 1000 / this.speed;
  }

  private async settle({ receivedUs }: RecordedFrame): Promise<void> {
    this.firstUs = receivedUs;
    await this.begun;
    this.startedMs = performance.now() + SETTLE_MS;
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      this.timer = setTimeout(resolve, ms);
    });
  }
}
