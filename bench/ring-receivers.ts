// The reading thread of the ring bench: every record is looked at, all 64 bytes of it.
import type { Worker } from "node:worker_threads";
import { compileKernel, type EngineKernel, startKernel } from "../src/kernel/kernel.js";
import { createMemory, viewsOf } from "../src/kernel/memory.js";
import * as L from "../src/layout.js";
import { RingReader } from "../src/ring/reader.js";
import { RingWriter } from "../src/ring/writer.js";
import { type RingKernel, startRingKernel } from "./ring-kernel.js";
import {
  BATCH,
  loadRingbuf,
  type PeerData,
  planRings,
  RING_RECORDS,
  type Way,
  WORDS,
  waitAwhile,
  wordOf,
} from "./ring-plan.js";

/** Records a drain takes at most. */
const DRAIN = 1024;

/** Both rings, and all ways of reading what the peer writes. */
export class RingReceivers {
  readonly data: PeerData;
  private readonly views;
  private readonly kernel: EngineKernel;
  private readonly ringKernel: RingKernel;
  private readonly ringbuf: { pop(into: Float64Array): number; available_read(): number } | null;
  private wrong = 0;

  private constructor(package_: Awaited<ReturnType<typeof loadRingbuf>>) {
    const plan = planRings();
    const memory = createMemory(plan);
    const gate = new Int32Array(new SharedArrayBuffer(8));
    const storage = package_?.RingBuffer.getStorageForCapacity(RING_RECORDS * WORDS, Float64Array) ?? null;
    this.ringbuf = package_ === null || storage === null ? null : new package_.RingBuffer(storage, Float64Array);
    this.data = { memory, plan, gate, ringbuf: storage };
    this.views = viewsOf(memory);
    this.ringKernel = startRingKernel(memory);
    this.kernel = startKernel<EngineKernel>(compileKernel("engine"), memory);
    this.kernel.engineInit(plan.engine);
  }

  static async create(): Promise<RingReceivers> {
    return new RingReceivers(await loadRingbuf());
  }

  get hasRingbuf(): boolean {
    return this.ringbuf !== null;
  }

  /**
   * Has the peer send records one way and takes them all: nanoseconds it took.
   * @throws Error when a record was lost, torn or out of order.
   */
  async receive(peer: Worker, way: Way, records: number): Promise<number> {
    this.wrong = 0;
    const beginning = this.prepare(way);
    peer.postMessage({ way, records });
    const turn = Atomics.load(this.data.gate, 1) + 1;
    while (Atomics.load(this.data.gate, 0) < turn);
    const started = process.hrtime.bigint();
    Atomics.store(this.data.gate, 1, turn);
    await beginning(peer, records);
    const elapsed = Number(process.hrtime.bigint() - started);
    if (this.wrong > 0) throw new Error(`${way}: ${this.wrong} of ${records} records are not as they were written`);
    return elapsed;
  }

  /** Nanoseconds of one hop, half of there and back, for each of `records` records sent one at a time. */
  async hops(peer: Worker, records: number): Promise<Float64Array> {
    const { ring } = this.data.plan.lanes[1];
    const out = new RingWriter(this.views, ring, 0);
    const back = new RingReader(this.views, this.data.plan.lanes[0].ring);
    const hops = new Float64Array(records);
    const { f64 } = this.views;
    let seen = -1;
    const take = (at: number): void => {
      seen = f64[at >> 3];
    };
    peer.postMessage({ way: "echo", records });
    const turn = Atomics.load(this.data.gate, 1) + 1;
    while (Atomics.load(this.data.gate, 0) < turn);
    Atomics.store(this.data.gate, 1, turn);
    let before = performance.now();
    for (let index = 0; index < records; index++) {
      f64[out.at(0) >> 3] = index;
      out.commit(1);
      out.publish();
      while (out.free(RING_RECORDS) < 1 || back.drain(take, 1) === 0);
      const now = performance.now();
      hops[index] = ((now - before) * 1e6) / 2;
      before = now;
      if (seen !== index) throw new Error(`hop: record ${index} came back as ${seen}`);
    }
    return hops;
  }

  /** What must be ready before the first record is written. */
  private prepare(way: Way): (peer: Worker, records: number) => Promise<void> | void {
    if (way === "message") return (peer, records) => this.takeMessages(peer, records);
    if (way === "transfer") return (peer, records) => this.takeMessages(peer, records);
    if (way === "ringbuf") return (_, records) => this.takeFromRingbuf(records, 1);
    if (way === "ringbuf-batch") return (_, records) => this.takeFromRingbuf(records, BATCH);
    if (way === "ring-wasm")
      return (_, records) => {
        this.wrong += this.ringKernel.ringRead(this.data.plan.lanes[0].ring, records, DRAIN);
      };
    if (way === "ring-kernel") {
      this.openLane();
      return (_, records) => this.takeByKernel(records);
    }
    const reader = new RingReader(this.views, this.data.plan.lanes[0].ring);
    return (_, records) => this.takeFromRing(reader, records);
  }

  private takeFromRing(reader: RingReader, records: number): void {
    const { f64 } = this.views;
    let index = 0;
    const take = (at: number): void => {
      this.check(f64, at >> 3, index++);
    };
    for (let looks = 1; index < records; looks++) if (reader.drain(take, DRAIN) === 0) waitAwhile(looks);
  }

  /** The engine's table of lanes starts anew, with lane 0 from where it stands. */
  private openLane(): void {
    const { u32, f64 } = this.views;
    const { engine, lanes } = this.data.plan;
    u32[(engine + L.ENGINE_LANES) >> 2] = 0;
    u32[(engine + L.ENGINE_MODE) >> 2] = L.ENGINE_MODE_REPLAY;
    f64[(engine + L.ENGINE_TIME_US) >> 3] = Number.NaN;
    f64[(engine + L.ENGINE_RECORDS) >> 3] = 0;
    this.kernel.laneAdd(lanes[0].ring);
  }

  private takeByKernel(records: number): void {
    const { f64 } = this.views;
    const { engine } = this.data.plan;
    const taken = (engine + L.ENGINE_RECORDS) >> 3;
    for (let looks = 1; f64[taken] < records; looks++) if (this.kernel.step(DRAIN) === L.STEP_EMPTY) waitAwhile(looks);
    this.kernel.releaseAll(); // the next reader begins where this one ended
    if (f64[(engine + L.ENGINE_TIME_US) >> 3] !== records - 1) this.wrong++;
  }

  private takeFromRingbuf(records: number, batch: number): void {
    const { ringbuf } = this;
    if (ringbuf === null) return;
    const numbers = new Float64Array(batch * WORDS);
    for (let index = 0; index < records; index += batch) {
      for (let looks = 1; ringbuf.available_read() < numbers.length; looks++) waitAwhile(looks);
      ringbuf.pop(numbers);
      for (let i = 0; i < batch; i++) this.check(numbers, i * WORDS, index + i);
    }
  }

  private takeMessages(peer: Worker, records: number): Promise<void> {
    return new Promise((resolve) => {
      let index = 0;
      const take = (numbers: Float64Array): void => {
        for (let i = 0; i < numbers.length; i += WORDS) this.check(numbers, i, index++);
        if (index < records) return;
        peer.off("message", take);
        resolve();
      };
      peer.on("message", take);
    });
  }

  private check(numbers: Float64Array, at: number, index: number): void {
    for (let word = 0; word < WORDS; word++)
      if (numbers[at + word] !== wordOf(index, word)) {
        this.wrong++;
        return;
      }
  }
}
