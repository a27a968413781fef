import { CrosstickError } from "../errors.js";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { Instrument } from "../market/instrument.js";
import type {
  BoundedSpread,
  Carry,
  InstrumentFacts,
  Liquidations,
  Metrics,
  OptionChainOf,
  OptionQuote,
  ProposalDetails,
  ProposedLeg,
  Quote,
  Statistics,
  StrategyContext,
  StrategyDefinition,
  StrategySettings,
  StrategySetup,
  ToldSpread,
  VwapWindow,
} from "../strategies/strategy.js";
import { Entries, type Entry, type StrategySpec } from "./entries.js";
import type { PublishedFigures } from "./live-report.js";
import type { MarketView } from "./market-view.js";
import type { Outcomes } from "./outcomes.js";
import type { Evaluator } from "./proposal.js";
import type { Signal } from "./signal.js";
import type { ScoredSpread } from "./spread-scores.js";
import type { SpreadWatches } from "./spread-watches.js";
import type { StrategyOrder } from "./start.js";
import { Context } from "./strategy-context.js";
import type { Trading } from "./trading.js";
import { KernelWindow, LateVwap, type WindowAllocator } from "./windows.js";

/** A sample taken on the time grid. */
export interface Sampler {
  everyUs: number;
  nextUs: number;
  run: (timeUs: number) => void;
}

/** What a strategy has been through, as a checkpoint keeps it. Windows are in the kernel's memory. */
export interface StrategyState {
  signals: number;
  refused: Map<string, number>;
  entries: Map<string, Entry>;
  /** Next grid point of each sampler, µs. */
  samplers: number[];
  /** What the strategy's own code keeps by `setup.state`. */
  own: object[];
}

/** One strategy: its instruments, what it is called with, what it keeps. Engine thread only. */
export class StrategyRunner {
  readonly spec: StrategySpec;
  private readonly definition: StrategyDefinition<unknown>;
  /** As its own schema reads them; the strategy holds this object. */
  private readonly options: Record<string, unknown>;
  readonly kind: string;
  readonly watched: readonly string[];
  readonly samplers: Sampler[] = [];
  /** VWAP windows to be linked to their instrument when it is first seen. */
  readonly vwaps: { instrument: string; window: LateVwap }[] = [];
  private readonly chains: { of: OptionChainOf; instruments: string[] }[] = [];
  private readonly market: MarketView;
  private readonly needed: number;
  private readonly indexes = new Map<string, number>();
  private readonly entries: Entries;
  private readonly own: object[] = [];
  private readonly run: ((context: StrategyContext) => void) | null;
  private readonly context: Context;
  private figures: { timeUs: number; figures: Statistics } | null = null;
  private readonly told: { figuresMs: number; tell: (published: PublishedFigures) => void } | null;
  private nextFiguresUs = Number.NEGATIVE_INFINITY;
  private changed = "";

