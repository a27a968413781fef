import type { EngineKernel } from "../kernel/kernel.js";
import type { Views } from "../kernel/memory.js";

/** A spread whose z is to be known between the samples of its window. */
export interface ScoredSpread {
  /** Address of the window. */
  window: number;
  /** Its z has moved: `value` is the spread at the prices of now. */
  moved: (timeUs: number, value: number) => void;
}

/** z that must have moved since it was told, to be told again. */
const LEAST_MOVE = 0.01;
const F64 = 8;

/** The z that a next sample of each spread would have, of many spreads by one call of the kernel: all differences or all ratios. */
export class SpreadScores {
  private readonly views: Views;
  private readonly kernel: EngineKernel;
  private readonly isRatio: boolean;
  private readonly spreads: ScoredSpread[] = [];
  private readonly legs: number[] = [];
  /** Entries in memory: even. */
  private count = 0;
  private legsAt = 0;
  private restAt = 0;
  private scoresAt = 0;
  private toldAt = 0;
  private flagsAt = 0;

  constructor(options: { views: Views; kernel: EngineKernel; isRatio: boolean }) {
    this.views = options.views;
    this.kernel = options.kernel;
    this.isRatio = options.isRatio;
  }

  /** `a` and `b`: addresses of the prices, or of their logarithms. Returns its entry. */
  add(spread: ScoredSpread, a: number, b: number): number {
    this.legs.push(a, b);
    return this.spreads.push(spread) - 1;
  }

  /** Lays the entries out from `at` on, all unknown; returns the end. */
  place(at: number): number {
    const count = this.spreads.length + (this.spreads.length & 1);
    if (count === 0) return at;
    this.count = count;
    this.legsAt = at;
    this.restAt = this.legsAt + count * F64;
    this.scoresAt = this.restAt + 4 * count * F64;
    this.toldAt = this.scoresAt + count * F64;
    this.flagsAt = this.toldAt + count * F64;
    const { u32, f64 } = this.views;
    u32.fill(this.legs[0], this.legsAt >> 2, this.restAt >> 2);
    u32.set(this.legs, this.legsAt >> 2);
    f64.fill(Number.NaN, this.restAt >> 3, this.flagsAt >> 3);
    return this.flagsAt + Math.ceil(count / 32) * 4;
  }

  /** The window of an entry has a new sample. */
  renew(entry: number): void {
    this.kernel.windowRest(this.spreads[entry].window, this.restAt + entry * F64, this.count * F64);
  }

  /** Hot: z of every spread now; those that moved are told. */
  score(timeUs: number): void {
    const { count, legsAt, restAt, scoresAt, toldAt, flagsAt } = this;
    if (count === 0) return;
    const moved = this.kernel.spreadScores(this.isRatio, count, legsAt, restAt, scoresAt, toldAt, LEAST_MOVE, flagsAt);
    if (moved === 0) return;
    const { u32 } = this.views;
    for (let first = 0; first < count; first += 32)
      for (let word = u32[(flagsAt >> 2) + (first >> 5)]; word !== 0; word &= word - 1)
        this.tell(first + 31 - Math.clz32(word & -word), timeUs);
  }

  private tell(entry: number, timeUs: number): void {
    const { f64 } = this.views;
    f64[(this.toldAt >> 3) + entry] = f64[(this.scoresAt >> 3) + entry];
    const [a, b] = [f64[this.legs[2 * entry] >> 3], f64[this.legs[2 * entry + 1] >> 3]];
    this.spreads[entry].moved(timeUs, this.isRatio ? a / b : a - b);
  }
}
