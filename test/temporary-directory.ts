// Every file that tests, and the programs they start, put into the system's temporary directory: in one, which goes with the run.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const PREFIX = "crosstick-tests-";

/** Vitest's `globalSetup`: before any test; what it returns runs after all, whether they passed or not. */
export default function temporaryDirectory(): () => void {
  const system = tmpdir();
  // Each project of the configuration asks; a browser's sockets have no room for a directory in a directory.
  if (basename(system) === `${PREFIX}${process.pid}`) return () => {};
  for (const left of readdirSync(system)) if (isOfDead(left)) remove(join(system, left));
  const own = join(system, `${PREFIX}${process.pid}`);
  mkdirSync(own, { mode: 0o700 });
  process.env.TMPDIR = own; // os.tmpdir() of all that this process starts
  return () => {
    process.env.TMPDIR = system;
    remove(own);
  };
}

/** Of a run that was killed. */
function isOfDead(name: string): boolean {
  if (!name.startsWith(PREFIX)) return false;
  try {
    process.kill(Number(name.slice(PREFIX.length)), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Small disks that tests mounted and were stopped before they unmounted them are unmounted first. */
function remove(directory: string): void {
  const mounts = existsSync("/proc/mounts") ? readFileSync("/proc/mounts", "utf8").split("\n") : [];
  for (const line of mounts) {
    const [, place = ""] = line.split(" ");
    if (place.startsWith(`${directory}/`)) spawnSync("umount", ["-l", place]);
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
}
