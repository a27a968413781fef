import { atBest } from "./chain.js";
import { defineStrategy, type ProposedLeg, z } from "./strategy.js";

const options = z.object({
  instruments: z.array(z.string()).min(3),
  lots: z.record(z.string(), z.number().positive()).default({}),
});

/** Three trades that begin and end in the same asset. */
interface Loop {
  legs: readonly ProposedLeg[];
  /** `USDT>ETH>BTC>USDT`. */
  path: string;
}

interface Market {
  instrument: string;
  base: string;
  quote: string;
}

/**
 * Every loop of three trades over the instruments, of one venue or of several, that begins and ends in the
 * currency of the notional: found once, when the instruments are known, and looked at again only when
 * one of its legs moves. The three spreads are paid, not captured: a buy crosses the offer, a sale hits the
 * bid, each leg trades what the one before brought after its fee, floored to the lot where one is given.
 */
export default defineStrategy({
  kind: "triangular",
  options,
  watch: ({ instruments }) => instruments,
  liveBooks: 3,
  create: ({ instruments, lots }, setup) => {
    const start = setup.settings.notional.currency;
    let known = 0;
    let loopsOf = new Map<string, Loop[]>();

    const learn = (): void => {
      const markets = instruments.flatMap((instrument) => {
        const facts = setup.describe(instrument);
        // Contracts pay in one asset and count in another: no trade of theirs brings the next leg's asset.
        return facts?.product === "spot" && facts.base !== null && facts.quote !== null
          ? [{ instrument, base: facts.base, quote: facts.quote }]
          : [];
      });
      if (markets.length === known) return;
      known = markets.length;
      loopsOf = byInstrument(loopsFrom(start, markets, lots));
    };

    return (context) => {
      if (known < instruments.length) learn();
      for (const { legs, path } of loopsOf.get(context.changed) ?? [])
        if (atBest(context, legs) > 1) context.propose(legs, { chain: true, statistics: { path } });
    };
  },
});

function loopsFrom(start: string, markets: readonly Market[], lots: Readonly<Record<string, number>>): Loop[] {
  const loops: Loop[] = [];
  const step = (from: string, { instrument, base, quote }: Market): { to: string; leg: ProposedLeg } | null => {
    if (from !== base && from !== quote) return null;
    const side = from === quote ? ("buy" as const) : ("sell" as const);
    return { to: side === "buy" ? base : quote, leg: { side, instrument, lot: lots[instrument] } };
  };
  for (const a of markets) {
    const first = step(start, a);
    if (first === null) continue;
    for (const b of markets) {
      const second = b === a ? null : step(first.to, b);
      if (second === null || second.to === start) continue;
      for (const c of markets) {
        const third = c === a || c === b ? null : step(second.to, c);
        if (third?.to !== start) continue;
        const path = [start, first.to, second.to, start].join(">");
        loops.push({ legs: [first.leg, second.leg, third.leg], path });
      }
    }
  }
  return loops;
}

function byInstrument(loops: readonly Loop[]): Map<string, Loop[]> {
  const found = new Map<string, Loop[]>();
  for (const loop of loops)
    for (const { instrument } of loop.legs) found.set(instrument, [...(found.get(instrument) ?? []), loop]);
  return found;
}
