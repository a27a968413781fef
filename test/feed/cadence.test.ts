import { Cadence } from "crosstick/internal/feed/cadence";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** Feeds gaps in ms; returns how often a gap was longer than what was allowed before it. */
function feed(cadence: Cadence, gaps: readonly number[]): number {
  let us = 1e15;
  let alarms = 0;
  cadence.seen(us);
  for (const gap of gaps) {
    if (gap > cadence.allowedMs) alarms++;
    us += gap * 1000;
    cadence.seen(us);
  }
  return alarms;
}

const repeat = (gap: number, times: number) => Array<number>(times).fill(gap);

describe("cadence", () => {
  test("nothing is known before 32 gaps", () => {
    const cadence = new Cadence();
    feed(cadence, repeat(100, 31));
    expect(cadence.allowedMs).toBeNaN();
  });

  test.each([
    [10, 300, 300],
    [100, 400, 600],
    [1000, 4000, 6144],
    [60_000, 240_000, 393_216],
  ])("gaps of %i ms allow %i to %i ms of silence", (gap, least, most) => {
    const cadence = new Cadence();
    expect(feed(cadence, repeat(gap, 100))).toBe(0);
    expect(cadence.allowedMs).toBeGreaterThanOrEqual(least);
    expect(cadence.allowedMs).toBeLessThanOrEqual(most);
  });

  test("property: a regular channel is never called silent, whatever its pace and jitter", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120_000 }),
        fc.array(fc.double({ min: 0.5, max: 1.5, noNaN: true }), { minLength: 40, maxLength: 900 }),
        (pace, jitter) => {
          expect(
            feed(
              new Cadence(),
              jitter.map((share) => share * pace),
            ),
          ).toBe(0);
        },
      ),
    );
  });

  test("a lull that ended by itself is remembered: the next one of its kind is none", () => {
    const cadence = new Cadence();
    feed(cadence, repeat(100, 200));
    let us = 2e15;
    cadence.begin();
    cadence.seen(us);
    us += 3_000_000;
    cadence.seen(us);
    expect(cadence.allowedMs).toBeGreaterThan(3000);
    cadence.forgetLull();
    expect(cadence.allowedMs).toBeLessThan(1000);
  });

  test("the time between two connections is no gap", () => {
    const cadence = new Cadence();
    feed(cadence, repeat(100, 100));
    const { allowedMs } = cadence;
    cadence.begin();
    expect([cadence.messages, cadence.lastUs]).toEqual([0, Number.NaN]);
    cadence.seen(9e15);
    expect(cadence.allowedMs).toBe(allowedMs);
  });

  test("a channel that becomes slower is believed after some hundred messages", () => {
    const cadence = new Cadence();
    feed(cadence, [...repeat(10, 1000), ...repeat(1000, 300)]);
    expect(cadence.allowedMs).toBeGreaterThanOrEqual(4000);
  });
});
