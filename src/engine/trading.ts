import type { EngineKernel } from "../kernel/kernel.js";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import { usToNsText } from "../market/times.js";
import type { Side } from "../strategies/strategy.js";
import { type FundingDue, FundingDues } from "./funding-dues.js";
import type { MarketView } from "./market-view.js";
import { type LegRefusal, type OptionTerms, optionRefusal, optionTerms, settlementOf } from "./option-terms.js";
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
  /** Base coin that was asked for, and that was filled. */
  wanted: number;
  size: number;
  /** Volume-weighted, quote currency, of an option in what its premium is paid in; null when nothing was filled. */
  price: number | null;
  /** Of the notional; of an option of what it is on, up to the cap of its terms. */
  feeBps: number;
  /** Options only. */
  option?: OptionTerms;
  /** Why nothing was tried; absent otherwise. */
  refused?: LegRefusal;
}

/** An option that was traded has expired. */
export interface Settlement {
  type: "settlement";
  /** Of the expiry. */
  ts: string;
  instrument: string;
  /** What one unit pays, in what the premium was paid in; null where nothing told it. */
  price: number | null;
  /** By which price of what it is on, quote currency. */
  index: number | null;
}

/** Prices of everything that was ever traded. */
export interface Marks {
  type: "marks";
  ts: string;
  /** Instrument -> mid; left out where it is not known, and of options. */
  mids: Record<string, number>;
  /** Option -> its mark; absent where none is traded. */
  marks?: Record<string, number>;
  /** `BTC/USD` -> what the coin is worth that options were paid in, by their venue's index; absent where none was. */
  indexes?: Record<string, number>;
}

export type TradingLine = Fill | FundingDue | Settlement | Marks;

interface Order {
  dueUs: number;
  signal: string;
  /** The entry that is closed: what was filled of it is what is traded. */
  closes: string | null;
  strategy: string;
  effect: Fill["effect"];
  /** Options: a fee is at most this share of the premium; null where it is not known. */
  feeCap: number | null;
  legs: (FollowedLeg & { feeBps: number })[];
}

/** What was filled of a leg. */
interface Held {
  index: number;
  /** Base coin. */
  size: number;
  /** Quote currency. An inverse contract is so many of these: what closes it is this much, whatever coin that is then. */
  worth: number;
}

/** More base coin than any book holds. */
const EVERYTHING = 1e300;

