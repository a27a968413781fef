import type { RecordableHistogram } from "node:perf_hooks";
import type { Statistics } from "../strategies/strategy.js";

/** Figures of a strategy at a time. */
export interface PublishedFigures {
  strategy: string;
  timeUs: number;
  figures: Statistics;
}

/** Nanoseconds from a frame's receive time to the stage. Told once: a histogram in another thread shows what is recorded in this one. */
export interface EngineLatency {
  engine: RecordableHistogram;
  signal: RecordableHistogram;
}

/** What the engine's thread tells main about once a second, and what changed since. */
export interface LiveReport {
  strategies: Record<string, { kind: string; signals: number; refused: Record<string, number> }>;
  /** Last figures that each strategy published. */
  figures: PublishedFigures[];
  records: number;
  messages: number;
}
