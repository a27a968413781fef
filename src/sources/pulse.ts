import { performance } from "node:perf_hooks";

/** Quiet for this long, the other side is probed by a ping; without an answer for as long again it counts as quiet, ms. */
const PROBE_AFTER_MS = 450;
const ANSWER_MS = 400;
const LOOK_MS = 50;
const STALL_MS = 500;

export interface PulseHandlers {
  ping(): void;
  /** Probes, which were answered before, are answered no more (true); there is traffic again (false). */
  quiet(isQuiet: boolean): void;
  /** No traffic at all for the whole silence allowed. */
  lost(quietMs: number): void;
}

/**
 * Whether the other side of a connection is there. A half-open connection looks alive to the kernel:
 * only traffic proves anything, and where there is none a ping asks for some.
 */
export class Pulse {
  private readonly silenceMs: number;
  private readonly handlers: PulseHandlers;
  private readonly timer: NodeJS.Timeout;
  private lastMs = performance.now();
  private probedMs: number | null = performance.now();
  /** Some servers answer no pings: nothing follows from their silence then. */
  private answers = false;
  private isQuiet = false;
  private lookedMs = performance.now();

  /** The connection stands: a first ping shows whether the other side answers any. */
  constructor(silenceMs: number, handlers: PulseHandlers) {
    this.silenceMs = silenceMs;
    this.handlers = handlers;
    this.timer = setInterval(() => this.look(), LOOK_MS);
    handlers.ping();
  }

  /** Hot: something came. */
  beat(isPong: boolean): void {
    this.lastMs = performance.now();
    if (isPong) {
      this.answers = true;
      this.probedMs = null;
    }
    if (!this.isQuiet) return;
    this.isQuiet = false;
    this.handlers.quiet(false);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const nowMs = performance.now();
    const stalled = nowMs - this.lookedMs > STALL_MS;
    this.lookedMs = nowMs;
    // This thread stood still: what came meanwhile has yet to be read.
    if (stalled) return;
    const quietMs = nowMs - this.lastMs;
    if (quietMs >= this.silenceMs) {
      this.handlers.lost(quietMs);
      return;
    }
    const due = this.answers ? PROBE_AFTER_MS : this.silenceMs / 2;
    if (this.probedMs === null || this.lastMs > this.probedMs) {
      if (quietMs < due) return;
      this.probedMs = nowMs;
      this.handlers.ping();
    } else if (this.answers && !this.isQuiet && nowMs - this.probedMs >= ANSWER_MS) {
      this.isQuiet = true;
      this.handlers.quiet(true);
    } else if (nowMs - this.probedMs >= this.silenceMs / 4) {
      this.probedMs = nowMs;
      this.handlers.ping();
    }
  }
}
