import { Lane } from "crosstick/internal/feed/lane";
import { openInput } from "crosstick/internal/feed/open-input";
import { ReplayLane } from "crosstick/internal/feed/replay-lane";
import { planLanes, type ReplayInputOrder } from "crosstick/internal/feed/replay-plan";
import { compileKernel, type DecodeKernel, type EngineKernel, startKernel } from "crosstick/internal/kernel/kernel";
import { createMemory, type MemoryPlan, planMemory, type Views, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { parseVenueProduct } from "crosstick/internal/market/venues";

const decodeModule = compileKernel("decode");
const engineModule = compileKernel("engine");

/** The engine after one message: what it holds, read from the shared memory. */
export interface Moment {
  kernel: EngineKernel;
  /** Record that ended the message. */
  kind: number;
  instrument: number;
  /** Address of the instrument's book. */
  book: number;
  sequence: bigint;
  bookSequence: bigint;
  state: number;
  /** One f64 of the instrument's state. */
  value(offset: number): number;
}

/**
 * Plays one recording through the feed lane, its ring and the engine's kernel in this thread, and shows
 * every message: all instruments are marked as watched, so that the kernel stops after each.
 */
export async function playInOneThread(
  recording: { path: string; market?: string },
  onMessage: (moment: Moment) => void,
): Promise<void> {
  const order: ReplayInputOrder = {
    path: recording.path,
    market: recording.market === undefined ? undefined : parseVenueProduct(recording.market),
  };
  const {
    lanes: [{ venue, inputs }],
  } = await planLanes([order]);
  const plan = planMemory({
    ...{ lanes: [1], ringRecords: 8192, scratchBytes: 4 * 2 ** 20, instruments: 16, bookLevels: 8192 },
    ...{ vwapTrades: 8, windowBytes: 0, consumers: [] },
  });
  const memory = createMemory(plan);
  const views = viewsOf(memory);
  const decoder = startKernel<DecodeKernel>(decodeModule, memory);
  decoder.initTables();
  const engine = startEngine(views, plan, startKernel<EngineKernel>(engineModule, memory));
  const [place] = plan.lanes;
  const lane = new Lane({ views, kernel: decoder, memory: plan, plan: place, venue, dropWhenFull: false });
  const { scratchBytes } = plan.sizes;
  const at = { views, kernel: decoder, lane: place.lane, scratch: place.scratches[0], scratchBytes };
  const feed = new ReplayLane(views, lane, [await openInput(inputs[0], at)]);
  while (!feed.done) {
    feed.pump(64, Number.POSITIVE_INFINITY);
    engine.drain(onMessage);
    await new Promise(setImmediate);
  }
  engine.drain(onMessage);
}

function startEngine(views: Views, plan: MemoryPlan, kernel: EngineKernel) {
  const { u8, u32, u64, f64 } = views;
  const header = plan.engine >> 2;
  u32[header + (L.ENGINE_MODE >> 2)] = L.ENGINE_MODE_REPLAY;
  u32[header + (L.ENGINE_INSTRUMENTS_AT >> 2)] = plan.instruments;
  u32[header + (L.ENGINE_BOOKS_AT >> 2)] = plan.books;
  u32[header + (L.ENGINE_BOOK_BYTES >> 2)] = plan.bookBytes;
  u32[header + (L.ENGINE_CLOCKS_AT >> 2)] = plan.clocks;
  u32[header + (L.ENGINE_RESYNC_AT >> 2)] = plan.resync;
  kernel.engineInit(plan.engine);
  for (const { ring } of plan.lanes) kernel.laneAdd(ring);
  for (let venue = 0; venue < L.VENUES_MAXIMUM; venue++) kernel.clockInit(plan.clocks + venue * L.CLOCK_STATE_BYTES);

  const stateAt = (instrument: number): number => plan.instruments + instrument * L.INSTRUMENT_BYTES;
  const add = (instrument: number): void => {
    const identity = (plan.identities + instrument * L.IDENTITY_BYTES) >> 2;
    const [venue, product] = [u32[identity], u32[identity + (L.IDENTITY_PRODUCT >> 2)]];
    kernel.instrumentInit(instrument, plan.sizes.bookLevels, venue, product, 1);
    u32[(stateAt(instrument) + L.INSTRUMENT_WATCHED) >> 2] = 1;
  };
  const drain = (onMessage: (moment: Moment) => void): void => {
    for (;;) {
      const result = kernel.step(1 << 20);
      if (result === L.STEP_EMPTY || result === L.STEP_DONE) return;
      const instrument = u32[header + (L.ENGINE_EVENT_INSTRUMENT >> 2)];
      const record = u32[header + (L.ENGINE_EVENT_RECORD >> 2)];
      const kind = u8[record + L.RECORD_KIND];
      if (result === L.STEP_CONTROL && kind === L.KIND_INSTRUMENT) add(instrument);
      if (result !== L.STEP_MESSAGE) continue;
      const at = stateAt(instrument);
      onMessage({
        ...{ kernel, kind, instrument, book: plan.books + instrument * plan.bookBytes },
        sequence: u64[(record + L.RECORD_SEQUENCE) >> 3],
        bookSequence: u64[(at + L.INSTRUMENT_BOOK_SEQUENCE) >> 3],
        state: u32[(at + L.INSTRUMENT_STATE) >> 2],
        value: (offset) => f64[(at + offset) >> 3],
      });
    }
  };
  return { drain };
}
