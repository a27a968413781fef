import { beforeAll, describe, expect, test } from "vitest";
import { fees, manySignals } from "./configurations.js";
import { Reference } from "./reference.js";
import type { Walk } from "./reference-book.js";
import { inTimeOrder, type ReferenceFrame } from "./reference-frames.js";
import { runReplay } from "./run-replay.js";
import { framesOf, hasRecordings, spotBtc, usdmBtc } from "./shared-data.js";
import { type SignalLine, signalSchema } from "./signal-schema.js";

describe.skipIf(!hasRecordings)("signals", () => {
  let signals: SignalLine[];
  beforeAll(async () => {
    const run = await runReplay([spotBtc, usdmBtc], { config: manySignals });
    signals = run.signals.map((line) => signalSchema.parse(JSON.parse(line)));
    expect(signals.length).toBeGreaterThan(300);
  });

  test("ids are unique, times do not go back, and every exit closes its entry", () => {
    expect(new Set(signals.map(({ id }) => id)).size).toBe(signals.length);
    const open = new Map<string, string>();
    let last = "";
    for (const { id, enterId, strategy, direction, action, ts } of signals) {
      expect(ts >= last).toBe(true);
      last = ts;
      const key = `${strategy} ${direction}`;
      if (action === "enter") {
        expect([enterId, open.get(key)]).toEqual([null, undefined]);
        open.set(key, id);
      } else {
        expect(enterId).toBe(open.get(key));
        open.delete(key);
      }
    }
  });

  test("the net is what the parts make, and reaches its threshold", () => {
    for (const signal of signals) {
      const { grossBps, feesBps, fundingBps, netBps, net, notional, action, strategy } = signal;
      expect(netBps).toBe(grossBps - feesBps + (fundingBps ?? 0));
      expect(net.amount).toBeCloseTo((netBps / 1e4) * notional.amount, 9);
      expect(net.currency).toBe(notional.currency);
      const settings = manySignals.strategies.find(({ name }) => name === strategy);
      if (action === "enter") expect(netBps).toBeGreaterThanOrEqual(settings?.entryNetBps ?? Number.NaN);
      else if (["cross", "basis", "lean"].includes(strategy))
        expect(netBps).toBeLessThanOrEqual(settings?.exitNetBps ?? Number.NaN);
    }
  });

  test("fees are those of the configuration, for the fills that count", () => {
    for (const { legs, feesBps, strategy } of signals) {
      for (const { instrument, feeBps } of legs)
        expect(feeBps).toBe(fees.binance[instrument.endsWith(":USDT") ? "usdm" : "spot"].taker);
      expect(feesBps).toBe(["cross", "lean"].includes(strategy) ? 15 : 30);
    }
  });

  test("the edge of walked prices is that of the legs shown", () => {
    for (const { legs, grossBps, action, strategy } of signals) {
      if (strategy.startsWith("z-") || (action === "exit" && strategy === "basis")) continue;
      const worth = (side: string): number =>
        legs.filter((leg) => leg.side === side).reduce((sum, { size, price }) => sum + size * price, 0);
      expect(grossBps).toBeCloseTo((worth("sell") / worth("buy") - 1) * 1e4, 9);
    }
  });

  test("every leg passed its gates", () => {
    const { maxAgeMs, maxClockUncertaintyMs, alignMs } = manySignals.gates;
    for (const { legs } of signals) {
      for (const { ageUs, uncertaintyUs } of legs) {
        expect(ageUs).toBeLessThanOrEqual(maxAgeMs * 1000);
        expect(uncertaintyUs).toBeLessThanOrEqual(maxClockUncertaintyMs * 1000);
      }
      const [a, b] = legs;
      const apart = Math.abs(a.ageUs - b.ageUs) - a.uncertaintyUs - b.uncertaintyUs;
      expect(apart).toBeLessThanOrEqual(alignMs * 1000 + 2);
    }
  });

  test("legs are walked on the books as they were, which the reference rebuilds", () => {
    const frames = inTimeOrder([spotBtc, usdmBtc].flatMap(framesOf));
    const checked = new Map<string, number>();
    for (const { strategy } of checkWalks(frames, signals)) checked.set(strategy, (checked.get(strategy) ?? 0) + 1);
    for (const { strategy } of signals)
      expect(checked.get(strategy), strategy).toBe(signals.filter((one) => one.strategy === strategy).length);
  });
});

/** Plays the frames into the reference and compares each signal with the books at its time; returns those compared. */
function checkWalks(frames: readonly ReferenceFrame[], signals: readonly SignalLine[]): SignalLine[] {
  const reference = new Reference();
  const checked: SignalLine[] = [];
  const waiting = signals.map((signal) => ({ signal, us: Number(BigInt(signal.ts) / 1000n) }));
  frames.forEach((frame, i) => {
    reference.take(frame);
    // What was known after this frame held until the next one came.
    const untilUs = frames[i + 1]?.receivedUs ?? Number.POSITIVE_INFINITY;
    while (waiting.length > 0 && waiting[0].us < frame.receivedUs) waiting.shift(); // its books never stood so
    for (let at = 0; at < waiting.length && waiting[at].us <= untilUs; ) {
      const { signal } = waiting[at];
      if (!standsAt(reference, signal)) at++;
      else {
        waiting.splice(at, 1);
        checked.push(signal);
        expectWalks(reference, signal);
      }
    }
  });
  return checked;
}

/** The books are at the updates that the signal names. */
function standsAt({ instruments }: Reference, { legs }: SignalLine): boolean {
  return legs.every(({ instrument, book }) => {
    const known = instruments.get(instrument);
    return known?.state === "live" && known.id === book.sequence;
  });
}

function expectWalks({ instruments }: Reference, { legs, notional, id }: SignalLine): void {
  const bookOf = (instrument: string) => {
    const found = instruments.get(instrument);
    if (found === undefined) throw new Error(`no ${instrument}`);
    return found.book;
  };
  // Legs in one coin trade one size: what the first buy gets for the notional.
  const leader = legs.find(({ side }) => side === "buy");
  if (leader === undefined) throw new Error(`${id} buys nothing`);
  const led = bookOf(leader.instrument).walkNotional("buy", notional.amount);
  for (const leg of legs) {
    const walk: Walk | null = leg === leader ? led : bookOf(leg.instrument).walkSize(leg.side, led?.size ?? Number.NaN);
    if (walk === null) throw new Error(`${id}: the reference's book is not deep enough`);
    expect([id, leg.levels, leg.worstPrice]).toEqual([id, walk.levels, walk.worstPrice]);
    expect(leg.size).toBeCloseTo(walk.size, 10);
    expect(Math.abs(leg.price / walk.price - 1)).toBeLessThan(1e-12);
  }
}
