// Signals between samples on a recording: the z that the next sample would have, by plain arithmetic over the reference's books.
import { describe, expect, test } from "vitest";
import { fees } from "./configurations.js";
import { joined, linesOf } from "./edited-recording.js";
import { Reference } from "./reference.js";
import { inTimeOrder } from "./reference-frames.js";
import { recordingFolder, runReplay } from "./run-replay.js";
import { framesOf, hasRecordings, type RecordingFile, spotBtc, spotEth } from "./shared-data.js";
import { signalSchema } from "./signal-schema.js";

const [A, B] = ["binance:ETH/USDT", "binance:BTC/USDT"];
const [SAMPLE_US, WINDOW, ENTRY, EXIT] = [500_000, 60, 1.5, 0.5];
const pair = {
  ...{ kind: "pair-zscore", a: A, b: B, entryNetBps: -1000, exitNetBps: -2000, entryZ: ENTRY, exitZ: EXIT },
  statistics: { sampleMs: SAMPLE_US / 1000, window: WINDOW, minSamples: 30 },
  notional: { amount: 1000, currency: "USDT" },
};
const config = {
  fees,
  gates: { alignMs: 10_000, maxAgeMs: 10_000, maxClockUncertaintyMs: 10_000 },
  strategies: [
    { name: "grid", ...pair },
    { name: "between", ...pair, between: true },
  ],
};
const folder = recordingFolder();

/** Without the venue's own touch, which is fresher than its book: the reference keeps books only. */
function booksOf(recording: RecordingFile): RecordingFile {
  const lines = linesOf(recording).filter((line) => !line.includes("bookTicker"));
  return { ...recording, path: folder.write(`${recording.symbol}.txt`, joined(lines)) };
}

/** Spreads at each point of the grid, as known just before it. */
function samples(recordings: readonly RecordingFile[]): { us: number; spread: number }[] {
  const reference = new Reference();
  const taken: { us: number; spread: number }[] = [];
  let nextUs = Number.NaN;
  for (const frame of inTimeOrder(recordings.flatMap(framesOf))) {
    if (Number.isNaN(nextUs)) nextUs = Math.ceil(frame.receivedUs / SAMPLE_US) * SAMPLE_US;
    for (; nextUs <= frame.receivedUs; nextUs += SAMPLE_US) {
      const [a, b] = [A, B].map((id) => {
        const known = reference.instruments.get(id);
        if (known?.state !== "live" || known.book.crossed) return Number.NaN;
        return ((known.book.bestBid?.[0] ?? Number.NaN) + (known.book.bestAsk?.[0] ?? Number.NaN)) / 2;
      });
      if (!Number.isNaN(a + b)) taken.push({ us: nextUs, spread: Math.log(a) - Math.log(b) });
    }
    reference.take(frame);
  }
  return taken;
}

describe.skipIf(!hasRecordings)("pair-zscore between samples", () => {
  test("decides off the grid by the next sample's z, no later than on it", async () => {
    const recordings = [spotBtc, spotEth].map(booksOf);
    const { signals } = await runReplay(recordings, { config });
    const grid = samples(recordings);
    const first = new Map<string, number>();
    let off = 0;
    for (const line of signals) {
      const { strategy, ts, action, statistics } = signalSchema.parse(JSON.parse(line));
      const us = Number(BigInt(ts) / 1000n);
      if (!first.has(strategy)) first.set(strategy, us);
      if (strategy === "grid" || us % SAMPLE_US === 0) continue;
      off++;
      const { spread, mean, deviation, z, samples: held } = statistics as Record<string, number>;
      const window = [...grid.filter((sample) => sample.us <= us).slice(1 - WINDOW), { us, spread }];
      const wanted = window.reduce((sum, sample) => sum + sample.spread, 0) / window.length;
      const squares = window.reduce((sum, sample) => sum + (sample.spread - wanted) ** 2, 0);
      expect(held).toBe(window.length);
      expect(mean).toBeCloseTo(wanted, 10);
      expect(Math.abs(deviation / Math.sqrt(squares / window.length) - 1)).toBeLessThan(1e-6);
      expect(z).toBeCloseTo((spread - wanted) / deviation, 5);
      if (action === "enter") expect(Math.abs(z)).toBeGreaterThanOrEqual(ENTRY);
    }
    expect(off).toBeGreaterThan(10);
    expect(first.get("between")).toBeLessThanOrEqual(first.get("grid") ?? 0);
  });
});
