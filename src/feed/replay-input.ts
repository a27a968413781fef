import type { CrosstickError } from "../errors.js";
import type { DecodeKernel } from "../kernel/kernel.js";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { ProductName } from "../market/venues.js";
import type { ByteInput } from "../sources/recording/byte-input.js";
import type { Lane } from "./lane.js";

/** Bytes asked for at a time: with its records, a chunk stays in the second-level cache. */
const CHUNK_BYTES = 256 * 1024;
/** Places in a word: see ByteInput.phase. */
const PHASES = 8;

export const NEXT_FRAME = 1;
/** Nothing there yet: await ready(). */
export const NEXT_LATER = 0;
export const NEXT_END = -1;
/** A line was refused; `refusal` says why. Call again. */
export const NEXT_REFUSED = -2;

/** Where an input's frames are put. */
export interface InputPlace {
  views: Views;
  kernel: DecodeKernel;
  /** Address of the lane, whose header the line scanner fills. */
  lane: number;
  scratch: number;
  scratchBytes: number;
}

/** A recording that gives one frame after the other, in the lane's scratch. */
export interface ReplayInput {
  /** Index of the input in the canonical order: second key of the merge, stamped on every record. */
  readonly source: number;
  /** Loads the next frame into the fields below. Returns NEXT_*. */
  next(): number;
  ready(): Promise<void>;
  refusal: number;
  receivedUs: number;
  /** Nanoseconds below the microsecond, 0..999. */
  nanos: number;
  frameAt: number;
  frameEnd: number;
  /** Product of the frame; null when the recording does not tell and nothing can be made of it. */
  product: ProductName | null;
  /** The venue's symbol of a reply that does not name it; null otherwise. */
  symbol: string | null;
  readonly damage: CrosstickError | null;
  close(): void;
}

/** Lines of `<receive time> <frame>`, split by the kernel in place. */
export class LineInput implements ReplayInput {
  readonly source: number;
  refusal = L.REJECT_LINE;
  receivedUs = Number.NaN;
  nanos = 0;
  frameAt = 0;
  frameEnd = 0;
  readonly product: ProductName;
  readonly symbol = null;
  private readonly views: Views;
  private readonly kernel: DecodeKernel;
  private readonly lane: number;
  private readonly bytes: ByteInput;
  private readonly scratch: number;
  private readonly limit: number;
  /** Not yet split: [at, end). */
  private at: number;
  private end: number;
  private ended = false;
  /** Inside a line that is too long: everything up to its end is passed over. */
  private skipping = false;

  constructor(options: {
    views: Views;
    kernel: DecodeKernel;
    lane: number;
    scratch: number;
    scratchBytes: number;
    bytes: ByteInput;
    product: ProductName;
    source: number;
  }) {
    this.views = options.views;
    this.kernel = options.kernel;
    this.lane = options.lane;
    this.scratch = options.scratch;
    this.limit = options.scratch + options.scratchBytes;
    this.bytes = options.bytes;
    this.product = options.product;
    this.source = options.source;
    this.at = options.scratch;
    this.end = options.scratch;
  }

  get damage(): CrosstickError | null {
    return this.bytes.damage;
  }

  ready(): Promise<void> {
    return this.bytes.ready();
  }

  close(): void {
    this.bytes.close();
  }

  /** Hot. */
  next(): number {
    for (;;) {
      const found = this.kernel.nextLine(this.lane, this.at, this.end);
      if (found === 0) {
        const filled = this.refill();
        if (filled === NEXT_FRAME) continue;
        return filled;
      }
      this.at = this.views.u32[(this.lane + L.MESSAGE_NEXT_LINE) >> 2];
      if (found < 0) {
        this.refusal = found;
        return NEXT_REFUSED;
      }
      this.load();
      return NEXT_FRAME;
    }
  }

  /** Hot: has the lane take up to `most` lines of what is there, and goes on where it stopped. */
  burst(lane: Lane, most: number): void {
    this.views.u32[(this.lane + L.MESSAGE_SOURCE) >> 2] = this.source;
    lane.setProduct(this.product);
    this.at = lane.lines(this.at, this.end, most);
  }

  /** Hot: the frame is the one that the lane's header describes. */
  load(): void {
    const { u32, f64 } = this.views;
    const { lane } = this;
    this.receivedUs = f64[(lane + L.MESSAGE_RECEIVED_TIME_US) >> 3];
    this.nanos = u32[(lane + L.MESSAGE_RECEIVED_NANOS) >> 2];
    this.frameAt = u32[(lane + L.MESSAGE_FRAME_AT) >> 2];
    this.frameEnd = u32[(lane + L.MESSAGE_FRAME_END) >> 2];
  }

  /** Moves the unfinished line to the start of the scratch and reads on behind it. */
  private refill(): number {
    const { u8 } = this.views;
    if (this.ended) return NEXT_END;
    const begin = this.startOf(this.end - this.at);
    if (this.at !== begin) {
      u8.copyWithin(begin, this.at, this.end);
      this.end -= this.at - begin;
      this.at = begin;
    }
    if (this.end === this.limit) {
      this.skipping = true;
      this.end = this.scratch;
    }
    const room = Math.min(CHUNK_BYTES, this.limit - this.end);
    const count = this.bytes.read(u8, this.end, this.end + room);
    if (count === 0) return NEXT_LATER;
    if (count < 0) return this.endOfInput();
    if (!this.skipping) {
      this.end += count;
      return NEXT_FRAME;
    }
    const newline = u8.subarray(this.end, this.end + count).indexOf(10);
    if (newline < 0) return NEXT_FRAME;
    this.skipping = false;
    this.at = this.end + newline + 1;
    this.end += count;
    this.refusal = L.REJECT_TOO_LONG;
    return NEXT_REFUSED;
  }

  /**
   * Where an unfinished line is moved to: what is read goes behind it, at the input's phase. A long one goes to the
   * start, so that it is not moved again and again, and how long a line may be depends on its length alone.
   */
  private startOf(bytes: number): number {
    if (bytes > CHUNK_BYTES || bytes + CHUNK_BYTES + PHASES > this.limit - this.scratch) return this.scratch;
    return this.scratch + ((this.bytes.phase - this.scratch - bytes) & (PHASES - 1));
  }

  /** A last line without its newline counts, unless the input was cut there. */
  private endOfInput(): number {
    this.ended = true;
    if (this.damage !== null) return NEXT_END;
    if (this.skipping) {
      this.refusal = L.REJECT_TOO_LONG;
      return NEXT_REFUSED;
    }
    if (this.end === this.at) return NEXT_END;
    this.views.u8[this.end++] = 10; // the scratch is padded behind its end
    return NEXT_FRAME;
  }
}
