import type { Poll } from "../venues/venue.js";
import type { FrameIntake } from "./frame-intake.js";
import type { Say } from "./live-spec.js";
import type { RestGate } from "./rest-gate.js";

/** Between the first requests of two polls, ms: a lane's start is no burst. */
const STAGGER_MS = 100;

/** Fetches now and then what a venue streams nowhere; replies are decoded as frames are. */
export class Poller {
  private readonly gate: RestGate;
  private readonly intake: FrameIntake;
  private readonly say: Say;
  private readonly timers = new Set<NodeJS.Timeout>();
  private stopped = false;

  constructor(gate: RestGate, intake: FrameIntake, say: Say) {
    this.gate = gate;
    this.intake = intake;
    this.say = say;
  }

  start(polls: readonly Poll[]): void {
    for (const [index, poll] of polls.entries()) this.later(poll, index * STAGGER_MS, null);
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  private later(poll: Poll, waitMs: number, failed: string | null): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.fetch(poll).then((failure) => {
        // A failure that lasts is said once.
        if (failure !== null && failure !== failed) this.say("warn", `${poll.path}: ${failure}`);
        this.later(poll, poll.everyMs, failure);
      });
    }, waitMs);
    this.timers.add(timer);
  }

  /** Why there is no reply; null when it was taken, or when the host is left alone for now. */
  private async fetch({ path, symbol }: Poll): Promise<string | null> {
    try {
      const reply = await this.gate.get(path);
      if (this.stopped || reply === null) return null;
      if (reply.status !== 200) return `HTTP ${reply.status}`;
      this.intake.take(reply.body, symbol, 0);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
