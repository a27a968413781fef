// Buys an instrument, leaves it some seconds later, sells it, leaves that, and so on: whatever the price is.
import { defineStrategy, z } from "crosstick/strategy";

export default defineStrategy({
  kind: "flip",
  options: z.object({ instrument: z.string(), everyMs: z.number() }),
  watch: ({ instrument }) => [instrument],
  holds: true,
  create: ({ instrument, everyMs }, setup) => {
    const state = setup.state({ turns: 0 });
    setup.every(everyMs, (context) => {
      if (!context.live(instrument)) return;
      const side = state.turns % 4 < 2 ? "buy" : "sell";
      if (context.entered !== null) context.exit(context.entered, {});
      else context.propose([{ side, instrument }], { direction: side, edgeBps: 0 });
      state.turns++;
    });
    return () => {};
  },
});
