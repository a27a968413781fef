// What became of entries: on recordings against the reference's books, through a journal, and in any order of inputs.

import { parseConfig } from "crosstick/internal/config";
import type { Outcome } from "crosstick/internal/engine/outcomes";
import { parseVenueProduct } from "crosstick/internal/market/venues";
import { replay } from "crosstick/internal/replay";
import { beforeAll, describe, expect, test } from "vitest";
import { manySignals } from "./configurations.js";
import { Reference } from "./reference.js";
import { inTimeOrder } from "./reference-frames.js";
import { recordingFolder } from "./run-replay.js";
import { framesOf, hasRecordings, type RecordingFile, spotBtc, usdmBtc } from "./shared-data.js";
import { type SignalLine, signalSchema } from "./signal-schema.js";

const folder = recordingFolder();
const HORIZONS = [10, 50, 100, 250, 500, 1000];

async function play(
  inputs: readonly { path: string; market?: string }[],
  config: object | undefined,
  recordTo?: string,
) {
  const told = { signals: [] as string[], outcomes: [] as string[] };
  const { summary } = await replay({
    inputs: inputs.map(({ path, market }) =>
      market === undefined ? { path } : { path, market: parseVenueProduct(market) },
    ),
    config: config === undefined ? undefined : parseConfig(config),
    recordTo,
    onSignals: (lines) => told.signals.push(...lines),
    onOutcomes: (lines) => told.outcomes.push(...lines),
  });
  return { ...told, summary };
}

describe.skipIf(!hasRecordings)("outcomes on recordings", () => {
  let recordings: RecordingFile[];
  let run: Awaited<ReturnType<typeof play>>;
  let signals: SignalLine[];
  let outcomes: Outcome[];
  beforeAll(async () => {
    recordings = [spotBtc, usdmBtc];
    run = await play(recordings, manySignals, folder.path("journal"));
    signals = run.signals.map((line) => signalSchema.parse(JSON.parse(line)));
    outcomes = run.outcomes.map((line) => JSON.parse(line));
    expect(outcomes.length).toBeGreaterThan(50);
  });

  test("each belongs to an entry, and every entry but those of the last second has one", () => {
    const entries = signals.filter(({ action }) => action === "enter");
    const byId = new Map(entries.map((signal) => [signal.id, signal]));
    expect(new Set(outcomes.map(({ signal }) => signal)).size).toBe(outcomes.length);
    for (const { signal, strategy, direction, ts, netBps, after } of outcomes) {
      const entry = byId.get(signal);
      expect([strategy, direction, ts, netBps]).toEqual([entry?.strategy, entry?.direction, entry?.ts, entry?.netBps]);
      expect(after.map(({ ms }) => ms)).toEqual(HORIZONS);
    }
    const endNs = [...Object.values(run.summary.instruments)].map(({ lastReceived }) => BigInt(lastReceived ?? 0));
    const last = endNs.reduce((a, b) => (a > b ? a : b));
    const due = entries.filter(({ ts }) => BigInt(ts) + 1_000_000_000n <= last);
    expect(outcomes.length).toBe(due.length);
  });

  test("the edge left is that of the legs' sizes walked through the reference's books at that time", () => {
    const byId = new Map(signals.map((signal) => [signal.id, signal]));
    const looks = outcomes
      .filter(({ strategy }) => strategy === "cross" || strategy === "lean")
      .flatMap(({ signal, netBps, after }) => {
        const entry = byId.get(signal) as SignalLine;
        return after.map((look) => ({ entry, netBps, look, us: Number(BigInt(entry.ts) / 1000n) + look.ms * 1000 }));
      })
      .sort((a, b) => a.us - b.us);
    const reference = new Reference();
    let known = 0;
    let at = 0;
    for (const frame of inTimeOrder(recordings.flatMap(framesOf))) {
      for (; at < looks.length && looks[at].us <= frame.receivedUs; at++) {
        const { entry, look } = looks[at];
        const walks = entry.legs.map(({ instrument, side, size }) => {
          const book = reference.instruments.get(instrument);
          return book?.state === "live" && !book.book.crossed ? book.book.walkSize(side, size) : null;
        });
        if (walks.includes(null)) {
          expect(look).toMatchObject({ netBps: null, filled: null });
          continue;
        }
        const worth = (side: string) =>
          entry.legs.reduce((sum, leg, i) => sum + (leg.side === side ? leg.size * (walks[i]?.price ?? 0) : 0), 0);
        expect(look.netBps).toBeCloseTo((worth("sell") / worth("buy") - 1) * 1e4 - entry.feesBps, 6);
        const filled = entry.legs.every(({ side, worstPrice }, i) => {
          const worst = walks[i]?.worstPrice ?? Number.NaN;
          return side === "buy" ? worst <= worstPrice : worst >= worstPrice;
        });
        expect([entry.id, look.ms, look.filled]).toEqual([entry.id, look.ms, filled]);
        known++;
      }
      reference.take(frame);
    }
    expect(known).toBeGreaterThan(100);
  });

  test("confidence is the share of earlier entries with an edge like this whose edge was there after 100 ms", () => {
    const bounds = [0, 2, 5, 10, 20, 50];
    const bucket = (netBps: number) => bounds.filter((bound) => netBps >= bound).length;
    let told = 0;
    for (const { strategy, ts, netBps, statistics, action } of signals) {
      if (action === "exit") continue;
      const floor = Math.min(0, manySignals.strategies.find(({ name }) => name === strategy)?.entryNetBps ?? 0);
      const earlier = outcomes.flatMap((one) => {
        const left = one.after[2].netBps;
        const isKnown = BigInt(one.ts) + 100_000_000n <= BigInt(ts) && left !== null;
        return isKnown && one.strategy === strategy && bucket(one.netBps) === bucket(netBps) ? [left] : [];
      });
      const held = earlier.filter((left) => (floor < 0 ? left >= floor : left > 0)).length;
      const wanted = earlier.length < 30 ? null : held / earlier.length;
      // An entry at the very time at which an earlier one is looked at may or may not know of it.
      if (wanted === null || statistics.confidence === null) continue;
      told++;
      expect(Math.abs(Number(statistics.confidence) - wanted)).toBeLessThan(0.05);
    }
    expect(told).toBeGreaterThan(0);
  });

  test("the journal of the run, from its start or from its middle, gives the same lines", async () => {
    const again = await play([{ path: folder.path("journal") }], undefined);
    expect(again.outcomes).toEqual(run.outcomes);
    expect(again.signals).toEqual(run.signals);
  });

  test("inputs in another order, and the command, give the same lines", async () => {
    const turned = await play([...recordings].reverse(), manySignals);
    expect(turned.outcomes).toEqual(run.outcomes);
  });
});
