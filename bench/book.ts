// From a depth frame of a usual size to its levels in the book: the kernel, a Map fed by JSON.parse, a flat book in C++.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PRODUCT_USDM, VENUE_BINANCE } from "../src/layout.js";
import { type Book, KernelBook, type Levels, MapBook } from "./book-ways.js";
import { type FrameSet, random } from "./frames.js";
import { writeFrames } from "./limits/frame-file.js";
import { askLimit, buildLimit } from "./limits/limit.js";
import { recordedSets } from "./recorded-frames.js";
import type { BenchResult } from "./result.js";
import { inTurns, ratios, round3, spread } from "./rounds.js";

const SEED = 20260809;
const FRAMES = 500;
/** Levels a side of the snapshot; each delta changes 27 a side, so that a frame has about 1.3 kB. */
const SNAPSHOT_LEVELS = 1000;
const DELTA_LEVELS = 27;
/** What a book keeps; no set comes near it. */
const LEVELS = 8192;
const LEAST_TO_MAP = 10;
/** At most twice the time of C++. */
const LEAST_TO_LIMIT = 0.5;

export interface BookBenchOptions {
  /** Interleaved rounds; the median counts. 5 by default. */
  rounds?: number;
  /** Folder with recordings; generated frames alone without one. */
  dataDir?: string;
  /** Seconds of each measurement in a round; 0.2 by default. */
  seconds?: number;
}

/** A snapshot and the deltas after it. */
export interface DepthFrames {
  name: string;
  snapshot: Buffer;
  deltas: Buffer[];
}

