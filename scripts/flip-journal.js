// Flips every bit of a journal, one at a time, and counts those that a reader would not notice:
// node scripts/flip-journal.js DIR [BYTES]. Looks at the block (or header) that holds the bit, as the reader does;
// every 100,000th bit is also flipped on the disk, in a copy of the segment that is opened as a whole.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { hasBlockHeader, isBlockWhole } from "crosstick/internal/record/block";
import { SEGMENT_HEADER_BYTES, SEGMENT_JOURNAL } from "crosstick/internal/record/format";
import { openJournal } from "crosstick/internal/record/journal";
import { readSegmentHeader } from "crosstick/internal/record/segment-header";
import { listSegments } from "crosstick/internal/record/segment-name";
import { SegmentReader } from "crosstick/internal/record/segment-reader";

const SAMPLE = 100_000;

const [dir, limit = "1000000"] = process.argv.slice(2);
const copies = mkdtempSync(join(tmpdir(), "crosstick-flipped-"));
const totals = { segments: 0, bytes: 0, bits: 0, opened: 0, missed: 0 };

/** The header and the blocks of a segment: where each begins and ends, and whether it would still be taken. */
function partsOf(path, number, bytes) {
  const header = { from: 0, to: SEGMENT_HEADER_BYTES, isTaken: () => readSegmentHeader(bytes, path) !== null };
  const parts = [header];
  const reader = new SegmentReader(path, number);
  for (let block = reader.next(); block !== null; block = reader.next()) {
    const { offset } = block;
    const isTaken = () => hasBlockHeader(bytes, offset, number) && isBlockWhole(bytes, offset);
    parts.push({ from: offset, to: offset + block.bytes, isTaken });
  }
  reader.close();
  return parts;
}

function isNoticedOnDisk(path, bytes) {
  totals.opened++;
  writeFileSync(join(copies, basename(path)), bytes);
  const { damages, tornBytes } = openJournal(copies, { verify: true });
  return damages.length > 0 || tornBytes > 0;
}

for (const { path, number } of listSegments(dir, SEGMENT_JOURNAL)) {
  if (totals.bytes >= Number(limit)) break;
  const bytes = readFileSync(path);
  const parts = partsOf(path, number, bytes);
  const covered = parts.reduce((sum, { from, to }) => sum + to - from, 0);
  if (covered !== bytes.length) throw new Error(`${path}: ${bytes.length - covered} bytes belong to no block`);
  for (const { from, to, isTaken } of parts)
    for (let bit = from * 8; bit < to * 8; bit++) {
      bytes[bit >> 3] ^= 1 << (bit & 7);
      if (isTaken()) totals.missed++;
      if (totals.bits++ % SAMPLE === 0 && !isNoticedOnDisk(path, bytes)) totals.missed++;
      bytes[bit >> 3] ^= 1 << (bit & 7);
    }
  totals.segments++;
  totals.bytes += bytes.length;
  rmSync(join(copies, basename(path)), { force: true });
}
rmSync(copies, { recursive: true });
console.log(JSON.stringify(totals));
process.exit(totals.missed === 0 ? 0 : 1);
