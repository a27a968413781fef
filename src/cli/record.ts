import type { Command } from "commander";
import { durationOf, portOf } from "./options.js";
import { type Options, run } from "./run.js";

/** `crosstick record` */
export function register(program: Command): void {
  program
    .command("record")
    .description("As run, and keep a journal of what the engine sees")
    .requiredOption("--out <dir>", "directory of the journal")
    .option("--raw", "keep the frames too, not only the records")
    .option("-c, --config <file>", "configuration; without one, BTC and ETH on the public feeds of several venues")
    .option("--duration <s>", "end after so many seconds", durationOf)
    .option("--host <h>", "address to listen on")
    .option("--port <n>", "port to listen on, 0 for a free one", portOf)
    .option("--json", "NDJSON: ready, status each second, signal, and last summary")
    .action(({ out, raw, ...options }: Options & { out: string; raw?: boolean }) =>
      run(options, { record: { dir: out, ...(raw === undefined ? {} : { raw }) } }),
    );
}
