import { parseConfig } from "crosstick/internal/config";
import { parseVenueProduct } from "crosstick/internal/market/venues";
import { openJournal } from "crosstick/internal/record/journal";
import { type ReplaySummary, replay } from "crosstick/internal/replay";
import { beforeAll, describe, expect, test } from "vitest";
import { manySignals } from "../replay/configurations.js";
import { recordingFolder } from "../replay/run-replay.js";
import { cryptofeedBybit, hasRecordings, spotBtc, usdmBtc } from "../replay/shared-data.js";

const folder = recordingFolder();

/** What must not differ between a run and its journal: everything but what only frames tell, and speed. */
function comparable({ instruments, strategies, clock, digest, records }: ReplaySummary): object {
  const seen = Object.entries(instruments).map(([id, { firstReceived: _, lastReceived: __, ...rest }]) => [id, rest]);
  return { instruments: seen, strategies, clock, digest, records };
}

async function play(dir: string, options: { fromUs?: number; toUs?: number; config?: object } = {}) {
  const signals: string[] = [];
  const { config, ...times } = options;
  const result = await replay({
    ...{ inputs: [{ path: dir }], ...times, config: config === undefined ? undefined : parseConfig(config) },
    onSignals: (lines) => {
      for (const line of lines) signals.push(line);
    },
  });
  return { ...result, signals };
}

/** Real recordings, kept as a journal of many small segments by the run that first saw them. */
describe.skipIf(!hasRecordings)("a journal of recordings", () => {
  const dir = folder.path("journal");
  const signals: string[] = [];
  let recorded: ReplaySummary;

  beforeAll(async () => {
    const { summary } = await replay({
      inputs: [spotBtc, usdmBtc, cryptofeedBybit].map(({ path, market }) => ({
        path,
        market: market === undefined ? undefined : parseVenueProduct(market),
      })),
      config: parseConfig({ ...manySignals, record: { dir, segmentMiB: 1 } }),
      recordTo: dir,
      onSignals: (lines) => {
        for (const line of lines) signals.push(line);
      },
    });
    recorded = summary;
  });

  test("is whole, in segments that each begin with a checkpoint", () => {
    const { segments, parts, missing, tornBytes, damages, records } = openJournal(dir, { verify: true });
    expect({ missing, tornBytes, damages, records }).toEqual({
      ...{ missing: 0, tornBytes: 0, damages: [], records: recorded.records },
    });
    expect(segments.length).toBeGreaterThan(10);
    expect(segments.map(({ meta }) => meta?.start)).toEqual(["fresh", ...segments.slice(1).map(() => "checkpoint")]);
    expect(parts.length).toBe(1);
  });

  test("gives the same signals, books, numbers and refusals again", async () => {
    expect(signals.length).toBeGreaterThan(100);
    expect(recorded.strategies["z-between"].signals).toBeGreaterThan(10);
    const again = await play(dir);
    expect(again.signals).toEqual(signals);
    expect(comparable(again.summary)).toEqual(comparable(recorded));
    expect(again.damages).toEqual([]);
  });

  test("gives their ends from every fourth segment on", async () => {
    const { segments } = openJournal(dir);
    let differing = 0;
    for (const { startUs } of segments.filter((_, i) => i % 4 === 2)) {
      const tail = await play(dir, { fromUs: startUs });
      const wanted = signals.filter((line) => Number(JSON.parse(line).ts.slice(0, -3)) >= startUs);
      expect(tail.signals).toEqual(wanted);
      if (wanted.length > 0 && wanted.length < signals.length) differing++;
      // What the last segments leave behind is the same as well: the state went on from where it was.
      const { records: _, digest: __, ...state } = comparable(tail.summary) as Record<string, unknown>;
      const { records: ___, digest: ____, ...whole } = comparable(recorded) as Record<string, unknown>;
      expect(state).toEqual(whole);
    }
    expect(differing).toBeGreaterThan(1);
  });

  test("gives a piece of them between two times", async () => {
    const { firstUs, lastUs } = openJournal(dir);
    const [fromUs, toUs] = [firstUs + (lastUs - firstUs) * 0.4, firstUs + (lastUs - firstUs) * 0.6];
    const piece = await play(dir, { fromUs, toUs });
    const timeOf = (line: string): number => Number(JSON.parse(line).ts.slice(0, -3));
    expect(piece.signals).toEqual(signals.filter((line) => timeOf(line) >= fromUs && timeOf(line) <= toUs));
  });

  test("takes another configuration from its beginning, and refuses it in the middle", async () => {
    const config = { ...manySignals, strategies: [{ ...manySignals.strategies[0], entryNetBps: -5 }] };
    const { summary } = await play(dir, { config });
    expect(Object.keys(summary.strategies)).toEqual(["cross"]);
    const { segments } = openJournal(dir);
    await expect(play(dir, { config, fromUs: segments[5].startUs })).rejects.toMatchObject({ code: "JOURNAL_CONFIG" });
  });
});
