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

/** Records of each message, in the order in which they come: one, or the six of a depth message. */
const MESSAGES = [1, 1, 6, 1, 1, 1, 6, 1, 1, 1] as const;
/** Between two turns, ms. */
const STEP_MS = 0.2;
/** Records of one publication at most: what a read of 64 KiB brings. A turn that came late has several. */
const READ_RECORDS = 400;

const { memory, plan, instruments, recordsPerSecond, seconds } = workerData as JournalPeerData;
const views = viewsOf(memory);
const ring = new RingWriter(views, plan.lanes[0].ring, plan.engine);
const nothing = new Int32Array(new SharedArrayBuffer(4));
const originUs = performance.timeOrigin * 1000;

/** Refilled for each record: garbage here would be collected by threads that take the cores from all that is measured. */
const payload = [0.5, 0.5, 0.5, 0.5];
let written = 0;
let message = 0;

/**
 * One message, received when it was due, however late its turn came; that turn stands in place of the venue's time.
 * Those of one record are of the even instruments, the others change the books of the odd ones.
 */
function write(dueUs: number, nowUs: number): void {
  const records = MESSAGES[message % MESSAGES.length];
  const isBbo = records === 1;
  const pair = (message++ * 2) % instruments;
  for (let i = 0; i < records; i++) {
    const isAsk = i % 2 === 1;
    const distance = ((message * 7 + i * 13) % 400) / 10;
    const price = isAsk ? 60_000 + distance : 59_999.9 - distance;
    payload[0] = isBbo ? 59_999.9 - distance : price;
    payload[1] = 1 + (message % 5);
    payload[2] = isBbo ? 60_000 + distance : 0;
    payload[3] = isBbo ? 2.5 : 0;
    ring.control(isBbo ? L.KIND_BBO : L.KIND_DEPTH, 0, isBbo ? pair : pair + 1, dueUs, 0, payload);
    const at = ring.at(-1);
    views.u8[at + L.RECORD_FLAGS] = (i === records - 1 ? L.FLAG_LAST : 0) | (isAsk ? L.FLAG_ASK : 0);
    views.f64[(at + L.RECORD_EXCHANGE_TIME_US) >> 3] = nowUs;
  }
  written += records;
}

const startUs = originUs + performance.now() * 1000;
for (let i = 0; i < instruments; i++) {
  ring.control(L.KIND_INSTRUMENT, 0, i, startUs, 0, []);
  ring.control(L.KIND_BOOK_STATE, 0, i, startUs, 0, [L.STATE_LIVE, L.REASON_NONE]);
}
ring.publish();
const begunMs = performance.now();
let lost = 0;
for (;;) {
  const nowMs = performance.now() - begunMs;
  if (nowMs >= seconds * 1000) break;
  const due = (nowMs / 1000) * recordsPerSecond;
  while (written < due) {
    const nowUs = originUs + performance.now() * 1000;
    const end = Math.min(due, written + READ_RECORDS);
    while (written < end) {
      if (ring.free(8) < 8) {
        written += 1;
        lost++;
      } else write(originUs + (begunMs + (written / recordsPerSecond) * 1000) * 1000, nowUs);
    }
    ring.publish();
  }
  Atomics.wait(nothing, 0, 0, STEP_MS);
}
ring.close();
parentPort?.postMessage({ written, lost });
