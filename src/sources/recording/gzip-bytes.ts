import { closeSync, fstatSync } from "node:fs";
import type { CrosstickError } from "../../errors.js";
import type { ByteInput } from "./byte-input.js";
import { type GzipEnd, inflate, inflateToDamage } from "./gzip-inflate.js";
import { fileError, inputError } from "./input-errors.js";

/**
 * Decompressed bytes kept ahead of the reader. Two steps of input may exceed it, by what 64 KiB of gzip
 * can become at most (66 MiB) each.
 */
const AHEAD_BYTES = 4 * 1024 * 1024;

/**
 * A gzip file of one or more members, decompressed on the thread pool while the reader works on what
 * came before. Of a damaged file, everything up to the damage is delivered.
 */
export class GzipBytes implements ByteInput {
  damage: CrosstickError | null = null;
  bytesRead = 0;
  readonly size: number;
  private readonly path: string;
  private fd: number;
  private readonly chunks: Uint8Array[] = [];
  /** Bytes of the first chunk that were read already. */
  private taken = 0;
  private queued = 0;
  private ended = false;
  private closed = false;
  private wakeReader: (() => void) | null = null;
  private wakeInflater: (() => void) | null = null;

  /** Takes over the open file. */
  constructor(path: string, fd: number) {
    this.path = path;
    this.size = fstatSync(fd).size;
    this.fd = fd;
    void this.run();
  }

  get phase(): number {
    return this.chunks.length === 0 ? 0 : (this.chunks[0].byteOffset + this.taken) & 7;
  }

  /** Of one chunk at a time: the next one may lie at another phase. */
  read(target: Uint8Array, from = 0, to = target.length): number {
    if (to === from) return 0;
    if (this.chunks.length === 0) return this.ended ? -1 : 0;
    const [chunk] = this.chunks;
    const count = Math.min(chunk.length - this.taken, to - from);
    target.set(chunk.subarray(this.taken, this.taken + count), from);
    this.taken += count;
    if (this.taken === chunk.length) {
      this.chunks.shift();
      this.taken = 0;
    }
    this.queued -= count;
    if (this.queued < AHEAD_BYTES) this.release();
    return count;
  }

  ready(): Promise<void> {
    if (this.queued > 0 || this.ended) return Promise.resolve();
    return new Promise((resolve) => {
      const earlier = this.wakeReader;
      this.wakeReader = () => {
        earlier?.();
        resolve();
      };
    });
  }

  close(): void {
    this.closed = true;
    this.ended = true;
    this.chunks.length = 0;
    this.queued = 0;
    this.release();
    this.wake();
  }

  private async run(): Promise<void> {
    try {
      const end = await inflate(this.fd, {
        output: (chunk) => this.push(chunk),
        progress: (bytes) => this.turn(bytes),
      });
      this.bytesRead = end.inputBytes;
      if (end.kind === "damaged") await this.deliverToDamage(end);
      else if (end.kind === "cut") this.damage = this.describe(end, "INPUT_TRUNCATED");
    } catch (error) {
      this.damage = fileError(this.path, error);
    }
    closeSync(this.fd);
    this.fd = -1;
    this.ended = true;
    this.wake();
  }

  /** What the decompressor drops when it stops at the damage is decompressed again, in small steps. */
  private async deliverToDamage(end: GzipEnd): Promise<void> {
    let position = 0;
    const delivered = end.outputBytes;
    const exact = await inflateToDamage(this.fd, end, (chunk) => {
      const skip = Math.min(chunk.length, Math.max(0, delivered - position));
      position += chunk.length;
      if (skip < chunk.length) this.push(chunk.subarray(skip));
    });
    this.damage = this.describe(exact, "INPUT_CORRUPT");
  }

  private push(chunk: Uint8Array): void {
    if (this.closed) return;
    this.chunks.push(chunk);
    this.queued += chunk.length;
    this.wake();
  }

  /** Before each step of input: false to stop; waits while the reader is far behind. */
  private async turn(bytes: number): Promise<boolean> {
    this.bytesRead = bytes;
    if (this.queued >= AHEAD_BYTES) {
      await new Promise<void>((resolve) => {
        this.wakeInflater = resolve;
      });
    }
    return !this.closed;
  }

  private release(): void {
    const wake = this.wakeInflater;
    this.wakeInflater = null;
    wake?.();
  }

  private wake(): void {
    const wake = this.wakeReader;
    this.wakeReader = null;
    wake?.();
  }

  private describe(end: GzipEnd, code: "INPUT_TRUNCATED" | "INPUT_CORRUPT"): CrosstickError {
    const { reason } = end;
    const hint = reason === "incorrect data check" ? "its checksum does not match: any of it may be wrong" : reason;
    const what =
      code === "INPUT_TRUNCATED"
        ? `the gzip data stops in the middle, at byte ${end.inputBytes}`
        : `the gzip data is damaged at byte ${end.inputBytes} of ${this.size} (${hint})`;
    const used = `the ${end.outputBytes} bytes that decompress before it were used`;
    return inputError(code, `Cannot read ${this.path} to its end: ${what}; ${used}`);
  }
}
