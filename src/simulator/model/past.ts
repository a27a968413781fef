import { ASSETS, type MarketSpec } from "./market-spec.js";
import { Random } from "./random.js";

/** A bar of trades, in the whole numbers that a market counts in. */
export interface PastBar {
  openMs: number;
  openTick: number;
  highTick: number;
  lowTick: number;
  closeTick: number;
  lots: number;
  trades: number;
}

/** Nothing was traded before. */
const PAST_BEGINS_MS = Date.UTC(2020, 0, 1);

/** Waves by which a price wanders: period in ms, and height of its logarithm. */
const waves = [
  [7 * 60_000, 0.0004],
  [53 * 60_000, 0.0015],
  [5.3 * 3_600_000, 0.004],
  [31 * 3_600_000, 0.01],
  [11.3 * 86_400_000, 0.03],
] as const;

/** Points at which a bar's price is looked at, both ends included. */
const LOOKS = 9;
const LOTS_A_MINUTE = 4321;

/**
 * What was traded before the simulator was started: made up, and a function of market and time alone, so that
 * a stretch asked for twice, or by other pages, is the same.
 */
export class Past {
  private readonly spec: MarketSpec;
  private readonly phases: readonly number[];
  private readonly level: number;

  constructor(spec: MarketSpec) {
    this.spec = spec;
    const random = new Random(0, "past", spec.venue, spec.product, spec.symbol);
    this.phases = waves.map(() => random.between(0, 2 * Math.PI));
    this.level = ASSETS[spec.base].price / (ASSETS[spec.quote]?.price ?? 1);
  }

  /** Bars that open at `fromMs` or later and before `toMs`, oldest first. */
  bars(widthMs: number, fromMs: number, toMs: number): PastBar[] {
    const bars: PastBar[] = [];
    const first = Math.max(Math.ceil(fromMs / widthMs) * widthMs, Math.ceil(PAST_BEGINS_MS / widthMs) * widthMs);
    for (let openMs = first; openMs < toMs; openMs += widthMs) bars.push(this.bar(openMs, widthMs));
    return bars;
  }

  /** The 24 hours before a time. */
  day(nowMs: number): PastBar {
    return this.bar(nowMs - 86_400_000, 86_400_000);
  }

  private bar(openMs: number, widthMs: number): PastBar {
    const ticks = Array.from({ length: LOOKS }, (_, look) => this.tickAt(openMs + (widthMs * look) / (LOOKS - 1)));
    const minute = openMs / 60_000;
    const lots = Math.round((LOTS_A_MINUTE * widthMs * (1.2 + Math.sin(minute))) / 60_000);
    return {
      ...{ openMs, openTick: ticks[0], highTick: Math.max(...ticks), lowTick: Math.min(...ticks) },
      ...{ closeTick: ticks[LOOKS - 1], lots, trades: Math.ceil(lots / 97) },
    };
  }

  private tickAt(ms: number): number {
    let log = Math.log(this.level);
    for (const [index, [period, height]] of waves.entries())
      log += height * Math.sin((2 * Math.PI * ms) / period + this.phases[index]);
    return Math.max(1, Math.round((Math.exp(log) * 10 ** this.spec.priceDecimals) / this.spec.tickUnits));
  }
}
