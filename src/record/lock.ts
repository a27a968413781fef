import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { CrosstickError, EXIT } from "../errors.js";

/** Who holds a folder. Process ids come again, so the time of its start tells one process from another. */
interface Holder {
  pid: number;
  /** Boot and start time as Linux tells them; empty where the system does not. */
  started: string;
}

const FILE = "LOCK";
/** Another process may take the same dead lock away at the same moment: look again. */
const ATTEMPTS = 5;

/**
 * Takes a folder for one writer; a lock whose process is dead is taken over. Returns what lets go of it.
 * @throws JOURNAL_IN_USE, what the disk says
 */
export function lockDirectory(dir: string): () => void {
  const path = join(dir, FILE);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (take(path)) return () => unlinkSync(path);
    const found = read(path);
    if (found === null) continue;
    const holder = parse(found);
    if (!isEmpty(found) && (holder === null || isAlive(holder))) throw inUse(dir, path, holder);
    takeAway(path, found);
  }
  throw inUse(dir, path, null);
}

/** A link appears with its content: no other process, and no crash, ever sees a lock of ours half written. */
function take(path: string): boolean {
  const own = JSON.stringify({ pid: process.pid, started: startOf(process.pid) } satisfies Holder);
  const fresh = `${path}.${process.pid}.${threadId}`;
  writeFileSync(fresh, own);
  try {
    linkSync(fresh, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(fresh);
  }
}

/** What a power cut leaves of a lock: no bytes, or zeros. */
function isEmpty(text: string): boolean {
  return /^\0*$/.test(text);
}

/** Removes a dead lock, and puts it back when it turns out to be another's fresh one. */
function takeAway(path: string, dead: string): void {
  const aside = `${path}.${process.pid}.${threadId}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // another was quicker
  }
  if (read(aside) !== dead)
    try {
      linkSync(aside, path);
    } catch {
      // Yet another has taken it meanwhile: the next look shows who.
    }
  unlinkSync(aside);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null; // gone meanwhile
  }
}

/** Null for a lock that is none of ours. */
function parse(text: string): Holder | null {
  try {
    const { pid, started } = JSON.parse(text) as Holder;
    return Number.isInteger(pid) ? { pid, started: String(started) } : null;
  } catch {
    return null;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = startOf(pid);
  return started === "" || now === "" || now === started;
}

/** proc(5): field 22 of stat is the start in clock ticks since boot; the name in field 2 may hold spaces. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  const boot = read("/proc/sys/kernel/random/boot_id");
  if (stat === null || boot === null) return "";
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return `${boot.trim()} ${fields[19]}`;
}

function inUse(dir: string, path: string, holder: Holder | null): CrosstickError {
  const who = holder === null ? `${path} does not tell by which process` : `process ${holder.pid} writes there`;
  return new CrosstickError(
    "JOURNAL_IN_USE",
    `${dir} is in use: ${who}. Record into another folder, or remove ${path} when you are sure that nothing does`,
    { exitCode: EXIT.inUse },
  );
}
