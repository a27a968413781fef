// A strategy that looks at each message of its instruments and does nothing: what is measured is the engine.
import { defineStrategy, z } from "../src/strategies/strategy.js";

export default defineStrategy({
  kind: "watch",
  options: z.object({ instruments: z.array(z.string()) }),
  watch: ({ instruments }) => instruments,
  liveBooks: 0,
  create: () => () => {},
});
