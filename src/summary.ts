/** What a run found, of lanes, memory and engine together: DESIGN's `replay --summary`. */
import { type ClockSummary, type InstrumentSummary, summariseClocks, summariseInstruments } from "./engine/summary.js";
import type { EngineReport } from "./engine/worker.js";
import type { LaneCounts } from "./feed/lane.js";
import { rejectionName } from "./feed/rejections.js";
import type { MemoryPlan, Views } from "./kernel/memory.js";

/** What a replay found: DESIGN's `replay --summary`. */
export interface ReplaySummary {
  frames: number;
  ignored: number;
  rejected: number;
  rejections: Record<string, number>;
  records: number;
  templateMisses: number;
  elapsedMs: number;
  framesPerSecond: number;
  instruments: Record<string, InstrumentSummary>;
  strategies: EngineReport["strategies"];
  clock: ClockSummary;
  digest: string;
}

/** What lanes, memory and engine saw, as one object. The engine must be at rest. */
export function summaryOf(
  counts: readonly LaneCounts[],
  elapsedMs: number,
  views: Views,
  plan: MemoryPlan,
  report: EngineReport,
): ReplaySummary {
  return {
    ...addCounts(counts, elapsedMs),
    instruments: summariseInstruments(views, plan),
    strategies: report.strategies,
    clock: summariseClocks(views, plan),
    digest: report.digest,
  };
}

/** Counts of several lanes together. */
export function addCounts(
  lanes: readonly LaneCounts[],
  elapsedMs: number,
): Omit<ReplaySummary, "instruments" | "strategies" | "clock" | "digest"> {
  const rejections = new Map<string, number>();
  const total = { frames: 0, ignored: 0, rejected: 0, records: 0, templateMisses: 0 };
  for (const lane of lanes) {
    total.frames += lane.frames;
    total.ignored += lane.ignored;
    total.rejected += lane.rejected;
    total.records += lane.records;
    total.templateMisses += lane.templateMisses;
    for (const [code, count] of lane.rejections)
      rejections.set(rejectionName(code), (rejections.get(rejectionName(code)) ?? 0) + count);
  }
  return {
    frames: total.frames,
    ignored: total.ignored,
    rejected: total.rejected,
    rejections: Object.fromEntries([...rejections].sort(([a], [b]) => (a < b ? -1 : 1))),
    records: total.records,
    templateMisses: total.templateMisses,
    elapsedMs: Math.round(elapsedMs * 1000) / 1000,
    framesPerSecond: Math.round(total.frames / (elapsedMs / 1000)),
  };
}
