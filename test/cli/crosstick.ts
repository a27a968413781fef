import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** The command as it is installed. */
export const bin = fileURLToPath(new URL("../../bin/crosstick.js", import.meta.url));

/** This process's environment without its CROSSTICK_ variables. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CROSSTICK_")));
}

export interface CommandRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Surroundings {
  env?: Record<string, string>;
  cwd?: string;
}

/** Runs the command line as a user does, in a clean environment; ended after a minute. */
export function crosstick(args: readonly string[], { cwd, env }: Surroundings = {}): CommandRun {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    ...{ cwd, env: { ...cleanEnvironment(), ...env }, encoding: "utf8", timeout: 60_000, maxBuffer: 64 * 2 ** 20 },
  });
  return { code: status, stdout, stderr };
}

/** The same without holding up this process, which may serve what the command asks. */
export async function crosstickBeside(args: readonly string[], { cwd, env }: Surroundings = {}): Promise<CommandRun> {
  const child = spawn(process.execPath, [bin, ...args], {
    ...{ cwd, env: { ...cleanEnvironment(), ...env }, timeout: 60_000 },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, stdout, stderr };
}
