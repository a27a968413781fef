import { compileKernel, type EngineKernel, startKernel } from "crosstick/internal/kernel/kernel";
import { createMemory, type MemoryPlan, planMemory, type Views, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { RingReader } from "crosstick/internal/ring/reader";
import { RingWriter } from "crosstick/internal/ring/writer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const module = compileKernel("engine");

interface Rig {
  plan: MemoryPlan;
  views: Views;
  kernel: EngineKernel;
  writers: RingWriter[];
  value(instrument: number, offset: number): number;
  word(instrument: number, offset: number): number;
}

function rig(lanes: number, options: { live?: boolean; consumers?: number[] } = {}): Rig {
  const plan = planMemory({
    lanes: Array.from({ length: lanes }, () => 1),
    ringRecords: 1024,
    scratchBytes: 1024,
    instruments: 8,
    bookLevels: 64,
    vwapTrades: 8,
    windowBytes: 0,
    consumers: options.consumers ?? [],
  });
  const memory = createMemory(plan);
  const views = viewsOf(memory);
  const kernel = startKernel<EngineKernel>(module, memory);
  const at = plan.engine >> 2;
  const { u32 } = views;
  u32[at + (L.ENGINE_MODE >> 2)] = options.live ? L.ENGINE_MODE_LIVE : L.ENGINE_MODE_REPLAY;
  u32[at + (L.ENGINE_INSTRUMENTS_AT >> 2)] = plan.instruments;
  u32[at + (L.ENGINE_BOOKS_AT >> 2)] = plan.books;
  u32[at + (L.ENGINE_BOOK_BYTES >> 2)] = plan.bookBytes;
  u32[at + (L.ENGINE_CLOCKS_AT >> 2)] = plan.clocks;
  u32[at + (L.ENGINE_RESYNC_AT >> 2)] = plan.resync;
  u32[at + (L.ENGINE_CONSUMERS >> 2)] = plan.consumers.length;
  plan.consumers.forEach((ring, i) => {
    u32[at + (L.ENGINE_CONSUMER_RINGS >> 2) + i] = ring;
  });
  kernel.engineInit(plan.engine);
  for (const { ring } of plan.lanes) kernel.laneAdd(ring);
  for (let i = 0; i < 8; i++) kernel.instrumentInit(i, 64, L.VENUE_BINANCE, L.PRODUCT_SPOT, 1);
  for (let v = 0; v < L.VENUES_MAXIMUM; v++) kernel.clockInit(plan.clocks + v * L.CLOCK_STATE_BYTES);
  return {
    plan,
    views,
    kernel,
    writers: plan.lanes.map(({ ring }) => new RingWriter(views, ring, plan.engine)),
    value: (instrument, offset) => views.f64[(plan.instruments + instrument * L.INSTRUMENT_BYTES + offset) >> 3],
    word: (instrument, offset) => views.u32[(plan.instruments + instrument * L.INSTRUMENT_BYTES + offset) >> 2],
  };
}

interface Stamp {
  us: number;
  nanos?: number;
  source?: number;
  instrument?: number;
  sequence?: number;
  exchangeUs?: number;
}

/** Writes one record of a message; `flags` says whether it is the last. */
function record(
  { views }: Rig,
  writer: RingWriter,
  kind: number,
  flags: number,
  stamp: Stamp,
  payload: number[],
): void {
  writer.control(kind, stamp.source ?? 0, stamp.instrument ?? 0, stamp.us, stamp.nanos ?? 0, payload);
  const at = writer.at(-1);
  views.u8[at + L.RECORD_FLAGS] = flags;
  views.f64[(at + L.RECORD_EXCHANGE_TIME_US) >> 3] = stamp.exchangeUs ?? Number.NaN;
  views.u64[(at + L.RECORD_SEQUENCE) >> 3] = BigInt(stamp.sequence ?? 0);
}

/** Steps until nothing is left to do; returns what step() said on the way. */
function drain({ kernel }: Rig): number[] {
  const said: number[] = [];
  for (let i = 0; i < 100_000; i++) {
    const result = kernel.step(1000);
    said.push(result);
    if (result === L.STEP_EMPTY || result === L.STEP_DONE) return said;
  }
  throw new Error("step() never ends");
}

describe("merge", () => {
  test("replay takes messages by (receive time as stored, input), whichever lane they came by", () => {
    const message = fc.record({ us: fc.integer({ min: 0, max: 50 }), nanos: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(fc.array(message, { maxLength: 30 }), { minLength: 1, maxLength: 4 }), (lanes) => {
        const r = rig(lanes.length, { consumers: [1024] });
        const all: { us: number; nanos: number; source: number; n: number }[] = [];
        lanes.forEach((messages, source) => {
          const sorted = messages.toSorted((a, b) => a.us - b.us || a.nanos - b.nanos);
          sorted.forEach(({ us, nanos }, n) => {
            record(r, r.writers[source], L.KIND_TRADE, L.FLAG_LAST, { us, nanos, source, instrument: source }, [
              1,
              1,
              1,
              n,
            ]);
            all.push({ us, nanos, source, n });
          });
          r.writers[source].close();
        });
        expect(drain(r).at(-1)).toBe(L.STEP_DONE);
        r.kernel.publishAll();
        const seen: typeof all = [];
        new RingReader(r.views, r.plan.consumers[0]).drain((at) => {
          seen.push({
            us: r.views.f64[(at + L.RECORD_RECEIVED_TIME_US) >> 3],
            nanos: r.views.u16[(at + L.RECORD_RECEIVED_NANOS) >> 1],
            source: r.views.u16[(at + L.RECORD_SOURCE) >> 1],
            n: r.views.f64[(at + L.TRADE_TIME_US) >> 3],
          });
        }, 1e9);
        all.sort((a, b) => a.us - b.us || a.nanos - b.nanos || a.source - b.source || a.n - b.n);
        expect(seen).toEqual(all);
      }),
      { numRuns: 200 },
    );
  });

  test("live, the record that reached the grid is taken next, before what other lanes have meanwhile", () => {
    for (const first of [0, 1]) {
      const r = rig(2, { live: true });
      const trade = (lane: number, us: number): void => {
        record(r, r.writers[lane], L.KIND_TRADE, L.FLAG_LAST, { us, instrument: lane }, [5, 1, 1, Number.NaN]);
        r.writers[lane].publish();
      };
      const grid = (r.plan.engine + L.ENGINE_NEXT_GRID_US) >> 3;
      r.views.f64[grid] = 80;
      trade(first, 100);
      expect(r.kernel.step(1000)).toBe(L.STEP_GRID);
      // An earlier one comes by the other lane while the grid is looked at: a replay meets it behind the first.
      trade(1 - first, 50);
      r.views.f64[grid] = Number.POSITIVE_INFINITY;
      r.kernel.step(1);
      expect([r.value(first, L.INSTRUMENT_TRADES), r.value(1 - first, L.INSTRUMENT_TRADES)]).toEqual([1, 0]);
    }
  });

  test("replay waits for an open lane that has nothing, and a watermark lets it go on", () => {
    const r = rig(2);
    const [a, b] = r.writers;
    record(r, a, L.KIND_TRADE, L.FLAG_LAST, { us: 10 }, [5, 1, 1, Number.NaN]);
    a.publish();
    expect(drain(r)).toEqual([L.STEP_EMPTY]);
    expect(r.value(0, L.INSTRUMENT_TRADES)).toBe(0);
    record(r, b, L.KIND_WATERMARK, L.FLAG_LAST, { us: 11, source: 1, instrument: L.INSTRUMENT_NONE }, []);
    b.publish();
    drain(r);
    expect(r.value(0, L.INSTRUMENT_TRADES)).toBe(1);
  });

  test("live, a busy lane starves no other", () => {
    const r = rig(3, { live: true });
    for (let i = 0; i < 100; i++) record(r, r.writers[0], L.KIND_TRADE, L.FLAG_LAST, { us: i }, [5, 1, 1, Number.NaN]);
    r.writers[0].publish();
    record(r, r.writers[2], L.KIND_TRADE, L.FLAG_LAST, { us: 1, instrument: 2 }, [5, 1, 1, Number.NaN]);
    r.writers[2].publish();
    r.kernel.step(10);
    r.kernel.step(10);
    expect(r.value(2, L.INSTRUMENT_TRADES)).toBe(1);
  });
});

describe("instrument", () => {
  const levels = [
    { ask: false, price: 100, size: 1 },
    { ask: true, price: 101, size: 2 },
  ];

  /** A live book 100 x 1 / 101 x 2 at sequence 10. */
  function live(r: Rig): void {
    const [w] = r.writers;
    levels.forEach(({ ask, price, size }, i) => {
      const flags = (ask ? L.FLAG_ASK | L.FLAG_END | L.FLAG_LAST : 0) | (i === 0 ? L.FLAG_BEGIN : 0);
      record(r, w, L.KIND_SNAPSHOT, flags, { us: 1, sequence: 10 }, [price, size, 0, 0]);
    });
    record(r, w, L.KIND_BOOK_STATE, L.FLAG_LAST, { us: 1 }, [L.STATE_LIVE, L.REASON_NONE]);
    w.publish();
    drain(r);
  }

  test("a gap leaves live, is counted once, and the touch of that book is no longer known", () => {
    const r = rig(1);
    live(r);
    expect(r.value(0, L.INSTRUMENT_BID)).toBe(100);
    for (let i = 0; i < 3; i++)
      record(r, r.writers[0], L.KIND_GAP, L.FLAG_LAST, { us: 2 + i }, [11, 15, L.REASON_SEQUENCE]);
    r.writers[0].publish();
    drain(r);
    expect(r.word(0, L.INSTRUMENT_STATE)).toBe(L.STATE_GAP);
    expect(r.value(0, L.INSTRUMENT_GAPS)).toBe(1);
    expect(r.value(0, L.INSTRUMENT_BID)).toBeNaN();
  });

  test("a crossed and a locked book are counted on entry, and the engine asks for a fresh one after half a second", () => {
    const r = rig(1);
    live(r);
    const [w] = r.writers;
    const resync = () => r.views.u32[r.plan.resync >> 2];
    const depth = (us: number, price: number, size: number) => {
      record(r, w, L.KIND_DEPTH, L.FLAG_LAST, { us, sequence: us }, [price, size, 0, 0]);
      w.publish();
      drain(r);
    };
    depth(20, 101, 1); // locked
    expect(r.word(0, L.INSTRUMENT_IS_CROSSED)).toBe(1);
    depth(400_000, 102, 1); // crossed: still the same stay
    expect(r.value(0, L.INSTRUMENT_CROSSED)).toBe(1);
    expect(resync()).toBe(0);
    depth(600_000, 103, 1);
    expect(resync()).toBe(1);
    depth(700_000, 103, 0);
    depth(700_001, 102, 0);
    depth(700_002, 101, 0);
    expect(r.word(0, L.INSTRUMENT_IS_CROSSED)).toBe(0);
    depth(700_003, 101, 1);
    expect(r.value(0, L.INSTRUMENT_CROSSED)).toBe(2);
  });

  test("the touch is the fresher of the venue's channel and the book, where both count in one sequence", () => {
    const r = rig(1);
    live(r);
    const [w] = r.writers;
    record(r, w, L.KIND_BBO, L.FLAG_LAST, { us: 2, sequence: 9 }, [98, 1, 99, 1]); // older than the book at 10
    w.publish();
    drain(r);
    expect(r.value(0, L.INSTRUMENT_BID)).toBe(100);
    expect(r.value(0, L.INSTRUMENT_BBO_BID)).toBe(98);
    record(r, w, L.KIND_BBO, L.FLAG_LAST, { us: 3, sequence: 12 }, [100.5, 1, 101, 1]);
    w.publish();
    drain(r);
    expect(r.value(0, L.INSTRUMENT_BID)).toBe(100.5);
  });

  test("excluded trades are counted and kept out of volume; aggregated ones serve only without plain ones", () => {
    const r = rig(1);
    const [w] = r.writers;
    const trade = (flags: number, price: number, size: number) =>
      record(r, w, L.KIND_TRADE, L.FLAG_LAST | flags, { us: 5 }, [price, size, size, Number.NaN]);
    trade(L.FLAG_AGGREGATE, 10, 5);
    trade(L.FLAG_EXCLUDED, 0, 0);
    trade(0, 20, 1);
    trade(L.FLAG_AGGREGATE, 20, 1);
    w.publish();
    drain(r);
    expect(r.value(0, L.INSTRUMENT_TRADES)).toBe(1);
    expect(r.value(0, L.INSTRUMENT_AGGREGATES)).toBe(2);
    expect(r.value(0, L.INSTRUMENT_EXCLUDED_TRADES)).toBe(1);
    expect(r.value(0, L.INSTRUMENT_VOLUME)).toBe(1);
    expect(r.value(0, L.INSTRUMENT_LAST_PRICE)).toBe(20);
  });

  test("a partial top-of-book record changes one side; a whole one may empty a side", () => {
    const r = rig(1);
    const [w] = r.writers;
    record(r, w, L.KIND_BBO, L.FLAG_LAST, { us: 1, sequence: 1 }, [10, 1, 11, 2]);
    record(r, w, L.KIND_BBO, L.FLAG_LAST | L.FLAG_PARTIAL, { us: 2, sequence: 2 }, [Number.NaN, Number.NaN, 12, 3]);
    w.publish();
    drain(r);
    expect(
      [L.INSTRUMENT_BID, L.INSTRUMENT_BID_SIZE, L.INSTRUMENT_ASK, L.INSTRUMENT_ASK_SIZE].map((o) => r.value(0, o)),
    ).toEqual([10, 1, 12, 3]);
    record(r, w, L.KIND_BBO, L.FLAG_LAST, { us: 3, sequence: 3 }, [Number.NaN, Number.NaN, 12, 3]);
    w.publish();
    drain(r);
    expect(r.value(0, L.INSTRUMENT_BID)).toBeNaN();
  });
});

describe("publication", () => {
  test("a slow consumer loses whole messages, counted, and sees no part of one", () => {
    const r = rig(1, { consumers: [16] });
    const [w] = r.writers;
    for (let m = 0; m < 10; m++)
      for (let i = 0; i < 3; i++)
        record(r, w, L.KIND_DEPTH, i === 2 ? L.FLAG_LAST : 0, { us: m, sequence: m }, [100 - i, 1, 0, 0]);
    w.publish();
    drain(r);
    r.kernel.publishAll();
    const messages: number[] = [];
    const reader = new RingReader(r.views, r.plan.consumers[0]);
    reader.drain((at) => messages.push(r.views.f64[(at + L.RECORD_RECEIVED_TIME_US) >> 3]), 1e9);
    expect(messages).toEqual([0, 1, 2, 3, 4].flatMap((m) => [m, m, m]));
    expect(reader.dropped).toBe(5);
    expect(r.views.u32[(r.plan.consumers[0] + L.RING_DROPPED_RECORDS) >> 2]).toBe(15);
  });
});

describe("time grid", () => {
  test("step stops before the record that reaches the grid point, and takes it once the grid has moved", () => {
    const r = rig(1);
    const grid = (r.plan.engine + L.ENGINE_NEXT_GRID_US) >> 3;
    r.views.f64[grid] = 1000;
    record(r, r.writers[0], L.KIND_TRADE, L.FLAG_LAST, { us: 999 }, [1, 1, 1, Number.NaN]);
    record(r, r.writers[0], L.KIND_TRADE, L.FLAG_LAST, { us: 1000 }, [1, 1, 1, Number.NaN]);
    r.writers[0].publish();
    expect(r.kernel.step(100)).toBe(L.STEP_GRID);
    const next = r.views.u32[(r.plan.engine + L.ENGINE_EVENT_RECORD) >> 2];
    expect(r.views.f64[(next + L.RECORD_RECEIVED_TIME_US) >> 3]).toBe(1000);
    expect(r.value(0, L.INSTRUMENT_TRADES)).toBe(1);
    r.views.f64[grid] = 2000;
    expect(r.kernel.step(100)).toBe(L.STEP_EMPTY);
    expect(r.value(0, L.INSTRUMENT_TRADES)).toBe(2);
  });
});
