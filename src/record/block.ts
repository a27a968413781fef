import { createRequire } from "node:module";
import * as F from "./format.js";

/** What a block's header says, the payload's length apart. */
export interface BlockFields {
  type: number;
  count: number;
  firstPosition: number;
  firstUs: number;
  lastUs: number;
  segment: number;
  piece: number;
  pieces: number;
  lane: number;
}

let loaded: typeof import("@node-rs/crc32").crc32c | undefined;

/** CRC32C (Castagnoli), as an unsigned number; of `before` and then the bytes where that is given. */
export function checksum(bytes: Uint8Array, before?: number): number {
  // Required when first wanted, not imported: every replay's thread has this file, and Node would read the package's
  // text for what it exports, for a fifth of the thread's start.
  loaded ??= (createRequire(import.meta.url)("@node-rs/crc32") as typeof import("@node-rs/crc32")).crc32c;
  return loaded(bytes, before);
}

/** Completes the block at `at`, whose payload is in place: padding, header and both checksums. Returns its length. */
export function sealBlock(bytes: Buffer, at: number, payloadBytes: number, fields: BlockFields): number {
  const end = at + F.BLOCK_HEADER_BYTES + F.padded(payloadBytes);
  bytes.fill(0, at, at + F.BLOCK_HEADER_BYTES);
  bytes.fill(0, at + F.BLOCK_HEADER_BYTES + payloadBytes, end);
  bytes.writeUInt32LE(F.BLOCK_MAGIC_VALUE, at + F.BLOCK_MAGIC);
  bytes.writeUInt32LE(fields.type, at + F.BLOCK_TYPE);
  bytes.writeUInt32LE(payloadBytes, at + F.BLOCK_PAYLOAD_BYTES);
  bytes.writeUInt32LE(fields.count, at + F.BLOCK_COUNT);
  bytes.writeBigUInt64LE(BigInt(fields.firstPosition), at + F.BLOCK_FIRST_POSITION);
  bytes.writeDoubleLE(fields.firstUs, at + F.BLOCK_FIRST_US);
  bytes.writeDoubleLE(fields.lastUs, at + F.BLOCK_LAST_US);
  bytes.writeUInt32LE(fields.segment, at + F.BLOCK_SEGMENT);
  bytes.writeUInt32LE(fields.piece, at + F.BLOCK_PIECE);
  bytes.writeUInt32LE(fields.pieces, at + F.BLOCK_PIECES);
  bytes.writeUInt32LE(fields.lane, at + F.BLOCK_LANE);
  bytes.writeUInt32LE(checksum(bytes.subarray(at, at + F.BLOCK_HEADER_CRC)), at + F.BLOCK_HEADER_CRC);
  bytes.writeUInt32LE(blockChecksum(bytes, at, end), at + F.BLOCK_CRC);
  return end - at;
}

/** Whether a block header of this segment stands at `at`, by its own checksum. */
export function hasBlockHeader(bytes: Buffer, at: number, segment: number): boolean {
  if (bytes.readUInt32LE(at + F.BLOCK_MAGIC) !== F.BLOCK_MAGIC_VALUE) return false;
  const header = bytes.subarray(at, at + F.BLOCK_HEADER_CRC);
  if (checksum(header) !== bytes.readUInt32LE(at + F.BLOCK_HEADER_CRC)) return false;
  const isOurs = bytes.readUInt32LE(at + F.BLOCK_SEGMENT) === segment;
  return isOurs && bytes.readUInt32LE(at + F.BLOCK_PAYLOAD_BYTES) <= F.PAYLOAD_LIMIT_BYTES;
}

/** Length of the block whose header at `at` has been checked. */
export function blockBytes(bytes: Buffer, at: number): number {
  return F.BLOCK_HEADER_BYTES + F.padded(bytes.readUInt32LE(at + F.BLOCK_PAYLOAD_BYTES));
}

/** Whether the whole block at `at`, header checked and all of it there, is as it was written. */
export function isBlockWhole(bytes: Buffer, at: number): boolean {
  return blockChecksum(bytes, at, at + blockBytes(bytes, at)) === bytes.readUInt32LE(at + F.BLOCK_CRC);
}

/** Fields of a checked header. */
export function readBlockFields(bytes: Buffer, at: number): BlockFields {
  return {
    type: bytes.readUInt32LE(at + F.BLOCK_TYPE),
    count: bytes.readUInt32LE(at + F.BLOCK_COUNT),
    firstPosition: Number(bytes.readBigUInt64LE(at + F.BLOCK_FIRST_POSITION)),
    firstUs: bytes.readDoubleLE(at + F.BLOCK_FIRST_US),
    lastUs: bytes.readDoubleLE(at + F.BLOCK_LAST_US),
    segment: bytes.readUInt32LE(at + F.BLOCK_SEGMENT),
    piece: bytes.readUInt32LE(at + F.BLOCK_PIECE),
    pieces: bytes.readUInt32LE(at + F.BLOCK_PIECES),
    lane: bytes.readUInt32LE(at + F.BLOCK_LANE),
  };
}

function blockChecksum(bytes: Buffer, at: number, end: number): number {
  const header = checksum(bytes.subarray(at, at + F.BLOCK_CRC));
  return checksum(bytes.subarray(at + F.BLOCK_HEADER_BYTES, end), header);
}
