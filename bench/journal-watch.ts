// A strategy that looks at each message of its instruments and does nothing but count how late it is: what is
// measured is the engine. The first second is that of code which has not been compiled yet, and does not count.
import { createHistogram } from "node:perf_hooks";
import { defineStrategy, z } from "../src/strategies/strategy.js";

/** Messages between two tellings. */
const TELL = 1000;

export default defineStrategy({
  kind: "watch",
  options: z.object({ instruments: z.array(z.string()), warmUpMs: z.number() }),
  watch: ({ instruments }) => instruments,
  liveBooks: 0,
  create: ({ warmUpMs }) => {
    const late = createHistogram();
    let firstUs = Number.NaN;
    let told = 0;
    return (context) => {
      const { timeUs } = context;
      if (Number.isNaN(firstUs)) firstUs = timeUs;
      if (timeUs - firstUs < warmUpMs * 1000) return;
      const nowUs = (performance.timeOrigin + performance.now()) * 1000;
      late.record(Math.max(1, Math.round((nowUs - timeUs) * 1000)));
      if (late.count - told < TELL) return;
      told = late.count;
      const at = (percent: number): number => late.percentile(percent) / 1000;
      context.publish({ p50Us: at(50), p99Us: at(99), p999Us: at(99.9), maxUs: late.max / 1000, samples: told });
    };
  },
});
