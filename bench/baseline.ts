import { readFileSync, writeFileSync } from "node:fs";
import { CrosstickError, EXIT } from "../src/errors.js";
import type { BenchResult } from "./result.js";

/** A ratio that is smaller than it was. */
export interface Regression {
  bench: string;
  row: string;
  column: string;
  before: number;
  now: number;
}

/**
 * Reads results of an earlier run: a JSON array of them, or one a line, as `--json` prints them.
 * @throws BENCH_BASELINE
 */
export function readBaseline(path: string): BenchResult[] {
  try {
    const text = readFileSync(path, "utf8").trim();
    const results: unknown = text.startsWith("[") ? JSON.parse(text) : text.split("\n").map((line) => JSON.parse(line));
    if (!Array.isArray(results) || !results.every(isResult)) throw new Error("it holds something else");
    return results;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CrosstickError("BENCH_BASELINE", `${path} holds no results of an earlier bench: ${reason}`, {
      exitCode: EXIT.usage,
      cause,
    });
  }
}

/** Writes results for a later `readBaseline`. @throws OUTPUT_UNWRITABLE */
export function writeBaseline(path: string, results: readonly BenchResult[]): void {
  try {
    writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
  } catch (cause) {
    throw new CrosstickError("OUTPUT_UNWRITABLE", `Cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** Ratios that fell to less than their earlier value divided by `tolerance`. Rows without an earlier one are new. */
export function findRegressions(
  results: readonly BenchResult[],
  earlier: readonly BenchResult[],
  tolerance: number,
): Regression[] {
  const regressions: Regression[] = [];
  for (const { name: bench, rows } of results)
    for (const row of rows) {
      const old = earlier.find(({ name }) => name === bench)?.rows.find(({ name }) => name === row.name);
      for (const column of Object.keys(row).filter((key) => key.startsWith("ratio"))) {
        const before = old?.[column];
        const now = row[column];
        if (typeof before !== "number" || typeof now !== "number" || now * tolerance >= before) continue;
        regressions.push({ bench, row: row.name, column, before, now });
      }
    }
  return regressions;
}

function isResult(value: unknown): value is BenchResult {
  const { name, rows } = (value ?? {}) as Partial<BenchResult>;
  return typeof name === "string" && Array.isArray(rows) && rows.every((row) => typeof row?.name === "string");
}
