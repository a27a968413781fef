/** Many spreads of one leg against their bounds at a change of its price: the engine's lists, typed arrays, C++. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random } from "./frames.js";
import { askLimit } from "./limits/limit.js";
import { inTurns, ratios, round3, spread } from "./rounds.js";
import { timeTicks, watchedPairs } from "./watched-pairs.js";

const TICKS = 256;

interface Bounded {
  lower: Float64Array;
  upper: Float64Array;
  others: Float64Array;
  /** Ticks that some pairs leave their bounds at, a few in a thousand. */
  values: Float64Array;
  /** Ticks at which none does. */
  quiet: Float64Array;
}

function bounded(pairs: number): Bounded {
  const next = random(20260901 + pairs);
  const others = Float64Array.from({ length: pairs }, () => 100 + next());
  const reach = Float64Array.from({ length: pairs }, () => 0.35 + 0.4 * next());
  return {
    others,
    lower: others.map((other, i) => 100.5 - other - reach[i]),
    upper: others.map((other, i) => 100.5 - other + reach[i]),
    values: Float64Array.from({ length: TICKS }, () => 100 + (next() + next() + next()) / 3 + (next() - 0.5) / 4),
    quiet: Float64Array.from({ length: TICKS }, () => 100.4 + next() / 5),
  };
}

/** As strategies have it, `SpreadWatches`. Returns a tick. */
function engine(pairs: number, { lower, upper, others }: Bounded, called: (pair: number) => void) {
  const { spreads } = watchedPairs(pairs, 0);
  for (let pair = 0; pair < pairs; pair++) {
    const bounds = { lower: lower[pair], upper: upper[pair] };
    const legs = [() => pairs, () => pair];
    spreads.add({ spread: "difference", bounds, legs, call: () => called(pair) });
  }
  for (const [pair, other] of others.entries()) spreads.changed(pair, other, 0, "");
  return (value: number) => spreads.changed(pairs, value, 0, "");
}

/** The formula of bench/limits/spreads.cc over typed arrays. */
function plain(pairs: number, { lower, upper, others }: Bounded): (value: number, flags: Uint32Array) => void {
  const index = Uint32Array.from({ length: pairs }, (_, i) => i);
  return (value, flags) => {
    for (let first = 0; first < pairs; first += 32) {
      const end = Math.min(pairs, first + 32);
      let word = 0;
      for (let pair = first; pair < end; pair++) {
        const away = value - others[index[pair]];
        if (away < lower[pair] || away > upper[pair]) word |= 1 << (pair - first);
      }
      flags[first >> 5] = word;
    }
  };
}

/** A row of flags, and one with calls of those beyond. @throws Error when a flag differs. */
export async function measureBetween(pairs: number, path: string | null, rounds: number, seconds: number) {
  const input = bounded(pairs);
  const words = Math.ceil(pairs / 32);
  const expected = new Uint32Array(words * TICKS);
  const seen = new Uint32Array(words * TICKS);
  let tickNow = 0;
  let isChecking = true;
  const tick = engine(pairs, input, (pair) => {
    if (isChecking) seen[tickNow * words + (pair >> 5)] |= 1 << (pair & 31);
  });
  const look = plain(pairs, input);
  for (; tickNow < TICKS; tickNow++) {
    look(input.values[tickNow], expected.subarray(tickNow * words, (tickNow + 1) * words));
    if (tickNow === 0) seen.fill(0);
    tick(input.values[tickNow]);
  }
  isChecking = false;
  same("engine", seen, expected);
  const beyond = bitsOf(expected);
  const flags = new Uint32Array(words);
  for (const value of input.quiet) {
    look(value, flags);
    if (bitsOf(flags) > 0) throw new Error("a tick that should be quiet is not");
  }
  const measurements: Record<string, () => number | Promise<number>> = {
    kernel: () => timeTicks(tick, input.quiet, seconds),
    plain: () => timeTicks((value) => look(value, flags), input.quiet, seconds),
    called: () => timeTicks(tick, input.values, seconds),
  };
  const folder = mkdtempSync(join(tmpdir(), "crosstick-bench-"));
  try {
    if (path !== null) {
      const [file, out] = [join(folder, "spreads"), join(folder, "flags")];
      const { lower, upper, others, values } = input;
      writeFileSync(file, Float64Array.of(...lower, ...upper, ...others, ...values));
      const args = [file, pairs, TICKS];
      await askLimit(path, [...args, 0, out]);
      same("C++", new Uint32Array(new Uint8Array(readFileSync(out)).buffer), expected);
      measurements.limit = async () => (await askLimit<{ ns: number }>(path, [...args, seconds, out])).ns;
    }
    const taken = await inTurns(rounds, measurements);
    const name = `${pairs.toLocaleString("en")} pairs of a leg, between samples`;
    const limit =
      path === null
        ? {}
        : {
            "C++": round3(spread(taken.limit).median),
            ratioToLimit: round3(ratios(taken.limit, taken.kernel).median),
          };
    const kernel = round3(spread(taken.kernel).median);
    const ratio = round3(ratios(taken.plain, taken.kernel).median);
    return {
      called: {
        name: `${name}: ${round3((1000 * beyond) / (TICKS * pairs))} in 1,000 beyond and called`,
        kernel: round3(spread(taken.called).median),
      },
      flags: { name, kernel, plain: round3(spread(taken.plain).median), ratio, ...limit },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bitsOf(words: Uint32Array): number {
  let bits = 0;
  for (let word of words) for (; word !== 0; word &= word - 1) bits++;
  return bits;
}

function same(what: string, got: Uint32Array, expected: Uint32Array): void {
  const at = expected.findIndex((word, index) => word !== got[index]);
  if (at >= 0) throw new Error(`${what}: flags ${at} are ${got[at]}, typed arrays give ${expected[at]}`);
  if (!expected.some((word) => word !== 0)) throw new Error(`${what}: no pair is ever beyond`);
}
