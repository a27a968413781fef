import type { CrosstickError } from "../../errors.js";

/** The bytes of a recording, decompressed, pulled by a worker into memory of its own choice. */
export interface ByteInput {
  /**
   * Fills `target`, which may lie in shared memory, from byte `from` to before `to` (all of it by default), and
   * returns the bytes written. 0: nothing is there yet (only for gzip, which works on another thread), await
   * ready(). -1: nothing more will come; then `damage` tells whether that is the whole of it.
   */
  read(target: Uint8Array, from?: number, to?: number): number;
  /**
   * Bytes behind a multiple of eight at which the next byte lies in the input's own memory. V8 copies into shared memory
   * in words only where `from` lies as far behind one, and else byte by byte, an eighth as fast. 0 for bytes that are
   * not copied.
   */
  readonly phase: number;
  /** Resolves when read() has something to say other than 0. */
  ready(): Promise<void>;
  /** Why the recording ends early, from the moment that read() has returned -1; null when it does not. */
  readonly damage: CrosstickError | null;
  /** Bytes of the file used so far: of the compressed file, for progress. */
  readonly bytesRead: number;
  /** Bytes of the file when it was opened. */
  readonly size: number;
  close(): void;
}
