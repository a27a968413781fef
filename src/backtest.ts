/** Wiring of a backtest: a replay whose signals become trades, and an account a strategy that keeps them. */
import type { ResolvedConfig } from "./config.js";
import type { StrategyTotals } from "./engine/start.js";
import type { TradingLine, TradingSettings } from "./engine/trading.js";
import { type ReplayInputOrder, type ReplaySummary, replay } from "./replay.js";
import { Account } from "./research/account.js";
import type { AccountReport, Trade } from "./research/account-report.js";
import type { EquityPoint } from "./research/equity-curve.js";

export interface BacktestOptions {
  inputs: readonly ReplayInputOrder[];
  config: ResolvedConfig;
  trading: TradingSettings;
  workers?: number;
  onSignals?: (lines: readonly string[]) => void;
  onTrades?: (lines: readonly string[]) => void;
}

export interface StrategyBacktest {
  kind: string;
  signals: number;
  refused: Record<string, number>;
  report: AccountReport;
  trades: readonly Trade[];
  equity: readonly EquityPoint[];
}

export interface BacktestResult {
  strategies: Record<string, StrategyBacktest>;
  summary: ReplaySummary;
  damages: { code: string; message: string }[];
}

/** Accounts of the strategies of a configuration: takes the engine's trading lines in. */
export class Accounts {
  private readonly accounts: ReadonlyMap<string, Account>;

  constructor({ strategies }: Pick<ResolvedConfig, "strategies">) {
    this.accounts = new Map(strategies.map(({ name, notional }) => [name, new Account(notional.currency)]));
  }

  /** A fill is its strategy's; what falls due on instruments, and their prices, is everybody's. @throws BACKTEST_QUANTO */
  take(line: TradingLine): void {
    if (line.type === "fill") this.accounts.get(line.strategy)?.take(line);
    else for (const account of this.accounts.values()) account.take(line);
  }

  get(name: string): Account {
    const account = this.accounts.get(name);
    if (account === undefined) throw new Error(`no strategy ${name}`);
    return account;
  }

  names(): string[] {
    return [...this.accounts.keys()];
  }
}

/**
 * Plays recordings, a journal or bars and trades every signal against the books as they stood `latencyMs`
 * later. Nothing after a moment changes what happened before it.
 * @throws as replay(); BACKTEST_QUANTO
 */
export async function backtest(options: BacktestOptions): Promise<BacktestResult> {
  const { config, trading, inputs, workers, onSignals, onTrades } = options;
  const accounts = new Accounts(config);
  const { summary, damages } = await replay({
    ...{ inputs, config, workers, trading, onSignals },
    onTrades: (lines) => {
      for (const line of lines) accounts.take(JSON.parse(line) as TradingLine);
      onTrades?.(lines);
    },
  });
  return { strategies: strategyBacktests(accounts, summary.strategies), summary, damages };
}

/** What every strategy did and earned, by name. */
export function strategyBacktests(
  accounts: Accounts,
  totals: Record<string, StrategyTotals>,
): Record<string, StrategyBacktest> {
  return Object.fromEntries(
    accounts.names().map((name) => {
      const account = accounts.get(name);
      const { kind, signals, refused } = totals[name];
      const { trades, equity } = account;
      return [name, { kind, signals, refused, report: account.report(), trades, equity }];
    }),
  );
}
