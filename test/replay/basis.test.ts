// The basis on recordings, at every update, against plain arithmetic over the reference's books; and against the venue's own fields.
import { parseConfig } from "crosstick/internal/config";
import type { PublishedFigures } from "crosstick/internal/engine/live-report";
import { parseVenueProduct } from "crosstick/internal/market/venues";
import { replay } from "crosstick/internal/replay";
import { describe, expect, test } from "vitest";
import { fees } from "./configurations.js";
import { joined, linesOf } from "./edited-recording.js";
import { Reference } from "./reference.js";
import { inTimeOrder } from "./reference-frames.js";
import { recordingFolder } from "./run-replay.js";
import {
  coinmBtc,
  cryptofeedBybit,
  framesOf,
  hasRecordings,
  type RecordingFile,
  spotBtc,
  usdmBtc,
} from "./shared-data.js";

const folder = recordingFolder();
const notional = { amount: 10_000, currency: "USDT" };
const gates = { alignMs: 10_000, maxAgeMs: 10_000, maxClockUncertaintyMs: 10_000 };

async function published(recordings: readonly { path: string; market?: string }[], spot: string, future: string) {
  const figures: PublishedFigures[] = [];
  let signals = 0;
  const { summary } = await replay({
    inputs: recordings.map(({ path, market }) =>
      market === undefined ? { path } : { path, market: parseVenueProduct(market) },
    ),
    config: parseConfig({
      fees,
      gates,
      strategies: [
        {
          name: "basis",
          kind: "basis",
          spot,
          future,
          notional,
          entryNetBps: -50,
          statistics: { sampleMs: 0, window: 1000 },
        },
      ],
    }),
    figuresMs: 0,
    onFigures: (some) => figures.push(...some),
    onSignals: (lines) => {
      signals += lines.length;
    },
  });
  return { figures, signals, refused: summary.strategies.basis.refused };
}

/** Without the venue's own touch, which is fresher than its book: the reference keeps books only. */
const booksOf = (recording: RecordingFile): RecordingFile => ({
  ...recording,
  path: folder.write(
    `${recording.market}.txt`,
    joined(linesOf(recording).filter((line) => !line.includes("bookTicker"))),
  ),
});

const figuresOf = (values: readonly number[]) => {
  const sorted = [...values].sort((a, b) => a - b);
  const count = (below: number) => sorted.filter((value) => value < below).length;
  return {
    ...{ count: sorted.length, min: sorted[0], max: sorted.at(-1), median: sorted[sorted.length >> 1] },
    below: [-5, -4, -3, 0].map(count),
  };
};

describe.skipIf(!hasRecordings)("basis of recordings", () => {
  test("USD-M to spot is that of plain arithmetic at every update", async () => {
    const recordings = [spotBtc, usdmBtc].map(booksOf);
    const [spot, future] = ["binance:BTC/USDT", "binance:BTC/USDT:USDT"];
    const { figures, signals } = await published(recordings, spot, future);
    const reference = new Reference();
    const wanted: number[] = [];
    const mid = (id: string) => {
      const known = reference.instruments.get(id);
      const [bid, ask] = [known?.book.bestBid?.[0] ?? Number.NaN, known?.book.bestAsk?.[0] ?? Number.NaN];
      return known?.state === "live" && bid < ask ? (bid + ask) / 2 : Number.NaN;
    };
    for (const frame of inTimeOrder(recordings.flatMap(framesOf))) {
      reference.take(frame);
      const basis = (mid(future) / mid(spot) - 1) * 1e4;
      if (!Number.isNaN(basis)) wanted.push(basis);
    }
    const got = figures.map((one) => one.figures.basisBps as number);
    // A frame may bring more than one message, and each is an update.
    const distinct = (values: readonly number[]) => values.filter((value, i) => i === 0 || value !== values[i - 1]);
    const [a, b] = [distinct(got), distinct(wanted)].map((values) => values.map((value) => Number(value.toFixed(9))));
    expect(a).toEqual(b);
    console.log(`basis in bps: ${JSON.stringify(figuresOf(got))}`);
    expect(figuresOf(got).median).toBeGreaterThan(-4.2);
    expect(figuresOf(got).median).toBeLessThan(-3.2);
    expect(figures.every((one) => one.figures.unconverted === false)).toBe(true);
    expect(signals).toBeGreaterThan(0);
  });

  test("COIN-M, which counts in dollars, is shown as unconverted and gives no signal", async () => {
    const { figures, signals, refused } = await published(
      [spotBtc, coinmBtc],
      "binance:BTC/USDT",
      "binance:BTC/USD:BTC",
    );
    expect(figures.length).toBeGreaterThan(1000);
    expect(figures.every((one) => one.figures.unconverted === true)).toBe(true);
    expect(signals).toBe(0);
    expect(refused.unconverted).toBeGreaterThan(0);
  });

  test("against the venue's own index it agrees with the venue's own mark within half a basis point", async () => {
    const { figures } = await published([cryptofeedBybit], "bybit:BTC/USDT", "bybit:BTC/USDT:USDT");
    // The venue's fields, as its tickers bring them.
    const fields: { us: number; bps: number }[] = [];
    let [mark, index] = [Number.NaN, Number.NaN];
    for (const { text, receivedUs } of framesOf(cryptofeedBybit)) {
      if (!text.includes('"tickers.BTCUSDT"')) continue;
      const { data } = JSON.parse(text) as { data: { markPrice?: string; indexPrice?: string } };
      mark = Number(data.markPrice ?? mark);
      index = Number(data.indexPrice ?? index);
      if (index > 0) fields.push({ us: receivedUs, bps: (mark / index - 1) * 1e4 });
    }
    expect(fields.length).toBeGreaterThan(20);
    const own = figures.flatMap(({ timeUs, figures: { basisToIndexBps } }) =>
      typeof basisToIndexBps === "number" ? [{ us: timeUs, bps: basisToIndexBps }] : [],
    );
    expect(own.length).toBeGreaterThan(100);
    // Each of ours against the venue's fields of that moment.
    let widest = 0;
    for (const { us, bps } of own) {
      const theirs = fields.findLast((one) => one.us <= us);
      if (theirs !== undefined) widest = Math.max(widest, Math.abs(bps - theirs.bps));
    }
    console.log(`to the index: at most ${widest.toExponential(1)} bps from the venue's own fields`);
    expect(widest).toBeLessThan(0.5);
  });
});
