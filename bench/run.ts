import { CrosstickError } from "../src/errors.js";
import { describeMachine } from "./machine.js";
import type { BenchResult } from "./result.js";

export interface BenchOptions {
  /** Interleaved rounds; each bench's own default without it. */
  rounds?: number;
  /** Folder with real recordings. */
  dataDir?: string;
}

/** Every bench, in the order in which they run. Only the file of the one that is run is imported. */
const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<BenchResult>>> = {
  decode: async (options) => (await import("./decode.js")).decodeBench(options),
  ring: async (options) => (await import("./ring.js")).ringBench(options),
  book: async (options) => (await import("./book.js")).bookBench(options),
  kernel: async (options) => (await import("./kernel.js")).kernelBench(options),
  pairs: async ({ rounds }) => (await import("./pairs.js")).pairsBench({ rounds }),
  correlation: async ({ rounds }) => (await import("./correlation.js")).correlationBench({ rounds }),
  replay: async (options) => (await import("./replay.js")).replayBench(options),
  garbage: async () => (await import("./garbage.js")).garbageBench(),
  journal: async (options) => (await import("./journal.js")).journalBench(options),
  receive: async ({ rounds }) => (await import("./receive.js")).receiveBench({ rounds }),
  arrival: async ({ rounds }) => (await import("./arrival.js")).arrivalBench({ rounds }),
  "fan-out": async ({ rounds }) => (await import("./fan-out.js")).fanOutBench({ rounds }),
  "end-to-end": async () => (await import("./end-to-end.js")).endToEndBench(),
  scale: async ({ rounds }) => (await import("./scale.js")).scaleBench({ rounds }),
  "live-load": async () => (await import("./live-load.js")).liveLoadBench(),
};

export const BENCH_NAMES: readonly string[] = Object.keys(BENCHES);

/** Runs one bench of BENCH_NAMES. @throws BENCH_PACKAGE without the package `benchmark`; Error when results differ. */
export async function runBench(name: string, options: BenchOptions = {}): Promise<BenchResult> {
  try {
    const machine = describeMachine();
    return { ...(await BENCHES[name](options)), machine };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND" || !message.includes("'benchmark'")) throw error;
    throw new CrosstickError("BENCH_PACKAGE", "This bench needs the package benchmark: npm install benchmark", {
      cause: error,
    });
  }
}
