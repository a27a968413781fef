import { closeSync, fdatasync, fsync, ftruncateSync, openSync, unlinkSync, writeSync } from "node:fs";

/** What the recorder does to the disk; an argument, so that a test can make any of it fail. */
export interface JournalFiles {
  /** Opens a new file for writing; one that exists is an error. */
  create(path: string): number;
  /** Writes all of bytes[from, to) at `position`. */
  write(fd: number, bytes: Uint8Array, from: number, to: number, position: number): void;
  truncate(fd: number, length: number): void;
  /** Calls back when everything written so far is on the disk. */
  sync(fd: number, done: (error: Error | null) => void): void;
  /** The same for the names in a folder: without it a new file may be gone after a power cut. */
  syncDirectory(path: string, done: (error: Error | null) => void): void;
  close(fd: number): void;
  remove(path: string): void;
}

export const diskFiles: JournalFiles = {
  create: (path) => openSync(path, "wx", 0o644),
  write(fd, bytes, from, to, position) {
    for (let at = from; at < to; ) at += writeSync(fd, bytes, at, to - at, position + at - from);
  },
  truncate: ftruncateSync,
  sync: fdatasync,
  syncDirectory(path, done) {
    let fd: number;
    try {
      fd = openSync(path, "r");
    } catch (error) {
      done(error as Error);
      return;
    }
    fsync(fd, (error) => {
      closeSync(fd);
      done(error);
    });
  },
  close: closeSync,
  remove: unlinkSync,
};
