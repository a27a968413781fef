// A disk that refuses: recording stops and goes on, the engine's ring is drained all the while, and what was
// acknowledged is there.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as L from "crosstick/internal/layout";
import { openDirectory } from "crosstick/internal/record/directory";
import { diskFiles, type JournalFiles } from "crosstick/internal/record/files";
import { openJournal } from "crosstick/internal/record/journal";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { played, recorderRig, temporaryFolder } from "./rig.js";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

type Rig = ReturnType<typeof recorderRig>;

/** A disk whose next operations fail with a code, as long as `fail` names them. */
function failingDisk() {
  const fail: Partial<Record<"create" | "write" | "sync" | "remove" | "truncate", string>> = {};
  const check = (operation: keyof typeof fail): void => {
    const code = fail[operation];
    if (code !== undefined) throw Object.assign(new Error(`${code}: refused, ${operation}`), { code });
  };
  const files: JournalFiles = {
    ...diskFiles,
    create(path) {
      check("create");
      return diskFiles.create(path);
    },
    write(fd, bytes, from, to, position) {
      // What a full disk does: some of it is written.
      if (fail.write !== undefined) diskFiles.write(fd, bytes, from, from + Math.floor((to - from) / 2), position);
      check("write");
      diskFiles.write(fd, bytes, from, to, position);
    },
    truncate(fd, length) {
      check("truncate");
      diskFiles.truncate(fd, length);
    },
    sync(fd, done) {
      const code = fail.sync;
      diskFiles.sync(fd, (error) => done(code === undefined ? error : new Error(`${code}: refused, sync`)));
    },
    remove(path) {
      check("remove");
      diskFiles.remove(path);
    },
  };
  return { files, fail };
}

/** Sends some messages and lets them be written and synced, or refused. */
async function send(rig: Rig, messages = 200): Promise<void> {
  rig.source.messages(messages);
  await rig.settle();
}

/** Lets the second pass after which the disk is tried again, and what that brings. */
async function retry(rig: Rig): Promise<void> {
  rig.clock.ms += 1100;
  rig.recorder.turn();
  do await new Promise((resolve) => setTimeout(resolve, 5));
  while (Reflect.get(rig.log, "probing"));
  rig.recorder.turn();
}

/** The engine's answer to a request. */
async function checkpoint(rig: Rig, bytes = 5000): Promise<void> {
  expect(rig.wantsCheckpoint).toBe(true);
  rig.views.u32[(rig.place.engine + L.ENGINE_CHECKPOINT_REQUEST) >> 2] = 0;
  rig.states.push(new Uint8Array(bytes).buffer);
  rig.source.checkpoint();
  await rig.settle();
}

const at = (rig: Rig): number => rig.source.sent.length;
const bytes = (rig: Rig, from: number, to: number): Buffer => Buffer.concat(rig.source.sent.slice(from, to));

test.each(["ENOSPC", "EDQUOT", "EIO", "EROFS"])(
  "%s while writing: stopped, drained, counted, resumed",
  async (code) => {
    const { files, fail } = failingDisk();
    const rig = recorderRig(folder.dir, { seed: 11, files });
    await send(rig);
    const kept = at(rig);
    expect(rig.synced.at(-1)).toBe(kept);
    fail.write = code;
    await send(rig);
    expect(rig.recorder.status()).toMatchObject({
      state: "stopped",
      reason: expect.stringContaining(code),
      synced: kept,
    });
    for (let n = 0; n < 3; n++) {
      await send(rig);
      await retry(rig);
      expect(rig.wantsCheckpoint).toBe(false);
    }
    const ring = rig.place.consumers[0];
    expect(rig.views.u32[(ring + L.RING_TAIL) >> 2]).toBe(rig.views.u32[(ring + L.RING_HEAD) >> 2]);
    delete fail.write;
    await retry(rig);
    const resumed = at(rig);
    await checkpoint(rig);
    await send(rig);
    expect(rig.recorder.status()).toMatchObject({
      ...{ state: "recording", reason: null, segment: 2 },
      ...{ discardedRecords: resumed - kept, unkeptRecords: 0, synced: at(rig) },
    });
    await rig.end();
    const journal = openJournal(folder.dir, { verify: true });
    expect(journal.segments.map(({ close }) => close?.end)).toEqual(["failed", "closed"]);
    expect(journal.segments[0].close?.reason).toContain(code);
    expect(journal).toMatchObject({ damages: [], missing: resumed - kept });
    expect(journal.parts.map(({ because }) => because)).toEqual([null, "hole"]);
    expect(Buffer.concat(played(folder.dir).records).equals(bytes(rig, 0, kept))).toBe(true);
    expect(Buffer.concat(played(folder.dir, { part: 1 }).records).equals(bytes(rig, resumed, at(rig)))).toBe(true);
  },
);

