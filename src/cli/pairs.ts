import type { Command } from "commander";
import { createOutput } from "./output.js";
import { damageError } from "./replay.js";
import { barSeries, finite, progressLine, shareOf, topOf, widthOf, workersOf } from "./research-inputs.js";

/** `crosstick pairs INPUT…` */
export function register(program: Command): void {
  program
    .command("pairs")
    .description("Pairs whose spread ln y - beta ln x reverts: Engle-Granger both ways, false discoveries controlled")
    .argument("<input...>", "files of bars (crosstick fetch --bars), directories of them, or journals")
    .option("--bars <width>", "how long a bar is, not below that of the files: 1s, 5m, 1h; a journal needs it", widthOf)
    .option("--fdr <share>", "only pairs that are a discovery at this false-discovery rate, 0 to 1", shareOf)
    .option("--top <n>", "only so many, the first ones", topOf)
    .option("--workers <n>", "threads; all cores unless said", workersOf)
    .option("--json", "one JSON object a pair and line")
    .action(run);
}

interface Options {
  bars?: number;
  fdr?: number;
  top?: number;
  workers?: number;
  json?: boolean;
}

async function run(inputs: string[], { bars, fdr, top, workers, json }: Options): Promise<void> {
  const output = createOutput({ json });
  const { series, damages } = await barSeries(inputs, bars);
  const { rankPairs } = await import("../research/pairs.js");
  const progress = progressLine("pairs");
  const ranked = await rankPairs(series, { workers, progress: progress.at });
  progress.end();
  const digits = (few: number): number => (json ? 17 : few);
  output.rows(
    ranked
      .filter(({ q }) => fdr === undefined || q <= fdr)
      .slice(0, top)
      .map(({ y, x, beta, statistic, p, pairP, q, lags, halfLife, correlation, bars: count }) => ({
        ...{ y, x, beta: finite(beta, digits(5)), statistic: finite(statistic, digits(4)), p: finite(p, digits(3)) },
        ...{ pairP: finite(pairP, digits(3)), q: finite(q, digits(3)), lags, halfLife: finite(halfLife, digits(4)) },
        ...{ correlation: finite(correlation, digits(4)), bars: count },
      })),
  );
  output.line(
    `${ranked.length} pairs tested; q: the share of false discoveries among the pairs down to this line; halfLife in bars`,
  );
  if (damages.length > 0) throw damageError(damages);
}
