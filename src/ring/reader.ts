import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";

/** The only reader of a ring, on any thread: the consumers of publication rings, and tests. */
export class RingReader {
  private readonly views: Views;
  private readonly address: number;
  private readonly records: number;
  private readonly mask: number;
  private tail: number;

  constructor(views: Views, ring: number) {
    this.views = views;
    this.address = ring;
    this.records = ring + L.RING_HEADER_BYTES;
    this.mask = views.u32[(ring + L.RING_CAPACITY) >> 2] - 1;
    this.tail = Atomics.load(views.u32, (ring + L.RING_TAIL) >> 2);
  }

  /**
   * Hot: hands up to `limit` records, by address, to `handle`, then frees them with one atomic store.
   * The record is valid only during the call. Returns how many there were.
   */
  drain(handle: (at: number) => void, limit: number): number {
    const { u32 } = this.views;
    const head = Atomics.load(u32, (this.address + L.RING_HEAD) >> 2);
    const count = Math.min((head - this.tail) >>> 0, limit);
    if (count === 0) return 0;
    for (let i = 0; i < count; i++) handle(this.records + (((this.tail + i) & this.mask) << L.RECORD_SHIFT));
    this.release(count);
    return count;
  }

  /** Hot: published records, at most `limit`, that lie one behind the other from `at` on. They stay valid until `release`. */
  available(limit: number): number {
    const head = Atomics.load(this.views.u32, (this.address + L.RING_HEAD) >> 2);
    const untilWrap = this.mask + 1 - (this.tail & this.mask);
    return Math.min((head - this.tail) >>> 0, untilWrap, limit);
  }

  /** Address of the record that is next. */
  get at(): number {
    return this.records + ((this.tail & this.mask) << L.RECORD_SHIFT);
  }

  /** Hot: frees the first `count` of the available records with one atomic store. */
  release(count: number): void {
    this.tail = (this.tail + count) >>> 0;
    Atomics.store(this.views.u32, (this.address + L.RING_TAIL) >> 2, this.tail); // free: the writer may reuse them
    if (Atomics.load(this.views.u32, (this.address + L.RING_WRITER_WAITING) >> 2) === 1)
      Atomics.notify(this.views.i32, (this.address + L.RING_TAIL) >> 2, 1);
  }

  /** Whether something is published that was not taken yet. */
  get hasMore(): boolean {
    return Atomics.load(this.views.u32, (this.address + L.RING_HEAD) >> 2) !== this.tail;
  }

  /** True when the writer has closed the ring and nothing is left in it. */
  get ended(): boolean {
    const { u32 } = this.views;
    const closed = Atomics.load(u32, (this.address + L.RING_CLOSED) >> 2) === 1;
    return closed && Atomics.load(u32, (this.address + L.RING_HEAD) >> 2) === this.tail;
  }

  /** Messages that this reader was too slow for. */
  get dropped(): number {
    return Atomics.load(this.views.u32, (this.address + L.RING_DROPPED_MESSAGES) >> 2);
  }
}
