import { createWriteStream } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { loadConfig, type ResolvedConfig } from "../config.js";
import { CrosstickError, EXIT } from "../errors.js";
import type { ReplayInputOrder } from "../replay.js";
import type { AccountReport } from "../research/account-report.js";
import { createOutput, type Output } from "./output.js";
import { damageError, inputOf, timeOf, writeOut } from "./replay.js";
import { progressLine, topOf, workersOf } from "./research-inputs.js";

const LATENCY_MS = 50;
const MARK_MS = 3_600_000;
const TOP = 20;
/** Bars are looked at one bar late: see docs/research.md. */
const BAR_AGE_MS = 86_400_000;

/** `crosstick backtest INPUT…` */
export function register(program: Command): void {
  program
    .command("backtest")
    .description("Recordings, a journal or bars through the whole pipeline, every signal traded some time later")
    .argument("<input...>", "as for replay; venue:symbol=path for a file of bars")
    .requiredOption("-c, --config <file>", "configuration: strategies, fees, gates")
    .option("--latency-ms <n>", "from the signal to the order in the book, ms", millisecondsOf, LATENCY_MS)
    .option("--half-spread-bps <n>", "bars: half the spread around each close, bps; they have no book", bpsOf)
    .option("--funding <input>", "bars: venue:symbol=path of funding rates; may be repeated", collect, [])
    .option("--from <time>", "bars: those that open from this time on", timeOf)
    .option("--to <time>", "bars: those that open before this time", timeOf)
    .option("--workers <n>", "threads that decode", workersOf, 1)
    .option(
      "--sweep <range>",
      "STRATEGY.KEY=from:to:step or =a,b,c: a backtest at every point; may be repeated",
      collect,
      [],
    )
    .option("--out <file>", "with --sweep: results as NDJSON; points that it holds are not computed again")
    .option("--top <n>", "with --sweep: rows of the table, the most profitable first", topOf, TOP)
    .option("--trades <file>", "write fills, funding payments and prices, one JSON object a line")
    .option("--report <file>", "write a report for people, one HTML file")
    .option("--json", "one JSON object a strategy and line")
    .action(run);
}

interface Options {
  config: string;
  latencyMs: number;
  halfSpreadBps?: number;
  funding: string[];
  from?: number;
  to?: number;
  workers: number;
  sweep: string[];
  out?: string;
  top: number;
  trades?: string;
  report?: string;
  json?: boolean;
}

async function run(inputs: string[], options: Options): Promise<void> {
  const orders = [
    ...inputs.map((text) => orderOf(text, options)),
    ...options.funding.map((text) => fundingOf(text, options)),
  ];
  const loaded = loadConfig({ file: options.config, env: process.env }).config;
  if (loaded.strategies.length === 0)
    throw new CrosstickError("BACKTEST_STRATEGIES", `${options.config} has no strategies: there is nothing to test`, {
      exitCode: EXIT.configuration,
    });
  const config = orders.some(({ bars }) => bars !== undefined) ? forBars(loaded) : loaded;
  if (options.sweep.length > 0) return runSweep(inputs, orders, config, options);
  const { backtest } = await import("../backtest.js");
  const file = options.trades === undefined ? null : createWriteStream(options.trades);
  const { strategies, damages } = await backtest({
    ...{ inputs: orders, config, workers: options.workers },
    trading: { latencyMs: options.latencyMs, markMs: MARK_MS },
    onTrades: (lines) => file?.write(`${lines.join("\n")}\n`),
  });
  await new Promise<void>((resolve) => (file === null ? resolve() : file.end(resolve)));
  const note = withoutFunding(orders);
  if (options.report !== undefined) {
    const { backtestReport } = await import("../report/backtest-report.js");
    const { latencyMs, halfSpreadBps = null } = options;
    const settings = Object.fromEntries(config.strategies.map((one) => [one.name, one]));
    writeOut(options.report, backtestReport({ inputs, latencyMs, halfSpreadBps, strategies, settings, note }));
  }
  const output = createOutput(options);
  const unknown = note === null ? {} : { funding: null };
  output.rows(
    Object.entries(strategies).map(([strategy, { kind, signals, refused, report }]) =>
      output.json
        ? { strategy, kind, signals, refused, ...report, ...unknown }
        : { strategy, signals, ...shown(report), ...unknown },
    ),
  );
  for (const [strategy, { report }] of Object.entries(strategies)) tellRefused(output, strategy, report);
  if (note !== null) output.line(note);
  if (damages.length > 0) throw damageError(damages);
}

