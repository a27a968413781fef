// What recording costs the engine: a million records a second at a fixed rate, with and without a journal.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { parseConfig } from "../src/config.js";
import type { EngineMessage, EngineWorkerData } from "../src/engine/worker.js";
import { compileKernel } from "../src/kernel/kernel.js";
import { createMemory, type MemoryPlan, planMemory, viewsOf } from "../src/kernel/memory.js";
import * as L from "../src/layout.js";
import { JOURNAL_RECORDS, Recorder } from "../src/live/recorder.js";
import { engineWorkerData } from "../src/replay-engine.js";
import type { JournalPeerData } from "./journal-peer.js";
import type { BenchResult } from "./result.js";
import { inTurns, ratios, round3, type Spread, spread } from "./rounds.js";

const RECORDS_PER_SECOND = 1_000_000;
const SECONDS = 12;
/** The recorder takes few turns: only after seconds is its code compiled, by threads that take the cores from the engine. */
const WARM_UP_MS = 6000;
const INSTRUMENTS = 8;

/**
 * Medians of the percentiles of each half second, µs, and the greatest of their maxima. What else this machine does
 * makes single half seconds ten times as slow as the rest, with a journal and without; one of them would decide a p99
 * of the whole.
 */
type Latencies = Record<`${"late" | "taken"}${"P50" | "P99" | "P999" | "Max"}`, number>;
type Run = Latencies & { lost: number };
type Figure = keyof Run;

/**
 * Measures in turns. `late` is from the time a message was due to the engine's having taken it; `taken` from when the
 * feed, which may itself have had to wait for a core, wrote it: that is what recording costs the engine.
 */
export async function journalBench({ rounds = 9 }: { rounds?: number } = {}): Promise<BenchResult> {
  await run(false); // compiled
  const runs: Record<"without" | "with", Run[]> = { without: [], with: [] };
  const measure = (kind: "without" | "with") => async (): Promise<number> => {
    const result = await run(kind === "with");
    runs[kind].push(result);
    return result.takenP99;
  };
  const values = await inTurns(rounds, { without: measure("without"), with: measure("with") });
  const median = (kind: "without" | "with", figure: Figure): number =>
    round3(spread(runs[kind].map((one) => one[figure])).median);
  const row = (kind: "without" | "with", from: "late" | "taken", name: string) => ({
    name: `${name}, ${kind} a journal`,
    ...{ "p50 us": median(kind, `${from}P50`), "p99 us": median(kind, `${from}P99`) },
    ...{ "p99.9 us": median(kind, `${from}P999`), "max us": median(kind, `${from}Max`) },
    lost: Math.max(...runs[kind].map(({ lost }) => lost)),
  });
  const cost = (figure: Figure): Spread =>
    ratios(
      runs.with.map((one) => one[figure]),
      runs.without.map((one) => one[figure]),
    );
  const ratio = (name: string, { median: middle, low, high }: Spread) => ({
    ...{ name, ratio: round3(middle), low: round3(low), high: round3(high) },
  });
  const taken = ratios(values.with, values.without);
  return {
    name: "journal",
    unit: `us to the engine's having taken a message, ${RECORDS_PER_SECOND} records/s for ${SECONDS} s, the first ${WARM_UP_MS / 1000} of which do not count; percentiles of half a second, median of all`,
    rows: [
      row("without", "taken", "from its writing"),
      row("with", "taken", "from its writing"),
      ratio("p99 from writing, with to without", taken),
      row("without", "late", "from when it was due"),
      row("with", "late", "from when it was due"),
      ratio("p99 from due, with to without", cost("lateP99")),
    ],
    checks: [
      {
        name: "p99 without to with",
        value: round3(1 / taken.median),
        threshold: round3(1 / 1.1),
        passed: taken.median <= 1.1,
      },
    ],
  };
}

