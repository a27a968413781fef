import { CrosstickError, EXIT } from "../errors.js";
import { LAYOUT_VERSION } from "../layout.js";
import { checksum } from "./block.js";
import * as F from "./format.js";

export interface SegmentHeader {
  kind: number;
  number: number;
  firstPosition: number;
  /** Wall clock, epoch µs. */
  createdUs: number;
  /** SHA-256 of the configuration, hexadecimal. */
  configHash: string;
}

export function writeSegmentHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(F.SEGMENT_HEADER_BYTES);
  bytes.write(F.SEGMENT_MAGIC_TEXT, F.SEGMENT_MAGIC, "latin1");
  bytes.writeUInt32LE(F.FORMAT_VERSION, F.SEGMENT_FORMAT_VERSION);
  bytes.writeUInt32LE(header.kind === F.SEGMENT_JOURNAL ? LAYOUT_VERSION : 0, F.SEGMENT_LAYOUT_VERSION);
  bytes.writeUInt32LE(header.kind, F.SEGMENT_KIND);
  bytes.writeUInt32LE(header.number, F.SEGMENT_NUMBER);
  bytes.writeBigUInt64LE(BigInt(header.firstPosition), F.SEGMENT_FIRST_POSITION);
  bytes.writeDoubleLE(header.createdUs, F.SEGMENT_CREATED_US);
  bytes.write(header.configHash, F.SEGMENT_CONFIG_HASH, F.SEGMENT_CONFIG_HASH_BYTES, "hex");
  bytes.writeUInt32LE(checksum(bytes.subarray(0, F.SEGMENT_CRC)), F.SEGMENT_CRC);
  return bytes;
}

/**
 * The header that these bytes begin with; null when it is damaged.
 * @throws JOURNAL_VERSION when it is whole and of another version.
 */
export function readSegmentHeader(bytes: Buffer, path: string): SegmentHeader | null {
  if (bytes.length < F.SEGMENT_HEADER_BYTES) return null;
  if (bytes.toString("latin1", F.SEGMENT_MAGIC, F.SEGMENT_FORMAT_VERSION) !== F.SEGMENT_MAGIC_TEXT) return null;
  if (checksum(bytes.subarray(0, F.SEGMENT_CRC)) !== bytes.readUInt32LE(F.SEGMENT_CRC)) return null;
  const format = bytes.readUInt32LE(F.SEGMENT_FORMAT_VERSION);
  if (format !== F.FORMAT_VERSION) throw otherVersion(path, "journal format", format, F.FORMAT_VERSION);
  const kind = bytes.readUInt32LE(F.SEGMENT_KIND);
  const layout = bytes.readUInt32LE(F.SEGMENT_LAYOUT_VERSION);
  if (kind === F.SEGMENT_JOURNAL && layout !== LAYOUT_VERSION)
    throw otherVersion(path, "record layout", layout, LAYOUT_VERSION);
  return {
    kind,
    number: bytes.readUInt32LE(F.SEGMENT_NUMBER),
    firstPosition: Number(bytes.readBigUInt64LE(F.SEGMENT_FIRST_POSITION)),
    createdUs: bytes.readDoubleLE(F.SEGMENT_CREATED_US),
    configHash: bytes.toString("hex", F.SEGMENT_CONFIG_HASH, F.SEGMENT_CONFIG_HASH + F.SEGMENT_CONFIG_HASH_BYTES),
  };
}

function otherVersion(path: string, what: string, found: number, expected: number): CrosstickError {
  return new CrosstickError(
    "JOURNAL_VERSION",
    `${path} has ${what} ${found}, and this version of crosstick reads ${what} ${expected}. To convert, ` +
      "replay it with the version that wrote it (its META block names that version); a raw log beside it " +
      "(raw-*.ctr) has no record layout and can be replayed and recorded again with this one",
    { exitCode: EXIT.damagedInput },
  );
}
