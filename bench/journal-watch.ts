// A strategy that looks at each message of its instruments and does nothing but count how late it is: what is
// measured is the engine. The first seconds are those of code which has not been compiled yet, and do not count. `late`
// is from when a message was due, `taken` from when the feed wrote it. Each half second is told of itself.
import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { defineStrategy, z } from "../src/strategies/strategy.js";

/** Between two tellings, µs: each holds the engine up for as long as some hundred messages take. */
const TELL_US = 500_000;

export default defineStrategy({
  kind: "watch",
  options: z.object({ instruments: z.array(z.string()), warmUpMs: z.number() }),
  watch: ({ instruments }) => instruments,
  liveBooks: 0,
  create: ({ instruments: [instrument], warmUpMs }) => {
    const late = createHistogram();
    const taken = createHistogram();
    let firstUs = Number.NaN;
    let toldUs = Number.NaN;
    return (context) => {
      const { timeUs } = context;
      if (Number.isNaN(firstUs)) {
        firstUs = timeUs;
        toldUs = timeUs;
      }
      if (timeUs - firstUs < warmUpMs * 1000) return;
      const nowUs = (performance.timeOrigin + performance.now()) * 1000;
      late.record(Math.max(1, Math.round((nowUs - timeUs) * 1000)));
      taken.record(Math.max(1, Math.round((nowUs - context.quote(instrument).exchangeTimeUs) * 1000)));
      if (timeUs - toldUs < TELL_US) return;
      toldUs = timeUs;
      context.publish({ ...percentiles("late", late), ...percentiles("taken", taken) });
      late.reset();
      taken.reset();
    };
  },
});

function percentiles(name: string, histogram: RecordableHistogram): Record<string, number> {
  const at = (percent: number): number => histogram.percentile(percent) / 1000;
  return {
    [`${name}P50`]: at(50),
    [`${name}P99`]: at(99),
    [`${name}P999`]: at(99.9),
    [`${name}Max`]: histogram.max / 1000,
  };
}
