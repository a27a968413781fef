import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { hasBlockHeader, isBlockWhole, readBlockFields } from "./block.js";
import { parseClose, type SegmentClose } from "./close.js";
import * as F from "./format.js";
import type { SegmentMeta } from "./meta.js";
import type { SegmentHeader } from "./segment-header.js";
import type { SegmentName } from "./segment-name.js";
import { type Block, type DamagedRange, SegmentReader } from "./segment-reader.js";

/** What is known of a segment without playing it. */
export interface SegmentInfo extends SegmentName {
  bytes: number;
  /** Null when it is damaged. */
  header: SegmentHeader | null;
  /** Null when it is damaged. */
  meta: SegmentMeta | null;
  /** Null when the segment has no end of its own: it is being written, or its writer was killed. */
  close: SegmentClose | null;
  firstPosition: number;
  /** Position after its last record. */
  position: number;
  /** Raw log: frames that its lanes' rings had no room for. */
  lost: number;
  /** Engine time at its beginning: where a replay from it starts, µs. NaN for an engine just started. */
  startUs: number;
  /** Engine time of its first and last record, µs; NaN without one. */
  firstUs: number;
  lastUs: number;
  damages: DamagedRange[];
  /** Offset behind the last whole block, and bytes after it that are no whole block. Only of a scanned segment. */
  validBytes: number;
  tailBytes: number;
}

/**
 * Reads what a segment says of itself; `scan` reads and verifies every block. A segment without its end is
 * always scanned. @throws what the disk says, JOURNAL_VERSION
 */
export function readSegmentInfo(name: SegmentName, scan: boolean): SegmentInfo {
  const close = readClose(name);
  const reader = new SegmentReader(name.path, name.number);
  try {
    return scan || close === null || reader.header === null ? scanned(name, reader) : told(name, reader, close);
  } finally {
    reader.close();
  }
}

/** Whether a recorder was killed before the segment had a first record: its beginning may be unfinished. */
export function isStillborn({ close, firstUs }: SegmentInfo): boolean {
  return close === null && Number.isNaN(firstUs);
}

/** From its first block and its last one. */
function told(name: SegmentName, reader: SegmentReader, close: SegmentClose): SegmentInfo {
  const first = reader.next();
  return {
    ...name,
    bytes: reader.size,
    header: reader.header,
    meta: first === null ? null : metaOf(first),
    close,
    firstPosition: reader.header?.firstPosition ?? Number.NaN,
    position: close.position,
    lost: close.lost,
    startUs: first?.lastUs ?? Number.NaN,
    firstUs: close.firstUs,
    lastUs: close.lastUs,
    damages: reader.damages,
    validBytes: reader.size,
    tailBytes: 0,
  };
}

function scanned(name: SegmentName, reader: SegmentReader): SegmentInfo {
  let meta: SegmentMeta | null = null;
  let close: SegmentClose | null = null;
  let firstPosition = reader.header?.firstPosition ?? Number.NaN;
  let startUs = Number.NaN;
  let [firstUs, lastUs] = [Number.NaN, Number.NaN];
  let lost = 0;
  for (let block = reader.next(); block !== null; block = reader.next()) {
    if (Number.isNaN(firstPosition)) firstPosition = block.firstPosition;
    if (block.type === F.BLOCK_TYPE_META) {
      meta = metaOf(block);
      startUs = block.lastUs;
    } else if (block.type === F.BLOCK_TYPE_CLOSE) close = parseClose(block.payload);
    else if (block.type === F.BLOCK_TYPE_LOST) lost += block.count;
    else if (block.type === F.BLOCK_TYPE_RECORDS || block.type === F.BLOCK_TYPE_FRAMES) {
      if (Number.isNaN(firstUs)) firstUs = block.firstUs;
      lastUs = block.lastUs;
    }
  }
  const { size: bytes, header, damages, position, validBytes, tailBytes } = reader;
  const own = { bytes, header, damages, position, validBytes, tailBytes };
  return { ...name, ...own, meta, close, lost, firstPosition, startUs, firstUs, lastUs };
}

function metaOf(block: Block): SegmentMeta | null {
  return block.type === F.BLOCK_TYPE_META ? JSON.parse(block.payload.toString()) : null;
}

/** How the segment ended, from the end of the file; null when no whole CLOSE block stands there. */
export function readClose({ path, number }: SegmentName): SegmentClose | null {
  const fd = openSync(path, "r");
  try {
    const at = fstatSync(fd).size - F.CLOSE_BLOCK_BYTES;
    if (at < F.SEGMENT_HEADER_BYTES) return null;
    const bytes = Buffer.alloc(F.CLOSE_BLOCK_BYTES);
    readSync(fd, bytes, 0, bytes.length, at);
    if (!hasBlockHeader(bytes, 0, number) || readBlockFields(bytes, 0).type !== F.BLOCK_TYPE_CLOSE) return null;
    if (!isBlockWhole(bytes, 0)) return null;
    return parseClose(bytes.subarray(F.BLOCK_HEADER_BYTES));
  } finally {
    closeSync(fd);
  }
}
