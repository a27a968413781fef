import type { ClockSummary } from "../engine/summary.js";
import type { CanaryStatus } from "../feed/canary.js";
import type { ConnectionStatus } from "../feed/live-connection.js";
import type { HostStatus } from "../feed/rest-gate.js";
import type { SilentChannel } from "../feed/watchdog.js";
import type { RecordStatus } from "../record/status.js";

/** Percentiles of a processing stage, µs since the frame's arrival. */
export interface StageLatency {
  count: number;
  p50: number;
  p99: number;
  p999: number;
  max: number;
}

export interface InstrumentStatus {
  instrument: string;
  venue: string;
  state: string;
  /** Why the book is in its state; "none" when live. */
  reason: string;
  bid: number | null;
  ask: number | null;
  spreadBps: number | null;
  /** Now minus the receive time of the instrument's last message, ms. */
  feedAgeMs: number | null;
  /** Now minus the receive time of the last change of that side's best price or size, ms. */
  bidAgeMs: number | null;
  askAgeMs: number | null;
  messagesPerSecond: number;
  gaps: number;
  crossed: number;
}

/** State of a running engine, refreshed once a second. */
export interface EngineStatus {
  uptimeMs: number;
  booksLive: number;
  books: number;
  venues: {
    venue: string;
    state: "live" | "degraded" | "down";
    booksLive: number;
    books: number;
    workerRestarts: number;
  }[];
  instruments: InstrumentStatus[];
  connections: ConnectionStatus[];
  hosts: HostStatus[];
  /** Channels that do not speak as they should, and why that is known. */
  silent: SilentChannel[];
  /** What second endpoints of the venues say of a share of the symbols; empty unless asked for. */
  canaries: CanaryStatus[];
  strategies: Record<string, { kind: string; signals: number; refused: Record<string, number> }>;
  clock: Record<string, ClockSummary[string] & { driftPpm: number | null }>;
  /** By stage: decoded, engine, signal, sent. */
  latency: Record<string, StageLatency>;
  frames: number;
  rejected: number;
  rejections: Record<string, number>;
  /** Messages that a full ring could not take. */
  dropped: number;
  /** The journal; null where none is kept. */
  recording: RecordStatus | null;
}

/** Names of REASON_*, in the order of their numbers. */
export const REASON_NAMES = [
  "none",
  "awaiting-snapshot",
  "awaiting-bridge",
  "snapshot-too-old",
  "sequence",
  "overflow",
  "crossed",
  "checksum",
  "disconnected",
  "silent",
  "worker-lost",
  "ban",
  "maintenance",
  "rejected-frame",
] as const;
