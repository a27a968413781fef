import type { ClockSummary } from "../engine/summary.js";
import type { CanaryStatus } from "../feed/canary.js";
import type { ConnectionStatus } from "../feed/live-connection.js";
import type { HostStatus } from "../feed/rest-gate.js";
import type { SilentChannel } from "../feed/watchdog.js";
import type { RecordStatus } from "../record/status.js";
import type { InstrumentStatus, StageLatency, VenueStatus } from "../stream/data.js";

/** State of a running engine, refreshed once a second. */
export interface EngineStatus {
  uptimeMs: number;
  booksLive: number;
  books: number;
  venues: VenueStatus[];
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
