import type { EngineKernel } from "../kernel/kernel.js";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import { usToNsText } from "../market/times.js";
import type { Side } from "../strategies/strategy.js";
import type { MarketView } from "./market-view.js";
import type { FollowedLeg } from "./outcomes.js";

/** How signals become trades, in a backtest and on paper. */
export interface TradingSettings {
  /** From the signal to the order in the book, ms of engine time. */
  latencyMs: number;
  /** Between two valuations of what is held, ms. */
  markMs: number;
}

/** A leg of a signal, traded against the book as it stood `latencyMs` later; what was not there was not filled. */
export interface Fill {
  type: "fill";
  ts: string;
  signal: string;
  strategy: string;
  /** The entry that it closes; null unless `effect` is `close`. */
  closes: string | null;
  /** `open`, or `close` of a position; `both` where nothing is held after it (cross-venue, triangular). */
  effect: "open" | "close" | "both";
  instrument: string;
  venue: string;
  product: string;
  base: string | null;
  quote: string | null;
  /** Currency that a derivative pays in; null for spot. */
  settle: string | null;
  side: Side;
  /** Base coin that the signal asked for, and that was filled. */
  wanted: number;
  size: number;
  /** Volume-weighted, quote currency; null when nothing was filled. */
  price: number | null;
  feeBps: number;
}

/** A payment that fell due on what is held: positive rate, longs pay. */
export interface FundingDue {
  type: "funding";
  ts: string;
  instrument: string;
  /** Fraction of one interval. */
  rate: number;
  /** Price of the payment, quote currency: the mark where known, else the mid. */
  price: number;
}

/** Prices of everything that was ever traded. */
export interface Marks {
  type: "marks";
  ts: string;
  /** Instrument -> mid; left out where it is not known. */
  mids: Record<string, number>;
}

export type TradingLine = Fill | FundingDue | Marks;

interface Order {
  dueUs: number;
  signal: string;
  /** The entry that is closed: what was filled of it is what is traded. */
  closes: string | null;
  strategy: string;
  effect: Fill["effect"];
  legs: (FollowedLeg & { feeBps: number })[];
}

interface FundingState {
  rate: number;
  nextUs: number;
}

/** Sends orders into the books a while after their signals. Engine thread only; sees nothing of the future. */
export class Trading {
  private readonly settings: TradingSettings;
  private readonly views: Views;
  private readonly kernel: EngineKernel;
  private readonly market: MarketView;
  private readonly tell: (line: TradingLine) => void;
  private readonly wake: (us: number) => void;
  private readonly orders: Order[] = [];
  /** By entry: base coin filled of each leg. */
  private readonly held = new Map<string, number[]>();
  private readonly traded = new Set<number>();
  private readonly funding = new Map<number, FundingState>();
  private nextMarkUs = Number.NaN;

  constructor(options: {
    settings: TradingSettings;
    views: Views;
    kernel: EngineKernel;
    market: MarketView;
    tell: (line: TradingLine) => void;
    wake: (us: number) => void;
  }) {
    this.settings = options.settings;
    this.views = options.views;
    this.kernel = options.kernel;
    this.market = options.market;
    this.tell = options.tell;
    this.wake = options.wake;
  }

  /** Next engine time at which something is due, µs. */
  get nextUs(): number {
    const mark = Number.isNaN(this.nextMarkUs) ? Number.POSITIVE_INFINITY : this.nextMarkUs;
    return Math.min(mark, this.orders[0]?.dueUs ?? Number.POSITIVE_INFINITY);
  }

  /** A signal goes out at `timeUs`. Orders stay in their order, for all wait equally long. */
  order(order: Omit<Order, "dueUs">, timeUs: number): void {
    const dueUs = timeUs + this.settings.latencyMs * 1000;
    this.orders.push({ ...order, dueUs });
    for (const { index } of order.legs) this.traded.add(index);
    const markUs = this.settings.markMs * 1000;
    if (Number.isNaN(this.nextMarkUs)) this.nextMarkUs = (Math.floor(timeUs / markUs) + 1) * markUs;
    this.wake(this.nextUs);
  }

  /** Looks at all that is due at `nowUs`; the books stand as they did when it was. */
  look(nowUs: number): void {
    for (;;) {
      const orderUs = this.orders[0]?.dueUs ?? Number.POSITIVE_INFINITY;
      if (Math.min(orderUs, this.nextMarkUs || Number.POSITIVE_INFINITY) > nowUs) return;
      if (!(this.nextMarkUs < orderUs)) this.execute(this.orders.shift() as Order);
      else {
        this.mark(this.nextMarkUs);
        const markUs = this.settings.markMs * 1000;
        // Nothing changed between two records: marks of an hour without any need not be repeated.
        this.nextMarkUs = Math.max(this.nextMarkUs, (Math.floor(nowUs / markUs) - 1) * markUs) + markUs;
      }
    }
  }

  /** A watched instrument changed: has its venue turned to the next funding payment? Then the last one was due. */
  changed(index: number): void {
    if (!this.traded.has(index)) return;
    const { fundingRate: rate, fundingNextUs: nextUs, mark } = this.market.carry(index);
    if (Number.isNaN(nextUs)) return;
    const known = this.funding.get(index);
    if (known === undefined) {
      this.funding.set(index, { rate, nextUs });
      return;
    }
    if (nextUs > known.nextUs && !Number.isNaN(known.rate)) {
      const price = mark > 0 ? mark : this.market.metrics(index).mid;
      const { id } = this.market.instrument(index);
      if (price > 0)
        this.tell({ type: "funding", ts: usToNsText(known.nextUs), instrument: id, rate: known.rate, price });
    }
    known.rate = rate;
    known.nextUs = Math.max(known.nextUs, nextUs);
  }

  private execute({ dueUs, signal, closes, strategy, effect, legs }: Order): void {
    const ts = usToNsText(dueUs);
    const held = closes === null ? undefined : this.held.get(closes);
    if (closes !== null) this.held.delete(closes);
    const sizes: number[] = [];
    for (const [i, leg] of legs.entries()) {
      const { index, side, feeBps } = leg;
      const size = held?.[i] ?? leg.size;
      const { id, venue, product, base, quote, settle } = this.market.instrument(index);
      const isOpen = this.market.state(index) === L.STATE_LIVE && !this.market.crossed(index);
      const book = this.market.book(index);
      const filled = isOpen && size > 0 ? this.kernel.bookTakeSize(book, side === "buy" ? 1 : 0, size) : 0;
      const price = filled > 0 ? this.views.f64[(book + L.WALK_PRICE) >> 3] : null;
      sizes.push(filled);
      this.tell({
        ...{ type: "fill", ts, signal, closes, strategy, effect, instrument: id, venue, product, base, quote, settle },
        ...{ side, wanted: size, size: filled, price, feeBps },
      });
    }
    if (effect === "open") this.held.set(signal, sizes);
  }

  private mark(us: number): void {
    const mids: Record<string, number> = {};
    for (const index of this.traded) {
      const { mid } = this.market.metrics(index);
      if (mid > 0) mids[this.market.instrument(index).id] = mid;
    }
    this.tell({ type: "marks", ts: usToNsText(us), mids });
  }
}