async function runSweep(
  texts: string[],
  inputs: ReplayInputOrder[],
  config: ResolvedConfig,
  options: Options,
): Promise<void> {
  if (options.trades !== undefined)
    throw new CrosstickError("USAGE_SWEEP", "--trades writes those of one backtest, and --sweep makes many", {
      exitCode: EXIT.usage,
    });
  const { sweep } = await import("../sweep.js");
  const { axisOf } = await import("../sweep-grid.js");
  const { byProfit, sweepReport } = await import("../report/sweep-report.js");
  const progress = progressLine("points");
  const { results, damages } = await sweep({
    ...{ inputs, config, axes: options.sweep.map(axisOf), file: options.out ?? null, progress: progress.at },
    trading: { latencyMs: options.latencyMs, markMs: MARK_MS },
  });
  progress.end();
  const { latencyMs, halfSpreadBps = null, top } = options;
  const note = withoutFunding(inputs);
  const unknown = note === null ? {} : { funding: null };
  if (options.report !== undefined)
    writeOut(options.report, sweepReport({ inputs: texts, latencyMs, halfSpreadBps, results, note }));
  const output = createOutput(options);
  const rows = results.flatMap(({ point, reports }) =>
    Object.entries(reports).map(([strategy, report]) => ({ point, strategy, report })),
  );
  if (output.json)
    output.rows(rows.map(({ point, strategy, report }) => ({ ...point, strategy, ...report, ...unknown })));
  else
    output.rows(
      byProfit(rows)
        .slice(0, top)
        .map(({ point, strategy, report }) => ({ ...point, strategy, ...shown(report), ...unknown })),
    );
  if (note !== null) output.line(note);
  if (rows.length > top)
    output.line(`the ${top} most profitable of ${rows.length}: --top, --json, --out and --report have more`);
  if (damages.length > 0) throw damageError(damages);
}

function collect(text: string, before: string[]): string[] {
  return [...before, text];
}

/** The figures of a table. */
export function shown(report: AccountReport): Record<string, unknown> {
  const { currency, trades, closed, pnl, fees, funding, turnover, hitRate, sharpe, maxDrawdown } = report;
  const round = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(2)));
  return {
    ...{ trades, closed, pnl: round(pnl), fees: round(fees), funding: round(funding), currency },
    ...{ turnover: Math.round(turnover), hit: round(hitRate), sharpe: round(sharpe), drawdown: round(maxDrawdown) },
  };
}

/** Below a table: why legs were not traded, or not settled. */
export function tellRefused(output: Output, strategy: string, { legsRefused }: AccountReport): void {
  const reasons = Object.entries(legsRefused).map(([reason, count]) => `${reason} ${count}`);
  if (reasons.length > 0) output.line(`${strategy}: legs that were not traded or not settled: ${reasons.join(", ")}`);
}

/** `venue:symbol=path` is a file of bars; all else as for replay. */
function orderOf(text: string, { halfSpreadBps, from, to }: Options): ReplayInputOrder {
  const match = /^([a-z]+:[^=]+)=(.+)$/.exec(text);
  if (match === null) {
    if (from !== undefined || to !== undefined)
      throw new CrosstickError("USAGE_FROM", `--from and --to choose bars, and ${text} is no file of bars`, {
        exitCode: EXIT.usage,
      });
    return inputOf(text);
  }
  if (halfSpreadBps === undefined)
    throw new CrosstickError(
      "USAGE_SPREAD",
      "Bars have no book: say with --half-spread-bps what crossing half the spread costs",
      { exitCode: EXIT.usage },
    );
  return { path: match[2], bars: { instrument: match[1], book: { halfSpreadBps }, span: { fromUs: from, toUs: to } } };
}

/** Derivatives whose bars come without their funding: what the figures leave out. */
function withoutFunding(orders: readonly ReplayInputOrder[]): string | null {
  const told = new Set(orders.map(({ funding }) => funding?.instrument));
  const missing = orders.flatMap(({ bars }) =>
    bars !== undefined && /\/.+:/.test(bars.instrument) && !told.has(bars.instrument) ? [bars.instrument] : [],
  );
  return missing.length === 0
    ? null
    : `bars tell no funding, and none is in these figures of ${missing.join(", ")}: --funding adds it`;
}

function fundingOf(text: string, { from, to }: Options): ReplayInputOrder {
  const match = /^([a-z]+:[^=]+)=(.+)$/.exec(text);
  if (match === null)
    throw new CrosstickError("USAGE_FUNDING", `${text} is no file of funding rates: write venue:symbol=path`, {
      exitCode: EXIT.usage,
    });
  return { path: match[2], funding: { instrument: match[1], span: { fromUs: from, toUs: to } } };
}

/** The gates of age look at a bar that was over a bar ago. */
function forBars(config: ResolvedConfig): ResolvedConfig {
  const wide = { maxAgeMs: Math.max(BAR_AGE_MS, config.gates.maxAgeMs) };
  const strategies = config.strategies.map((one) => ({ ...one, gates: { ...one.gates, ...wide } }));
  return { ...config, gates: { ...config.gates, ...wide }, strategies };
}

export function millisecondsOf(text: string): number {
  const value = Number(text);
  if (text === "" || !(value >= 0 && value <= 3_600_000))
    throw new InvalidArgumentError("milliseconds, 0 to 3,600,000");
  return value;
}

function bpsOf(text: string): number {
  const value = Number(text);
  if (text === "" || !(value >= 0 && value < 1000)) throw new InvalidArgumentError("bps, 0 to 1000");
  return value;
}