test("a failed fsync: nothing of the segment is acknowledged any more, and it is not tried again", async () => {
  const { files, fail } = failingDisk();
  let syncs = 0;
  const counted: JournalFiles = {
    ...files,
    sync(fd, done) {
      syncs++;
      files.sync(fd, done);
    },
  };
  const rig = recorderRig(folder.dir, { seed: 12, files: counted });
  await send(rig);
  const kept = at(rig);
  fail.sync = "EIO";
  await send(rig);
  const unkept = at(rig) - kept;
  expect(rig.recorder.status()).toMatchObject({ state: "stopped", reason: expect.stringContaining("EIO") });
  expect(rig.recorder.status()).toMatchObject({ synced: kept, unkeptRecords: unkept });
  // The end of the given-up segment may be synced, by whoever closes it: its success says nothing about the rest.
  delete fail.sync;
  expect(rig.safe.since).toBe(0);
  const before = syncs;
  await retry(rig);
  expect(syncs).toBe(before + 1); // the test file's
  expect(rig.synced.at(-1)).toBe(kept);
  await checkpoint(rig);
  await send(rig);
  await rig.end();
  expect(rig.synced.at(-1)).toBe(at(rig));
  // What is acknowledged since then begins behind the hole.
  expect(rig.safe.since).toBe(kept + unkept);
  const journal = openJournal(folder.dir, { verify: true });
  expect(journal.segments.map(({ close }) => close?.end)).toEqual(["failed", "closed"]);
  expect(journal.damages).toEqual([]);
});

test("an fsync fails after its segment was completed: the end's fsync, which follows, acknowledges nothing", async () => {
  const { files } = failingDisk();
  const waiting: ((error: Error | null) => void)[] = [];
  const slow: JournalFiles = { ...files, sync: (_fd, done) => void waiting.push(done) };
  const answer = async (error: Error | null): Promise<void> => {
    while (waiting.length === 0) await new Promise(setImmediate);
    waiting.shift()?.(error);
  };
  const rig = recorderRig(folder.dir, { seed: 17, files: slow });
  rig.source.messages(200);
  rig.recorder.turn();
  rig.clock.ms += 10;
  rig.recorder.turn();
  rig.clock.ms += 2000;
  rig.recorder.turn(); // asks for the first fsync
  rig.states.push(new Uint8Array(100).buffer);
  rig.source.checkpoint();
  rig.source.messages(10);
  rig.recorder.turn(); // completes the segment, whose end waits for its turn
  expect(rig.recorder.status()).toMatchObject({ state: "recording", segment: 2 });
  await answer(new Error("EIO: i/o error, fdatasync"));
  expect(rig.recorder.status()).toMatchObject({ state: "stopped", reason: expect.stringContaining("EIO") });
  await answer(null);
  await answer(null);
  expect(rig.synced).toEqual([]);
});

test("a segment that can be neither ended nor removed is abandoned, and that is no damage", async () => {
  const { files, fail } = failingDisk();
  const rig = recorderRig(folder.dir, { seed: 13, files });
  await send(rig);
  Object.assign(fail, { write: "EIO", truncate: "EIO" });
  await send(rig);
  delete fail.write;
  await retry(rig);
  await checkpoint(rig);
  await send(rig);
  await rig.end();
  const journal = openJournal(folder.dir, { verify: true });
  expect(journal.segments.map(({ close }) => close?.end)).toEqual([undefined, "closed"]);
  expect(journal.damages).toEqual([]);
});

