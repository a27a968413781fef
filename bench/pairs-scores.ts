/** The z of many pairs at a change of a price they share: as the engine has it, typed arrays, C++. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as L from "../src/layout.js";
import { random } from "./frames.js";
import { askLimit } from "./limits/limit.js";
import { inTurns, ratios, round3, spread } from "./rounds.js";
import { timeTicks, watchedPairs } from "./watched-pairs.js";

const [TICKS, WINDOW] = [16, 100];
/** What two ways to round the same formula may differ by. */
const NEAR = 1e-9;

interface Input {
  others: Float64Array;
  /** Samples of each pair, WINDOW of them. */
  samples: Float64Array;
  /** Each moves every z by less than is told. */
  still: Float64Array;
  /** And each of these moves nearly all of them by more. */
  values: Float64Array;
}

function inputOf(pairs: number): Input {
  const next = random(20261128 + pairs);
  const others = Float64Array.from({ length: pairs }, () => 100 + next());
  return {
    others,
    samples: Float64Array.from(
      { length: pairs * WINDOW },
      (_, i) => 100.5 - others[(i / WINDOW) | 0] + next() - next(),
    ),
    still: Float64Array.from({ length: TICKS }, () => 100.7 + next() / 1000),
    values: Float64Array.from({ length: TICKS }, () => 100 + next()),
  };
}

/** As strategies have it: bounded and told, with a full window for each pair. */
function engine(pairs: number, { others, samples }: Input) {
  const windowBytes = Math.ceil((L.WINDOW_HEADER_BYTES + WINDOW * 8) / L.LINE_BYTES) * L.LINE_BYTES;
  const { kernel, views, spreads, reserve } = watchedPairs(pairs, windowBytes);
  const scratch = reserve(L.WINDOW_HEADER_BYTES);
  const windowOf = (pair: number) => L.REGIONS_AT + pair * windowBytes;
  const scores = new Float64Array(pairs);
  const nextOf = (pair: number, value: number): void => {
    kernel.windowNext(windowOf(pair), value, scratch);
    scores[pair] = views.f64[(scratch + L.WINDOW_Z) >> 3];
  };
  let told = 0;
  for (let pair = 0; pair < pairs; pair++) {
    kernel.windowInit(windowOf(pair), WINDOW);
    for (let i = 0; i < WINDOW; i++) kernel.windowPush(windowOf(pair), samples[pair * WINDOW + i]);
    const scored = {
      window: windowOf(pair),
      moved: (_: number, value: number) => {
        told++;
        nextOf(pair, value);
      },
    };
    const bounds = { lower: -1e6, upper: 1e6 };
    spreads.add({ spread: "difference", bounds, legs: [() => pairs, () => pair], call: () => {}, scored });
  }
  for (const [pair, other] of others.entries()) spreads.changed(pair, other, 0, "");
  /** Four columns, as the kernel has them. */
  const rest = new Float64Array(4 * pairs);
  const column = reserve(32);
  for (let pair = 0; pair < pairs; pair++) {
    kernel.windowRest(windowOf(pair), column, 8);
    for (let i = 0; i < 4; i++) rest[i * pairs + pair] = views.f64[(column >> 3) + i];
  }
  return {
    rest,
    /** A price, and the z of all pairs; those told are in `scores`, by a window's own way. */
    tick: (value: number): number => {
      told = 0;
      spreads.changed(pairs, value, 0, "");
      spreads.score(0);
      return told;
    },
    /** One call a pair, each with mean and deviation. */
    oneByOne: (value: number): Float64Array => {
      for (let pair = 0; pair < pairs; pair++) nextOf(pair, value - others[pair]);
      return scores;
    },
  };
}

/** The formula of bench/limits/scores.cc over typed arrays. */
function plain(pairs: number, rest: Float64Array, others: Float64Array): (value: number, scores: Float64Array) => void {
  const index = Uint32Array.from({ length: pairs }, (_, i) => i);
  const [shift, sums, squares, counts] = [0, 1, 2, 3].map((i) => rest.subarray(i * pairs, (i + 1) * pairs));
  return (value, scores) => {
    for (let pair = 0; pair < pairs; pair++) {
      const away = value - others[index[pair]] - shift[pair];
      const total = sums[pair] + away;
      const scaled = counts[pair] * (squares[pair] + away * away) - total * total;
      scores[pair] = scaled > 0 ? (counts[pair] * away - total) / Math.sqrt(scaled) : 0;
    }
  };
}

/** A row of z, one with all that moved told, and one of a call a pair. @throws Error when a z differs. */
export async function measureScores(pairs: number, path: string | null, rounds: number, seconds: number) {
  const input = inputOf(pairs);
  const { tick, oneByOne, rest } = engine(pairs, input);
  const look = plain(pairs, rest, input.others);
  const expected = new Float64Array(TICKS * pairs);
  let told = 0;
  for (const [at, value] of input.values.entries()) {
    const column = expected.subarray(at * pairs, (at + 1) * pairs);
    look(value, column);
    same(`a call a pair, tick ${at}`, oneByOne(value), column);
    told += tick(value);
  }
  tick(input.still[0]);
  const after = input.still.reduce((sum, value) => sum + tick(value), 0);
  if (after > 0 || told < (pairs * TICKS) / 2)
    throw new Error(`${told} pairs told at ticks that move, ${after} at still ones`);
  const scores = new Float64Array(pairs);
  const measurements: Record<string, () => number | Promise<number>> = {
    kernel: () => timeTicks(tick, input.still, seconds),
    plain: () => timeTicks((value) => look(value, scores), input.still, seconds),
    told: () => timeTicks(tick, input.values, seconds),
    oneByOne: () => timeTicks(oneByOne, input.values, seconds),
  };
  const folder = mkdtempSync(join(tmpdir(), "crosstick-bench-"));
  try {
    if (path !== null) {
      const [file, out] = [join(folder, "rest"), join(folder, "scores")];
      writeFileSync(file, Float64Array.of(...rest, ...input.others, ...input.values));
      const args = [file, pairs, TICKS];
      await askLimit(path, [...args, 0, out]);
      same("C++", new Float64Array(new Uint8Array(readFileSync(out)).buffer), expected);
      measurements.limit = async () => (await askLimit<{ ns: number }>(path, [...args, seconds, out])).ns;
    }
    const taken = await inTurns(rounds, measurements);
    const name = `${pairs.toLocaleString("en")} pairs of a leg, z of each`;
    const median = (way: string): number => round3(spread(taken[way]).median);
    const limit =
      path === null ? {} : { "C++": median("limit"), ratioToLimit: round3(ratios(taken.limit, taken.kernel).median) };
    const ratio = round3(ratios(taken.plain, taken.kernel).median);
    return {
      scores: { name, kernel: median("kernel"), plain: median("plain"), ratio, ...limit },
      told: {
        name: `${name}, ${round3((1000 * told) / (TICKS * pairs))} in 1,000 told`,
        kernel: median("told"),
      },
      oneByOne: { name: `${name}, a call a pair`, kernel: median("oneByOne") },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function same(what: string, got: Float64Array, expected: Float64Array): void {
  const at = expected.findIndex((score, index) => !(Math.abs(score - got[index]) < NEAR));
  if (at >= 0) throw new Error(`${what}: z ${at} is ${got[at]}, typed arrays give ${expected[at]}`);
}
