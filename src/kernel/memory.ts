import { CrosstickError, EXIT } from "../errors.js";
import * as L from "../layout.js";

/** What the memory is sized from. Nothing grows after the start. */
export interface MemorySizes {
  /** Feed lanes: the number of scratch areas (inputs) of each. One ring and one symbol table a lane. 1..64 lanes. */
  lanes: readonly number[];
  /** Records a lane's ring holds; a power of two. */
  ringRecords: number;
  /** Bytes of frame text a scratch area holds: no frame may be longer. */
  scratchBytes: number;
  /** Instruments at most, over all lanes. Each owns a book. 1..65,535. */
  instruments: number;
  /** Levels a book keeps on each side. */
  bookLevels: number;
  /** Trades in the VWAP window that every instrument has. */
  vwapTrades: number;
  /** Bytes from which strategies take their rolling and VWAP windows at the start. */
  windowBytes: number;
  /** Publication rings: capacity of each in records, a power of two. At most 4. */
  consumers: readonly number[];
  /** The journal's publication ring, records, a power of two; none when absent. */
  journalRecords?: number;
  /** Byte ring of each lane for its frames as they came, a power of two; none when absent. */
  rawBytes?: number;
}

export interface LanePlan {
  lane: number;
  ring: number;
  /** SPARE_BYTES for a frame that is decoded again later. */
  spare: number;
  /** A ring that nobody reads, into which a message without room is decoded to learn whose it is. */
  overflow: number;
  scratches: number[];
  /** RECEIVE_BYTES that the live sockets of the lane read into, one read after the other. */
  receive: number;
  /** BURST_BYTES in which the kernel says what it took of a read. */
  burst: number;
  /** Byte ring of frames for the raw log; 0 for none. */
  raw: number;
}

/** Addresses of every region, bytes from the start of the memory. */
export interface MemoryPlan {
  sizes: MemorySizes;
  pages: number;
  engine: number;
  /** One u32: instruments handed out so far. */
  instrumentCount: number;
  lanes: LanePlan[];
  consumers: number[];
  /** 0 for none. */
  journal: number;
  identities: number;
  instruments: number;
  resync: number;
  clocks: number;
  vwaps: number;
  vwapBytes: number;
  windows: number;
  books: number;
  bookBytes: number;
}

/** Lays out the whole shared memory. Throws MEMORY_TOO_LARGE when 4 GiB do not hold it. */
export function planMemory(sizes: MemorySizes): MemoryPlan {
  let at = L.REGIONS_AT;
  const take = (bytes: number): number => {
    const start = at;
    at = Math.ceil((at + bytes) / L.LINE_BYTES) * L.LINE_BYTES;
    return start;
  };
  const ring = (records: number): number => {
    if (!Number.isInteger(Math.log2(records)) || records < 2)
      throw new CrosstickError("MEMORY_RING_SIZE", `A ring holds a power of two of records, got ${records}`);
    return take(L.RING_HEADER_BYTES + records * L.RECORD_BYTES);
  };

  const bookBytes = L.BOOK_HEADER_BYTES + sizes.bookLevels * 32;
  const vwapBytes = L.VWAP_HEADER_BYTES + sizes.vwapTrades * 24;
  const plan: MemoryPlan = {
    sizes,
    pages: 0,
    engine: take(L.ENGINE_HEADER_BYTES),
    instrumentCount: take(L.LINE_BYTES),
    lanes: sizes.lanes.map((inputs) => ({
      lane: take(L.LANE_BYTES),
      ring: ring(sizes.ringRecords),
      spare: take(L.SPARE_BYTES + L.SCRATCH_PADDING),
      overflow: ring(L.OVERFLOW_RECORDS),
      scratches: Array.from({ length: inputs }, () => take(sizes.scratchBytes + L.SCRATCH_PADDING)),
      receive: take(L.RECEIVE_BYTES + L.SCRATCH_PADDING),
      burst: take(L.BURST_BYTES),
      raw: sizes.rawBytes === undefined ? 0 : take(L.RING_HEADER_BYTES + sizes.rawBytes),
    })),
    consumers: sizes.consumers.map(ring),
    journal: sizes.journalRecords === undefined ? 0 : ring(sizes.journalRecords),
    identities: take(sizes.instruments * L.IDENTITY_BYTES),
    instruments: take(sizes.instruments * L.INSTRUMENT_BYTES),
    resync: take(sizes.instruments * 4),
    clocks: take(L.VENUES_MAXIMUM * L.CLOCK_STATE_BYTES),
    windows: take(sizes.windowBytes),
    vwapBytes,
    vwaps: take(sizes.instruments * vwapBytes),
    bookBytes,
    books: take(sizes.instruments * bookBytes),
  };
  plan.pages = Math.ceil(at / L.PAGE_BYTES);
  if (plan.pages > 65536)
    throw new CrosstickError(
      "MEMORY_TOO_LARGE",
      `The configuration needs ${(at / 2 ** 30).toFixed(1)} GiB of shared memory and 4 GiB is the most: ` +
        `lower memory.instruments (${sizes.instruments}) or memory.bookLevels (${sizes.bookLevels})`,
      { exitCode: EXIT.configuration },
    );
  return plan;
}

/** Typed-array views over the whole shared memory. Index = address divided by the element's size. */
export interface Views {
  memory: WebAssembly.Memory;
  u8: Uint8Array;
  u16: Uint16Array;
  u32: Uint32Array;
  i32: Int32Array;
  f64: Float64Array;
  u64: BigUint64Array;
}

/** Reserves the shared memory of a plan; pages that are never touched cost nothing. */
export function createMemory(plan: MemoryPlan): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({ initial: plan.pages, maximum: plan.pages, shared: true });
  const { u32 } = viewsOf(memory);
  for (const { ring, overflow } of plan.lanes) {
    u32[(ring + L.RING_CAPACITY) >> 2] = plan.sizes.ringRecords;
    u32[(overflow + L.RING_CAPACITY) >> 2] = L.OVERFLOW_RECORDS;
  }
  plan.consumers.forEach((ring, index) => {
    u32[(ring + L.RING_CAPACITY) >> 2] = plan.sizes.consumers[index];
  });
  if (plan.sizes.journalRecords !== undefined) {
    u32[(plan.journal + L.RING_CAPACITY) >> 2] = plan.sizes.journalRecords;
    u32[(plan.journal + L.RING_STRICT) >> 2] = 1;
  }
  for (const { raw } of plan.lanes) if (raw !== 0) u32[(raw + L.RING_CAPACITY) >> 2] = plan.sizes.rawBytes ?? 0;
  return memory;
}

export function viewsOf(memory: WebAssembly.Memory): Views {
  const { buffer } = memory;
  return {
    memory,
    u8: new Uint8Array(buffer),
    u16: new Uint16Array(buffer),
    u32: new Uint32Array(buffer),
    i32: new Int32Array(buffer),
    f64: new Float64Array(buffer),
    u64: new BigUint64Array(buffer),
  };
}
