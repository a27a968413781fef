import { compileKernel, type DecodeKernel, startKernel } from "../src/kernel/kernel.js";
import * as L from "../src/layout.js";
import { COINM_CONTRACT } from "./json-path.js";

const RING_RECORDS = 8192;
const SCRATCH_BYTES = 1 << 20;
const LANE = L.REGIONS_AT;
const RING = LANE + L.LANE_BYTES;
const RECORDS = RING + L.RING_HEADER_BYTES;
const SCRATCH = RECORDS + RING_RECORDS * L.RECORD_BYTES;
const END = SCRATCH + SCRATCH_BYTES + L.SCRATCH_PADDING;

let module: WebAssembly.Module | undefined;

/** One lane of the kernel, fed as a feed worker feeds it. Symbols are added as they come up. */
export class DecodeTarget {
  readonly #kernel: DecodeKernel;
  readonly #u8: Uint8Array;
  readonly #u32: Uint32Array;
  readonly #f64: Float64Array;
  readonly #u64: BigUint64Array;
  readonly #u16: Uint16Array;
  readonly #venue: number;
  readonly #product: number;
  #cursor = 0;
  #begin = 0;
  #instruments = 0;

  constructor(venue: number, product: number) {
    const pages = Math.ceil(END / L.PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    module ??= compileKernel("decode");
    this.#kernel = startKernel<DecodeKernel>(module, memory);
    this.#kernel.initTables();
    this.#u8 = new Uint8Array(memory.buffer);
    this.#u16 = new Uint16Array(memory.buffer);
    this.#u32 = new Uint32Array(memory.buffer);
    this.#f64 = new Float64Array(memory.buffer);
    this.#u64 = new BigUint64Array(memory.buffer);
    this.#venue = venue;
    this.#product = product;
    this.#u32[(RING + L.RING_CAPACITY) >> 2] = RING_RECORDS;
    this.#u32[(LANE + L.MESSAGE_PRODUCT) >> 2] = product;
    this.#u32[(LANE + L.MESSAGE_FRAME_AT) >> 2] = SCRATCH;
    this.#u32[(LANE + L.MESSAGE_HINT) >> 2] = 1;
  }

  /** Copies one frame into the kernel's memory and decodes it into the ring: records. */
  decode(frame: Uint8Array): number {
    this.#u8.set(frame, SCRATCH);
    this.#u32[(LANE + L.MESSAGE_FRAME_END) >> 2] = SCRATCH + frame.length;
    this.#f64[(LANE + L.MESSAGE_RECEIVED_TIME_US) >> 3] = 1786310819526357;
    const records = this.#kernel.decode(this.#venue, LANE, RING, this.#cursor, RING_RECORDS);
    if (records < 0) return this.#resolve(frame, records);
    this.#begin = this.#cursor;
    this.#cursor = (this.#cursor + records) >>> 0;
    return records;
  }

  #resolve(frame: Uint8Array, reason: number): number {
    if (reason === L.NEED_SYMBOL) {
      const at = this.#u32[(LANE + L.MESSAGE_SYMBOL_AT) >> 2];
      this.#add(at, this.#u32[(LANE + L.MESSAGE_SYMBOL_LENGTH) >> 2]);
      return this.decode(frame);
    }
    if (reason === L.REJECT_UNATTRIBUTED) {
      const name = new TextEncoder().encode(this.#product === L.PRODUCT_COINM ? "BTCUSD_PERP" : "BTCUSDT");
      this.#u8.set(name, SCRATCH);
      this.#add(SCRATCH, name.length);
      this.#u32[(LANE + L.MESSAGE_TEMPLATE_MISSES) >> 2] = 0;
      return this.decode(frame);
    }
    return reason;
  }

  #add(at: number, length: number): void {
    const isInverse = this.#product === L.PRODUCT_COINM;
    const unit = isInverse ? L.UNIT_INVERSE : L.UNIT_BASE;
    const contract = isInverse ? COINM_CONTRACT : 1;
    this.#kernel.symbolAdd(LANE, at, length, this.#product, this.#instruments++, unit, contract);
  }

  /** A record of the frame decoded last, in the order of json-path.ts. */
  read(index: number): number[] {
    const at = RECORDS + ((this.#begin + index) & (RING_RECORDS - 1)) * L.RECORD_BYTES;
    return [
      this.#u16[at >> 1],
      this.#f64[(at + L.RECORD_EXCHANGE_TIME_US) >> 3],
      Number(this.#u64[(at + L.RECORD_SEQUENCE) >> 3]),
      ...this.#f64.subarray((at + L.RECORD_PAYLOAD) >> 3, (at + L.RECORD_BYTES) >> 3),
    ];
  }

  /** Frames that no template knew so far. */
  misses(): number {
    return this.#u32[(LANE + L.MESSAGE_TEMPLATE_MISSES) >> 2];
  }
}
