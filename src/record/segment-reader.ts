import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type BlockFields, blockBytes, hasBlockHeader, isBlockWhole, readBlockFields } from "./block.js";
import * as F from "./format.js";
import { readSegmentHeader, type SegmentHeader } from "./segment-header.js";

export interface Block extends BlockFields {
  /** Where in the file it begins, and how long it is. */
  offset: number;
  bytes: number;
  /** Valid until the next block is asked for. */
  payload: Buffer;
}

/** Bytes of a segment that are not what was written, and the records that are missing because of them. */
export interface DamagedRange {
  from: number;
  to: number;
  firstPosition: number;
  /** Position of the first record behind the damage. */
  nextPosition: number;
}

/** Blocks whose count takes positions. */
const CONTENT = [F.BLOCK_TYPE_RECORDS, F.BLOCK_TYPE_FRAMES, F.BLOCK_TYPE_LOST];
const BUFFER_BYTES = 4 << 20;
/** The first read of a file is small, for whoever looks at its first block alone; each further one is twice as large. */
const FIRST_READ_BYTES = 64 << 10;

/** The blocks of a segment that are whole, in order; what lies between them is noted as damaged. */
export class SegmentReader {
  readonly path: string;
  /** Null when it is damaged. */
  readonly header: SegmentHeader | null;
  readonly size: number;
  readonly damages: DamagedRange[] = [];
  /** Offset behind the last whole block. */
  validBytes = 0;
  /** Position of the next record, as far as was read. */
  position: number;
  private readonly fd: number;
  private readonly number: number;
  private readonly buffer: Buffer;
  /** Offset in the file of the next byte to look at, and of the bytes in the buffer. */
  private at = 0;
  private bufferFrom = 0;
  private bufferTo = 0;
  private readBytes = FIRST_READ_BYTES;
  /** Where the bytes begin that belong to no whole block; -1 while there are none. */
  private badFrom = -1;

  /** `number` is the segment's by its name. @throws what the disk says, JOURNAL_VERSION */
  constructor(path: string, number: number) {
    this.path = path;
    this.fd = openSync(path, "r");
    try {
      this.size = fstatSync(this.fd).size;
      this.buffer = Buffer.allocUnsafe(Math.min(BUFFER_BYTES, Math.max(this.size, F.SEGMENT_HEADER_BYTES)));
      this.ensure(F.SEGMENT_HEADER_BYTES);
      this.header = readSegmentHeader(this.buffer.subarray(0, this.bufferTo), path);
    } catch (error) {
      closeSync(this.fd);
      throw error;
    }
    this.number = this.header?.number ?? number;
    this.position = this.header?.firstPosition ?? Number.NaN;
    this.at = F.SEGMENT_HEADER_BYTES;
    if (this.header === null) this.badFrom = 0;
    else this.validBytes = Math.min(this.size, this.at);
  }

  /** Goes on at a block that was found before, whose first record has this position. */
  seek(offset: number, position: number): void {
    this.at = offset;
    this.position = position;
    this.validBytes = offset;
    this.badFrom = -1;
  }

  /**
   * The next whole block; null at the end. Blocks that `passes` says are passed over by their headers: whoever
   * reads those verifies them.
   */
  next(passes?: (fields: BlockFields, offset: number) => boolean): Block | null {
    while (this.at < this.size) {
      if (!this.hasHeader()) {
        this.skip();
        continue;
      }
      const from = this.at - this.bufferFrom;
      const fields = readBlockFields(this.buffer, from);
      const bytes = blockBytes(this.buffer, from);
      if (passes !== undefined && this.at + bytes <= this.size && passes(fields, this.at)) this.account(fields, bytes);
      else if (this.ensure(bytes) < bytes || !isBlockWhole(this.buffer, this.at - this.bufferFrom)) this.skip();
      else return this.block(fields, bytes);
    }
    return null;
  }

  /** Bytes at the end that belong to no whole block. */
  get tailBytes(): number {
    return this.badFrom < 0 ? 0 : this.size - this.badFrom;
  }

  close(): void {
    closeSync(this.fd);
  }

  private hasHeader(): boolean {
    const isThere = this.ensure(F.BLOCK_HEADER_BYTES) >= F.BLOCK_HEADER_BYTES;
    return isThere && hasBlockHeader(this.buffer, this.at - this.bufferFrom, this.number);
  }

  private block(fields: BlockFields, bytes: number): Block {
    const from = this.at - this.bufferFrom;
    const payloadBytes = this.buffer.readUInt32LE(from + F.BLOCK_PAYLOAD_BYTES);
    const payload = this.buffer.subarray(from + F.BLOCK_HEADER_BYTES, from + F.BLOCK_HEADER_BYTES + payloadBytes);
    const block = { ...fields, offset: this.at, bytes, payload };
    this.account(fields, bytes);
    return block;
  }

  private account(block: BlockFields, bytes: number): void {
    const { firstPosition } = block;
    // A missing block leaves no bytes behind, only a gap in the positions.
    const from = this.badFrom >= 0 ? this.badFrom : this.at;
    if (this.badFrom >= 0 || (firstPosition !== this.position && !Number.isNaN(this.position)))
      this.damages.push({ from, to: this.at, firstPosition: this.position, nextPosition: firstPosition });
    this.badFrom = -1;
    const isContent = CONTENT.includes(block.type);
    this.position = firstPosition + (isContent && block.piece === block.pieces - 1 ? block.count : 0);
    this.at += bytes;
    this.validBytes = this.at;
  }

  /** To the next place where a block may begin. */
  private skip(): void {
    if (this.badFrom < 0) this.badFrom = this.at;
    this.at += F.ALIGNMENT_BYTES;
  }

  /** Has up to `bytes` bytes from `at` on in the buffer. Returns how many from there are in it. */
  private ensure(bytes: number): number {
    if (this.at < this.bufferFrom || this.at > this.bufferTo) {
      this.bufferFrom = this.at;
      this.bufferTo = this.at;
    }
    if (this.bufferTo - this.at < bytes) {
      this.buffer.copyWithin(0, this.at - this.bufferFrom, this.bufferTo - this.bufferFrom);
      this.bufferFrom = this.at;
      const wanted = Math.max(bytes, this.readBytes);
      this.readBytes = Math.min(this.buffer.length, this.readBytes * 2);
      this.fill(Math.min(this.buffer.length, wanted));
    }
    return this.bufferTo - this.at;
  }

  /** Reads on until the buffer holds some bytes, or the file ends. */
  private fill(bytes: number): void {
    for (let used = this.bufferTo - this.bufferFrom; used < bytes; ) {
      const count = readSync(this.fd, this.buffer, used, bytes - used, this.bufferTo);
      if (count === 0) return;
      used += count;
      this.bufferTo += count;
    }
  }
}
