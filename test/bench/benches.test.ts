// Each bench once, small: it must compare what it measures, and give whole results. What is fast is not asserted.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replay } from "crosstick/internal/replay";
import { afterAll, describe, expect, test } from "vitest";
import { arrivalBench } from "../../dist/bench/arrival.js";
import { bookBench } from "../../dist/bench/book.js";
import { correlationBench } from "../../dist/bench/correlation.js";
import { decodeBench } from "../../dist/bench/decode.js";
import { endToEndBench } from "../../dist/bench/end-to-end.js";
import { fanOutBench } from "../../dist/bench/fan-out.js";
import { garbageBench, parseTrace } from "../../dist/bench/garbage.js";
import { kernelBench } from "../../dist/bench/kernel.js";
import { liveLoadBench } from "../../dist/bench/live-load.js";
import { pairsBench } from "../../dist/bench/pairs.js";
import { receiveBench } from "../../dist/bench/receive.js";
import { replayBench } from "../../dist/bench/replay.js";
import { replayInputs } from "../../dist/bench/replay-inputs.js";
import { writeRecording } from "../../dist/bench/replay-recording.js";
import { compareWithPlain } from "../../dist/bench/replay-reference.js";
import type { BenchResult } from "../../dist/bench/result.js";
import { ringBench } from "../../dist/bench/ring.js";
import { scaleBench } from "../../dist/bench/scale.js";

const directory = mkdtempSync(join(tmpdir(), "crosstick-bench-test-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.each<[string, () => Promise<BenchResult>]>([
  ["decode", () => decodeBench({ rounds: 1, seconds: 0.002 })],
  ["book", () => bookBench({ rounds: 1, seconds: 0.01 })],
  ["correlation", () => correlationBench({ rounds: 1, seconds: 0.005, sizes: [20] })],
  ["kernel", () => kernelBench({ rounds: 1, seconds: 0.002 })],
  ["pairs", () => pairsBench({ rounds: 1, seconds: 0.002, counts: [10, 500] })],
  ["ring", () => ringBench({ rounds: 1, scale: 0.01 })],
  ["receive", () => receiveBench({ rounds: 1, seconds: 0.01, loads: ["deltas in bursts"] })],
  ["arrival", () => arrivalBench({ rounds: 1, samples: 200, warmUp: 100 })],
  ["fan-out", () => fanOutBench({ rounds: 1, subscribers: 20, firstSubscribers: 50, turns: 2, curve: [] })],
  ["end-to-end", () => endToEndBench({ paces: [1000], seconds: 0.1, quick: 100 })],
  ["replay", () => replayBench({ rounds: 1, frames: 3000 })],
])("%s gives rows of numbers and checks", async (name, run) => {
  const result = await run();
  expect(result.name).toBe(name);
  expect(result.unit).not.toBe("");
  if (result.rows.length === 0)
    expect(result.skipped).not.toEqual([]); // without a compiler
  else expect(result.rows.some(({ ratio }) => Number(ratio) > 0)).toBe(true);
  expect(new Set(result.rows.map((row) => row.name)).size).toBe(result.rows.length);
  for (const { name, value, threshold, passed } of result.checks) {
    expect(name).not.toBe("");
    expect(passed).toBe(value >= threshold);
  }
});

test("live-load counts in the engine what another program sent, nothing dropped", async () => {
  const { rows, checks, equal, skipped } = await liveLoadBench({ rate: 4000, seconds: 0.3, warmUpSeconds: 0.1 });
  if (rows.length === 0) return expect(skipped).not.toEqual([]); // without a compiler
  const [bare, ...driven] = rows;
  expect(bare).toMatchObject({ name: "only read, in C++", "bytes behind": 0 });
  expect(driven.map(({ name }) => name)).toEqual(["receive driver ws", "receive driver direct"]);
  for (const row of driven) expect(row).toMatchObject({ dropped: 0, gaps: 0, "bytes behind": 0 });
  expect(equal).toHaveLength(1);
  expect(checks).toHaveLength(driven.length * 2);
});

test("scale gives a curve of each growing thing, point by point", async () => {
  const { rows, curves = [] } = await scaleBench({ rounds: 1, frames: 500, instruments: [3, 40], levels: [10, 60] });
  expect(curves.map(({ name }) => name)).toEqual(["instruments", "levels", "feed workers"]);
  expect(curves[1].series.map(({ points }) => points.map(([levels]) => levels))).toEqual(Array(4).fill([10, 60]));
  expect(rows).toHaveLength(curves.flatMap(({ series }) => series.flatMap(({ points }) => points)).length);
  for (const { ns } of rows) expect(ns).toBeGreaterThan(0);
});

describe("garbage", () => {
  test("only collections of other threads than main count", () => {
    const main = "[7:0x1a] 9 ms: Mark-Compact 2.3 (3.0) -> 1.9 (3.0) MB";
    const others = "[7:0x2b]      12 ms: Scavenge 2.3\n[7:0x2b]  13 ms: Mark-Compact 2.3\n[7:0x3c] 1 ms: Scavenge 2.3";
    const text = `${main}\n${others}\n[7:0x1a] 14 ms: Scavenge 2.3\nrecords 42\n`;
    expect(parseTrace(text)).toEqual({ scavenges: 2, markCompacts: 1, threads: 2, records: 42 });
    expect(() => parseTrace("records 42\n")).toThrow(/no trace/);
  });

  test("a long replay is compared with a short one", async () => {
    const { rows, checks } = await garbageBench({ frames: 4000, shortFrames: 1000 });
    const [short, long, between] = rows.map(({ records }) => Number(records));
    expect(short).toBeGreaterThan(1000);
    expect(between).toBe(long - short);
    expect(checks[0].passed).toBe(false);
  });
});

describe("the generated recording", () => {
  test("is the same for the same seed, and another for another", () => {
    const texts = [7, 7, 8].map((seed) => readFileSync(writeRecording(directory, 500, seed).usdm, "utf8"));
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toBe(texts[2]);
  });

  test("replays without a gap, a refusal or a crossed book, as the plain reference has it", async () => {
    const files = writeRecording(directory, 20_000, 3);
    const { summary } = await replay(replayInputs(files));
    await compareWithPlain(files, summary);
    expect(summary).toMatchObject({ frames: 20_000, ignored: 0, rejected: 0, templateMisses: 0 });
    for (const seen of Object.values(summary.instruments))
      expect(seen).toMatchObject({ snapshots: 1, gaps: 0, crossed: 0, state: "live" });
  });

  test("one number changed is found before anything is timed", async () => {
    const files = writeRecording(directory, 2000, 4);
    const { summary } = await replay(replayInputs(files));
    const text = readFileSync(files.spot, "utf8");
    writeFileSync(files.spot, text.replace(/"q":"[^"]*"/, '"q":"7777.00000000"'));
    await expect(compareWithPlain(files, summary)).rejects.toThrow(/binance:BTC\/USDT: volume: the engine has/);
  });
});
