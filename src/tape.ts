/** Wiring of a tape: what the decoders make of recordings, kept in memory, to be played to many engines. */
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { ResolvedConfig } from "./config.js";
import { planLanes, type ReplayInputOrder } from "./feed/replay-plan.js";
import type { ReplayWorkerData } from "./feed/replay-worker.js";
import { compileKernel, type DecodeKernel, startKernel } from "./kernel/kernel.js";
import { createMemory, type MemoryPlan, type Views, viewsOf } from "./kernel/memory.js";
import * as L from "./layout.js";
import { isJournal } from "./record/is-journal.js";
import { followFeed, memoryOf } from "./replay-engine.js";
import { RingReader } from "./ring/reader.js";

/** Decoded recordings, shared by threads and changed by none: each lane's records, and the instruments they name. */
export interface Tape {
  lanes: SharedArrayBuffer[];
  /** IDENTITY_BYTES an instrument, in the order of their numbers. */
  identities: SharedArrayBuffer;
}

/** Above this, bytes of records, recordings are read anew for each engine. */
export const TAPE_BYTES = 2 ** 30;

const IDLE_MS = 1;
const DRAIN_RECORDS = 65_536;

/**
 * Decodes recordings onto a tape, in one worker. null: they are a journal, which holds decoded records already,
 * or more than `limitBytes` of records. `damages`: inputs that were cut; what came before is on the tape.
 * @throws INPUT_*, USAGE_*, MEMORY_TOO_LARGE
 */
export async function recordTape(
  inputs: readonly ReplayInputOrder[],
  config: ResolvedConfig,
  limitBytes = TAPE_BYTES,
): Promise<{ tape: Tape; damages: { code: string; message: string }[] } | null> {
  if (inputs.some(({ path, raw }) => !raw && isJournal(path))) return null;
  const { lanes, damages: unread } = await planLanes(inputs);
  const plan = memoryOf(
    config,
    lanes.map((lane) => lane.inputs.length),
  );
  const memory = createMemory(plan);
  const module = compileKernel("decode");
  startKernel<DecodeKernel>(module, memory).initTables();
  const workerData: ReplayWorkerData = { module, memory, plan, lanes, speed: null };
  const worker = new Worker(new URL("./feed/replay-worker.js", import.meta.url), { workerData });
  try {
    const feed = followFeed(worker);
    const isLost = feed.then(
      () => false,
      () => true,
    );
    const records = await drained(viewsOf(memory), plan, limitBytes, isLost);
    if (records === null) return null;
    const { damages } = await feed;
    const told = [...unread.map(({ code, message }) => ({ code, message })), ...damages];
    return { tape: { lanes: records, identities: identitiesOf(viewsOf(memory), plan) }, damages: told };
  } finally {
    await worker.terminate();
  }
}

/** The records of every lane until all are closed or their feed is lost; null when they are too many. */
async function drained(
  views: Views,
  plan: MemoryPlan,
  limitBytes: number,
  isLost: Promise<boolean>,
): Promise<SharedArrayBuffer[] | null> {
  let lost = false;
  void isLost.then((was) => {
    lost = was;
  });
  const readers = plan.lanes.map(({ ring }) => new RingReader(views, ring));
  const pieces: Uint8Array[][] = plan.lanes.map(() => []);
  let bytes = 0;
  while (!lost && readers.some((reader) => !reader.ended)) {
    let moved = 0;
    readers.forEach((reader, lane) => {
      const count = reader.available(DRAIN_RECORDS);
      if (count === 0) return;
      pieces[lane].push(views.u8.slice(reader.at, reader.at + count * L.RECORD_BYTES));
      reader.release(count);
      moved += count;
    });
    bytes += moved * L.RECORD_BYTES;
    if (bytes > limitBytes) return null;
    // A worker's message, such as that it failed, comes in the event loop.
    await sleep(moved === 0 ? IDLE_MS : 0);
  }
  return pieces.map(joined);
}

function joined(pieces: readonly Uint8Array[]): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(pieces.reduce((sum, { length }) => sum + length, 0));
  const whole = new Uint8Array(buffer);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return buffer;
}

function identitiesOf({ u8, u32 }: Views, { identities, instrumentCount, sizes }: MemoryPlan): SharedArrayBuffer {
  const count = Math.min(sizes.instruments, Atomics.load(u32, instrumentCount >> 2));
  return joined([u8.subarray(identities, identities + count * L.IDENTITY_BYTES)]);
}
