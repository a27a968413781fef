/** Wiring of a replay of a journal: its records through the engine as it saw them, to the same bytes. */
import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";
import { parseConfig, type ResolvedConfig } from "./config.js";
import type { EngineReport, EngineWorkerData } from "./engine/worker.js";
import { CrosstickError, EXIT } from "./errors.js";
import { compileKernel } from "./kernel/kernel.js";
import { createMemory, viewsOf } from "./kernel/memory.js";
import { hashOf, journalConfig } from "./live/recorder.js";
import { chooseStart, type JournalStart } from "./record/choose-start.js";
import { type JournalInfo, openJournal } from "./record/journal.js";
import type { JournalReplayData, JournalReplayMessage, JournalReplayReport } from "./record/replay-worker.js";
import { engineWorkerData, followEngine, type LineHandlers, memoryOf } from "./replay-engine.js";
import type { ReplayOptions, ReplayResult } from "./replay-options.js";
import { type ReplaySummary, summaryOf } from "./summary.js";

type JournalReplayOptions = Omit<ReplayOptions, "inputs"> & { dir: string };

/**
 * Replays a journal with the configuration it was recorded with, or with another one where it begins
 * with a fresh engine. `fromUs`: begins at the last checkpoint before it and tells signals from there on.
 * What comes after a hole, or after the engine was started anew, is played by an engine of its own;
 * instruments and strategies of the summary are then those of the last one.
 * @throws JOURNAL_*, INPUT_*, STRATEGY_*, MEMORY_TOO_LARGE
 */
export async function replayJournal(options: JournalReplayOptions): Promise<ReplayResult> {
  const journal = openJournal(options.dir);
  const hash = createHash("sha256");
  const told = (lines: readonly string[]): void => {
    for (const line of lines) hash.update(line).update("\n");
    options.onSignals?.(lines);
  };
  const damages = new Map<string, { code: string; message: string }>();
  const counts = { messages: 0, records: 0 };
  const started = performance.now();
  let start: JournalStart = { fromUs: options.fromUs ?? Number.NEGATIVE_INFINITY };
  for (;;) {
    const { summary, report, engine } = await playPart(journal, start, options, { ...options, onSignals: told });
    for (const damage of report.damages) damages.set(damage.message, damage);
    counts.messages += engine.messages;
    counts.records += engine.records;
    if (report.next !== null) {
      start = { segment: report.next };
      continue;
    }
    const elapsedMs = performance.now() - started;
    // What was a frame the journal does not tell: one message counts as one.
    const { messages: frames, records } = counts;
    const framesPerSecond = Math.round(frames / (elapsedMs / 1000));
    return {
      summary: { ...summary, frames, records, elapsedMs, framesPerSecond, digest: hash.digest("hex") },
      damages: [...damages.values()],
    };
  }
}

interface Played {
  summary: ReplaySummary;
  report: JournalReplayReport;
  engine: EngineReport;
}

/** Segments that one engine can play, from a fresh one or a checkpoint on. */
async function playPart(
  journal: JournalInfo,
  start: JournalStart,
  options: JournalReplayOptions,
  told: LineHandlers,
): Promise<Played> {
  const recorded = recordedConfig(journal, start);
  const config = options.config ?? recorded;
  const plan = memoryOf(config, [0]);
  const memory = createMemory(plan);
  const workers: Worker[] = [];
  try {
    const { speed = null, toUs = null, dir } = options;
    const workerData: JournalReplayData = { memory, plan, lane: 0, dir, start, toUs, speed };
    const reader = new Worker(new URL("./record/replay-worker.js", import.meta.url), { workerData });
    workers.push(reader);
    const { begun, finished } = followReader(reader);
    const { checkpoint } = await begun;
    if (checkpoint !== null) refuseOtherConfiguration(recorded, options.config);
    const engineData: EngineWorkerData = {
      ...engineWorkerData(config, plan, memory, compileKernel("engine"), true),
      restore: checkpoint,
      fromUs: options.fromUs,
      trading: options.trading,
      figuresMs: options.onFigures === undefined ? undefined : (options.figuresMs ?? 1000),
    };
    const engine = new Worker(new URL("./engine/worker.js", import.meta.url), { workerData: engineData });
    workers.push(engine);
    const done = followEngine(engine, told, () => reader.postMessage("go"));
    const [last, report] = await Promise.all([done, finished]);
    return { summary: summaryOf([], 1, viewsOf(memory), plan, last), report, engine: last };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** The configuration of the engine that wrote the segment at which a part starts. @throws JOURNAL_START */
export function recordedConfig(journal: JournalInfo, start: JournalStart): ResolvedConfig {
  const text = chooseStart(journal, start)?.segments.find(({ meta }) => meta !== null)?.meta?.config;
  if (text !== undefined) return parseConfig(JSON.parse(text));
  throw new CrosstickError("JOURNAL_START", `${journal.dir} has nothing that can be played from there`, {
    exitCode: EXIT.damagedInput,
  });
}

/** A checkpoint holds the state of its own strategies. */
function refuseOtherConfiguration(recorded: ResolvedConfig, given: ResolvedConfig | undefined): void {
  if (given === undefined || hashOf(journalConfig(given)) === hashOf(journalConfig(recorded))) return;
  throw new CrosstickError(
    "JOURNAL_CONFIG",
    "Another configuration than the journal's own can only be replayed from a fresh start of the engine: leave out --from, or -c",
    { exitCode: EXIT.usage },
  );
}

interface Followed {
  begun: Promise<{ checkpoint: ArrayBuffer | null }>;
  finished: Promise<JournalReplayReport>;
}

/** What a journal's reader says: that it is at the start, and how it ended. */
export function followReader(worker: Worker): Followed {
  let begin = (_start: { checkpoint: ArrayBuffer | null }): void => {};
  let finish = (_report: JournalReplayReport): void => {};
  let fail = (_error: Error): void => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const begun = Promise.race([new Promise<{ checkpoint: ArrayBuffer | null }>((resolve) => (begin = resolve)), failed]);
  const finished = Promise.race([new Promise<JournalReplayReport>((resolve) => (finish = resolve)), failed]);
  for (const promise of [failed, begun, finished]) promise.catch(() => {});
  worker.on("message", (message: JournalReplayMessage) => {
    if (message.type === "start") begin(message);
    else if (message.type === "done") finish(message.report);
    else fail(new CrosstickError(message.code, message.message, { exitCode: message.exitCode }));
  });
  worker.on("error", fail);
  worker.on("exit", () => fail(new CrosstickError("FEED_LOST", "The journal's reader ended before its work was done")));
  return { begun, finished };
}
