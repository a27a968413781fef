// The correlation matrix of many series in the kernel, beside plain JavaScript and numpy with one thread; and what a slide costs.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { compileKernel, type EngineKernel, startKernel } from "../src/kernel/kernel.js";
import * as L from "../src/layout.js";
import { random } from "./frames.js";
import { askLimit, buildLimit } from "./limits/limit.js";
import type { BenchResult } from "./result.js";
import { inTurns, ratios, round3, spread } from "./rounds.js";

const SEED = 20260809;
const SAMPLES = 168;
/** Series, and at most so many times numpy's time. */
const SIZES: readonly { series: number; mostToNumpy: number }[] = [
  { series: 50, mostToNumpy: 1 },
  { series: 500, mostToNumpy: 1.4 },
  { series: 2000, mostToNumpy: 1.3 },
];
const MATRIX_50_US = 50;
const SLIDE_50_US = 1;
/** Outputs differ by rounding at most. */
const EQUAL = 1e-9;

export interface CorrelationBenchOptions {
  /** Interleaved rounds; the median counts. 5 by default. */
  rounds?: number;
  /** Seconds of each measurement in a round; 0.15 by default. */
  seconds?: number;
  /** Series of each case; all sizes by default. */
  sizes?: readonly number[];
}

/** Times all ways. @throws Error when their matrices differ. */
export async function correlationBench(options: CorrelationBenchOptions = {}): Promise<BenchResult> {
  const { rounds = 5, seconds = 0.15, sizes = SIZES.map(({ series }) => series) } = options;
  const rows: BenchResult["rows"] = [];
  const checks: BenchResult["checks"] = [];
  let peer: string | null = null;
  let reason = "";
  const limit = buildLimit("correlation");
  for (const series of sizes) {
    const folder = mkdtempSync(join(tmpdir(), "crosstick-bench-"));
    const kernel = new KernelCorrelation(series);
    const numpy = await Numpy.start(folder, kernel.values, series).catch((error: Error) => {
      reason = error.message;
      return null;
    });
    try {
      peer ??= numpy?.version ?? null;
      const plain = plainMatrix(kernel.values, series);
      kernel.matrix();
      assertEqual(plain, kernel.result(), "plain JavaScript");
      if (numpy !== null) assertEqual(await numpy.matrix(), kernel.result(), "numpy");
      const native = "path" in limit ? await nativeTime(limit.path, folder, kernel, plain) : null;
      const times = await inTurns(rounds, {
        kernel: () => microseconds(seconds, () => kernel.matrix()),
        slide: () => microseconds(seconds, () => kernel.slide()),
        plain: () => microseconds(seconds, () => plainMatrix(kernel.values, series)),
        numpy: async () => (numpy === null ? Number.NaN : (await numpy.seconds()) * 1e6),
        native: async () => (native === null ? Number.NaN : await native(seconds)),
      });
      const own = spread(times.kernel).median;
      const slide = spread(times.slide).median;
      const toNumpy = ratios(times.kernel, times.numpy).median;
      rows.push({
        ...{ name: `${series} x ${SAMPLES}`, kernel: round3(own), slide: round3(slide) },
        ...{
          plain: round3(spread(times.plain).median),
          numpy: numpy === null ? "–" : round3(spread(times.numpy).median),
        },
        ratio: round3(ratios(times.plain, times.kernel).median),
        "of numpy": numpy === null ? "–" : round3(toNumpy),
        ...(native === null
          ? {}
          : {
              "C++": round3(spread(times.native).median),
              ratioToLimit: round3(ratios(times.native, times.kernel).median),
            }),
      });
      const least = (name: string, value: number, threshold: number) =>
        checks.push({ name, value: round3(value), threshold, passed: round3(value) >= threshold });
      if (series === 50) {
        least("matrices of 50 in 50 µs", MATRIX_50_US / own, 1);
        least("slides of 50 in 1 µs", SLIDE_50_US / slide, 1);
      }
      const most = SIZES.find((one) => one.series === series)?.mostToNumpy;
      if (numpy !== null && most !== undefined)
        least(`${series}: numpy's time to the kernel's`, 1 / toNumpy, round3(1 / most));
    } finally {
      numpy?.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return {
    name: "correlation",
    unit: "µs",
    rows,
    checks,
    equal: [
      `every matrix equals plain JavaScript's${peer === null ? "" : ", numpy's"}${"path" in limit ? ", that of C++" : ""} within ${EQUAL}`,
    ],
    peers: {
      ...(peer === null ? {} : { numpy: `${peer}, one thread, np.corrcoef` }),
      ...("path" in limit ? { "C++": `${limit.options}; blocks of four rows by four, one triangle` } : {}),
    },
    skipped: [
      ...(peer === null ? [{ name: "numpy", reason }] : []),
      ...("skipped" in limit ? [{ name: "C++", reason: limit.skipped }] : []),
    ],
    notes: ["slide: the sums of a full window, less the oldest row and with a new one, for all pairs"],
  };
}

/** Compares the matrix of the program in C++ and gives what measures it, µs. */
async function nativeTime(path: string, folder: string, { values }: KernelCorrelation, plain: Float64Array) {
  const [input, out, series] = [join(folder, "input"), join(folder, "output"), values.length / SAMPLES];
  writeFileSync(input, values);
  const ask = async (seconds: number): Promise<number> =>
    (await askLimit<{ ns: number }>(path, [input, series, SAMPLES, seconds, out])).ns / 1000;
  await ask(0);
  const { buffer, byteOffset, byteLength } = readFileSync(out);
  const matrix = new Float64Array(buffer, byteOffset, byteLength / 8);
  // It computes one triangle.
  for (let i = 0; i < series; i++) for (let j = 0; j < i; j++) matrix[i * series + j] = matrix[j * series + i];
  assertEqual(plain, matrix, "plain JavaScript, against C++");
  return ask;
}

class KernelCorrelation {
  readonly values: Float64Array;
  private readonly kernel: EngineKernel;
  private readonly f64: Float64Array;
  private readonly series: number;
  private readonly at = { rows: 0, work: 0, out: 0, window: 0, fresh: 0 };
  private turn = 0;

  constructor(series: number) {
    const bytes = series * SAMPLES * 8;
    const even = (series + 1) & ~1;
    const window = L.CORRELATION_HEADER_BYTES + (SAMPLES * even + even + series * even) * 8;
    let next = L.REGIONS_AT;
    const take = (size: number): number => {
      const start = next;
      next = Math.ceil((next + size) / L.LINE_BYTES) * L.LINE_BYTES;
      return start;
    };
    this.at = {
      ...{ rows: take(bytes), work: take(bytes + 8 * SAMPLES * 8), out: take(series * series * 8) },
      ...{ window: take(window), fresh: take(even * 8 * SAMPLES) },
    };
    const pages = Math.ceil(next / L.PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.kernel = startKernel<EngineKernel>(compileKernel("engine"), memory);
    this.f64 = new Float64Array(memory.buffer);
    this.series = series;
    const next01 = random(SEED + series);
    this.values = Float64Array.from({ length: series * SAMPLES }, () => (next01() + next01() - 1) * 1e-3);
    this.f64.set(this.values, this.at.rows >> 3);
    this.kernel.correlationInit(this.at.window, series, SAMPLES);
    for (let t = 0; t < SAMPLES; t++) {
      const row = (this.at.fresh >> 3) + t * even;
      for (let i = 0; i < series; i++) this.f64[row + i] = this.values[i * SAMPLES + t];
    }
    for (let t = 0; t < SAMPLES; t++) this.slide();
  }

  matrix(): void {
    const { rows, work, out } = this.at;
    this.kernel.correlationMatrix(rows, this.series, SAMPLES, SAMPLES * 8, work, out);
  }

  result(): Float64Array {
    return this.f64.subarray(this.at.out >> 3, (this.at.out >> 3) + this.series * this.series);
  }

  slide(): void {
    const even = (this.series + 1) & ~1;
    this.kernel.correlationPush(this.at.window, this.at.fresh + (this.turn++ % SAMPLES) * even * 8);
  }
}

/** What one would write without a kernel: standardised rows, then the upper triangle. */
function plainMatrix(values: Float64Array, series: number): Float64Array {
  const rows = new Float64Array(values.length);
  for (let i = 0; i < series; i++) {
    let sum = 0;
    for (let t = 0; t < SAMPLES; t++) sum += values[i * SAMPLES + t];
    const mean = sum / SAMPLES;
    let squares = 0;
    for (let t = 0; t < SAMPLES; t++) squares += (values[i * SAMPLES + t] - mean) ** 2;
    const scale = 1 / Math.sqrt(squares);
    for (let t = 0; t < SAMPLES; t++) rows[i * SAMPLES + t] = (values[i * SAMPLES + t] - mean) * scale;
  }
  const out = new Float64Array(series * series);
  for (let i = 0; i < series; i++)
    for (let j = i; j < series; j++) {
      let sum = 0;
      for (let t = 0; t < SAMPLES; t++) sum += rows[i * SAMPLES + t] * rows[j * SAMPLES + t];
      out[i * series + j] = sum;
      out[j * series + i] = sum;
    }
  return out;
}

/** A python3 with numpy that answers on its stdout. */
class Numpy {
  readonly version: string;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;
  private readonly lines: Interface;
  private readonly out: string;

  private constructor(
    child: ChildProcessWithoutNullStreams,
    lines: Interface,
    answers: AsyncIterator<string>,
    version: string,
    out: string,
  ) {
    this.child = child;
    this.lines = lines;
    this.answers = answers;
    this.version = version;
    this.out = out;
  }

  /** @throws Error when there is no python3, or no numpy */
  static async start(folder: string, values: Float64Array, series: number): Promise<Numpy> {
    const input = join(folder, "rows.f64");
    writeFileSync(input, values);
    const script = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "bench", "limits", "correlation.py");
    const one = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
    const child = spawn("python3", [script, input, String(series), String(SAMPLES)], {
      env: { ...process.env, ...one },
    });
    child.stderr.resume();
    child.stdin.on("error", () => {});
    const lines = createInterface({ input: child.stdout });
    const answers = lines[Symbol.asyncIterator]();
    const failed = Promise.race([once(child, "error"), once(child, "exit")]).then(() => {
      throw new Error("no python3 with numpy is found");
    });
    failed.catch(() => {});
    const first = await Promise.race([answers.next(), failed]);
    if (first.done) throw new Error("no python3 with numpy is found");
    return new Numpy(child, lines, answers, first.value, join(folder, "matrix.f64"));
  }

  async seconds(): Promise<number> {
    return Number(await this.ask("time"));
  }

  async matrix(): Promise<Float64Array> {
    await this.ask(`write ${this.out}`);
    const bytes = readFileSync(this.out);
    return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  }

  stop(): void {
    this.lines.close();
    this.child.kill();
  }

  private async ask(command: string): Promise<string> {
    this.child.stdin.write(`${command}\n`);
    const { value, done } = await this.answers.next();
    if (done) throw new Error("numpy ended");
    return value;
  }
}

/** Microseconds of one call: as many as the time holds. */
function microseconds(seconds: number, run: () => void): number {
  run();
  const begun = performance.now();
  const untilMs = begun + seconds * 1000;
  let calls = 0;
  let now = begun;
  for (let batch = 1; now < untilMs; batch = Math.min(batch * 2, 1024)) {
    for (let i = 0; i < batch; i++) run();
    calls += batch;
    now = performance.now();
  }
  return ((now - begun) * 1000) / calls;
}

function assertEqual(wanted: Float64Array, found: Float64Array, what: string): void {
  for (let i = 0; i < wanted.length; i++)
    if (!(Math.abs(wanted[i] - found[i]) <= EQUAL))
      throw new Error(`correlation ${i} is ${found[i]} and ${wanted[i]} by ${what}`);
}
