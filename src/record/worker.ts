// Worker entry: the journal of a live engine, and its raw log.

import { setTimeout as sleep } from "node:timers/promises";
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { workerFailure } from "../errors.js";
import { type Views, viewsOf } from "../kernel/memory.js";
import { type Continuation, openDirectory } from "./directory.js";
import { diskFiles } from "./files.js";
import { SEGMENT_JOURNAL, SEGMENT_RAW } from "./format.js";
import { IdentityTable } from "./identity-table.js";
import type { SegmentMeta } from "./meta.js";
import { RawRecorder } from "./raw-recorder.js";
import { Recorder } from "./recorder.js";
import { outdated, type Retention } from "./retention.js";
import { SegmentLog } from "./segment-log.js";
import type { RecordMessage, RecordOrder, RecordStatus } from "./status.js";

export interface RecordWorkerData {
  memory: WebAssembly.Memory;
  /** Addresses of the engine's header, the identities, the number of instruments, the journal's ring. */
  engine: number;
  identities: number;
  instrumentCount: number;
  ring: number;
  /** Instruments that the table holds at most. */
  instruments: number;
  /** Byte ring and market of each lane, by lane number, whose frames are kept too; empty for no raw log. */
  rawRings: { at: number; venue: string; product: string }[];
  dir: string;
  fsyncMs: number;
  segmentBytes: number;
  segmentMs: number;
  retain: Retention;
  meta: { config: string; configHash: string; version: string };
  /** Where the engine's states come: `{ state: ArrayBuffer }`, posted before its KIND_CHECKPOINT is published. */
  checkpoints: MessagePort;
}

/** Between two turns when everything was taken: each costs as much as some hundred records, and the ring holds many more. */
const IDLE_MS = 2;
const STATUS_MS = 1000;

const data = workerData as RecordWorkerData;
const { fsyncMs, segmentBytes, segmentMs, meta, dir } = data;

const nowMs = (): number => performance.now();
const wallUs = (): number => Math.floor((performance.timeOrigin + performance.now()) * 1000);

function say(message: RecordMessage): void {
  parentPort?.postMessage(message);
}

function takeCheckpoint(): ArrayBuffer | null {
  return receiveMessageOnPort(data.checkpoints)?.message.state ?? null;
}

function openLog(
  kind: number,
  { number }: Continuation,
  lanes: SegmentMeta["lanes"],
  synced: (since: number, position: number) => void,
): SegmentLog {
  return new SegmentLog({
    ...{ files: diskFiles, dir, kind, nowMs, wallUs, fsyncMs, number, synced },
    configHash: meta.configHash,
    meta: { version: meta.version, config: meta.config, lanes },
  });
}

function openRaw(views: Views, continuation: Continuation): RawRecorder | null {
  if (data.rawRings.length === 0) return null;
  const lanes = data.rawRings.map(({ venue, product }) => ({ venue, product }));
  const log = openLog(SEGMENT_RAW, continuation, lanes, () => {});
  const rings = data.rawRings.map(({ at }) => at);
  const { position } = continuation;
  return new RawRecorder({ views, rings, log, position, segmentBytes, segmentMs, nowMs });
}

/** Once a segment: one that cannot be removed now is tried again with the next. */
function clean({ segment, raw }: RecordStatus): void {
  const current = new Map([[SEGMENT_JOURNAL, segment]]);
  // Without a raw log of its own, what an earlier run left is complete.
  current.set(SEGMENT_RAW, raw?.segment ?? Number.POSITIVE_INFINITY);
  try {
    for (const path of outdated(dir, data.retain, current, wallUs() / 1000)) diskFiles.remove(path);
  } catch {
    // A full or failing disk says so where it matters, in writing.
  }
}

async function main(): Promise<void> {
  const { memory, engine, ring } = data;
  const views = viewsOf(memory);
  const folder = openDirectory(dir);
  const { position } = folder.journal;
  const log = openLog(SEGMENT_JOURNAL, folder.journal, undefined, (since, safe) =>
    say({ type: "synced", since, position: safe }),
  );
  const identities = new IdentityTable(views, data);
  const recorder = new Recorder({
    ...{ views, ring, engine, identities, log, position, segmentBytes, segmentMs, takeCheckpoint },
  });
  const raw = openRaw(views, folder.raw);
  const status = (): RecordStatus => ({ ...recorder.status(), raw: raw?.status() ?? null });
  let isStopping = false;
  parentPort?.on("message", (order: RecordOrder) => {
    isStopping = order === "stop";
  });
  say({ type: "ready" });
  const told = new Telling(status);
  while (!(isStopping && recorder.ended)) {
    const hasMore = recorder.turn();
    raw?.turn();
    told.look();
    await (hasMore ? new Promise(setImmediate) : sleep(IDLE_MS));
  }
  recorder.end();
  raw?.end();
  while (!(recorder.isSafe && (raw?.isSafe ?? true))) await sleep(IDLE_MS);
  folder.release();
  say({ type: "done", status: status() });
}

/** Tells how it goes, each second and when something changes, and has old segments removed with each new one. */
class Telling {
  private readonly status: () => RecordStatus;
  private states = "";
  private segments = "";
  private toldMs = Number.NEGATIVE_INFINITY;

  constructor(status: () => RecordStatus) {
    this.status = status;
  }

  look(): void {
    const status = this.status();
    const { raw } = status;
    const states = `${status.state} ${raw?.state}`;
    const segments = `${status.segment} ${raw?.segment}`;
    if (segments !== this.segments) clean(status);
    this.segments = segments;
    if (states === this.states && nowMs() - this.toldMs < STATUS_MS) return;
    this.states = states;
    this.toldMs = nowMs();
    say({ type: "status", status });
  }
}

try {
  await main();
} catch (error) {
  say(workerFailure(error, "JOURNAL_FAILED"));
}
data.checkpoints.close();
parentPort?.unref();
