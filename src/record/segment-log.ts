import { join } from "node:path";
import type { JournalFiles } from "./files.js";
import { BLOCK_TYPE_META, PAYLOAD_LIMIT_BYTES } from "./format.js";
import type { SegmentMeta } from "./meta.js";
import { SegmentWriter, WRITE_BUFFER_BYTES } from "./segment-writer.js";
import { SyncQueue } from "./sync-queue.js";

export interface LogOptions {
  files: JournalFiles;
  dir: string;
  kind: number;
  /** Milliseconds that only grow, and the wall clock in epoch µs. */
  nowMs: () => number;
  wallUs: () => number;
  fsyncMs: number;
  configHash: string;
  meta: Omit<SegmentMeta, "run" | "start" | "abandoned">;
  /** Number of the first segment to write. */
  number: number;
  /** Everything from `since` up to the position is safe. */
  synced: (since: number, position: number) => void;
}

/** Where a segment begins. */
export interface SegmentStart {
  position: number;
  /** Engine time so far, µs; NaN before any. */
  timeUs: number;
  start: SegmentMeta["start"];
}

/** What waits in memory is written at the latest after this time, so that a killed process loses little. */
const FLUSH_MS = 4;
/** Unsafe bytes that are not kept waiting for the interval. Each sync holds up whoever wants a core: not much smaller. */
const SYNC_BYTES = 16 << 20;
const RETRY_MS = 1000;

/**
 * The segments of one kind, one after the other. A disk that refuses stops it, and nothing else: the segment is
 * cut to its last whole block and given up, and once the disk takes bytes again `writable` says so.
 */
export class SegmentLog {
  /** The segment being written; null while there is none. */
  current: SegmentWriter | null = null;
  /** Why nothing is written; null while it is. */
  reason: string | null = null;
  /** After a stop: the disk took a test file and kept it, so a segment may be begun. */
  writable = false;
  /** Everything from `since` up to `synced` is safe; before it, something is missing or was written by an earlier run. */
  since = 0;
  synced = 0;
  /** Bytes of the segments that are complete. */
  completedBytes = 0;
  /** Records that were taken and have not reached a file, because it refused. */
  discarded = 0;
  /** Records that reached a file which the disk then failed to keep: they may be there or not. */
  unkept = 0;
  readonly queue: SyncQueue;
  private readonly options: LogOptions;
  private readonly buffer = Buffer.alloc(WRITE_BUFFER_BYTES);
  private number: number;
  private run = 0;
  /** The segment that was completed before the one that is begun now; null after a stop. */
  private before: SegmentWriter | null = null;
  private unsealed: SegmentWriter | null = null;
  private abandoned: number[] = [];
  private probing = false;
  private retryMs = 0;
  private flushedMs = 0;
  private syncedMs = 0;
  private begunMs = 0;
  private beginBytes = 0;
  private lastWritten = 0;

  constructor(options: LogOptions) {
    this.options = options;
    this.number = options.number;
    this.queue = new SyncQueue({
      ...options,
      synced: (since, position) => {
        this.since = since;
        this.synced = position;
        options.synced(since, position);
      },
      failed: (error) => this.stop(error, true),
    });
  }

  /** Begins the next segment and writes what it starts with. Returns whether the disk took it. */
  begin({ position, timeUs, start }: SegmentStart, content: (segment: SegmentWriter) => void): boolean {
    const { files, dir, kind, configHash, wallUs, nowMs } = this.options;
    if (this.unsealed !== null) this.abandonUnsealed(this.unsealed);
    if (start === "fresh") this.run = this.number;
    const header = { kind, number: this.number, firstPosition: position, createdUs: wallUs(), configHash };
    const meta: SegmentMeta = { ...this.options.meta, run: this.run, start, abandoned: this.abandoned };
    const since = this.before !== null && position === this.before.position ? this.before.since : position;
    try {
      const segment = new SegmentWriter(files, dir, header, this.buffer, { timeUs, since });
      this.current = segment;
      segment.put(BLOCK_TYPE_META, Buffer.from(JSON.stringify(meta)), 0);
      content(segment);
      segment.flush();
      this.beginBytes = segment.written;
    } catch (error) {
      if (this.current === null) this.stopWith(error as Error);
      else this.stop(error as Error, false);
      return false;
    }
    this.number++;
    this.before = null;
    this.abandoned = [];
    this.reason = null;
    this.writable = false;
    this.begunMs = nowMs();
    return true;
  }

  /** Runs something that may write. Returns false when the disk refused: then the log has stopped. */
  attempt(action: (segment: SegmentWriter) => void): boolean {
    if (this.current === null) return false;
    try {
      action(this.current);
      return true;
    } catch (error) {
      this.stop(error as Error, false);
      return false;
    }
  }

  /** Completes the segment being written, if there is one. */
  end(): void {
    const segment = this.current;
    if (segment === null || !this.attempt((one) => one.close("closed"))) return;
    this.current = null;
    this.before = segment;
    this.lastWritten = segment.writtenPosition;
    this.completedBytes += segment.written;
    this.queue.push(segment, true);
  }

