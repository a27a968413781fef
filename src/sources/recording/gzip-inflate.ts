import { read } from "node:fs";
import { createGunzip, type Gunzip } from "node:zlib";

/** Bytes of the file handed to the decompressor at a time; bounds what one step can become. */
const STEP_BYTES = 64 * 1024;
/** Bytes of one decompressed chunk at most. With 64 KiB the speed is half. */
const CHUNK_BYTES = 512 * 1024;

/** How the decompression of a file ended. */
export interface GzipEnd {
  /** `cut`: the file ends before its data does. `damaged`: the data is no gzip from some byte on. */
  kind: "whole" | "cut" | "damaged" | "stopped";
  /** Bytes of the file used; for `damaged`, where the step began that holds the damage. */
  inputBytes: number;
  /** Decompressed bytes given out. */
  outputBytes: number;
  /** The decompressor's words, empty for a whole file. */
  reason: string;
}

interface InflateOptions {
  output: (chunk: Uint8Array) => void;
  /** Called before each step with the bytes of the file used; false stops. */
  progress?: (inputBytes: number) => Promise<boolean>;
  /** From this byte of the file on, steps are `fineBytes` long. */
  fineFrom?: number;
  fineBytes?: number;
}

/**
 * Decompresses an open file from its start. While one step is being decompressed the next one waits
 * behind it and a third is loaded, so that the thread pool never waits for this thread.
 * Rejects only when the file cannot be read.
 */
export async function inflate(fd: number, options: InflateOptions): Promise<GzipEnd> {
  const { output, progress, fineFrom = Number.POSITIVE_INFINITY, fineBytes = STEP_BYTES } = options;
  const gunzip = new GunzipSteps(output);
  const buffers = Array.from({ length: 3 }, () => Buffer.allocUnsafeSlow(STEP_BYTES));
  const load = (turn: number, at: number): Promise<Uint8Array> =>
    readStep(fd, buffers[turn % 3], at, at < fineFrom ? Math.min(STEP_BYTES, fineFrom - at) : fineBytes);
  /** Bytes known to be intact, and bytes handed over. */
  let confirmed = 0;
  let position = 0;
  try {
    let following = load(0, 0);
    let underWay: Promise<boolean> = Promise.resolve(true);
    for (let turn = 1; ; turn++) {
      const step = await following;
      if (progress !== undefined && !(await progress(confirmed))) return gunzip.end("stopped", confirmed);
      // The end is not told together with the last step: what that yields would be lost with the error.
      const written = step.length === 0 ? underWay : gunzip.write(step);
      if (!(await underWay)) return gunzip.end("damaged", confirmed);
      confirmed = position;
      if (step.length === 0 || gunzip.done) break;
      position += step.length;
      underWay = written;
      following = load(turn, position);
      following.catch(() => {}); // seen by the await above, or not needed any more
    }
    return gunzip.end((await gunzip.finish()) ? "whole" : "cut", position);
  } finally {
    gunzip.close();
  }
}

/**
 * Decompresses again up to the damage that `inflate` met, byte by byte where it is: `output` then gets
 * every byte that comes before it, however the file was cut into steps.
 */
export async function inflateToDamage(fd: number, met: GzipEnd, output: (chunk: Uint8Array) => void): Promise<GzipEnd> {
  const near = await inflate(fd, { output: () => {}, fineFrom: met.inputBytes, fineBytes: 256 });
  return inflate(fd, { output, fineFrom: near.inputBytes, fineBytes: 1 });
}

function readStep(fd: number, buffer: Buffer, at: number, length: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, 0, length, at, (error, count) => {
      if (error === null) resolve(buffer.subarray(0, count));
      else reject(error);
    });
  });
}

/** A gunzip stream fed one step after the other, so that nothing of a step is lost to the next one's error. */
class GunzipSteps {
  private readonly gunzip: Gunzip;
  private outputBytes = 0;
  private reason = "";
  /** What waits for the steps, or the end, under way. */
  private readonly waiting: ((intact: boolean) => void)[] = [];
  /** True after the last member, when zeros follow it: they are padding, and what is behind them is not read. */
  done = false;

  constructor(output: (chunk: Uint8Array) => void) {
    this.gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
    this.gunzip.on("data", (chunk: Uint8Array) => {
      this.outputBytes += chunk.length;
      output(chunk);
    });
    this.gunzip.on("end", () => {
      this.done = true;
      for (const answer of this.waiting) answer(true); // no callback comes for a write that ends in padding
    });
    this.gunzip.on("error", (error) => {
      this.reason = error.message;
      for (const answer of this.waiting) answer(false); // the callback of the write under way is never called
    });
  }

  /** False when the step holds damage. */
  write(step: Uint8Array): Promise<boolean> {
    if (this.done) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.gunzip.write(step, (error) => {
        if (!error) this.waiting.shift();
        resolve(!error);
      });
    });
  }

  /** False when the data is not complete. */
  finish(): Promise<boolean> {
    if (this.done) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.gunzip.end();
    });
  }

  end(kind: GzipEnd["kind"], inputBytes: number): GzipEnd {
    return { kind, inputBytes, outputBytes: this.outputBytes, reason: this.reason };
  }

  close(): void {
    this.gunzip.destroy();
  }
}
