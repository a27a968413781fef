/** Wiring of a replay of a journal: its records through the engine as it saw them, to the same bytes. */
import { Worker } from "node:worker_threads";
import { parseConfig } from "./config.js";
import type { EngineWorkerData } from "./engine/worker.js";
import { CrosstickError, EXIT, type WorkerFailure } from "./errors.js";
import { compileKernel } from "./kernel/kernel.js";
import { createMemory, viewsOf } from "./kernel/memory.js";
import { hashOf, journalConfig } from "./live/recorder.js";
import { type Journal, openJournal } from "./record/journal.js";
import type { JournalReplayMessage, JournalReplayWorkerData } from "./record/replay-worker.js";
import type { ReplayOptions, ReplayResult } from "./replay.js";
import { engineWorkerData, followEngine, memoryOf } from "./replay-engine.js";
import { summaryOf } from "./summary.js";

type JournalReplayOptions = Omit<ReplayOptions, "inputs"> & { dir: string };

/**
 * Replays a journal with the configuration it was recorded with, or with another one from its beginning
 * on. `fromUs`: begins at the last checkpoint before and tells signals from there on.
 * @throws JOURNAL_*, INPUT_*, STRATEGY_*, MEMORY_TOO_LARGE
 */
export async function replayJournal(options: JournalReplayOptions): Promise<ReplayResult> {
  const journal = openJournal(options.dir);
  const config = options.config ?? parseConfig(JSON.parse(journal.meta.config));
  const fromUs = options.fromUs ?? Number.NEGATIVE_INFINITY;
  const plan = memoryOf(config, [0]);
  const memory = createMemory(plan);
  const views = viewsOf(memory);
  const workers: Worker[] = [];
  try {
    const readerData: JournalReplayWorkerData = {
      ...{ memory, engine: plan.engine, identities: plan.identities, instrumentCount: plan.instrumentCount },
      ...{ instruments: plan.sizes.instruments, ring: plan.lanes[0].ring, dir: options.dir },
      ...{ fromUs, toUs: options.toUs ?? Number.POSITIVE_INFINITY, speed: options.speed ?? null },
    };
    const reader = new Worker(new URL("./record/replay-worker.js", import.meta.url), { workerData: readerData });
    workers.push(reader);
    const { start, finished } = followReader(reader);
    const { checkpoint } = await start;
    if (checkpoint !== null) refuseOtherConfiguration(journal, journalConfig(config), options);
    const engineData: EngineWorkerData = {
      ...engineWorkerData(config, plan, memory, compileKernel("engine"), options.onSignals !== undefined),
      restore: checkpoint,
      fromUs,
    };
    const engine = new Worker(new URL("./engine/worker.js", import.meta.url), { workerData: engineData });
    workers.push(engine);
    const started = performance.now();
    const done = followEngine(engine, options.onSignals, () => reader.postMessage("go"));
    const [report, { damages }] = await Promise.all([done, finished]);
    // What was a frame the journal does not tell: one message counts as one.
    const counts = {
      ...{ frames: report.messages, ignored: 0, rejected: 0, rejections: new Map<number, number>() },
      ...{ records: report.records, covered: 0, templateMisses: 0 },
    };
    return { summary: summaryOf([counts], performance.now() - started, views, plan, report), damages };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** A checkpoint holds the state of its own strategies. */
function refuseOtherConfiguration({ meta }: Journal, config: string, { config: given }: JournalReplayOptions): void {
  if (given === undefined || hashOf(config) === meta.configHash) return;
  throw new CrosstickError(
    "JOURNAL_CONFIG",
    "Another configuration than the journal's own can only be replayed from the beginning: leave out --from, or -c",
    { exitCode: EXIT.usage },
  );
}

interface Start {
  checkpoint: ArrayBuffer | null;
}

interface Finished {
  damages: { code: string; message: string }[];
}

function followReader(worker: Worker): { start: Promise<Start>; finished: Promise<Finished> } {
  let begin = (_start: Start): void => {};
  let finish = (_finished: Finished): void => {};
  let fail = (_error: Error): void => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const start = Promise.race([new Promise<Start>((resolve) => (begin = resolve)), failed]);
  const finished = Promise.race([new Promise<Finished>((resolve) => (finish = resolve)), failed]);
  for (const promise of [failed, start, finished]) promise.catch(() => {});
  worker.on("message", (message: JournalReplayMessage | WorkerFailure) => {
    if (message.type === "start") begin(message);
    else if (message.type === "done") finish(message);
    else fail(new CrosstickError(message.code, message.message, { exitCode: message.exitCode }));
  });
  worker.on("error", fail);
  worker.on("exit", () => fail(new CrosstickError("FEED_LOST", "The journal's reader ended before its work was done")));
  return { start, finished };
}
