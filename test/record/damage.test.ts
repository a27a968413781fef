// What can happen to the bytes of a journal, and that it is found.
import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasBlockHeader, isBlockWhole } from "crosstick/internal/record/block";
import { openDirectory } from "crosstick/internal/record/directory";
import { BLOCK_TYPE_RECORDS } from "crosstick/internal/record/format";
import { openJournal } from "crosstick/internal/record/journal";
import { readSegmentHeader, writeSegmentHeader } from "crosstick/internal/record/segment-header";
import { SegmentReader } from "crosstick/internal/record/segment-reader";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generator } from "../ring/numbers.js";
import { played, recorderRig, temporaryFolder } from "./rig.js";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const seedOf = (): number => 1 + Math.floor(Math.random() * 2 ** 31);
const segment = (number: number): string => join(folder.dir, `journal-${String(number).padStart(8, "0")}.ctj`);

/** A journal of some segments, each of a few blocks. Returns the records' bytes. */
async function recorded(segments: number, seed: number, blocks = 8, messages = 4): Promise<Buffer> {
  const rig = recorderRig(folder.dir, { seed });
  for (let n = 0; n < segments; n++) {
    if (n > 0) {
      rig.states.push(new Uint8Array(2000).fill(n).buffer);
      rig.source.checkpoint();
    }
    for (let block = 0; block < blocks; block++) {
      rig.source.messages(messages);
      rig.clock.ms += 5;
      rig.recorder.turn();
    }
  }
  await rig.end();
  return Buffer.concat(rig.source.sent);
}

/** Offsets and lengths of a segment's blocks. */
function blocksOf(path: string): { type: number; offset: number; bytes: number; endsAt: number }[] {
  const reader = new SegmentReader(path, 1);
  const blocks = [];
  for (let block = reader.next(); block !== null; block = reader.next())
    blocks.push({ type: block.type, offset: block.offset, bytes: block.bytes, endsAt: reader.position });
  reader.close();
  return blocks;
}

function flip(bytes: Buffer, bit: number): void {
  bytes[bit >> 3] ^= 1 << (bit & 7);
}

describe("every single bit that flips is found", () => {
  test("each bit of the header and of every block", async () => {
    await recorded(1, seedOf(), 20);
    const bytes = readFileSync(segment(1));
    let missed = 0;
    for (let bit = 0; bit < 128 * 8; bit++) {
      flip(bytes, bit);
      if (readSegmentHeader(bytes, "") !== null) missed++;
      flip(bytes, bit);
    }
    let end = 128;
    for (const { offset, bytes: length } of blocksOf(segment(1))) {
      expect(offset).toBe(end); // no byte lies between two blocks
      end += length;
      for (let bit = offset * 8; bit < end * 8; bit++) {
        flip(bytes, bit);
        if (hasBlockHeader(bytes, offset, 1) && isBlockWhole(bytes, offset)) missed++;
        flip(bytes, bit);
      }
    }
    expect(end).toBe(bytes.length);
    expect(missed).toBe(0);
  });

  test("a sample of bits, by the opening of the folder and by playing", async () => {
    const seed = seedOf();
    const random = generator(seed);
    const original = await recorded(2, seed);
    const bytes = readFileSync(segment(1));
    for (let n = 0; n < 100; n++) {
      const bit = Math.floor(random() * bytes.length * 8);
      flip(bytes, bit);
      writeFileSync(segment(1), bytes);
      flip(bytes, bit);
      const { damages, parts, segments } = openJournal(folder.dir, { verify: true });
      const [damage] = damages;
      expect(damage, `seed ${seed}, bit ${bit}`).toMatchObject({ code: "INPUT_CORRUPT", exitCode: 5 });
      expect(damage.message).toMatch(/journal-00000001\.ctj/);
      expect(parts.length).toBe(2);
      // The second segment brings its own state and is not touched by the damage of the first.
      const second = played(folder.dir, { part: openJournal(folder.dir).parts.length - 1, from: -1 });
      const after = original.subarray(segments[1].firstPosition * 64);
      expect(Buffer.concat(second.records).equals(after)).toBe(true);
    }
  });

  test("a block cut out without a trace is missed by its positions", async () => {
    await recorded(1, seedOf());
    const bytes = readFileSync(segment(1));
    const [, before, hit] = blocksOf(segment(1)).filter(({ type }) => type === BLOCK_TYPE_RECORDS);
    writeFileSync(segment(1), Buffer.concat([bytes.subarray(0, hit.offset), bytes.subarray(hit.offset + hit.bytes)]));
    const { segments, missing } = openJournal(folder.dir, { verify: true });
    expect(segments[0].damages).toMatchObject([{ firstPosition: before.endsAt, nextPosition: hit.endsAt }]);
    expect(missing).toBe(hit.endsAt - before.endsAt);
    expect(played(folder.dir).player.damage?.code).toBe("INPUT_CORRUPT");
  });

  test("damage is told by bytes and records, ends the part that is played, and reading goes on behind it", async () => {
    const original = await recorded(1, seedOf());
    const bytes = readFileSync(segment(1));
    const [, , before, hit] = blocksOf(segment(1)).filter(({ type }) => type === BLOCK_TYPE_RECORDS);
    bytes[hit.offset + 100] ^= 4;
    writeFileSync(segment(1), bytes);
    const { damages, segments, records, missing } = openJournal(folder.dir, { verify: true });
    expect(segments[0].damages).toEqual([
      {
        from: hit.offset,
        to: hit.offset + hit.bytes,
        firstPosition: before.endsAt,
        nextPosition: hit.endsAt,
      },
    ]);
    expect(damages[0].message).toContain(`records ${before.endsAt} to ${hit.endsAt - 1} are missing`);
    expect({ records, missing }).toEqual({
      records: original.length / 64 - (hit.endsAt - before.endsAt),
      missing: hit.endsAt - before.endsAt,
    });
    const { player, records: part } = played(folder.dir);
    expect(player.damage?.code).toBe("INPUT_CORRUPT");
    const kept = Buffer.concat(part);
    expect(kept.equals(original.subarray(0, kept.length))).toBe(true);
    expect(kept.length / 64).toBeLessThanOrEqual(before.endsAt);
  });
});

