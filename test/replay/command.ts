import type { ReplaySummary } from "crosstick/internal/replay";
import { type CommandRun, crosstick } from "../cli/crosstick.js";

/** `crosstick replay …` as a user types it. */
export function replayCommand(args: readonly string[]): CommandRun {
  return crosstick(["replay", ...args]);
}

/** The summary that `--summary -` printed; it must be all of the output. */
export function summaryOf({ stdout }: CommandRun): ReplaySummary {
  return JSON.parse(stdout);
}
