// Native peers: built where a compiler is found, else skipped with a reason; what they answer is compared.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { frameSets } from "../../dist/bench/frames.js";
import { compareRecords, writeFrames } from "../../dist/bench/limits/frame-file.js";
import { askLimit, buildLimit, compilerVersion } from "../../dist/bench/limits/limit.js";

const directory = mkdtempSync(join(tmpdir(), "crosstick-bench-limits-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const hasCompiler = compilerVersion() !== null;

test("without a compiler a limit is skipped and says so", () => {
  vi.stubEnv("CXX", "/nowhere/c++");
  try {
    expect(buildLimit("ring")).toEqual({ skipped: "no compiler: /nowhere/c++ is not found" });
  } finally {
    vi.unstubAllEnvs();
  }
});

test("without its source a limit is skipped and says so", () => {
  expect(buildLimit("nothing")).toEqual({ skipped: "no source nothing.cc in this installation" });
});

describe.skipIf(!hasCompiler)("with a compiler", () => {
  test("a library that is not installed skips the limit", () => {
    expect(buildLimit("ring", ["no-such-library"])).toEqual({ skipped: "not installed: no-such-library, for ring.cc" });
  });

  test("a cache that cannot be written skips the limit", () => {
    writeFileSync(join(directory, "file"), "");
    vi.stubEnv("XDG_CACHE_HOME", join(directory, "file"));
    try {
      expect(buildLimit("ring")).toEqual({ skipped: expect.stringContaining("cannot be written") });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("the ring takes every record whole, in batches and alone", async () => {
    const limit = buildLimit("ring");
    if (!("path" in limit)) throw new Error(limit.skipped);
    for (const batch of [1, 32])
      expect(await askLimit(limit.path, ["stream", 100_000, batch])).toEqual({
        wrong: 0,
        elapsedNs: expect.any(Number),
      });
    expect(await askLimit(limit.path, ["hop", 200])).toMatchObject({ wrong: 0 });
    await expect(askLimit(limit.path, ["nonsense"])).rejects.toThrow();
  });

  test("simdjson makes the records that JSON.parse makes, and one byte that differs is found", async (context) => {
    const limit = buildLimit("decode", ["simdjson"]);
    if ("skipped" in limit) return context.skip(limit.skipped);
    const [frames, records] = [join(directory, "frames"), join(directory, "records")];
    const sets = frameSets(11, 4096);
    writeFrames(frames, sets);
    await askLimit(limit.path, ["records", frames, records]);
    compareRecords(records, sets);
    const bytes = readFileSync(records);
    bytes[4 + 3 * 8] ^= 1; // the first frame's best bid
    writeFileSync(records, bytes);
    expect(() => compareRecords(records, sets)).toThrow(/word 3 of record 0 is .* in C\+\+, JSON.parse gives/);
  });
});
