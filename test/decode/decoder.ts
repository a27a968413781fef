// The kernel's decoder over a memory of its own, with canaries around everything it may write.
import { compileKernel, type DecodeKernel, startKernel } from "crosstick/internal/kernel/kernel";
import * as L from "crosstick/internal/layout";
import type { Context, PlainMessage, PlainRecord, SymbolEntry } from "./reference-values.js";

const RING_RECORDS = 32768;
const SCRATCH_BYTES = 8 << 20;
const CANARY = 0xa5;
const LANE = L.REGIONS_AT;
const RING = LANE + L.LANE_BYTES;
const RECORDS = RING + L.RING_HEADER_BYTES;
const GUARD = RECORDS + RING_RECORDS * L.RECORD_BYTES;
const SCRATCH = GUARD + 4096;
const END = SCRATCH + SCRATCH_BYTES + L.SCRATCH_PADDING;

const module = compileKernel("decode");

export interface DecodeOptions {
  /** Records the decoder may write; the whole ring by default. */
  limit?: number;
  receivedTimeUs?: number;
  receivedNanos?: number;
  source?: number;
}

export class Decoder {
  readonly kernel: DecodeKernel;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly f64: Float64Array;
  readonly u64: BigUint64Array;
  readonly context: Context;
  readonly lane = LANE;
  readonly scratch = SCRATCH;
  readonly #venue: number;
  /** Near the wrap of both the ring and u32. */
  #cursor = 2 ** 32 - 5;

