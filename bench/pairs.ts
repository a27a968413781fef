// Which of many pairs are beyond k deviations of their window, at every tick: the kernel's windows, typed arrays, C++.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random } from "./frames.js";
import { askLimit, buildLimit } from "./limits/limit.js";
import { measureBetween } from "./pairs-between.js";
import { measureScores } from "./pairs-scores.js";
import { kernelTick, plainTick, type Tick } from "./pairs-ways.js";
import type { BenchResult } from "./result.js";
import { inTurns, ratios, round3, spread } from "./rounds.js";

export interface PairsOptions {
  /** Interleaved rounds; the median counts. 5 by default. */
  rounds?: number;
  /** Numbers of pairs, the last of which the checks are of; 10 to 10,000 by default. */
  counts?: readonly number[];
  /** Seconds of each measurement in a round; 0.1 by default. */
  seconds?: number;
}

const SEED = 20260809;
const WINDOW = 100;
const TICKS = 256;
const K = 2;
const [LEAST_TO_PLAIN, LEAST_TO_LIMIT] = [1.5, 0.25];

/** @throws Error when a flag of a pair differs. */
export async function pairsBench(options: PairsOptions = {}): Promise<BenchResult> {
  const { rounds = 5, counts = [10, 100, 1000, 10_000], seconds = 0.1 } = options;
  const limit = buildLimit("pairs");
  const path = "path" in limit ? limit.path : null;
  const rows: (BenchResult["rows"][number] & { ratio: number })[] = [];
  for (const pairs of counts) rows.push(await measure(pairs, path, rounds, seconds));
  const last = rows[rows.length - 1];
  const spreads = buildLimit("spreads");
  const between = await measureBetween(
    counts[counts.length - 1],
    "path" in spreads ? spreads.path : null,
    rounds,
    seconds,
  );
  const scored = buildLimit("scores");
  const { scores, told, oneByOne } = await measureScores(
    counts[counts.length - 1],
    "path" in scored ? scored.path : null,
    rounds,
    seconds,
  );
  const least = (name: string, value: number, threshold: number) => ({
    ...{ name, value, threshold },
    passed: value >= threshold,
  });
  const points = (column: string): [number, number][] =>
    rows.map((row, index) => [counts[index], round3(Number(row[column]) / counts[index])]);
  const columns = path === null ? ["kernel", "plain"] : ["kernel", "plain", "C++"];
  return {
    name: "pairs",
    unit: `ns a tick: one value a pair into its window of ${WINDOW}, and is it beyond ${K} deviations`,
    rows: [...rows, between.flags, between.called, scores, told, oneByOne],
    checks: [
      least(`${last.name}: ratio to typed arrays`, last.ratio, LEAST_TO_PLAIN),
      ...(path === null ? [] : [least(`${last.name}: ratio to C++`, Number(last.ratioToLimit), LEAST_TO_LIMIT)]),
      least(`${between.flags.name}: ratio to typed arrays`, between.flags.ratio, LEAST_TO_PLAIN),
      ...(path === null
        ? []
        : [least(`${between.flags.name}: ratio to C++`, Number(between.flags.ratioToLimit), LEAST_TO_LIMIT)]),
      least(`${scores.name}: ratio to typed arrays`, scores.ratio, LEAST_TO_PLAIN),
      ...(path === null ? [] : [least(`${scores.name}: ratio to C++`, Number(scores.ratioToLimit), LEAST_TO_LIMIT)]),
    ],
    equal: [`the flag of every pair at each of ${TICKS} ticks`, "z of every pair by all ways, within 1e-9"],
    peers: {
      "typed arrays": `Node ${process.version}: windows side by side, sums not compensated`,
      ...("path" in limit ? { "C++": `${limit.options}; the same as the typed arrays` } : {}),
    },
    skipped: "skipped" in limit ? [{ name: "C++", reason: limit.skipped }] : [],
    notes: [
      "between samples: a mid of one leg changes, and each of its spreads is compared with bounds that stand for |z| = k of its next sample; strategies beyond are called. z of each: what its next sample would have, and whether it moved by 0.01 since it was told; told: with mean and deviation, too",
      "the kernel's windows do more: sums are compensated and recomputed, mean, deviation and z are kept with a root and a division, and each pair is two calls",
    ],
    curves: [
      {
        ...{ name: "pairs", x: "pairs", y: "ns/pair" },
        series: columns.map((name) => ({ name, points: points(name) })),
      },
    ],
  };
}

async function measure(pairs: number, path: string | null, rounds: number, seconds: number) {
  const next = random(SEED + pairs);
  const values = Float64Array.from({ length: pairs * TICKS }, () => 100 + next() + next() - next());
  const ticks = Array.from({ length: TICKS }, (_, tick) => values.subarray(tick * pairs, (tick + 1) * pairs));
  const [kernel, plain] = [kernelTick(pairs, WINDOW, K), plainTick(pairs, WINDOW, K)];
  const expected = flagsOf(plain, ticks, pairs);
  same(`kernel, ${pairs} pairs`, flagsOf(kernel, ticks, pairs), expected);
  const flags = new Int8Array(pairs);
  const measurements: Record<string, () => number | Promise<number>> = {
    kernel: () => time(kernel, ticks, flags, seconds),
    plain: () => time(plain, ticks, flags, seconds),
  };
  const folder = mkdtempSync(join(tmpdir(), "crosstick-bench-"));
  try {
    if (path !== null) {
      const [input, out] = [join(folder, "values"), join(folder, "flags")];
      writeFileSync(input, values);
      const args = [input, pairs, TICKS, WINDOW, K];
      await askLimit(path, [...args, 0, out]);
      same(`C++, ${pairs} pairs`, new Int8Array(readFileSync(out)), expected);
      measurements.limit = async () => (await askLimit<{ ns: number }>(path, [...args, seconds, out])).ns;
    }
    const seen = await inTurns(rounds, measurements);
    return {
      name: `${pairs.toLocaleString("en")} pairs`,
      kernel: round3(spread(seen.kernel).median),
      plain: round3(spread(seen.plain).median),
      ratio: round3(ratios(seen.plain, seen.kernel).median),
      ...(path === null
        ? {}
        : {
            "C++": round3(spread(seen.limit).median),
            ratioToLimit: round3(ratios(seen.limit, seen.kernel).median),
          }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function flagsOf(tick: Tick, ticks: readonly Float64Array[], pairs: number): Int8Array {
  const all = new Int8Array(ticks.length * pairs);
  for (const [index, values] of ticks.entries()) tick(values, all.subarray(index * pairs, (index + 1) * pairs));
  return all;
}

function same(what: string, got: Int8Array, expected: Int8Array): void {
  const at = expected.findIndex((flag, index) => flag !== got[index]);
  if (at >= 0) throw new Error(`${what}: flag ${at} is ${got[at]}, typed arrays give ${expected[at]}`);
  if (!expected.includes(1) || !expected.includes(-1)) throw new Error(`${what}: no pair is ever beyond`);
}

/** Nanoseconds a tick. */
function time(tick: Tick, ticks: readonly Float64Array[], flags: Int8Array, seconds: number): number {
  const started = performance.now();
  let done = 0;
  let elapsedMs = 0;
  for (; elapsedMs < seconds * 1000; elapsedMs = performance.now() - started)
    for (const values of ticks) {
      tick(values, flags);
      done++;
    }
  return (elapsedMs * 1e6) / done;
}
