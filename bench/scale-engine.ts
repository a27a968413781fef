/** What an update costs by how many instruments there are, and by how deep a book is. Both are compared with plain JavaScript. */
import { prepareHeader } from "../src/engine/start.js";
import { compileKernel, type EngineKernel, startKernel } from "../src/kernel/kernel.js";
import { createMemory, planMemory, viewsOf } from "../src/kernel/memory.js";
import * as L from "../src/layout.js";
import { RingWriter } from "../src/ring/writer.js";
import { random } from "./frames.js";
import { PlainSide } from "./plain-kernel.js";

const SEED = 20260809;
const RING_RECORDS = 8192;
const PASSES = 16;
const INPUTS = 8192;
const RECEIVED_TIME_US = 1786310819526357;

/**
 * Nanoseconds in which the engine takes one touch, the instruments in random order.
 * @throws Error when an instrument has another touch, or another number of them, than was sent.
 */
export function touchCost(instruments: number): number {
  const plan = planMemory({
    ...{ lanes: [1], ringRecords: RING_RECORDS, scratchBytes: 1024, instruments, bookLevels: 16 },
    ...{ vwapTrades: 1, windowBytes: 0, consumers: [] },
  });
  const views = viewsOf(createMemory(plan));
  const { u8, f64 } = views;
  const kernel = startKernel<EngineKernel>(compileKernel("engine"), views.memory);
  const { engine, lanes } = plan;
  prepareHeader(views, plan, "replay", false);
  kernel.engineInit(engine);
  kernel.laneAdd(lanes[0].ring);
  for (let index = 0; index < instruments; index++)
    kernel.instrumentInit(index, 16, L.VENUE_BINANCE, L.PRODUCT_SPOT, 0);
  const ring = new RingWriter(views, lanes[0].ring, 0);
  const next = random(SEED);
  const last = new Float64Array(instruments);
  const counts = new Float64Array(instruments);
  let elapsedMs = 0;
  // One pass more, which is not timed: the memory is touched and the code is compiled.
  for (let pass = 0; pass <= PASSES; pass++) {
    for (let i = 0; i < RING_RECORDS; i++) {
      const instrument = Math.floor(next() * instruments);
      const bid = 100 + next();
      ring.control(L.KIND_BBO, 0, instrument, RECEIVED_TIME_US, 0, [bid, 1, bid + 1, 1]);
      last[instrument] = bid;
      counts[instrument]++;
    }
    ring.publish();
    ring.free(RING_RECORDS);
    const started = performance.now();
    while (kernel.step(RING_RECORDS) !== L.STEP_EMPTY);
    if (pass > 0) elapsedMs += performance.now() - started;
  }
  for (let index = 0; index < instruments; index++) {
    const at = plan.instruments + index * L.INSTRUMENT_BYTES;
    const [updates, bid] = [f64[(at + L.INSTRUMENT_BBO_UPDATES) >> 3], f64[(at + L.INSTRUMENT_BBO_BID) >> 3]];
    if (updates !== counts[index] || (updates > 0 && bid !== last[index]))
      throw new Error(
        `instrument ${index}: ${updates} touches, bid ${bid}; sent were ${counts[index]}, ${last[index]}`,
      );
  }
  if (u8[lanes[0].ring + L.RING_DROPPED_MESSAGES] !== 0) throw new Error("the ring dropped a touch");
  return (elapsedMs * 1e6) / (PASSES * RING_RECORDS);
}

/**
 * Nanoseconds of an update of a book that has so many levels a side, a third of the updates removals.
 * @throws Error when the book differs from a plain one in the end.
 */
export function levelCost(levels: number, isNearBest: boolean): { kernel: number; plain: number } {
  const capacity = levels * 2;
  const pages = Math.ceil((L.REGIONS_AT + L.BOOK_HEADER_BYTES + capacity * 32) / L.PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const kernel = startKernel<EngineKernel>(compileKernel("engine"), memory);
  const plain = new PlainSide(false, capacity);
  const book = L.REGIONS_AT;
  kernel.bookInit(book, capacity);
  const next = random(SEED);
  for (let level = 0; level < levels; level++) {
    kernel.bookApply(book, 0, 20_000 - level, 1);
    plain.apply(20_000 - level, 1);
  }
  const place = (): number => Math.floor((isNearBest ? next() ** 3 : next()) * levels);
  const prices = Float64Array.from({ length: INPUTS }, () => 20_000 - place());
  const sizes = Float64Array.from({ length: INPUTS }, (_, i) => (next() < 1 / 3 ? 0 : 1 + i));
  const time = (apply: (price: number, size: number) => void): number => {
    let started = 0;
    for (let pass = 0; pass <= PASSES; pass++) {
      if (pass === 1) started = performance.now();
      for (let i = 0; i < INPUTS; i++) apply(prices[i], sizes[i]);
    }
    return ((performance.now() - started) * 1e6) / (PASSES * INPUTS);
  };
  const cost = {
    kernel: time((price, size) => kernel.bookApply(book, 0, price, size)),
    plain: time((price, size) => plain.apply(price, size)),
  };
  for (let level = 0; level <= plain.count; level++) {
    const got = [kernel.bookPrice(book, 0, level), kernel.bookSize(book, 0, level)];
    const slot = plain.count - 1 - level;
    const wanted = [plain.prices[slot] ?? Number.NaN, plain.sizes[slot] ?? Number.NaN];
    if (level < plain.count && (got[0] !== wanted[0] || got[1] !== wanted[1]))
      throw new Error(`level ${level} of ${levels}: ${got}, plain JavaScript has ${wanted}`);
    if (level === plain.count && !Number.isNaN(got[0])) throw new Error(`the book has more than ${plain.count} levels`);
  }
  return cost;
}
