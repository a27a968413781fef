import type { EngineKernel } from "../kernel/kernel.js";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { Side } from "../strategies/strategy.js";
import type { MarketView } from "./market-view.js";

/** Times after a signal at which is looked what is left of it, ms. */
export const HORIZONS_MS = [10, 50, 100, 250, 500, 1000] as const;
/** The time that a signal's confidence speaks of, ms. */
const CONFIDENCE_MS = 100;
/** Outcomes that make a share worth telling. */
const CONFIDENCE_MINIMUM = 30;
/** Lower bounds of the buckets of net edges, bps; below the first is one of its own. */
export const EDGE_BUCKETS_BPS = [0, 2, 5, 10, 20, 50] as const;
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
    let next = Number.POSITIVE_INFINITY;
    for (const one of this.followed) next = Math.min(next, dueUs(one));
    return next;
  }

  save(): OutcomesState {
    return { followed: this.followed, shares: this.shares };
  }

  restore({ followed, shares }: OutcomesState): void {
    this.followed = followed;
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
    this.followed.push({ outcome: { ...outcome, after: [] }, timeUs, legs, byPrice, isChain, bpsPerPrice, floorBps });
    this.wake(timeUs + HORIZONS_MS[0] * 1000);
  }

  /** Looks at all that is due at `nowUs`; the books stand as they did when it was. */
  look(nowUs: number): void {
    if (this.followed.length === 0) return;
    let ended = false;
    for (const one of this.followed) {
      while (one.outcome.after.length < HORIZONS_MS.length && dueUs(one) <= nowUs) this.lookAt(one);
      ended ||= one.outcome.after.length === HORIZONS_MS.length;
    }
    if (!ended) return;
    for (const { outcome } of this.followed) if (outcome.after.length === HORIZONS_MS.length) this.tell(outcome);
    this.followed = this.followed.filter(({ outcome }) => outcome.after.length < HORIZONS_MS.length);
  }

  private lookAt(one: Followed): void {
    const { outcome, legs, byPrice, isChain, bpsPerPrice = null, floorBps } = one;
    const ms = HORIZONS_MS[outcome.after.length];
    const now = this.walk(legs, isChain);
    const then = ratioOf(legs, isChain);
    let netBps: number | null = null;
    if (now !== null && bpsPerPrice !== null) netBps = outcome.netBps + (now.brought - broughtBy(legs)) * bpsPerPrice;
    else if (now !== null && Number.isFinite(then)) {
      const change = byPrice && !isChain ? now.ratio - then : now.ratio / then - 1;
      netBps = outcome.netBps + change * 1e4;
    }
    outcome.after.push({ ms, netBps, filled: now?.filled ?? null });
    if (ms !== CONFIDENCE_MS || netBps === null) return;
    const key = shareKey(outcome.strategy, outcome.netBps);
    const share = this.shares.get(key) ?? { known: 0, held: 0 };
    this.shares.set(key, share);
    share.known++;
    if (netBps > floorBps || (floorBps < 0 && netBps >= floorBps)) share.held++;
  }

  /** The legs' sizes through the books as they are: what is sold over what is bought. */
  private walk(
    legs: readonly FollowedLeg[],
    isChain: boolean,
  ): { ratio: number; brought: number; filled: boolean } | null {
    const { f64 } = this.views;
    let filled = true;
    const prices: FollowedLeg[] = [];
    for (const leg of legs) {
      const { index, side, size, worstPrice } = leg;
      if (this.market.state(index) !== L.STATE_LIVE || this.market.crossed(index)) return null;
      const book = this.market.book(index);
      if (this.kernel.bookWalkSize(book, side === "buy" ? 1 : 0, size) !== 1) return null;
      const worst = f64[(book + L.WALK_WORST) >> 3];
      if (side === "buy" ? worst > worstPrice : worst < worstPrice) filled = false;
      prices.push({ ...leg, price: f64[(book + L.WALK_PRICE) >> 3] });
    }
    return { ratio: ratioOf(prices, isChain), brought: broughtBy(prices), filled };
  }
}

function dueUs({ timeUs, outcome }: Followed): number {
  return timeUs + HORIZONS_MS[outcome.after.length] * 1000;
}

/** What is sold over what is bought, NaN where one of the two is missing; of a chain, what a unit becomes. */
function ratioOf(legs: readonly FollowedLeg[], isChain: boolean): number {
  if (isChain) return legs.reduce((ratio, { side, price }) => (side === "buy" ? ratio / price : ratio * price), 1);
  let bought = 0;
  let sold = 0;
  for (const { side, price, size } of legs)
    if (side === "buy") bought += price * size;
    else sold += price * size;
  return bought > 0 && sold > 0 ? sold / bought : Number.NaN;
}

/** Prices of what is sold less those of what is bought. */
function broughtBy(legs: readonly FollowedLeg[]): number {
  return legs.reduce((sum, { side, price }) => (side === "buy" ? sum - price : sum + price), 0);
}

function shareKey(strategy: string, netBps: number): string {
  return `${strategy} ${EDGE_BUCKETS_BPS.filter((bound) => netBps >= bound).length}`;
}
