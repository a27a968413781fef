// Bars out of a journal of real recordings: every close against the reference's books, and what is missing is missing.
import { cpSync, readdirSync, rmSync } from "node:fs";
import { parseConfig } from "crosstick/internal/config";
import { journalBars } from "crosstick/internal/journal-bars";
import { parseVenueProduct } from "crosstick/internal/market/venues";
import { replay } from "crosstick/internal/replay";
import type { BarSeries } from "crosstick/internal/sources/recording/bars";
import { beforeAll, describe, expect, test } from "vitest";
import { crosstick } from "../cli/crosstick.js";
import { joined, linesOf } from "../replay/edited-recording.js";
import { Reference } from "../replay/reference.js";
import { inTimeOrder } from "../replay/reference-frames.js";
import { recordingFolder } from "../replay/run-replay.js";
import { framesOf, hasRecordings, type RecordingFile, spotBtc, spotEth, usdmBtc } from "../replay/shared-data.js";

const folder = recordingFolder();
const IDS = ["binance:BTC/USDT", "binance:BTC/USDT:USDT", "binance:ETH/USDT"];
const WIDTH_MS = 1000;

/** Without the venue's own touch, which is fresher than its book: the reference keeps books only. One falls silent halfway. */
function booksOf(recording: RecordingFile, i: number): RecordingFile {
  const lines = linesOf(recording).filter((line) => !line.includes("bookTicker"));
  const heard = recording === spotEth ? lines.slice(0, lines.length / 2) : lines;
  return { ...recording, path: folder.write(`${i}.txt`, joined(heard)) };
}

/** By instrument: opening, close. A bar needs a frame of its instrument, and a live book at its end. */
function plainBars(recordings: readonly RecordingFile[]): Map<string, [number, number][]> {
  const reference = new Reference();
  const bars = new Map<string, [number, number][]>(IDS.map((id) => [id, []]));
  let endMs = Number.NaN;
  for (const frame of inTimeOrder(recordings.flatMap(framesOf))) {
    const ms = frame.receivedUs / 1000;
    if (Number.isNaN(endMs)) endMs = (Math.floor(ms / WIDTH_MS) + 1) * WIDTH_MS;
    for (; endMs <= ms; endMs += WIDTH_MS)
      for (const id of IDS) {
        const known = reference.instruments.get(id);
        const [bid, ask] = [known?.book.bestBid, known?.book.bestAsk];
        if (known?.state !== "live" || known.book.crossed || !bid || !ask) continue;
        if (known.lastUs / 1000 < endMs - WIDTH_MS) continue;
        bars.get(id)?.push([endMs - WIDTH_MS, (bid[0] + ask[0]) / 2]);
      }
    reference.take(frame);
  }
  return bars;
}

const rowsOf = ({ openMs, close }: BarSeries): [number, number][] => [...openMs].map((ms, i) => [ms, close[i]]);

describe.skipIf(!hasRecordings)("a journal's bars", () => {
  const dir = folder.path("journal");
  const recordings = hasRecordings ? [spotBtc, spotEth, usdmBtc].map(booksOf) : [];
  let whole: BarSeries[] = [];

  beforeAll(async () => {
    await replay({
      inputs: recordings.map(({ path, market }) => ({ path, market: parseVenueProduct(market as string) })),
      config: parseConfig({ record: { dir, segmentMiB: 1 } }),
      recordTo: dir,
    });
    whole = (await journalBars(dir, WIDTH_MS)).series;
  });

  test("close at the reference's mids", () => {
    const wanted = plainBars(recordings);
    expect(whole.map(({ name }) => name)).toEqual(IDS);
    for (const series of whole) {
      const rows = rowsOf(series);
      expect(rows.length).toBeGreaterThan(100);
      expect(rows).toEqual(wanted.get(series.name));
    }
    // A book that nobody speaks of any more is live and silent: its last price is not repeated.
    expect(Math.max(...whole[2].openMs)).toBeLessThan(Math.max(...whole[0].openMs) - 60_000);
  });

  test("wider bars close as the last narrow one in them", async () => {
    const { series, damages } = await journalBars(dir, 30_000);
    expect(damages).toEqual([]);
    for (const [i, wide] of series.entries()) {
      const narrow = rowsOf(whole[i]);
      expect(wide.openMs.length).toBeGreaterThan(3);
      for (const [openMs, close] of rowsOf(wide))
        expect(close).toBe(narrow.findLast(([ms]) => ms >= openMs && ms < openMs + 30_000)?.[1]);
    }
  });

  test("a segment that is gone leaves a hole, and what follows is as it was", async () => {
    const holed = folder.path("holed");
    cpSync(dir, holed, { recursive: true });
    const segments = readdirSync(holed).filter((name) => name.endsWith(".ctj"));
    expect(segments.length).toBeGreaterThan(2);
    rmSync(`${holed}/${segments.sort()[segments.length >> 1]}`);
    const { series } = await journalBars(holed, WIDTH_MS);
    for (const [i, one] of series.entries()) {
      const all = new Map(rowsOf(whole[i]));
      const rows = rowsOf(one);
      if (one.name !== "binance:ETH/USDT") {
        expect(rows.length).toBeLessThan(all.size);
        expect([rows[0], rows.at(-1)]).toEqual([rowsOf(whole[i])[0], rowsOf(whole[i]).at(-1)]);
      }
      for (const [openMs, close] of rows) expect([openMs, close]).toEqual([openMs, all.get(openMs)]);
    }
  });

  test("both commands take a journal, and want to know how long a bar is", () => {
    const { stdout, code } = crosstick(["correlate", dir, "--bars", "1s", "--json"]);
    expect(code).toBe(0);
    const [first] = stdout.split("\n");
    const [spot, future] = [rowsOf(whole[0]), new Map(rowsOf(whole[1]))];
    const closes = spot.flatMap(([ms, close]) => (future.has(ms) ? [[ms, close, future.get(ms) as number]] : []));
    const returns = closes.slice(1).flatMap(([ms, a, b], i) => {
      const [before, aBefore, bBefore] = closes[i];
      return ms - before === WIDTH_MS ? [[Math.log(a / aBefore), Math.log(b / bBefore)]] : [];
    });
    const mean = (k: number) => returns.reduce((sum, row) => sum + row[k], 0) / returns.length;
    const [ma, mb] = [mean(0), mean(1)];
    const sum = (f: (a: number, b: number) => number) => returns.reduce((s, [a, b]) => s + f(a - ma, b - mb), 0);
    const correlation = sum((a, b) => a * b) / Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b));
    expect(JSON.parse(first)).toEqual({
      ...{ a: IDS[0], b: IDS[1], returns: returns.length },
      correlation: expect.closeTo(correlation, 12),
    });
    const unsaid = crosstick(["pairs", dir]);
    expect([unsaid.code, unsaid.stderr]).toEqual([2, expect.stringContaining("USAGE_BARS")]);
    const wrong = crosstick(["pairs", dir, "--bars", "5x"]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("1s, 5m, 1d")]);
  });
});
