import type { Command } from "commander";
import { type EngineConfig, loadConfig } from "../config.js";
import { serve } from "../serve.js";
import { createLog } from "./log.js";
import { durationOf, portOf } from "./options.js";
import { runSession } from "./session.js";

/** `crosstick run` */
export function register(program: Command): void {
  program
    .command("run")
    .description("Listen to live venues, serve the stream and the dashboard")
    .option("-c, --config <file>", "configuration; without one, BTC and ETH on the public feeds of several venues")
    .option("--duration <s>", "end after so many seconds", durationOf)
    .option("--host <h>", "address to listen on")
    .option("--port <n>", "port to listen on, 0 for a free one", portOf)
    .option("--json", "NDJSON: ready, status each second, signal, and last summary")
    .action((options: Options) => run(options, {}));
}

export interface Options {
  config?: string;
  duration?: number;
  host?: string;
  port?: number;
  json?: boolean;
}

/** Runs live until its time is over or Ctrl-C; `extra` goes before the file's values. */
export async function run({ config: file, duration, host, port, json }: Options, extra: EngineConfig): Promise<void> {
  const server = { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
  const flags: EngineConfig = { ...(file === undefined ? STARTING_POINT : {}), server, ...extra };
  const load = () => loadConfig({ file, env: process.env, flags }).config;
  const log = await createLog();
  const served = await serve({ config: load(), env: process.env, kind: "LIVE", log });
  const reload = (): void => {
    try {
      const { changed, refused } = served.reload(load());
      log.info(
        { changed },
        changed.length > 0 ? "the configuration was read again" : "nothing has changed that is taken",
      );
      if (refused.length > 0) log.warn({ refused }, "what has changed here needs a restart");
    } catch (error) {
      log.error(`the configuration stays as it is: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  process.on("SIGHUP", reload);
  try {
    await runSession({
      ...{ served, title: "crosstick", kind: "LIVE", seed: null, duration: duration ?? null, json: json ?? false },
      next: "next: open the dashboard. Fees are examples: crosstick config new writes your own file",
    });
  } finally {
    process.off("SIGHUP", reload);
  }
}

/** Without a file: markets that everybody knows. The fees are the venues' published base tiers, as examples. */
const STARTING_POINT: EngineConfig = {
  feeds: [
    { venue: "binance", symbols: ["BTC/USDT", "ETH/USDT", "BTC/USDT:USDT", "ETH/USDT:USDT"] },
    { venue: "bybit", symbols: ["BTC/USDT", "ETH/USDT", "BTC/USDT:USDT", "ETH/USDT:USDT"] },
  ],
  fees: {
    binance: { spot: { maker: 10, taker: 10 }, usdm: { maker: 2, taker: 5 } },
    bybit: { spot: { maker: 10, taker: 10 }, linear: { maker: 2, taker: 5.5 } },
  },
  strategies: ["BTC", "ETH"].flatMap((base) => {
    const notional = { amount: 10_000, currency: "USDT" };
    const instruments = [`binance:${base}/USDT`, `bybit:${base}/USDT`];
    return [
      { name: `${base.toLowerCase()}-cross`, kind: "cross-venue" as const, instruments, notional },
      {
        name: `${base.toLowerCase()}-basis`,
        kind: "basis" as const,
        ...{ spot: `binance:${base}/USDT`, future: `binance:${base}/USDT:USDT`, notional },
      },
    ];
  }),
};
