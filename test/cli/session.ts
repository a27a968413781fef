import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { bin, cleanEnvironment } from "./crosstick.js";

/** One line of `--json`. */
export type Line = { type: string } & Record<string, unknown>;

/** A command that goes on until it is told to end, with what it has printed so far. */
export interface Session {
  child: ChildProcess;
  lines: Line[];
  stderr(): string;
  /** The first line of a type, now or later. */
  line(type: string, withinMs?: number): Promise<Line>;
  /** Exit code and how long it took from now, ms. */
  ended(): Promise<{ code: number | null; tookMs: number }>;
}

/** Starts `crosstick …` as a user does, in a clean environment; killed after a minute. */
export function startSession(args: readonly string[], env: Record<string, string> = {}): Session {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...cleanEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  const closed = once(child, "close");
  const lines: Line[] = [];
  let stderr = "";
  createInterface({ input: child.stdout }).on("line", (text) => lines.push(JSON.parse(text)));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return {
    ...{ child, lines },
    stderr: () => stderr,
    async line(type, withinMs = 15_000) {
      const untilMs = performance.now() + withinMs;
      for (;;) {
        const found = lines.find((line) => line.type === type);
        if (found !== undefined) return found;
        if (performance.now() > untilMs || child.exitCode !== null)
          throw new Error(`no line of type ${type} came (exit code ${child.exitCode}): ${stderr}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async ended() {
      const startedMs = performance.now();
      const [code] = await closed;
      return { code, tookMs: performance.now() - startedMs };
    },
  };
}
