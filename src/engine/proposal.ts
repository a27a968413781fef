import type { EngineKernel } from "../kernel/kernel.js";
import type { MemoryPlan, Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import { venueIndex } from "../market/venues.js";
import type { ProposedLeg } from "../strategies/strategy.js";
import { readClock, type VenueClock } from "./clock-view.js";
import type { MarketView } from "./market-view.js";
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

/** The executable truth of a proposal at this moment. */
export interface Evaluation {
  legs: SignalLeg[];
  grossBps: number;
  feesBps: number;
  fundingBps: number | null;
  netBps: number;
}

interface KnownLeg extends ProposedLeg {
  index: number;
}

const HOUR_US = 3_600_000_000;

/** Gates, walks and costs proposals against the books. Engine thread only. */
export class Evaluator {
  private readonly views: Views;
  private readonly plan: MemoryPlan;
  private readonly kernel: EngineKernel;
  private readonly market: MarketView;
  private readonly fees: Fees;
  private readonly clock: VenueClock = { known: false, offsetUs: 0, uncertaintyUs: 0, method: "none" };

  constructor(options: { views: Views; plan: MemoryPlan; kernel: EngineKernel; market: MarketView; fees: Fees }) {
    this.views = options.views;
    this.plan = options.plan;
    this.kernel = options.kernel;
    this.market = options.market;
    this.fees = options.fees;
  }

  /**
   * `edgeBps` is the gross edge at mids where the strategy expects one; NaN: that of the walked prices.
   * Gates are tried in the order of this function, and the first that fails is the reason.
   */
  evaluate(
    legs: readonly KnownLeg[],
    edgeBps: number,
    nowUs: number,
    gates: GateSettings,
    trade: TradeSettings,
  ): Evaluation | RefusalReason {
    const proofs: SignalLeg[] = [];
    let earliestEndUs = Number.POSITIVE_INFINITY;
    let latestStartUs = Number.NEGATIVE_INFINITY;
    for (const { index, instrument, side } of legs) {
      if (this.market.state(index) !== L.STATE_LIVE) return "book-not-live";
      if (this.market.crossed(index)) return "crossed";
      const { venue } = this.market.instrument(index);
      const clock = readClock(this.views, this.plan, venueIndex(venue), this.clock);
      if (!clock.known) return "clock-unknown";
      if (clock.uncertaintyUs > gates.maxClockUncertaintyMs * 1000) return "clock-uncertain";
      // The venue's time of the last change, on the local clock; the uncertainty is one of both sides.
      const changedUs = this.market.value(index, L.INSTRUMENT_BOOK_EXCHANGE_US) - clock.offsetUs;
      const ageUs = nowUs - changedUs;
      if (!(ageUs <= gates.maxAgeMs * 1000)) return "stale-leg";
      latestStartUs = Math.max(latestStartUs, changedUs - clock.uncertaintyUs);
      earliestEndUs = Math.min(earliestEndUs, changedUs + clock.uncertaintyUs);
      proofs.push({
        instrument,
        side,
        size: 0,
        price: 0,
        worstPrice: 0,
        levels: 0,
        feeBps: 0,
        book: { state: "live", sequence: this.market.bookSequence(index) },
        ageUs: Math.round(ageUs),
        uncertaintyUs: Math.round(clock.uncertaintyUs),
      });
    }
    if (latestStartUs - earliestEndUs > gates.alignMs * 1000) return "not-aligned";
    if (legs.some(({ index }) => this.market.instrument(index).quote !== trade.notional.currency)) return "unconverted";
    for (let i = 0; i < legs.length; i++) {
      const { venue, product } = this.market.instrument(legs[i].index);
      const fee = this.fees[venue]?.[product]?.[trade.liquidity];
      if (fee === undefined) return "fees-unknown";
      proofs[i].feeBps = fee;
    }
    if (!this.walk(legs, proofs, trade.notional.amount)) return "depth";
    return this.cost(legs, proofs, edgeBps, nowUs, trade);
  }

  /** Walks each leg's book. Legs in the same coin trade one size, that which the first buy gets for the notional. */
  private walk(legs: readonly KnownLeg[], proofs: SignalLeg[], amount: number): boolean {
    const bases = new Set(legs.map(({ index }) => this.market.instrument(index).base));
    const oneSize = bases.size === 1 && legs.length > 1;
    const firstBuy = legs.findIndex(({ side }) => side === "buy");
    const leader = firstBuy < 0 ? 0 : firstBuy;
    if (!oneSize)
      return legs.every(({ index, side, weight = 1 }, i) => this.walkNotional(index, side, amount * weight, proofs[i]));
    if (!this.walkNotional(legs[leader].index, legs[leader].side, amount * (legs[leader].weight ?? 1), proofs[leader]))
      return false;
    const { size } = proofs[leader];
    return legs.every(({ index, side }, i) => i === leader || this.walkSize(index, side, size, proofs[i]));
  }

  private walkNotional(index: number, side: string, notional: number, proof: SignalLeg): boolean {
    const book = this.market.book(index);
    if (this.kernel.bookWalkNotional(book, side === "buy" ? 1 : 0, notional) !== 1) return false;
    return this.take(book, proof);
  }

  private walkSize(index: number, side: string, size: number, proof: SignalLeg): boolean {
    const book = this.market.book(index);
    if (this.kernel.bookWalkSize(book, side === "buy" ? 1 : 0, size) !== 1) return false;
    return this.take(book, proof);
  }

  private take(book: number, proof: SignalLeg): boolean {
    const { f64, u32 } = this.views;
    proof.price = f64[(book + L.WALK_PRICE) >> 3];
    proof.worstPrice = f64[(book + L.WALK_WORST) >> 3];
    proof.size = f64[(book + L.WALK_SIZE) >> 3];
    proof.levels = u32[(book + L.WALK_LEVELS) >> 2];
    return true;
  }

  private cost(
    legs: readonly KnownLeg[],
    proofs: SignalLeg[],
    edgeBps: number,
    nowUs: number,
    trade: TradeSettings,
  ): Evaluation {
    const fillsPerLeg = trade.fills / legs.length;
    let feesBps = 0;
    for (const { feeBps } of proofs) feesBps += feeBps * fillsPerLeg;
    const grossBps = Number.isNaN(edgeBps)
      ? priceEdgeBps(proofs)
      : edgeBps - this.crossingBps(legs, proofs, fillsPerLeg);
    const fundingBps = this.fundingBps(legs, nowUs, trade.holdHours);
    return { legs: proofs, grossBps, feesBps, fundingBps, netBps: grossBps - feesBps + (fundingBps ?? 0) };
  }

  /** What the walked prices lose against the mids, over all fills. */
  private crossingBps(legs: readonly KnownLeg[], proofs: SignalLeg[], fillsPerLeg: number): number {
    let sum = 0;
    for (let i = 0; i < legs.length; i++) {
      const { mid } = this.market.metrics(legs[i].index);
      sum += (Math.abs(proofs[i].price - mid) / mid) * 1e4 * fillsPerLeg;
    }
    return sum;
  }

  /**
   * Funding received (positive) or paid inside the holding time. Longs pay a positive rate. Beyond the
   * next payment the interval must be known. Null when a leg's rate or next payment is not.
   */
  private fundingBps(legs: readonly KnownLeg[], nowUs: number, holdHours: number): number | null {
    if (holdHours === 0) return 0;
    let sum = 0;
    for (const { index, side } of legs) {
      const { product, expiry } = this.market.instrument(index);
      if (product === "spot" || expiry !== null) continue;
      const { fundingRate, fundingIntervalHours, fundingNextUs } = this.market.carry(index);
      if (Number.isNaN(fundingRate) || Number.isNaN(fundingNextUs)) return null;
      const afterFirstUs = holdHours * HOUR_US - (fundingNextUs - nowUs);
      if (afterFirstUs < 0) continue;
      if (Number.isNaN(fundingIntervalHours) && afterFirstUs >= HOUR_US) return null;
      const further = Number.isNaN(fundingIntervalHours)
        ? 0
        : Math.floor(afterFirstUs / (fundingIntervalHours * HOUR_US));
      sum += (side === "sell" ? 1 : -1) * fundingRate * 1e4 * (1 + further);
    }
    return sum;
  }
}

/** Walked sell price against walked buy price, both legs in one coin. */
function priceEdgeBps(proofs: readonly SignalLeg[]): number {
  let bought = 0;
  let sold = 0;
  for (const { side, price, size } of proofs)
    if (side === "buy") bought += price * size;
    else sold += price * size;
  return (sold / bought - 1) * 1e4;
}
