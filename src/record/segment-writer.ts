import { type BlockFields, sealBlock } from "./block.js";
import { closeContent, type SegmentClose } from "./close.js";
import type { JournalFiles } from "./files.js";
import * as F from "./format.js";
import { type SegmentHeader, writeSegmentHeader } from "./segment-header.js";
import { segmentPath } from "./segment-name.js";

/** Two full pieces and some: a block is always built in one stretch. */
export const WRITE_BUFFER_BYTES = 4 * F.PAYLOAD_LIMIT_BYTES;
/** Sealed bytes that are worth a write of their own. */
const WRITE_BYTES = F.PAYLOAD_LIMIT_BYTES / 2;
/** Distance of two entries of the index, whichever comes first. */
const INDEX_US = 1_000_000;
const INDEX_BYTES = 1 << 20;

/** One segment that is being written: blocks are built in a buffer of the caller's and written in large pieces. */
export class SegmentWriter {
  readonly path: string;
  readonly number: number;
  readonly fd: number;
  /** Position since which, up to this segment, no record is missing. */
  readonly since: number;
  private readonly firstPosition: number;
  /** Position of the next record. */
  position: number;
  /** Position of the next record as far as blocks have reached the file. */
  writtenPosition: number;
  /** Bytes that have reached the file, whole blocks only. */
  written = 0;
  private readonly files: JournalFiles;
  private readonly buffer: Buffer;
  /** Sealed bytes in the buffer; the open block, if any, stands behind them. */
  private sealed = 0;
  /** Type of the open block, 0 when there is none. */
  private openType = 0;
  private openLane = 0;
  private openBytes = 0;
  private openCount = 0;
  private openFirstUs = Number.NaN;
  private lastUs: number;
  private firstUs = Number.NaN;
  private lost = 0;
  private readonly index: number[] = [];

  /**
   * Creates the file. `timeUs` is the engine time so far, NaN before any; `buffer` is this writer's alone until
   * the segment ends. @throws what the disk says
   */
  constructor(
    files: JournalFiles,
    dir: string,
    header: SegmentHeader,
    buffer: Buffer,
    { timeUs, since }: { timeUs: number; since: number },
  ) {
    this.files = files;
    this.buffer = buffer;
    this.since = since;
    this.number = header.number;
    this.firstPosition = header.firstPosition;
    this.position = header.firstPosition;
    this.writtenPosition = header.firstPosition;
    this.lastUs = timeUs;
    this.path = segmentPath(dir, header.kind, header.number);
    this.fd = files.create(this.path);
    this.sealed = writeSegmentHeader(header).copy(buffer);
  }

  /** Bytes of the segment, those that wait in the buffer included. */
  get bytes(): number {
    return this.written + this.sealed + (this.openType === 0 ? 0 : F.BLOCK_HEADER_BYTES + this.openBytes);
  }

  /** Whether anything waits in the buffer. */
  get pending(): boolean {
    return this.sealed > 0 || this.openType !== 0;
  }

  /** Records that still fit into the open block. */
  get room(): number {
    return F.RECORDS_BLOCK_RECORDS - this.openRecords;
  }

  /** Records in the open block: `position` does not count them yet. */
  get openRecords(): number {
    return this.openType === 0 ? 0 : this.openCount;
  }

  /** Bytes of frames that still fit into the open block of a lane, or into a new one. */
  frameRoom(lane: number): number {
    const isOpen = this.openType !== 0 && this.openLane === lane;
    return F.FRAMES_BLOCK_BYTES - (isOpen ? this.openBytes : 0);
  }

  /** Whether no record has reached the file. */
  get isEmpty(): boolean {
    return this.writtenPosition === this.firstPosition;
  }

  /**
   * Adds records, or frames of a lane, to the open block, which the caller knows to have room, or opens one.
   * Times are engine times. @throws what the disk says, when the buffer had to be written
   */
  add(type: number, content: Uint8Array, count: number, firstUs: number, lastUs: number, lane = 0): void {
    if (this.openType !== 0 && (this.openType !== type || this.openLane !== lane)) this.seal();
    if (this.openType === 0) {
      this.reserve();
      this.openType = type;
      this.openLane = lane;
      this.openBytes = 0;
      this.openCount = 0;
      this.openFirstUs = firstUs;
    }
    this.buffer.set(content, this.sealed + F.BLOCK_HEADER_BYTES + this.openBytes);
    this.openBytes += content.length;
    this.openCount += count;
    this.lastUs = lastUs;
    if (Number.isNaN(this.firstUs)) this.firstUs = firstUs;
  }

