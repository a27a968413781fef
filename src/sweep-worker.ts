// Piscina entry: one backtest with some settings changed.
import { backtest, type StrategyBacktest } from "./backtest.js";
import { type WorkerFailure, workerFailure } from "./errors.js";
import { compileKernel } from "./kernel/kernel.js";
import type { Damage, SweepAnswer, SweepJob } from "./sweep.js";
import { configAt } from "./sweep-grid.js";
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
  const settings = { config: configAt(config, point), trading };
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
