// The engine side of the kernel against plain JavaScript over typed arrays: books, walks, rolling windows,
// VWAP, clock offsets. Both are first shown to give the same numbers, then timed in turns.
import { pathToFileURL } from "node:url";
import Benchmark from "benchmark";
import { compileKernel, type EngineKernel, startKernel } from "../src/kernel/kernel.js";
import * as L from "../src/layout.js";
import { PlainClock, PlainSide, PlainVwap, PlainWindow } from "./plain-kernel.js";
import type { BenchResult } from "./result.js";

const SEED = 20260809;
const LEVELS = 8192;
/** Inputs of a case; a power of two, and several times what the caches of the branch predictor remember. */
const INPUTS = 8192;

export interface KernelBenchOptions {
  /** Interleaved rounds over all cases; the median counts. 5 by default. */
  rounds?: number;
  /** Seconds of each measurement in a round; 0.06 by default. */
  seconds?: number;
}

/** Both sides of one comparison; each runs all of its inputs once. */
interface Case {
  name: string;
  operations: number;
  kernel(): void;
  plain(): void;
  /** What one would take from npm for it. */
  library?: { operations: number; run(): void };
  /** @throws Error when the two do not give the same numbers. */
  verify(): void;
}

/** Times kernel and plain JavaScript in turns. @throws Error when they do not give the same numbers. */
export async function kernelBench(options: KernelBenchOptions = {}): Promise<BenchResult> {
  const { rounds = 5, seconds = 0.06 } = options;
  const statistics = await loadStatistics();
  const bench = new KernelCases(statistics);
  const runs = bench.cases().map((each) => ({
    ...{ each, kernel: [] as number[], plain: [] as number[], library: [] as number[] },
  }));
  for (const { each } of runs) each.verify();
  for (let round = 0; round < rounds; round++)
    for (const { each, kernel, plain, library } of runs) {
      kernel.push(time(seconds, each.operations, each.kernel));
      plain.push(time(seconds, each.operations, each.plain));
      if (each.library !== undefined) library.push(time(seconds, each.library.operations, each.library.run));
      await new Promise((resolve) => setImmediate(resolve));
    }
  const rows = runs.map(({ each, kernel, plain, library }) => ({
    name: each.name,
    kernel: round1(median(kernel)),
    plain: round1(median(plain)),
    ratio: round1(median(plain.map((value, index) => value / kernel[index]))),
    ...(library.length === 0
      ? {}
      : {
          "simple-statistics": round1(median(library)),
          "its ratio": round1(median(library.map((value, index) => value / kernel[index]))),
        }),
  }));
  const nanos = (name: string): number => rows.find((row) => row.name === name)?.kernel ?? Number.NaN;
  const ratio = (name: string): number => rows.find((row) => row.name === name)?.ratio ?? Number.NaN;
  const least = (name: string, value: number, threshold: number) => ({
    name,
    value,
    threshold,
    passed: value >= threshold,
  });
  return {
    name: "kernel",
    unit: "ns/operation",
    rows,
    checks: [
      least("insertions per µs at the far end of 8,192 levels", round1(1000 / nanos(FAR_END)), 1),
      least("clock samples per 120 ns", round1(120 / nanos(CLOCK)), 1),
      least("far end: ratio to plain JavaScript", ratio(FAR_END), 5),
      least("clock: ratio to plain JavaScript", ratio(CLOCK), 2),
      // Where a few additions are all there is to do, JavaScript is as fast; it must not be much faster.
      least("smallest ratio to plain JavaScript", Math.min(...rows.map((row) => row.ratio)), 0.6),
    ],
    equal: ["every number of kernel, plain JavaScript and, of windows, simple-statistics"],
    skipped: statistics === null ? [{ name: "simple-statistics", reason: "the package is not installed" }] : [],
  };
}

/** Values that the library's windows take in one run: each costs it the whole window. */
const LIBRARY_INPUTS = 128;

async function loadStatistics(): Promise<typeof import("simple-statistics") | null> {
  try {
    return await import("simple-statistics");
  } catch {
    return null;
  }
}