  constructor(venue: number, product: number) {
    const pages = Math.ceil(END / L.PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.kernel = startKernel<DecodeKernel>(module, memory);
    this.kernel.initTables();
    this.u8 = new Uint8Array(memory.buffer);
    this.u16 = new Uint16Array(memory.buffer);
    this.u32 = new Uint32Array(memory.buffer);
    this.f64 = new Float64Array(memory.buffer);
    this.u64 = new BigUint64Array(memory.buffer);
    this.context = { product, symbols: new Map() };
    this.#venue = venue;
    this.u32[(RING + L.RING_CAPACITY) >> 2] = RING_RECORDS;
    this.u8.fill(CANARY, RECORDS, SCRATCH);
  }

  /** Adds a symbol to the lane and to what the reference knows. */
  add(name: string, unit = L.UNIT_BASE, contractSize = 1): SymbolEntry {
    const entry = { instrument: this.context.symbols.size, unit, contractSize };
    const bytes = new TextEncoder().encode(name);
    this.u8.set(bytes, SCRATCH);
    this.kernel.symbolAdd(LANE, SCRATCH, bytes.length, this.context.product, entry.instrument, unit, contractSize);
    this.context.symbols.set(`${this.context.product}:${name}`, entry);
    return entry;
  }

  /** Name asked for after NEED_SYMBOL. */
  neededSymbol(): string {
    const at = this.u32[(LANE + L.MESSAGE_SYMBOL_AT) >> 2];
    return new TextDecoder().decode(this.u8.slice(at, at + this.u32[(LANE + L.MESSAGE_SYMBOL_LENGTH) >> 2]));
  }

  misses(): number {
    return this.u32[(LANE + L.MESSAGE_TEMPLATE_MISSES) >> 2];
  }

  /** Receive times of the first and last frame that named the symbol. */
  seen(name: string): [number, number] {
    const entry = this.context.symbols.get(`${this.context.product}:${name}`);
    for (let slot = 0; slot < L.SYMBOL_SLOTS; slot++) {
      const at = LANE + L.LANE_SYMBOLS + slot * L.SYMBOL_BYTES;
      if (
        this.u32[(at + L.SYMBOL_LENGTH) >> 2] !== 0 &&
        this.u32[(at + L.SYMBOL_INSTRUMENT) >> 2] === entry?.instrument
      )
        return [this.f64[(at + L.SYMBOL_FIRST_RECEIVED_US) >> 3], this.f64[(at + L.SYMBOL_LAST_RECEIVED_US) >> 3]];
    }
    return [NaN, NaN];
  }

  /** Decodes a frame as a feed does, then reads back what was written. */
  decode(frame: Uint8Array, options: DecodeOptions = {}): PlainMessage {
    const { limit = RING_RECORDS, receivedTimeUs = 1786310819526357, receivedNanos = 7, source = 3 } = options;
    this.u8.set(frame, SCRATCH);
    this.u32[(LANE + L.MESSAGE_FRAME_AT) >> 2] = SCRATCH;
    this.u32[(LANE + L.MESSAGE_FRAME_END) >> 2] = SCRATCH + frame.length;
    this.u32[(LANE + L.MESSAGE_PRODUCT) >> 2] = this.context.product;
    this.u32[(LANE + L.MESSAGE_PART) >> 2] = this.context.part ?? 0;
    this.u32[(LANE + L.MESSAGE_HINT) >> 2] = this.context.hint === undefined ? 0 : this.context.hint + 1;
    this.f64[(LANE + L.MESSAGE_RECEIVED_TIME_US) >> 3] = receivedTimeUs;
    this.u32[(LANE + L.MESSAGE_RECEIVED_NANOS) >> 2] = receivedNanos;
    this.u32[(LANE + L.MESSAGE_SOURCE) >> 2] = source;
    const result = this.kernel.decode(this.#venue, LANE, RING, this.#cursor, limit);
    if (result > limit) throw new Error(`${result} records written where ${limit} were allowed`);
    const message: PlainMessage = {
      result,
      records: [],
      class: this.u32[(LANE + L.MESSAGE_CLASS) >> 2],
      depth: this.u32[(LANE + L.MESSAGE_DEPTH) >> 2],
      firstId: this.f64[(LANE + L.MESSAGE_FIRST_ID) >> 3],
      lastId: this.f64[(LANE + L.MESSAGE_LAST_ID) >> 3],
      previousId: this.f64[(LANE + L.MESSAGE_PREVIOUS_ID) >> 3],
      parts: this.u32[(LANE + L.MESSAGE_PARTS) >> 2],
      checksum: this.u32[(LANE + L.MESSAGE_HAS_CHECKSUM) >> 2] ? this.f64[(LANE + L.MESSAGE_CHECKSUM) >> 3] : NaN,
      connectionId: this.f64[(LANE + L.MESSAGE_CONNECTION_ID) >> 3],
    };
    for (let index = 0; index < result; index++) message.records.push(this.#record(index));
    for (const { at } of this.#written(result)) this.#checkStamp(at, receivedTimeUs, receivedNanos, source);
    if (result > 0) this.#cursor = (this.#cursor + result) >>> 0;
    return message;
  }

  *#written(count: number): Generator<{ at: number }> {
    for (let index = 0; index < count; index++) yield { at: this.#address(index) };
  }

  #address(index: number): number {
    return RECORDS + (((this.#cursor + index) & (RING_RECORDS - 1)) << L.RECORD_SHIFT);
  }

  #record(index: number): PlainRecord {
    const at = this.#address(index);
    const [a, b, c, d] = this.f64.subarray((at + L.RECORD_PAYLOAD) >> 3, (at + L.RECORD_BYTES) >> 3);
    return {
      kind: this.u8[at + L.RECORD_KIND],
      flags: this.u8[at + L.RECORD_FLAGS],
      instrument: this.u16[(at + L.RECORD_INSTRUMENT) >> 1],
      exchangeTimeUs: this.f64[(at + L.RECORD_EXCHANGE_TIME_US) >> 3],
      sequence: this.u64[(at + L.RECORD_SEQUENCE) >> 3],
      payload: [a, b, c, d],
    };
  }

  #checkStamp(at: number, receivedTimeUs: number, receivedNanos: number, source: number): void {
    if (
      this.f64[(at + L.RECORD_RECEIVED_TIME_US) >> 3] !== receivedTimeUs ||
      this.u16[(at + L.RECORD_RECEIVED_NANOS) >> 1] !== receivedNanos ||
      this.u16[(at + L.RECORD_SOURCE) >> 1] !== source
    )
      throw new Error("a record has another receive time or source than its message");
  }

  /** Puts canaries into every record of the ring and on both sides of a frame. */
  guard(frame: Uint8Array): void {
    this.u8.fill(CANARY, RECORDS, SCRATCH + frame.length + L.SCRATCH_PADDING);
  }

  /** Bytes outside the frame and the first `limit` records from the cursor that were written; 0 is right. */
  trespasses(frame: Uint8Array, limit: number): number {
    let count = 0;
    const first = this.#cursor & (RING_RECORDS - 1);
    for (let index = limit; index < RING_RECORDS; index += 61) {
      const at = RECORDS + (((first + index) & (RING_RECORDS - 1)) << L.RECORD_SHIFT);
      for (let byte = at; byte < at + L.RECORD_BYTES; byte++) if (this.u8[byte] !== CANARY) count++;
    }
    const next = RECORDS + (((first + limit) & (RING_RECORDS - 1)) << L.RECORD_SHIFT);
    const previous = RECORDS + (((first + RING_RECORDS - 1) & (RING_RECORDS - 1)) << L.RECORD_SHIFT);
    for (const at of [next, previous])
      for (let byte = at; byte < at + L.RECORD_BYTES; byte++) if (this.u8[byte] !== CANARY) count++;
    for (let byte = GUARD; byte < SCRATCH; byte++) if (this.u8[byte] !== CANARY) count++;
    for (let i = 0; i < L.SCRATCH_PADDING; i++) if (this.u8[SCRATCH + frame.length + i] !== CANARY) count++;
    return count;
  }
}
