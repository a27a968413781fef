/** Wiring of a tape: what the decoders make of recordings, or a journal's records, kept in memory, to be played to many engines. */
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { ResolvedConfig } from "./config.js";
import { planLanes, type ReplayInputOrder } from "./feed/replay-plan.js";
import type { ReplayWorkerData } from "./feed/replay-worker.js";
import { followReader } from "./journal-replay.js";
import { compileKernel, type DecodeKernel, startKernel } from "./kernel/kernel.js";
import { createMemory, type MemoryPlan, type Views, viewsOf } from "./kernel/memory.js";
import * as L from "./layout.js";
import type { JournalStart } from "./record/choose-start.js";
import type { JournalReplayData, JournalReplayReport } from "./record/replay-worker.js";
import { journalOf } from "./replay.js";
import { followFeed, memoryOf } from "./replay-engine.js";
import { RingReader } from "./ring/reader.js";

/** Decoded inputs, shared by threads and changed by none. */
export interface Tape {
  /** Each played by an engine of its own: one of recordings; of a journal one for each start of the engine that wrote it. */
  parts: TapePart[];
}

export interface TapePart {
  /** Each lane's records. */
  lanes: SharedArrayBuffer[];
  /** IDENTITY_BYTES an instrument, in the order of their numbers. */
  identities: SharedArrayBuffer;
  /** Records of the longest message: a ring must hold it whole. */
  longest: number;
}

/** A tape; `damages`: inputs that were cut; what came before is on the tape. */
export interface RecordedTape {
  tape: Tape;
  damages: { code: string; message: string }[];
}

/** Above this, bytes of records, recordings are read anew for each engine. */
const TAPE_BYTES = 2 ** 30;

const IDLE_MS = 1;
const DRAIN_RECORDS = 65_536;

/**
 * Puts what recordings or a journal hold onto a tape, in one worker. null: they are more than `limitBytes` of
 * records, or a part of the journal begins with the state of the engine that wrote it.
 * @throws INPUT_*, JOURNAL_*, USAGE_*, MEMORY_TOO_LARGE
 */
export async function recordTape(
  inputs: readonly ReplayInputOrder[],
  config: ResolvedConfig,
  limitBytes = TAPE_BYTES,
): Promise<RecordedTape | null> {
  const dir = journalOf(inputs);
  return dir === null ? recordRecordings(inputs, config, limitBytes) : recordJournal(dir, config, limitBytes);
}

async function recordRecordings(
  inputs: readonly ReplayInputOrder[],
  config: ResolvedConfig,
  limitBytes: number,
): Promise<RecordedTape | null> {
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
    return { tape: { parts: [partOf(records, viewsOf(memory), plan)] }, damages: told };
  } finally {
    await worker.terminate();
  }
}

async function recordJournal(dir: string, config: ResolvedConfig, limitBytes: number): Promise<RecordedTape | null> {
  const parts: TapePart[] = [];
  const damages = new Map<string, { code: string; message: string }>();
  let start: JournalStart = { fromUs: Number.NEGATIVE_INFINITY };
  let leftBytes = limitBytes;
  for (;;) {
    const recorded = await recordPart(dir, start, config, leftBytes);
    if (recorded === null) return null;
    const { part, report } = recorded;
    parts.push(part);
    for (const { byteLength } of part.lanes) leftBytes -= byteLength;
    for (const damage of report.damages) damages.set(damage.message, damage);
    if (report.next === null) return { tape: { parts }, damages: [...damages.values()] };
    start = { segment: report.next };
  }
}

async function recordPart(
  dir: string,
  start: JournalStart,
  config: ResolvedConfig,
  limitBytes: number,
): Promise<{ part: TapePart; report: JournalReplayReport } | null> {
  const plan = memoryOf(config, [0]);
  const memory = createMemory(plan);
  const workerData: JournalReplayData = { memory, plan, lane: 0, dir, start, toUs: null, speed: null };
  const worker = new Worker(new URL("./record/replay-worker.js", import.meta.url), { workerData });
  try {
    const { begun, finished } = followReader(worker);
    const { checkpoint } = await begun;
    if (checkpoint !== null) return null;
    worker.postMessage("go");
    const isLost = finished.then(
      () => false,
      () => true,
    );
    const lanes = await drained(viewsOf(memory), plan, limitBytes, isLost);
    if (lanes === null) return null;
    const report = await finished;
    return { part: partOf(lanes, viewsOf(memory), plan), report };
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

function partOf(lanes: SharedArrayBuffer[], views: Views, plan: MemoryPlan): TapePart {
  return { lanes, identities: identitiesOf(views, plan), longest: Math.max(0, ...lanes.map(longestMessage)) };
}

function longestMessage(lane: SharedArrayBuffer): number {
  const records = new Uint8Array(lane);
  let [longest, length] = [0, 0];
  for (let at = L.RECORD_FLAGS; at < records.length; at += L.RECORD_BYTES) {
    length++;
    if ((records[at] & L.FLAG_LAST) === 0) continue;
    if (length > longest) longest = length;
    length = 0;
  }
  return longest;
}

function identitiesOf({ u8, u32 }: Views, { identities, instrumentCount, sizes }: MemoryPlan): SharedArrayBuffer {
  const count = Math.min(sizes.instruments, Atomics.load(u32, instrumentCount >> 2));
  return joined([u8.subarray(identities, identities + count * L.IDENTITY_BYTES)]);
}
