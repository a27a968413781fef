import { defineStrategy, type Statistics, type StrategyContext, z } from "./strategy.js";

const DAY_US = 86_400_000_000;
const options = z.object({
  spot: z.string(),
  future: z.string(),
  statistics: z
    .object({
      price: z.enum(["mid", "vwap"]).default("mid"),
      vwapTrades: z.number().int().min(1).default(100),
      sampleMs: z.number().min(0).default(1000),
      window: z.number().int().min(2).max(10_000).default(3600),
      minSamples: z.number().int().min(2).default(30),
    })
    .optional(),
});

/**
 * A future or perpetual against its spot. Rich (basis above cost): sell the future, buy the spot;
 * cheap: the other way round. Basis is published on mids or VWAPs; the edge is always that of the
 * walked bid against the walked offer.
 */
export default defineStrategy({
  kind: "basis",
  options,
  watch: ({ spot, future }) => [spot, future],
  holds: true,
  create: ({ spot, future, statistics }, setup) => {
    const window = statistics === undefined ? null : setup.window(statistics.window);
    const byVwap = statistics?.price === "vwap";
    const spotVwap = byVwap ? setup.vwap(spot, statistics.vwapTrades) : null;
    const futureVwap = byVwap ? setup.vwap(future, statistics.vwapTrades) : null;
    const sampleMs = statistics?.sampleMs ?? 0;

    const basisBps = (context: StrategyContext): number => {
      const a = spotVwap === null ? context.metrics(spot).mid : spotVwap.price;
      const b = futureVwap === null ? context.metrics(future).mid : futureVwap.price;
      return (b / a - 1) * 1e4;
    };
    const sample = (context: StrategyContext): void => {
      if (!context.live(spot) || !context.live(future)) return;
      window?.push(basisBps(context));
      context.publish(describe(context));
    };
    // Without statistics the basis is still shown once a second.
    if (window === null || sampleMs > 0) setup.every(sampleMs || 1000, sample);

    return (context) => {
      if (window !== null && sampleMs === 0) sample(context);
      const { bid: spotBid, ask: spotAsk } = context.quote(spot);
      const { bid: futureBid, ask: futureAsk } = context.quote(future);
      if (futureBid > spotAsk)
        context.propose(
          [
            { side: "sell", instrument: future },
            { side: "buy", instrument: spot },
          ],
          { direction: "sell-future-buy-spot", statistics: describe(context) },
        );
      else if (spotBid > futureAsk)
        context.propose(
          [
            { side: "buy", instrument: future },
            { side: "sell", instrument: spot },
          ],
          { direction: "buy-future-sell-spot", statistics: describe(context) },
        );
    };

    function describe(context: StrategyContext): Statistics {
      const spotMid = context.metrics(spot).mid;
      const futureMid = context.metrics(future).mid;
      const facts = setup.describe(future);
      const expiry = facts?.expiry ?? null;
      const { mark, index, fundingRate, fundingIntervalHours } = context.carry(future);
      const fundingApr = (fundingRate * 8760) / fundingIntervalHours;
      const result: Statistics = {
        basis: futureMid - spotMid,
        basisBps: (futureMid / spotMid - 1) * 1e4,
        annualised: annualised(futureMid / spotMid - 1, expiry, context.timeUs),
        // The venue's own basis, of its mark (the mid where it gives none) against its index: another number than that against a spot market.
        basisToIndexBps: index > 0 ? ((mark > 0 ? mark : futureMid) / index - 1) * 1e4 : null,
        fundingApr: Number.isFinite(fundingApr) ? fundingApr : null,
        // Dollars and dollar tokens are different currencies: such a basis is shown, and never signalled.
        unconverted: facts?.quote !== setup.describe(spot)?.quote,
      };
      if (window !== null && statistics !== undefined) {
        const enough = window.count >= statistics.minSamples;
        result.samples = window.count;
        result.mean = enough ? window.mean : null;
        result.deviation = enough ? window.deviation : null;
        result.z = enough ? window.z : null;
        result.flat = window.flat;
      }
      return result;
    }
  },
});

/** Yearly rate of a dated future's basis; null for a perpetual and within a day of delivery. Delivery is at 08:00 UTC. */
function annualised(basis: number, expiry: string | null, timeUs: number): number | null {
  if (expiry === null) return null;
  const left = Date.parse(`${expiry}T08:00:00Z`) * 1000 - timeUs;
  return left < DAY_US ? null : (basis * 365 * DAY_US) / left;
}
