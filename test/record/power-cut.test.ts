import * as L from "crosstick/internal/layout";
import { openDirectory } from "crosstick/internal/record/directory";
import { BLOCK_TYPE_RECORDS, SEGMENT_JOURNAL } from "crosstick/internal/record/format";
import { openJournal } from "crosstick/internal/record/journal";
import { listSegments } from "crosstick/internal/record/segment-name";
import { SegmentReader } from "crosstick/internal/record/segment-reader";
import { expect, test } from "vitest";
import { generator } from "../ring/numbers.js";
import { recorderRig, temporaryFolder } from "./rig.js";
import { UnreliableDisk } from "./unreliable-disk.js";

/** Every whole record of a folder, by position. */
function recordsOf(dir: string): Map<number, Buffer> {
  const records = new Map<number, Buffer>();
  for (const { path, number } of listSegments(dir, SEGMENT_JOURNAL)) {
    const reader = new SegmentReader(path, number);
    for (let block = reader.next(); block !== null; block = reader.next())
      for (let i = 0; i < block.count && block.type === BLOCK_TYPE_RECORDS; i++)
        records.set(block.firstPosition + i, Buffer.from(block.payload.subarray(i * 64, i * 64 + 64)));
    reader.close();
  }
  return records;
}

test("power cuts: what was acknowledged is there, byte for byte, and every folder opens", async () => {
  const seed = 1 + Math.floor(Math.random() * 2 ** 31);
  const random = generator(seed);
  let acknowledged = 0;
  let beyond = 0;
  let cutBlocks = 0;
  const isShown = (): boolean => acknowledged > 1000 && beyond > 0 && cutBlocks > 0;
  for (let round = 0; round < 25 || (round < 250 && !isShown()); round++) {
    const { dir, remove } = temporaryFolder();
    const disk = new UnreliableDisk(random);
    const options = { seed: seed + round, files: disk, fsyncMs: 10, segmentBytes: 40_000, ringRecords: 4096 };
    const rig = recorderRig(dir, options);
    const turns = 5 + Math.floor(random() * 60);
    for (let turn = 0; turn < turns; turn++) {
      rig.source.messages(Math.floor(random() * 60));
      if (rig.wantsCheckpoint) {
        rig.views.u32[(rig.place.engine + L.ENGINE_CHECKPOINT_REQUEST) >> 2] = 0;
        rig.states.push(new Uint8Array(3000).buffer);
        rig.source.checkpoint();
      }
      rig.clock.ms += 1 + Math.floor(random() * 8);
      rig.recorder.turn();
      // In the last ones the disk is given no time, so that there is something to lose.
      if (turn < turns - 6 && random() < 0.7)
        await new Promise((resolve) => setTimeout(resolve, Math.floor(random() * 3)));
    }
    const safe = rig.synced.at(-1) ?? 0;
    disk.cutPower(dir);
    const found = recordsOf(dir);
    let wrong = 0;
    for (const [position, record] of found) if (!record.equals(rig.source.sent[position])) wrong++;
    for (let position = 0; position < safe; position++) if (!found.has(position)) wrong++;
    expect(wrong, `seed ${seed}, round ${round}`).toBe(0);
    acknowledged += safe;
    beyond += found.size - safe;
    if (listSegments(dir, SEGMENT_JOURNAL).length > 0) {
      cutBlocks += openJournal(dir, { verify: true }).damages.length;
      const { journal, release } = openDirectory(dir);
      release();
      expect(journal.position).toBeGreaterThanOrEqual(safe);
      // A file with nothing whole in it is taken away.
      if (journal.number > 1) openJournal(dir, { verify: true });
    }
    remove();
  }
  console.log(`power cuts: seed ${seed}, ${acknowledged} acknowledged, ${beyond} beyond, ${cutBlocks} damaged`);
  expect(acknowledged).toBeGreaterThan(1000);
  expect(beyond).toBeGreaterThan(0);
  expect(cutBlocks, "places damaged by a cut").toBeGreaterThan(0);
});
