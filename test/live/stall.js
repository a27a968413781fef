// Holds the engine's thread up once, for as long as its options say, and tells when on a channel of that name.
import { BroadcastChannel } from "node:worker_threads";
import { defineStrategy, z } from "crosstick/strategy";

export default defineStrategy({
  kind: "stall",
  options: z.object({ watch: z.array(z.string()), forMs: z.number(), channel: z.string() }),
  watch: ({ watch }) => watch,
  create: ({ watch, forMs, channel }) => {
    const told = new BroadcastChannel(channel);
    told.unref();
    let done = false;
    return (context) => {
      if (done || !watch.every((instrument) => context.live(instrument))) return;
      done = true;
      told.postMessage("stalled");
      const end = performance.now() + forMs;
      while (performance.now() < end);
      told.postMessage("going on");
    };
  },
});
