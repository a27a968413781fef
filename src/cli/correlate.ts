import type { Command } from "commander";
import { createOutput } from "./output.js";
import { damageError } from "./replay.js";
import { barSeries, finite, progressLine, topOf, widthOf, workersOf } from "./research-inputs.js";

/** `crosstick correlate INPUT…` */
export function register(program: Command): void {
  program
    .command("correlate")
    .description("Correlation of the log returns of all pairs of instruments, the strongest first")
    .argument("<input...>", "files of bars (crosstick fetch --bars), directories of them, or journals")
    .option("--bars <width>", "how long a bar is, not below that of the files: 1s, 5m, 1h; a journal needs it", widthOf)
    .option("--top <n>", "only so many, the first ones", topOf)
    .option("--workers <n>", "threads; all cores unless said", workersOf)
    .option("--json", "one JSON object a pair and line")
    .action(run);
}

async function run(
  inputs: string[],
  options: { bars?: number; top?: number; workers?: number; json?: boolean },
): Promise<void> {
  const output = createOutput(options);
  const { series, damages } = await barSeries(inputs, options.bars);
  const { correlatePairs } = await import("../research/pairs.js");
  const progress = progressLine("pairs");
  const pairs = await correlatePairs(series, { workers: options.workers, progress: progress.at });
  progress.end();
  output.rows(
    pairs
      .slice(0, options.top)
      .map(({ correlation, ...pair }) => ({ ...pair, correlation: finite(correlation, output.json ? 17 : 4) })),
  );
  output.line(`${pairs.length} pairs; log returns of bars of ${series[0].widthMs / 1000} s that both have`);
  if (damages.length > 0) throw damageError(damages);
}
