import type { ReplaySummary } from "crosstick/internal/replay";
import { describe, expect, test } from "vitest";
import { expectAgreement } from "./agreement.js";
import { joined, linesOf } from "./edited-recording.js";
import { referenceOf } from "./reference.js";
import { framesOfCryptofeed, framesOfLines } from "./reference-frames.js";
import { recordingFolder, runReplay } from "./run-replay.js";
import { cryptofeedOkx, hasRecordings } from "./shared-data.js";

const folder = recordingFolder();
let written = 0;

const SYMBOL = "okx:BTC/USDT";

/** A books message of BTC-USDT: snapshot without `previous`, one bid and one ask that tell which it was. */
function book(sequence: number, previous: number | null, isEmpty = false): string {
  const levels = (price: number) => (isEmpty ? [] : [[String(price), String(sequence), "0", "1"]]);
  return JSON.stringify({
    arg: { channel: "books", instId: "BTC-USDT" },
    action: previous === null ? "snapshot" : "update",
    data: [
      {
        asks: levels(101),
        bids: levels(99),
        ts: "1786541241006",
        checksum: 0,
        prevSeqId: previous ?? -1,
        seqId: sequence,
      },
    ],
  });
}

/** Replays frames one millisecond apart, and holds the summary against the reference. */
async function replayFrames(frames: readonly string[]): Promise<ReplaySummary> {
  const text = joined(frames.map((frame, i) => `${1786541241100 + i} ${frame}`));
  const path = folder.write(`okx-${written++}.txt`, text);
  const { summary } = await runReplay([{ path, market: "okx.spot" }]);
  expectAgreement(summary, referenceOf(framesOfLines(text, "okx.spot", "BTC-USDT")));
  return summary;
}

describe("OKX: each update names the one before it", () => {
  test("a quiet minute and maintenance are no gaps", async () => {
    // The venue's own example: 10, 15, 15 again without a change, afresh at 3, 5.
    const frames = [book(10, null), book(15, 10), book(15, 15, true), book(3, 15), book(5, 3)];
    const { instruments } = await replayFrames(frames);
    expect(instruments[SYMBOL]).toMatchObject({ state: "live", gaps: 0, depthUpdates: 4, bids: [[99, 5]] });
  });

  test.each([
    ["a missing update", [book(10, null), book(15, 10), book(30, 20)]],
    ["an update seen twice", [book(10, null), book(15, 10), book(15, 10)]],
    ["an update from before the snapshot", [book(10, null), book(9, 5)]],
    ["maintenance that names another message", [book(10, null), book(15, 10), book(3, 14)]],
  ])("%s is a gap, which the next snapshot heals", async (_name, frames) => {
    const lost = await replayFrames(frames);
    expect(lost.instruments[SYMBOL]).toMatchObject({ state: "gap", gaps: 1, checksumFailures: 0 });
    const healed = await replayFrames([...frames, book(16, 15), book(40, null), book(41, 40)]);
    expect(healed.instruments[SYMBOL]).toMatchObject({ state: "live", gaps: 1, snapshots: 2, bids: [[99, 41]] });
  });

  test("an update that cannot be proved by anything is refused", async () => {
    const path = folder.write(
      "okx-unproved.txt",
      joined([
        `1786541241100 ${book(10, null)}`,
        `1786541241101 ${book(15, 10).replace(/,"prevSeqId":10,"seqId":15/, "")}`,
      ]),
    );
    const { summary } = await runReplay([{ path, market: "okx.spot" }]);
    expect(summary.rejections).toEqual({ "missing-field": 1 });
    expect(summary.instruments[SYMBOL]).toMatchObject({ state: "live", depthUpdates: 0 });
  });
});

describe.skipIf(!hasRecordings)("OKX of 2022: books without numbers", () => {
  /** Without the venue's lists of instruments, which say nothing here. */
  const recorded = () => linesOf(cryptofeedOkx).filter((line) => !line.startsWith('{"t":"http"'));
  const updates = (lines: readonly string[], symbol: string): number[] =>
    lines.flatMap((line, i) =>
      line.includes(`\\"books\\",\\"instId\\":\\"${symbol}\\"},\\"action\\":\\"update`) ? [i] : [],
    );

  async function replayLines(lines: readonly string[]): Promise<ReplaySummary> {
    const text = joined(lines);
    const { summary } = await runReplay([{ path: folder.write(`OKX-${written++}.jsonl`, text) }]);
    expectAgreement(summary, referenceOf(framesOfCryptofeed(text)));
    return summary;
  }

  test("one lost update costs its own book, when the next checksum disproves it", async () => {
    const lines = recorded();
    const whole = (await replayLines(lines)).instruments;
    for (const [symbol, name] of [
      ["BTC-USDT", SYMBOL],
      ["BTC-USD-220527", "okx:BTC/USD:BTC-220527"],
    ]) {
      const [, , , , at] = updates(lines, symbol);
      const { instruments } = await replayLines(lines.toSpliced(at, 1));
      expect(instruments[name]).toMatchObject({ state: "gap", gaps: 1, checksumFailures: 1 });
      for (const other of Object.keys(whole)) if (other !== name) expect(instruments[other]).toEqual(whole[other]);
    }
  });

  test("a size that differs in one trailing zero is another book to the venue, and a refused frame is a gap", async () => {
    const lines = recorded();
    const [at] = updates(lines, "BTC-USDT");
    const changed = lines[at].replace(/\[\\"30243\.5\\",\\"1\.2112\\"/, '[\\"30243.5\\",\\"1.21120\\"');
    expect(changed).not.toBe(lines[at]);
    const { instruments } = await replayLines(lines.with(at, changed));
    expect(instruments[SYMBOL]).toMatchObject({ state: "gap", checksumFailures: 1 });

    const broken = lines[at].replace('\\"30243.5\\"', '\\"-1\\"');
    const path = folder.write("OKX-broken.jsonl", joined(lines.with(at, broken)));
    const { summary } = await runReplay([{ path }]);
    expect(summary.rejections).toEqual({ price: 1 });
    expect(summary.instruments[SYMBOL]).toMatchObject({ state: "gap", gaps: 1, checksumFailures: 0 });
    expect(summary.instruments["okx:UNI/USD:UNI"]).toMatchObject({ state: "live", gaps: 0 });
  });
});
