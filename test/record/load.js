// A process that records under load until it is killed: node load.js DIR. Each line it prints is "since position":
// the disk has confirmed every record between. Record n of this run holds n.

import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import { createMemory, planMemory, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { RingWriter } from "crosstick/internal/ring/writer";

const place = planMemory({
  lanes: [1],
  ringRecords: 1024,
  scratchBytes: 1024,
  instruments: 16,
  bookLevels: 16,
  vwapTrades: 1,
  windowBytes: 0,
  consumers: [16_384],
});
const memory = createMemory(place);
const views = viewsOf(memory);
const [ring] = place.consumers;
const { port1, port2 } = new MessageChannel();
const worker = new Worker(fileURLToPath(import.meta.resolve("crosstick/internal/record/worker")), {
  workerData: {
    memory,
    engine: place.engine,
    identities: place.identities,
    instrumentCount: place.instrumentCount,
    instruments: place.sizes.instruments,
    ring,
    rawRings: [],
    dir: process.argv[2],
    fsyncMs: 5,
    segmentBytes: 1_000_000,
    segmentMs: 3_600_000,
    retain: {},
    meta: { config: "{}", configHash: "00".repeat(32), version: "0.0.0" },
    checkpoints: port2,
  },
  transferList: [port2],
});
worker.on("message", (message) => {
  if (message.type === "synced") writeSync(1, `${message.since} ${message.position}\n`);
  else if (message.type === "failed") {
    writeSync(2, `${message.code}: ${message.message}\n`);
    process.exit(message.exitCode);
  }
});

const writer = new RingWriter(views, ring, 0);
const request = (place.engine + L.ENGINE_CHECKPOINT_REQUEST) >> 2;
let number = 0;

function pump() {
  for (let burst = 0; burst < 40 && writer.free(64) >= 64; burst++) {
    if (Atomics.exchange(views.u32, request, 0) === 1) {
      port1.postMessage({ state: new Uint8Array(20_000).buffer });
      writer.control(L.KIND_CHECKPOINT, 0, L.INSTRUMENT_NONE, number, 0, [0, 0]);
    }
    for (let i = 0; i < 50; i++) {
      const at = writer.at(0);
      writer.control(L.KIND_TICK, 0, L.INSTRUMENT_NONE, number, 0, [number, -number]);
      views.u64[(at + L.RECORD_SEQUENCE) >> 3] = BigInt(number);
      number++;
    }
  }
  writer.publish();
  setTimeout(pump, 0);
}

pump();
