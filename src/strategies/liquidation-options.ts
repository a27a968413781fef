import { floored } from "../market/lots.js";
import { vega, yearly } from "./black.js";
import {
  defineStrategy,
  type OptionQuote,
  type Side,
  type StrategyContext,
  type StrategySetup,
  z,
} from "./strategy.js";
import { THRESHOLDS } from "./thresholds.js";

const DAY_US = 86_400_000_000;
const YEAR_US = 365 * DAY_US;
const LOOK_MS = 1000;

const realised = z.object({
  from: z.literal("realised"),
  instrument: z.string(),
  sampleMs: z.number().positive().default(60_000),
  window: z.number().int().min(2).max(10_000).default(1440),
  minSamples: z.number().int().min(2).default(60),
});
type RealisedOptions = z.output<typeof realised>;

const options = z.object({
  liquidations: z.array(z.string()).min(1),
  minValue: z.number().min(0).default(10_000),
  venues: z.array(z.string()).min(1),
  base: z.string(),
  preset: z.enum(["net", "system-a"]).default("net"),
  strikeTolerance: z.number().positive().max(1).default(0.05),
  expiryDays: z.tuple([z.number().min(0), z.number().positive()]).default([1, 60]),
  volatility: z.discriminatedUnion("from", [z.object({ from: z.literal("mark") }), realised]).default({ from: "mark" }),
  minVolatilityEdge: z.number().min(0).default(0.02),
  volumeShare: z.number().positive().max(1).default(0.1),
  feeCap: z.number().positive().max(1).default(0.125),
  lots: z.record(z.string(), z.number().positive()).default({}),
  holdMinutes: z.number().positive().default(60),
});

/** The rule of system A: whatever is implied above this is called an edge. */
const SYSTEM_A_VOLATILITY = 0.15;

/** What an option would bring; bps of the underlying. */
interface Candidate {
  instrument: string;
  side: Side;
  size: number;
  edgeBps: number;
  /** Volatility sold less volatility bought, a fraction of a year's. */
  volatilityEdge: number;
  strike: number;
  days: number;
  underlying: number;
  impliedVolatility: number;
  fairVolatility: number;
  vega: number;
  dayVolume: number;
  inCoin: boolean;
  lot: number;
}

/**
 * Forced closings against the options chain. Shorts that are closed buy: calls are looked at; longs sell: puts.
 * Of the options with a strike near the price of the liquidation, the one whose quoted volatility is farthest
 * from the fair one is sold (bid above fair) or bought (offer below), no more than a share of its day's volume, in
 * whole lots, and given back after a while. The edge is vega times that distance; what more than the best level costs, and the
 * capped fee, the engine takes off. `fair` is the venue's mark volatility, or the realised one of a window of the
 * user's choice, which should be as long as the options have to live. Preset `system-a`: any mark volatility
 * above 15 % is sold. Source of the formulas: black.ts; of the rule, docs/corrections.md.
 */
