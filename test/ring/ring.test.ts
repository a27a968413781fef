import { Worker } from "node:worker_threads";
import { createMemory, type MemoryPlan, planMemory, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { RingReader } from "crosstick/internal/ring/reader";
import { RingWriter } from "crosstick/internal/ring/writer";
import { describe, expect, test } from "vitest";
import { generator, payloadOf } from "./numbers.js";

function plan(ringRecords: number): MemoryPlan {
  return planMemory({
    lanes: [1],
    ringRecords,
    scratchBytes: 1024,
    instruments: 1,
    bookLevels: 16,
    vwapTrades: 1,
    windowBytes: 0,
    consumers: [],
  });
}

/** Both cursors as if the ring had been used for a long time. */
function startAt(views: ReturnType<typeof viewsOf>, ring: number, cursor: number): void {
  views.u32[(ring + L.RING_HEAD) >> 2] = cursor;
  views.u32[(ring + L.RING_TAIL) >> 2] = cursor;
}

describe("two threads", () => {
  for (const [capacity, longest, start] of [
    [64, 20, 0],
    [64, 64, 2 ** 32 - 1000],
    [1024, 50, 2 ** 32 - 50_000],
  ] as const)
    test(`the reader sees every record once, in order and whole, capacity ${capacity}, from cursor ${start}`, async () => {
      const seed = 1 + Math.floor(Math.random() * 2 ** 31);
      const place = plan(capacity);
      const memory = createMemory(place);
      const views = viewsOf(memory);
      const { ring } = place.lanes[0];
      startAt(views, ring, start);
      const worker = new Worker(new URL("./writer-thread.js", import.meta.url), {
        workerData: { memory, ring, seed, messages: 20_000, longest },
      });
      const written = new Promise<{ records: number; dropped: number }>((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      });
      const reader = new RingReader(views, ring);
      const random = generator(seed + 1);
      let expected = 0;
      let wrong = 0;
      let inMessage = false;
      while (!reader.ended) {
        const took = reader.drain(
          (at) => {
            const n = views.f64[(at + L.RECORD_RECEIVED_TIME_US) >> 3];
            if (n !== expected || views.f64[(at + L.RECORD_EXCHANGE_TIME_US) >> 3] !== n) wrong++;
            if (views.u64[(at + L.RECORD_SEQUENCE) >> 3] !== BigInt(expected)) wrong++;
            for (let i = 0; i < 4; i++)
              if (views.f64[((at + L.RECORD_PAYLOAD) >> 3) + i] !== payloadOf(expected, i)) wrong++;
            inMessage = (views.u8[at + L.RECORD_FLAGS] & L.FLAG_LAST) === 0;
            expected++;
          },
          random() < 0.5 ? 1 + Math.floor(random() * capacity) : Number.POSITIVE_INFINITY,
        );
        if (took === 0) await new Promise(setImmediate);
      }
      const { records, dropped } = await written;
      await worker.terminate();
      expect({ wrong, records: expected, inMessage }, `seed ${seed}`).toEqual({ wrong: 0, records, inMessage: false });
      expect(dropped, `seed ${seed}`).toBeGreaterThan(1000);
      expect(records, "wraps").toBeGreaterThan(capacity * 100);
    });
});

describe("one thread", () => {
  test("nothing is visible before publish, and a whole batch after it", () => {
    const place = plan(16);
    const views = viewsOf(createMemory(place));
    const writer = new RingWriter(views, place.lanes[0].ring, 0);
    const reader = new RingReader(views, place.lanes[0].ring);
    writer.control(L.KIND_TICK, 0, L.INSTRUMENT_NONE, 1, 0, []);
    writer.control(L.KIND_TICK, 0, L.INSTRUMENT_NONE, 2, 0, []);
    expect(reader.drain(() => {}, 100)).toBe(0);
    writer.publish();
    const times: number[] = [];
    reader.drain((at) => times.push(views.f64[(at + L.RECORD_RECEIVED_TIME_US) >> 3]), 100);
    expect(times).toEqual([1, 2]);
  });

  test("a full ring has no room, and has it back when the reader frees", () => {
    const place = plan(16);
    const views = viewsOf(createMemory(place));
    startAt(views, place.lanes[0].ring, 2 ** 32 - 8);
    const writer = new RingWriter(views, place.lanes[0].ring, 0);
    const reader = new RingReader(views, place.lanes[0].ring);
    for (let i = 0; i < 16; i++) {
      expect(writer.free(1)).toBe(16 - i);
      writer.control(L.KIND_TICK, 0, L.INSTRUMENT_NONE, i, 0, []);
    }
    expect(writer.free(1)).toBe(0);
    writer.publish();
    expect(reader.drain(() => {}, 5)).toBe(5);
    expect(writer.free(5)).toBe(5);
  });

  test("a ring whose size is no power of two is refused", () => {
    expect(() => plan(100)).toThrowError(expect.objectContaining({ code: "MEMORY_RING_SIZE" }));
  });
});
