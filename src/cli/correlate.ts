import type { Command } from "commander";
import { BARS, type BarName } from "../venues/queries.js";
import { createOutput } from "./output.js";
import { barSeries, finite, progressLine, workersOf } from "./research-inputs.js";
import { barOf } from "./venue-questions.js";

/** `crosstick correlate INPUT…` */
export function register(program: Command): void {
  program
    .command("correlate")
    .description("Correlation of the log returns of all pairs of instruments, the strongest first")
    .argument("<input...>", "files of bars (crosstick fetch --bars), or directories of them")
    .option("--bars <width>", `width of a bar, not below that of the files: ${Object.keys(BARS).join(", ")}`, barOf)
    .option("--workers <n>", "threads; all cores unless said", workersOf)
    .option("--json", "one JSON object a pair and line")
    .action(run);
}

async function run(inputs: string[], options: { bars?: BarName; workers?: number; json?: boolean }): Promise<void> {
  const output = createOutput(options);
  const series = await barSeries(inputs, options.bars);
  const { correlatePairs } = await import("../research/pairs.js");
  const progress = progressLine("pairs");
  const pairs = await correlatePairs(series, { workers: options.workers, progress: progress.at });
  progress.end();
  output.rows(
    pairs.map(({ correlation, ...pair }) => ({ ...pair, correlation: finite(correlation, output.json ? 17 : 4) })),
  );
}