/** Sends orders into the books a while after their signals. Engine thread only; sees nothing of the future. */
export class Trading {
  private readonly settings: TradingSettings;
  private readonly views: Views;
  private readonly kernel: EngineKernel;
  private readonly market: MarketView;
  private readonly tell: (line: TradingLine) => void;
  private readonly wake: (us: number) => void;
  private readonly orders: Order[] = [];
  /** By entry: what was filled of each leg. */
  private readonly held = new Map<string, Held[]>();
  private readonly traded = new Set<number>();
  /** Options that were traded and have not expired -> when they do, µs. */
  private readonly expiries = new Map<number, number>();
  /** `BTC/USD` -> the option traded last that is paid in that coin. */
  private readonly coins = new Map<string, number>();
  private readonly funding: FundingDues;
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
    this.funding = new FundingDues(this.market, this.tell);
  }

  /** Next engine time at which something is due, µs. */
  get nextUs(): number {
    const mark = Number.isNaN(this.nextMarkUs) ? Number.POSITIVE_INFINITY : this.nextMarkUs;
    return Math.min(mark, this.orders[0]?.dueUs ?? Number.POSITIVE_INFINITY, this.nextExpiryUs);
  }

  private get nextExpiryUs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const expiryUs of this.expiries.values()) next = Math.min(next, expiryUs);
    return next;
  }

  /** A signal goes out at `timeUs`. Orders stay in their order, for all wait equally long. */
  order(order: Omit<Order, "dueUs">, timeUs: number): void {
    const dueUs = timeUs + this.settings.latencyMs * 1000;
    this.orders.push({ ...order, dueUs });
    for (const { index } of order.legs) {
      if (this.isOption(index)) {
        const { expiryUs, inCoin } = this.market.option(index);
        if (timeUs < expiryUs) this.expiries.set(index, expiryUs);
        const { base, quote } = this.market.instrument(index);
        if (inCoin) this.coins.set(`${base}/${quote}`, index);
        continue;
      }
      this.traded.add(index);
      this.funding.follow(index, timeUs);
    }
    const markUs = this.settings.markMs * 1000;
    if (Number.isNaN(this.nextMarkUs)) this.nextMarkUs = (Math.floor(timeUs / markUs) + 1) * markUs;
    this.wake(this.nextUs);
  }

  /** Looks at all that is due at `nowUs`; the books stand as they did when it was. */
  look(nowUs: number): void {
    for (;;) {
      const orderUs = this.orders[0]?.dueUs ?? Number.POSITIVE_INFINITY;
      const { nextUs, nextExpiryUs } = this;
      if (nextUs > nowUs) return;
      // What expires now is neither traded nor valued any more.
      if (nextExpiryUs === nextUs) this.expire(nextExpiryUs);
      else if (!(this.nextMarkUs < orderUs)) this.execute(this.orders.shift() as Order);
      else {
        this.mark(this.nextMarkUs);
        const markUs = this.settings.markMs * 1000;
        // Nothing changed between two records: marks of an hour without any need not be repeated.
        this.nextMarkUs = Math.max(this.nextMarkUs, (Math.floor(nowUs / markUs) - 1) * markUs) + markUs;
      }
    }
  }

  /** A watched instrument changed: has its venue turned to the next funding payment? Then the last one was due. */
  changed(index: number, nowUs: number): void {
    if (this.traded.has(index)) this.funding.changed(index, nowUs);
  }

  private execute({ dueUs, signal, closes, strategy, effect, feeCap, legs }: Order): void {
    const ts = usToNsText(dueUs);
    const held = closes === null ? undefined : this.held.get(closes);
    if (closes !== null) this.held.delete(closes);
    const fills: Held[] = [];
    for (const leg of legs) {
      const { index, side, feeBps } = leg;
      const { id, venue, product, base, quote, settle, unit } = this.market.instrument(index);
      this.funding.settle(index, dueUs);
      const mine = held === undefined ? undefined : takenOut(held, index);
      const terms = this.isOption(index) ? optionTerms(this.market, index, feeCap) : undefined;
      const isSettled = terms !== undefined && !this.expiries.has(index);
      // Its expiry has closed it.
      if (effect === "close" && isSettled) continue;
      const refused = terms && effect !== "close" ? optionRefusal(this.market, index, terms, dueUs) : null;
      const { wanted, filled } =
        refused !== null
          ? { wanted: leg.size, filled: 0 }
          : unit === "inverse" && mine !== undefined
            ? this.takeWorth(index, side, mine)
            : this.takeSize(index, side, mine?.size ?? leg.size);
      const price = filled > 0 ? this.views.f64[(this.market.book(index) + L.WALK_PRICE) >> 3] : null;
      fills.push({ index, size: filled, worth: filled * (price ?? 0) });
      this.tell({
        ...{ type: "fill", ts, signal, closes, strategy, effect, instrument: id, venue, product, base, quote, settle },
        ...{ side, wanted, size: filled, price, feeBps },
        ...(terms === undefined ? {} : { option: terms }),
        ...(refused === null ? {} : { refused }),
      });
    }
    if (effect === "open") this.held.set(signal, fills);
  }

  private isOption(index: number): boolean {
    return this.market.instrument(index).product === "option";
  }

  /** Options that end at `us` pay what they are worth by the index of then, whoever holds them. */
  private expire(us: number): void {
    for (const [index, expiryUs] of this.expiries) {
      if (expiryUs !== us) continue;
      this.expiries.delete(index);
      const { id } = this.market.instrument(index);
      this.tell({ type: "settlement", ts: usToNsText(us), instrument: id, ...settlementOf(this.market, index) });
    }
  }

  private isOpen(index: number): boolean {
    return this.market.state(index) === L.STATE_LIVE && !this.market.crossed(index);
  }

  /** So much base coin, or what there is of it. */
  private takeSize(index: number, side: Side, wanted: number): { wanted: number; filled: number } {
    const takes = this.isOpen(index) && wanted > 0;
    const filled = takes ? this.kernel.bookTakeSize(this.market.book(index), side === "buy" ? 1 : 0, wanted) : 0;
    return { wanted, filled };
  }

  /** The contracts that are held, counted in quote currency, or as many of them as there is depth for. */
  private takeWorth(index: number, side: Side, { size, worth }: Held): { wanted: number; filled: number } {
    if (!this.isOpen(index) || !(worth > 0)) return { wanted: size, filled: 0 };
    const book = this.market.book(index);
    const isAsk = side === "buy" ? 1 : 0;
    const { f64 } = this.views;
    if (this.kernel.bookWalkNotional(book, isAsk, worth) === 1) {
      const filled = f64[(book + L.WALK_SIZE) >> 3];
      return { wanted: filled, filled };
    }
    const filled = this.kernel.bookTakeSize(book, isAsk, EVERYTHING);
    return { wanted: filled > 0 ? worth / f64[(book + L.WALK_PRICE) >> 3] : size, filled };
  }

  private mark(us: number): void {
    const mids: Record<string, number> = {};
    for (const index of this.traded) {
      this.funding.settle(index, us);
      const { mid } = this.market.metrics(index);
      if (mid > 0) mids[this.market.instrument(index).id] = mid;
    }
    this.tell({ type: "marks", ts: usToNsText(us), mids, ...this.optionMarks() });
  }

  private optionMarks(): Pick<Marks, "marks" | "indexes"> {
    const marks: Record<string, number> = {};
    for (const index of this.expiries.keys()) {
      const { mark } = this.market.carry(index);
      if (mark > 0) marks[this.market.instrument(index).id] = mark;
    }
    const indexes: Record<string, number> = {};
    for (const [coin, index] of this.coins) {
      const { index: price } = optionTerms(this.market, index, null);
      if (price !== null) indexes[coin] = price;
    }
    return { ...(this.expiries.size > 0 ? { marks } : {}), ...(this.coins.size > 0 ? { indexes } : {}) };
  }
}

/** What is held of an instrument, taken off the list. */
function takenOut(held: Held[], index: number): Held | undefined {
  const at = held.findIndex((one) => one.index === index);
  return at < 0 ? undefined : held.splice(at, 1)[0];
}
