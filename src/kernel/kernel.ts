import { readFileSync } from "node:fs";
import { CrosstickError } from "../errors.js";
import { LAYOUT_VERSION } from "../layout.js";

/** Feed side of the kernel: see assembly/decode.ts. Addresses are bytes in the shared memory. */
export interface DecodeKernel {
  LAYOUT: WebAssembly.Global;
  /** Builds the decimal parser's tables at TABLES_AT. One thread, once per memory. */
  initTables(): void;
  /** Finds the next `<time> <frame>` line in [from, end): 1 found, 0 no whole line, below 0 refused. */
  nextLine(lane: number, from: number, end: number): number;
  /** End of the WebSocket frame at `at` when it is a plain and whole message of at most `limit` bytes in [at, end), else 0. */
  wholeFrame(at: number, end: number, limit: number): number;
  /** Decodes the frame of the lane's message header into the ring: records, 0 ignored, below 0 refused. */
  decode(venue: number, lane: number, ring: number, cursor: number, limit: number): number;
  /** Decodes the plain messages in [at, end) into at most `limit` records and says in `out`, BURST_*, how far it came: see assembly/burst.ts. */
  burst(
    venue: number,
    lane: number,
    ring: number,
    cursor: number,
    limit: number,
    at: number,
    end: number,
    longest: number,
    out: number,
  ): void;
  /** The same of the lines in [at, end), at most `most` of them: see assembly/line-burst.ts. */
  lineBurst(
    venue: number,
    lane: number,
    ring: number,
    cursor: number,
    limit: number,
    at: number,
    end: number,
    most: number,
    out: number,
  ): void;
  /** Adds a symbol to a lane's table: its slot, or -1 when the table is full. */
  symbolAdd(
    lane: number,
    at: number,
    length: number,
    product: number,
    instrument: number,
    unit: number,
    contractSize: number,
  ): number;
}

