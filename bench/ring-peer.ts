// Worker entry of the ring bench: the thread that writes.
import { parentPort, workerData } from "node:worker_threads";
import { viewsOf } from "../src/kernel/memory.js";
import * as L from "../src/layout.js";
import { RingReader } from "../src/ring/reader.js";
import { RingWriter } from "../src/ring/writer.js";
import { startRingKernel } from "./ring-kernel.js";
import { BATCH, loadRingbuf, type Order, type PeerData, type Way, WORDS, waitAwhile, wordOf } from "./ring-plan.js";

const { memory, plan, gate, ringbuf } = workerData as PeerData;
const views = viewsOf(memory);
const kernel = startRingKernel(memory);
const package_ = ringbuf === null ? null : await loadRingbuf();
const other = package_ === null || ringbuf === null ? null : new package_.RingBuffer(ringbuf, Float64Array);

/** Goes on where lane 0 stands. */
function writer(): RingWriter {
  return new RingWriter(views, plan.lanes[0].ring, 0);
}

function throughRing(records: number, batch: number): void {
  const ring = writer();
  const { f64 } = views;
  for (let index = 0; index < records; ) {
    const end = Math.min(records, index + batch);
    for (let looks = 1; ring.free(batch) < batch; looks++) waitAwhile(looks);
    for (; index < end; index++) {
      const at = ring.at(0) >> 3;
      for (let word = 0; word < WORDS; word++) f64[at + word] = wordOf(index, word);
      ring.commit(1);
    }
    ring.publish();
  }
}

/** Records that the engine takes as they are: the cheapest it knows, so that the way is measured and not the work. */
function ticks(records: number): void {
  const ring = writer();
  for (let index = 0; index < records; ) {
    const end = Math.min(records, index + BATCH);
    for (let looks = 1; ring.free(BATCH) < BATCH; looks++) waitAwhile(looks);
    for (; index < end; index++) ring.control(L.KIND_TICK, 0, L.INSTRUMENT_NONE, index, 0, []);
    ring.publish();
  }
}

function throughRingbuf(records: number, batch: number): void {
  if (other === null) return;
  const numbers = new Float64Array(batch * WORDS);
  for (let index = 0; index < records; index += batch) {
    fill(numbers, index);
    for (let looks = 1; other.available_write() < numbers.length; looks++) waitAwhile(looks);
    other.push(numbers);
  }
}

function byMessage(records: number): void {
  const numbers = new Float64Array(WORDS);
  for (let index = 0; index < records; index++) {
    fill(numbers, index);
    parentPort?.postMessage(numbers);
  }
}

function byTransfer(records: number): void {
  for (let index = 0; index < records; index += BATCH) {
    const numbers = new Float64Array(BATCH * WORDS);
    fill(numbers, index);
    parentPort?.postMessage(numbers, [numbers.buffer]);
  }
}

/** Sends every record straight back. */
function echo(records: number): void {
  const ring = writer();
  const reader = new RingReader(views, plan.lanes[1].ring);
  const { f64 } = views;
  let seen = 0;
  const answer = (at: number): void => {
    f64[ring.at(0) >> 3] = f64[at >> 3];
    ring.commit(1);
    ring.publish();
    seen++;
  };
  while (seen < records) reader.drain(answer, 1);
}

function fill(numbers: Float64Array, index: number): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = wordOf(index, i);
}

const ways: Readonly<Record<Way, (records: number) => void>> = {
  ring: (records) => throughRing(records, 1),
  "ring-batch": (records) => throughRing(records, BATCH),
  "ring-wasm": (records) => kernel.ringWrite(plan.lanes[0].ring, records, BATCH),
  "ring-kernel": ticks,
  ringbuf: (records) => throughRingbuf(records, 1),
  "ringbuf-batch": (records) => throughRingbuf(records, BATCH),
  message: byMessage,
  transfer: byTransfer,
  echo,
  stop: () => parentPort?.close(),
};

parentPort?.on("message", ({ way, records }: Order) => {
  // Awake and ready: what follows is the way alone, not the wake-up.
  const turn = Atomics.add(gate, 0, 1) + 1;
  while (Atomics.load(gate, 1) < turn);
  ways[way](records);
});
