import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";

// A ring of frames as they came, with the header of a record ring (cursors and capacity in bytes). A frame lies in
// one stretch: where the end is too near, a length of zero says that the next one is at the beginning.
//
//  0        4         8            16     18        20     24
//  length   frame     receivedUs   nanos  symbol    lane   symbol, frame, padding to 8 bytes
//  u32      u32       f64          u16    u16       u16
export const FRAME_HEADER_BYTES = 24;
/** u32 bytes of the entry, header and padding included. */
export const FRAME_ENTRY_BYTES = 0;
/** u32 bytes of the frame itself. */
export const FRAME_BYTES = 4;
/** f64 receive time, epoch µs, floored, and u16 nanoseconds below it. */
export const FRAME_RECEIVED_US = 8;
export const FRAME_RECEIVED_NANOS = 16;
/** u16 bytes of the symbol (UTF-8) of a reply that does not name its instrument; 0 for none. */
export const FRAME_SYMBOL_BYTES = 18;
/** u16 lane that received it. */
export const FRAME_LANE = 20;

const encoder = new TextEncoder();

/** The only writer of a byte ring: a live feed. It never waits; a frame without room is counted as lost. */
export class ByteRingWriter {
  private readonly views: Views;
  private readonly address: number;
  private readonly bytes: number;
  private readonly capacity: number;
  private readonly lane: number;
  private head: number;
  private tail: number;

  constructor(views: Views, ring: number, lane: number) {
    this.views = views;
    this.address = ring;
    this.bytes = ring + L.RING_HEADER_BYTES;
    this.capacity = views.u32[(ring + L.RING_CAPACITY) >> 2];
    this.lane = lane;
    this.head = Atomics.load(views.u32, (ring + L.RING_HEAD) >> 2);
    this.tail = Atomics.load(views.u32, (ring + L.RING_TAIL) >> 2);
  }

  /** Hot: keeps a frame and publishes it. `symbol` only of a reply that does not name its instrument. */
  put(frame: Uint8Array, receivedUs: number, nanos: number, symbol: string | null): void {
    const name = symbol === null ? null : encoder.encode(symbol);
    const nameBytes = name === null ? 0 : name.length;
    const entryBytes = (FRAME_HEADER_BYTES + nameBytes + frame.length + 7) & ~7;
    const untilEnd = this.capacity - (this.head & (this.capacity - 1));
    const skipped = untilEnd < entryBytes ? untilEnd : 0;
    if (!this.hasRoom(skipped + entryBytes)) {
      this.views.u32[(this.address + L.RING_DROPPED_MESSAGES) >> 2]++;
      return;
    }
    const { u8, u16, u32, f64 } = this.views;
    if (skipped > 0) {
      u32[(this.bytes + (this.head & (this.capacity - 1))) >> 2] = 0;
      this.head = (this.head + skipped) >>> 0;
    }
    const at = this.bytes + (this.head & (this.capacity - 1));
    u32[(at + FRAME_ENTRY_BYTES) >> 2] = entryBytes;
    u32[(at + FRAME_BYTES) >> 2] = frame.length;
    f64[(at + FRAME_RECEIVED_US) >> 3] = receivedUs;
    u16[(at + FRAME_RECEIVED_NANOS) >> 1] = nanos;
    u16[(at + FRAME_SYMBOL_BYTES) >> 1] = nameBytes;
    u16[(at + FRAME_LANE) >> 1] = this.lane;
    u16[(at + FRAME_LANE + 2) >> 1] = 0;
    if (name !== null) u8.set(name, at + FRAME_HEADER_BYTES);
    u8.set(frame, at + FRAME_HEADER_BYTES + nameBytes);
    u8.fill(0, at + FRAME_HEADER_BYTES + nameBytes + frame.length, at + entryBytes);
    this.head = (this.head + entryBytes) >>> 0;
    Atomics.store(u32, (this.address + L.RING_HEAD) >> 2, this.head); // publish: readable only after this store
  }

  /** Hot: looks at the reader's cursor only when what is known to be free does not do. */
  private hasRoom(bytes: number): boolean {
    if (this.capacity - ((this.head - this.tail) >>> 0) >= bytes) return true;
    this.tail = Atomics.load(this.views.u32, (this.address + L.RING_TAIL) >> 2);
    return this.capacity - ((this.head - this.tail) >>> 0) >= bytes;
  }
}

/** The only reader of a byte ring. */
export class ByteRingReader {
  /** The frames that `take` found: address, bytes, how many, and the largest receive time of them and those before. */
  at = 0;
  bytes = 0;
  count = 0;
  latestUs = Number.NaN;
  private readonly views: Views;
  private readonly address: number;
  private readonly base: number;
  readonly capacity: number;
  private tail: number;

  constructor(views: Views, ring: number) {
    this.views = views;
    this.address = ring;
    this.base = ring + L.RING_HEADER_BYTES;
    this.capacity = views.u32[(ring + L.RING_CAPACITY) >> 2];
    this.tail = Atomics.load(views.u32, (ring + L.RING_TAIL) >> 2);
  }

  /** Share of the ring that is in use, 0 to 1. */
  get fill(): number {
    return ((Atomics.load(this.views.u32, (this.address + L.RING_HEAD) >> 2) - this.tail) >>> 0) / this.capacity;
  }

  /** Frames that the writer found no room for. */
  get lost(): number {
    return Atomics.load(this.views.u32, (this.address + L.RING_DROPPED_MESSAGES) >> 2);
  }

  /**
   * Hot: finds the frames that lie one behind the other and together take at most `limit` bytes; the first always.
   * False when there is none. They stay valid until `release`.
   */
  take(limit: number): boolean {
    const { u32, f64 } = this.views;
    const head = Atomics.load(u32, (this.address + L.RING_HEAD) >> 2);
    let place = this.tail & (this.capacity - 1);
    if (this.tail !== head && u32[(this.base + place) >> 2] === 0) {
      this.tail = (this.tail + this.capacity - place) >>> 0;
      place = 0;
    }
    const published = Math.min((head - this.tail) >>> 0, this.capacity - place);
    this.at = this.base + place;
    this.bytes = 0;
    this.count = 0;
    while (this.bytes < published) {
      const entry = this.at + this.bytes;
      const length = u32[(entry + FRAME_ENTRY_BYTES) >> 2];
      if (length === 0 || (this.count > 0 && this.bytes + length > limit)) break;
      const receivedUs = f64[(entry + FRAME_RECEIVED_US) >> 3];
      if (!(this.latestUs >= receivedUs)) this.latestUs = receivedUs;
      this.bytes += length;
      this.count++;
    }
    return this.count > 0;
  }

  /** Gives the frames that `take` found back to the writer. */
  release(): void {
    this.tail = (this.tail + this.bytes) >>> 0;
    Atomics.store(this.views.u32, (this.address + L.RING_TAIL) >> 2, this.tail); // free: the writer may reuse them
    this.bytes = 0;
    this.count = 0;
  }
}
