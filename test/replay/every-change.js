// A user's strategy that signals at every change of its two instruments: what it says shows when they are live.
import { defineStrategy, z } from "crosstick/strategy";

export default defineStrategy({
  kind: "every-change",
  options: z.object({ buy: z.string(), sell: z.string() }),
  watch: ({ buy, sell }) => [buy, sell],
  create: ({ buy, sell }) => {
    let count = 0;
    return (context) => {
      count++;
      context.propose(
        [
          { side: "buy", instrument: buy },
          { side: "sell", instrument: sell },
        ],
        { direction: `change-${count}`, edgeBps: 0 },
      );
    };
  },
});