describe("a crash leaves an unfinished end", () => {
  test("cut at every byte, everything up to the last whole block is there, and recording goes on behind it", async () => {
    const original = await recorded(1, seedOf(), 3, 1);
    const bytes = readFileSync(segment(1));
    const blocks = blocksOf(segment(1));
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(segment(1), bytes.subarray(0, length));
      const whole = blocks.filter(({ offset, bytes: size }) => offset + size <= length);
      const { damages, position, tornBytes } = openJournal(folder.dir);
      const last = whole.at(-1);
      const end = last === undefined ? (length < 128 ? 0 : 128) : last.offset + last.bytes;
      expect({ damages, position, tornBytes }).toEqual({
        ...{ damages: [], position: last?.endsAt ?? 0, tornBytes: length - end },
      });
      // Recovery waits for the disk: at some of the places.
      if (length % 101 !== 0 && length !== 127 && length !== 128 && length !== end) continue;
      const { journal, release } = openDirectory(folder.dir);
      release();
      expect(journal).toEqual(position === 0 ? { number: 1, position } : { number: 2, position });
      if (position === 0) continue;
      const recovered = openJournal(folder.dir, { verify: true });
      expect(recovered.segments[0].close).toMatchObject({ end: "recovered", position });
      expect(recovered).toMatchObject({ damages: [], tornBytes: 0 });
      expect(original.subarray(0, position * 64).indexOf(Buffer.concat(played(folder.dir).records))).toBe(0);
    }
  });

  test("the next recorder's segment is a new run, and both are read", async () => {
    await recorded(1, 5);
    const bytes = readFileSync(segment(1));
    truncateSync(segment(1), bytes.length - 700);
    const { journal, release } = openDirectory(folder.dir);
    const rig = recorderRig(folder.dir, { seed: 6, ...journal });
    rig.source.messages(50);
    await rig.end();
    release();
    const opened = openJournal(folder.dir, { verify: true });
    expect(opened.parts.map(({ because }) => because)).toEqual([null, "started-again"]);
    expect(opened).toMatchObject({ damages: [], missing: 0 });
    const second = played(folder.dir, { part: 1 });
    expect(Buffer.concat(second.records).equals(Buffer.concat(rig.source.sent))).toBe(true);
  });
});

describe("a segment in the middle", () => {
  test("truncated, overwritten with zeros, missing, or under another's name: each is damage", async () => {
    await recorded(3, seedOf());
    const bytes = readFileSync(segment(2));
    const found = (): string[] => openJournal(folder.dir, { verify: true }).damages.map(({ message }) => message);
    expect(found()).toEqual([]);
    writeFileSync(segment(2), bytes.subarray(0, bytes.length - 512));
    expect(found()).toEqual([expect.stringMatching(/^journal-00000002\.ctj has no end/)]);
    writeFileSync(segment(2), Buffer.alloc(bytes.length));
    expect(found()).toEqual([expect.stringMatching(/^journal-00000002\.ctj has no end/)]);
    writeFileSync(segment(2), Buffer.from(bytes).fill(0, 1024, 4096));
    expect(found()).toEqual([expect.stringMatching(/bytes [\d,]+ to [\d,]+; records [\d,]+ to [\d,]+ are missing$/)]);
    copyFileSync(segment(1), segment(2));
    expect(found()[0]).toContain("is segment 1 under another name");
    rmSync(segment(2));
    expect(found()).toEqual([expect.stringContaining("segments between")]);
  });
});

describe("versions", () => {
  test.each([
    ["journal format", 8],
    ["record layout", 12],
  ])("another %s is refused, with what to do", async (what, at) => {
    await recorded(1, 1);
    const bytes = readFileSync(segment(1));
    const header = readSegmentHeader(bytes, "");
    if (header === null) throw new Error("The header is damaged");
    bytes.writeUInt32LE(99, at);
    const { checksum } = await import("crosstick/internal/record/block");
    bytes.writeUInt32LE(checksum(bytes.subarray(0, 124)), 124);
    writeFileSync(segment(1), bytes);
    const refused = expect.objectContaining({ code: "JOURNAL_VERSION", exitCode: 5 });
    expect(() => openJournal(folder.dir)).toThrowError(refused);
    expect(() => openJournal(folder.dir)).toThrowError(new RegExp(`has ${what} 99.*To convert, replay it with`));
    // Nor is anything written beside it.
    expect(() => openDirectory(folder.dir)).toThrowError(refused);
    writeSegmentHeader(header).copy(bytes);
    writeFileSync(segment(1), bytes);
    expect(openJournal(folder.dir).damages).toEqual([]);
  });
});
