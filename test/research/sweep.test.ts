// Sweeps: the points of a grid on all cores, into a file that a second start goes on with.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { backtest } from "crosstick/internal/backtest";
import { parseConfig } from "crosstick/internal/config";
import { sweep } from "crosstick/internal/sweep";
import { axisOf, pointsOf } from "crosstick/internal/sweep-grid";
import { describe, expect, test } from "vitest";
import { recordingFolder } from "../replay/run-replay.js";
import { hasRecordings } from "../replay/shared-data.js";

const folder = recordingFolder();
const bars = fileURLToPath(new URL("../../../shared/data/klines_okx_swap/", import.meta.url));
const idOf = (base: string) => `okx:${base}/USDT:USDT`;

test("a range is read as it is written, or refused by name", () => {
  expect(axisOf("pair.entryZ=1:2:0.25")).toEqual({ strategy: "pair", key: "entryZ", values: [1, 1.25, 1.5, 1.75, 2] });
  expect(axisOf("a-b.statistics.window=100,200")).toEqual({
    strategy: "a-b",
    key: "statistics.window",
    values: [100, 200],
  });
  expect(axisOf("p.x=0.1:0.3:0.1").values).toEqual([0.1, 0.2, 0.3]);
  for (const bad of [
    "pair.entryZ",
    "entryZ=1,2",
    "pair.entryZ=2:1:1",
    "pair.entryZ=1:2:0",
    "pair.entryZ=1:2",
    "p.x=a",
    "p.x=1,",
    "p.x=1:2:1:1",
  ])
    expect(() => axisOf(bad), bad).toThrow(expect.objectContaining({ code: "USAGE_SWEEP", exitCode: 2 }));
  expect(pointsOf([axisOf("p.a=1,2"), axisOf("p.b=3,4")])).toEqual([
    { "p.a": 1, "p.b": 3 },
    { "p.a": 1, "p.b": 4 },
    { "p.a": 2, "p.b": 3 },
    { "p.a": 2, "p.b": 4 },
  ]);
});

describe.skipIf(!hasRecordings)("on two weeks of real bars", () => {
  const inputs = ["ETH", "BTC"].map((base) => {
    const text = hasRecordings
      ? gunzipSync(readFileSync(`${bars}${base}-USDT-SWAP_5m_20220501_20221231.csv.gz`)).toString()
      : "";
    const path = folder.write(`${base}.csv`, `${text.split("\n").slice(0, 4000).join("\n")}\n`);
    return { path, bars: { instrument: idOf(base), book: { halfSpreadBps: 0.5 } } };
  });
  const config = parseConfig({
    fees: { okx: { swap: { maker: 2, taker: 5 } } },
    gates: { alignMs: 1000, maxAgeMs: 86_400_000 },
    strategies: [
      {
        ...{ name: "pair", kind: "pair-zscore", a: idOf("ETH"), b: idOf("BTC"), entryNetBps: -1000, exitNetBps: -2000 },
        statistics: { sampleMs: 300_000, window: 500, minSamples: 100 },
        notional: { amount: 10_000, currency: "USDT" },
      },
    ],
  });
  const trading = { latencyMs: 1, markMs: 3_600_000 };
  const axes = [axisOf("pair.entryZ=1.5,2.5"), axisOf("pair.statistics.window=300,600")];

  test("each point is the backtest with those settings; what was computed is not computed again", async () => {
    const file = folder.path("sweep.ndjson");
    const steps: number[] = [];
    const { results, damages } = await sweep({
      inputs,
      config,
      trading,
      axes,
      file,
      progress: (done) => steps.push(done),
    });
    expect([steps, damages]).toEqual([[1, 2, 3, 4], []]);
    expect(results.map(({ point }) => point)).toEqual(pointsOf(axes));
    expect(new Set(results.map(({ reports }) => reports.pair.pnl)).size).toBe(4);
    const one = structuredClone(config);
    Object.assign(one.strategies[0], {
      entryZ: 2.5,
      statistics: { ...(one.strategies[0].statistics as object), window: 300 },
    });
    const alone = await backtest({ inputs, config: one, trading });
    expect(results[2].reports.pair).toEqual(alone.strategies.pair.report);

    // Ended in the middle of its last line.
    const lines = readFileSync(file, "utf8").trim().split("\n");
    writeFileSync(file, `${lines.slice(0, 4).join("\n")}\n${lines[4].slice(0, 40)}`);
    const again: number[] = [];
    const second = await sweep({ inputs, config, trading, axes, file, progress: (done) => again.push(done) });
    expect(second.results).toEqual(results);
    expect(again).toEqual([4]);
    const { size } = statSync(file);
    await sweep({ inputs, config, trading, axes, file });
    expect(statSync(file).size).toBe(size);

    // Results of something else are not taken for these.
    const other = sweep({ inputs, config, trading: { ...trading, latencyMs: 2 }, axes, file });
    await expect(other).rejects.toMatchObject({ code: "SWEEP_FILE", exitCode: 2 });
    expect(statSync(file).size).toBe(size);
  });

  test("points from shared records and from the files are the same bytes", async () => {
    const few = [axisOf("pair.entryZ=1.5,2.5")];
    const shared = await sweep({ inputs, config, trading, axes: few, file: null });
    const read = await sweep({ inputs, config, trading, axes: few, file: null, tapeBytes: 1000 });
    expect(JSON.stringify(read)).toBe(JSON.stringify(shared));
  });

  test("an input that is cut is told, and its beginning is tested", async () => {
    const whole = gzipSync(readFileSync(inputs[0].path));
    const path = folder.write("cut.csv.gz", whole.subarray(0, whole.length / 2));
    const cut = sweep({ inputs: [{ ...inputs[0], path }, inputs[1]], config, trading, axes, file: null });
    await expect(cut).rejects.toMatchObject({ code: expect.stringMatching(/^(INPUT|BARS)_/), exitCode: 5 });
  });

  test("a setting that is none, or out of range, ends it with the reason", async () => {
    const missing = [{ path: folder.path("not-there"), bars: inputs[0].bars }]; // told before anything is read
    const wrong = (text: string) => sweep({ inputs: missing, config, trading, axes: [axisOf(text)], file: null });
    await expect(wrong("pair.nothing.at=1,2")).rejects.toMatchObject({ code: "USAGE_SWEEP" });
    await expect(wrong("other.entryZ=1,2")).rejects.toMatchObject({ code: "USAGE_SWEEP" });
    await expect(wrong("pair.entryZ=-1,2")).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("entryZ"),
    });
  });
});
