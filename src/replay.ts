/**
 * Wiring of a replay: recordings through the same feed lanes, rings and engine as live, without a clock.
 */
import { Worker } from "node:worker_threads";
import { record as recordSection } from "./config/sections.js";
import { parseConfig, type ResolvedConfig } from "./config.js";
import type { EngineWorkerData } from "./engine/worker.js";
import { CrosstickError, EXIT } from "./errors.js";
import { planLanes, type ReplayInputOrder } from "./feed/replay-plan.js";
import type { ReplayLaneSpec, ReplayWorkerData } from "./feed/replay-worker.js";
import { compileKernel, type DecodeKernel, startKernel } from "./kernel/kernel.js";
import { createMemory, type MemoryPlan, viewsOf } from "./kernel/memory.js";
import { Recorder } from "./live/recorder.js";
import { isJournal } from "./record/is-journal.js";
import { engineWorkerData, followEngine, followFeed, memoryOf } from "./replay-engine.js";
import type { ReplayOptions, ReplayResult } from "./replay-options.js";
import { type ReplaySummary, summaryOf } from "./summary.js";

export type { ReplayInputOrder, ReplayOptions, ReplayResult, ReplaySummary };

/**
 * Replays recordings. Two replays of the same frames give the same bytes of signals, whatever the
 * speed, the number of workers and the order of the inputs.
 * @throws CrosstickError with codes INPUT_*, USAGE_*, STRATEGY_*, MEMORY_TOO_LARGE
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const dir = journalOf(options.inputs);
  if (dir !== null) {
    const { replayJournal } = await import("./journal-replay.js");
    return replayJournal({ ...options, dir });
  }
  const config = options.config ?? parseConfig({});
  const { lanes, damages: unread } = await planLanes(options.inputs);
  const plan = memoryOf(
    config,
    lanes.map(({ inputs }) => inputs.length),
    options.recordTo !== undefined,
  );
  const memory = createMemory(plan);
  const views = viewsOf(memory);
  const decodeModule = compileKernel("decode");
  startKernel<DecodeKernel>(decodeModule, memory).initTables();
  const recorder = options.recordTo === undefined ? null : await startRecorder(config, options.recordTo, memory, plan);
  const engineData: EngineWorkerData = {
    ...engineWorkerData(
      config,
      plan,
      memory,
      compileKernel("engine"),
      options.onSignals !== undefined || options.onOutcomes !== undefined,
    ),
    journal: recorder?.checkpoints,
    trading: options.trading,
    figuresMs: options.onFigures === undefined ? undefined : (options.figuresMs ?? 1000),
  };
  const workers: Worker[] = [];
  try {
    const engine = new Worker(new URL("./engine/worker.js", import.meta.url), {
      workerData: engineData,
      transferList: recorder === null ? [] : [recorder.checkpoints],
    });
    workers.push(engine);
    const started = performance.now();
    const done = followEngine(engine, options);
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
    const counts = reports.flatMap((feed) => feed.counts);
    const damages = [
      ...unread.map(({ code, message }) => ({ code, message })),
      ...reports.flatMap((feed) => feed.damages),
    ];
    return { summary: summaryOf(counts, elapsedMs, views, plan, report), damages };
  } finally {
    await recorder?.stop();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** The directory of the journal that the inputs are; null when they are recordings. @throws USAGE_INPUTS for both at once */
export function journalOf(inputs: readonly ReplayInputOrder[]): string | null {
  const journals = inputs.filter(({ path, raw }) => !raw && isJournal(path));
  if (journals.length === 0) return null;
  if (inputs.length === 1) return journals[0].path;
  throw new CrosstickError("USAGE_INPUTS", `${journals[0].path} is a journal: it is replayed alone`, {
    exitCode: EXIT.usage,
  });
}

async function startRecorder(
  config: ResolvedConfig,
  dir: string,
  memory: WebAssembly.Memory,
  plan: MemoryPlan,
): Promise<Recorder> {
  const section = recordSection.parse({ ...config.record, dir, raw: false });
  const recorder = new Recorder({ section, config, memory, plan, lanes: [], onChange: () => {} });
  await recorder.ready;
  return recorder;
}

/** Lanes to workers in turn, so that the heavy first ones are spread. */
function shareOut(lanes: ReplayLaneSpec[], workers: number): ReplayLaneSpec[][] {
  const shares: ReplayLaneSpec[][] = Array.from({ length: Math.max(1, Math.min(workers, lanes.length)) }, () => []);
  lanes.forEach((lane, i) => {
    shares[i % shares.length].push(lane);
  });
  return shares;
}
