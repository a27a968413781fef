import type { EngineKernel } from "../kernel/kernel.js";
import type { MemoryPlan, Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import { floored } from "../market/lots.js";
import { ACCRUING_VENUES, venueIndex } from "../market/venues.js";
import type { OptionReference, ProposedLeg } from "../strategies/strategy.js";
import { type ChainBooks, type ChainLeg, walkChain } from "./chain.js";
import { readClock, type VenueClock } from "./clock-view.js";
import { fundingPaidBps } from "./funding.js";
import type { MarketView } from "./market-view.js";
import type { FollowedLeg } from "./outcomes.js";
import type { RefusalReason, SignalLeg } from "./signal.js";

/** What every leg must pass. Milliseconds. */
export interface GateSettings {
  alignMs: number;
  maxAgeMs: number;
  maxClockUncertaintyMs: number;
}

export interface TradeSettings {
  notional: { amount: number; currency: string };
  liquidity: "maker" | "taker";
  /** Fills whose fees are counted, over all legs. */
  fills: number;
  holdHours: number;
}

/** Bps of notional a fill, by venue, product and liquidity. */
export type Fees = Readonly<
  Partial<Record<string, Readonly<Partial<Record<string, { maker: number; taker: number }>>>>>
>;

/** One leg while it is looked at; the fields of SignalLeg, filled again at each evaluation. */
interface LegState {
  index: number;
  price: number;
  worstPrice: number;
  size: number;
  levels: number;
  feeBps: number;
  ageUs: number;
  uncertaintyUs: number;
}

/**
 * Gates, walks and costs proposals against the books. Most proposals are refused, so an evaluation
 * allocates nothing; the proof is written only for a signal. Engine thread only.
 */
export class Evaluator {
  /** Results of the last evaluation that was not refused, bps of notional. */
  grossBps = 0;
  feesBps = 0;
  /** Null when a venue's rate is not known: the net then leaves it out. */
  fundingBps: number | null = 0;
  netBps = 0;
  /** Of options: what the legs together are on, quote currency; null: the whole notional. */
  amount: number | null = null;
  /** Of a chain: what the lots left behind, bps. */
  dustBps = 0;
  private readonly views: Views;
  private readonly plan: MemoryPlan;
  private readonly kernel: EngineKernel;
  private readonly market: MarketView;
  /** May be replaced between two evaluations. */
  fees: Fees;
  private readonly clock: VenueClock = { known: false, offsetUs: 0, uncertaintyUs: 0, method: "none" };
  private readonly states: LegState[] = [];

  constructor(options: { views: Views; plan: MemoryPlan; kernel: EngineKernel; market: MarketView; fees: Fees }) {
    this.views = options.views;
    this.plan = options.plan;
    this.kernel = options.kernel;
    this.market = options.market;
    this.fees = options.fees;
  }

  /**
   * Hot. Null: the results stand in this object's fields. `edgeBps` is the gross edge at mids where the
   * strategy expects one; NaN: that of the walked prices. Gates are tried in the order below, and the
   * first that fails is the reason. `indexes` are those of the instruments that the strategy watches.
   */
  evaluate(
    legs: readonly ProposedLeg[],
    indexes: ReadonlyMap<string, number>,
    edgeBps: number,
    nowUs: number,
    gates: GateSettings,
    trade: TradeSettings,
    isChain = false,
    reference?: OptionReference,
  ): RefusalReason | null {
    this.amount = null;
    const refused = this.gate(legs, indexes, nowUs, gates, trade, isChain);
    if (refused !== null) return refused;
    if (reference !== undefined) return this.options(legs, edgeBps, trade, reference);
    if (isChain) return this.chain(legs, trade);
    if (!this.walk(legs, trade.notional.amount)) return "depth";
    this.cost(legs, edgeBps, nowUs, trade);
    return null;
  }

  /** The proof of the last evaluation, one entry a leg. */
  proof(legs: readonly ProposedLeg[]): SignalLeg[] {
    return legs.map(({ instrument, side }, i) => {
      const { index, size, price, worstPrice, levels, feeBps } = this.states[i];
      const book = { state: "live" as const, sequence: this.market.bookSequence(index) };
      const ageUs = Math.round(this.states[i].ageUs);
      const uncertaintyUs = Math.round(this.states[i].uncertaintyUs);
      // No spread with fields behind it: V8 makes that object's shape anew each time, which takes 6 µs.
      return { instrument, side, size, price, worstPrice, levels, feeBps, book, ageUs, uncertaintyUs };
    });
  }

  /** The legs of the last evaluation, to be walked again. */
  walked(legs: readonly ProposedLeg[]): (FollowedLeg & { feeBps: number })[] {
    return legs.map(({ side }, i) => {
      const { index, size, price, worstPrice, feeBps } = this.states[i];
      return { side, index, size, price, worstPrice, feeBps };
    });
  }

  /** Hot. */
  private gate(
    legs: readonly ProposedLeg[],
    indexes: ReadonlyMap<string, number>,
    nowUs: number,
    gates: GateSettings,
    trade: TradeSettings,
    isChain: boolean,
  ): RefusalReason | null {
    let earliestEndUs = Number.POSITIVE_INFINITY;
    let latestStartUs = Number.NEGATIVE_INFINITY;
    let unconverted = false;
    let feesUnknown = false;
    for (let i = 0; i < legs.length; i++) {
      const index = indexes.get(legs[i].instrument);
      if (index === undefined || this.market.state(index) !== L.STATE_LIVE) return "book-not-live";
      if (this.market.crossed(index)) return "crossed";
      const { venue, product, quote } = this.market.instrument(index);
      this.kernel.clockRead(this.plan.clocks + venueIndex(venue) * L.CLOCK_STATE_BYTES);
      const clock = readClock(this.views, this.plan, venueIndex(venue), this.clock);
      if (!clock.known) return "clock-unknown";
      if (clock.uncertaintyUs > gates.maxClockUncertaintyMs * 1000) return "clock-uncertain";
      // The venue's time of the book's last change, on the local clock.
      const changedUs = this.market.value(index, L.INSTRUMENT_BOOK_EXCHANGE_US) - clock.offsetUs;
      const ageUs = nowUs - changedUs;
      if (!(ageUs <= gates.maxAgeMs * 1000)) return "stale-leg";
      latestStartUs = Math.max(latestStartUs, changedUs - clock.uncertaintyUs);
      earliestEndUs = Math.min(earliestEndUs, changedUs + clock.uncertaintyUs);
      if (!isChain && quote !== trade.notional.currency) unconverted = true;
      const fee = this.fees[venue]?.[product]?.[trade.liquidity];
      if (fee === undefined) feesUnknown = true;
      const state = this.stateOf(i);
      state.index = index;
      state.ageUs = ageUs;
      state.uncertaintyUs = clock.uncertaintyUs;
      state.feeBps = fee ?? Number.NaN;
    }
    if (latestStartUs - earliestEndUs > gates.alignMs * 1000) return "not-aligned";
    if (unconverted) return "unconverted";
    return feesUnknown ? "fees-unknown" : null;
  }

  /** Legs that follow one another, from the notional back to its currency. */
  private chain(legs: readonly ProposedLeg[], trade: TradeSettings): RefusalReason | null {
    const walked = (i: number, found: boolean) => (found ? this.states[i] : null);
    const books: ChainBooks = {
      byNotional: (i, amount) => walked(i, this.walkNotional(i, { ...legs[i], weight: 1 }, amount)),
      bySize: (i, size) => walked(i, size > 0 && this.walkSize(i, legs[i], size)),
    };
    const chain: ChainLeg[] = legs.map(({ side, lot }, i) => {
      const { base, quote } = this.market.instrument(this.states[i].index);
      return { side, base, quote, feeBps: this.states[i].feeBps, lot };
    });
    const result = walkChain(chain, trade.notional.amount, trade.notional.currency, books);
    if (typeof result === "string") return result;
    this.grossBps = (result.grossRatio - 1) * 1e4;
    this.feesBps = this.grossBps - (result.ratio - 1) * 1e4;
    this.fundingBps = 0;
    this.netBps = this.grossBps - this.feesBps;
    this.dustBps = result.dustBps;
    return null;
  }

  /** Options: sizes are given, and all bps are of what they are on. */
  private options(
    legs: readonly ProposedLeg[],
    edgeBps: number,
    trade: TradeSettings,
    reference: OptionReference,
  ): RefusalReason | null {
    const perPrice = bpsPerPrice(reference);
    const fillsPerLeg = trade.fills / legs.length;
    let crossing = 0;
    let fees = 0;
    let amount = 0;
    for (let i = 0; i < legs.length; i++) {
      const size = floored(legs[i].size ?? 0, legs[i].lot);
      if (size === 0) return "lot";
      if (!(size > 0) || !this.walkSize(i, legs[i], size)) return "depth";
      const { price, feeBps, index } = this.states[i];
      crossing += Math.abs(price - this.market.metrics(index).mid) * perPrice * fillsPerLeg;
      fees += Math.min(feeBps, reference.feeCap * price * perPrice) * fillsPerLeg;
      amount += size * reference.price;
    }
    this.amount = amount;
    this.feesBps = fees;
    this.grossBps = edgeBps - crossing;
    this.fundingBps = 0;
    this.netBps = this.grossBps - fees;
    return null;
  }

  private stateOf(leg: number): LegState {
    const known = this.states[leg];
    if (known !== undefined) return known;
    const fresh = { index: 0, price: 0, worstPrice: 0, size: 0, levels: 0, feeBps: 0, ageUs: 0, uncertaintyUs: 0 };
    this.states[leg] = fresh;
    return fresh;
  }

  /** Hot. Legs in the same coin trade one size, that which the first buy gets for the notional. */
  private walk(legs: readonly ProposedLeg[], amount: number): boolean {
    const { base } = this.market.instrument(this.states[0].index);
    let oneCoin = legs.length > 1;
    let leader = -1;
    for (let i = 0; i < legs.length; i++) {
      if (this.market.instrument(this.states[i].index).base !== base) oneCoin = false;
      if (leader < 0 && legs[i].side === "buy") leader = i;
    }
    leader = Math.max(leader, 0);
    if (oneCoin && !this.walkNotional(leader, legs[leader], amount)) return false;
    const { size } = this.states[leader];
    for (let i = 0; i < legs.length; i++) {
      if (!oneCoin) {
        if (!this.walkNotional(i, legs[i], amount)) return false;
      } else if (i !== leader && !this.walkSize(i, legs[i], size)) return false;
    }
    return true;
  }

  /** Hot. */
  private walkNotional(i: number, leg: ProposedLeg, amount: number): boolean {
    const book = this.market.book(this.states[i].index);
    const found = this.kernel.bookWalkNotional(book, leg.side === "buy" ? 1 : 0, amount * (leg.weight ?? 1));
    return found === 1 && this.take(i, book);
  }

  /** Hot. */
  private walkSize(i: number, leg: ProposedLeg, size: number): boolean {
    const book = this.market.book(this.states[i].index);
    return this.kernel.bookWalkSize(book, leg.side === "buy" ? 1 : 0, size) === 1 && this.take(i, book);
  }

  /** Hot. */
  private take(i: number, book: number): boolean {
    const { f64, u32 } = this.views;
    const state = this.states[i];
    state.price = f64[(book + L.WALK_PRICE) >> 3];
    state.worstPrice = f64[(book + L.WALK_WORST) >> 3];
    state.size = f64[(book + L.WALK_SIZE) >> 3];
    state.levels = u32[(book + L.WALK_LEVELS) >> 2];
    return true;
  }

  /** Hot. */
  private cost(legs: readonly ProposedLeg[], edgeBps: number, nowUs: number, trade: TradeSettings): void {
    const fillsPerLeg = trade.fills / legs.length;
    let fees = 0;
    for (let i = 0; i < legs.length; i++) fees += this.states[i].feeBps * (legs[i].weight ?? 1) * fillsPerLeg;
    this.feesBps = fees;
    this.grossBps = Number.isNaN(edgeBps) ? this.priceEdgeBps(legs) : edgeBps - this.crossingBps(legs, fillsPerLeg);
    this.fundingBps = trade.holdHours === 0 ? 0 : this.fundingOver(legs, nowUs, trade.holdHours);
    this.netBps = this.grossBps - fees + (this.fundingBps ?? 0);
  }

  /** Hot: what the sold legs bring against what the bought ones cost, at the walked prices. */
  private priceEdgeBps(legs: readonly ProposedLeg[]): number {
    let bought = 0;
    let sold = 0;
    for (let i = 0; i < legs.length; i++) {
      const { price, size } = this.states[i];
      if (legs[i].side === "buy") bought += price * size;
      else sold += price * size;
    }
    return (sold / bought - 1) * 1e4;
  }

  /** What the walked prices lose against the mids, over all fills. */
  private crossingBps(legs: readonly ProposedLeg[], fillsPerLeg: number): number {
    let sum = 0;
    for (let i = 0; i < legs.length; i++) {
      const { mid } = this.market.metrics(this.states[i].index);
      sum += (Math.abs(this.states[i].price - mid) / mid) * 1e4 * (legs[i].weight ?? 1) * fillsPerLeg;
    }
    return sum;
  }

  /** Funding received (positive) or paid inside the holding time; longs pay a positive rate. Null when a leg's is not known. */
  private fundingOver(legs: readonly ProposedLeg[], nowUs: number, holdHours: number): number | null {
    let sum = 0;
    for (let i = 0; i < legs.length; i++) {
      const { index } = this.states[i];
      const { venue, product, expiry } = this.market.instrument(index);
      if (product === "spot" || expiry !== null) continue;
      const paid = fundingPaidBps(this.market.carry(index), ACCRUING_VENUES.has(venue), nowUs, holdHours);
      if (Number.isNaN(paid)) return null;
      sum += (legs[i].side === "sell" ? paid : -paid) * (legs[i].weight ?? 1);
    }
    return sum;
  }
}

/** Bps of the underlying that one unit of an option's price is. */
export function bpsPerPrice({ price, inCoin }: OptionReference): number {
  return inCoin ? 1e4 : 1e4 / price;
}
