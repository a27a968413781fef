// Coinbase: whole books in frames of megabytes, and one numbering over all channels of a connection.
import type { ReplaySummary } from "crosstick/internal/replay";
import { beforeAll, describe, expect, test } from "vitest";
import { expectAgreement } from "./agreement.js";
import { joined, linesOf, without } from "./edited-recording.js";
import { referenceOf } from "./reference.js";
import { framesOfCryptofeed } from "./reference-frames.js";
import { recordingFolder, runReplay } from "./run-replay.js";
import { cryptofeedCoinbase, hasRecordings } from "./shared-data.js";

/** Room for every level of the recording, so that nothing is dropped at the far end. */
const config = { memory: { bookLevels: 65_536, instruments: 4 } };
const folder = recordingFolder();
let written = 0;

async function replayed(lines: readonly string[]): Promise<ReplaySummary> {
  const text = joined(lines);
  const { summary } = await runReplay([{ path: folder.write(`COINBASE-${written++}.jsonl.gz`, text) }], { config });
  const reference = referenceOf(framesOfCryptofeed(text));
  expectAgreement(summary, reference);
  expect(summary.clock.coinbase).toEqual(reference.clock("coinbase"));
  return summary;
}

describe.skipIf(!hasRecordings)("a recording of two books", () => {
  let lines: string[];
  let whole: ReplaySummary;
  /** Lines of the frames of a channel, with the number of each. */
  const framesOf = (channel: string): { at: number; number: number }[] =>
    lines.flatMap((line, at) => {
      const number = new RegExp(`\\\\"channel\\\\":\\\\"${channel}\\\\".*?\\\\"sequence_num\\\\":(\\d+)`).exec(
        line.slice(0, 300),
      )?.[1];
      return number === undefined ? [] : [{ at, number: Number(number) }];
    });

  beforeAll(async () => {
    lines = linesOf(cryptofeedCoinbase);
    whole = await replayed(lines);
  });

  test("nothing is refused, and both books are those of a plain reading", () => {
    const summary = whole;
    expect(summary).toMatchObject({ frames: 1031, rejected: 0 });
    expect(summary.instruments["coinbase:BTC/USD"]).toMatchObject({
      ...{ state: "live", snapshots: 1, gaps: 0, crossed: 0, levels: [18_769, 27_238] },
      bids: expect.arrayContaining([[65083.66, expect.any(Number)]]),
    });
    expect(summary.instruments["coinbase:ETH/USD"]).toMatchObject({ state: "live", levels: [6925, 16_403] });
    expect(summary.instruments["coinbase:BTC/USD"].trades + summary.instruments["coinbase:ETH/USD"].trades).toBe(79);
  });

  test("a lost heartbeat puts every book in doubt, on the next frame", async () => {
    const heartbeats = framesOf("heartbeats");
    const { at, number } = heartbeats[heartbeats.length >> 1];
    const { instruments } = await replayed(without(lines, at));
    const updates = framesOf("l2_data").filter((frame) => frame.number < number).length - 2;
    const books = Object.values(instruments);
    for (const book of books) expect(book).toMatchObject({ state: "gap", gaps: 1, snapshots: 1 });
    expect(books.reduce((sum, { depthUpdates }) => sum + depthUpdates, 0)).toBe(updates);
  });

  test("a lost update before a trade or a ticker: those are taken, behind the gaps", async () => {
    const numbered = new Map(
      [...framesOf("market_trades"), ...framesOf("ticker")].map(({ number, at }) => [number, at]),
    );
    const lost = framesOf("l2_data")
      .slice(20)
      .filter(({ number }) => numbered.has(number + 1))
      .at(-1);
    const { instruments, rejected } = await replayed(without(lines, lost?.at ?? -1));
    expect(rejected).toBe(0);
    for (const book of Object.values(instruments)) expect(book).toMatchObject({ state: "gap", gaps: 1 });
  });

  test("a frame that comes twice is taken once", async () => {
    const frames = framesOf("l2_data");
    const { at } = frames[frames.length >> 1];
    const twice = [...lines.slice(0, at + 1), lines[at], ...lines.slice(at + 1)];
    const path = folder.write("twice.jsonl.gz", joined(twice));
    const { summary } = await runReplay([{ path }], { config });
    expect(summary.instruments).toEqual(whole.instruments);
    expect(summary.ignored).toBe(whole.ignored + 1);
  });

  test("a refused update costs its own book alone, for its number has come", async () => {
    const frames = framesOf("l2_data");
    const { at } = frames.slice(frames.length >> 1).find((frame) => lines[frame.at].includes("BTC-USD")) ?? frames[0];
    const bad = lines.with(at, lines[at].replace('\\"price_level\\":\\"', '\\"price_level\\":\\"-'));
    const { summary } = await runReplay([{ path: folder.write("bad.jsonl.gz", joined(bad)) }], { config });
    expect(summary).toMatchObject({ rejected: 1, rejections: { price: 1 } });
    expect(summary.instruments["coinbase:BTC/USD"]).toMatchObject({ state: "gap", gaps: 1 });
    expect(summary.instruments["coinbase:ETH/USD"]).toMatchObject({ state: "live", gaps: 0 });
  });
});
