// A disk in memory that keeps only what was synced. After a power cut, of everything else each sector may be there,
// be zeros, or be missing; a file whose name was not synced may be gone.
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { JournalFiles } from "crosstick/internal/record/files";

const SECTOR_BYTES = 512;

interface Write {
  position: number;
  bytes: Buffer;
}

interface MemoryFile {
  path: string;
  kept: Buffer;
  unsynced: Write[];
  isNamed: boolean;
}

export class UnreliableDisk implements JournalFiles {
  private readonly files: MemoryFile[] = [];
  private readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  create(path: string): number {
    return this.files.push({ path, kept: Buffer.alloc(0), unsynced: [], isNamed: false }) - 1;
  }

  write(fd: number, bytes: Uint8Array, from: number, to: number, position: number): void {
    this.files[fd].unsynced.push({ position, bytes: Buffer.from(bytes.subarray(from, to)) });
  }

  truncate(fd: number, length: number): void {
    this.files[fd].kept = this.files[fd].kept.subarray(0, length);
  }

  /** Keeps what was written when it was asked for, a while later. */
  sync(fd: number, done: (error: Error | null) => void): void {
    const file = this.files[fd];
    const writes = file.unsynced.length;
    this.later(() => {
      for (const write of file.unsynced.splice(0, writes)) file.kept = patched(file.kept, write);
      done(null);
    });
  }

  syncDirectory(_path: string, done: (error: Error | null) => void): void {
    const named = [...this.files];
    this.later(() => {
      for (const file of named) file.isNamed = true;
      done(null);
    });
  }

  close(): void {}

  remove(path: string): void {
    this.files.splice(
      this.files.findIndex((file) => file.path === path),
      1,
    );
  }

  /** What is found after the power came back. */
  cutPower(dir: string): void {
    for (const file of this.files) {
      if (!file.isNamed && this.random() < 0.5) continue;
      let content = file.kept;
      for (const { position, bytes } of file.unsynced)
        for (let at = 0; at < bytes.length; at += SECTOR_BYTES) {
          const sector = bytes.subarray(at, at + SECTOR_BYTES);
          const fate = this.random();
          if (fate < 0.4) content = patched(content, { position: position + at, bytes: sector });
          else if (fate < 0.6)
            content = patched(content, { position: position + at, bytes: Buffer.alloc(sector.length) });
        }
      writeFileSync(join(dir, basename(file.path)), content);
    }
  }

  private later(action: () => void): void {
    if (this.random() < 0.5) setImmediate(action);
    else setTimeout(action, Math.floor(this.random() * 4));
  }
}

function patched(content: Buffer, { position, bytes }: Write): Buffer {
  const patch = Buffer.alloc(Math.max(content.length, position + bytes.length));
  content.copy(patch);
  bytes.copy(patch, position);
  return patch;
}
