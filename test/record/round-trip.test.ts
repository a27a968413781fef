import * as L from "crosstick/internal/layout";
import { openJournal } from "crosstick/internal/record/journal";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { played, recorderRig, temporaryFolder } from "./rig.js";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const seedOf = (): number => 1 + Math.floor(Math.random() * 2 ** 31);
const joined = (records: readonly Buffer[]): Buffer => Buffer.concat(records);

describe("what was recorded is played", () => {
  test("byte for byte and in order, instruments before their records", async () => {
    const seed = seedOf();
    const rig = recorderRig(folder.dir, { seed, ringRecords: 4096 });
    for (let turn = 0; turn < 200; turn++) {
      rig.source.messages(100);
      rig.clock.ms += Math.floor(rig.source.random() * 6);
      rig.recorder.turn();
    }
    await rig.end();
    const { journal, records, views, place } = played(folder.dir);
    expect(joined(records).equals(joined(rig.source.sent)), `seed ${seed}`).toBe(true);
    expect(journal).toMatchObject({ records: records.length, missing: 0, damages: [], tornBytes: 0 });
    const count = views.u32[place.instrumentCount >> 2];
    expect(count).toBe(rig.views.u32[rig.place.instrumentCount >> 2]);
    const table = (v: typeof views) =>
      Buffer.from(v.u8.slice(place.identities, place.identities + count * L.IDENTITY_BYTES));
    expect(table(views).equals(table(rig.views))).toBe(true);
    expect(rig.synced.at(-1)).toBe(records.length);
  });

  test("a message longer than a block, and longer than what the ring has left", async () => {
    const rig = recorderRig(folder.dir, { seed: 7 });
    rig.source.messages(30, 3000);
    await rig.end();
    expect(joined(played(folder.dir, { ring: 4096 }).records).equals(joined(rig.source.sent))).toBe(true);
    expect(() => played(folder.dir, { ring: 512 })).toThrowError(
      expect.objectContaining({ code: "JOURNAL_CAPACITY", exitCode: 3 }),
    );
  });

  test("up to a time, in whole messages", async () => {
    const seed = seedOf();
    const rig = recorderRig(folder.dir, { seed });
    rig.source.messages(3000);
    await rig.end();
    const timeOf = (record: Buffer): number => record.readDoubleLE(L.RECORD_RECEIVED_TIME_US);
    const toUs = timeOf(rig.source.sent[5000]);
    let largest = 0;
    const expected = rig.source.sent.findIndex((record) => {
      largest = Math.max(largest, timeOf(record));
      return largest > toUs;
    });
    const { records, player } = played(folder.dir, { toUs });
    expect(records.length, `seed ${seed}`).toBe(expected);
    expect(player.isCut).toBe(true);
  });
});

describe("segments", () => {
  test("a large one asks for a checkpoint, and the next begins with it", async () => {
    const rig = recorderRig(folder.dir, { seed: 3, segmentBytes: 64_000 });
    const states = [1, 2, 3].map((n) => new Uint8Array(3_000_000 * n).fill(n).buffer);
    const begins: number[] = [];
    for (const state of states) {
      expect(rig.wantsCheckpoint).toBe(false);
      rig.source.messages(1000);
      rig.recorder.turn();
      expect(rig.wantsCheckpoint).toBe(true);
      rig.views.u32[(rig.place.engine + L.ENGINE_CHECKPOINT_REQUEST) >> 2] = 0;
      begins.push(rig.source.sent.length);
      rig.states.push(state);
      rig.source.checkpoint();
      rig.recorder.turn();
    }
    rig.source.messages(100);
    await rig.end();
    const { segments, parts } = openJournal(folder.dir, { verify: true });
    expect(segments.map(({ meta }) => meta?.start)).toEqual(["fresh", "checkpoint", "checkpoint", "checkpoint"]);
    expect(segments.map(({ firstPosition }) => firstPosition)).toEqual([0, ...begins]);
    expect(parts.length).toBe(1);
    expect(joined(played(folder.dir).records).equals(joined(rig.source.sent))).toBe(true);
    for (const [i, state] of states.entries()) {
      const { player, records } = played(folder.dir, { from: i + 1 });
      expect(Buffer.from(state).equals(player.checkpoint ?? Buffer.alloc(0))).toBe(true);
      expect(joined(records).equals(joined(rig.source.sent.slice(begins[i])))).toBe(true);
    }
  });

  test("records that the engine lost are missing by number, and what follows is a part of its own", async () => {
    const rig = recorderRig(folder.dir, { seed: 4 });
    rig.source.messages(500);
    const before = rig.source.sent.length;
    rig.states.push(new Uint8Array(100).buffer);
    rig.source.checkpoint(12, 40);
    rig.source.messages(500);
    await rig.end();
    const journal = openJournal(folder.dir);
    expect(journal.parts.map(({ because }) => because)).toEqual([null, "hole"]);
    expect(journal.segments[1].firstPosition).toBe(before + 40);
    expect(journal).toMatchObject({ missing: 40, records: rig.source.sent.length, damages: [] });
    expect(rig.recorder.status()).toMatchObject({ lostRecords: 40, discardedRecords: 0 });
    const second = played(folder.dir, { part: 1 });
    expect(joined(second.records).equals(joined(rig.source.sent.slice(before)))).toBe(true);
  });
});
