// Do the feed and engine threads make garbage? Collections of a long replay less those of a short one: what is left is the steady state.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { writeRecording } from "./replay-recording.js";
import type { BenchResult } from "./result.js";

export interface GarbageOptions {
  /** Frames of the long replay; 4,200,000 by default, which are over 10^7 records more than the short one. */
  frames?: number;
  /** Frames of the short one: enough for everything to be compiled. 400,000 by default. */
  shortFrames?: number;
}

/** Collections of the threads besides main's. */
export interface Collections {
  scavenges: number;
  markCompacts: number;
  threads: number;
  records: number;
}

const SEED = 20260809;
const RECORDS = 10_000_000;

/** Counts the collections that V8 itself reports. */
export async function garbageBench(options: GarbageOptions = {}): Promise<BenchResult> {
  const { frames = 4_200_000, shortFrames = 400_000 } = options;
  const short = await collectionsOf(shortFrames);
  const long = await collectionsOf(frames);
  const records = long.records - short.records;
  const scavenges = long.scavenges - short.scavenges;
  const markCompacts = long.markCompacts - short.markCompacts;
  const row = (name: string, { scavenges, markCompacts, threads, records }: Collections) => ({
    ...{ name, records, threads, scavenges, "mark-compacts": markCompacts },
  });
  return {
    name: "garbage",
    unit: "collections in the feed and engine threads of a replay without strategies, by --trace-gc",
    rows: [row("short", short), row("long", long), row("between them", { ...long, records, scavenges, markCompacts })],
    checks: [
      { name: "records between them", value: records, threshold: RECORDS, passed: records >= RECORDS },
      {
        ...{ name: "minus the collections between them", value: 0 - scavenges - markCompacts, threshold: 0 },
        passed: scavenges + markCompacts <= 0,
      },
    ],
    notes: ["live feeds on the ws driver make garbage for each message, in ws: see receive drivers"],
  };
}

async function collectionsOf(frames: number): Promise<Collections> {
  const folder = mkdtempSync(join(tmpdir(), "crosstick-bench-"));
  try {
    const { spot, usdm } = writeRecording(folder, frames, SEED);
    const child = fileURLToPath(new URL("./garbage-child.js", import.meta.url));
    const args = ["--trace-gc", "--expose-gc", child, spot, usdm];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 28 });
    return parseTrace(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Reads V8's lines: `[pid:isolate] 49 ms: Scavenge 2.3 (3.0) -> …`. The first is main's, and its isolate is left out.
 * @throws Error when the trace holds no collection of main's, or no number of records.
 */
export function parseTrace(text: string): Collections {
  const isolates = new Set<string>();
  let main: string | null = null;
  let [scavenges, markCompacts] = [0, 0];
  for (const [, isolate, kind] of text.matchAll(/\[\d+:(0x[0-9a-f]+)\]\s+\d+ ms: (Scavenge|Mark-Compact)/g)) {
    main ??= isolate;
    if (isolate === main) continue;
    isolates.add(isolate);
    if (kind === "Scavenge") scavenges++;
    else markCompacts++;
  }
  const records = Number(/^records (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
  if (main === null || Number.isNaN(records)) throw new Error(`no trace of a replay: ${text.slice(-200)}`);
  return { scavenges, markCompacts, threads: isolates.size, records };
}
