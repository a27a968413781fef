import { type EngineKernel, startKernel } from "../kernel/kernel.js";
import { type MemoryPlan, type Views, viewsOf } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { StrategySpec } from "./entries.js";
import { Host } from "./host.js";
import type { PublishedFigures } from "./live-report.js";
import { loadStrategy } from "./load-strategy.js";
import type { Outcome } from "./outcomes.js";
import type { Fees } from "./proposal.js";
import type { Signal } from "./signal.js";
import { StrategyRunner } from "./strategy-runner.js";
import type { TradingLine, TradingSettings } from "./trading.js";

/** A strategy of the configuration: its settings, and what its module is given. */
export interface StrategyOrder {
  spec: StrategySpec;
  kind?: string;
  /** File URL of a user's module. */
  use?: string;
  options: unknown;
}

/** What an engine is made of, in whichever thread it runs. */
export interface EngineSetup {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  plan: MemoryPlan;
  mode: "live" | "replay";
  strategies: StrategyOrder[];
  fees: Fees;
  vwapTrades: number;
  /** Tell the strategies' figures, each at most once in so many ms of engine time; absent: not at all. */
  figuresMs?: number;
  /** Signals become trades, which are told. */
  trading?: TradingSettings;
}

/** Who is told what the engine finds, as it finds it. */
export interface EngineListener {
  signal(signal: Signal): void;
  outcome(outcome: Outcome): void;
  figures(figures: PublishedFigures): void;
  trade(line: TradingLine): void;
}

/** An engine at rest, its rings added: `kernel.step` takes messages, and what it stops at is the host's. */
export interface StartedEngine {
  kernel: EngineKernel;
  views: Views;
  host: Host;
}

/**
 * Starts an engine over a memory whose lanes' rings are there. `withJournal`: its journal's ring is filled too.
 * @throws STRATEGY_*, KERNEL_LAYOUT
 */
export async function startEngine(
  setup: EngineSetup,
  listener: EngineListener,
  withJournal = false,
): Promise<StartedEngine> {
  const { module, memory, plan, mode, strategies, fees, vwapTrades, trading: settings, figuresMs } = setup;
  const views = viewsOf(memory);
  const kernel = startKernel<EngineKernel>(module, memory);
  prepareHeader(views, plan, mode, withJournal);
  kernel.engineInit(plan.engine);
  for (const { ring } of plan.lanes) kernel.laneAdd(ring);
  const { outcome, trade: traded, signal: emit } = listener;
  const host = new Host({ ...{ views, plan, kernel, fees, vwapTrades, outcome, trading: settings, traded } });
  const figures = figuresMs === undefined ? undefined : { figuresMs, tell: listener.figures };
  for (const { spec, kind, use, options } of strategies) {
    const definition = await loadStrategy(spec.name, kind, use);
    const { market, windows, spreads, evaluator, outcomes, trading } = host;
    host.add(
      new StrategyRunner({
        ...{ spec, definition, options, views, market, windows, spreads, evaluator, outcomes, trading, emit, figures },
      }),
    );
  }
  return { kernel, views, host };
}

/** Tells the kernel, before engineInit(), where the parts of the memory lie. */
export function prepareHeader({ u32 }: Views, plan: MemoryPlan, mode: EngineSetup["mode"], withJournal: boolean): void {
  const at = plan.engine;
  u32[(at + L.ENGINE_MODE) >> 2] = mode === "replay" ? L.ENGINE_MODE_REPLAY : L.ENGINE_MODE_LIVE;
  u32[(at + L.ENGINE_INSTRUMENTS_AT) >> 2] = plan.instruments;
  u32[(at + L.ENGINE_BOOKS_AT) >> 2] = plan.books;
  u32[(at + L.ENGINE_BOOK_BYTES) >> 2] = plan.bookBytes;
  u32[(at + L.ENGINE_CLOCKS_AT) >> 2] = plan.clocks;
  u32[(at + L.ENGINE_RESYNC_AT) >> 2] = plan.resync;
  u32[(at + L.ENGINE_INSTRUMENT_CAPACITY) >> 2] = plan.sizes.instruments;
  const rings = withJournal ? [...plan.consumers, plan.journal] : plan.consumers;
  u32[(at + L.ENGINE_CONSUMERS) >> 2] = rings.length;
  rings.forEach((ring, i) => {
    u32[((at + L.ENGINE_CONSUMER_RINGS) >> 2) + i] = ring;
  });
}

/** What every strategy did, by name: signals, and refusals by reason. */
export function strategyTotals({ runners }: Host): Record<string, StrategyTotals> {
  return Object.fromEntries(
    runners.map(({ spec, kind, signals, refused }) => {
      const reasons = [...refused].sort(([a], [b]) => (a < b ? -1 : 1));
      return [spec.name, { kind, signals, refused: Object.fromEntries(reasons) }];
    }),
  );
}

export interface StrategyTotals {
  kind: string;
  signals: number;
  refused: Record<string, number>;
}