  /** Stops for a reason that is not the disk's; it tries again as after any other. */
  halt(reason: string): void {
    this.end();
    this.stopWith(new Error(reason));
  }

  /** Number of the segment being written, or of the last one. */
  get segment(): number {
    return this.current?.number ?? this.number - 1;
  }

  /** Position of the next record as far as a file has them. */
  get writtenPosition(): number {
    return this.current?.writtenPosition ?? this.lastWritten;
  }

  /** Bytes of the segment being written, what it begins with apart: a large checkpoint alone makes no segment full. */
  get bytes(): number {
    return this.current === null ? 0 : this.current.bytes - this.beginBytes;
  }

  /** Milliseconds since the segment was begun. */
  get ageMs(): number {
    return this.options.nowMs() - this.begunMs;
  }

  /** Writes, syncs or tries again, whatever is due. */
  tick(): void {
    const nowMs = this.options.nowMs();
    if (this.current === null) {
      if (this.reason !== null && !this.writable && nowMs - this.retryMs >= RETRY_MS) this.probe(nowMs);
      return;
    }
    if (!this.current.pending) this.flushedMs = nowMs;
    else if (nowMs - this.flushedMs >= FLUSH_MS) {
      this.flushedMs = nowMs;
      if (!this.attempt((segment) => segment.flush())) return;
    }
    if (!this.queue.idle) return;
    const unsafe = this.queue.unsafeBytes(this.current);
    if (unsafe === 0) this.syncedMs = nowMs;
    else if (unsafe >= SYNC_BYTES || nowMs - this.syncedMs >= this.options.fsyncMs) {
      this.syncedMs = nowMs;
      this.queue.push(this.current, false);
    }
  }

  /** `keptNot`: the disk did not keep what it had taken, so nothing more of the segment is acknowledged. */
  private stop(error: Error, keptNot: boolean): void {
    const segment = this.current;
    this.current = null;
    this.stopWith(error);
    if (segment === null) return;
    this.lastWritten = segment.writtenPosition;
    this.discarded += segment.position + segment.openRecords - segment.writtenPosition;
    if (segment.isEmpty) {
      this.undo(segment);
      return;
    }
    this.number = segment.number + 1;
    if (keptNot) this.forsake(segment);
    else if (!this.seal(segment)) this.unsealed = segment;
    else this.queue.push(segment, true);
  }

  private stopWith(error: Error): void {
    this.before = null;
    this.reason = error.message;
    this.writable = false;
    this.retryMs = this.options.nowMs();
  }

  private forsake(segment: SegmentWriter): void {
    this.unkept += segment.writtenPosition - this.synced;
    if (this.seal(segment)) this.queue.abandon(segment);
    else this.abandonUnsealed(segment);
  }

  private seal(segment: SegmentWriter): boolean {
    try {
      segment.giveUp(this.reason ?? "");
    } catch {
      return false;
    }
    this.completedBytes += segment.written;
    return true;
  }

  /** The next segment will say that nobody may expect an end of this one. */
  private abandonUnsealed(segment: SegmentWriter): void {
    this.unsealed = null;
    this.abandoned.push(segment.number);
    this.queue.abandon(segment);
  }

  /** Takes a file away that holds no record, so that its number can be used. */
  private undo(segment: SegmentWriter): void {
    this.queue.abandon(segment);
    try {
      this.options.files.remove(segment.path);
    } catch {
      this.abandoned.push(segment.number);
      this.number = segment.number + 1;
    }
  }

  /** Whether the disk takes and keeps again what a segment begins with: no checkpoint is asked for before it does. */
  private probe(nowMs: number): void {
    if (this.probing) return;
    this.retryMs = nowMs;
    const { unsealed } = this;
    if (unsealed !== null && this.seal(unsealed)) {
      this.unsealed = null;
      this.queue.push(unsealed, true);
    }
    this.probing = true;
    const { files, dir, kind } = this.options;
    tryDisk(files, join(dir, `probe-${kind}.tmp`), this.buffer, this.beginBytes + PAYLOAD_LIMIT_BYTES, (error) => {
      this.probing = false;
      if (error === null) this.writable = true;
      else this.reason = error.message;
    });
  }
}

/** Writes a file of some bytes, has it kept, and takes it away again. */
function tryDisk(
  files: JournalFiles,
  path: string,
  content: Uint8Array,
  bytes: number,
  done: (error: Error | null) => void,
): void {
  let fd = -1;
  const finish = (error: Error | null): void => {
    try {
      if (fd >= 0) files.close(fd);
      files.remove(path);
    } catch {
      // A file that stays, of a killed process perhaps, is in the way once: the next attempt has removed it.
    }
    done(error);
  };
  try {
    fd = files.create(path);
    for (let at = 0; at < bytes; at += content.length)
      files.write(fd, content, 0, Math.min(content.length, bytes - at), at);
    files.sync(fd, finish);
  } catch (error) {
    finish(error as Error);
  }
}
