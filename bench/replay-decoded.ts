// The feed's part of a replay alone: lines decoded and checked into their rings, whose records are taken and
// thrown away. What a reader of records, and not of books, waits for.
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { parseConfig } from "../src/config.js";
import { planLanes } from "../src/feed/replay-plan.js";
import type { ReplayWorkerData } from "../src/feed/replay-worker.js";
import { compileKernel, type DecodeKernel, startKernel } from "../src/kernel/kernel.js";
import { createMemory, viewsOf } from "../src/kernel/memory.js";
import type { ReplayOptions } from "../src/replay.js";
import { followFeed, memoryOf } from "../src/replay-engine.js";
import { RingReader } from "../src/ring/reader.js";

export interface Decoded {
  /** Lines that were read. */
  frames: number;
  /** Records that came through the rings. */
  records: number;
  /** From the start of the feed's thread to the last record, ms. */
  elapsedMs: number;
}

/** Between two looks at the rings, ms: they fill in many more. */
const LOOK_MS = 1;

/** @throws Error when a line was refused, and what a replay throws */
export async function decodeRecording({ inputs, config = parseConfig({}) }: ReplayOptions): Promise<Decoded> {
  const { lanes } = await planLanes(inputs);
  const plan = memoryOf(
    config,
    lanes.map((lane) => lane.inputs.length),
  );
  const memory = createMemory(plan);
  const views = viewsOf(memory);
  const module = compileKernel("decode");
  startKernel<DecodeKernel>(module, memory).initTables();
  const readers = plan.lanes.map(({ ring }) => new RingReader(views, ring));
  const workerData: ReplayWorkerData = { module, memory, plan, lanes, speed: null };
  const started = performance.now();
  const worker = new Worker(new URL("../src/feed/replay-worker.js", import.meta.url), { workerData });
  try {
    let records = 0;
    const done = followFeed(worker);
    let failed = false;
    done.catch(() => {
      failed = true;
    });
    while (!failed && readers.some((reader) => !reader.ended)) {
      for (const reader of readers)
        for (
          let count = reader.available(Number.POSITIVE_INFINITY);
          count > 0;
          count = reader.available(Number.POSITIVE_INFINITY)
        ) {
          reader.release(count);
          records += count;
        }
      await sleep(LOOK_MS); // a reader that spins would take the second core from the compiler of the feed's code
    }
    const elapsedMs = performance.now() - started;
    const { counts } = await done;
    const rejected = counts.reduce((sum, lane) => sum + lane.rejected, 0);
    if (rejected > 0) throw new Error(`${rejected} lines of the recording were refused`);
    return { frames: counts.reduce((sum, { frames }) => sum + frames, 0), records, elapsedMs };
  } finally {
    await worker.terminate();
  }
}
