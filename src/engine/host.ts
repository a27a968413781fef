import { CrosstickError } from "../errors.js";
import type { EngineKernel } from "../kernel/kernel.js";
import type { MemoryPlan, Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { Instrument } from "../market/instrument.js";
import { productIndex, venueIndex } from "../market/venues.js";
import { venueNamed } from "../venues/index.js";
import { MarketView } from "./market-view.js";
import { type Outcome, Outcomes } from "./outcomes.js";
import { Evaluator, type Fees } from "./proposal.js";
import { SpreadWatches } from "./spread-watches.js";
import type { Sampler, StrategyRunner } from "./strategy-runner.js";
import { Trading, type TradingLine, type TradingSettings } from "./trading.js";
import { WindowAllocator } from "./windows.js";

/** Repeats of one unchanged grid sample that can matter: no window is longer. */
const SAMPLES_LIMIT = 10_000;

/** The engine's TypeScript side: binds instruments to strategies and calls them when the kernel says so. */
export class Host {
  readonly market: MarketView;
  readonly evaluator: Evaluator;
  readonly windows: WindowAllocator;
  readonly spreads: SpreadWatches;
  readonly outcomes: Outcomes;
  /** Signals become trades; null where they are only told. */
  readonly trading: Trading | null;
  readonly runners: StrategyRunner[] = [];
  /** Indexes of the instruments, in the order in which the engine learned of them. */
  readonly announced: number[] = [];
  private readonly views: Views;
  private readonly plan: MemoryPlan;
  private readonly kernel: EngineKernel;
  private readonly vwapTrades: number;
  /** By instrument index: who watches it, under which name. */
  private readonly watchers: { runner: StrategyRunner; name: string }[][] = [];
  /** By name that strategies use: the instrument it turned out to be. */
  private readonly bound = new Map<string, Instrument>();
  private samplers: Sampler[] = [];

  constructor(options: {
    views: Views;
    plan: MemoryPlan;
    kernel: EngineKernel;
    fees: Fees;
    vwapTrades: number;
    outcome: (outcome: Outcome) => void;
    trading?: TradingSettings;
    traded: (line: TradingLine) => void;
  }) {
    const { views, plan, kernel, fees } = options;
    this.views = views;
    this.plan = plan;
    this.kernel = kernel;
    this.vwapTrades = options.vwapTrades;
    this.market = new MarketView(views, plan);
    this.evaluator = new Evaluator({ views, plan, kernel, market: this.market, fees });
    this.windows = new WindowAllocator(views, kernel, plan);
    this.spreads = new SpreadWatches({
      ...{ views, kernel, instruments: plan.sizes.instruments },
      reserve: (bytes) => this.windows.reserve(bytes),
    });
    const { market } = this;
    const wake = (us: number): void => this.lowerGrid(us);
    this.outcomes = new Outcomes({ views, kernel, market, tell: options.outcome, wake });
    const settings = options.trading;
    this.trading =
      settings === undefined ? null : new Trading({ settings, views, kernel, market, tell: options.traded, wake });
    for (let venue = 0; venue < L.VENUES_MAXIMUM; venue++) kernel.clockInit(plan.clocks + venue * L.CLOCK_STATE_BYTES);
  }

  add(runner: StrategyRunner): void {
    this.runners.push(runner);
    this.samplers = this.runners.flatMap(({ samplers }) => samplers);
    // The first record of all shows what time it is.
    if (this.samplers.length > 0) this.setGrid(Number.NEGATIVE_INFINITY);
  }

  /** Calls `run` at every multiple of `everyUs` of engine time, with what was known before it; after all strategies are there. */
  sampleEvery(everyUs: number, run: (timeUs: number) => void): void {
    this.samplers.push({ everyUs, nextUs: Number.NaN, run });
    this.setGrid(Number.NEGATIVE_INFINITY);
  }

  get timeUs(): number {
    return this.views.f64[(this.plan.engine + L.ENGINE_TIME_US) >> 3];
  }

  /** STEP_CONTROL: a control record was applied. */
  onControl(record: number, instrument: number): void {
    if (this.views.u8[record + L.RECORD_KIND] === L.KIND_INSTRUMENT) this.addInstrument(instrument);
    else if (instrument !== L.INSTRUMENT_NONE) this.onMessage(instrument);
  }

  /** Hot. STEP_MESSAGE: a message of an instrument that somebody watches is complete. */
  onMessage(instrument: number): void {
    const watchers = this.watchers[instrument];
    if (watchers === undefined) return;
    const timeUs = this.timeUs;
    this.trading?.changed(instrument, timeUs);
    for (const { runner, name } of watchers) runner.onChange(name, timeUs);
    if (this.spreads.isUsed)
      this.spreads.changed(instrument, this.liveMid(instrument), timeUs, this.market.instrument(instrument).id);
  }

  /** After a checkpoint: bounds and prices are as they were. */
  restoreSpreads(): void {
    this.spreads.restore(this.announced, (index) => this.liveMid(index));
  }

  /** NaN when the book is not live, or crossed. */
  private liveMid(index: number): number {
    const { market } = this;
    return market.state(index) === L.STATE_LIVE && !market.crossed(index) ? market.metrics(index).mid : Number.NaN;
  }

  /** STEP_GRID: the next record lies at or after a grid point. Samples what was known before it. */
  onGrid(record: number): void {
    const nowUs = this.views.f64[(record + L.RECORD_RECEIVED_TIME_US) >> 3];
    this.outcomes.look(nowUs);
    this.trading?.look(nowUs);
    let nextUs = Number.POSITIVE_INFINITY;
    for (const sampler of this.samplers) {
      const { everyUs } = sampler;
      if (Number.isNaN(sampler.nextUs)) sampler.nextUs = (Math.floor(nowUs / everyUs) + 1) * everyUs;
      if (nowUs >= sampler.nextUs) {
        const points = Math.floor((nowUs - sampler.nextUs) / everyUs) + 1;
        // Nothing changed in between: what lies beyond the longest window's reach need not be repeated.
        for (let i = Math.max(0, points - SAMPLES_LIMIT); i < points; i++) sampler.run(sampler.nextUs + i * everyUs);
        sampler.nextUs += points * everyUs;
      }
      nextUs = Math.min(nextUs, sampler.nextUs);
    }
    // A sample may have been an entry, whose first look is due already.
    this.outcomes.look(nowUs);
    this.trading?.look(nowUs);
    this.setGrid(Math.min(nextUs, this.outcomes.nextUs, this.trading?.nextUs ?? Number.POSITIVE_INFINITY));
  }

  private lowerGrid(us: number): void {
    const at = (this.plan.engine + L.ENGINE_NEXT_GRID_US) >> 3;
    if (!(this.views.f64[at] <= us)) this.views.f64[at] = us;
  }

  private setGrid(us: number): void {
    this.views.f64[(this.plan.engine + L.ENGINE_NEXT_GRID_US) >> 3] = us;
  }

  private addInstrument(index: number): void {
    const { venue, product } = this.market.add(index);
    const shared = venueNamed(venue).sharedSequence ? 1 : 0;
    this.kernel.instrumentInit(index, this.plan.sizes.bookLevels, venueIndex(venue), productIndex(product), shared);
    this.kernel.vwapInit(this.market.vwapWindow(index), this.vwapTrades, Number.NaN);
    this.bindInstrument(index, this.market.instrument(index));
  }

  /** An instrument whose state a checkpoint brought: known, and bound to who watches it. */
  adoptInstrument(index: number): void {
    this.bindInstrument(index, this.market.add(index));
  }

  /** Gives an instrument its VWAP windows and its watchers. */
  private bindInstrument(index: number, instrument: Instrument): void {
    this.announced.push(index);
    this.spreads.stale();
    const vwap = this.market.vwapWindow(index);
    const state = this.market.at(index);
    this.views.u32[(state + L.INSTRUMENT_VWAP) >> 2] = vwap;
    this.views.u32[(vwap + L.VWAP_LINK) >> 2] = 0;
    let last = vwap;
    for (const runner of this.runners) {
      if (instrument.product === "option" && runner.bindOption(instrument, index)) {
        // Not for its own sake: what is held of it is told of its changes.
        this.watchers[index] ??= [];
        this.views.u32[(state + L.INSTRUMENT_WATCHED) >> 2] = 1;
      }
      for (const name of runner.watched) {
        if (!names(instrument).includes(name)) continue;
        this.bindName(name, instrument);
        runner.bind(name, index);
        this.watchers[index] ??= [];
        if (runner.wantsChanges) this.watchers[index].push({ runner, name });
        this.views.u32[(state + L.INSTRUMENT_WATCHED) >> 2] = 1;
        for (const { instrument: wanted, window } of runner.vwaps) {
          if (wanted !== name) continue;
          this.views.u32[(last + L.VWAP_LINK) >> 2] = window.at;
          this.views.u32[(window.at + L.VWAP_LINK) >> 2] = 0;
          last = window.at;
        }
      }
    }
  }

  private bindName(name: string, instrument: Instrument): void {
    const other = this.bound.get(name);
    if (other !== undefined && other.id !== instrument.id)
      throw new CrosstickError("SYMBOL_AMBIGUOUS", `${name} may be ${other.id} or ${instrument.id}: write which`, {
        exitCode: 3,
      });
    this.bound.set(name, instrument);
  }
}

/** The names under which a configuration may mean an instrument. */
function names({ id, venue, product, rawSymbol }: Instrument): string[] {
  return [id, `${venue}:${rawSymbol}`, `${venue}.${product}:${rawSymbol}`];
}
