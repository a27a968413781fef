import type { SegmentLog } from "./segment-log.js";
import type { LogStatus } from "./status.js";

/** How a log goes, for `/ready` and the metrics. */
export function logStatus(log: SegmentLog): LogStatus {
  const { lastMs } = log.queue;
  return {
    state: log.current === null ? "stopped" : "recording",
    reason: log.reason,
    segment: log.segment,
    written: log.writtenPosition,
    since: log.since,
    synced: log.synced,
    bytes: log.completedBytes + (log.current?.written ?? 0),
    discardedRecords: log.discarded,
    unkeptRecords: log.unkept,
    lastSyncMs: Number.isNaN(lastMs) ? null : lastMs,
  };
}
