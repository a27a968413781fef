/** A backtest at every point of a grid of settings, on all cores, into a file that a second start goes on with. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import type { ResolvedConfig } from "./config.js";
import type { TradingSettings } from "./engine/trading.js";
import { CrosstickError, EXIT, type WorkerFailure } from "./errors.js";
import type { ReplayInputOrder } from "./replay.js";
import type { AccountReport } from "./research/account.js";

/** One setting and the values that it takes. */
export interface Axis {
  /** Name of the strategy. */
  strategy: string;
  /** Key of its descriptor, `entryZ`, or of a section of it, `statistics.window`. */
  key: string;
  values: number[];
}

/** Settings of one backtest: `strategy.key` -> value. */
export type Point = Record<string, number>;

export interface SweepJob {
  inputs: readonly ReplayInputOrder[];
  config: ResolvedConfig;
  trading: TradingSettings;
  point: Point;
}

/** One line of the result file. */
export interface SweepResult {
  point: Point;
  reports: Record<string, AccountReport>;
}

export interface SweepOptions extends Omit<SweepJob, "point"> {
  axes: readonly Axis[];
  /** NDJSON, one line a point; points that it holds already are not computed again. */
  file: string | null;
  workers?: number;
  progress?: (done: number, all: number) => void;
}

/**
 * `pair.entryZ=1:4:0.5` or `pair.entryZ=1,2,3`.
 * @throws USAGE_SWEEP
 */
export function axisOf(text: string): Axis {
  const match = /^([^.=]+)\.([\w.]+)=(.+)$/.exec(text);
  const values = match === null ? [] : valuesOf(match[3]);
  if (match === null || values.length === 0 || values.some((value) => !Number.isFinite(value)))
    throw new CrosstickError(
      "USAGE_SWEEP",
      `${text} is no range of a setting: write STRATEGY.KEY=from:to:step or STRATEGY.KEY=a,b,c`,
      { exitCode: EXIT.usage },
    );
  return { strategy: match[1], key: match[2], values };
}

function valuesOf(text: string): number[] {
  const [from, to, step, ...rest] = text.split(":").map(Number);
  if (to === undefined) return text.split(",").map((value) => (value.trim() === "" ? Number.NaN : Number(value)));
  if (!(step > 0) || rest.length > 0 || !(to >= from)) return [];
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  return Array.from({ length: count }, (_, i) => Number((from + i * step).toPrecision(12)));
}

/** Every combination, the last axis fastest. */
export function pointsOf(axes: readonly Axis[]): Point[] {
  return axes.reduce<Point[]>(
    (points, { strategy, key, values }) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [`${strategy}.${key}`]: value }))),
    [{}],
  );
}

/** Results of all points, in their order. @throws USAGE_SWEEP, and what a backtest throws */
export async function sweep(options: SweepOptions): Promise<SweepResult[]> {
  const { axes, file, inputs, config, trading, workers = availableParallelism(), progress } = options;
  const points = pointsOf(axes);
  const done = file === null ? new Map<string, SweepResult>() : earlier(file);
  const missing = points.filter((point) => !done.has(keyOf(point)));
  const filename = new URL("./sweep-worker.js", import.meta.url).href;
  const pool = new Piscina<SweepJob, SweepResult | WorkerFailure>({
    filename,
    minThreads: 1,
    maxThreads: Math.max(1, workers),
  });
  let finished = points.length - missing.length;
  try {
    await Promise.all(
      missing.map(async (point) => {
        const result = await pool.run({ inputs, config, trading, point });
        if ("type" in result) throw new CrosstickError(result.code, result.message, { exitCode: result.exitCode });
        done.set(keyOf(point), result);
        if (file !== null) appendFileSync(file, `${JSON.stringify(result)}\n`);
        progress?.(++finished, points.length);
      }),
    );
  } finally {
    await pool.destroy();
  }
  return points.map((point) => done.get(keyOf(point)) as SweepResult);
}

function keyOf(point: Point): string {
  return JSON.stringify(Object.entries(point).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What an earlier run has computed; a line that was cut off is ended, and computed again. */
function earlier(file: string): Map<string, SweepResult> {
  const found = new Map<string, SweepResult>();
  if (!existsSync(file)) return found;
  const text = readFileSync(file, "utf8");
  if (text !== "" && !text.endsWith("\n")) appendFileSync(file, "\n");
  for (const line of text.split("\n"))
    try {
      const result = JSON.parse(line) as SweepResult;
      found.set(keyOf(result.point), result);
    } catch {
      // the last line of a run that was ended
    }
  return found;
}
