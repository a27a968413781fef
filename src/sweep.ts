/** A backtest at every point of a grid of settings, on all cores, into a file that a second start goes on with. */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { Piscina } from "piscina";
import type { ResolvedConfig } from "./config.js";
import type { TradingSettings } from "./engine/trading.js";
import { CrosstickError, EXIT, type WorkerFailure } from "./errors.js";
import type { ReplayInputOrder } from "./replay.js";
import type { AccountReport } from "./research/account-report.js";
import { type Axis, configAt, type Point, pointsOf } from "./sweep-grid.js";
import { recordTape, type Tape } from "./tape.js";

export interface SweepJob {
  inputs: readonly ReplayInputOrder[];
  /** The inputs, decoded; null: each backtest reads them itself. */
  tape: Tape | null;
  config: ResolvedConfig;
  trading: TradingSettings;
  point: Point;
}

/** What a worker says of a point. */
export interface SweepAnswer {
  result: SweepResult;
  damages: Damage[];
}

/** An input that was cut: what came before was used. */
export interface Damage {
  code: string;
  message: string;
}

/** One line of the result file. */
export interface SweepResult {
  point: Point;
  reports: Record<string, AccountReport>;
}

export interface SweepOptions extends Omit<SweepJob, "point" | "tape"> {
  axes: readonly Axis[];
  /** NDJSON: what is tested, then one line a point; points that it holds already are not computed again. */
  file: string | null;
  workers?: number;
  progress?: (done: number, all: number) => void;
  /** Bytes of records that all threads share; above it each backtest reads the inputs. */
  tapeBytes?: number;
}

export interface SweepReport {
  /** Of all points, in their order. */
  results: SweepResult[];
  damages: Damage[];
}

/** A point of large recordings takes as long as it takes. */
const CLOSE_MS = 86_400_000;

/**
 * A backtest at every point. Recordings are decoded, and a journal is read, once for all threads.
 * @throws USAGE_SWEEP, CONFIG_*, SWEEP_FILE, and what a backtest throws
 */
export async function sweep(options: SweepOptions): Promise<SweepReport> {
  const { axes, file, inputs, config, trading, workers = availableParallelism(), progress } = options;
  const points = pointsOf(axes);
  for (const point of points) configAt(config, point); // a setting that is none is told before anything is read
  const done = file === null ? new Map<string, SweepResult>() : earlier(file, subjectOf(options));
  const missing = points.filter((point) => !done.has(keyOf(point)));
  const recorded = missing.length === 0 ? null : await recordTape(inputs, config, options.tapeBytes);
  const damages = new Map(recorded?.damages.map((damage) => [damage.message, damage]));
  const pool = new Piscina<SweepJob, SweepAnswer | WorkerFailure>({
    filename: new URL("./sweep-worker.js", import.meta.url).href,
    minThreads: 1,
    maxThreads: Math.max(1, workers),
    closeTimeout: CLOSE_MS,
  });
  let finished = points.length - missing.length;
  try {
    await Promise.all(
      missing.map(async (point) => {
        const answer = await pool.run({ inputs, tape: recorded?.tape ?? null, config, trading, point });
        if ("type" in answer) throw new CrosstickError(answer.code, answer.message, { exitCode: answer.exitCode });
        done.set(keyOf(point), answer.result);
        for (const damage of answer.damages) damages.set(damage.message, damage);
        if (file !== null) appendFileSync(file, `${JSON.stringify(answer.result)}\n`);
        progress?.(++finished, points.length);
      }),
    );
  } finally {
    // Points under way end first: Node aborts the process when a thread is ended while it loads its modules.
    await pool.close({ force: true });
  }
  return { results: points.map((point) => done.get(keyOf(point)) as SweepResult), damages: [...damages.values()] };
}

/** SHA-256 of all that a result depends on besides its point; a file's name and size stand for what it holds. */
function subjectOf({ inputs, config, trading }: SweepOptions): string {
  const files = inputs.map(({ path, ...order }) => ({ ...order, name: basename(path), bytes: sizeOf(path) }));
  return createHash("sha256").update(JSON.stringify({ files, config, trading })).digest("hex");
}

function sizeOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return found?.size ?? 0;
  return readdirSync(path).reduce(
    (sum, name) => sum + (statSync(join(path, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function keyOf(point: Point): string {
  return JSON.stringify(Object.entries(point).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * What an earlier run has computed; a line that was cut off is ended, and computed again. A new file begins with
 * what it is a sweep of.
 * @throws SWEEP_FILE
 */
function earlier(file: string, subject: string): Map<string, SweepResult> {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const [first, ...lines] = text.split("\n").map(parsed);
  if (text === "") appendFileSync(file, `${JSON.stringify({ subject })}\n`);
  else if ((first as { subject?: unknown } | null)?.subject !== subject)
    throw new CrosstickError(
      "SWEEP_FILE",
      `${file} holds no results of these inputs with this configuration, latency and spread: name another file`,
      { exitCode: EXIT.usage },
    );
  else if (!text.endsWith("\n")) appendFileSync(file, "\n");
  const results = (lines as (SweepResult | null)[]).filter((line) => line !== null);
  return new Map(results.map((result) => [keyOf(result.point), result]));
}

/** null for a line that is none, such as the last one of a run that was ended. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
