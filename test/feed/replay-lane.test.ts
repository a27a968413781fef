import type { Lane } from "crosstick/internal/feed/lane";
import { NEXT_END, NEXT_FRAME, NEXT_LATER, type ReplayInput } from "crosstick/internal/feed/replay-input";
import { PUMP_DONE, PUMP_EARLY, PUMP_FULL, PUMP_INPUT, ReplayLane } from "crosstick/internal/feed/replay-lane";
import { viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const seed = Number(process.env.CROSSTICK_SEED ?? Date.now() % 2 ** 31);
console.info(`replay lane tests: CROSSTICK_SEED=${seed}`);

const views = viewsOf(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));

interface Frame {
  us: number;
  nanos: number;
}

/** An input whose frames are there when the test says so. */
class HeldInput implements ReplayInput {
  refusal = 0;
  receivedUs = Number.NaN;
  nanos = 0;
  frameAt = 0;
  frameEnd = 0;
  readonly product = "spot";
  readonly symbol = null;
  readonly damage = null;
  available: number;
  private taken = 0;
  private wake: (() => void)[] = [];

  constructor(
    readonly source: number,
    readonly frames: readonly Frame[],
    available = frames.length,
  ) {
    this.available = available;
  }

  next(): number {
    if (this.taken === this.frames.length) return NEXT_END;
    if (this.taken >= this.available) return NEXT_LATER;
    const frame = this.frames[this.taken++];
    this.receivedUs = frame.us;
    this.nanos = frame.nanos;
    return NEXT_FRAME;
  }

  ready(): Promise<void> {
    if (this.taken < this.available || this.taken === this.frames.length) return Promise.resolve();
    return new Promise((resolve) => this.wake.push(resolve));
  }

  give(count: number): void {
    this.available = Math.min(this.frames.length, this.available + count);
    for (const wake of this.wake.splice(0)) wake();
  }

  close(): void {}
}

/** A lane that notes what it is given, and takes no more than `room` frames until it is emptied. */
function notingLane() {
  const taken: (Frame & { source: number })[] = [];
  const state = { room: Number.POSITIVE_INFINITY };
  const lane = {
    header: 0,
    counts: { frames: 0 },
    writer: { publish: () => {} },
    setProduct: () => {},
    reject: () => {},
    watermark: () => {},
    finish: () => true,
    frame: () => {
      if (state.room-- <= 0) return false;
      const [us, nanos, source] = [
        views.f64[L.MESSAGE_RECEIVED_TIME_US >> 3],
        views.u32[L.MESSAGE_RECEIVED_NANOS >> 2],
        views.u32[L.MESSAGE_SOURCE >> 2],
      ];
      taken.push({ us, nanos, source });
      return true;
    },
  };
  return { lane: lane as unknown as Lane, taken, state };
}

const frames = (...times: number[]): Frame[] => times.map((us) => ({ us, nanos: 0 }));
const always = Number.POSITIVE_INFINITY;

describe("merge of a lane's inputs", () => {
  test("by receive time to the nanosecond, then by input, however their frames come in", () => {
    const stamp = fc.record({ us: fc.integer({ min: 0, max: 20 }), nanos: fc.integer({ min: 0, max: 2 }) });
    fc.assert(
      fc.property(
        fc.array(fc.array(stamp, { maxLength: 20 }), { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat(3)),
        fc.integer({ min: 1, max: 7 }),
        (lists, steps, budget) => {
          const inputs = lists.map(
            (list, source) =>
              new HeldInput(
                source,
                list.toSorted((a, b) => a.us - b.us || a.nanos - b.nanos),
                0,
              ),
          );
          const { lane, taken } = notingLane();
          const replay = new ReplayLane(views, lane, inputs);
          while (!replay.done) {
            if (replay.pump(budget, always) === PUMP_INPUT) inputs[steps.next().value % inputs.length].give(2);
          }
          const want = inputs.flatMap(({ source, frames: list }) => list.map((frame) => ({ ...frame, source })));
          want.sort((a, b) => a.us - b.us || a.nanos - b.nanos || a.source - b.source);
          expect(taken).toEqual(want);
        },
      ),
      { seed, numRuns: 300 },
    );
  });

  test("ready() waits for the input that is missing, not for one that has something", async () => {
    const [late, early] = [new HeldInput(0, frames(5), 0), new HeldInput(1, frames(1, 2, 3))];
    const { lane, taken } = notingLane();
    const replay = new ReplayLane(views, lane, [late, early]);
    expect(replay.pump(10, always)).toBe(PUMP_INPUT);
    let isReady = false;
    const ready = replay.ready().then(() => {
      isReady = true;
    });
    await new Promise(setImmediate);
    expect(isReady).toBe(false);
    late.give(1);
    await ready;
    expect(replay.pump(10, always)).toBe(PUMP_DONE);
    expect(taken.map(({ us }) => us)).toEqual([1, 2, 3, 5]);
  });

  test("a frame that the ring turned away is the next one, whatever came meanwhile", () => {
    const inputs = [new HeldInput(0, frames(1, 4)), new HeldInput(1, frames(2, 3))];
    const { lane, taken, state } = notingLane();
    const replay = new ReplayLane(views, lane, inputs);
    state.room = 1;
    expect(replay.pump(10, always)).toBe(PUMP_FULL);
    state.room = 0;
    expect(replay.pump(10, always)).toBe(PUMP_FULL);
    state.room = 10;
    expect(replay.pump(10, always)).toBe(PUMP_DONE);
    expect(taken.map(({ us }) => us)).toEqual([1, 2, 3, 4]);
  });

  test("nothing before its time", () => {
    const { lane, taken } = notingLane();
    const replay = new ReplayLane(views, lane, [new HeldInput(0, frames(10, 20))]);
    expect([replay.pump(10, 9), replay.nextUs, taken.length]).toEqual([PUMP_EARLY, 10, 0]);
    expect([replay.pump(10, 10), replay.nextUs, taken.length]).toEqual([PUMP_EARLY, 20, 1]);
    expect(replay.pump(10, 20)).toBe(PUMP_DONE);
  });
});
