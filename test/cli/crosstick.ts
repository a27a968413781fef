import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/crosstick.js", import.meta.url));

/** Runs the command line as a user does, without this process's CROSSTICK_ variables. */
export function crosstick(args: readonly string[], options: { env?: Record<string, string>; cwd?: string } = {}) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CROSSTICK_")));
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: options.cwd,
    env: { ...env, ...options.env },
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}
