// Costs over what grows: instruments, levels, feed workers. Pairs and subscribers are in their own benches.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { replay } from "../src/replay.js";
import { replayInputs } from "./replay-inputs.js";
import { writeRecording } from "./replay-recording.js";
import type { BenchResult, Curve } from "./result.js";
import { round3, spread } from "./rounds.js";
import { levelCost, touchCost } from "./scale-engine.js";

export interface ScaleOptions {
  /** Interleaved rounds; the median counts. 3 by default. */
  rounds?: number;
  instruments?: readonly number[];
  levels?: readonly number[];
  /** Frames of the recording that is replayed by 1 to so many workers as there are cores. */
  frames?: number;
}

const SEED = 20260809;
/** Lanes of the recording: more workers would have nothing to do. */
const LANES = 2;

interface Series {
  /** What grows, and what is measured of it. */
  curve: string;
  name: string;
  x: number;
  y: number;
}

/** @throws Error when a number of the engine differs from plain JavaScript, or a replay's from another's. */
export async function scaleBench(options: ScaleOptions = {}): Promise<BenchResult> {
  const { rounds = 3, frames = 300_000 } = options;
  const { instruments = [10, 100, 1000, 10_000], levels = [10, 50, 200, 1000, 5000] } = options;
  const seen: Series[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const x of instruments) seen.push({ curve: "instruments", name: "engine", x, y: touchCost(x) });
    for (const x of levels)
      for (const place of ["near the best", "anywhere"] as const) {
        const { kernel, plain } = levelCost(x, place === "near the best");
        seen.push({ curve: "levels", name: `kernel, ${place}`, x, y: kernel });
        seen.push({ curve: "levels", name: `plain, ${place}`, x, y: plain });
      }
    seen.push(...(await workerCosts(frames)));
  }
  const curves = [
    curveOf("instruments", "ns/touch", seen),
    curveOf("levels", "ns/update", seen),
    curveOf("feed workers", "ns/frame", seen),
  ];
  return {
    name: "scale",
    unit: "ns for each touch, update or frame; times: of the first point of the same series",
    rows: curves.flatMap(({ name, series }) =>
      series.flatMap((one) =>
        one.points.map(([x, y]) => ({
          name: `${name} ${x}: ${one.name}`,
          ns: y,
          times: round3(y / one.points[0][1]),
        })),
      ),
    ),
    checks: [],
    equal: [
      "touches of every instrument and their number; whole books with plain JavaScript's; digests and counts of replays with any number of workers",
    ],
    notes: [
      `feed workers: ${LANES} lanes, so at most ${LANES} decode; each wants a core, and so does the engine`,
      "instruments: the state of one is 640 bytes, so 10,000 are 6.4 MB, more than a usual second-level cache, and come in random order",
      "levels: near the best is a random number cubed times the depth, so half of the updates lie within an eighth of it",
    ],
    curves,
  };
}

function curveOf(name: string, y: string, seen: readonly Series[]): Curve {
  const own = seen.filter(({ curve }) => curve === name);
  const names = [...new Set(own.map((one) => one.name))];
  const series = names.map((name) => {
    const points = own.filter((one) => one.name === name);
    const xs = [...new Set(points.map(({ x }) => x))];
    const median = (x: number): number => round3(spread(points.filter((one) => one.x === x).map(({ y }) => y)).median);
    return { name, points: xs.map((x): [number, number] => [x, median(x)]) };
  });
  return { name, x: name, y, series };
}

async function workerCosts(frames: number): Promise<Series[]> {
  const folder = mkdtempSync(join(tmpdir(), "crosstick-bench-"));
  try {
    const files = writeRecording(folder, frames, SEED);
    const costs: Series[] = [];
    let first: string | null = null;
    for (let workers = 1; workers <= Math.min(LANES, availableParallelism()); workers++) {
      const { summary } = await replay({ ...replayInputs(files), workers });
      const { frames, records, instruments, digest } = summary;
      const found = JSON.stringify({ frames, records, instruments, digest });
      first ??= found;
      if (found !== first) throw new Error(`a replay by ${workers} workers differs from one by 1`);
      costs.push({ curve: "feed workers", name: "replay", x: workers, y: (summary.elapsedMs * 1e6) / frames });
    }
    return costs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