/** A window as one keeps it with simple-statistics: an array of the last values, gone over at each. */
class LibraryWindow {
  mean = Number.NaN;
  deviation = Number.NaN;
  z = Number.NaN;
  readonly capacity: number;
  private readonly statistics: typeof import("simple-statistics");
  private readonly values: number[] = [];

  constructor(statistics: typeof import("simple-statistics"), capacity: number) {
    this.statistics = statistics;
    this.capacity = capacity;
  }

  push(value: number): void {
    const { statistics, values } = this;
    if (values.length === this.capacity) values.shift();
    values.push(value);
    this.mean = statistics.mean(values);
    this.deviation = statistics.standardDeviation(values);
    this.z = this.deviation > 0 ? statistics.zScore(value, this.mean, this.deviation) : 0;
  }

  pushAll(values: Float64Array): void {
    for (let index = 0; index < LIBRARY_INPUTS; index++) this.push(values[index]);
  }
}

const FAR_END = "book: far end of 8,192 levels";
const CLOCK = "clock: sample of 1,024";

/** The cases, each with a region of its own in one shared memory. */
class KernelCases {
  private readonly kernel: EngineKernel;
  private readonly f64: Float64Array;
  private readonly random = mulberry32(SEED);
  private at = L.REGIONS_AT;

  private readonly statistics: Awaited<ReturnType<typeof loadStatistics>>;

  constructor(statistics: Awaited<ReturnType<typeof loadStatistics>>) {
    this.statistics = statistics;
    const memory = new WebAssembly.Memory({ initial: 128, maximum: 128, shared: true });
    this.kernel = startKernel<EngineKernel>(compileKernel("engine"), memory);
    this.f64 = new Float64Array(memory.buffer);
  }

  cases(): Case[] {
    return [
      this.book("book: near the best of 1,000 levels", 1000, () => 20000 - Math.floor(this.random() ** 2 * 40)),
      this.book("book: any of 5,000 levels", 5000, () => 20000 - Math.floor(this.random() * 5000)),
      this.book(FAR_END, LEVELS - 64, (index) => 1000 - (index % 64)),
      this.snapshot(1000),
      this.snapshot(5000),
      this.walk(20),
      this.window(56),
      this.window(1000),
      this.window(10000),
      this.vwap(1000),
      this.clock(),
    ];
  }

  private take(bytes: number): number {
    const start = this.at;
    this.at = Math.ceil((start + bytes) / L.LINE_BYTES) * L.LINE_BYTES;
    return start;
  }

  private inputs(of: (index: number) => number): Float64Array {
    return Float64Array.from({ length: INPUTS }, (_, index) => of(index));
  }

  private newBook(levels: number): { book: number; plain: PlainSide } {
    const book = this.take(L.BOOK_HEADER_BYTES + LEVELS * 32);
    const plain = new PlainSide(false, LEVELS);
    this.kernel.bookInit(book, LEVELS);
    for (let level = 0; level < levels; level++) {
      this.kernel.bookApply(book, 0, 20000 - level, level + 1);
      plain.apply(20000 - level, level + 1);
    }
    return { book, plain };
  }

  private sameSide(book: number, plain: PlainSide): void {
    for (let level = 0; level <= plain.count; level++) {
      same("price", this.kernel.bookPrice(book, 0, level), plain.prices[plain.count - 1 - level] ?? Number.NaN);
      same("size", this.kernel.bookSize(book, 0, level), plain.sizes[plain.count - 1 - level] ?? Number.NaN);
    }
  }

  /** Updates of bids, a third of them removals; at the far end levels come and go in turns. */
  private book(name: string, levels: number, price: (index: number) => number): Case {
    const { kernel } = this;
    const { book, plain } = this.newBook(levels);
    const prices = this.inputs(price);
    const isFar = name === FAR_END;
    const sizes = this.inputs((index) => {
      if (isFar) return 1 - (Math.floor(index / 64) % 2);
      return this.random() < 1 / 3 ? 0 : 1 + index;
    });
    const each: Case = {
      name,
      operations: INPUTS,
      kernel: () => {
        for (let index = 0; index < INPUTS; index++) kernel.bookApply(book, 0, prices[index], sizes[index]);
      },
      plain: () => {
        for (let index = 0; index < INPUTS; index++) plain.apply(prices[index], sizes[index]);
      },
      verify: () => {
        each.kernel();
        each.plain();
        this.sameSide(book, plain);
      },
    };
    return each;
  }

