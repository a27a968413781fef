import { closeSync, fstatSync, readSync } from "node:fs";
import type { CrosstickError } from "../../errors.js";
import type { ByteInput } from "./byte-input.js";
import { fileError } from "./input-errors.js";

/** An uncompressed file, read straight into the target. */
export class PlainBytes implements ByteInput {
  damage: CrosstickError | null = null;
  bytesRead = 0;
  readonly phase = 0;
  readonly size: number;
  private readonly path: string;
  private fd: number;

  /** Takes over the open file. */
  constructor(path: string, fd: number) {
    this.path = path;
    this.size = fstatSync(fd).size;
    this.fd = fd;
  }

  read(target: Uint8Array, from = 0, to = target.length): number {
    if (this.fd < 0) return -1;
    try {
      const count = readSync(this.fd, target, from, to - from, this.bytesRead);
      this.bytesRead += count;
      if (count > 0 || to === from) return count;
    } catch (error) {
      this.damage = fileError(this.path, error);
    }
    this.close();
    return -1;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    if (this.fd >= 0) closeSync(this.fd);
    this.fd = -1;
  }
}
