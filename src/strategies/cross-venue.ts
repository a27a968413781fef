import { atBest } from "./chain.js";
import { defineStrategy, type InstrumentFacts, type ProposedLeg, type StrategyContext, z } from "./strategy.js";

const options = z.object({
  instruments: z.array(z.string()).min(2),
  convertQuotes: z.boolean().default(false),
  rates: z.array(z.string()).default([]),
});

const directionOf = (buy: string, sell: string): string => `buy-${buy}-sell-${sell}`;

/**
 * The same coin on several venues: buys where the offer is lowest, sells where the bid is highest,
 * when the bid of one lies above the offer of another. Executable prices, not mids: both legs are
 * walked for the notional. No position is meant: inventory is held on both sides, so two fills count.
 * USD, USDT and USDC are three currencies: legs quoted in others than that of the notional are refused
 * (`unconverted`) unless quotes are converted, by trades at the rates given, which are legs like any other.
 */
export default defineStrategy({
  kind: "cross-venue",
  options,
  watch: ({ instruments, convertQuotes, rates }) => (convertQuotes ? [...instruments, ...rates] : instruments),
  liveBooks: 2,
  create: ({ instruments, convertQuotes, rates }, setup) => {
    const { currency } = setup.settings.notional;
    /** By what is bought, then by what is sold: one text of both would be made anew at each change of a book. */
    const chains = new Map<string, Map<string, ProposedLeg[] | null>>();

    return (context) => {
      const { changed } = context;
      if (!context.live(changed)) return;
      if (convertQuotes && rates.includes(changed)) {
        for (const buy of instruments) for (const sell of instruments) if (buy !== sell) look(context, buy, sell);
        return;
      }
      for (const other of instruments) {
        if (other === changed || !context.live(other)) continue;
        look(context, other, changed);
        look(context, changed, other);
      }
    };

    function look(context: StrategyContext, buy: string, sell: string): void {
      const chain = convertQuotes ? chainOf(buy, sell) : null;
      if (chain !== null) {
        if (atBest(context, chain) > 1) context.propose(chain, { direction: directionOf(buy, sell), chain: true });
        return;
      }
      const { ask } = context.quote(buy);
      if (!(context.quote(sell).bid > ask)) return;
      context.propose(
        [
          { side: "buy", instrument: buy },
          { side: "sell", instrument: sell },
        ],
        { direction: directionOf(buy, sell) },
      );
    }

    /** The trades from the notional's currency back to it; null where nothing needs to be converted, or cannot be. */
    function chainOf(buy: string, sell: string): ProposedLeg[] | null {
      const known = chains.get(buy)?.get(sell);
      if (known !== undefined) return known;
      const [first, last] = [setup.describe(buy), setup.describe(sell)];
      if (first === null || last === null) return null;
      const there = conversion(currency, first.quote);
      const back = conversion(last.quote, currency);
      const needsNone = first.quote === currency && last.quote === currency;
      if (rates.some((rate) => setup.describe(rate) === null) && (there === null || back === null)) return null;
      const trades: ProposedLeg[] = [
        { side: "buy", instrument: buy },
        { side: "sell", instrument: sell },
      ];
      const chain = needsNone || there === null || back === null ? null : [...there, ...trades, ...back];
      if (!chains.has(buy)) chains.set(buy, new Map());
      chains.get(buy)?.set(sell, chain);
      return chain;
    }

    /** One trade at a rate, none where the currency is the same; null where there is no such rate. */
    function conversion(from: string | null, to: string | null): ProposedLeg[] | null {
      if (from === to) return [];
      for (const instrument of rates) {
        const rate: InstrumentFacts | null = setup.describe(instrument);
        if (rate?.base === to && rate.quote === from) return [{ side: "buy", instrument }];
        if (rate?.base === from && rate.quote === to) return [{ side: "sell", instrument }];
      }
      return null;
    }
  },
});
