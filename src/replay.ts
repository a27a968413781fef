/**
 * Wiring of a replay: recordings through the same feed lanes, rings and engine as live, without a clock.
 */
import { Worker } from "node:worker_threads";
import { gatesOf } from "./config/gates.js";
import type { ResolvedConfig } from "./config.js";
import type { Fees } from "./engine/proposal.js";
import { type ClockSummary, type InstrumentSummary, summariseClocks, summariseInstruments } from "./engine/summary.js";
import type { EngineMessage, EngineReport, EngineWorkerData, StrategyOrder } from "./engine/worker.js";
import { CrosstickError, type WorkerFailure } from "./errors.js";
import type { LaneCounts } from "./feed/lane.js";
import { rejectionName } from "./feed/rejections.js";
import { planLanes, type ReplayInputOrder } from "./feed/replay-plan.js";
import type { ReplayLaneSpec, ReplayWorkerData, ReplayWorkerReport } from "./feed/replay-worker.js";
import { compileKernel, type DecodeKernel, startKernel } from "./kernel/kernel.js";
import { createMemory, type MemoryPlan, planMemory, type Views, viewsOf } from "./kernel/memory.js";

export type { ReplayInputOrder };

export interface ReplayOptions {
  inputs: readonly ReplayInputOrder[];
  config: ResolvedConfig;
  /** Times faster than recorded; null: as fast as possible. */
  speed?: number | null;
  /** Threads that decode; at most one a lane is used. */
  workers?: number;
  /** Called with signal lines as they come, in order. */
  onSignals?: (lines: readonly string[]) => void;
}

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

export interface ReplayResult {
  summary: ReplaySummary;
  /** Inputs that were cut or corrupt: what came before was used. */
  damages: { code: string; message: string }[];
}

/**
 * Replays recordings. Two replays of the same frames give the same bytes of signals, whatever the
 * speed, the number of workers and the order of the inputs.
 * @throws CrosstickError with codes INPUT_*, USAGE_*, STRATEGY_*, MEMORY_TOO_LARGE
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const { config } = options;
  const lanes = await planLanes(options.inputs);
  const plan = planMemory({
    lanes: lanes.map(({ inputs }) => inputs.length),
    ringRecords: config.memory.ringRecords,
    scratchBytes: config.memory.scratchMiB * 2 ** 20,
    instruments: config.memory.instruments,
    bookLevels: config.memory.bookLevels,
    vwapTrades: config.memory.vwapTrades,
    windowBytes: config.memory.windowMiB * 2 ** 20,
    consumers: [],
  });
  const memory = createMemory(plan);
  const views = viewsOf(memory);
  const decodeModule = compileKernel("decode");
  startKernel<DecodeKernel>(decodeModule, memory).initTables();

  const engineData: EngineWorkerData = {
    module: compileKernel("engine"),
    memory,
    plan,
    mode: "replay",
    strategies: strategyOrders(config),
    fees: config.fees as Fees,
    vwapTrades: config.metrics.vwapTrades,
    sendSignals: options.onSignals !== undefined,
    idle: config.idle === "park" ? "park" : "backoff", // a spinning engine would take a core from the decoders
  };
  const workers: Worker[] = [];
  try {
    const engine = new Worker(new URL("./engine/worker.js", import.meta.url), { workerData: engineData });
    workers.push(engine);
    const started = performance.now();
    const done = followEngine(engine, options.onSignals);
    const feeds = shareOut(lanes, options.workers ?? 1).map((share) => {
      const workerData: ReplayWorkerData = {
        module: decodeModule,
        memory,
        plan,
        lanes: share,
        speed: options.speed ?? null,
      };
      const worker = new Worker(new URL("./feed/replay-worker.js", import.meta.url), { workerData });
      workers.push(worker);
      return followFeed(worker);
    });
    // All start at once: what is decoded before the engine is there waits in the rings.
    const [report, ...reports] = await Promise.all([done, ...feeds]);
    const elapsedMs = performance.now() - started;
    return {
      summary: summaryOf(
        reports.flatMap((feed) => feed.counts),
        elapsedMs,
        views,
        plan,
        report,
      ),
      damages: reports.flatMap((feed) => feed.damages),
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** The strategies of a configuration as the engine's worker takes them. */
export function strategyOrders(config: ResolvedConfig): StrategyOrder[] {
  return config.strategies.map((strategy) => {
    const { name, notional, liquidity, fills, holdHours, entryNetBps, exitNetBps } = strategy;
    const spec = {
      name,
      notional,
      liquidity,
      fills,
      holdHours,
      entryNetBps,
      exitNetBps,
      gates: gatesOf(config, strategy),
    };
    return "use" in strategy
      ? { spec, use: strategy.use, options: strategy.options }
      : { spec, kind: strategy.kind, options: strategy };
  });
}

/** Lanes to workers in turn, so that the heavy first ones are spread. */
function shareOut(lanes: ReplayLaneSpec[], workers: number): ReplayLaneSpec[][] {
  const shares: ReplayLaneSpec[][] = Array.from({ length: Math.max(1, Math.min(workers, lanes.length)) }, () => []);
  lanes.forEach((lane, i) => {
    shares[i % shares.length].push(lane);
  });
  return shares;
}

function followEngine(
  engine: Worker,
  onSignals: ((lines: readonly string[]) => void) | undefined,
): Promise<EngineReport> {
  return new Promise((resolve, reject) => {
    engine.on("message", (message: EngineMessage) => {
      if (message.type === "signals") onSignals?.(message.lines);
      else if (message.type === "done") resolve(message.report);
      else if (message.type === "failed")
        reject(new CrosstickError(message.code, message.message, { exitCode: message.exitCode }));
    });
    engine.on("error", reject);
    engine.on("exit", () =>
      reject(new CrosstickError("ENGINE_LOST", "The engine's thread ended before its work was done")),
    );
  });
}

function followFeed(worker: Worker): Promise<ReplayWorkerReport> {
  return new Promise((resolve, reject) => {
    worker.on("message", (message: ReplayWorkerReport | WorkerFailure) => {
      if ("type" in message) reject(new CrosstickError(message.code, message.message, { exitCode: message.exitCode }));
      else resolve(message);
    });
    worker.on("error", reject);
    worker.on("exit", () => reject(new CrosstickError("FEED_LOST", "A feed's thread ended before its work was done")));
  });
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