export default defineStrategy({
  kind: "liquidation-options",
  options,
  watch: ({ liquidations, volatility }) =>
    volatility.from === "realised" ? [...liquidations, volatility.instrument] : liquidations,
  liveBooks: 0,
  holds: true,
  thresholds: THRESHOLDS["liquidation-options"],
  create: (settings, setup) => {
    const { volatility, liquidations, holdMinutes } = settings;
    const { currency } = setup.settings.notional;
    const chain = setup.options({ venues: settings.venues, base: settings.base, quote: currency });
    /** What was closed of each instrument so far, base coin, and when each open entry is given back, epoch µs. */
    const state = setup.state<{ seen: Record<string, { long: number; short: number }>; until: Record<string, number> }>(
      {
        seen: {},
        until: {},
      },
    );
    const realised = volatility.from === "realised" ? realisedOf(setup, volatility) : null;
    setup.every(LOOK_MS, (context) => {
      for (const [direction, untilUs] of Object.entries(state.until)) {
        if (!context.holds(direction)) delete state.until[direction];
        else if (untilUs <= context.timeUs) context.exit(direction);
      }
    });

    return (context) => {
      const { changed } = context;
      const { minValue } = settings;
      if (!liquidations.includes(changed)) return;
      const { long, short, price } = context.liquidations(changed);
      const seen = state.seen[changed] ?? { long: 0, short: 0 };
      state.seen[changed] = { long, short };
      if ((short - seen.short) * price >= minValue && short > seen.short)
        look(context, "call", short - seen.short, price);
      if ((long - seen.long) * price >= minValue && long > seen.long) look(context, "put", long - seen.long, price);
    };

    function look(context: StrategyContext, type: "call" | "put", liquidated: number, price: number): void {
      const found = best(context, type, liquidated, price);
      if (typeof found === "string") {
        context.refuse(found);
        return;
      }
      const { instrument, side, size, lot, edgeBps, underlying, inCoin, ...figures } = found;
      const direction = `${side} ${instrument}`;
      const isHeld = context.holds(direction);
      const {
        volatilityEdge,
        strike,
        days,
        impliedVolatility,
        fairVolatility,
        vega: ofVolatility,
        dayVolume,
      } = figures;
      context.propose([{ side, instrument, size, lot }], {
        direction,
        edgeBps,
        reference: { price: underlying, inCoin, feeCap: settings.feeCap },
        statistics: {
          ...{ liquidated: type === "call" ? "short" : "long", liquidationSize: liquidated, liquidationPrice: price },
          ...{ strike, type, days, underlying, impliedVolatility, fairVolatility, volatilityEdge, vega: ofVolatility },
          fairFrom: settings.preset === "system-a" ? "15 %" : volatility.from,
          fairDays: realised === null || settings.preset === "system-a" ? null : realised.days,
          dayVolume,
        },
      });
      if (!isHeld && context.holds(direction)) state.until[direction] = context.timeUs + holdMinutes * 60e6;
    }

    /** The option with the largest edge, or why there is none. */
    function best(
      context: StrategyContext,
      type: "call" | "put",
      liquidated: number,
      price: number,
    ): Candidate | string {
      let found: Candidate | null = null;
      let reason = "no-strike";
      for (const instrument of chain) {
        const option = context.option(instrument);
        const days = (option.expiryUs - context.timeUs) / DAY_US;
        if (option.type !== type || !(days >= settings.expiryDays[0] && days <= settings.expiryDays[1])) continue;
        if (!(Math.abs(option.strike / price - 1) <= settings.strikeTolerance)) continue;
        const candidate = weigh(instrument, option, days, liquidated);
        if (typeof candidate === "string") reason = candidate;
        else if (found === null || candidate.edgeBps > found.edgeBps) found = candidate;
      }
      if (found === null) return reason;
      return found.volatilityEdge >= settings.minVolatilityEdge ? found : "below-volatility-edge";
    }

    function weigh(instrument: string, option: OptionQuote, days: number, liquidated: number): Candidate | string {
      const { strike, underlying, markVolatility, dayVolume, inCoin } = option;
      const lot = settings.lots[instrument.slice(0, instrument.indexOf(":"))] ?? option.lot;
      if (!(underlying > 0) || !(markVolatility > 0)) return "volatility-unknown";
      const isSystemA = settings.preset === "system-a";
      const fair = isSystemA ? SYSTEM_A_VOLATILITY : realised === null ? markVolatility : realised.yearly();
      if (!(fair > 0)) return "too-few-samples";
      if (!(dayVolume > 0)) return "no-volume";
      const { side, implied, edge } = isSystemA
        ? { side: "sell" as const, implied: markVolatility, edge: markVolatility - fair }
        : quotedAgainst(option, fair);
      if (Number.isNaN(edge)) return "volatility-unknown";
      if (!(lot > 0)) return "lot-unknown";
      const most = Math.min(liquidated, settings.volumeShare * dayVolume, setup.settings.notional.amount / underlying);
      const size = floored(most, lot);
      if (size === 0) return "lot";
      const ofVolatility = vega(underlying, strike, (days * DAY_US) / YEAR_US, markVolatility);
      const mid = (option.bid + option.ask) / 2;
      const perPrice = inCoin ? 1e4 : 1e4 / underlying;
      // The engine takes off what the walked price loses against the mid; a quoted volatility has lost the first half spread.
      const half = isSystemA ? 0 : (side === "sell" ? mid - option.bid : option.ask - mid) * perPrice;
      return {
        ...{ instrument, side, size, lot, strike, days, underlying, dayVolume, inCoin, impliedVolatility: implied },
        ...{ fairVolatility: fair, volatilityEdge: edge, vega: ofVolatility },
        edgeBps: ((ofVolatility * edge) / underlying) * 1e4 + half,
      };
    }
  },
});

/** The side of the quote that is farther from the fair volatility; NaN where neither is known. */
function quotedAgainst({ bidVolatility, askVolatility }: OptionQuote, fair: number) {
  const sold = bidVolatility > 0 ? bidVolatility - fair : Number.NaN;
  const bought = askVolatility > 0 ? fair - askVolatility : Number.NaN;
  return sold >= bought || Number.isNaN(bought)
    ? { side: "sell" as const, implied: bidVolatility, edge: sold }
    : { side: "buy" as const, implied: askVolatility, edge: bought };
}

interface Realised {
  /** Of a year, a fraction; NaN before there are enough samples. */
  yearly(): number;
  /** Length of the whole window. */
  days: number;
}

/** Volatility that an instrument's mids have had on a time grid; a time without a live book is no sample. */
function realisedOf(
  setup: StrategySetup,
  { instrument, sampleMs, window: samples, minSamples }: RealisedOptions,
): Realised {
  const window = setup.window(samples);
  const before = setup.state({ mid: Number.NaN });
  setup.every(sampleMs, (context) => {
    const mid = context.live(instrument) ? context.metrics(instrument).mid : Number.NaN;
    window.push(Math.log(mid / before.mid));
    before.mid = mid;
  });
  return {
    yearly: () =>
      window.count < Math.min(minSamples, samples)
        ? Number.NaN
        : yearly(window.mean ** 2 + window.deviation ** 2, sampleMs),
    days: (sampleMs * samples) / 86_400_000,
  };
}
