import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import { createMemory, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { openJournal } from "crosstick/internal/record/journal";
import type { JournalReplayData, JournalReplayMessage } from "crosstick/internal/record/replay-worker";
import type { RecordMessage } from "crosstick/internal/record/status";
import type { RecordWorkerData } from "crosstick/internal/record/worker";
import { RingReader } from "crosstick/internal/ring/reader";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MessageSource, memoryPlan, temporaryFolder } from "./rig.js";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const entry = (name: string): string => fileURLToPath(import.meta.resolve(`crosstick/internal/record/${name}`));

test("threads: recorded with checkpoints, played from the beginning and from a later segment", async () => {
  const seed = 1 + Math.floor(Math.random() * 2 ** 31);
  const place = memoryPlan(65_536);
  const memory = createMemory(place);
  const views = viewsOf(memory);
  const [ring] = place.consumers;
  const { port1, port2 } = new MessageChannel();
  const workerData: RecordWorkerData = {
    ...{ memory, engine: place.engine, identities: place.identities, instrumentCount: place.instrumentCount },
    ...{ ring, instruments: place.sizes.instruments, rawRings: [], dir: folder.dir, fsyncMs: 20 },
    ...{ segmentBytes: 1 << 20, segmentMs: 3_600_000, retain: {}, checkpoints: port2 },
    meta: { config: "{}", configHash: "00".repeat(32), version: "0.0.0" },
  };
  const worker = new Worker(entry("worker"), { workerData, transferList: [port2] });
  const said: RecordMessage[] = [];
  const done = new Promise<void>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("message", (message: RecordMessage) => {
      said.push(message);
      if (message.type === "done" || message.type === "failed") resolve();
    });
  });
  const source = new MessageSource(views, place, ring, seed);
  const request = (place.engine + L.ENGINE_CHECKPOINT_REQUEST) >> 2;
  let checkpoints = 0;
  while (source.sent.length < 60_000) {
    while (source.writer.free(4096) < 4096) await new Promise((resolve) => setTimeout(resolve, 1));
    source.messages(200);
    if (Atomics.exchange(views.u32, request, 0) === 1) {
      port1.postMessage({ state: new Uint8Array(1000).fill(++checkpoints).buffer });
      source.checkpoint();
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  source.writer.close();
  worker.postMessage("stop");
  await done;
  await worker.terminate();
  port1.close();
  const status = said.at(-1);
  if (status?.type !== "done") throw new Error(JSON.stringify(status));
  const total = source.sent.length;
  expect(status.status, `seed ${seed}`).toMatchObject({ written: total, synced: total, lostRecords: 0, reason: null });
  const acknowledged = said.flatMap((message) => (message.type === "synced" ? [message.position] : []));
  expect(acknowledged.length).toBeGreaterThan(2);
  expect(acknowledged).toEqual([...acknowledged].sort((a, b) => a - b));
  expect(checkpoints).toBeGreaterThan(1);

  const { segments } = openJournal(folder.dir, { verify: true });
  expect(segments.length).toBe(checkpoints + 1);
  for (const from of [0, 2]) {
    const { records, start, report } = await replay({ segment: segments[from].number });
    const expected = source.sent.slice(segments[from].firstPosition);
    expect(Buffer.concat(records).equals(Buffer.concat(expected)), `seed ${seed}`).toBe(true);
    expect(start.firstPosition).toBe(segments[from].firstPosition);
    expect(start.checkpoint?.byteLength ?? 0).toBe(from === 0 ? 0 : 1000);
    expect(report).toMatchObject({ counts: { records: expected.length }, damages: [], next: null });
  }
  // By time: the last checkpoint at or before it.
  const { start } = await replay({ fromUs: segments[2].startUs + 1 });
  expect(start.firstPosition).toBe(segments[2].firstPosition);
});

async function replay(start: JournalReplayData["start"]) {
  const place = memoryPlan(4096);
  const memory = createMemory(place);
  const views = viewsOf(memory);
  const workerData: JournalReplayData = {
    memory,
    plan: place,
    lane: 0,
    dir: folder.dir,
    start,
    toUs: null,
    speed: null,
  };
  const worker = new Worker(entry("replay-worker"), { workerData });
  const [begun] = (await once(worker, "message")) as [JournalReplayMessage];
  if (begun.type !== "start") throw new Error(JSON.stringify(begun));
  const end = once(worker, "message") as Promise<[JournalReplayMessage]>;
  worker.postMessage("go");
  const reader = new RingReader(views, place.lanes[0].ring);
  const records: Buffer[] = [];
  while (!reader.ended) {
    const took = reader.drain((at) => records.push(Buffer.from(views.u8.slice(at, at + L.RECORD_BYTES))), 1000);
    if (took === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const [done] = await end;
  await worker.terminate();
  if (done.type !== "done") throw new Error(JSON.stringify(done));
  return { records, start: begun, report: done.report };
}
