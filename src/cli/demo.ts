import type { Command } from "commander";
import { type EngineConfig, loadConfig } from "../config.js";
import { serve } from "../serve.js";
import { createSimulator, type Simulator } from "../simulator/simulator.js";
import { createLog } from "./log.js";
import { durationOf, portOf, seedOf } from "./options.js";
import { runSession } from "./session.js";

/** `crosstick demo` */
export function register(program: Command): void {
  program
    .command("demo")
    .description("Simulated venues on loopback, the whole engine, the server and the dashboard; no network")
    .option("--duration <s>", "end after so many seconds", durationOf)
    .option("--port <n>", "port to listen on, 0 for a free one", portOf)
    .option("--seed <n>", "same seed, same markets", seedOf, 1)
    .option("--record <dir>", "keep a journal in this directory")
    .option("--json", "NDJSON: ready, status each second, signal, and last summary")
    .action(run);
}

interface Options {
  record?: string;
  duration?: number;
  port?: number;
  seed: number;
  json?: boolean;
}

/** Asked for when nothing is: taken when it is free. */
const PORT = 8080;

async function run({ duration, port, seed, record, json }: Options): Promise<void> {
  const simulator = await createSimulator({
    venues: ["binance", "bybit"],
    seed,
    instruments: MARKETS.flatMap(({ venue, symbols }) => symbols.map((symbol) => `${venue}:${symbol}`)),
    // A lost update on one book: it leaves live, and heals; a divergence that is surely seen.
    faults: [
      { kind: "drop", stream: "orderbook.50.BTCUSDT", product: "linear", afterMs: 4000 },
      { kind: "diverge", asset: "BTC", side: "spot", bps: 12, afterMs: 3000, forMs: 1200 },
    ],
  });
  try {
    const { config } = loadConfig({ env: process.env, flags: demoConfig(simulator, port, record) });
    const log = await createLog();
    const served = await serveOnFreePort(port, (chosen) =>
      serve({ config: withPort(config, chosen), env: process.env, kind: "SIMULATED", log: quiet(log) }),
    );
    await runSession({
      ...{ served, title: "crosstick", kind: "SIMULATED", seed, duration: duration ?? null, json: json ?? false },
      next: "next: open the dashboard, then crosstick run (live). Fees are examples: crosstick config new",
      stop: () => simulator.stop(),
    });
  } finally {
    await simulator.stop();
  }
}

type Config = ReturnType<typeof loadConfig>["config"];

function withPort(config: Config, port: number): Config {
  return config.server === undefined ? config : { ...config, server: { ...config.server, port } };
}

/** Without a wish the usual port, or any free one where that is taken. */
async function serveOnFreePort<T>(port: number | undefined, start: (port: number) => Promise<T>): Promise<T> {
  if (port !== undefined) return start(port);
  try {
    return await start(PORT);
  } catch (error) {
    if ((error as { code?: unknown }).code !== "SERVER_PORT_IN_USE") throw error;
    return start(0);
  }
}

/** The server's greeting would scroll the first screen away. */
function quiet(log: Awaited<ReturnType<typeof createLog>>) {
  return {
    info: () => {},
    warn: (fields: object, message: string) => log.warn(fields, message),
    error: (fields: object, message: string) => log.error(fields, message),
  };
}

const MARKETS = [
  { venue: "binance", product: "spot", symbols: ["BTC/USDT", "ETH/USDT"] },
  { venue: "binance", product: "usdm", symbols: ["BTC/USDT:USDT", "ETH/USDT:USDT"] },
  { venue: "bybit", product: "spot", symbols: ["BTC/USDT", "ETH/USDT"] },
  { venue: "bybit", product: "linear", symbols: ["BTC/USDT:USDT", "ETH/USDT:USDT"] },
] as const;

function demoConfig(simulator: Simulator, port: number | undefined, dir: string | undefined): EngineConfig {
  const notional = { amount: 10_000, currency: "USDT" };
  return {
    ...(dir === undefined ? {} : { record: { dir } }),
    feeds: MARKETS.map(({ venue, product, symbols }) => {
      const { ws, rest } = simulator.endpoints[venue][product];
      return { venue, symbols: [...symbols], endpoint: ws, rest };
    }),
    // A high-volume tier, so that the divergences of the simulated markets are worth something.
    fees: {
      binance: { spot: { maker: 1, taker: 2 }, usdm: { maker: 0, taker: 1.7 } },
      bybit: { spot: { maker: 1, taker: 2 }, linear: { maker: 0, taker: 1.7 } },
    },
    strategies: [
      ...["BTC", "ETH"].map((base) => ({
        name: `${base.toLowerCase()}-cross`,
        kind: "cross-venue" as const,
        instruments: [`binance:${base}/USDT`, `bybit:${base}/USDT`],
        notional,
        entryNetBps: 2,
      })),
      {
        ...{
          name: "btc-basis",
          kind: "basis" as const,
          spot: "bybit:BTC/USDT",
          future: "bybit:BTC/USDT:USDT",
          notional,
        },
        ...{ entryNetBps: 2, exitNetBps: -4, statistics: { sampleMs: 100, window: 600 } },
      },
      {
        ...{
          name: "btc-pair",
          kind: "pair-zscore" as const,
          a: "binance:BTC/USDT:USDT",
          b: "bybit:BTC/USDT:USDT",
          notional,
        },
        ...{ entryNetBps: -10_000, statistics: { sampleMs: 100, window: 300 }, entryZ: 3 },
      },
    ],
    // Without an endpoint the rule judges.
    validation: { fallback: "rule" },
    server: { port: port ?? PORT },
  };
}