  /** Writes a content as one block, or as several when it is long. */
  put(type: number, content: Uint8Array, count: number, lane = 0): void {
    this.seal();
    const pieces = Math.max(1, Math.ceil(content.length / F.PAYLOAD_LIMIT_BYTES));
    for (let piece = 0; piece < pieces; piece++) {
      this.reserve();
      const from = piece * F.PAYLOAD_LIMIT_BYTES;
      const part = content.subarray(from, from + F.PAYLOAD_LIMIT_BYTES);
      this.buffer.set(part, this.sealed + F.BLOCK_HEADER_BYTES);
      this.sealAs(part.length, this.fields({ type, count, firstUs: this.lastUs, piece, pieces, lane }));
    }
  }

  /** A frame too long to share a block, in blocks that hold nothing else. */
  putFrame(content: Uint8Array, timeUs: number, lane: number): void {
    this.seal();
    this.lastUs = timeUs;
    if (Number.isNaN(this.firstUs)) this.firstUs = timeUs;
    this.put(F.BLOCK_TYPE_FRAMES, content, 1, lane);
    this.position++;
  }

  /** Notes frames that were lost: their numbers are used up. */
  putLost(count: number): void {
    this.put(F.BLOCK_TYPE_LOST, new Uint8Array(0), count);
    this.position += count;
    this.lost += count;
  }

  /** Completes the open block. */
  seal(): void {
    if (this.openType === 0) return;
    this.note();
    const own = { type: this.openType, count: this.openCount, firstUs: this.openFirstUs, lane: this.openLane };
    this.openType = 0;
    this.sealAs(this.openBytes, this.fields({ ...own, piece: 0, pieces: 1 }));
    this.position += this.openCount;
  }

  /** Completes the open block and writes everything out. @throws what the disk says */
  flush(): void {
    this.seal();
    this.write();
  }

  /** Writes the index and how the segment ended. @throws what the disk says */
  close(end: SegmentClose["end"]): void {
    this.seal();
    const entries = new Float64Array(this.index);
    const at = this.written + this.sealed;
    this.put(F.BLOCK_TYPE_INDEX, new Uint8Array(entries.buffer), entries.length / 3);
    this.putClose(end, null, at);
    this.write();
  }

  /** After a failed write: forgets what waits, cuts the file to its last whole block and says so there. */
  giveUp(reason: string): void {
    this.openType = 0;
    this.sealed = 0;
    this.files.truncate(this.fd, this.written);
    this.position = this.writtenPosition;
    this.putClose("failed", reason, 0);
    this.write();
  }

  private putClose(end: SegmentClose["end"], reason: string | null, indexAt: number): void {
    const { position, lost, firstUs, lastUs } = this;
    const close = { end, reason, position, lost, firstUs, lastUs, indexAt };
    this.put(F.BLOCK_TYPE_CLOSE, closeContent(close), 0);
  }

  /** Makes room for the largest block behind what is sealed. */
  private reserve(): void {
    const largest = F.BLOCK_HEADER_BYTES + F.PAYLOAD_LIMIT_BYTES;
    if (this.sealed >= WRITE_BYTES || this.sealed + largest > this.buffer.length) this.write();
  }

  private write(): void {
    if (this.sealed === 0) return;
    this.files.write(this.fd, this.buffer, 0, this.sealed, this.written);
    this.written += this.sealed;
    this.writtenPosition = this.position;
    this.sealed = 0;
  }

  private sealAs(payloadBytes: number, fields: BlockFields): void {
    this.sealed += sealBlock(this.buffer, this.sealed, payloadBytes, fields);
  }

  private fields(own: Omit<BlockFields, "firstPosition" | "lastUs" | "segment">): BlockFields {
    return { ...own, firstPosition: this.position, lastUs: this.lastUs, segment: this.number };
  }

  /** Enters the open block into the index when it lies far enough from the last one that is there. */
  private note(): void {
    const at = this.written + this.sealed;
    const { index } = this;
    const far = index.length === 0 || at - index[index.length - 2] >= INDEX_BYTES;
    if (far || this.openFirstUs - index[index.length - 3] >= INDEX_US) index.push(this.openFirstUs, at, this.position);
  }
}
