// Sweeps over journals and recordings: each point is the backtest alone, whoever computes it.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { backtest } from "crosstick/internal/backtest";
import { parseConfig, type ResolvedConfig } from "crosstick/internal/config";
import { parseVenueProduct } from "crosstick/internal/market/venues";
import { openJournal } from "crosstick/internal/record/journal";
import { type ReplayInputOrder, replay } from "crosstick/internal/replay";
import { type SweepReport, sweep } from "crosstick/internal/sweep";
import { axisOf, pointsOf } from "crosstick/internal/sweep-grid";
import { beforeAll, describe, expect, test } from "vitest";
import { crosstick } from "../cli/crosstick.js";
import { joined, linesOf } from "../replay/edited-recording.js";
import { recordingFolder } from "../replay/run-replay.js";
import { hasRecordings, spotBtc, usdmBtc } from "../replay/shared-data.js";

const folder = recordingFolder();
const trading = { latencyMs: 20, markMs: 5000 };
/** The first minute of both; their frames hold books of thousands of levels, far more than is put into a ring at a time. */
const recordings = [
  { of: spotBtc, count: 7000 },
  { of: usdmBtc, count: 16_000 },
].map(({ of, count }, i) => ({
  path: folder.write(`${i}.log`, hasRecordings ? joined(linesOf(of, count)) : ""),
  market: parseVenueProduct(of.market as string),
}));

/** An entry every few seconds. */
const document = {
  fees: { binance: { spot: { maker: 1, taker: 2 }, usdm: { maker: 1, taker: 2 } } },
  gates: { alignMs: 10_000, maxAgeMs: 60_000, maxClockUncertaintyMs: 10_000 },
  strategies: [
    {
      ...{ name: "pair", kind: "pair-zscore", a: "binance:BTC/USDT", b: "binance:BTC/USDT:USDT", entryNetBps: -1000 },
      ...{ exitNetBps: -2000, entryZ: 1, exitZ: 0.3, statistics: { sampleMs: 100, window: 60, minSamples: 10 } },
      notional: { amount: 5000, currency: "USDT" },
    },
  ],
};
const config = parseConfig(document);
const axes = ["pair.entryZ=0.8,1.2,1.6", "pair.statistics.window=40,80"].map(axisOf);

const recordInto = (dir: string) =>
  replay({ inputs: recordings, config: parseConfig({ ...document, record: { dir, segmentMiB: 1 } }), recordTo: dir });

/** The report of a backtest of its own, with the point's settings written into the configuration. */
async function alone(inputs: readonly ReplayInputOrder[], entryZ: number, window: number) {
  const one = structuredClone(config) as ResolvedConfig;
  const [{ statistics }] = one.strategies;
  Object.assign(one.strategies[0], { entryZ, statistics: { ...statistics, window } });
  const { strategies, damages } = await backtest({ inputs, config: one, trading });
  return { report: strategies.pair.report, damages };
}

