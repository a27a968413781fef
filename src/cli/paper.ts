import { createWriteStream } from "node:fs";
import type { Command } from "commander";
import { Accounts } from "../backtest.js";
import { loadConfig } from "../config.js";
import { CrosstickError, EXIT } from "../errors.js";
import { serve } from "../serve.js";
import { millisecondsOf, shown, tellRefused } from "./backtest.js";
import { createLog } from "./log.js";
import { durationOf, portOf } from "./options.js";
import { runSession } from "./session.js";

const LATENCY_MS = 50;
const MARK_MS = 60_000;

/** `crosstick paper` */
export function register(program: Command): void {
  program
    .command("paper")
    .description(
      "Live venues as `run`, every signal traded on paper against the books some time later; no order is sent",
    )
    .requiredOption("-c, --config <file>", "configuration: feeds, strategies, fees, gates")
    .option("--latency-ms <n>", "from the signal to the order in the book, ms", millisecondsOf, LATENCY_MS)
    .option("--trades <file>", "write fills, funding payments and prices, one JSON object a line")
    .option("--duration <s>", "end after so many seconds", durationOf)
    .option("--port <n>", "port to listen on, 0 for a free one", portOf)
    .option("--json", "NDJSON as `run`, and at the end an `account` a strategy")
    .action(run);
}

interface Options {
  config: string;
  latencyMs: number;
  trades?: string;
  duration?: number;
  port?: number;
  json?: boolean;
}

async function run({ config: file, latencyMs, trades, duration, port, json = false }: Options): Promise<void> {
  const flags = port === undefined ? {} : { server: { port } };
  const { config } = loadConfig({ file, env: process.env, flags });
  if (config.strategies.length === 0)
    throw new CrosstickError("BACKTEST_STRATEGIES", `${file} has no strategies: there is nothing to trade`, {
      exitCode: EXIT.configuration,
    });
  const accounts = new Accounts(config);
  const lines = trades === undefined ? null : createWriteStream(trades);
  const trading = { latencyMs, markMs: MARK_MS };
  const served = await serve({ config, env: process.env, kind: "LIVE", log: await createLog(), trading });
  served.engine.on("trade", (line) => {
    accounts.take(line);
    lines?.write(`${JSON.stringify(line)}\n`);
  });
  await runSession({
    ...{ served, title: "crosstick paper", kind: "LIVE", seed: null, duration: duration ?? null, json },
    next: "next: Ctrl-C ends it and shows what came of it",
    ended: (output) => {
      const rows = accounts.names().map((strategy) => ({ strategy, report: accounts.get(strategy).report() }));
      if (output.json) output.rows(rows.map(({ strategy, report }) => ({ type: "account", strategy, ...report })));
      else output.rows(rows.map(({ strategy, report }) => ({ strategy, ...shown(report) })));
      for (const { strategy, report } of rows) tellRefused(output, strategy, report);
    },
  });
  await new Promise<void>((resolve) => (lines === null ? resolve() : lines.end(resolve)));
}
