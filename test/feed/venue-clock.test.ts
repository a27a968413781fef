import { type ClockSample, VenueClock } from "crosstick/internal/feed/venue-clock";
import { venueNamed } from "crosstick/internal/venues/index";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const sample = (atMs: number, offsetUs: number, uncertaintyUs: number): ClockSample => ({
  atMs,
  offsetUs,
  uncertaintyUs,
});

describe("a venue's clock", () => {
  test("property: the truth lies within the uncertainty told, whatever the delays", () => {
    const trip = fc.record({
      out: fc.double({ min: 0, max: 3e5, noNaN: true }),
      back: fc.double({ min: 0, max: 3e5, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: -6e8, max: 6e8 }),
        fc.array(trip, { minLength: 1, maxLength: 40 }),
        (truth, trips) => {
          const clock = new VenueClock();
          trips.forEach(({ out, back }, i) => {
            // Seen from here the venue's time of the middle is off by half of what the ways differ.
            clock.add(sample(i * 1000, truth + (out - back) / 2, (out + back) / 2 + 1));
          });
          const best = clock.best() as ClockSample;
          expect(Math.abs(best.offsetUs - truth)).toBeLessThanOrEqual(best.uncertaintyUs);
        },
      ),
    );
  });

  test("the most certain round trip counts, not the last one", () => {
    const clock = new VenueClock();
    clock.add(sample(0, 100, 5000));
    clock.add(sample(1000, 120, 200));
    clock.add(sample(2000, 900, 9000));
    expect(clock.best()).toMatchObject({ offsetUs: 120, uncertaintyUs: 200 });
  });

  test("a clock that was set is believed at once", () => {
    const clock = new VenueClock();
    for (let i = 0; i < 5; i++) clock.add(sample(i * 1000, 100, 50));
    clock.add(sample(6000, -10_000_000, 2000));
    expect(clock.best()).toMatchObject({ offsetUs: -10_000_000, uncertaintyUs: 2000 });
    expect(clock.status().driftPpm).toBeNull();
  });

  test("drift is the slope of the offsets, and not known before there are enough", () => {
    const clock = new VenueClock();
    for (let s = 0; s < 300; s += 10) {
      clock.add(sample(s * 1000, 20 * s, 100_000));
      if (s === 50) expect(clock.driftPpm()).toBeNaN();
    }
    expect(clock.driftPpm()).toBeCloseTo(20, 6);
    expect(clock.status()).toMatchObject({ samples: 30, driftPpm: expect.closeTo(20, 6) });
  });
});

describe("venues that tell the time in their answers", () => {
  test("Deribit: usIn and usOut", () => {
    const time = venueNamed("deribit").live.socketTime?.("futures");
    const { id } = time?.request(3) ?? {};
    expect(
      time?.read({
        jsonrpc: "2.0",
        id,
        result: { version: "1.2.26" },
        usIn: 1_535_043_730_126_248,
        usOut: 1_535_043_730_126_250,
        usDiff: 2,
      }),
    ).toEqual({
      ...{ id, takenUs: 1_535_043_730_126_248, answeredUs: 1_535_043_730_126_250 },
    });
    expect(time?.read({ id: "subscribe 1: 2", result: [], usIn: 1, usOut: 2 })?.id).not.toBe(id);
    expect(time?.read({ method: "subscription", params: {} })).toBeNull();
  });

  test("Kraken: time_in and time_out, to the microsecond", () => {
    const time = venueNamed("kraken").live.socketTime?.("spot");
    const { id } = time?.request(0) ?? {};
    const pong = {
      method: "pong",
      req_id: Number(id),
      time_in: "2023-09-24T14:10:23.799685Z",
      time_out: "2023-09-24T14:10:23.799703Z",
    };
    expect(time?.read(pong)).toEqual({ id, takenUs: 1_695_564_623_799_685, answeredUs: 1_695_564_623_799_703 });
    expect(time?.read({ channel: "heartbeat" })).toBeNull();
    expect(time?.read({ ...pong, time_in: "soon" })).toBeNull();
  });
});
