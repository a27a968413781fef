import { beforeAll, describe, expect, test } from "vitest";
import { quickSignals } from "./configurations.js";
import { depthIndexes, depthReply, joined, linesOf, without } from "./edited-recording.js";
import { referenceOf } from "./reference.js";
import { framesOfLines } from "./reference-frames.js";
import { type ReplayRun, recordingFolder, runReplay } from "./run-replay.js";
import { hasRecordings, spotBtc, usdmBtc } from "./shared-data.js";

const folder = recordingFolder();

/**
 * A snapshot that names no symbol comes minutes after its gap, and thousands of kept changes follow it
 * into the ring at once. How much room the ring happens to have must not show in anything.
 */
describe.skipIf(!hasRecordings)("a late snapshot and a ring that is too small for what it sets free", () => {
  const inputs = [
    { path: "", market: "binance.spot" },
    { path: folder.path("usdm.txt.gz"), market: "binance.usdm" },
  ];
  let want: ReplayRun;

  beforeAll(async () => {
    const lines = linesOf(usdmBtc, 16_000);
    const depths = depthIndexes(lines);
    const lost = depths[depths.length >> 3];
    const { instruments } = referenceOf(framesOfLines(joined(lines.slice(0, lost + 1)), "binance.usdm", "BTCUSDT"));
    const [instrument] = instruments.values();
    const at = depths[depths.length - (depths.length >> 2)];
    const late = `${lines[at].slice(0, 19)} ${depthReply(instrument.book, instrument.id)}`;
    folder.write("usdm.txt.gz", joined(without(lines.toSpliced(at + 1, 0, late), lost)));
    const until = lines[lines.length - 1].slice(0, 19);
    inputs[0].path = folder.write("spot.txt.gz", joined(linesOf(spotBtc).filter((line) => line.slice(0, 19) < until)));
    want = await runReplay(inputs, { config: quickSignals });
    expect(want.summary.instruments["binance:BTC/USDT:USDT"]).toMatchObject({ state: "live", gaps: 1, snapshots: 2 });
    expect(want.signals.length).toBeGreaterThan(1000);
  });

  test.each([
    { ringRecords: 2048, workers: 2 },
    { ringRecords: 4096, workers: 1 },
  ])("$ringRecords records, $workers threads", async ({ ringRecords, workers }) => {
    const run = await runReplay(inputs, { config: { ...quickSignals, memory: { ringRecords } }, workers });
    expect(run.signals).toEqual(want.signals);
    expect({ ...run.summary, elapsedMs: 0, framesPerSecond: 0 }).toEqual({
      ...{ ...want.summary, elapsedMs: 0, framesPerSecond: 0 },
    });
  });
});
