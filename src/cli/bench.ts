import { type Command, InvalidArgumentError } from "commander";
import { findRegressions, readBaseline, writeBaseline } from "../../bench/baseline.js";
import { describeMachine } from "../../bench/machine.js";
import { htmlReport, markdownReport, remarks, writeReport } from "../../bench/report.js";
import type { BenchResult } from "../../bench/result.js";
import { BENCH_NAMES, runBench } from "../../bench/run.js";
import { checkLine, tableRows } from "../../bench/table.js";
import { CrosstickError, EXIT } from "../errors.js";
import { nearest } from "../market/nearest.js";
import { createOutput, type Output } from "./output.js";

const TOLERANCE = 1.5;
const RESULTS = "bench/RESULTS.md";

/** `crosstick bench [NAME…]` */
export function register(program: Command): void {
  program
    .command("bench")
    .description(
      "Measure this build on this machine, side by side with what else one could use; results are compared first",
    )
    .argument("[name...]", `${BENCH_NAMES.join(", ")}; all of them without a name`)
    .option("--json", "one JSON object a bench and line")
    .option("--data <dir>", "folder with real recordings (hftbacktest, cryptofeed); generated ones alone without it")
    .option("--rounds <n>", "interleaved rounds, of which the median counts", roundsOf)
    .option("--check", "exit code 99 when a threshold is missed")
    .option("--baseline <file>", "results of an earlier run: exit code 99 when a ratio fell by more than --tolerance")
    .option(
      "--tolerance <factor>",
      "by what a ratio may fall below the baseline's; 3 suits a machine shared with others",
      toleranceOf,
      TOLERANCE,
    )
    .option("--write-baseline <file>", "keep the results for a later --baseline")
    .option("--from <file>", "print and write the results of earlier runs, the last of each bench, and measure nothing")
    .option("--html <file>", "a page with plots that needs nothing else")
    .option("--results [file]", `the results as Markdown; ${RESULTS} without a name`)
    .action(run);
}

interface Options {
  json?: boolean;
  data?: string;
  rounds?: number;
  check?: boolean;
  baseline?: string;
  tolerance: number;
  writeBaseline?: string;
  from?: string;
  html?: string;
  results?: string | true;
}

async function run(named: string[], options: Options): Promise<void> {
  // `--results decode` means the bench, not a file of that name.
  const isName = typeof options.results === "string" && BENCH_NAMES.includes(options.results);
  const names = isName ? [options.results as string, ...named] : named;
  for (const name of names) if (!BENCH_NAMES.includes(name)) throw unknownBench(name);
  const earlier = options.baseline === undefined ? [] : readBaseline(options.baseline);
  const output = createOutput(options);
  const wanted = names.length > 0 ? names : BENCH_NAMES;
  const results = options.from === undefined ? await measure(wanted, options, output) : kept(options.from, wanted);
  if (options.from !== undefined) for (const result of results) print(result, output);
  if (options.writeBaseline !== undefined) writeBaseline(options.writeBaseline, results);
  if (options.html !== undefined) writeReport(options.html, htmlReport(results));
  if (options.results !== undefined)
    writeReport(options.results === true || isName ? RESULTS : options.results, markdownReport(results));
  demandBaseline(results, earlier, options.tolerance);
  if (options.check) demandChecks(results);
}

async function measure(names: readonly string[], options: Options, output: Output): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const [key, value] of Object.entries(describeMachine())) output.line(output.colour("dim", `${key}: ${value}`));
  for (const name of names) {
    const showsProgress = process.stderr.isTTY && !options.json;
    if (showsProgress) process.stderr.write(`measuring ${name} ...\r`);
    const result = await runBench(name, { rounds: options.rounds, dataDir: options.data });
    if (showsProgress) process.stderr.write(`${" ".repeat(40)}\r`);
    print(result, output);
    results.push(result);
  }
  return results;
}

/** The last result of each bench in a file that earlier runs were written to. */
function kept(path: string, names: readonly string[]): BenchResult[] {
  const all = readBaseline(path);
  return names.flatMap((name) => all.filter((result) => result.name === name).slice(-1));
}

function print(result: BenchResult, output: Output): void {
  if (output.json) {
    output.record({ ...result });
    return;
  }
  output.line(output.colour("bold", `${result.name}: ${result.unit}`));
  output.rows(tableRows(result));
  for (const check of result.checks) output.line(output.colour(check.passed ? "green" : "red", checkLine(check)));
  for (const line of remarks(result)) output.line(output.colour("dim", line));
  output.line("");
}

function demandBaseline(results: readonly BenchResult[], earlier: readonly BenchResult[], tolerance: number): void {
  const fallen = findRegressions(results, earlier, tolerance);
  if (fallen.length === 0) return;
  const named = fallen.map(
    ({ bench, row, column, before, now }) => `${bench} '${row}' ${column} ${now}, was ${before}`,
  );
  throw new CrosstickError("BENCH_SLOWER", `Fell by more than ${tolerance}: ${named.join("; ")}`, {
    exitCode: EXIT.threshold,
  });
}

function demandChecks(results: readonly BenchResult[]): void {
  const missed = results.flatMap(({ name, checks }) =>
    checks
      .filter(({ passed }) => !passed)
      .map((check) => `${name} '${check.name}' ${check.value}, at least ${check.threshold}`),
  );
  if (missed.length > 0)
    throw new CrosstickError("BENCH_CHECK", `Thresholds missed: ${missed.join("; ")}`, { exitCode: EXIT.threshold });
}

function unknownBench(name: string): CrosstickError {
  const meant = nearest(name, BENCH_NAMES);
  const suggestion = meant === null ? `known are ${BENCH_NAMES.join(", ")}` : `did you mean ${meant}?`;
  return new CrosstickError("USAGE_BENCH", `There is no bench '${name}'; ${suggestion}`, { exitCode: EXIT.usage });
}

function roundsOf(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000)
    throw new InvalidArgumentError("give a whole number from 1 to 1000");
  return rounds;
}

function toleranceOf(text: string): number {
  const factor = Number(text);
  if (!(factor >= 1) || !Number.isFinite(factor)) throw new InvalidArgumentError("give a factor of 1 or more");
  return factor;
}
