import type { JournalFiles } from "./files.js";
import type { SegmentWriter } from "./segment-writer.js";

interface Order {
  segment: SegmentWriter;
  /** What may be acknowledged when it is done; null for a segment that was given up: nothing. */
  position: number | null;
  bytes: number;
  /** Nothing more will be written: close the file afterwards. */
  last: boolean;
}

/** Asks the disk to keep what was written, one request at a time and in the order of writing. */
export class SyncQueue {
  /** Duration of the last request, ms; NaN before any. */
  lastMs = Number.NaN;
  private readonly files: JournalFiles;
  private readonly dir: string;
  private readonly nowMs: () => number;
  private readonly synced: (since: number, position: number) => void;
  private readonly failed: (error: Error) => void;
  private orders: Order[] = [];
  private running: Order | null = null;
  /** The segment whose name is safe, and how many of its bytes are. */
  private safeSegment: SegmentWriter | null = null;
  private safeBytes = 0;

  constructor(options: {
    files: JournalFiles;
    dir: string;
    nowMs: () => number;
    /** Everything from `since` up to the position is safe. */
    synced: (since: number, position: number) => void;
    failed: (error: Error) => void;
  }) {
    this.files = options.files;
    this.dir = options.dir;
    this.nowMs = options.nowMs;
    this.synced = options.synced;
    this.failed = options.failed;
  }

  get idle(): boolean {
    return this.running === null && this.orders.length === 0;
  }

  /** Bytes of a segment that are not safe yet. */
  unsafeBytes(segment: SegmentWriter): number {
    return segment.written - (this.safeSegment === segment ? this.safeBytes : 0);
  }

  /** Whatever the segment has written by now is to be kept, and acknowledged. */
  push(segment: SegmentWriter, last: boolean): void {
    this.add({ segment, position: segment.writtenPosition, bytes: segment.written, last });
  }

  /** Closes a segment that was given up: nothing of it is acknowledged any more, whatever the disk says. */
  abandon(segment: SegmentWriter): void {
    this.orders = this.orders.filter((order) => order.segment !== segment);
    this.add({ segment, position: null, bytes: 0, last: true });
  }

  private add(order: Order): void {
    this.orders.push(order);
    this.next();
  }

  private next(): void {
    if (this.running !== null) return;
    const order = this.orders.shift() ?? null;
    this.running = order;
    if (order === null) return;
    const startedMs = this.nowMs();
    const done = (error: Error | null): void => this.finish(order, startedMs, error);
    const { fd } = order.segment;
    if (order.segment === this.safeSegment) this.files.sync(fd, done);
    // The name of a new file must be safe before its content can count as kept.
    else this.files.syncDirectory(this.dir, (error) => (error === null ? this.files.sync(fd, done) : done(error)));
  }

  private finish(order: Order, startedMs: number, error: Error | null): void {
    this.running = null;
    this.lastMs = this.nowMs() - startedMs;
    if (order.last) this.files.close(order.segment.fd);
    if (order.position !== null && error !== null) {
      // A later success would say nothing of what was lost now.
      for (const other of this.orders) if (other.segment === order.segment) other.position = null;
      this.failed(error);
    } else if (order.position !== null) {
      this.safeSegment = order.segment;
      this.safeBytes = order.bytes;
      this.synced(order.segment.since, order.position);
    }
    this.next();
  }
}
