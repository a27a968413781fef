import {
  defineStrategy,
  type HedgedWindow,
  type RollingWindow,
  type Statistics,
  type StrategyContext,
  type WindowFigures,
  z,
} from "./strategy.js";
import { THRESHOLDS } from "./thresholds.js";

const options = z.object({
  a: z.string(),
  b: z.string(),
  spread: z.enum(["difference", "ratio", "log-ratio", "hedge-ratio"]).default("log-ratio"),
  hedge: z
    .object({ method: z.enum(["ols", "kalman"]).default("ols"), drift: z.number().positive().max(1).optional() })
    .optional(),
  statistics: z.object({
    price: z.enum(["mid", "vwap"]).default("mid"),
    vwapTrades: z.number().int().min(1).default(100),
    sampleMs: z.number().min(0).default(1000),
    window: z.number().int().min(2).max(10_000).default(3600),
    minSamples: z.number().int().min(2).default(30),
  }),
  between: z.boolean().default(false),
  entryZ: z.number().positive().default(2),
  exitZ: z.number().min(0).default(0.5),
  stopZ: z.number().positive().optional(),
});

const SELL_A = "sell-a-buy-b";
const BUY_A = "buy-a-sell-b";

/**
 * The spread of two prices against its own rolling mean. z above entryZ: sell a, buy b; below: the other
 * way round; left when |z| falls to exitZ or runs beyond stopZ. With `between`, also at a change between samples, by
 * the z that the next sample would have if it were taken now, which live figures show, too. The edge is the way back to exitZ, in bps of
 * notional. Under a hedge ratio beta the leg of b trades beta times the notional; a ratio that is not
 * above 0 is no pair to hedge, and nothing is entered.
 */
export default defineStrategy({
  kind: "pair-zscore",
  options,
  watch: ({ a, b }) => [a, b],
  holds: true,
  thresholds: THRESHOLDS["pair-zscore"],
  create: (settings, setup) => {
    const { a, b, spread, hedge, statistics } = settings;
    const hedged = spread === "hedge-ratio" ? setup.hedged(statistics.window, hedge ?? { method: "ols" }) : null;
    const window = hedged?.spread ?? setup.window(statistics.window);
    const byVwap = statistics.price === "vwap";
    const vwapA = byVwap ? setup.vwap(a, statistics.vwapTrades) : null;
    const vwapB = byVwap ? setup.vwap(b, statistics.vwapTrades) : null;
    /** Outside its stop a pair rests until it has come back inside the entry. */
    const rest = setup.state({ stopped: false });

    const sample = (context: StrategyContext): void => {
      if (!context.live(a) || !context.live(b)) return;
      const priceA = vwapA === null ? context.metrics(a).mid : vwapA.price;
      const priceB = vwapB === null ? context.metrics(b).mid : vwapB.price;
      if (!pushed(hedged, window, spread, priceA, priceB)) return;
      if (window.count < statistics.minSamples) context.refuse("too-few-samples");
      else decide(context, priceA, window);
      bound(context);
    };

    /** A mid changed and the spread may be beyond what the next sample can have without a trade. */
    const look = (context: StrategyContext): void => {
      if (!context.live(a) || !context.live(b)) return;
      const priceA = context.metrics(a).mid;
      const figures = window.next(spreadOf(spread, priceA, context.metrics(b).mid));
      if (figures === null) return;
      decide(context, priceA, figures);
      bound(context);
    };
    const isBetween = settings.between && statistics.sampleMs > 0 && !byVwap && spread !== "hedge-ratio";
    const setBounds = isBetween ? setup.beyond({ kind: spread, a, b }, look, { window, describe }) : null;

    /** Where the next decision lies: a hair on the near side, so that the exact z decides. */
    function bound({ entered }: StrategyContext): void {
      if (setBounds === null || window.count < statistics.minSamples) return;
      const { entryZ, exitZ, stopZ } = settings;
      const leave = window.band(exitZ);
      const slack = Math.abs(leave.centre) * 1e-12;
      const { centre } = leave;
      const inner = leave.reach * (1 + 1e-9) + slack;
      const outer = window.band(entered === null ? entryZ : (stopZ ?? Number.POSITIVE_INFINITY)).reach;
      const near = outer * (1 - 1e-9) - slack;
      if (entered === SELL_A) setBounds(centre + inner, centre + near);
      else if (entered === BUY_A) setBounds(centre - near, centre - inner);
      else setBounds(centre - near, centre + near);
    }

    if (statistics.sampleMs > 0) setup.every(statistics.sampleMs, sample);
    return statistics.sampleMs === 0 ? sample : null;

    function decide(context: StrategyContext, priceA: number, seen: WindowFigures): void {
      const { z: score, deviation } = seen;
      const figures = describe(seen);
      context.publish(figures);
      const { entered } = context;
      const { entryZ, exitZ, stopZ } = settings;
      const size = Math.abs(score);
      if (entered !== null) {
        // Back at the mean, or through it to the other side.
        const reverted = entered === SELL_A ? score <= exitZ : score >= -exitZ;
        const beyond = stopZ !== undefined && size >= stopZ;
        if (beyond) rest.stopped = true;
        if (reverted || beyond) context.exit(entered, { ...figures, stopped: beyond });
        return;
      }
      if (size < entryZ) {
        rest.stopped = false;
        return;
      }
      if (rest.stopped || (stopZ !== undefined && size >= stopZ)) return;
      const weight = hedged === null ? 1 : hedged.beta;
      if (!(weight > 0)) {
        context.refuse("hedge-ratio");
        return;
      }
      const edgeBps = (size - exitZ) * deviation * bpsPerUnit(spread, priceA, seen.mean);
      context.propose(
        score > 0
          ? [
              { side: "sell", instrument: a },
              { side: "buy", instrument: b, weight },
            ]
          : [
              { side: "buy", instrument: a },
              { side: "sell", instrument: b, weight },
            ],
        {
          direction: score > 0 ? SELL_A : BUY_A,
          edgeBps,
          statistics: { ...figures, halfLife: known(window.halfLife()), expectedReversionBps: edgeBps },
        },
      );
    }

    function describe(seen: WindowFigures): Statistics {
      const figures: Statistics = {
        spread: seen.last,
        mean: seen.mean,
        deviation: seen.deviation,
        z: seen.z,
        flat: seen.flat,
        samples: seen.count,
      };
      if (hedged !== null) figures.beta = known(hedged.beta);
      return figures;
    }
  },
});

type Spread = "difference" | "ratio" | "log-ratio" | "hedge-ratio";

function pushed(hedged: HedgedWindow | null, window: RollingWindow, spread: Spread, a: number, b: number): boolean {
  return hedged === null ? window.push(spreadOf(spread, a, b)) : hedged.push(a, b);
}

function spreadOf(spread: Spread, a: number, b: number): number {
  if (!(a > 0) || !(b > 0)) return Number.NaN;
  if (spread === "difference") return a - b;
  return spread === "ratio" ? a / b : Math.log(a) - Math.log(b);
}

/** What one unit of the spread is worth, in bps of the notional of leg a. */
function bpsPerUnit(spread: Spread, priceA: number, mean: number): number {
  if (spread === "difference") return 1e4 / priceA;
  return spread === "ratio" ? 1e4 / mean : 1e4;
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
