import type { MemoryPlan, Views } from "../kernel/memory.js";
import * as L from "../layout.js";

/** Best bid and offer as another thread sees it: consistent, NaN where unknown. */
export interface QuoteView {
  bid: number;
  bidSize: number;
  ask: number;
  askSize: number;
  mark: number;
  index: number;
  lastPrice: number;
  /** STATE_* and REASON_* of the book. */
  state: number;
  reason: number;
  crossed: boolean;
  gaps: number;
  crossings: number;
  messages: number;
  vwap: number;
  exchangeTimeUs: number;
  receivedTimeUs: number;
  /** Receive times at which price or size of that side changed last; NaN while unknown. */
  bidChangedUs: number;
  askChangedUs: number;
  /** Receive time of the instrument's last message. */
  lastReceivedUs: number;
}

const NONE = Number.NaN;
const UNKNOWN: Readonly<QuoteView> = {
  ...{ bid: NONE, bidSize: NONE, ask: NONE, askSize: NONE, mark: NONE, index: NONE, lastPrice: NONE, vwap: NONE },
  ...{ state: L.STATE_SYNCING, reason: L.REASON_NONE, crossed: false, gaps: NONE, crossings: NONE, messages: NONE },
  ...{ exchangeTimeUs: NONE, receivedTimeUs: NONE, lastReceivedUs: NONE, bidChangedUs: NONE, askChangedUs: NONE },
};
const RETRIES = 1000;
/** A thread that was stopped in the middle of a write gets a core again long before, unless it has ended there. */
const PATIENCE_MS = 200;
/** In place of a lock: no even number. */
const WRITING = -1;

/**
 * Reads an instrument's numbers from another thread under the engine's sequence lock: an odd lock, or
 * one that moved meanwhile, means that the engine was writing, and the read is done again. Where the engine
 * does not come to the end of a write, nothing is known.
 */
export class QuoteReader {
  /** Refilled at each read. */
  readonly quote: QuoteView = { ...UNKNOWN };
  private readonly views: Views;
  private readonly plan: MemoryPlan;

  constructor(views: Views, plan: MemoryPlan) {
    this.views = views;
    this.plan = plan;
  }

  /** Does not allocate. The returned object is refilled at the next call. */
  read(index: number): QuoteView {
    return this.whole(index, this.copy) ?? Object.assign(this.quote, UNKNOWN);
  }

  /** What `take` reads of an instrument, all of one moment; null when the engine kept writing. */
  private whole<T>(index: number, take: (at: number, index: number) => T): T | null {
    const { i32 } = this.views;
    const at = this.plan.instruments + index * L.INSTRUMENT_BYTES;
    const lock = (at + L.INSTRUMENT_LOCK) >> 2;
    for (let i = 0; i < RETRIES; i++) {
      const before = this.settled(lock);
      if (before === WRITING) break;
      const taken = take(at, index);
      if (Atomics.load(i32, lock) === before) return taken;
    }
    return null;
  }

  /** The lock when nobody writes: at once, or after a sleep that leaves the core to whoever does. WRITING when that lasts. */
  private settled(lock: number): number {
    const { i32 } = this.views;
    for (let i = 0; i < RETRIES; i++) {
      const now = Atomics.load(i32, lock);
      if ((now & 1) === 0) return now;
    }
    const untilMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const now = Atomics.load(i32, lock);
      if ((now & 1) === 0) return now;
      if (performance.now() > untilMs) return WRITING;
      Atomics.wait(i32, lock, now, 1);
    }
  }

  /** Numbers (f64) of an instrument at these INSTRUMENT_* offsets, all of one moment. */
  figures(index: number, offsets: readonly number[]): number[] {
    const { f64 } = this.views;
    const figures = this.whole(index, (at) => offsets.map((offset) => f64[(at + offset) >> 3]));
    return figures ?? offsets.map(() => Number.NaN);
  }

  /** Bound once, so that a read allocates nothing. */
  private readonly copy = (at: number, index: number): QuoteView => {
    const { u32, f64 } = this.views;
    const base = at >> 3;
    const out = this.quote;
    out.bid = f64[base + (L.INSTRUMENT_BID >> 3)];
    out.bidSize = f64[base + (L.INSTRUMENT_BID_SIZE >> 3)];
    out.ask = f64[base + (L.INSTRUMENT_ASK >> 3)];
    out.askSize = f64[base + (L.INSTRUMENT_ASK_SIZE >> 3)];
    out.mark = f64[base + (L.INSTRUMENT_MARK >> 3)];
    out.index = f64[base + (L.INSTRUMENT_INDEX >> 3)];
    out.lastPrice = f64[base + (L.INSTRUMENT_LAST_PRICE >> 3)];
    out.gaps = f64[base + (L.INSTRUMENT_GAPS >> 3)];
    out.crossings = f64[base + (L.INSTRUMENT_CROSSED >> 3)];
    out.messages = f64[base + (L.INSTRUMENT_MESSAGES >> 3)];
    out.exchangeTimeUs = f64[base + (L.INSTRUMENT_TOUCH_EXCHANGE_US >> 3)];
    out.receivedTimeUs = f64[base + (L.INSTRUMENT_TOUCH_RECEIVED_US >> 3)];
    out.bidChangedUs = f64[base + (L.INSTRUMENT_BID_CHANGED_US >> 3)];
    out.askChangedUs = f64[base + (L.INSTRUMENT_ASK_CHANGED_US >> 3)];
    out.lastReceivedUs = f64[base + (L.INSTRUMENT_RECEIVED_US >> 3)];
    out.state = u32[(at + L.INSTRUMENT_STATE) >> 2];
    out.reason = u32[(at + L.INSTRUMENT_REASON) >> 2];
    out.crossed = u32[(at + L.INSTRUMENT_IS_CROSSED) >> 2] === 1;
    out.vwap = f64[(this.plan.vwaps + index * this.plan.vwapBytes + L.VWAP_PRICE) >> 3];
    return out;
  };

  /** Best `depth` levels of a side, best first, and the book's sequence; null when the engine kept writing. */
  book(index: number, depth: number): { bids: [number, number][]; asks: [number, number][]; sequence: bigint } | null {
    const { u64 } = this.views;
    return this.whole(index, (at) => ({
      bids: this.side(index, 0, depth),
      asks: this.side(index, 1, depth),
      sequence: u64[(at + L.INSTRUMENT_BOOK_SEQUENCE) >> 3],
    }));
  }

  private side(index: number, side: 0 | 1, depth: number): [number, number][] {
    const { u32, f64 } = this.views;
    const book = this.plan.books + index * this.plan.bookBytes;
    const count = u32[(book + (side === 0 ? L.BOOK_BIDS : L.BOOK_ASKS)) >> 2];
    const first = u32[(book + (side === 0 ? L.BOOK_FIRST_BID : L.BOOK_FIRST_ASK)) >> 2];
    const prices = (book + L.BOOK_HEADER_BYTES + side * this.plan.sizes.bookLevels * 16) >> 3;
    const sizes = prices + this.plan.sizes.bookLevels;
    const best = first + count - 1;
    return Array.from({ length: Math.min(count, depth) }, (_, i) => [f64[prices + best - i], f64[sizes + best - i]]);
  }
}