test.each(["EMFILE", "ENOSPC", "EROFS"])("%s when a segment is to be created: the same", async (code) => {
  const { files, fail } = failingDisk();
  fail.create = code;
  const rig = recorderRig(folder.dir, { seed: 14, files });
  await send(rig);
  expect(rig.recorder.status()).toMatchObject({ state: "stopped", reason: expect.stringContaining(code) });
  await retry(rig);
  expect(rig.wantsCheckpoint).toBe(false);
  delete fail.create;
  await retry(rig);
  const resumed = at(rig);
  await checkpoint(rig);
  await send(rig);
  await rig.end();
  const journal = openJournal(folder.dir, { verify: true });
  expect(journal.segments.map(({ number, firstPosition }) => [number, firstPosition])).toEqual([[1, resumed]]);
  expect(rig.recorder.status().discardedRecords).toBe(resumed);
  expect(Buffer.concat(played(folder.dir).records).equals(bytes(rig, resumed, at(rig)))).toBe(true);
});

test("the disk is full again when the checkpoint comes: stopped as before, no file left over", async () => {
  const { files, fail } = failingDisk();
  const rig = recorderRig(folder.dir, { seed: 15, files });
  await send(rig);
  fail.write = "ENOSPC";
  await send(rig);
  delete fail.write;
  await retry(rig);
  fail.write = "ENOSPC";
  await checkpoint(rig);
  expect(rig.recorder.status()).toMatchObject({ state: "stopped", reason: expect.stringContaining("ENOSPC") });
  expect(readdirSync(folder.dir)).toEqual(["journal-00000001.ctj"]);
  delete fail.write;
  await retry(rig);
  await checkpoint(rig);
  await rig.end();
  expect(openJournal(folder.dir, { verify: true })).toMatchObject({ damages: [], segments: [{}, { number: 2 }] });
});

/** A small file system of its own; null where this machine does not let us have one. */
function smallDisk(dir: string): { path: string; unmount: () => void } | null {
  const path = join(dir, "disk");
  mkdirSync(path);
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", path], { stdio: "ignore" });
  return status === 0 ? { path, unmount: () => void spawnSync("umount", ["-l", path]) } : null;
}

describe("a real full disk", () => {
  test("stops recording, and recording goes on when there is room", async ({ skip }) => {
    const disk = smallDisk(folder.dir);
    if (disk === null) return skip("mounting a tmpfs needs the rights of root");
    try {
      const rig = recorderRig(disk.path, { seed: 16 });
      const stuffing = join(disk.path, "stuffing");
      writeFileSync(stuffing, Buffer.alloc(2 << 20));
      while (rig.recorder.status().state === "recording") await send(rig, 1000);
      const kept = rig.recorder.status().written;
      expect(rig.recorder.status().reason).toContain("ENOSPC");
      for (let n = 0; n < 3; n++) {
        await send(rig);
        await retry(rig);
      }
      expect(rig.recorder.status().state).toBe("stopped");
      unlinkSync(stuffing);
      await retry(rig);
      const resumed = at(rig);
      await checkpoint(rig, 100_000);
      await send(rig);
      await rig.end();
      expect(rig.recorder.status()).toMatchObject({ discardedRecords: resumed - kept, synced: at(rig) });
      const journal = openJournal(disk.path, { verify: true });
      expect(journal.damages).toEqual([]);
      expect(Buffer.concat(played(disk.path).records).equals(bytes(rig, 0, kept))).toBe(true);
      expect(Buffer.concat(played(disk.path, { part: 1 }).records).equals(bytes(rig, resumed, at(rig)))).toBe(true);
    } finally {
      disk.unmount();
    }
  });
});

test("a folder that cannot be written to is refused with words", () => {
  writeFileSync(join(folder.dir, "file"), "");
  expect(() => openDirectory(join(folder.dir, "file"))).toThrowError(
    expect.objectContaining({ code: "JOURNAL_UNWRITABLE", exitCode: 1 }),
  );
});
