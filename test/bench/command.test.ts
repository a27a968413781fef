import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findRegressions, readBaseline } from "../../dist/bench/baseline.js";
import { htmlReport, markdownReport, writeReport } from "../../dist/bench/report.js";
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
    expect(second.stdout).toMatch(/^measured: .*\ncpu: .*\n(.+\n)+kernel: /);
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

describe("pages", () => {
  const whole: BenchResult = {
    ...result(2),
    checks: [{ name: "fast <enough>", value: 2, threshold: 3, passed: false }],
    equal: ["all"],
    peers: { other: "-O3" },
    skipped: [{ name: "third", reason: "not installed" }],
    curves: [
      {
        name: "growth",
        x: "books",
        y: "ns",
        series: [
          {
            name: "kernel",
            points: [
              [10, 5],
              [100, 5],
              [1000, 0],
            ],
          },
        ],
      },
    ],
  };

  test("the Markdown has rows, checks, what was compared and what was skipped", () => {
    const page = markdownReport([whole]);
    expect(page).toContain("| name | ratio | kernel | p99 |\n| --- | --- | --- | --- |\n| a row | 2 | 3 |  |\n");
    for (const line of [
      "failed  fast <enough>: 2, at least 3",
      "equal: all",
      "peer: other: -O3",
      "skipped: third: not installed",
    ])
      expect(page).toContain(`- ${line}\n`);
  });

  test("the HTML page needs nothing from elsewhere, escapes names, and plots ratios and curves", () => {
    const page = htmlReport([whole]);
    expect(page).not.toMatch(/src=|href=|url\(|<script/);
    expect(page).toContain("failed  fast &lt;enough&gt;: 2, at least 3");
    expect(page.match(/<svg/g)).toHaveLength(2);
    expect(page.match(/<circle/g)).toHaveLength(2); // the point at 0 has no place on a logarithmic scale
  });

  test("pages are made of results kept earlier, the last of each bench, without measuring", () => {
    const lines = [result(2), result(5)].map((one) => JSON.stringify(one)).join("\n");
    writeFileSync(file("kept.ndjson"), lines);
    const run = crosstick(["bench", "--from", file("kept.ndjson"), "--json", "--results", file("page.md")]);
    expect([run.code, JSON.parse(run.stdout)]).toEqual([0, result(5)]);
    expect(readFileSync(file("page.md"), "utf8")).toBe(markdownReport([result(5)]));
  });

  test("a page that cannot be written says so", () => {
    expect(() => writeReport("/nowhere/page.html", "")).toThrow(/Cannot write \/nowhere\/page.html/);
  });
});

test("a table has every column of every row", () => {
  expect(tableRows(result(2))).toEqual([
    { name: "a row", ratio: 2, kernel: 3, p99: null },
    { name: "another", ratio: null, kernel: null, p99: 4 },
  ]);
});
