import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";

/**
 * The only writer of a ring. Records are written past a private cursor (by the decoder, or here),
 * kept by `commit`, forgotten by leaving the cursor where it is, and made visible by `publish`.
 */
export class RingWriter {
  readonly address: number;
  readonly capacity: number;
  /** Private cursor, u32: committed, perhaps not yet published. */
  cursor = 0;
  private readonly records: number;
  private readonly mask: number;
  private readonly views: Views;
  private readonly engine: number;
  private published = 0;
  private tail = 0;

  /** `engine` is the address of the engine's header, whose doorbell a publish rings; 0 for none. */
  constructor(views: Views, ring: number, engine: number) {
    this.views = views;
    this.address = ring;
    this.engine = engine;
    this.records = ring + L.RING_HEADER_BYTES;
    this.capacity = views.u32[(ring + L.RING_CAPACITY) >> 2];
    this.mask = this.capacity - 1;
    this.cursor = Atomics.load(views.u32, (ring + L.RING_HEAD) >> 2);
    this.published = this.cursor;
    this.tail = Atomics.load(views.u32, (ring + L.RING_TAIL) >> 2);
  }

  /** Hot: records that may be written now. Looks at the reader's cursor only when `wanted` are not free. */
  free(wanted: number): number {
    const used = (this.cursor - this.tail) >>> 0;
    if (this.capacity - used >= wanted) return this.capacity - used;
    this.tail = Atomics.load(this.views.u32, (this.address + L.RING_TAIL) >> 2);
    return this.capacity - ((this.cursor - this.tail) >>> 0);
  }

  /** Hot: address of the record `offset` past the private cursor. */
  at(offset: number): number {
    return this.records + (((this.cursor + offset) & this.mask) << L.RECORD_SHIFT);
  }

  /** Hot: keeps `count` records written past the cursor. Not visible yet. */
  commit(count: number): void {
    this.cursor = (this.cursor + count) >>> 0;
  }

  /** Whether something is committed that the reader cannot see yet. */
  get pending(): boolean {
    return this.cursor !== this.published;
  }

  /** Hot, once per batch: makes the committed records visible with one atomic store, and wakes a sleeping engine. */
  publish(): void {
    if (this.cursor === this.published) return;
    const { u32, i32 } = this.views;
    Atomics.store(u32, (this.address + L.RING_HEAD) >> 2, this.cursor); // publish: readable only after this store
    this.published = this.cursor;
    if (this.engine !== 0 && Atomics.load(i32, (this.engine + L.ENGINE_SLEEPING) >> 2) === 1) this.ringDoorbell();
  }

  /** Nothing will follow what is committed. */
  close(): void {
    this.publish();
    Atomics.store(this.views.u32, (this.address + L.RING_CLOSED) >> 2, 1);
    this.ringDoorbell();
  }

  /**
   * Blocks this thread until the reader has freed something or the time is over.
   * Only a replay may call this: a live socket is never kept waiting by a full ring.
   */
  waitForRoom(timeoutMs: number): void {
    const { i32, u32 } = this.views;
    Atomics.store(u32, (this.address + L.RING_WRITER_WAITING) >> 2, 1);
    const seen = this.tail | 0;
    Atomics.wait(i32, (this.address + L.RING_TAIL) >> 2, seen, timeoutMs);
    Atomics.store(u32, (this.address + L.RING_WRITER_WAITING) >> 2, 0);
  }

  /** Counts a message that the full ring could not take. */
  countDropped(records: number): void {
    const { u32 } = this.views;
    u32[(this.address + L.RING_DROPPED_MESSAGES) >> 2]++;
    u32[(this.address + L.RING_DROPPED_RECORDS) >> 2] += records;
  }

  /** Hot: copies a record's 64 bytes to `offset` past the cursor. */
  copyIn(bytes: Uint8Array, from: number, offset: number): void {
    const to = this.at(offset);
    for (let i = 0; i < L.RECORD_BYTES; i++) this.views.u8[to + i] = bytes[from + i];
  }

  /** Hot: copies whole records to `offset` past the cursor; the caller knows that there is room. */
  copyRecords(bytes: Uint8Array, offset: number): void {
    const from = (this.cursor + offset) & this.mask;
    const fits = Math.min(bytes.length, (this.capacity - from) << L.RECORD_SHIFT);
    const at = this.records + (from << L.RECORD_SHIFT);
    if (fits === bytes.length) this.views.u8.set(bytes, at);
    else {
      this.views.u8.set(bytes.subarray(0, fits), at);
      this.views.u8.set(bytes.subarray(fits), this.records);
    }
  }

  /** Commits one control record; payload values are f64. */
  control(
    kind: number,
    source: number,
    instrument: number,
    receivedUs: number,
    nanos: number,
    payload: readonly number[],
  ): void {
    const { u8, u16, f64, u32 } = this.views;
    const at = this.at(0);
    u8[at + L.RECORD_KIND] = kind;
    u8[at + L.RECORD_FLAGS] = L.FLAG_LAST;
    u16[(at + L.RECORD_SOURCE) >> 1] = source;
    u16[(at + L.RECORD_INSTRUMENT) >> 1] = instrument;
    u16[(at + L.RECORD_RECEIVED_NANOS) >> 1] = nanos;
    f64[(at + L.RECORD_EXCHANGE_TIME_US) >> 3] = Number.NaN;
    f64[(at + L.RECORD_RECEIVED_TIME_US) >> 3] = receivedUs;
    u32[(at + L.RECORD_SEQUENCE) >> 2] = 0;
    u32[(at + L.RECORD_SEQUENCE + 4) >> 2] = 0;
    for (let i = 0; i < 4; i++) f64[((at + L.RECORD_PAYLOAD) >> 3) + i] = payload[i] ?? 0;
    this.commit(1);
  }

  private ringDoorbell(): void {
    if (this.engine === 0) return;
    const doorbell = (this.engine + L.ENGINE_DOORBELL) >> 2;
    Atomics.add(this.views.i32, doorbell, 1);
    Atomics.notify(this.views.i32, doorbell, 1);
  }
}
