import type { CrosstickError } from "../../errors.js";

/** Frames of a recording one by one, in the order of (receive time, place in the file). */
export interface FrameInput {
  /**
   * Writes the bytes of the next frame to target[offset…]; `room` bytes may be used. Returns their
   * number, -1 at the end, -2 when the frame is longer than the room, -3 when it is compressed and cannot be
   * inflated: then it is passed over. The fields below describe the frame that was written or passed over.
   */
  next(target: Uint8Array, offset: number, room: number): number;
  /** Whether another frame is there; then the fields below describe it, and next() gives it. */
  peek(): boolean;
  /** Epoch µs, floored. NaN before the first frame. */
  receivedUs: number;
  /** Nanoseconds below the microsecond, 0..999. */
  receivedNanos: number;
  /** Address of the request when the frame is an HTTP reply, else null. */
  url: string | null;
  /** Address of the WebSocket connection, null for a reply or where the recording does not tell. */
  address: string | null;
  /** The recorder's name of the connection. */
  connection: string;
  /** Frames in the whole input. */
  readonly frames: number;
  /** Why the recording ends early; null when it does not. Known from the start. */
  readonly damage: CrosstickError | null;
  close(): void;
}