describe.skipIf(!hasRecordings)("a sweep over a journal", () => {
  const dir = folder.path("journal");
  let whole: SweepReport;

  beforeAll(async () => {
    await recordInto(dir);
    whole = await sweep({ inputs: [{ path: dir }], config, trading, axes, file: null, workers: 2 });
  });

  test("has at each point what a backtest of the journal alone has, and one of the recording", async () => {
    expect(whole.damages).toEqual([]);
    expect(whole.results.map(({ point }) => point)).toEqual(pointsOf(axes));
    const told = new Set(whole.results.map(({ reports }) => reports.pair.pnl));
    expect(told.size).toBe(6);
    for (const { point, reports } of whole.results) {
      expect(reports.pair.trades).toBeGreaterThan(2);
      for (const inputs of [[{ path: dir }], recordings]) {
        const { report } = await alone(inputs, point["pair.entryZ"], point["pair.statistics.window"]);
        expect(JSON.stringify(report)).toBe(JSON.stringify(reports.pair));
      }
    }
  });

  test("is the same at any number of workers, and from the recording it was made of", async () => {
    const ways: [name: string, inputs: ReplayInputOrder[], workers: number, tapeBytes?: number][] = [
      ["one thread", [{ path: dir }], 1],
      ["three threads", [{ path: dir }], 3],
      ["one thread, too much for a tape", [{ path: dir }], 1, 1000],
      ["three threads, the recording", recordings, 3],
    ];
    for (const [name, inputs, workers, tapeBytes] of ways) {
      const again = await sweep({ inputs, config, trading, axes, file: null, workers, tapeBytes });
      expect([name, JSON.stringify(again)]).toEqual([name, JSON.stringify(whole)]);
    }
  });

  test("goes on where its file ends, tells how far it is, and refuses the file for a journal that grew", async () => {
    const file = folder.path("journal.ndjson");
    const steps: [number, number][] = [];
    const progress = (done: number, all: number) => steps.push([done, all]);
    const inputs = [{ path: dir }];
    await sweep({ inputs, config, trading, axes, file, progress });
    expect(steps).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
    const lines = readFileSync(file, "utf8").trim().split("\n");
    writeFileSync(file, `${lines.slice(0, 5).join("\n")}\n${lines[5].slice(0, 30)}`);
    steps.length = 0;
    const second = await sweep({ inputs, config, trading, axes, file, progress });
    expect(steps).toEqual([
      [5, 6],
      [6, 6],
    ]);
    expect(second.results).toEqual(whole.results);

    const grown = folder.path("grown/journal");
    cpSync(dir, grown, { recursive: true });
    await recordInto(grown);
    const other = sweep({ inputs: [{ path: grown }], config, trading, axes, file });
    await expect(other).rejects.toMatchObject({ code: "SWEEP_FILE", exitCode: 2 });
  });

  test("plays what an engine that was started again recorded after the first, as a backtest does", async () => {
    const twice = folder.path("twice");
    for (let i = 0; i < 2; i++) await recordInto(twice);
    expect(openJournal(twice).parts.map(({ because }) => because)).toEqual([null, "started-again"]);
    const few = [axisOf("pair.entryZ=0.8,1.6")];
    let open = 0;
    const { results } = await sweep({ inputs: [{ path: twice }], config, trading, axes: few, file: null });
    for (const { point, reports } of results) {
      const { report } = await alone([{ path: twice }], point["pair.entryZ"], 60);
      expect(JSON.stringify(reports.pair)).toBe(JSON.stringify(report));
      const once = await alone([{ path: dir }], point["pair.entryZ"], 60);
      expect(report.fills).toBe(2 * once.report.fills);
      // The second engine counts its signals from one again: what the first left open stays its own.
      expect(report.trades).toBe(2 * once.report.trades);
      open += once.report.trades - once.report.closed;
    }
    expect(open).toBeGreaterThan(0);
  });

  test("tells damage once, and tests what came before it", async () => {
    const cut = folder.path("cut");
    cpSync(dir, cut, { recursive: true });
    const last = openJournal(cut).segments.at(-1)?.path as string;
    const bytes = readFileSync(last);
    writeFileSync(last, bytes.fill(0x5a, bytes.length >> 1, (bytes.length >> 1) + 64));
    const few = [axisOf("pair.entryZ=0.8,1.2")];
    const { results, damages } = await sweep({ inputs: [{ path: cut }], config, trading, axes: few, file: null });
    const { report, damages: told } = await alone([{ path: cut }], 0.8, 60);
    expect([damages, damages.length]).toEqual([told, 1]);
    expect(JSON.stringify(results[0].reports.pair)).toBe(JSON.stringify(report));
    expect(JSON.stringify(results[0])).not.toBe(JSON.stringify(whole.results[0]));
  });

  test("is what the command prints", () => {
    const file = folder.path("sweep.json");
    writeFileSync(file, JSON.stringify(document));
    const args = ["backtest", dir, "-c", file, "--latency-ms", "20", "--sweep", "pair.entryZ=0.8,1.6", "--json"];
    const { code, stdout, stderr } = crosstick(args);
    expect([code, stderr]).toEqual([0, ""]);
    const rows = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows.map((row) => row["pair.entryZ"])).toEqual([0.8, 1.6]);
    expect(rows.every(({ trades }) => trades > 2)).toBe(true);
  });
});
