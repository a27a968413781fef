// Worker entry of the journal bench: a feed that writes records at a fixed rate, whatever the engine does.
import { parentPort, workerData } from "node:worker_threads";
import { type MemoryPlan, viewsOf } from "../src/kernel/memory.js";
import * as L from "../src/layout.js";
import { RingWriter } from "../src/ring/writer.js";

export interface JournalPeerData {
  memory: WebAssembly.Memory;
  plan: MemoryPlan;
  instruments: number;
  recordsPerSecond: number;
  seconds: number;
}

/** A bookTicker, a trade and a depth message of six records: records of each, in the order in which they come. */
const MESSAGES = [1, 1, 6, 1, 1, 1, 6, 1, 1, 1] as const;
/** Between two writes: what one read of a socket may bring, ms. */
const STEP_MS = 0.2;

const { memory, plan, instruments, recordsPerSecond, seconds } = workerData as JournalPeerData;
const views = viewsOf(memory);
const ring = new RingWriter(views, plan.lanes[0].ring, plan.engine);
const nothing = new Int32Array(new SharedArrayBuffer(4));
const originUs = performance.timeOrigin * 1000;

let written = 0;
let message = 0;

/** One message, received when it was due, however late its turn came; that turn stands in place of the venue's time. */
function write(dueUs: number, nowUs: number): void {
  const records = MESSAGES[message % MESSAGES.length];
  const instrument = message % instruments;
  const { u8, f64 } = views;
  message++;
  for (let i = 0; i < records; i++) {
    const price = 60_000 + ((message * 7 + i * 13) % 400) / 10;
    ring.control(records === 1 ? L.KIND_BBO : L.KIND_DEPTH, 0, instrument, dueUs, 0, [price, 1, price + 50, 2]);
    const at = ring.at(-1);
    u8[at + L.RECORD_FLAGS] = i === records - 1 ? L.FLAG_LAST : 0;
    f64[(at + L.RECORD_EXCHANGE_TIME_US) >> 3] = nowUs;
  }
  written += records;
}

for (let i = 0; i < instruments; i++) ring.control(L.KIND_INSTRUMENT, 0, i, originUs + performance.now() * 1000, 0, []);
ring.publish();
const begunMs = performance.now();
let lost = 0;
for (;;) {
  const nowMs = performance.now() - begunMs;
  if (nowMs >= seconds * 1000) break;
  const due = (nowMs / 1000) * recordsPerSecond;
  const nowUs = originUs + (begunMs + nowMs) * 1000;
  while (written < due) {
    if (ring.free(8) < 8) {
      written += 1;
      lost++;
    } else write(originUs + (begunMs + (written / recordsPerSecond) * 1000) * 1000, nowUs);
  }
  ring.publish();
  Atomics.wait(nothing, 0, 0, STEP_MS);
}
ring.close();
parentPort?.postMessage({ written, lost });
