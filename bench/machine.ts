/** On what a result was measured: without it a figure says nothing. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { version } from "../src/version.js";
import { compilerVersion } from "./limits/limit.js";

/** All text, as it is printed. */
export interface Machine {
  /** When the measuring began, ISO 8601 in UTC. */
  measured: string;
  cpu: string;
  /** Frequency governor of the first core; "unknown" where the system does not tell, as in most guests. */
  governor: string;
  memory: string;
  system: string;
  /** Load average of the last minute before it began: 0 is a machine that does nothing else. */
  load: string;
  crosstick: string;
  node: string;
  compiler: string;
  /** Packages that peers come from, with versions; those that are not installed are named so. */
  packages: string;
}

const PACKAGES = ["ws", "uWebSockets.js", "ringbuf.js", "tardis-dev", "ccxt", "simple-statistics", "benchmark"];

export function describeMachine(): Machine {
  return {
    measured: new Date().toISOString(),
    cpu: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
    governor: textOf("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") ?? "unknown",
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    system: `${process.platform} ${release()} ${process.arch}`,
    load: loadavg()[0].toFixed(2),
    crosstick: version(),
    node: `${process.version}, V8 ${process.versions.v8}`,
    compiler: compilerVersion() ?? "none",
    packages: PACKAGES.map((name) => `${name} ${packageVersion(name) ?? "not installed"}`).join(", "),
  };
}

/** Version of an installed package; null without it. */
export function packageVersion(name: string): string | null {
  const { resolve } = createRequire(import.meta.url);
  for (const folder of resolve.paths(name) ?? []) {
    const text = textOf(`${folder}/${name}/package.json`);
    if (text !== null) return (JSON.parse(text) as { version: string }).version;
  }
  return null;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}
