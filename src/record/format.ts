// The container of a journal and of a raw log, once: a header, then blocks, all little-endian, everything
// aligned to 64 bytes and every byte under a checksum. Offsets are bytes.

/** Bumped with every change of this file's meaning; the records inside have a version of their own (LAYOUT_VERSION). */
export const FORMAT_VERSION = 1;
export const ALIGNMENT_BYTES = 64;

// Segment header. Magic and both versions stay where they are in every format to come, so that any version
// can say of any other what it is.
export const SEGMENT_HEADER_BYTES = 128;
/** u64, "crostick" as text. */
export const SEGMENT_MAGIC = 0;
export const SEGMENT_MAGIC_TEXT = "crostick";
export const SEGMENT_FORMAT_VERSION = 8; // u32
/** u32 LAYOUT_VERSION of the records; 0 in a raw log, which has no layout. */
export const SEGMENT_LAYOUT_VERSION = 12;
/** u32 SEGMENT_JOURNAL or SEGMENT_RAW. */
export const SEGMENT_KIND = 16;
export const SEGMENT_JOURNAL = 1;
export const SEGMENT_RAW = 2;
export const SEGMENT_NUMBER = 20; // u32
/** u64 position of the first record (journal) or frame (raw log). */
export const SEGMENT_FIRST_POSITION = 24;
/** f64 wall clock at which the segment was begun, epoch µs. For people: no replay looks at it. */
export const SEGMENT_CREATED_US = 32;
/** SHA-256 of the configuration. */
export const SEGMENT_CONFIG_HASH = 40;
export const SEGMENT_CONFIG_HASH_BYTES = 32;
/** u32 CRC32C of all bytes of the header before it. */
export const SEGMENT_CRC = 124;

// Block header. Two checksums: with its own the header can be trusted before the payload is read, so a damaged
// length never decides what the other one is computed over.
export const BLOCK_HEADER_BYTES = 64;
export const BLOCK_MAGIC = 0; // u32
export const BLOCK_MAGIC_VALUE = 0x4b425443; // "CTBK"
export const BLOCK_TYPE = 4; // u32 BLOCK_TYPE_*
/** u32 bytes of the payload; zeros follow up to the alignment. */
export const BLOCK_PAYLOAD_BYTES = 8;
/** u32 records, frames or identities in it. */
export const BLOCK_COUNT = 12;
/** u64 position of the first record in it; in other blocks, of the record that comes next. */
export const BLOCK_FIRST_POSITION = 16;
/** f64 engine time (largest receive time so far, µs) at the first and last record; NaN before any. */
export const BLOCK_FIRST_US = 24;
export const BLOCK_LAST_US = 32;
/** u32 number of the segment: what an older file left on the disk is no block of this one. */
export const BLOCK_SEGMENT = 40;
/** u32, u32: this piece of a content that takes several blocks, counted from 0, and how many they are. */
export const BLOCK_PIECE = 44;
export const BLOCK_PIECES = 48;
/** u32 lane whose frames these are; 0 in other blocks. */
export const BLOCK_LANE = 52;
/** u32 CRC32C of the header before it. */
export const BLOCK_HEADER_CRC = 56;
/** u32 CRC32C of the header before it, the payload and its padding. */
export const BLOCK_CRC = 60;

/** JSON: what made the segment. The first block. */
export const BLOCK_TYPE_META = 1;
/** Instruments: u32 index, u32 zero, IDENTITY_BYTES each. */
export const BLOCK_TYPE_IDENTITY = 2;
/** The engine's state before the segment's first record. */
export const BLOCK_TYPE_CHECKPOINT = 3;
export const BLOCK_TYPE_RECORDS = 4;
/** Frames of one lane as they came, each as it lies in a byte ring (FRAME_* of src/ring/byte-ring.ts). */
export const BLOCK_TYPE_FRAMES = 5;
/** Where to find a time: f64 engine time, f64 offset of the block, f64 position each. */
export const BLOCK_TYPE_INDEX = 6;
/** Raw log: frames for which a lane's ring had no room; the block has no payload, and their count. */
export const BLOCK_TYPE_LOST = 8;
/** JSON: how the segment ended. The last block, CLOSE_BLOCK_BYTES in all, so that it is found from the end. */
export const BLOCK_TYPE_CLOSE = 7;

export const RECORDS_BLOCK_RECORDS = 1024;
/** A block of frames is completed before it grows beyond this; a longer frame has blocks of its own. */
export const FRAMES_BLOCK_BYTES = 65536;
/** No payload is longer: what is, is cut into pieces. */
export const PAYLOAD_LIMIT_BYTES = 1 << 20;
export const IDENTITY_ENTRY_HEADER_BYTES = 8;
export const CLOSE_BLOCK_BYTES = 512;

/** Bytes that a payload takes with its padding. */
export function padded(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
