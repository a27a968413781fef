import { closeSync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, unlinkSync, writeSync } from "node:fs";
import { sealBlock } from "./block.js";
import { closeContent } from "./close.js";
import * as F from "./format.js";
import { isStillborn, readSegmentInfo, type SegmentInfo } from "./segment-info.js";
import { listSegments } from "./segment-name.js";

/**
 * Finds the end of what an earlier recorder wrote in a folder: number and end position of the last segment, zeros
 * when there is none. A segment whose writer was killed is cut to its last whole block and gets its end.
 * @throws JOURNAL_VERSION, what the disk says
 */
export function recoverLast(dir: string, kind: number): { number: number; position: number } {
  for (const name of listSegments(dir, kind).reverse()) {
    const info = readSegmentInfo(name, false);
    const { number } = name;
    if (isStillborn(info)) unlinkSync(name.path);
    else {
      if (info.close === null) complete(info);
      syncFolder(dir);
      return { number, position: info.position };
    }
  }
  return { number: 0, position: 0 };
}

function complete(info: SegmentInfo): void {
  const reason = `its recorder was stopped; ${info.tailBytes} bytes of an unfinished block were cut off`;
  const { position, lost, firstUs, lastUs } = info;
  const content = closeContent({ end: "recovered", reason, position, lost, firstUs, lastUs, indexAt: 0 });
  const bytes = Buffer.alloc(F.CLOSE_BLOCK_BYTES);
  content.copy(bytes, F.BLOCK_HEADER_BYTES);
  const segment = info.header?.number ?? info.number;
  const times = { firstUs: lastUs, lastUs };
  const fields = { type: F.BLOCK_TYPE_CLOSE, count: 0, firstPosition: position, segment, piece: 0, pieces: 1, lane: 0 };
  sealBlock(bytes, 0, content.length, { ...fields, ...times });
  const fd = openSync(info.path, "r+");
  try {
    ftruncateSync(fd, info.validBytes);
    writeSync(fd, bytes, 0, bytes.length, info.validBytes);
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function syncFolder(dir: string): void {
  const fd = openSync(dir, "r");
  fsyncSync(fd);
  closeSync(fd);
}