/** Times all ways. @throws Error when their books differ. */
export async function bookBench(options: BookBenchOptions = {}): Promise<BenchResult> {
  const { rounds = 5, dataDir, seconds = 0.2 } = options;
  const limit = buildLimit("book", ["simdjson"]);
  const isLimited = "path" in limit;
  const inputs = [generated(SEED), ...(dataDir !== undefined && existsSync(dataDir) ? recorded(dataDir) : [])];
  const rows: BenchResult["rows"] = [];
  for (const input of inputs) {
    const folder = mkdtempSync(join(tmpdir(), "crosstick-bench-"));
    try {
      rows.push(await measure(input, folder, isLimited ? limit.path : null, rounds, seconds));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const least = (name: string, column: string, threshold: number) => {
    const value = Math.min(...rows.map((row) => Number(row[column])));
    return { name, value, threshold, passed: value >= threshold };
  };
  return {
    name: "book",
    unit: "ns a depth frame, decoded and applied, all on one thread",
    rows,
    checks: [
      least("smallest ratio to JSON.parse and a Map", "ratio", LEAST_TO_MAP),
      ...(isLimited ? [least("smallest ratio to the flat book in C++", "ratioToLimit", LEAST_TO_LIMIT)] : []),
    ],
    equal: [`every level of the book in the end: kernel, Map${isLimited ? ", C++" : ""}`],
    peers: {
      "Map book": `Node ${process.version}: JSON.parse, a Map of price to size a side, best levels not kept`,
      ...(isLimited ? { "C++ book": `${limit.options}; simdjson On-Demand, two sorted flat arrays` } : {}),
    },
    skipped: isLimited ? [] : [{ name: "C++ book", reason: limit.skipped }],
  };
}

async function measure(
  { name, snapshot, deltas }: DepthFrames,
  folder: string,
  limit: string | null,
  rounds: number,
  seconds: number,
): Promise<BenchResult["rows"][number]> {
  const set: FrameSet = { name, venue: VENUE_BINANCE, product: PRODUCT_USDM, frames: deltas };
  const kernel = new KernelBook(set, LEVELS);
  const map = new MapBook();
  for (const way of [kernel, map]) {
    way.take([snapshot]);
    way.take(deltas);
  }
  const expected = map.book();
  sameBook(`${name}: kernel`, kernel.book(), expected);
  const measurements: Record<string, () => number | Promise<number>> = {
    kernel: () => time(seconds, deltas.length, () => kernel.take(deltas)),
    map: () => time(seconds, deltas.length, () => map.take(deltas)),
  };
  if (limit !== null) {
    const [frames, out] = [join(folder, "frames"), join(folder, "book")];
    writeFrames(frames, [{ ...set, frames: [snapshot] }, set]);
    measurements.limit = async () => (await askLimit<{ ns: number }>(limit, [frames, seconds, out])).ns;
    await measurements.limit();
    sameBook(`${name}: C++`, readBook(out), expected);
  }
  const values = await inTurns(rounds, measurements);
  sameBook(`${name}: kernel, after all rounds`, kernel.book(), expected);
  return {
    name,
    frames: deltas.length,
    bytes: Math.round(deltas.reduce((sum, { length }) => sum + length, 0) / deltas.length),
    kernel: round3(spread(values.kernel).median),
    map: round3(spread(values.map).median),
    ratio: round3(ratios(values.map, values.kernel).median),
    ...(limit === null
      ? {}
      : {
          "C++": round3(spread(values.limit).median),
          ratioToLimit: round3(ratios(values.limit, values.kernel).median),
        }),
  };
}

/** Changes near the best price, each level once and in order of price, as venues send them: a third removes its level. */
export function generated(seed: number): DepthFrames {
  const next = random(seed);
  const price = (isAsk: boolean, ticks: number): string => ((600_000 + (isAsk ? 1 + ticks : -ticks)) / 10).toFixed(2);
  const size = (): string => (next() < 1 / 3 ? "0.000" : (next() * 30).toFixed(3));
  const side = (isAsk: boolean): string => {
    const ticks = new Set<number>();
    while (ticks.size < DELTA_LEVELS) ticks.add(Math.floor(next() ** 3 * SNAPSHOT_LEVELS));
    const prices = [...ticks].map((away) => price(isAsk, away)).sort((a, b) => Number(a) - Number(b));
    return prices.map((text) => `["${text}","${size()}"]`).join(",");
  };
  const whole = (isAsk: boolean): string =>
    Array.from(
      { length: SNAPSHOT_LEVELS },
      (_, i) => `["${price(isAsk, i)}","${(1 + next() * 30).toFixed(3)}"]`,
    ).join();
  const delta = (i: number): Buffer =>
    Buffer.from(
      `{"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":${1723161256299 + i},"T":${1723161256298 + i},"s":"BTCUSDT","U":${1001 + i},"u":${1001 + i},"pu":${1000 + i},"b":[${side(false)}],"a":[${side(true)}]}}`,
    );
  return {
    name: "generated usdm depthUpdate",
    snapshot: Buffer.from(
      `{"lastUpdateId":1000,"E":1723161256299,"T":1723161256299,"bids":[${whole(false)}],"asks":[${whole(true)}]}`,
    ),
    deltas: Array.from({ length: FRAMES }, (_, i) => delta(i)),
  };
}

function recorded(dataDir: string): DepthFrames[] {
  const sets = recordedSets(dataDir);
  const of = (kind: string) => sets.find(({ name }) => name === `recorded binance usdm ${kind}`)?.frames;
  const [snapshots, deltas] = [of("snapshot"), of("depthUpdate")];
  if (snapshots === undefined || deltas === undefined) return [];
  return [{ name: "recorded usdm depthUpdate", snapshot: snapshots[0], deltas }];
}

/** The file that bench/limits/book.cc writes. */
function readBook(path: string): Book {
  const bytes = readFileSync(path);
  let at = 0;
  const side = (): Levels => {
    const count = bytes.readUInt32LE(at);
    at += 4;
    return Array.from({ length: count }, () => {
      at += 16;
      return [bytes.readDoubleLE(at - 16), bytes.readDoubleLE(at - 8)];
    });
  };
  return { bids: side(), asks: side() };
}

function sameBook(what: string, got: Book, expected: Book): void {
  for (const side of ["bids", "asks"] as const) {
    if (got[side].length !== expected[side].length)
      throw new Error(`${what} keeps ${got[side].length} ${side}, the Map ${expected[side].length}`);
    for (const [index, level] of expected[side].entries())
      if (got[side][index][0] !== level[0] || got[side][index][1] !== level[1])
        throw new Error(`${what}: ${side} ${index} is ${got[side][index]}, the Map has ${level}`);
  }
}

/** Nanoseconds a frame. */
function time(seconds: number, frames: number, body: () => void): number {
  const started = process.hrtime.bigint();
  const untilNs = BigInt(Math.round(seconds * 1e9));
  let turns = 0;
  let elapsed = 0n;
  for (; elapsed < untilNs; turns++) {
    body();
    elapsed = process.hrtime.bigint() - started;
  }
  return Number(elapsed) / (turns * frames);
}
