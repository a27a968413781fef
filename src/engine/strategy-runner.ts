import { CrosstickError } from "../errors.js";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { Instrument } from "../market/instrument.js";
import { usToNsText } from "../market/times.js";
import type {
  BoundedSpread,
  Carry,
  InstrumentFacts,
  Liquidations,
  Metrics,
  OptionChainOf,
  OptionQuote,
  OptionReference,
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
import type { PublishedFigures } from "./live-report.js";
import type { MarketView } from "./market-view.js";
import type { Outcomes } from "./outcomes.js";
import { bpsPerPrice, type Evaluator, type GateSettings, type TradeSettings } from "./proposal.js";
import type { RefusalReason, Signal } from "./signal.js";
import type { ScoredSpread } from "./spread-scores.js";
import type { SpreadWatches } from "./spread-watches.js";
import type { StrategyOrder } from "./start.js";
import { Context } from "./strategy-context.js";
import type { Trading } from "./trading.js";
import { KernelWindow, LateVwap, type WindowAllocator } from "./windows.js";

/** A strategy as the engine runs it: the descriptor, completed from the configuration. */
export interface StrategySpec extends TradeSettings {
  name: string;
  entryNetBps: number;
  exitNetBps: number;
  gates: GateSettings;
}

/** A sample taken on the time grid. */
export interface Sampler {
  everyUs: number;
  nextUs: number;
  run: (timeUs: number) => void;
}

export interface Entry {
  id: string;
  legs: ProposedLeg[];
  /** True when the edge is that of the walked prices, so that the engine itself sees it go. */
  byPrice: boolean;
  /** Its legs follow one another. */
  isChain?: boolean;
  reference?: OptionReference;
  proposed: boolean;
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

/** One strategy: its instruments, its open entries, its signals and refusals. Engine thread only. */
export class StrategyRunner {
  readonly spec: StrategySpec;
  private readonly definition: StrategyDefinition<unknown>;
  /** As its own schema reads them; the strategy holds this object. */
  private readonly options: Record<string, unknown>;
  readonly kind: string;
  readonly watched: readonly string[];
  readonly refused = new Map<string, number>();
  readonly samplers: Sampler[] = [];
  /** VWAP windows to be linked to their instrument when it is first seen. */
  readonly vwaps: { instrument: string; window: LateVwap }[] = [];
  signals = 0;
  private readonly chains: { of: OptionChainOf; instruments: string[] }[] = [];
  private readonly market: MarketView;
  private readonly evaluator: Evaluator;
  private readonly outcomes: Outcomes;
  private readonly trading: Trading | null;
  private readonly emit: (signal: Signal) => void;
  private readonly holds: boolean;
  private readonly needed: number;
  private readonly indexes = new Map<string, number>();
  private readonly entries = new Map<string, Entry>();
  private readonly own: object[] = [];
  private readonly run: ((context: StrategyContext) => void) | null;
  private readonly context: Context;
  private figures: { timeUs: number; figures: Statistics } | null = null;
  private readonly told: { figuresMs: number; tell: (published: PublishedFigures) => void } | null;
  private nextFiguresUs = Number.NEGATIVE_INFINITY;
  private timeUs = Number.NaN;
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
    this.evaluator = options.evaluator;
    this.outcomes = options.outcomes;
    this.trading = options.trading;
    this.emit = options.emit;
    this.told = options.figures ?? null;
    this.holds = definition.holds ?? false;
    const parsed = definition.options.safeParse(options.options);
    if (!parsed.success)
      throw new CrosstickError(
        "STRATEGY_OPTIONS",
        `Strategy ${spec.name}: ${parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`,
        { exitCode: 3 },
      );
    this.watched = [...new Set(definition.watch(parsed.data))];
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
    const { signals, refused, entries, own } = this;
    return { signals, refused, entries, own, samplers: this.samplers.map(({ nextUs }) => nextUs) };
  }

  restore({ signals, refused, entries, own, samplers }: StrategyState): void {
    this.signals = signals;
    for (const [reason, count] of refused) this.refused.set(reason, count);
    for (const [direction, entry] of entries) this.entries.set(direction, entry);
    this.own.forEach((object, i) => {
      Object.assign(object, own[i]);
    });
    this.samplers.forEach((sampler, i) => {
      sampler.nextUs = samplers[i];
    });
  }

  /** False: it acts in timed samples only, and need not be told of changes. */
  get wantsChanges(): boolean {
    return this.run !== null;
  }

  /** A watched instrument changed and its message is complete. */
  onChange(id: string, timeUs: number): void {
    if (this.liveBooks() < this.needed) return;
    this.timeUs = timeUs;
    this.changed = id;
    for (const entry of this.entries.values()) entry.proposed = false;
    this.run?.(this.context);
    this.watchEntries();
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
    return this.timeUs;
  }

  get changedInstrument(): string {
    return this.changed;
  }

  get entered(): string | null {
    for (const direction of this.entries.keys()) return direction;
    return null;
  }

  isEntered(direction: string): boolean {
    return this.entries.has(direction);
  }

  publish(figures: Statistics): void {
    this.figures = { timeUs: this.timeUs, figures };
    if (this.told === null || this.timeUs < this.nextFiguresUs) return;
    this.nextFiguresUs = this.timeUs + this.told.figuresMs * 1000;
    this.told.tell({ strategy: this.spec.name, timeUs: this.timeUs, figures });
  }

  /** The figures published since the last call; null when there are none. */
  takeFigures(): { timeUs: number; figures: Statistics } | null {
    const taken = this.figures;
    this.figures = null;
    return taken;
  }

  refuse(reason: string): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  propose(legs: readonly ProposedLeg[], details: ProposalDetails): void {
    const direction = details.direction ?? legs.map(({ side, instrument }) => `${side}-${instrument}`).join("-");
    const edgeBps = details.edgeBps ?? Number.NaN;
    const entry = this.entries.get(direction);
    if (entry !== undefined) entry.proposed = true;
    const isChain = details.chain === true;
    const { reference } = details;
    const refused = this.evaluate(legs, edgeBps, isChain, reference);
    if (refused !== null) {
      if (entry === undefined) this.refuse(refused);
      return;
    }
    const { netBps } = this.evaluator;
    if (entry !== undefined) {
      if (netBps <= this.spec.exitNetBps && entry.byPrice) this.leave(direction, entry, details.statistics ?? {});
      return;
    }
    if (!(netBps >= this.spec.entryNetBps)) {
      this.refuse("below-cost");
      return;
    }
    const id = this.send("enter", null, { direction, legs, reference }, details.statistics ?? {}, isChain);
    this.follow(id, direction, legs, Number.isNaN(edgeBps), isChain, reference);
    this.entries.set(direction, {
      id,
      legs: legs.map((leg) => ({ ...leg })),
      byPrice: Number.isNaN(edgeBps),
      isChain,
      reference,
      proposed: true,
    });
  }

  exit(direction: string, statistics: Statistics): void {
    const entry = this.entries.get(direction);
    if (entry === undefined) return;
    const { reference } = entry;
    const legs = this.closing(entry.legs).filter(({ instrument }) => !this.isExpired(instrument));
    if (legs.length === 0) {
      this.entries.delete(direction);
      this.refuse("expired");
      return;
    }
    const refused = this.evaluate(legs, 0, false, reference);
    if (refused !== null) {
      this.refuse(refused);
      return;
    }
    this.entries.delete(direction);
    this.send("exit", entry.id, { direction, legs, reference }, statistics);
  }

  /** An option whose day is over: what was held of it has been settled. */
  private isExpired(id: string): boolean {
    const index = this.indexOf(id);
    return this.market.instrument(index).product === "option" && this.market.option(index).expiryUs <= this.timeUs;
  }

  /** Entries that the strategy said nothing about: has their edge gone? */
  private watchEntries(): void {
    for (const [direction, entry] of this.entries) {
      if (entry.proposed || !entry.byPrice) continue;
      if (this.evaluate(entry.legs, Number.NaN, entry.isChain) !== null) continue;
      if (this.evaluator.netBps <= this.spec.exitNetBps) this.leave(direction, entry, {});
    }
  }

  /** Leaves an entry whose edge, just evaluated, has gone. The figures are those of the edge; the legs what is done now. */
  private leave(direction: string, entry: Entry, statistics: Statistics): void {
    const { grossBps, feesBps, fundingBps, netBps } = this.evaluator;
    const legs = this.closing(entry.legs);
    if (this.holds) {
      const refused = this.evaluate(legs, Number.NaN);
      if (refused !== null) {
        this.refuse(refused);
        return;
      }
      Object.assign(this.evaluator, { grossBps, feesBps, fundingBps, netBps });
    }
    this.entries.delete(direction);
    this.send("exit", entry.id, { direction, legs, reference: entry.reference }, statistics, entry.isChain);
  }

  private closing(legs: readonly ProposedLeg[]): ProposedLeg[] {
    if (!this.holds) return [...legs];
    return legs.map((leg) => ({ ...leg, side: leg.side === "buy" ? "sell" : "buy" }));
  }

  private evaluate(
    legs: readonly ProposedLeg[],
    edgeBps: number,
    isChain = false,
    reference?: OptionReference,
  ): RefusalReason | null {
    for (const { instrument } of legs)
      if (!this.indexes.has(instrument) && !this.watched.includes(instrument))
        throw new CrosstickError(
          "STRATEGY_INSTRUMENT",
          `Strategy ${this.spec.name} proposes ${instrument}, which it does not watch`,
        );
    const { spec, timeUs, indexes } = this;
    return this.evaluator.evaluate(legs, indexes, edgeBps, timeUs, spec.gates, spec, isChain, reference);
  }

  private send(
    action: "enter" | "exit",
    enterId: string | null,
    { direction, legs, reference }: { direction: string; legs: readonly ProposedLeg[]; reference?: OptionReference },
    statistics: Statistics,
    isChain = false,
  ): string {
    this.signals++;
    const { name, notional: wanted } = this.spec;
    const { grossBps, feesBps, fundingBps, netBps } = this.evaluator;
    // An option trades what there is to trade, which may be less than the notional.
    const notional = { amount: this.evaluator.amount ?? wanted.amount, currency: wanted.currency };
    const id = `${name}-${this.signals}`;
    const figures = isChain ? { ...statistics, dustBps: this.evaluator.dustBps } : statistics;
    this.emit({
      id,
      enterId,
      strategy: name,
      kind: this.kind,
      action,
      direction,
      ts: usToNsText(this.timeUs),
      notional,
      legs: this.evaluator.proof(legs),
      grossBps,
      feesBps,
      fundingBps,
      netBps,
      net: { amount: (netBps / 1e4) * notional.amount, currency: notional.currency },
      statistics: action === "enter" ? { ...figures, confidence: this.outcomes.confidence(name, netBps) } : figures,
    });
    this.trade(action, id, enterId, legs, reference?.feeCap ?? null);
    return id;
  }

  /** What nothing is held of is traded once; else the entry opens and the exit closes. */
  private trade(
    action: "enter" | "exit",
    signal: string,
    closes: string | null,
    legs: readonly ProposedLeg[],
    feeCap: number | null,
  ): void {
    if (this.trading === null || (action === "exit" && !this.holds)) return;
    const effect = this.holds ? (action === "enter" ? "open" : "close") : "both";
    const order = { signal, closes, strategy: this.spec.name, effect, feeCap } as const;
    this.trading.order({ ...order, legs: this.evaluator.walked(legs) }, this.timeUs);
  }

  private follow(
    id: string,
    direction: string,
    legs: readonly ProposedLeg[],
    byPrice: boolean,
    isChain: boolean,
    reference?: OptionReference,
  ): void {
    const { name, entryNetBps } = this.spec;
    const ts = usToNsText(this.timeUs);
    const outcome = { signal: id, strategy: name, direction, ts, netBps: this.evaluator.netBps };
    this.outcomes.follow({
      outcome,
      timeUs: this.timeUs,
      legs: this.evaluator.walked(legs),
      byPrice,
      isChain,
      bpsPerPrice: reference === undefined ? null : bpsPerPrice(reference),
      entryNetBps,
    });
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
        this.timeUs = timeUs;
        this.changed = "";
        for (const entry of this.entries.values()) entry.proposed = true; // a sample looks at no price edge
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
      this.timeUs = timeUs;
      this.changed = changed;
      for (const entry of this.entries.values()) entry.proposed = true;
      beyond(this.context);
    };
    return spreads.add({
      spread: kind,
      bounds,
      legs,
      call,
      ...(told === undefined ? {} : { scored: this.scored(told) }),
    });
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