/** Engine side of the kernel: see assembly/engine.ts. */
export interface EngineKernel {
  LAYOUT: WebAssembly.Global;
  engineInit(engine: number): void;
  instrumentInit(index: number, levels: number, venue: number, product: number, sharedSequence: number): void;
  laneAdd(ring: number): void;
  /** Takes messages in order; returns STEP_*. */
  step(budget: number): number;
  hasNews(): number;
  releaseAll(): void;
  /** Makes what was copied to the publication rings visible: how many of them have something new. */
  publishAll(): number;
  /** The mark of a checkpoint in one ring; 0 when it has no room yet. Made visible by publishAll. */
  publishCheckpoint(ring: number, lostMessages: number, lostRecords: number): number;
  /** The last publishAll; then consumers see the end. */
  closeConsumers(): void;
  bookInit(book: number, levels: number): void;
  bookApply(book: number, isAsk: number, price: number, size: number): void;
  /** NaN when the side is empty. */
  bookBestBid(book: number): number;
  bookBestBidSize(book: number): number;
  bookBestAsk(book: number): number;
  bookBestAskSize(book: number): number;
  /** Price and size of a level, `index` 0 being the best; NaN when there is none. */
  bookPrice(book: number, isAsk: number, index: number): number;
  bookSize(book: number, isAsk: number, index: number): number;
  bookCrossed(book: number): number;
  bookImbalance(book: number, levels: number): number;
  bookWalkSize(book: number, isAsk: number, size: number): number;
  /** As bookWalkSize, but takes what there is: the size taken, 0 for none. */
  bookTakeSize(book: number, isAsk: number, size: number): number;
  bookWalkNotional(book: number, isAsk: number, notional: number): number;
  effectiveSpreadBps(book: number, isAsk: number, notional: number): number;
  snapshotBegin(book: number): void;
  snapshotLevel(book: number, isAsk: number, price: number, size: number): void;
  snapshotEnd(book: number): void;
  /** After snapshotEnd: the venue cut the snapshot, so nothing is known beyond its worst levels. */
  snapshotTrust(book: number): void;
  mid(bid: number, ask: number): number;
  weightedMid(bid: number, bidSize: number, ask: number, askSize: number): number;
  spreadBps(bid: number, ask: number): number;
  imbalance(bidSize: number, askSize: number): number;
  basis(future: number, spot: number): number;
  basisBps(future: number, spot: number): number;
  windowInit(window: number, capacity: number): void;
  /** Samples held, or -1 when the value was refused. */
  windowPush(window: number, value: number): number;
  /** 1 or -1 when the last sample is more than `k` deviations above or below the mean, else 0. */
  windowBeyond(window: number, k: number): number;
  /** What a push would bring, into a header of WINDOW_HEADER_BYTES; -1 when the value is refused. */
  windowNext(window: number, value: number, into: number): number;
  /** Mean of the samples that a next one would find. */
  windowCentre(window: number): number;
  /** How far from the centre a next sample would have |z| = k; Infinity where none reaches it. */
  windowReach(window: number, k: number): number;
  /** Flags which spreads lie outside their bounds; how many do. All but the first two are addresses; `count` is even. */
  spreadsBeyond(value: number, count: number, lower: number, upper: number, others: number, flags: number): number;
  /** Shift, sum, squares and number that a next sample finds, `stride` bytes apart. */
  windowRest(window: number, into: number, stride: number): void;
  /** z of a next sample of each spread; how many moved by `least` since told. `count` is even; all but it and `least` are addresses. */
  spreadScores(
    isRatio: boolean,
    count: number,
    legs: number,
    rest: number,
    scores: number,
    told: number,
    least: number,
    flags: number,
  ): number;
  windowHalfLife(window: number): number;
  windowOlsBeta(windowA: number, windowB: number): number;
  /** Makes `into` the window of a - beta b, one beta for all its samples; how many, 0 for a beta that is not finite. */
  windowHedge(windowA: number, windowB: number, beta: number, into: number): number;
  /** Correlations of rows of samples, `stride` bytes apart; `work` eight rows larger than the rows; `out` the whole matrix. */
  correlationMatrix(rows: number, series: number, samples: number, stride: number, work: number, out: number): void;
  correlationInit(at: number, series: number, rows: number): void;
  /** Rows held, or -1 when a value is not finite. */
  correlationPush(at: number, row: number): number;
  /** NaN where it is not known. */
  correlationOf(at: number, a: number, b: number): number;
  kalmanInit(filter: number, drift: number): void;
  /** Beta of y over x, or NaN when a value was refused. */
  kalmanPush(filter: number, x: number, y: number): number;
  /** `kind` is SPREAD_*. */
  spreadOf(kind: number, a: number, b: number, beta: number): number;
  vwapInit(vwap: number, capacity: number, spanUs: number): void;
  /** Trades held, or -1 when the trade was refused. */
  vwapPush(vwap: number, price: number, size: number, timeUs: number): number;
  vwapAdvance(vwap: number, timeUs: number): void;
  clockInit(clock: number): void;
  clockSample(clock: number, delayUs: number): void;
  /** Brings a clock's offset, uncertainty and method up to date: before each look at them. */
  clockRead(clock: number): void;
  clocksRead(): void;
}

export type KernelName = "decode" | "engine" | "ring-bench";

/** Reads and compiles a kernel module; a module may be sent to workers and instantiated there. */
export function compileKernel(name: KernelName): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(new URL(`../../../build/${name}.wasm`, import.meta.url)));
}

const decoder = new TextDecoder();

/**
 * Instantiates a kernel module over the shared memory.
 * @throws KERNEL_LAYOUT when the module was built from another layout than this program.
 */
export function startKernel<K extends DecodeKernel | EngineKernel>(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): K {
  const bytes = new Uint8Array(memory.buffer);
  const { exports } = new WebAssembly.Instance(module, {
    env: {
      memory,
      abort: () => {
        throw new CrosstickError("KERNEL_ABORT", "The kernel stopped on an internal error; please report it");
      },
      // Decimals of more than 15 digits, too rare to deserve an exact algorithm in the kernel.
      parseDecimal: (at: number, length: number): number => Number(decoder.decode(bytes.slice(at, at + length))),
    },
  });
  const kernel = exports as unknown as K;
  if (kernel.LAYOUT.value !== LAYOUT_VERSION)
    throw new CrosstickError(
      "KERNEL_LAYOUT",
      `The kernel was built with layout ${kernel.LAYOUT.value}, this program has ${LAYOUT_VERSION}: run npm run build`,
    );
  return kernel;
}
