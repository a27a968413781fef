/** Two ways from depth frames to a book: the kernel's, and JSON.parse into a Map. */
import { prepareHeader } from "../src/engine/start.js";
import { compileKernel, type DecodeKernel, type EngineKernel, startKernel } from "../src/kernel/kernel.js";
import { createMemory, type MemoryPlan, planMemory, type Views, viewsOf } from "../src/kernel/memory.js";
import * as L from "../src/layout.js";
import { RingWriter } from "../src/ring/writer.js";
import type { FrameSet } from "./frames.js";

const RING_RECORDS = 16_384;
/** Frames that one read of a socket brings; they are published together. */
const FRAMES_A_READ = 16;
const RECEIVED_TIME_US = 1786310819526357;

/** Levels of a side, best first. */
export type Levels = [price: number, size: number][];

export interface Book {
  bids: Levels;
  asks: Levels;
}

/** Decoder, ring and engine as in a live run, on one thread: what a frame costs in all. The chain of updates is not checked. */
export class KernelBook {
  private readonly plan: MemoryPlan;
  private readonly views: Views;
  private readonly decoder: DecodeKernel;
  private readonly engine: EngineKernel;
  private readonly ring: RingWriter;
  private readonly set: FrameSet;

  constructor(set: FrameSet, levels: number) {
    this.set = set;
    this.plan = planMemory({
      ...{ lanes: [1], ringRecords: RING_RECORDS, scratchBytes: 1 << 20, instruments: 1, bookLevels: levels },
      ...{ vwapTrades: 1, windowBytes: 0, consumers: [] },
    });
    const memory = createMemory(this.plan);
    this.views = viewsOf(memory);
    this.decoder = startKernel<DecodeKernel>(compileKernel("decode"), memory);
    this.engine = startKernel<EngineKernel>(compileKernel("engine"), memory);
    this.decoder.initTables();
    this.openEngine();
    this.ring = new RingWriter(this.views, this.plan.lanes[0].ring, 0);
    this.openLane("BTCUSDT");
  }

  private openEngine(): void {
    const { engine, instruments, clocks } = this.plan;
    const { u32, f64 } = this.views;
    prepareHeader(this.views, this.plan, "replay", false);
    this.engine.engineInit(engine);
    this.engine.laneAdd(this.plan.lanes[0].ring);
    this.engine.clockInit(clocks);
    this.engine.instrumentInit(0, this.plan.sizes.bookLevels, this.set.venue, this.set.product, 0);
    u32[(instruments + L.INSTRUMENT_STATE) >> 2] = L.STATE_LIVE;
    f64[(engine + L.ENGINE_TIME_US) >> 3] = RECEIVED_TIME_US;
  }

  private openLane(symbol: string): void {
    const { lane, scratches } = this.plan.lanes[0];
    const { u8, u32, f64 } = this.views;
    u32[(lane + L.MESSAGE_PRODUCT) >> 2] = this.set.product;
    u32[(lane + L.MESSAGE_FRAME_AT) >> 2] = scratches[0];
    u32[(lane + L.MESSAGE_HINT) >> 2] = 1;
    f64[(lane + L.MESSAGE_RECEIVED_TIME_US) >> 3] = RECEIVED_TIME_US;
    u8.set(new TextEncoder().encode(symbol), scratches[0]);
    this.decoder.symbolAdd(lane, scratches[0], symbol.length, this.set.product, 0, L.UNIT_BASE, 1);
  }

  /** @throws Error when a frame is refused or does not fit. */
  take(frames: readonly Buffer[]): void {
    for (let at = 0; at < frames.length; at += FRAMES_A_READ) {
      for (let i = at; i < at + FRAMES_A_READ && i < frames.length; i++) this.decode(frames[i]);
      this.ring.publish();
      while (this.engine.step(FRAMES_A_READ) !== L.STEP_EMPTY);
    }
  }

  private decode(frame: Buffer): void {
    const { lane, ring, scratches } = this.plan.lanes[0];
    this.views.u8.set(frame, scratches[0]);
    this.views.u32[(lane + L.MESSAGE_FRAME_END) >> 2] = scratches[0] + frame.length;
    const records = this.decoder.decode(this.set.venue, lane, ring, this.ring.cursor, RING_RECORDS);
    if (records <= 0) throw new Error(`the decoder answers ${records} to ${frame}`);
    this.ring.commit(records);
  }

  book(): Book {
    const side = (isAsk: number): Levels => {
      const levels: Levels = [];
      for (let i = 0; !Number.isNaN(this.engine.bookPrice(this.plan.books, isAsk, i)); i++)
        levels.push([
          this.engine.bookPrice(this.plan.books, isAsk, i),
          this.engine.bookSize(this.plan.books, isAsk, i),
        ]);
      return levels;
    };
    return { bids: side(0), asks: side(1) };
  }
}

/** What one writes first: JSON.parse, and a Map a side. */
export class MapBook {
  private readonly bids = new Map<number, number>();
  private readonly asks = new Map<number, number>();

  take(frames: readonly Buffer[]): void {
    for (const frame of frames) {
      const message = JSON.parse((frame as Buffer & { latin1Slice(): string }).latin1Slice());
      const { bids, asks, b, a } = message.data ?? message;
      put(this.bids, b ?? bids);
      put(this.asks, a ?? asks);
    }
  }

  book(): Book {
    return {
      bids: [...this.bids].sort(([a], [b]) => b - a),
      asks: [...this.asks].sort(([a], [b]) => a - b),
    };
  }
}

function put(side: Map<number, number>, levels: readonly [string, string][]): void {
  for (const [price, size] of levels)
    if (+size === 0) side.delete(+price);
    else side.set(+price, +size);
}
