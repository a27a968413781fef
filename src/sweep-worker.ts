// Piscina entry: one backtest with some settings changed.
import { backtest, type StrategyBacktest } from "./backtest.js";
import { parseConfig, type ResolvedConfig } from "./config.js";
import { CrosstickError, EXIT, type WorkerFailure, workerFailure } from "./errors.js";
import { compileKernel } from "./kernel/kernel.js";
import type { Damage, Point, SweepAnswer, SweepJob } from "./sweep.js";
import { backtestTape, type TapeBacktestOptions } from "./tape-backtest.js";

/** Errors cross threads as plain data. */
export default async function work(job: SweepJob): Promise<SweepAnswer | WorkerFailure> {
  try {
    return await test(job);
  } catch (error) {
    return workerFailure(error, "BACKTEST_FAILED");
  }
}

async function test({ inputs, tape, config, trading, point }: SweepJob): Promise<SweepAnswer> {
  const settings = { config: changed(config, point), trading };
  const { strategies, damages } =
    tape === null ? await backtest({ inputs, ...settings }) : await fromTape({ tape, ...settings });
  const reports = Object.fromEntries(Object.entries(strategies).map(([name, { report }]) => [name, report]));
  return { result: { point, reports }, damages };
}

let kernel: WebAssembly.Module | null = null;

async function fromTape(
  options: Omit<TapeBacktestOptions, "module">,
): Promise<{ strategies: Record<string, StrategyBacktest>; damages: Damage[] }> {
  kernel ??= compileKernel("engine");
  return { strategies: await backtestTape({ ...options, module: kernel }), damages: [] };
}

/** The configuration with the point's settings, validated as if they stood in the file. @throws USAGE_SWEEP, CONFIG_* */
function changed(config: ResolvedConfig, point: Point): ResolvedConfig {
  const copy = structuredClone(config);
  for (const [path, value] of Object.entries(point)) {
    const [name, ...keys] = path.split(".");
    let target = copy.strategies.find((one) => one.name === name) as Record<string, unknown> | undefined;
    const last = keys.pop() as string;
    for (const key of keys) target = target?.[key] as Record<string, unknown> | undefined;
    if (target === undefined || typeof (target[last] ?? 0) !== "number")
      throw new CrosstickError("USAGE_SWEEP", `${path} is no number of a strategy of the configuration`, {
        exitCode: EXIT.usage,
      });
    target[last] = value;
  }
  return parseConfig(copy as object);
}
