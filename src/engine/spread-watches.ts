import type { EngineKernel } from "../kernel/kernel.js";
import type { Views } from "../kernel/memory.js";
import type { BoundedSpread, SpreadBounds } from "../strategies/strategy.js";
import { type ScoredSpread, SpreadScores } from "./spread-scores.js";

/** Side by side in the kernel: the spreads of one leg, all logarithmic or none, as `this leg - other leg`. */
interface Leg {
  watches: Watch[];
  /** What each of them calls, without a look at the others' memory. */
  calls: Watch["call"][];
  count: number;
  lower: number;
  upper: number;
  others: number;
  flags: number;
}

interface Watch {
  spread: BoundedSpread;
  bounds: SpreadBounds;
  legs: readonly (() => number | undefined)[];
  call: (timeUs: number, changed: string) => void;
  /** Its z is told, too, while it has bounds. */
  scored?: ScoredSpread;
  /** Where its bounds are kept: in the list of a, and mirrored in that of b. */
  kept: { leg: Leg; entry: number; isMirrored: boolean }[];
  score: { list: SpreadScores; entry: number } | null;
}

/** A price in the kernel's memory, or its logarithm, of which there is a list each. NaN when the book is not live. */
const PRICE_BYTES = 8;
/** Spreads that the kernel compares at a time: the length of a list is a multiple of it. */
const AT_A_TIME = 4;
const LINE = 128;
/** Enough for both entries of a watch and for its score, whatever the lengths of the lists they are in. */
const WATCH_BYTES = 3 * LINE;

/**
 * Spreads that strategies want to hear of when they leave bounds, between their samples: at a change of one leg
 * all of its spreads are compared by one call of the kernel, and only the strategies beyond are called.
 */
export class SpreadWatches {
  private readonly views: Views;
  private readonly kernel: EngineKernel;
  private readonly reserve: (bytes: number) => number;
  private readonly instruments: number;
  private readonly watches: Watch[] = [];
  private readonly byInstrument: Leg[][] = [];
  private prices = 0;
  private logs = 0;
  private lists = 0;
  /** Those of differences, of prices or of logarithms, and those of ratios. */
  private scores: readonly SpreadScores[] = [];
  private isStale = true;

  /** `reserve` gives memory that lies below all that it gave before, and is part of no checkpoint. */
  constructor(options: {
    views: Views;
    kernel: EngineKernel;
    instruments: number;
    reserve: (bytes: number) => number;
  }) {
    this.views = options.views;
    this.kernel = options.kernel;
    this.instruments = options.instruments;
    this.reserve = options.reserve;
  }

  /** `bounds` hold nothing until they are set by the function that comes back. `legs` find the instruments, once known. @throws STRATEGY_MEMORY */
  add(watch: Omit<Watch, "kept" | "score">): (lower: number, upper: number) => void {
    if (this.prices === 0) {
      const bytes = this.instruments * PRICE_BYTES;
      this.prices = this.reserve(2 * bytes);
      this.logs = this.prices + bytes;
      this.views.f64.fill(Number.NaN, this.prices >> 3, (this.logs + bytes) >> 3);
    }
    this.lists = this.reserve(WATCH_BYTES);
    const kept: Watch = { ...watch, kept: [], score: null };
    this.watches.push(kept);
    this.isStale = true;
    return (lower, upper) => {
      kept.bounds.lower = lower;
      kept.bounds.upper = upper;
      this.write(kept);
    };
  }

  /** An instrument was bound: the lists are made again before they are used. */
  stale(): void {
    this.isStale = true;
  }

  /** Hot: the mid of an instrument is `price` now, NaN when its book is not live. */
  changed(instrument: number, price: number, timeUs: number, id: string): void {
    const { f64 } = this.views;
    if (f64[(this.prices + instrument * PRICE_BYTES) >> 3] === price) return;
    this.keep(instrument, price);
    if (this.isStale) this.build();
    const legs = this.byInstrument[instrument];
    if (legs === undefined || Number.isNaN(price)) return;
    const [plain, logarithmic] = legs;
    if (plain.count > 0) this.look(plain, price, timeUs, id);
    if (logarithmic.count > 0) this.look(logarithmic, f64[(this.logs + instrument * PRICE_BYTES) >> 3], timeUs, id);
  }

  /** Tells of each scored spread whose z has moved. */
  score(timeUs: number): void {
    if (!this.isUsed) return;
    if (this.isStale) this.build();
    for (const list of this.scores) list.score(timeUs);
  }

  get isUsed(): boolean {
    return this.watches.length > 0;
  }

  /** Prices and bounds that a checkpoint brought. */
  restore(instruments: readonly number[], priceOf: (instrument: number) => number): void {
    this.isStale = true;
    if (this.isUsed) for (const instrument of instruments) this.keep(instrument, priceOf(instrument));
  }

