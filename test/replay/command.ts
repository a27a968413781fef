import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ReplaySummary } from "crosstick/internal/replay";

const bin = fileURLToPath(new URL("../../bin/crosstick.js", import.meta.url));

export interface CommandRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `crosstick replay …` as a user types it, without this process's CROSSTICK_ variables; ended after a minute. */
export function replayCommand(args: readonly string[], cwd?: string): CommandRun {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CROSSTICK_")));
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, "replay", ...args], {
    ...{ cwd, env, encoding: "utf8", timeout: 60_000, maxBuffer: 64 * 2 ** 20 },
  });
  return { code: status, stdout, stderr };
}

/** The summary that `--summary -` printed; it must be all of the output. */
export function summaryOf({ stdout }: CommandRun): ReplaySummary {
  return JSON.parse(stdout);
}
