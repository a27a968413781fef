import type { EngineKernel } from "../kernel/kernel.js";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { Side } from "../strategies/strategy.js";
import type { MarketView } from "./market-view.js";

/** Times after a signal at which is looked what is left of it, ms. */
const HORIZONS_MS = [10, 50, 100, 250, 500, 1000] as const;
/** The time that a signal's confidence speaks of, ms. */
const CONFIDENCE_MS = 100;
/** Outcomes that make a share worth telling. */
const CONFIDENCE_MINIMUM = 30;
/** Lower bounds of the buckets of net edges, bps; below the first is one of its own. */
const EDGE_BUCKETS_BPS = [0, 2, 5, 10, 20, 50] as const;
/** Signals whose outcome is awaited at most; further ones are not followed, and counted. */
const FOLLOWED_MAXIMUM = 10_000;

/** What became of an entry, as far as the books tell: what doing the same later would have brought. */
export interface Outcome {
  /** The id of the entry. */
  signal: string;
  strategy: string;
  direction: string;
  /** Time of the signal, nanoseconds since 1970. */
  ts: string;
  /** Net edge of the signal, bps of notional. */
  netBps: number;
  after: OutcomeAt[];
}

export interface OutcomeAt {
  ms: number;
  /** Net edge of the same legs and sizes at the prices walked then, bps; null when a book was not live, crossed or not deep enough. */
  netBps: number | null;
  /** Whether every leg would have filled whole at the signal's worst price or better; null when that is not known. */
  filled: boolean | null;
}

/** A leg to walk again. */
export interface FollowedLeg {
  index: number;
  side: Side;
  size: number;
  price: number;
  worstPrice: number;
}

interface Followed {
  outcome: Outcome;
  timeUs: number;
  legs: FollowedLeg[];
  /** The edge was that of the prices walked; otherwise it was an expected reversion, which prices can only take from. */
  byPrice: boolean;
  /** The legs follow one another, in different currencies. */
  isChain: boolean;
  /** Options: bps of the underlying that one unit of price is; null (absent in older journals) for all else. */
  bpsPerPrice?: number | null;
  /** Below this the edge is gone. */
  floorBps: number;
}

interface Share {
  known: number;
  held: number;
}

/** What a checkpoint keeps. */
export interface OutcomesState {
  followed: Followed[];
  shares: Map<string, Share>;
}

/** Follows every entry for a second of engine time. Engine thread only; the same in live and replay. */
export class Outcomes {
  private readonly views: Views;
  private readonly kernel: EngineKernel;
  private readonly market: MarketView;
  private readonly tell: (outcome: Outcome) => void;
  /** Told that something is due earlier than was known. */
  private readonly wake: (us: number) => void;
  private followed: Followed[] = [];
  /** When each of them is looked at next, µs, and the first of those times. */
  private dueUs: number[] = [];
  private firstUs = Number.POSITIVE_INFINITY;
  /** Of the legs walked last. */
  private readonly prices: number[] = [];
  /** By strategy and bucket: outcomes after CONFIDENCE_MS, and those whose edge was still there. */
  private readonly shares = new Map<string, Share>();

  constructor(options: {
    views: Views;
    kernel: EngineKernel;
    market: MarketView;
    tell: (outcome: Outcome) => void;
    wake: (us: number) => void;
  }) {
    this.views = options.views;
    this.kernel = options.kernel;
    this.market = options.market;
    this.tell = options.tell;
    this.wake = options.wake;
  }

  /** Next engine time at which something is to be looked at, µs; infinite when nothing is followed. */
  get nextUs(): number {
    return this.firstUs;
  }

  save(): OutcomesState {
    return { followed: this.followed, shares: this.shares };
  }

  restore({ followed, shares }: OutcomesState): void {
    this.followed = followed;
    this.dueUs = followed.map(nextLookUs);
    this.firstUs = Math.min(...this.dueUs, Number.POSITIVE_INFINITY);
    for (const [key, share] of shares) this.shares.set(key, share);
  }

  /**
   * Measured share, 0..1, of this strategy's past entries with an edge in the same bucket whose edge was
   * still there after 100 ms; null until 30 of them are known.
   */
  confidence(strategy: string, netBps: number): number | null {
    const share = this.shares.get(shareKey(strategy, netBps));
    return share === undefined || share.known < CONFIDENCE_MINIMUM ? null : share.held / share.known;
  }

  follow(entry: {
    outcome: Omit<Outcome, "after">;
    timeUs: number;
    legs: FollowedLeg[];
    byPrice: boolean;
    isChain: boolean;
    /** Options: bps of the underlying that one unit of price is; null for all else. */
    bpsPerPrice: number | null;
    entryNetBps: number;
  }): void {
    if (this.followed.length >= FOLLOWED_MAXIMUM) return;
    const { outcome, timeUs, legs, byPrice, isChain, bpsPerPrice, entryNetBps } = entry;
    // A threshold below 0 means that a loss is wanted: then that much of it is still what was wanted.
    const floorBps = Math.min(0, entryNetBps);
    const { signal, strategy, direction, ts, netBps } = outcome;
    const told = { signal, strategy, direction, ts, netBps, after: [] };
    const one: Followed = { outcome: told, timeUs, legs, byPrice, isChain, bpsPerPrice, floorBps };
    const dueUs = nextLookUs(one);
    this.followed.push(one);
    this.dueUs.push(dueUs);
    this.firstUs = Math.min(this.firstUs, dueUs);
    this.wake(dueUs);
  }

