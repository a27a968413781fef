// A replay in a process of its own, so that its memory is seen alone: peak resident bytes, to stdout.
import { replay } from "../src/replay.js";
import { replayInputs } from "./replay-inputs.js";

await replay(replayInputs({ spot: process.argv[2], usdm: process.argv[3] }));
process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
