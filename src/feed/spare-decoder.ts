import type { DecodeKernel } from "../kernel/kernel.js";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";

/** Decodes the frame that a lane's header points at into a ring that nobody reads: only to see what it says. */
export class SpareDecoder {
  private readonly views: Views;
  private readonly kernel: DecodeKernel;
  private readonly venue: number;
  private readonly header: number;
  private readonly ring: number;

  constructor(options: { views: Views; kernel: DecodeKernel; venue: number; header: number; ring: number }) {
    this.views = options.views;
    this.kernel = options.kernel;
    this.venue = options.venue;
    this.header = options.header;
    this.ring = options.ring;
  }

  /** Records of the present part, or a reason below zero. */
  decode(): number {
    return this.kernel.decode(this.venue, this.header, this.ring, 0, L.OVERFLOW_RECORDS);
  }

  /** Gives every record of every part to `take`, and counts nothing. How many there were. */
  each(take: (at: number) => void): number {
    const { u32 } = this.views;
    const part = (this.header + L.MESSAGE_PART) >> 2;
    const misses = u32[(this.header + L.MESSAGE_TEMPLATE_MISSES) >> 2];
    let all = 0;
    u32[(this.header + L.MESSAGE_HINT) >> 2] = 0;
    do {
      const count = Math.max(0, this.decode());
      for (let i = 0; i < count; i++) take(this.ring + L.RING_HEADER_BYTES + i * L.RECORD_BYTES);
      all += count;
    } while (++u32[part] < u32[(this.header + L.MESSAGE_PARTS) >> 2]);
    u32[part] = 0;
    u32[(this.header + L.MESSAGE_TEMPLATE_MISSES) >> 2] = misses;
    return all;
  }
}
