import type { ReplaySummary } from "crosstick/internal/replay";
import { beforeAll, describe, expect, test } from "vitest";
import { expectAgreement } from "./agreement.js";
import { replayCommand } from "./command.js";
import { joined, linesOf, without } from "./edited-recording.js";
import { type Reference, referenceOf } from "./reference.js";
import { okxChecksums } from "./reference-okx.js";
import { recordingFolder, runReplay } from "./run-replay.js";
import {
  argumentOf,
  binanceRecordings,
  cryptofeedBybit,
  cryptofeedDeribit,
  cryptofeedHtx,
  cryptofeedOkx,
  framesOf,
  hasRecordings,
  type RecordingFile,
  spotBtc,
  usdmBtc,
} from "./shared-data.js";

describe.skipIf(!hasRecordings)("recordings of third parties, against the reference", () => {
  /** Frames that only the general scanner can read: a snapshot that its recorder printed anew, with spaces. */
  const misses: Record<string, number> = { "usdm/btcusdt_20230404.dat.gz": 1 };

  test.each(
    [...binanceRecordings, cryptofeedBybit, cryptofeedDeribit, cryptofeedHtx, cryptofeedOkx].map((recording) => ({
      recording,
      name: recording.path.split("/").slice(-2).join("/"),
    })),
  )("$name", async ({ recording, name }) => {
    const { summary, damages } = await runReplay([recording]);
    const reference = referenceOf(framesOf(recording));
    expectAgreement(summary, reference);
    expect(damages).toEqual([]);
    for (const [venue, clock] of Object.entries(summary.clock)) expect(clock).toEqual(reference.clock(venue));
    expect(summary.templateMisses).toBe(misses[name] ?? 0);
  });
});

describe.skipIf(!hasRecordings)("two markets at once, through the command line", () => {
  let summary: ReplaySummary;
  beforeAll(() => {
    const inputs = [spotBtc, usdmBtc].map(argumentOf);
    const run = replayCommand([...inputs, "--summary", "-"]);
    expect([run.code, run.stderr]).toEqual([0, ""]);
    expect(run.stdout.split("\n")).toHaveLength(2);
    summary = JSON.parse(run.stdout);
  });

  test("counts", () => {
    const { frames, rejected, elapsedMs, framesPerSecond, digest } = summary;
    expect({ frames, rejected }).toEqual({ frames: 135_203, rejected: 0 });
    expect(Math.abs((framesPerSecond * elapsedMs) / 1000 / frames - 1)).toBeLessThan(0.01);
    // Nothing was signalled: the digest is that of no bytes.
    expect(digest).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  test("spot", () => {
    const spot = summary.instruments["binance:BTC/USDT"];
    expect(spot).toMatchObject({ trades: 9757, bboUpdates: 28_040, depthUpdates: 3449, snapshots: 1, gaps: 0 });
    expect(spot).toMatchObject({ crossed: 0, state: "live" });
    expect(spot.volume).toBeCloseTo(212.03315, 9);
    expect(spot.vwap).toBeCloseTo(61707.681616712, 8);
    expect([spot.bids[0], spot.asks[0]]).toEqual([
      [61685.99, 1.0087],
      [61686, 2.29327],
    ]);
  });

  test("perpetual", () => {
    const perpetual = summary.instruments["binance:BTC/USDT:USDT"];
    expect(perpetual).toMatchObject({ trades: 21_313, bboUpdates: 66_089, depthUpdates: 6547, snapshots: 1, gaps: 0 });
    expect(perpetual.vwap).toBeCloseTo(61680.982153288, 8);
    expect(perpetual.bids[0]).toEqual([61659.7, 1.486]);
  });
});

describe.skipIf(!hasRecordings)("one recording of two products", () => {
  let summary: ReplaySummary;
  let reference: Reference;
  beforeAll(async () => {
    ({ summary } = await runReplay([cryptofeedBybit]));
    reference = referenceOf(framesOf(cryptofeedBybit));
  });

  test("six books, live, without a gap", () => {
    const books = Object.values(summary.instruments);
    expect(books).toHaveLength(6);
    for (const book of books) expect(book).toMatchObject({ state: "live", gaps: 0, snapshots: 1, crossed: 0 });
    expect(books.reduce((sum, { depthUpdates, snapshots }) => sum + depthUpdates + snapshots, 0)).toBe(2148);
  });

  test("the same symbol of spot and perpetual stays two instruments", () => {
    for (const coin of ["BTC", "ETH"]) {
      const spot = summary.instruments[`bybit:${coin}/USDT`];
      const perpetual = summary.instruments[`bybit:${coin}/USDT:USDT`];
      expect(spot.bids).not.toEqual(perpetual.bids);
      expect(spot.funding).toBeNull();
      expect(perpetual.funding?.rate).toBe(reference.instruments.get(`bybit:${coin}/USDT:USDT`)?.rate);
      expect(spot.trades + perpetual.trades).toBeGreaterThan(20);
    }
  });
});

describe.skipIf(!hasRecordings)("one recording without numbers, of three products on one connection", () => {
  test("every checksum agrees, and one changed size of 290 frames does not", async () => {
    const { summary } = await runReplay([cryptofeedOkx]);
    const books = Object.values(summary.instruments);
    expect(books).toHaveLength(3);
    for (const book of books)
      expect(book).toMatchObject({ state: "live", gaps: 0, checksumFailures: 0, snapshots: 1, crossed: 0 });
    expect(books.reduce((sum, { depthUpdates, snapshots }) => sum + depthUpdates + snapshots, 0)).toBe(290);
    referenceOf(framesOf(cryptofeedOkx));
    expect(okxChecksums.wrong).toBe(0);
    expect(okxChecksums.right % 290).toBe(0);
  });
});

describe.skipIf(!hasRecordings)("a recording of options", () => {
  const folder = recordingFolder();

  test("ten books, live, without a gap, and nothing refused", async () => {
    const { summary } = await runReplay([cryptofeedDeribit]);
    const books = Object.values(summary.instruments);
    expect(books).toHaveLength(10);
    for (const book of books) expect(book).toMatchObject({ state: "live", gaps: 0, snapshots: 1, crossed: 0 });
    expect(summary).toMatchObject({ frames: 140, ignored: 5, rejected: 0 });
  });

  test("a change that is missing is one gap, of its own book", async () => {
    const lines = linesOf(cryptofeedDeribit);
    const changes = lines.flatMap((line, i) =>
      /book\.BTC-24SEP21-8000-P\.raw.*"type\\":\\"change/.test(line) ? [i] : [],
    );
    expect(changes.length).toBeGreaterThan(5);
    const path = folder.write("deribit.jsonl", joined(without(lines, changes[2])));
    const { summary } = await runReplay([{ path }]);
    const gaps = Object.entries(summary.instruments).map(([name, { gaps, state }]) => `${name} ${state} ${gaps}`);
    expect(gaps.filter((text) => !text.endsWith("live 0"))).toEqual(["deribit:BTC/USD:BTC-210924-8000-P gap 1"]);
  });
});

describe.skipIf(!hasRecordings)("order of the command line", () => {
  test("changes nothing of what is found", async () => {
    const found = async (recordings: RecordingFile[]) => (await runReplay(recordings, { workers: 2 })).summary;
    const one = await found([spotBtc, usdmBtc]);
    const other = await found([usdmBtc, spotBtc]);
    expect({ ...other, elapsedMs: 0, framesPerSecond: 0 }).toEqual({ ...one, elapsedMs: 0, framesPerSecond: 0 });
  });
});
