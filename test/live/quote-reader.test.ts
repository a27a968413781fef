// What is read of an instrument while the engine's thread was stopped in the middle of a write: that instrument's, or nothing.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { createMemory, planMemory, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { QuoteReader } from "crosstick/internal/live/quote-reader";
import { expect, test } from "vitest";

const BOOK_LEVELS = 16;

/** Two instruments, 0 and 1, whose bids are 100 and 200. */
function twoInstruments() {
  const plan = planMemory({
    ...{ lanes: [1], ringRecords: 1024, scratchBytes: 65_536, instruments: 2, bookLevels: BOOK_LEVELS, vwapTrades: 16 },
    ...{ windowBytes: 65_536, consumers: [] },
  });
  const memory = createMemory(plan);
  const views = viewsOf(memory);
  const at = (index: number, offset: number) => plan.instruments + index * L.INSTRUMENT_BYTES + offset;
  for (const index of [0, 1]) {
    views.f64[at(index, L.INSTRUMENT_BID) >> 3] = 100 * (index + 1);
    views.f64[at(index, L.INSTRUMENT_GAPS) >> 3] = index;
    views.u32[at(index, L.INSTRUMENT_STATE) >> 2] = L.STATE_LIVE;
  }
  const lock = at(1, L.INSTRUMENT_LOCK) >> 2;
  views.u32[lock] = 7;
  return { memory, views, lock, reader: new QuoteReader(views, plan), bid: at(1, L.INSTRUMENT_BID) };
}

test("it waits for the write to end, however long the engine's thread had no core", async () => {
  const { memory, lock, bid, reader } = twoInstruments();
  const writer = new Worker(
    `const { workerData: { memory, lock, bid } } = require("node:worker_threads");
     const i32 = new Int32Array(memory.buffer);
     Atomics.wait(i32, lock, 7, 30);
     new Float64Array(memory.buffer)[bid >> 3] = 201;
     Atomics.store(i32, lock, 8);`,
    { eval: true, workerData: { memory, lock, bid } },
  );
  const ended = once(writer, "exit");
  await once(writer, "online");
  expect(reader.read(0).bid).toBe(100);
  const { bid: seen, gaps, state } = reader.read(1);
  expect([seen, gaps, state]).toEqual([201, 1, L.STATE_LIVE]);
  expect(reader.figures(1, [L.INSTRUMENT_BID, L.INSTRUMENT_GAPS])).toEqual([201, 1]);
  await ended;
});

test("a write that never ends leaves what it was about unknown, and no other instrument's in its place", () => {
  const { reader } = twoInstruments();
  expect(reader.read(0).bid).toBe(100);
  const { bid, ask, gaps, state, crossed } = reader.read(1);
  expect([bid, ask, gaps, state, crossed]).toEqual([Number.NaN, Number.NaN, Number.NaN, L.STATE_SYNCING, false]);
  expect(reader.figures(1, [L.INSTRUMENT_BID, L.INSTRUMENT_GAPS])).toEqual([Number.NaN, Number.NaN]);
  expect(reader.book(1, 5)).toBe(null);
});
