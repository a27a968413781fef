import { compileKernel, type DecodeKernel, startKernel } from "../src/kernel/kernel.js";
import * as L from "../src/layout.js";
import { COINM_CONTRACT } from "./json-path.js";

const RING_RECORDS = 8192;
const SCRATCH_BYTES = 1 << 20;
const LANES_MAXIMUM = 64;
const RING = L.REGIONS_AT;
const RECORDS = RING + L.RING_HEADER_BYTES;
const SCRATCH = RECORDS + RING_RECORDS * L.RECORD_BYTES;
const LANES = SCRATCH + SCRATCH_BYTES + L.LINE_BYTES * 2;
const PAGES = Math.ceil((LANES + LANES_MAXIMUM * L.LANE_BYTES) / L.PAGE_BYTES);
const RECEIVED_TIME_US = 1786310819526357;

/** A feed worker has one instance of the kernel, so there is one here too: each set of frames has a lane of it. */
const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
const kernel = startKernel<DecodeKernel>(compileKernel("decode"), memory);
const u8 = new Uint8Array(memory.buffer);
const u16 = new Uint16Array(memory.buffer);
const u32 = new Uint32Array(memory.buffer);
const f64 = new Float64Array(memory.buffer);
const u64 = new BigUint64Array(memory.buffer);
kernel.initTables();
u32[(RING + L.RING_CAPACITY) >> 2] = RING_RECORDS;

let lanes = 0;
let cursor = 0;
let begin = 0;

/** One lane, fed as a feed worker feeds it. Symbols are added as they come up. */
export class DecodeTarget {
  readonly #lane: number;
  readonly #venue: number;
  readonly #product: number;
  #instruments = 0;

  /** @throws RangeError beyond 64 lanes. */
  constructor(venue: number, product: number) {
    if (lanes === LANES_MAXIMUM) throw new RangeError(`more than ${LANES_MAXIMUM} sets of frames`);
    this.#lane = LANES + lanes++ * L.LANE_BYTES;
    this.#venue = venue;
    this.#product = product;
    u32[(this.#lane + L.MESSAGE_PRODUCT) >> 2] = product;
    u32[(this.#lane + L.MESSAGE_FRAME_AT) >> 2] = SCRATCH;
    u32[(this.#lane + L.MESSAGE_HINT) >> 2] = 1;
  }

  /** Copies one frame into the kernel's memory and decodes it into the ring: records. */
  decode(frame: Uint8Array): number {
    const lane = this.#lane;
    u8.set(frame, SCRATCH);
    u32[(lane + L.MESSAGE_FRAME_END) >> 2] = SCRATCH + frame.length;
    f64[(lane + L.MESSAGE_RECEIVED_TIME_US) >> 3] = RECEIVED_TIME_US;
    const records = kernel.decode(this.#venue, lane, RING, cursor, RING_RECORDS);
    if (records < 0) return this.#resolve(frame, records);
    begin = cursor;
    cursor = (cursor + records) >>> 0;
    return records;
  }

  #resolve(frame: Uint8Array, reason: number): number {
    const lane = this.#lane;
    if (reason === L.NEED_SYMBOL) {
      this.#add(u32[(lane + L.MESSAGE_SYMBOL_AT) >> 2], u32[(lane + L.MESSAGE_SYMBOL_LENGTH) >> 2]);
      return this.decode(frame);
    }
    if (reason === L.REJECT_UNATTRIBUTED) {
      const name = new TextEncoder().encode(this.#product === L.PRODUCT_COINM ? "BTCUSD_PERP" : "BTCUSDT");
      u8.set(name, SCRATCH);
      this.#add(SCRATCH, name.length);
      u32[(lane + L.MESSAGE_TEMPLATE_MISSES) >> 2] = 0;
      return this.decode(frame);
    }
    return reason;
  }

  #add(at: number, length: number): void {
    const isInverse = this.#product === L.PRODUCT_COINM;
    const unit = isInverse ? L.UNIT_INVERSE : L.UNIT_BASE;
    const contract = isInverse ? COINM_CONTRACT : 1;
    kernel.symbolAdd(this.#lane, at, length, this.#product, this.#instruments++, unit, contract);
  }

  /** A record of the frame decoded last, in the order of json-path.ts. */
  read(index: number): number[] {
    const at = RECORDS + ((begin + index) & (RING_RECORDS - 1)) * L.RECORD_BYTES;
    return [
      u16[at >> 1],
      f64[(at + L.RECORD_EXCHANGE_TIME_US) >> 3],
      Number(u64[(at + L.RECORD_SEQUENCE) >> 3]),
      ...f64.subarray((at + L.RECORD_PAYLOAD) >> 3, (at + L.RECORD_BYTES) >> 3),
    ];
  }

  /** Frames that no template knew so far. */
  misses(): number {
    return u32[(this.#lane + L.MESSAGE_TEMPLATE_MISSES) >> 2];
  }
}
