/** Wiring of a backtest on a tape: an engine in this thread, fed by it, without a message to any other. */
import { Accounts, type StrategyBacktest, strategyBacktests } from "./backtest.js";
import type { ResolvedConfig } from "./config.js";
import type { Fees } from "./engine/proposal.js";
import { type StartedEngine, type StrategyTotals, startEngine, strategyTotals } from "./engine/start.js";
import type { TradingSettings } from "./engine/trading.js";
import { createMemory, type MemoryPlan } from "./kernel/memory.js";
import * as L from "./layout.js";
import { memoryOf, strategyOrders } from "./replay-engine.js";
import { RingWriter } from "./ring/writer.js";
import type { Tape, TapePart } from "./tape.js";

export interface TapeBacktestOptions {
  tape: Tape;
  config: ResolvedConfig;
  trading: TradingSettings;
  /** The engine's kernel, compiled once for all backtests of a thread. */
  module: WebAssembly.Module;
}

const STEP_BUDGET = 65_536;
/** Records put into a ring at a time: they are still in the cache when the engine reads them. */
const FEED_RECORDS = 4096;
/** Each backtest has fresh memory, in which the first touch of a page costs more than the records it takes. */
const LEAST_RING = 2 * FEED_RECORDS;

/**
 * The same result as backtest() of what the tape was made of.
 * @throws STRATEGY_*, MEMORY_TOO_LARGE
 */
export async function backtestTape(options: TapeBacktestOptions): Promise<Record<string, StrategyBacktest>> {
  const { tape, config, trading, module } = options;
  const accounts = new Accounts(config);
  const nothing = (): void => {};
  let totals: Record<string, StrategyTotals> = {};
  for (const part of tape.parts) {
    const ringRecords = 2 ** Math.ceil(Math.log2(Math.max(LEAST_RING, part.longest)));
    const plan = memoryOf(
      { ...config, memory: { ...config.memory, ringRecords } },
      Array<number>(part.lanes.length).fill(0),
    );
    const memory = createMemory(plan);
    const engine = await startEngine(
      {
        ...{ module, memory, plan, mode: "replay", strategies: strategyOrders(config), trading },
        ...{ fees: config.fees as Fees, vwapTrades: config.metrics.vwapTrades },
      },
      { signal: nothing, outcome: nothing, figures: nothing, trade: (line) => accounts.take(line) },
    );
    play(engine, plan, part);
    totals = strategyTotals(engine.host);
  }
  return strategyBacktests(accounts, totals);
}

/** Feeds the lanes whenever the engine has nothing to do, until it has seen all. */
function play({ kernel, views, host }: StartedEngine, plan: MemoryPlan, { lanes, identities }: TapePart): void {
  views.u8.set(new Uint8Array(identities), plan.identities);
  views.u32[plan.instrumentCount >> 2] = identities.byteLength / L.IDENTITY_BYTES;
  const feeds = lanes.map((records, i) => new LaneFeed(records, new RingWriter(views, plan.lanes[i].ring, 0)));
  const { u32 } = views;
  const instrument = (plan.engine + L.ENGINE_EVENT_INSTRUMENT) >> 2;
  const record = (plan.engine + L.ENGINE_EVENT_RECORD) >> 2;
  for (;;) {
    const result = kernel.step(STEP_BUDGET);
    if (result === L.STEP_MESSAGE) host.onMessage(u32[instrument]);
    else if (result === L.STEP_GRID) host.onGrid(u32[record]);
    else if (result === L.STEP_CONTROL) host.onControl(u32[record], u32[instrument]);
    else if (result === L.STEP_DONE) return;
    else if (result === L.STEP_EMPTY) {
      for (const feed of feeds) feed.fill();
    }
  }
}

/** One lane's records of a tape, into its ring as there is room. */
class LaneFeed {
  private readonly records: Uint8Array;
  private readonly writer: RingWriter;
  private at = 0;
  private closed = false;

  constructor(records: SharedArrayBuffer, writer: RingWriter) {
    this.records = new Uint8Array(records);
    this.writer = writer;
  }

  fill(): void {
    const left = (this.records.length - this.at) >> L.RECORD_SHIFT;
    if (left === 0) {
      if (!this.closed) this.writer.close();
      this.closed = true;
      return;
    }
    const count = this.whole(Math.min(left, this.writer.free(this.writer.capacity)));
    if (count === 0) return;
    const end = this.at + (count << L.RECORD_SHIFT);
    this.writer.copyRecords(this.records.subarray(this.at, end), 0);
    this.writer.commit(count);
    this.writer.publish();
    this.at = end;
  }

  /** At most about FEED_RECORDS of `most` records, in whole messages: the engine takes what is published as such. */
  private whole(most: number): number {
    const ends = (count: number): boolean =>
      (this.records[this.at + ((count - 1) << L.RECORD_SHIFT) + L.RECORD_FLAGS] & L.FLAG_LAST) !== 0;
    let count = Math.min(most, FEED_RECORDS);
    while (count > 0 && !ends(count)) count--;
    if (count > 0) return count;
    for (count = FEED_RECORDS + 1; count <= most; count++) if (ends(count)) return count;
    return 0;
  }
}
