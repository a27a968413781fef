import type { BookSide } from "./book-side.js";
import type { Fill, Market, TakerOrder } from "./market.js";
import { aStep } from "./market.js";
import type { Random } from "./random.js";

/** The quotes stay while the fair price is this near, bps. */
const DEADBAND_BPS = 0.25;
/** Average distance of two levels far from the touch, bps, and ticks at least. */
const GAP_BPS = 0.035;
const GAP_TICKS = 1.5;
/** Levels one market order goes through at most. */
const DEEPEST_ORDER = 4;
const DEEPEST_LIQUIDATION = 10;
const LARGEST_LOTS = 1e12;

/**
 * Limit orders, cancels and market orders around a fair price. A book is never crossed and never
 * empty, after any single change.
 */
export class OrderFlow {
  private readonly market: Market;
  private readonly random: Random;
  private readonly gapTicks: number;
  /** The best bid the market makers want; the best ask is one tick above. */
  private anchor: number;
  private nextTradeId: number;
  private topBid = Number.NaN;
  private topBidLots = 0;
  private topAsk = Number.NaN;
  private topAskLots = 0;

  constructor(market: Market, random: Random, fairPrice: number) {
    this.market = market;
    this.random = random;
    this.anchor = Math.floor(fairPrice / market.tickSize);
    this.gapTicks = Math.max(GAP_TICKS, (this.anchor * GAP_BPS) / 10_000);
    this.nextTradeId = Math.floor(random.between(1e9, 4e9));
    for (const isBid of [true, false]) {
      let tick = isBid ? this.anchor : this.anchor + 1;
      for (let level = 0; level < market.spec.levels && tick > 0; level++) {
        market.book.set(isBid, tick, this.size(level));
        tick += (isBid ? -1 : 1) * this.gap();
      }
    }
    this.compareTop();
  }

  step(fairPrice: number): void {
    const { market, random } = this;
    const fair = fairPrice / market.tickSize;
    const deadband = Math.max(0.7, (fair * DEADBAND_BPS) / 10_000);
    if (Math.abs(fair - this.anchor - 0.5) > deadband) this.moveTo(Math.floor(fair));
    else if (random.chance(0.5)) this.tighten();
    const { changesAStep, product } = market.spec;
    for (let count = random.poisson(changesAStep); count > 0; count--) this.placeOrCancel(random.chance(0.5));
    for (let count = random.poisson(aStep(changesAStep * 5)); count > 0; count--) this.marketOrder();
    if (product !== "spot" && random.chance(aStep(0.06 * changesAStep))) this.liquidate();
    this.trim(true);
    this.trim(false);
  }

  /** Quotes follow the fair price: what stands in the way is traded or withdrawn, then new quotes come. */
  private moveTo(anchor: number): void {
    const { market, random } = this;
    const up = anchor > this.anchor;
    this.anchor = anchor;
    const limit = up ? anchor : anchor + 1;
    const opposite = up ? market.book.asks : market.book.bids;
    const inTheWay = () => opposite.length > 1 && (up ? opposite.best <= limit : opposite.best >= limit);
    if (inTheWay() && random.chance(0.6)) this.take(!up, random.logNormal(4000, 1.5), DEEPEST_ORDER, limit);
    while (inTheWay()) this.change(!up, opposite.best, 0);
    if (up ? opposite.best <= limit : opposite.best >= limit) this.replaceLast(!up, up ? anchor + 1 : anchor);
    this.quote(true, anchor);
    this.quote(false, anchor + 1);
    for (let i = 0; i < 6; i++) this.place(up, this.nearTick(up));
    this.compareTop();
  }

  /** The last level of a side moves away; the other side's quote would cross it. */
  private replaceLast(isBid: boolean, tick: number): void {
    const side = isBid ? this.market.book.bids : this.market.book.asks;
    const last = side.best;
    this.change(isBid, tick, this.size(0));
    if (last !== tick) this.change(isBid, last, 0);
  }

  /** A gap between the best prices is closed. */
  private tighten(): void {
    const { bids, asks } = this.market.book;
    if (bids.best < this.anchor && asks.best > this.anchor) this.quote(true, this.anchor);
    if (asks.best > this.anchor + 1 && bids.best < this.anchor + 1) this.quote(false, this.anchor + 1);
    this.compareTop();
  }

  /** A market maker's quote at the touch, when none stands there. */
  private quote(isBid: boolean, tick: number): void {
    const { bids, asks } = this.market.book;
    if (isBid ? asks.best <= tick : bids.best >= tick) return;
    if ((isBid ? bids : asks).lotsOf(tick) === 0) this.change(isBid, tick, this.size(0));
  }

  private placeOrCancel(isBid: boolean): void {
    const { market, random } = this;
    const side = isBid ? market.book.bids : market.book.asks;
    const wanted = 0.5 + (market.spec.levels - side.length) / market.spec.levels;
    if (random.chance(wanted)) this.place(isBid, this.nearTick(isBid));
    else this.cancel(isBid, side);
    this.compareTop();
  }

  /** More at a price, unless it would cross. */
  private place(isBid: boolean, tick: number): void {
    const side = isBid ? this.market.book.bids : this.market.book.asks;
    const other = isBid ? this.market.book.asks : this.market.book.bids;
    if (tick < 1 || (isBid ? tick >= other.best : tick <= other.best)) return;
    const depth = Math.abs(side.best - tick) <= 1 ? 0 : 10;
    this.change(isBid, tick, Math.min(LARGEST_LOTS, side.lotsOf(tick) + this.size(depth)));
  }

