import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findRegressions, readBaseline } from "../../dist/bench/baseline.js";
import type { BenchResult } from "../../dist/bench/result.js";
import { tableRows } from "../../dist/bench/table.js";
import { crosstick } from "../cli/crosstick.js";

const directory = mkdtempSync(join(tmpdir(), "crosstick-bench-command-"));
const file = (name: string): string => join(directory, name);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const result = (ratio: number): BenchResult => ({
  name: "kernel",
  unit: "ns",
  rows: [
    { name: "a row", ratio, kernel: 3 },
    { name: "another", p99: 4 },
  ],
  checks: [],
});

describe("usage", () => {
  test("an unknown bench ends with 2 and names the nearest", () => {
    expect(crosstick(["bench", "decod"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "crosstick: There is no bench 'decod'; did you mean decode? [USAGE_BENCH]\n",
    });
  });

  test.each([
    [["--rounds", "0"], "CLI_USAGE"],
    [["--tolerance", "0.5"], "CLI_USAGE"],
    [["--baseline", "/nowhere/at/all"], "BENCH_BASELINE"],
  ])("%j ends with 2 before anything is measured", (args, code) => {
    const run = crosstick(["bench", "kernel", ...args]);
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(run.stderr).toContain(`[${code}]`);
  });
});

describe("baselines", () => {
  test("a run is written, read back, and is no regression against itself times a tolerance", () => {
    const written = file("baseline.json");
    const first = crosstick(["bench", "kernel", "--rounds", "1", "--json", "--write-baseline", written, "--check"]);
    expect(first.stdout.trim().split("\n")).toHaveLength(1);
    const missed = (JSON.parse(first.stdout) as BenchResult).checks.filter(({ passed }) => !passed);
    expect(first.code).toBe(missed.length > 0 ? 99 : 0);
    for (const { name } of missed) expect(first.stderr).toContain(`kernel '${name}'`);
    expect(JSON.parse(first.stdout)).toEqual(JSON.parse(readFileSync(written, "utf8"))[0]);
    expect(readBaseline(written)).toHaveLength(1);
    const second = crosstick(["bench", "kernel", "--rounds", "1", "--baseline", written, "--tolerance", "1000"]);
    expect(second).toMatchObject({ code: 0, stderr: "" });
    expect(second.stdout).toMatch(/^kernel: /);
  });

  test("a ratio that fell ends with 99 and is named", () => {
    const written = file("fast.json");
    writeFileSync(
      written,
      JSON.stringify([{ name: "kernel", unit: "", rows: [{ name: "window: push, n = 56", ratio: 1e9 }], checks: [] }]),
    );
    const { code, stderr } = crosstick(["bench", "kernel", "--rounds", "1", "--json", "--baseline", written]);
    expect(code).toBe(99);
    expect(stderr).toMatch(/kernel 'window: push, n = 56' ratio .*, was 1000000000 \[BENCH_SLOWER\]\n$/);
  });

  test("only what fell by more than the tolerance counts; new rows and columns do not", () => {
    expect(findRegressions([result(2)], [result(3)], 1.5)).toEqual([]);
    expect(findRegressions([result(1.9)], [result(3)], 1.5)).toEqual([
      { bench: "kernel", row: "a row", column: "ratio", before: 3, now: 1.9 },
    ]);
    expect(findRegressions([result(1)], [], 1.5)).toEqual([]);
  });

  test("results a line are a baseline too", () => {
    writeFileSync(file("lines.ndjson"), `${JSON.stringify(result(2))}\n${JSON.stringify(result(3))}\n`);
    expect(readBaseline(file("lines.ndjson"))).toEqual([result(2), result(3)]);
  });
});

test("a table has every column of every row", () => {
  expect(tableRows(result(2))).toEqual([
    { name: "a row", ratio: 2, kernel: 3, p99: null },
    { name: "another", ratio: null, kernel: null, p99: 4 },
  ]);
});