  /** Both sides of a whole book, best first; an operation is a level, and here a call from JavaScript each. */
  private snapshot(levels: number): Case {
    const { kernel } = this;
    const { book, plain } = this.newBook(0);
    const asks = new PlainSide(true, LEVELS);
    const bidPrices = Float64Array.from({ length: levels }, (_, level) => 20000 - level);
    const askPrices = Float64Array.from({ length: levels }, (_, level) => 20001 + level);
    const sizes = Float64Array.from({ length: levels }, (_, level) => level + 1);
    const each: Case = {
      name: `snapshot: ${levels.toLocaleString("en")} levels a side`,
      operations: 2 * levels,
      kernel: () => {
        kernel.snapshotBegin(book);
        for (let level = 0; level < levels; level++) {
          kernel.snapshotLevel(book, 0, bidPrices[level], sizes[level]);
          kernel.snapshotLevel(book, 1, askPrices[level], sizes[level]);
        }
        kernel.snapshotEnd(book);
      },
      plain: () => {
        plain.begin();
        asks.begin();
        for (let level = 0; level < levels; level++) {
          plain.level(bidPrices[level], sizes[level]);
          asks.level(askPrices[level], sizes[level]);
        }
        plain.end();
        asks.end();
      },
      verify: () => {
        each.kernel();
        each.plain();
        this.sameSide(book, plain);
      },
    };
    return each;
  }

  private walk(levels: number): Case {
    const { kernel, f64 } = this;
    const { book, plain } = this.newBook(1000);
    const depth = (levels * (levels + 1)) / 2;
    const sizes = this.inputs(() => depth * (0.5 + this.random() / 2));
    return {
      name: `walk: up to ${levels} levels`,
      operations: INPUTS,
      kernel: () => {
        for (let index = 0; index < INPUTS; index++) kernel.bookWalkSize(book, 0, sizes[index]);
      },
      plain: () => {
        for (let index = 0; index < INPUTS; index++) sink += plain.walk(sizes[index]);
      },
      verify: () => {
        for (const size of sizes) {
          kernel.bookWalkSize(book, 0, size);
          same("walked price", f64[(book + L.WALK_PRICE) >> 3], plain.walk(size));
        }
      },
    };
  }

  private window(samples: number): Case {
    const { kernel, f64 } = this;
    const window = this.take(L.WINDOW_HEADER_BYTES + samples * 8);
    kernel.windowInit(window, samples);
    const plain = new PlainWindow(samples);
    const values = this.inputs(() => 60000 + this.random() + this.random() - this.random());
    const library = this.statistics === null ? null : new LibraryWindow(this.statistics, samples);
    return {
      library: library === null ? undefined : { operations: LIBRARY_INPUTS, run: () => library.pushAll(values) },
      name: `window: push, n = ${samples.toLocaleString("en")}`,
      operations: INPUTS,
      kernel: () => {
        for (let index = 0; index < INPUTS; index++) kernel.windowPush(window, values[index]);
      },
      plain: () => {
        for (let index = 0; index < INPUTS; index++) plain.push(values[index]);
      },
      verify: () => {
        for (let round = 0; round < 3; round++)
          for (const value of values) {
            kernel.windowPush(window, value);
            plain.push(value);
            same("mean", f64[(window + L.WINDOW_MEAN) >> 3], plain.mean);
            same("deviation", f64[(window + L.WINDOW_DEVIATION) >> 3], plain.deviation);
            same("z", f64[(window + L.WINDOW_Z) >> 3] + 10, plain.z + 10);
          }
        if (library !== null) this.sameAsLibrary(window, library, values.subarray(0, LIBRARY_INPUTS));
      },
    };
  }

