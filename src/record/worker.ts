// Worker entry: the journal of a live engine, and its raw log.

import { setTimeout as sleep } from "node:timers/promises";
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { workerFailure } from "../errors.js";
import { viewsOf } from "../kernel/memory.js";
import { openDirectory } from "./directory.js";
import { diskFiles } from "./files.js";
import { SEGMENT_JOURNAL } from "./format.js";
import { IdentityTable } from "./identity-table.js";
import { Recorder } from "./recorder.js";
import { outdated, type Retention } from "./retention.js";
import { SegmentLog } from "./segment-log.js";
import type { RecordMessage, RecordOrder } from "./status.js";

export interface RecordWorkerData {
  memory: WebAssembly.Memory;
  /** Addresses of the engine's header, the identities, the number of instruments, the journal's ring. */
  engine: number;
  identities: number;
  instrumentCount: number;
  ring: number;
  /** Instruments that the table holds at most. */
  instruments: number;
  dir: string;
  fsyncMs: number;
  segmentBytes: number;
  segmentMs: number;
  retain: Retention;
  meta: { config: string; configHash: string; version: string };
  /** Where the engine's states come: `{ state: ArrayBuffer }`, posted before its KIND_CHECKPOINT is published. */
  checkpoints: MessagePort;
}

const IDLE_MS = 2;
const STATUS_MS = 1000;

const data = workerData as RecordWorkerData;

function say(message: RecordMessage): void {
  parentPort?.postMessage(message);
}

function takeCheckpoint(): ArrayBuffer | null {
  return receiveMessageOnPort(data.checkpoints)?.message.state ?? null;
}

/** Once a segment: one that cannot be removed now is tried again with the next. */
function clean(segment: number): void {
  const wallMs = performance.timeOrigin + performance.now();
  try {
    for (const path of outdated(data.dir, data.retain, new Map([[SEGMENT_JOURNAL, segment]]), wallMs))
      diskFiles.remove(path);
  } catch {
    // A full or failing disk says so where it matters, in writing.
  }
}

async function main(): Promise<void> {
  const { memory, engine, ring, dir, fsyncMs, segmentBytes, segmentMs, meta } = data;
  const views = viewsOf(memory);
  let told = "";
  const nowMs = (): number => performance.now();
  const wallUs = (): number => Math.floor((performance.timeOrigin + performance.now()) * 1000);
  const { journal, release } = openDirectory(dir);
  const log = new SegmentLog({
    ...{ files: diskFiles, dir, kind: SEGMENT_JOURNAL, nowMs, wallUs, fsyncMs, number: journal.number },
    configHash: meta.configHash,
    meta: { version: meta.version, config: meta.config },
    synced: (since, safe) => say({ type: "synced", since, position: safe }),
    stopped: () => {
      told = "";
    },
  });
  const identities = new IdentityTable(views, data);
  const recorder = new Recorder({
    ...{ views, ring, engine, identities, log, position: journal.position, segmentBytes, segmentMs, takeCheckpoint },
  });
  let isStopping = false;
  parentPort?.on("message", (order: RecordOrder) => {
    isStopping = order === "stop";
  });
  say({ type: "ready" });
  let toldMs = nowMs();
  let cleanedFor = 0;
  while (!(isStopping && recorder.ended)) {
    const isBusy = recorder.turn();
    const state = log.current === null ? "stopped" : "recording";
    if (state !== told || nowMs() - toldMs >= STATUS_MS) {
      told = state;
      toldMs = nowMs();
      say({ type: "status", status: recorder.status() });
    }
    if (log.segment !== cleanedFor) {
      cleanedFor = log.segment;
      clean(log.segment);
    }
    await (isBusy ? new Promise(setImmediate) : sleep(IDLE_MS));
  }
  recorder.end();
  while (!log.queue.idle) await sleep(IDLE_MS);
  release();
  say({ type: "done", status: recorder.status() });
}

try {
  await main();
} catch (error) {
  say(workerFailure(error, "JOURNAL_FAILED"));
}
data.checkpoints.close();
parentPort?.unref();
