import type { CrosstickError } from "../errors.js";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import { productOfFrame, type RecorderMarket, symbolOfUrl } from "../market/recorders.js";
import type { ProductName } from "../market/venues.js";
import type { FrameInput } from "../sources/recording/frame-input.js";
import { NEXT_END, NEXT_FRAME, NEXT_REFUSED, type ReplayInput } from "./replay-input.js";

/** A recording whose format gives whole frames, each with its connection: cryptofeed. */
export class FramesInput implements ReplayInput {
  readonly source: number;
  refusal = L.REJECT_TOO_LONG;
  receivedUs = Number.NaN;
  nanos = 0;
  readonly frameAt: number;
  frameEnd = 0;
  product: ProductName | null = null;
  symbol: string | null = null;
  private readonly u8: Uint8Array;
  private readonly scratchBytes: number;
  private readonly frames: FrameInput;
  private readonly market: RecorderMarket;

  constructor(options: {
    views: Views;
    scratch: number;
    scratchBytes: number;
    frames: FrameInput;
    market: RecorderMarket;
    source: number;
  }) {
    this.u8 = options.views.u8;
    this.frameAt = options.scratch;
    this.scratchBytes = options.scratchBytes;
    this.frames = options.frames;
    this.market = options.market;
    this.source = options.source;
  }

  get damage(): CrosstickError | null {
    return this.frames.damage;
  }

  next(): number {
    const length = this.frames.next(this.u8, this.frameAt, this.scratchBytes);
    if (length === -1) return NEXT_END;
    this.receivedUs = this.frames.receivedUs;
    this.nanos = this.frames.receivedNanos;
    if (length < 0) {
      this.refusal = length === -3 ? L.REJECT_COMPRESSION : L.REJECT_TOO_LONG;
      return NEXT_REFUSED;
    }
    const { address, url } = this.frames;
    this.frameEnd = this.frameAt + length;
    this.product = productOfFrame(this.market, address, url, this.u8.subarray(this.frameAt, this.frameEnd));
    this.symbol = url === null ? null : symbolOfUrl(url);
    return NEXT_FRAME;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.frames.close();
  }
}
