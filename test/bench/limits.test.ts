// Native peers: built where a compiler is found, else skipped with a reason; what they answer is compared.
import { describe, expect, test, vi } from "vitest";
import { askLimit, buildLimit, compilerVersion } from "../../dist/bench/limits/limit.js";

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
    expect(buildLimit("ring", ["no-such-library"])).toMatchObject({ skipped: expect.stringContaining("ring.cc") });
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
});