async function run(isRecorded: boolean): Promise<Run> {
  const dir = mkdtempSync(join(tmpdir(), "crosstick-bench-"));
  const ids = Array.from({ length: INSTRUMENTS }, (_, i) => `binance.spot:T${i}`);
  const config = parseConfig({
    strategies: [
      {
        ...{ name: "watch", use: new URL("./journal-watch.js", import.meta.url).href },
        ...{
          notional: { amount: 1, currency: "USDT" },
          options: { instruments: ids.slice(0, 1), warmUpMs: WARM_UP_MS },
        },
      },
    ],
    record: { dir },
  });
  const plan = planMemory({
    ...{ lanes: [1], ringRecords: 131_072, scratchBytes: 1024, instruments: INSTRUMENTS, bookLevels: 8192 },
    ...{ vwapTrades: 1024, windowBytes: 1024, consumers: [], journalRecords: isRecorded ? JOURNAL_RECORDS : undefined },
  });
  const memory = createMemory(plan);
  identify(memory, plan);
  const recorder =
    isRecorded && config.record !== undefined
      ? new Recorder({ section: config.record, config, memory, plan, lanes: [], onChange: () => {} })
      : null;
  await recorder?.ready;
  const engineData: EngineWorkerData = {
    ...engineWorkerData(config, plan, memory, compileKernel("engine"), false),
    mode: "live",
    journal: recorder?.checkpoints,
  };
  const engine = new Worker(new URL("../src/engine/worker.js", import.meta.url), {
    workerData: engineData,
    transferList: recorder === null ? [] : [recorder.checkpoints],
  });
  try {
    const result = await follow(engine, memory, plan);
    await recorder?.stop();
    const missing = recorder?.status?.lostRecords ?? 0;
    return { ...result, lost: result.lost + missing };
  } finally {
    await engine.terminate();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Starts the feed when the engine is ready; what the strategy told, summarised. */
function follow(engine: Worker, memory: WebAssembly.Memory, plan: MemoryPlan): Promise<Run> {
  return new Promise((resolve, reject) => {
    const told: Latencies[] = [];
    let lost = 0;
    engine.on("error", reject);
    engine.on("message", (message: EngineMessage) => {
      if (message.type === "ready") {
        const workerData: JournalPeerData = {
          ...{ memory, plan, instruments: INSTRUMENTS, recordsPerSecond: RECORDS_PER_SECOND, seconds: SECONDS },
        };
        const peer = new Worker(new URL("./journal-peer.js", import.meta.url), { workerData });
        peer.on("error", reject);
        peer.on("message", (end: { lost: number }) => {
          lost = end.lost;
        });
      } else if (message.type === "report") {
        const [published] = message.report.figures;
        if (published !== undefined) told.push(published.figures as unknown as Latencies);
      } else if (message.type === "done") {
        if (told.length === 0) reject(new Error("no message was looked at"));
        else resolve({ ...summarised(told), lost });
      } else if (message.type === "failed") reject(new Error(message.message));
    });
  });
}

function summarised(told: Latencies[]): Latencies {
  const names = Object.keys(told[0]) as (keyof Latencies)[];
  const of = (name: keyof Latencies): number => {
    const { median, high } = spread(told.map((one) => one[name]));
    return name.endsWith("Max") ? high : median;
  };
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Latencies;
}

function identify(memory: WebAssembly.Memory, plan: MemoryPlan): void {
  const { u8, u32, f64 } = viewsOf(memory);
  for (let i = 0; i < INSTRUMENTS; i++) {
    const at = plan.identities + i * L.IDENTITY_BYTES;
    const name = `T${i}`;
    u8.set(new TextEncoder().encode(name), at + L.IDENTITY_NAME);
    u32[(at + L.IDENTITY_NAME_LENGTH) >> 2] = name.length;
    f64[(at + L.IDENTITY_CONTRACT_SIZE) >> 3] = Number.NaN;
  }
  u32[plan.instrumentCount >> 2] = INSTRUMENTS;
}