  private sameAsLibrary(window: number, library: LibraryWindow, values: Float64Array): void {
    const { f64, kernel } = this;
    kernel.windowInit(window, library.capacity);
    for (const value of values) {
      kernel.windowPush(window, value);
      library.push(value);
      same("mean of the library", f64[(window + L.WINDOW_MEAN) >> 3], library.mean);
      same("deviation of the library", f64[(window + L.WINDOW_DEVIATION) >> 3] + 1, library.deviation + 1);
    }
  }

  private vwap(trades: number): Case {
    const { kernel, f64 } = this;
    const vwap = this.take(L.VWAP_HEADER_BYTES + trades * 24);
    kernel.vwapInit(vwap, trades, Number.NaN);
    const plain = new PlainVwap(trades);
    const prices = this.inputs(() => 60000 + this.random());
    const sizes = this.inputs(() => 0.001 + this.random());
    return {
      name: `vwap: last ${trades.toLocaleString("en")} trades`,
      operations: INPUTS,
      kernel: () => {
        for (let index = 0; index < INPUTS; index++) kernel.vwapPush(vwap, prices[index], sizes[index], 0);
      },
      plain: () => {
        for (let index = 0; index < INPUTS; index++) plain.push(prices[index], sizes[index]);
      },
      verify: () => {
        for (let index = 0; index < INPUTS; index++) {
          kernel.vwapPush(vwap, prices[index], sizes[index], 0);
          plain.push(prices[index], sizes[index]);
          same("vwap", f64[(vwap + L.VWAP_PRICE) >> 3], plain.price);
        }
      },
    };
  }

  private clock(): Case {
    const { kernel, f64 } = this;
    const clock = this.take(L.CLOCK_STATE_BYTES);
    kernel.clockInit(clock);
    const plain = new PlainClock(L.CLOCK_SAMPLES);
    const delays = this.inputs(() => Math.floor(5000 - 1000 * Math.log(1 - this.random())));
    return {
      name: CLOCK,
      operations: INPUTS,
      kernel: () => {
        for (let index = 0; index < INPUTS; index++) {
          kernel.clockSample(clock, delays[index]);
          kernel.clockRead(clock);
        }
      },
      plain: () => {
        for (let index = 0; index < INPUTS; index++) plain.sample(delays[index]);
      },
      verify: () => {
        for (const [index, delay] of delays.entries()) {
          kernel.clockSample(clock, delay);
          kernel.clockRead(clock);
          plain.sample(delay);
          if (index + 1 < L.CLOCK_SAMPLES_MINIMUM) continue;
          same("offset", f64[(clock + L.CLOCK_STATE_OFFSET_US) >> 3], plain.offsetUs);
          same("uncertainty", f64[(clock + L.CLOCK_STATE_UNCERTAINTY_US) >> 3], plain.uncertaintyUs);
        }
      },
    };
  }
}

/** Keeps results that nobody reads from being optimised away. */
let sink = 0;

/** Equal but for the order of summation. @throws Error otherwise. */
function same(what: string, kernel: number, plain: number): void {
  if (Object.is(kernel, plain) || Math.abs(kernel - plain) <= 1e-12 * Math.abs(plain)) return;
  throw new Error(`${what}: the kernel gives ${kernel}, plain JavaScript ${plain}`);
}

/** Nanoseconds an operation. */
function time(seconds: number, operations: number, body: () => void): number {
  const benchmark = new Benchmark(body, { maxTime: seconds, minSamples: 3, minTime: seconds / 4, initCount: 1 });
  benchmark.run();
  return (benchmark.stats.mean / operations) * 1e9;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const round1 = (value: number): number => Math.round(value * 10) / 10;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const result = await kernelBench({ rounds: Number(process.argv[2] ?? 5) });
  console.table(Object.fromEntries(result.rows.map(({ name, ...columns }) => [name, columns])));
  for (const { name, value, threshold, passed } of result.checks)
    console.log(`${passed ? "passed" : "FAILED"}  ${name}: ${value} (at least ${threshold})`);
  if (Number.isNaN(sink)) console.log("a walk found no depth");
}
