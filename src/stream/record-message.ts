import { LAYOUT_VERSION, RECORD_BYTES } from "../layout.js";

/**
 * A binary message of `?enc=bin`: HEADER_BYTES, then the records of one channel one after the other, little endian.
 *
 * | at | | |
 * | --- | --- | --- |
 * | 0 | u8 | version of this header, 1; never that of a brace, with which a text message begins |
 * | 1 | u8 | 0 |
 * | 2 | u16 | records, 1 or more |
 * | 4 | u32 | number of the channel, told as `bin` in the channel's snapshots |
 * | 8 | u64 | seq of the message in its channel and session: an update follows the last by 1 |
 * | 16 | u64 | nanoseconds since 1970 at which its last record was received |
 * | 24 | u32 | version of the records' layout (src/layout.ts) |
 * | 28 | u32 | 0 |
 */
export const HEADER_BYTES = 32;
const VERSION = 1;
const BRACE = 0x7b;

/** Records that one message holds at most. */
export const RECORDS_A_MESSAGE = 1024;

/** A binary message, taken apart. */
export interface RecordMessage {
  /** Number of the channel. */
  channel: number;
  seq: number;
  /** Nanoseconds since 1970. */
  ts: bigint;
  layout: number;
  /** The records, `RECORD_BYTES` each, in the message's own memory. */
  records: Uint8Array;
}

/** Whether an encoded message goes out as a text frame. */
export function isText(message: Uint8Array): boolean {
  return message[0] === BRACE;
}

/** @param records whole records, 1 to 65,535 of them. @param ts nanoseconds since 1970. */
export function encodeRecords(channel: number, seq: number, ts: string, records: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + records.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint16(2, records.length / RECORD_BYTES, true);
  view.setUint32(4, channel, true);
  view.setBigUint64(8, BigInt(seq), true);
  view.setBigUint64(16, BigInt(ts), true);
  view.setUint32(24, LAYOUT_VERSION, true);
  bytes.set(records, HEADER_BYTES);
  return bytes;
}

/**
 * Takes a binary message apart.
 * @throws RangeError for what is none: another version, cut short, or of another length than it says.
 */
export function readRecordMessage(bytes: Uint8Array): RecordMessage {
  if (bytes.length < HEADER_BYTES) throw new RangeError(`${bytes.length} bytes are no message of records`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint8(0) !== VERSION) throw new RangeError(`version ${view.getUint8(0)} of messages is not known`);
  const count = view.getUint16(2, true);
  if (count === 0 || bytes.length !== HEADER_BYTES + count * RECORD_BYTES)
    throw new RangeError(`${bytes.length} bytes are not ${count} records`);
  return {
    channel: view.getUint32(4, true),
    seq: Number(view.getBigUint64(8, true)),
    ts: view.getBigUint64(16, true),
    layout: view.getUint32(24, true),
    records: bytes.subarray(HEADER_BYTES),
  };
}
