import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockDirectory } from "crosstick/internal/record/lock";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "./rig.js";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const lockPath = (): string => join(folder.dir, "LOCK");
const inUse = expect.objectContaining({ code: "JOURNAL_IN_USE", exitCode: 6 });

test("a folder has one writer at a time", () => {
  const release = lockDirectory(folder.dir);
  expect(() => lockDirectory(folder.dir)).toThrowError(inUse);
  release();
  lockDirectory(folder.dir)();
});

test("the lock of a dead process is taken over, with and without the time of its start", () => {
  const { pid } = spawnSync("true");
  for (const started of ["", "some boot 1"]) {
    writeFileSync(lockPath(), JSON.stringify({ pid, started }));
    const release = lockDirectory(folder.dir);
    expect(JSON.parse(readFileSync(lockPath(), "utf8")).pid).toBe(process.pid);
    release();
  }
});

test.skipIf(process.platform !== "linux")("a process id that came again is no longer the writer", () => {
  writeFileSync(lockPath(), JSON.stringify({ pid: process.pid, started: "an earlier boot 1" }));
  lockDirectory(folder.dir)();
});

test("a living process keeps its lock", async () => {
  const code = `const { lockDirectory } = await import("crosstick/internal/record/lock");
    lockDirectory(${JSON.stringify(folder.dir)}); console.log("locked"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  expect(() => lockDirectory(folder.dir)).toThrowError(inUse);
  expect(() => lockDirectory(folder.dir)).toThrowError(`process ${child.pid} writes there`);
  child.kill("SIGKILL");
  await once(child, "exit");
  lockDirectory(folder.dir)();
});

test("what a power cut left of a lock is taken over, and one of another kind is left alone", () => {
  for (const left of ["", "\0".repeat(70)]) {
    writeFileSync(lockPath(), left);
    lockDirectory(folder.dir)();
  }
  writeFileSync(lockPath(), "mine");
  expect(() => lockDirectory(folder.dir)).toThrowError(inUse);
});
