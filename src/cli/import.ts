import type { Command } from "commander";
import { loadConfig } from "../config.js";
import { replay } from "../replay.js";
import { damageError, inputOf, print, wholeOf } from "./replay.js";

/** `crosstick import` */
export function register(program: Command): void {
  program
    .command("import")
    .description("Send recordings through the pipeline once and keep what the engine sees as a journal")
    .argument("<input...>", "file or directory; venue.product=path where the file itself does not say")
    .requiredOption("--out <dir>", "directory of the journal")
    .option("-c, --config <file>", "configuration: strategies, fees, gates")
    .option("--workers <n>", "threads that decode", wholeOf, 1)
    .option("--json", "print the summary as JSON")
    .action(run);
}

interface Options {
  out: string;
  config?: string;
  workers: number;
  json?: boolean;
}

async function run(inputs: string[], { out, config: file, workers, json }: Options): Promise<void> {
  const { config } = loadConfig({ file, env: process.env });
  const { summary, damages } = await replay({ inputs: inputs.map(inputOf), config, workers, recordTo: out });
  if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else print(summary);
  if (damages.length > 0) throw damageError(damages);
}
