// A replay under --trace-gc, in a process of its own. The first collection is asked for by main: it tells whose isolate is main's.
import { replay } from "../src/replay.js";
import { replayInputs } from "./replay-inputs.js";

globalThis.gc?.();
const { summary } = await replay(replayInputs({ spot: process.argv[2], usdm: process.argv[3] }));
process.stdout.write(`records ${summary.records}\n`);