  /** Looks at all that is due at `nowUs`; the books stand as they did when it was. */
  look(nowUs: number): void {
    if (nowUs < this.firstUs) return;
    const { followed, dueUs } = this;
    let firstUs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < followed.length; i++) {
      while (dueUs[i] <= nowUs) {
        this.lookAt(followed[i]);
        dueUs[i] = nextLookUs(followed[i]);
      }
      firstUs = Math.min(firstUs, dueUs[i]);
    }
    this.firstUs = firstUs;
    if (!dueUs.includes(Number.POSITIVE_INFINITY)) return;
    for (const { outcome } of followed) if (hasEnded(outcome)) this.tell(outcome);
    this.followed = followed.filter(({ outcome }) => !hasEnded(outcome));
    this.dueUs = dueUs.filter((us) => us !== Number.POSITIVE_INFINITY);
  }

  private lookAt(one: Followed): void {
    const { outcome, legs, byPrice, isChain, bpsPerPrice = null, floorBps } = one;
    const ms = HORIZONS_MS[outcome.after.length];
    const filled = this.walk(legs);
    let netBps: number | null = null;
    if (filled !== null && bpsPerPrice !== null)
      netBps = outcome.netBps + (broughtBy(legs, this.prices) - broughtBy(legs, null)) * bpsPerPrice;
    else if (filled !== null) {
      const then = ratioOf(legs, null, isChain);
      const now = ratioOf(legs, this.prices, isChain);
      const change = byPrice && !isChain ? now - then : now / then - 1;
      if (Number.isFinite(then)) netBps = outcome.netBps + change * 1e4;
    }
    outcome.after.push({ ms, netBps, filled });
    if (ms !== CONFIDENCE_MS || netBps === null) return;
    const key = shareKey(outcome.strategy, outcome.netBps);
    const share = this.shares.get(key) ?? { known: 0, held: 0 };
    this.shares.set(key, share);
    share.known++;
    if (netBps > floorBps || (floorBps < 0 && netBps >= floorBps)) share.held++;
  }

  /** The legs' sizes through the books as they are, which sets `prices`: whether all would have filled; null where one cannot be walked. */
  private walk(legs: readonly FollowedLeg[]): boolean | null {
    const { f64 } = this.views;
    let filled = true;
    for (let i = 0; i < legs.length; i++) {
      const { index, side, size, worstPrice } = legs[i];
      if (this.market.state(index) !== L.STATE_LIVE || this.market.crossed(index)) return null;
      const book = this.market.book(index);
      if (this.kernel.bookWalkSize(book, side === "buy" ? 1 : 0, size) !== 1) return null;
      const worst = f64[(book + L.WALK_WORST) >> 3];
      if (side === "buy" ? worst > worstPrice : worst < worstPrice) filled = false;
      this.prices[i] = f64[(book + L.WALK_PRICE) >> 3];
    }
    return filled;
  }
}

/** When it is looked at next, µs; infinite when it was for the last time. */
function nextLookUs({ timeUs, outcome }: Followed): number {
  return hasEnded(outcome) ? Number.POSITIVE_INFINITY : timeUs + HORIZONS_MS[outcome.after.length] * 1000;
}

function hasEnded({ after }: Outcome): boolean {
  return after.length === HORIZONS_MS.length;
}

/**
 * What is sold over what is bought, NaN where one of the two is missing; of a chain, what a unit becomes. At `prices`,
 * one a leg; null: at those of the signal.
 */
function ratioOf(legs: readonly FollowedLeg[], prices: readonly number[] | null, isChain: boolean): number {
  let [bought, sold, unit] = [0, 0, 1];
  for (let i = 0; i < legs.length; i++) {
    const { side, size } = legs[i];
    const price = prices === null ? legs[i].price : prices[i];
    if (isChain) unit = side === "buy" ? unit / price : unit * price;
    else if (side === "buy") bought += price * size;
    else sold += price * size;
  }
  if (isChain) return unit;
  return bought > 0 && sold > 0 ? sold / bought : Number.NaN;
}

/** Prices, as above, of what is sold less those of what is bought. */
function broughtBy(legs: readonly FollowedLeg[], prices: readonly number[] | null): number {
  let sum = 0;
  for (let i = 0; i < legs.length; i++) {
    const price = prices === null ? legs[i].price : prices[i];
    sum += legs[i].side === "buy" ? -price : price;
  }
  return sum;
}

function shareKey(strategy: string, netBps: number): string {
  return `${strategy} ${EDGE_BUCKETS_BPS.filter((bound) => netBps >= bound).length}`;
}
