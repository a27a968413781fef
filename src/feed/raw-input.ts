import type { CrosstickError } from "../errors.js";
import * as L from "../layout.js";
import type { ProductName, VenueName } from "../market/venues.js";
import { RawFrames } from "../record/raw-frames.js";
import { type InputPlace, NEXT_END, NEXT_FRAME, NEXT_REFUSED, type ReplayInput } from "./replay-input.js";

/** The frames of one market of a raw log, as a live engine received them. */
export class RawInput implements ReplayInput {
  readonly source: number;
  readonly refusal = L.REJECT_TOO_LONG;
  readonly product: ProductName;
  readonly frameAt: number;
  frameEnd = 0;
  private readonly u8: Uint8Array;
  private readonly scratchBytes: number;
  private readonly frames: RawFrames;

  constructor(dir: string, market: { venue: VenueName; product: ProductName }, source: number, place: InputPlace) {
    this.source = source;
    this.product = market.product;
    this.u8 = place.views.u8;
    this.frameAt = place.scratch;
    this.scratchBytes = place.scratchBytes;
    this.frames = new RawFrames(dir, market);
  }

  get receivedUs(): number {
    return this.frames.receivedUs;
  }

  get nanos(): number {
    return this.frames.receivedNanos;
  }

  get symbol(): string | null {
    return this.frames.symbol;
  }

  get damage(): CrosstickError | null {
    return this.frames.damage;
  }

  next(): number {
    const length = this.frames.next(this.u8, this.frameAt, this.scratchBytes);
    if (length === -1) return NEXT_END;
    if (length < 0) return NEXT_REFUSED;
    this.frameEnd = this.frameAt + length;
    return NEXT_FRAME;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.frames.close();
  }
}