  constructor(options: {
    spec: StrategySpec;
    definition: StrategyDefinition<unknown>;
    options: unknown;
    views: Views;
    market: MarketView;
    windows: WindowAllocator;
    spreads: SpreadWatches;
    evaluator: Evaluator;
    outcomes: Outcomes;
    trading: Trading | null;
    emit: (signal: Signal) => void;
    /** For a report: told at most once in so many ms of engine time. */
    figures?: { figuresMs: number; tell: (published: PublishedFigures) => void };
  }) {
    const { spec, definition, views, market, windows } = options;
    this.spec = spec;
    this.kind = definition.kind;
    this.market = market;
    this.told = options.figures ?? null;
    const parsed = definition.options.safeParse(options.options);
    if (!parsed.success)
      throw new CrosstickError(
        "STRATEGY_OPTIONS",
        `Strategy ${spec.name}: ${parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`,
        { exitCode: 3 },
      );
    this.watched = [...new Set(definition.watch(parsed.data))];
    const { kind, holds = false } = definition;
    const { watched, indexes } = this;
    const { evaluator, outcomes, trading, emit } = options;
    this.entries = new Entries({ spec, kind, holds, watched, indexes, market, evaluator, outcomes, trading, emit });
    const books = definition.liveBooks ?? "all";
    this.needed = books === "all" ? this.watched.length : books;
    this.context = new Context(this);
    const setup: StrategySetup = {
      window: (samples) => windows.rolling(samples),
      hedged: (samples, method) => windows.hedged(samples, method),
      vwap: (instrument, trades) => this.vwap(instrument, new LateVwap(views, windows.vwap(trades))),
      beyond: (spread, beyond, told) => this.beyond(spread, beyond, told, options.spreads),
      options: (of) => this.chain(of),
      every: (everyMs, sample) => this.every(everyMs, sample),
      state: (initial) => {
        this.own.push(initial);
        return initial;
      },
      settings: spec satisfies StrategySettings,
      describe: (instrument) => this.describe(instrument),
    };
    this.definition = definition;
    this.options = parsed.data as Record<string, unknown>;
    this.run = definition.create(parsed.data, setup);
  }

  /** Takes other gates, edges and thresholds, which hold from the next look on; all else of the order stays as it was. */
  settle({ spec, options }: StrategyOrder): void {
    Object.assign(this.spec, spec);
    const parsed = this.definition.options.safeParse(options);
    if (!parsed.success) return;
    const fresh = parsed.data as Record<string, unknown>;
    for (const name of this.definition.thresholds ?? []) this.options[name] = fresh[name];
  }

  /** Tells the strategy's name of an instrument which one it is. */
  bind(id: string, index: number): void {
    this.indexes.set(id, index);
  }

  /** Adds an option to the chains that it belongs to; false when there is none. */
  bindOption({ id, venue, base, quote }: Instrument, index: number): boolean {
    const chains = this.chains.filter(({ of }) => of.venues.includes(venue) && of.base === base && of.quote === quote);
    for (const { instruments } of chains) instruments.push(id);
    if (chains.length > 0) this.indexes.set(id, index);
    return chains.length > 0;
  }

  /** The state to go on from, copied by whoever writes it down. */
  save(): StrategyState {
    const { signals, refused, open: entries } = this.entries;
    const { own } = this;
    return { signals, refused, entries, own, samplers: this.samplers.map(({ nextUs }) => nextUs) };
  }

  restore({ signals, refused, entries, own, samplers }: StrategyState): void {
    this.entries.signals = signals;
    for (const [reason, count] of refused) this.entries.refused.set(reason, count);
    for (const [direction, entry] of entries) this.entries.open.set(direction, entry);
    this.own.forEach((object, i) => {
      Object.assign(object, own[i]);
    });
    this.samplers.forEach((sampler, i) => {
      sampler.nextUs = samplers[i];
    });
  }

  get signals(): number {
    return this.entries.signals;
  }

  get refused(): ReadonlyMap<string, number> {
    return this.entries.refused;
  }

  /** False: it acts in timed samples only, and need not be told of changes. */
  get wantsChanges(): boolean {
    return this.run !== null;
  }

  /** A watched instrument changed and its message is complete. */
  onChange(id: string, timeUs: number): void {
    if (this.liveBooks() < this.needed) return;
    this.entries.begin(timeUs, false);
    this.changed = id;
    this.run?.(this.context);
    this.entries.watch();
  }

  live(id: string): boolean {
    const index = this.indexes.get(id);
    return index !== undefined && this.market.state(index) === L.STATE_LIVE && !this.market.crossed(index);
  }

  quote(id: string): Quote {
    return this.market.quote(this.indexOf(id));
  }

  metrics(id: string): Metrics {
    return this.market.metrics(this.indexOf(id));
  }

  carry(id: string): Carry {
    return this.market.carry(this.indexOf(id));
  }

  liquidations(id: string): Liquidations {
    return this.market.liquidations(this.indexOf(id));
  }

