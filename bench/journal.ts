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
import { inTurns, ratios, round3, spread } from "./rounds.js";

const RECORDS_PER_SECOND = 1_000_000;
const SECONDS = 5;
const WARM_UP_MS = 1000;
const INSTRUMENTS = 8;

interface Run {
  p50Us: number;
  p99Us: number;
  p999Us: number;
  maxUs: number;
  lost: number;
}

/** Measures in turns. The latency is that from the time a message was due to the engine having taken it. */
export async function journalBench({ rounds = 9 }: { rounds?: number } = {}): Promise<BenchResult> {
  await run(false); // compiled
  const runs: Record<"without" | "with", Run[]> = { without: [], with: [] };
  const measure = (kind: "without" | "with") => async (): Promise<number> => {
    const result = await run(kind === "with");
    runs[kind].push(result);
    return result.p99Us;
  };
  const values = await inTurns(rounds, { without: measure("without"), with: measure("with") });
  const cost = ratios(values.with, values.without);
  const row = (name: string, kind: "without" | "with") => ({
    name,
    "p50 us": round3(spread(runs[kind].map(({ p50Us }) => p50Us)).median),
    "p99 us": round3(spread(values[kind]).median),
    "p99.9 us": round3(spread(runs[kind].map(({ p999Us }) => p999Us)).median),
    "max us": round3(Math.max(...runs[kind].map(({ maxUs }) => maxUs))),
    lost: Math.max(...runs[kind].map(({ lost }) => lost)),
  });
  return {
    name: "journal",
    unit: `us from due to taken by the engine, ${RECORDS_PER_SECOND} records/s for ${SECONDS} s, the first of which does not count`,
    rows: [
      row("without a journal", "without"),
      row("with a journal", "with"),
      { name: "p99 with to without", ratio: round3(cost.median), low: round3(cost.low), high: round3(cost.high) },
    ],
    checks: [
      {
        name: "p99 without to with",
        value: round3(1 / cost.median),
        threshold: round3(1 / 1.1),
        passed: cost.median <= 1.1,
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

/** Starts the feed when the engine is ready; the latencies that the strategy told last. */
function follow(engine: Worker, memory: WebAssembly.Memory, plan: MemoryPlan): Promise<Run> {
  return new Promise((resolve, reject) => {
    let latest: Omit<Run, "lost"> | null = null;
    let lost = 0;
    engine.on("error", reject);
    engine.on("message", (message: EngineMessage) => {
      if (message.type === "ready") {
        const workerData: JournalPeerData = {
          ...{ memory, plan, instruments: INSTRUMENTS, recordsPerSecond: RECORDS_PER_SECOND, seconds: SECONDS },
        };
        const peer = new Worker(new URL("./journal-peer.js", import.meta.url), { workerData });
        peer.on("error", reject);
        peer.on("message", (told: { lost: number }) => {
          lost = told.lost;
        });
      } else if (message.type === "report") {
        const [told] = message.report.figures;
        if (told !== undefined) latest = told.figures as unknown as Omit<Run, "lost">;
      } else if (message.type === "done") {
        if (latest === null) reject(new Error("no message was looked at"));
        else resolve({ ...latest, lost });
      } else if (message.type === "failed") reject(new Error(message.message));
    });
  });
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
