/** The engine of a replay, of recordings and of a journal alike: its memory, its thread, what it tells. */
import type { Worker } from "node:worker_threads";
import { gatesOf } from "./config/gates.js";
import type { ResolvedConfig } from "./config.js";
import type { PublishedFigures } from "./engine/live-report.js";
import type { Fees } from "./engine/proposal.js";
import type { StrategyOrder } from "./engine/start.js";
import type { EngineMessage, EngineReport, EngineWorkerData } from "./engine/worker.js";
import { CrosstickError, type WorkerFailure } from "./errors.js";
import type { ReplayWorkerReport } from "./feed/replay-worker.js";
import { type MemoryPlan, planMemory } from "./kernel/memory.js";
import { JOURNAL_RECORDS } from "./live/recorder.js";

/** Memory of a replay: as many lanes as there are numbers, each with so many inputs. */
export function memoryOf({ memory }: ResolvedConfig, lanes: readonly number[], withJournal = false): MemoryPlan {
  return planMemory({
    lanes,
    ringRecords: memory.ringRecords,
    scratchBytes: memory.scratchMiB * 2 ** 20,
    instruments: memory.instruments,
    bookLevels: memory.bookLevels,
    vwapTrades: memory.vwapTrades,
    windowBytes: memory.windowMiB * 2 ** 20,
    consumers: [],
    journalRecords: withJournal ? JOURNAL_RECORDS : undefined,
  });
}

/** What the engine's worker is given in every replay. */
export function engineWorkerData(
  config: ResolvedConfig,
  plan: MemoryPlan,
  memory: WebAssembly.Memory,
  module: WebAssembly.Module,
  sendSignals: boolean,
): EngineWorkerData {
  return {
    module,
    memory,
    plan,
    mode: "replay",
    strategies: strategyOrders(config),
    fees: config.fees as Fees,
    vwapTrades: config.metrics.vwapTrades,
    sendSignals,
    idle: config.idle === "park" ? "park" : "backoff", // a spinning engine would take a core from the decoders
  };
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

/** Called with lines as they come, in order. */
export interface LineHandlers {
  onSignals?: (lines: readonly string[]) => void;
  /** One line an entry, a second of engine time after it: see Outcome. */
  onOutcomes?: (lines: readonly string[]) => void;
  /** What strategies published. */
  onFigures?: (figures: readonly PublishedFigures[]) => void;
  /** Where signals become trades: TradingLine, one a line. */
  onTrades?: (lines: readonly string[]) => void;
}

/** Resolves with the engine's report; `onReady` is called when it can take records. */
export function followEngine(
  engine: Worker,
  told: LineHandlers,
  onReady: () => void = () => {},
): Promise<EngineReport> {
  return new Promise((resolve, reject) => {
    engine.on("message", (message: EngineMessage) => {
      if (message.type === "signals") told.onSignals?.(message.lines);
      else if (message.type === "outcomes") told.onOutcomes?.(message.lines);
      else if (message.type === "figures") told.onFigures?.(message.figures);
      else if (message.type === "trades") told.onTrades?.(message.lines);
      else if (message.type === "ready") onReady();
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

/** Resolves with what a feed's worker says when its lanes are over. */
export function followFeed(worker: Worker): Promise<ReplayWorkerReport> {
  return new Promise((resolve, reject) => {
    worker.on("message", (message: ReplayWorkerReport | WorkerFailure) => {
      if ("type" in message) reject(new CrosstickError(message.code, message.message, { exitCode: message.exitCode }));
      else resolve(message);
    });
    worker.on("error", reject);
    worker.on("exit", () => reject(new CrosstickError("FEED_LOST", "A feed's thread ended before its work was done")));
  });
}
