import type { BenchResult } from "./result.js";

/** Rows that all have every column of any of them, null where there is nothing, so that a table can show them. */
export function tableRows({ rows }: BenchResult): Record<string, string | number | null>[] {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column] ?? null])));
}

/** A check as a line: what was wanted, what came, and whether that is enough. */
export function checkLine({ name, value, threshold, passed }: BenchResult["checks"][number]): string {
  return `${passed ? "passed" : "failed"}  ${name}: ${value}, at least ${threshold}`;
}
