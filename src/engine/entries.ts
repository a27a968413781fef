import { CrosstickError } from "../errors.js";
import { usToNsText } from "../market/times.js";
import type { OptionReference, ProposalDetails, ProposedLeg, Statistics } from "../strategies/strategy.js";
import type { MarketView } from "./market-view.js";
import type { Outcomes } from "./outcomes.js";
import { bpsPerPrice, type Evaluator, type GateSettings, type TradeSettings } from "./proposal.js";
import type { RefusalReason, Signal } from "./signal.js";
import type { Trading } from "./trading.js";

/** A strategy as the engine runs it: the descriptor, completed from the configuration. */
export interface StrategySpec extends TradeSettings {
  name: string;
  entryNetBps: number;
  exitNetBps: number;
  gates: GateSettings;
}

/** An entry that is open. */
export interface Entry {
  /** Of its signal. */
  id: string;
  legs: ProposedLeg[];
  /** True when the edge is that of the walked prices, so that the engine itself sees it go. */
  byPrice: boolean;
  /** Its legs follow one another. */
  isChain?: boolean;
  reference?: OptionReference;
  /** The strategy spoke of it in the call under way. */
  proposed: boolean;
}

/** What becomes of a strategy's proposals: entries that are open, signals, refusals by reason. */
export class Entries {
  readonly refused = new Map<string, number>();
  /** By direction. */
  readonly open = new Map<string, Entry>();
  signals = 0;
  /** Engine time of the call under way, µs. */
  timeUs = Number.NaN;
  private readonly spec: StrategySpec;
  private readonly kind: string;
  private readonly holds: boolean;
  private readonly watched: ReadonlySet<string>;
  private readonly indexes: ReadonlyMap<string, number>;
  private readonly market: MarketView;
  private readonly evaluator: Evaluator;
  private readonly outcomes: Outcomes;
  private readonly trading: Trading | null;
  private readonly emit: (signal: Signal) => void;

  constructor(options: {
    spec: StrategySpec;
    kind: string;
    /** An entry is held until its exit, which trades it back. */
    holds: boolean;
    watched: readonly string[];
    /** By the strategy's name of an instrument; it grows. */
    indexes: ReadonlyMap<string, number>;
    market: MarketView;
    evaluator: Evaluator;
    outcomes: Outcomes;
    trading: Trading | null;
    emit: (signal: Signal) => void;
  }) {
    this.spec = options.spec;
    this.kind = options.kind;
    this.holds = options.holds;
    this.watched = new Set(options.watched);
    this.indexes = options.indexes;
    this.market = options.market;
    this.evaluator = options.evaluator;
    this.outcomes = options.outcomes;
    this.trading = options.trading;
    this.emit = options.emit;
  }

  /** Before a call. `isTimed`: it looks at no price edge, so none that it says nothing of has gone. */
  begin(timeUs: number, isTimed: boolean): void {
    this.timeUs = timeUs;
    for (const entry of this.open.values()) entry.proposed = isTimed;
  }

  refuse(reason: string): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  /** Enters, leaves what it has entered when its edge is gone, or counts why not. */
  propose(legs: readonly ProposedLeg[], details: ProposalDetails): void {
    const direction = details.direction ?? legs.map(({ side, instrument }) => `${side}-${instrument}`).join("-");
    const edgeBps = details.edgeBps ?? Number.NaN;
    const entry = this.open.get(direction);
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
    this.open.set(direction, {
      id,
      legs: legs.map((leg) => ({ ...leg })),
      byPrice: Number.isNaN(edgeBps),
      isChain,
      reference,
      proposed: true,
    });
  }

  /** Leaves an entry, whatever its edge; nothing when there is none. */
  exit(direction: string, statistics: Statistics): void {
    const entry = this.open.get(direction);
    if (entry === undefined) return;
    const { reference } = entry;
    const legs = this.closing(entry.legs).filter(({ instrument }) => !this.isExpired(instrument));
    if (legs.length === 0) {
      this.open.delete(direction);
      this.refuse("expired");
      return;
    }
    const refused = this.evaluate(legs, 0, false, reference);
    if (refused !== null) {
      this.refuse(refused);
      return;
    }
    this.open.delete(direction);
    this.send("exit", entry.id, { direction, legs, reference }, statistics);
  }

  /** An option whose day is over: what was held of it has been settled. */
  private isExpired(id: string): boolean {
    const index = this.indexes.get(id);
    if (index === undefined) return false;
    return this.market.instrument(index).product === "option" && this.market.option(index).expiryUs <= this.timeUs;
  }

  /** Entries that the strategy said nothing about: has their edge gone? */
  watch(): void {
    for (const [direction, entry] of this.open) {
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
    this.open.delete(direction);
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
      if (!this.indexes.has(instrument) && !this.watched.has(instrument))
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
}
