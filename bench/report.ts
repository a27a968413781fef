/** Results as pages: Markdown for bench/RESULTS.md, and one self-contained HTML file with plots. */
import { writeFileSync } from "node:fs";
import { CrosstickError } from "../src/errors.js";
import { barChart, curveChart, escapeText } from "./plot.js";
import type { BenchResult } from "./result.js";
import { checkLine, tableRows } from "./table.js";

/** @throws OUTPUT_UNWRITABLE */
export function writeReport(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new CrosstickError("OUTPUT_UNWRITABLE", `Cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** Lines about a result that are neither its rows nor its checks. */
export function remarks({ equal = [], peers = {}, skipped = [], notes = [] }: BenchResult): string[] {
  return [
    ...equal.map((what) => `equal: ${what}`),
    ...Object.entries(peers).map(([name, options]) => `peer: ${name}: ${options}`),
    ...skipped.map(({ name, reason }) => `skipped: ${name}: ${reason}`),
    ...notes.map((note) => `note: ${note}`),
  ];
}

/** Markdown page of all results; a machine that several share is printed once. */
export function markdownReport(results: readonly BenchResult[]): string {
  const parts = [
    "# Bench results",
    "<!-- Written by `crosstick bench --results`: do not edit. -->",
    "Ratios are of the same run, rounds interleaved, medians; results were compared before anything was timed.",
  ];
  let known: Readonly<Record<string, string>> = {};
  for (const result of results) {
    parts.push(`## ${result.name}`);
    // The time and the load differ from bench to bench; the machine is said once.
    const machine: Record<string, string> = { ...result.machine };
    const fresh = Object.entries(machine).filter(([key, value]) => known[key] !== value);
    known = machine;
    if (fresh.length > 0) parts.push(fresh.map(([key, value]) => `- ${key}: ${value}`).join("\n"));
    parts.push(`Unit: ${result.unit}.`, markdownTable(tableRows(result)));
    const lines = [...result.checks.map(checkLine), ...remarks(result)];
    if (lines.length > 0) parts.push(lines.map((line) => `- ${line}`).join("\n"));
  }
  return `${parts.join("\n\n")}\n`;
}

function markdownTable(rows: readonly Record<string, string | number | null>[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells: readonly (string | number | null)[]): string =>
    `| ${cells.map((cell) => (cell === null ? "" : String(cell).replaceAll("|", "\\|"))).join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map((row) => line(Object.values(row)))].join("\n");
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;display:block;overflow-x:auto}
td,th{padding:.2rem .6rem;border-bottom:1px solid #ddd;text-align:right}td:first-child,th:first-child{text-align:left}
.passed{color:#116329}.failed{color:#a40e26}svg{max-width:100%;height:auto}dt{float:left;clear:left;width:8rem;color:#57606a}dd{margin-left:8rem}
@media(prefers-color-scheme:dark){body{color:#d8dee4;background:#15191e}td,th{border-color:#333}.passed{color:#57ab5a}.failed{color:#f47067}}`;

/** One page without anything from elsewhere. */
export function htmlReport(results: readonly BenchResult[]): string {
  const machine = results.find((result) => result.machine !== undefined)?.machine;
  const described = Object.entries(machine ?? {}).map(
    ([key, value]) => `<dt>${escapeText(key)}</dt><dd>${escapeText(value)}</dd>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>crosstick bench</title><style>${STYLE}</style></head>
<body><h1>crosstick bench</h1><dl>${described.join("")}</dl>
${results.map(htmlSection).join("\n")}
</body></html>
`;
}

function htmlSection(result: BenchResult): string {
  const rows = tableRows(result);
  const columns = Object.keys(rows[0] ?? {});
  const cells = (tag: string, values: readonly (string | number | null)[]): string =>
    `<tr>${values.map((value) => `<${tag}>${escapeText(value === null ? "" : String(value))}</${tag}>`).join("")}</tr>`;
  const checks = result.checks.map(
    (check) => `<li class="${check.passed ? "passed" : "failed"}">${escapeText(checkLine(check))}</li>`,
  );
  const said = remarks(result).map((line) => `<li>${escapeText(line)}</li>`);
  return `<section><h2>${escapeText(result.name)}</h2><p>${escapeText(result.unit)}</p>
${barChart(result)}${(result.curves ?? []).map(curveChart).join("")}
<ul>${checks.join("")}</ul>
<table><thead>${cells("th", columns)}</thead><tbody>${rows.map((row) => cells("td", Object.values(row))).join("")}</tbody></table>
<ul>${said.join("")}</ul></section>`;
}