  option(id: string): OptionQuote {
    return this.market.option(this.indexOf(id));
  }

  get now(): number {
    return this.entries.timeUs;
  }

  get changedInstrument(): string {
    return this.changed;
  }

  get entered(): string | null {
    for (const direction of this.entries.open.keys()) return direction;
    return null;
  }

  isEntered(direction: string): boolean {
    return this.entries.open.has(direction);
  }

  publish(figures: Statistics): void {
    const { timeUs } = this.entries;
    this.figures = { timeUs, figures };
    if (this.told === null || timeUs < this.nextFiguresUs) return;
    this.nextFiguresUs = timeUs + this.told.figuresMs * 1000;
    this.told.tell({ strategy: this.spec.name, timeUs, figures });
  }

  /** The figures published since the last call; null when there are none. */
  takeFigures(): { timeUs: number; figures: Statistics } | null {
    const taken = this.figures;
    this.figures = null;
    return taken;
  }

  propose(legs: readonly ProposedLeg[], details: ProposalDetails): void {
    this.entries.propose(legs, details);
  }

  exit(direction: string, statistics: Statistics): void {
    this.entries.exit(direction, statistics);
  }

  refuse(reason: string): void {
    this.entries.refuse(reason);
  }

  private liveBooks(): number {
    let live = 0;
    for (const id of this.watched) if (this.live(id)) live++;
    return live;
  }

  private chain(of: OptionChainOf): readonly string[] {
    const instruments: string[] = [];
    this.chains.push({ of, instruments });
    return instruments;
  }

  private vwap(instrument: string, window: LateVwap): VwapWindow {
    this.vwaps.push({ instrument, window });
    return window;
  }

  private every(everyMs: number, sample: (context: StrategyContext) => void): void {
    if (!(everyMs > 0)) throw new CrosstickError("STRATEGY_WINDOW", `every() needs a positive time, got ${everyMs} ms`);
    this.samplers.push({
      everyUs: everyMs * 1000,
      nextUs: Number.NaN,
      run: (timeUs) => {
        this.entries.begin(timeUs, true); // a sample looks at no price edge
        this.changed = "";
        sample(this.context);
      },
    });
  }

  /** The bounds are kept with the strategy's own state, so that a checkpoint has them. */
  private beyond(
    { kind, a, b }: { kind: BoundedSpread; a: string; b: string },
    beyond: (context: StrategyContext) => void,
    told: ToldSpread | undefined,
    spreads: SpreadWatches,
  ): (lower: number, upper: number) => void {
    const bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
    this.own.push(bounds);
    const legs = [a, b].map((id) => () => this.indexes.get(id));
    const call = (timeUs: number, changed: string): void => {
      this.entries.begin(timeUs, true);
      this.changed = changed;
      beyond(this.context);
    };
    const scored = told === undefined ? undefined : this.scored(told);
    return spreads.add({ spread: kind, bounds, legs, call, scored });
  }

  /** Figures alone: nothing that a strategy would decide by. */
  private scored({ window, describe }: ToldSpread): ScoredSpread {
    if (!(window instanceof KernelWindow))
      throw new CrosstickError(
        "STRATEGY_WINDOW",
        `Strategy ${this.spec.name}: a told spread needs a window of setup.window()`,
      );
    const moved = (timeUs: number, value: number): void => {
      const seen = window.next(value);
      if (seen !== null) this.figures = { timeUs, figures: describe(seen) };
    };
    return { window: window.at, moved };
  }

  private describe(id: string): InstrumentFacts | null {
    const index = this.indexes.get(id);
    return index === undefined ? null : this.market.instrument(index);
  }

  private indexOf(id: string): number {
    const index = this.indexes.get(id);
    if (index === undefined)
      throw new CrosstickError(
        "STRATEGY_INSTRUMENT",
        `Strategy ${this.spec.name} asks for ${id}, which it does not watch`,
      );
    return index;
  }
}