  private cancel(isBid: boolean, side: BookSide): void {
    const { random } = this;
    if (side.length < 20) return;
    const depth = Math.min(side.length - 1, Math.floor(Math.exp(random.next() * Math.log(side.length))) - 1);
    const lots = side.lotsAt(depth);
    const left = random.chance(0.5) ? 0 : Math.floor(lots * random.next());
    this.change(isBid, side.tickAt(depth), left);
  }

  private marketOrder(): void {
    const { random, market } = this;
    const { outside } = market.spec;
    if (outside !== null && random.chance(1 / 200)) this.tradeOutside(outside);
    else this.take(random.chance(0.5), random.logNormal(600, 2), DEEPEST_ORDER, null);
    this.compareTop();
  }

  private liquidate(): void {
    const { market, random } = this;
    const longLost = random.chance(0.5);
    const fills = this.take(longLost, random.logNormal(20_000, 1.2), DEEPEST_LIQUIDATION, null);
    this.compareTop();
    if (fills.length === 0) return;
    const away = Math.ceil((fills[0].tick * random.between(5, 40)) / 10_000);
    const lots = fills.reduce((sum, fill) => sum + fill.lots, 0);
    market.listener?.liquidated({ longLost, lots, tick: fills[0].tick + (longLost ? -away : away), fills });
  }

  /** Takes liquidity worth `usd` from the best levels, and tells the trades. */
  private take(takerSells: boolean, usd: number, deepest: number, limit: number | null): readonly Fill[] {
    const { market } = this;
    const side = takerSells ? market.book.bids : market.book.asks;
    const fills: Fill[] = [];
    let left = Math.max(1, Math.round(usd / market.lotUsd));
    for (let level = 0; level < deepest && left > 0 && side.length > 20; level++) {
      const tick = side.best;
      if (limit !== null && (takerSells ? tick < limit : tick > limit)) break;
      const lots = Math.min(left, side.bestLots);
      this.fill(fills, tick, lots);
      this.change(takerSells, tick, side.bestLots - lots);
      left -= lots;
    }
    if (fills.length > 0) this.tell({ takerSells, kind: "market", fills, sequence: market.book.sequence });
    return fills;
  }

  /** Several resting orders may stand behind one level: each is a trade. */
  private fill(fills: Fill[], tick: number, lots: number): void {
    let left = lots;
    for (let parts = Math.min(4, this.random.poisson(0.6)); parts > 0 && left > 1; parts--) {
      const part = 1 + this.random.below(left - 1);
      fills.push({ id: this.nextTradeId++, tick, lots: part });
      left -= part;
    }
    fills.push({ id: this.nextTradeId++, tick, lots: left });
  }

  private tradeOutside(kind: "insurance" | "block"): void {
    const { market, random } = this;
    const lots = Math.max(1, Math.round(random.logNormal(5000, 1.5) / market.lotUsd));
    const tick = market.book.bids.best - random.below(20);
    const fills = [{ id: this.nextTradeId++, tick, lots }];
    market.listener?.traded({ takerSells: random.chance(0.5), kind, fills, sequence: market.book.sequence });
  }

  private tell(order: TakerOrder): void {
    this.market.lastTick = order.fills[order.fills.length - 1].tick;
    this.market.listener?.traded(order);
  }

  /** Keeps the number of levels: new ones behind the last, or the last ones withdrawn. */
  private trim(isBid: boolean): void {
    const { market } = this;
    const side = isBid ? market.book.bids : market.book.asks;
    const { levels } = market.spec;
    for (let i = 0; i < 4 && side.length < levels * 0.95; i++) {
      const tick = side.tickAt(side.length - 1) + (isBid ? -1 : 1) * this.gap();
      if (tick < 1) return;
      this.change(isBid, tick, this.size(side.length));
    }
    for (let i = 0; i < 4 && side.length > levels * 1.1; i++) this.change(isBid, side.tickAt(side.length - 1), 0);
  }

  /** A price behind the best one; near ones are likelier. */
  private nearTick(isBid: boolean): number {
    const { market, random } = this;
    const best = (isBid ? market.book.bids : market.book.asks).best;
    const reach = market.spec.levels * this.gapTicks * 0.5;
    const distance = Math.floor(Math.exp(random.next() * Math.log(reach))) - 1;
    return best + (isBid ? -distance : distance);
  }

  private gap(): number {
    return 1 + Math.floor(this.random.exponential(this.gapTicks - 1 + 0.5));
  }

  /** Lots of a new order, `depth` levels behind the touch: larger at the touch, heavy-tailed everywhere. */
  private size(depth: number): number {
    const { market, random } = this;
    const spot = market.spec.product === "spot";
    const usd =
      depth === 0
        ? random.logNormal(spot ? 60_000 : 120_000, 0.7)
        : random.logNormal(spot ? 1500 : 5000, spot ? 2 : 1.7) * (depth < 20 ? 2 : 1);
    return Math.max(1, Math.round(Math.min(usd, 2e7) / market.lotUsd));
  }

  private change(isBid: boolean, tick: number, lots: number): void {
    if (this.market.book.set(isBid, tick, lots)) this.market.listener?.levelChanged(isBid, tick);
  }

  private compareTop(): void {
    const { bids, asks } = this.market.book;
    const same =
      bids.best === this.topBid &&
      bids.bestLots === this.topBidLots &&
      asks.best === this.topAsk &&
      asks.bestLots === this.topAskLots;
    if (same) return;
    this.topBid = bids.best;
    this.topBidLots = bids.bestLots;
    this.topAsk = asks.best;
    this.topAskLots = asks.bestLots;
    this.market.listener?.topChanged();
  }
}
