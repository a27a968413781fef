import type { WorkerFailure } from "../errors.js";

/** How recording goes. Positions are numbers of records since the journal's beginning. */
export interface RecordStatus extends LogStatus {
  /** Records that the engine could not hand over, because the journal's ring was full. */
  lostRecords: number;
  /** The raw log; null without one. */
  raw: (LogStatus & { lostFrames: number }) | null;
}

export interface LogStatus {
  state: "recording" | "stopped";
  /** Why it has stopped, in words; null while it records. */
  reason: string | null;
  /** Number of the segment being written, or of the last one. */
  segment: number;
  /** Position up to which a file has the records. */
  written: number;
  /** The disk has confirmed everything from `since` (the last hole, or the start of this run) up to `synced`. */
  since: number;
  synced: number;
  /** Bytes written since the start. */
  bytes: number;
  /** Records (frames) that were taken while the disk refused. */
  discardedRecords: number;
  /** Records that were written and never confirmed, because the disk failed to: they may be there or not. */
  unkeptRecords: number;
  /** Duration of the last fsync, ms; null before any. */
  lastSyncMs: number | null;
}

/** What the recorder thread says. */
export type RecordMessage =
  | { type: "ready" }
  /** Each second, and whenever recording stops or goes on. */
  | { type: "status"; status: RecordStatus }
  /** The disk has confirmed everything from `since` up to the position. */
  | { type: "synced"; since: number; position: number }
  /** It cannot start. */
  | WorkerFailure
  | { type: "done"; status: RecordStatus };

/** What main says to it: the engine has published its last record and closed the ring. */
export type RecordOrder = "stop";
