import { defineStrategy, z } from "./strategy.js";

/**
 * The same coin on several venues: buys where the offer is lowest, sells where the bid is highest,
 * when the bid of one lies above the offer of another. Executable prices, not mids: both legs are
 * walked for the notional. No position is meant: inventory is held on both sides, so two fills count.
 */
export default defineStrategy({
  kind: "cross-venue",
  options: z.object({ instruments: z.array(z.string()).min(2) }),
  watch: (options) => options.instruments,
  liveBooks: 2,
  create: ({ instruments }) => {
    const directions = new Map<string, string>();
    for (const buy of instruments)
      for (const sell of instruments) directions.set(`${buy} ${sell}`, `buy-${buy}-sell-${sell}`);

    return (context) => {
      const { changed } = context;
      if (!context.live(changed)) return;
      const { bid, ask } = context.quote(changed);
      for (const other of instruments) {
        if (other === changed || !context.live(other)) continue;
        const quote = context.quote(other);
        if (bid > quote.ask) propose(other, changed);
        else if (quote.bid > ask) propose(changed, other);
      }

      function propose(buy: string, sell: string): void {
        context.propose(
          [
            { side: "buy", instrument: buy },
            { side: "sell", instrument: sell },
          ],
          { direction: directions.get(`${buy} ${sell}`) },
        );
      }
    };
  },
});
