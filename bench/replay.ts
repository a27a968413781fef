// Recordings through the whole engine, frames to books and numbers: against readline + JSON.parse, which keeps
// no books, and for .gz against the decompression alone.
import { createReadStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { replay } from "../src/replay.js";
import { decodeRecording } from "./replay-decoded.js";
import { generatedInput, peakBytes, type ReplayInput, recordedInput, replayInputs } from "./replay-inputs.js";
import { readByReadline } from "./replay-readline.js";
import { type RecordingFiles, writeRecording } from "./replay-recording.js";
import { compareWithPlain } from "./replay-reference.js";
import type { BenchResult } from "./result.js";
import { inTurns, ratios, round3, spread } from "./rounds.js";

export interface ReplayBenchOptions {
  /** Interleaved rounds; the median counts. 5 by default. */
  rounds?: number;
  /** Folder with real recordings; generated ones alone without it. */
  dataDir?: string;
  /** Frames of the generated recording: many, so that starting threads does not count. A million by default. */
  frames?: number;
}

type Row = BenchResult["rows"][number];

/** Decompressed bytes handed over at a time: as many as the replay's own reader has. */
const GUNZIP_CHUNK_BYTES = 256 * 1024;
/** So few that only the start of the threads takes time. */
const START_FRAMES = 100;

/** Measures both ways in turns. @throws Error when they do not agree on what is in the recording. */
export async function replayBench(options: ReplayBenchOptions = {}): Promise<BenchResult> {
  const { rounds = 5, dataDir, frames = 1_000_000 } = options;
  const directory = mkdtempSync(join(tmpdir(), "crosstick-bench-"));
  try {
    const shortDirectory = join(directory, "short");
    mkdirSync(shortDirectory);
    const short = writeRecording(shortDirectory, START_FRAMES, 1);
    const generated = await measure(await generatedInput(directory, frames), rounds, short);
    const recording = dataDir === undefined ? null : await recordedInput(directory, dataDir);
    const recorded = recording === null ? [] : await measure(recording, rounds, short);
    return {
      name: "replay",
      unit: "frames/s, with the start of all threads",
      rows: [...generated, ...recorded],
      checks: [
        least("generated lines to readline + JSON.parse", generated[0], 10),
        least("generated .gz to gunzip alone", generated[1], 0.85),
        least("generated lines, to decoded records, to readline + JSON.parse", generated[5], 20),
      ],
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Rows of one recording: plain and compressed, each without the time that threads take to start as well, and plain as far as decoded records. */
async function measure({ name, plain, gzip }: ReplayInput, rounds: number, short: RecordingFiles): Promise<Row[]> {
  const { summary } = await replay(replayInputs(plain));
  await compareWithPlain(plain, summary);
  const decoded = await decodeRecording(replayInputs(plain));
  if (decoded.frames !== summary.frames || decoded.records !== summary.records)
    throw new Error(
      `${decoded.records} decoded records of ${decoded.frames} lines, the engine took ${summary.records}`,
    );
  const packed = await replay(replayInputs(gzip));
  await compareWithPlain(plain, packed.summary);
  const memoryMiB = Math.round((await peakBytes(plain)) / 2 ** 20);
  const memoryGzipMiB = Math.round((await peakBytes(gzip)) / 2 ** 20);

  // What the summaries say: from the feed's start to the last record, without that of process and engine.
  const ownMs = { plain: [] as number[], gzip: [] as number[] };
  const wholeMs = (files: RecordingFiles, own: number[]) => (): Promise<number> =>
    elapsedMs(async () => own.push((await replay(replayInputs(files))).summary.elapsedMs));
  const ms = await inTurns(rounds, {
    readline: () => elapsedMs(() => eachFile(plain, readByReadline)),
    lines: wholeMs(plain, ownMs.plain),
    gunzip: () => elapsedMs(() => eachFile(gzip, gunzip)),
    gzip: wholeMs(gzip, ownMs.gzip),
    start: async () => (await replay(replayInputs(short))).summary.elapsedMs,
    decoded: async () => (await decodeRecording(replayInputs(plain))).elapsedMs,
    decodedStart: async () => (await decodeRecording(replayInputs(short))).elapsedMs,
  });
  const start = spread(ms.start).median;
  const started = ownMs.plain.map((value) => value - start);
  const decodedStart = spread(ms.decodedStart).median;
  const decodedOnly = ms.decoded.map((value) => value - decodedStart);
  const startedGzip = ownMs.gzip.map((value) => value - start);
  const { frames } = summary;
  return [
    row(`${name} lines`, "readline + JSON.parse", frames, ms.lines, ms.readline, memoryMiB),
    row(`${name} .gz`, "gunzip alone", frames, ms.gzip, ms.gunzip, memoryGzipMiB),
    row(`${name} lines, threads running`, "readline + JSON.parse", frames, started, ms.readline, memoryMiB),
    row(`${name} .gz, threads running`, "gunzip alone", frames, startedGzip, ms.gunzip, memoryGzipMiB),
    row(`${name} lines, to decoded records, thread running`, "readline + JSON.parse", frames, decodedOnly, ms.readline),
    row(`${name} lines, to decoded records`, "readline + JSON.parse", frames, ms.decoded, ms.readline),
  ];
}

function row(name: string, against: string, frames: number, ms: number[], otherMs: number[], peakMiB?: number): Row {
  const { median, low, high } = ratios(otherMs, ms);
  return {
    name,
    frames,
    "frames/s": perSecond(frames, ms),
    against,
    "its frames/s": perSecond(frames, otherMs),
    ratio: round3(median),
    low: round3(low),
    high: round3(high),
    ...(peakMiB === undefined ? {} : { peakMiB }),
  };
}

function perSecond(frames: number, ms: readonly number[]): number {
  return Math.round((frames * 1000) / spread(ms).median);
}

async function eachFile({ spot, usdm }: RecordingFiles, read: (path: string) => Promise<unknown>): Promise<void> {
  await read(spot);
  await read(usdm);
}

/** Bytes of a file, decompressed and thrown away. */
async function gunzip(path: string): Promise<number> {
  let bytes = 0;
  for await (const chunk of createReadStream(path).pipe(createGunzip({ chunkSize: GUNZIP_CHUNK_BYTES })))
    bytes += chunk.length;
  return bytes;
}

async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function least(name: string, { ratio }: Row, threshold: number): BenchResult["checks"][number] {
  const value = Number(ratio);
  return { name, value, threshold, passed: value >= threshold };
}
