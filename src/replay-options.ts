import type { ResolvedConfig } from "./config.js";
import type { TradingSettings } from "./engine/trading.js";
import type { ReplayInputOrder } from "./feed/replay-plan.js";
import type { LineHandlers } from "./replay-engine.js";
import type { ReplaySummary } from "./summary.js";

/** What is replayed, and what of it is told. */
export interface ReplayOptions extends LineHandlers {
  inputs: readonly ReplayInputOrder[];
  /** Absent: a journal's own; for other recordings the defaults, without strategies. */
  config?: ResolvedConfig;
  /** Times faster than recorded; null: as fast as possible. */
  speed?: number | null;
  /** Threads that decode; at most one a lane is used. */
  workers?: number;
  /** Journal only: signals from this engine time on, and records up to that one, epoch µs. */
  fromUs?: number;
  toUs?: number;
  /** Each strategy's figures are told at most once in so many ms of engine time; 1000 unless said. */
  figuresMs?: number;
  /** Signals become trades: told by onTrades. */
  trading?: TradingSettings;
  /** Writes what the engine sees as a journal into this directory. */
  recordTo?: string;
}

export interface ReplayResult {
  summary: ReplaySummary;
  /** Inputs that were cut or corrupt: what came before was used. */
  damages: { code: string; message: string }[];
}