  private keep(instrument: number, price: number): void {
    this.views.f64[(this.prices + instrument * PRICE_BYTES) >> 3] = price;
    this.views.f64[(this.logs + instrument * PRICE_BYTES) >> 3] = Math.log(price);
  }

  private look({ calls, count, lower, upper, others, flags }: Leg, value: number, timeUs: number, id: string): void {
    if (this.kernel.spreadsBeyond(value, count, lower, upper, others, flags) === 0) return;
    // Copied: who is called may set bounds, but changes no price and no list.
    for (let first = 0; first < count; first += 32)
      for (let word = this.views.u32[(flags >> 2) + (first >> 5)]; word !== 0; word &= word - 1)
        calls[first + 31 - Math.clz32(word & -word)](timeUs, id);
  }

  private build(): void {
    this.isStale = false;
    this.byInstrument.length = 0;
    const { views, kernel } = this;
    this.scores = [false, true].map((isRatio) => new SpreadScores({ views, kernel, isRatio }));
    for (const watch of this.watches) {
      watch.kept = [];
      watch.score = null;
      const indexes = watch.legs.map((find) => find());
      if (indexes.some((index) => index === undefined)) continue;
      for (const [side, index] of (indexes as number[]).entries()) {
        this.byInstrument[index] ??= [empty(), empty()];
        const leg = this.byInstrument[index][watch.spread === "difference" ? 0 : 1];
        watch.kept.push({ leg, entry: leg.watches.length, isMirrored: side === 1 });
        leg.watches.push(watch);
        leg.calls.push(watch.call);
      }
      if (watch.scored !== undefined) watch.score = this.scoreOf(watch.spread, watch.scored, indexes as number[]);
    }
    let at = this.lists;
    for (const legs of this.byInstrument.filter((known) => known !== undefined))
      for (const leg of legs) at = this.place(leg, at);
    for (const list of this.scores) at = Math.ceil(list.place(at) / LINE) * LINE;
    for (const watch of this.watches) this.write(watch);
    for (const [index, legs] of this.byInstrument.entries()) if (legs !== undefined) this.link(legs, index);
  }

  private scoreOf(spread: BoundedSpread, scored: ScoredSpread, indexes: readonly number[]): Watch["score"] {
    const prices = spread === "log-ratio" ? this.logs : this.prices;
    const [a, b] = indexes.map((index) => prices + index * PRICE_BYTES);
    const list = this.scores[spread === "ratio" ? 1 : 0];
    return { list, entry: list.add(scored, a, b) };
  }

  private place(leg: Leg, at: number): number {
    const count = Math.ceil(leg.watches.length / AT_A_TIME) * AT_A_TIME;
    leg.count = count;
    leg.lower = at;
    leg.upper = leg.lower + count * 8;
    leg.others = leg.upper + count * 8;
    leg.flags = leg.others + count * 4;
    const { f64, u32 } = this.views;
    f64.fill(Number.NEGATIVE_INFINITY, leg.lower >> 3, leg.upper >> 3);
    f64.fill(Number.POSITIVE_INFINITY, leg.upper >> 3, leg.others >> 3);
    u32.fill(this.prices, leg.others >> 2, leg.flags >> 2);
    return Math.ceil((leg.flags + Math.ceil(count / 32) * 4) / LINE) * LINE;
  }

  private link(legs: readonly Leg[], index: number): void {
    for (const [isLog, leg] of legs.entries())
      for (const [entry, watch] of leg.watches.entries()) {
        const other = watch.legs.map((find) => find() as number).find((candidate) => candidate !== index) ?? index;
        const prices = isLog === 1 ? this.logs : this.prices;
        this.views.u32[(leg.others >> 2) + entry] = prices + other * PRICE_BYTES;
      }
  }

  private write({ spread, bounds, kept, score }: Watch): void {
    const scale = spread === "ratio" ? logOf : same;
    const [lower, upper] = [scale(bounds.lower), scale(bounds.upper)];
    for (const { leg, entry, isMirrored } of kept) {
      this.views.f64[(leg.lower >> 3) + entry] = isMirrored ? -upper : lower;
      this.views.f64[(leg.upper >> 3) + entry] = isMirrored ? -lower : upper;
    }
    if (Number.isFinite(lower) || Number.isFinite(upper)) score?.list.renew(score.entry);
  }
}

const same = (bound: number): number => bound;
const logOf = (bound: number): number => (bound > 0 ? Math.log(bound) : Number.NEGATIVE_INFINITY);
const empty = (): Leg => ({ watches: [], calls: [], count: 0, lower: 0, upper: 0, others: 0, flags: 0 });
