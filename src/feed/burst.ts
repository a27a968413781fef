import type { DecodeKernel } from "../kernel/kernel.js";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { RingWriter } from "../ring/writer.js";

/** Several messages of one read of a socket, or lines of a recording, decoded by one call of the kernel; see assembly/burst.ts. */
export class Burst {
  private readonly views: Views;
  private readonly kernel: DecodeKernel;
  private readonly venue: number;
  private readonly header: number;
  private readonly writer: RingWriter;
  private readonly out: number;

  /** `out`: BURST_BYTES of the shared memory. */
  constructor(options: {
    views: Views;
    kernel: DecodeKernel;
    venue: number;
    header: number;
    writer: RingWriter;
    out: number;
  }) {
    this.views = options.views;
    this.kernel = options.kernel;
    this.venue = options.venue;
    this.header = options.header;
    this.writer = options.writer;
    this.out = options.out;
  }

  /** Hot: takes from [at, end) into at most `room` records past the ring's cursor, none of them committed. Where it stopped. */
  take(at: number, end: number, longest: number, room: number): number {
    const { address, cursor } = this.writer;
    this.kernel.burst(this.venue, this.header, address, cursor, room, at, end, longest, this.out);
    return this.word(L.BURST_STOP);
  }

  /** Hot: the same of at most `most` lines. */
  takeLines(at: number, end: number, most: number, room: number): number {
    const { address, cursor } = this.writer;
    this.kernel.lineBurst(this.venue, this.header, address, cursor, room, at, end, most, this.out);
    return this.word(L.BURST_STOP);
  }

  /** Messages that are to be committed, and their records. */
  get kept(): number {
    return this.word(L.BURST_KEPT);
  }

  get records(): number {
    return this.word(L.BURST_RECORDS);
  }

  /** Whether the lane's header describes one more message, whose records lie behind those, and which is still to be settled. */
  get isUnsettled(): boolean {
    return this.word(L.BURST_UNSETTLED) !== 0;
  }

  /** What decode() said of that one. */
  get count(): number {
    return this.views.i32[(this.out + L.BURST_COUNT) >> 2];
  }

  /** Where the last message that was decoded begins. */
  get lastAt(): number {
    return this.word(L.BURST_LAST);
  }

  /** Gives the messages in their order, as runs of one instrument and of `kinds` as Liveness.seen() takes them. */
  eachRun(see: (instrument: number, kinds: number, messages: number) => void): void {
    const runs = this.word(L.BURST_RUNS);
    for (let at = L.BURST_LIST; at < L.BURST_LIST + runs * L.BURST_RUN_BYTES; at += L.BURST_RUN_BYTES) {
      const key = this.word(at + L.BURST_RUN_KEY);
      see(key >>> 16, key & 0xffff, this.word(at + L.BURST_RUN_MESSAGES));
    }
  }

  private word(offset: number): number {
    return this.views.u32[(this.out + offset) >> 2];
  }
}
