// Buys an option once, fifteen seconds after the first sample, when the venue's clock is known, and holds nothing of it: whoever trades it so has it to its end.
import { defineStrategy, z } from "crosstick/strategy";

export default defineStrategy({
  kind: "take-option",
  options: z.object({ instrument: z.string(), size: z.number(), lot: z.number(), feeCap: z.number().nullable() }),
  watch: () => [],
  liveBooks: 0,
  create: ({ instrument, size, lot, feeCap }, setup) => {
    const state = setup.state({ samples: 0 });
    const chain = setup.options({ venues: ["deribit"], base: "BTC", quote: "USD" });
    setup.every(1000, (context) => {
      if (!chain.includes(instrument) || ++state.samples !== 15) return;
      const { underlying, inCoin } = context.option(instrument);
      const reference = feeCap === null ? {} : { reference: { price: underlying, inCoin, feeCap } };
      context.propose([{ side: "buy", instrument, size, lot }], { edgeBps: 0, ...reference });
    });
    return null;
  },
});
