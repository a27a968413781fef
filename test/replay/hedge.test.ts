// The z-score under a hedge ratio on a recording, against plain arithmetic over the reference's own books.
import { describe, expect, test } from "vitest";
import { MatrixFilter } from "../kernel/matrix-filter.js";
import { fees } from "./configurations.js";
import { joined, linesOf } from "./edited-recording.js";
import { Reference } from "./reference.js";
import { inTimeOrder } from "./reference-frames.js";
import { recordingFolder, runReplay } from "./run-replay.js";
import { framesOf, hasRecordings, type RecordingFile, spotBtc, spotEth } from "./shared-data.js";
import { signalSchema } from "./signal-schema.js";

const [A, B] = ["binance:ETH/USDT", "binance:BTC/USDT"];
const SAMPLE_US = 250_000;
const WINDOW = 200;
const DRIFT = 1e-3;

const config = {
  fees,
  gates: { alignMs: 10_000, maxAgeMs: 10_000, maxClockUncertaintyMs: 10_000 },
  strategies: (["ols", "kalman"] as const).map((method) => ({
    ...{ name: method, kind: "pair-zscore", a: A, b: B, spread: "hedge-ratio", entryNetBps: -1000, exitNetBps: -2000 },
    hedge: method === "ols" ? { method } : { method, drift: DRIFT },
    statistics: { sampleMs: SAMPLE_US / 1000, window: WINDOW, minSamples: 50 },
    ...{ entryZ: 1.5, exitZ: 0.5, notional: { amount: 1000, currency: "USDT" } },
  })),
};

const folder = recordingFolder();

/** Without the venue's own touch, which is fresher than its book: the reference keeps books only. */
function booksOf(recording: RecordingFile): RecordingFile {
  const lines = linesOf(recording).filter((line) => !line.includes("bookTicker"));
  return { ...recording, path: folder.write(`${recording.symbol}.txt`, joined(lines)) };
}

interface Sample {
  us: number;
  y: number;
  x: number;
  filtered: number;
}

/** Logarithms of both mids at each point of the grid, as known just before it, and what the filter makes of them. */
function samples(recordings: readonly RecordingFile[]): Sample[] {
  const reference = new Reference();
  const filter = new MatrixFilter(DRIFT);
  const taken: Sample[] = [];
  let nextUs = Number.NaN;
  for (const frame of inTimeOrder(recordings.flatMap(framesOf))) {
    if (Number.isNaN(nextUs)) nextUs = Math.ceil(frame.receivedUs / SAMPLE_US) * SAMPLE_US;
    for (; nextUs <= frame.receivedUs; nextUs += SAMPLE_US) {
      const mids = [A, B].map((id) => {
        const known = reference.instruments.get(id);
        if (known?.state !== "live") return Number.NaN;
        const { bestBid, bestAsk, crossed } = known.book;
        return crossed ? Number.NaN : ((bestBid?.[0] ?? Number.NaN) + (bestAsk?.[0] ?? Number.NaN)) / 2;
      });
      const [y, x] = mids.map(Math.log);
      if (!Number.isNaN(y + x)) taken.push({ us: nextUs, y, x, filtered: filter.push(x, y) });
    }
    reference.take(frame);
  }
  return taken;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function leastSquares(window: readonly Sample[]): number {
  const [meanX, meanY] = [mean(window.map(({ x }) => x)), mean(window.map(({ y }) => y))];
  const both = window.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  return both / window.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
}

describe.skipIf(!hasRecordings)("pair-zscore under a hedge ratio", () => {
  test("ratio, mean, deviation, z and legs are those of plain arithmetic at every signal", async () => {
    const recordings = [spotBtc, spotEth].map(booksOf);
    const { signals } = await runReplay(recordings, { config });
    const grid = samples(recordings);
    const counts = { ols: 0, kalman: 0 };
    for (const line of signals) {
      const signal = signalSchema.parse(JSON.parse(line));
      const method = signal.strategy as keyof typeof counts;
      const { beta, spread, mean: centre, deviation, z, samples: held } = signal.statistics as Record<string, number>;
      const at = grid.findIndex(({ us }) => us === Number(BigInt(signal.ts) / 1000n));
      const window = grid.slice(Math.max(0, at + 1 - WINDOW), at + 1);
      const ratio = method === "ols" ? leastSquares(window) : grid[at].filtered;
      const series = window.map(({ x, y }) => y - ratio * x);
      const wantedMean = mean(series);
      const wantedDeviation = Math.sqrt(mean(series.map((value) => (value - wantedMean) ** 2)));
      expect(held).toBe(window.length);
      expect(Math.abs(beta / ratio - 1)).toBeLessThan(1e-7);
      expect(spread).toBeCloseTo(series.at(-1) ?? Number.NaN, 6);
      expect(centre).toBeCloseTo(wantedMean, 6);
      expect(Math.abs(deviation / wantedDeviation - 1)).toBeLessThan(1e-6);
      expect(z).toBeCloseTo(((series.at(-1) ?? Number.NaN) - wantedMean) / wantedDeviation, 5);
      counts[method]++;
      if (signal.action !== "enter") continue;
      const [a, b] = signal.legs;
      expect([a.instrument, b.instrument]).toEqual([A, B]);
      // The leg of b is worth beta times that of a, as far as the levels' steps allow.
      expect(Math.abs((b.size * b.price) / (a.size * a.price) / ratio - 1)).toBeLessThan(1e-6);
      expect(signal.feesBps).toBeCloseTo(20 * (1 + ratio), 4);
    }
    console.log(`signals compared: ${counts.ols} by least squares, ${counts.kalman} by filter`);
    expect(counts.ols).toBeGreaterThan(5);
    expect(counts.kalman).toBeGreaterThan(5);
  });
});
