import * as L from "../layout.js";
import { RingReader } from "../ring/reader.js";
import type { Channel } from "../venues/venue.js";
import type { LiveEngine } from "./live-engine.js";

/** Records taken before other things get their turn. */
const DRAIN_RECORDS = 16_384;

/** What came of one channel of one instrument. */
export interface ChannelCount {
  events: number;
  /** From the probe's start to the first event, ms. */
  firstMs: number;
  /** Receive time minus the venue's time of the first events, µs, without the clocks' difference; those that have one. */
  delaysUs: number[];
}

const channelOfKind: ReadonlyMap<number, Channel> = new Map([
  [L.KIND_BBO, "bbo"],
  [L.KIND_TRADE, "trade"],
  [L.KIND_DEPTH, "book"],
  [L.KIND_SNAPSHOT, "book"],
  [L.KIND_MARK, "mark"],
  [L.KIND_FUNDING, "funding"],
  [L.KIND_OPEN_INTEREST, "openInterest"],
  [L.KIND_LIQUIDATION, "liquidation"],
  [L.KIND_VOLATILITY, "options"],
]);

/** Counts what the engine publishes, by instrument and channel. */
export class Probe {
  private readonly live: LiveEngine;
  private readonly ring: RingReader;
  private readonly startedMs = performance.now();
  private readonly counts = new Map<string, ChannelCount>();
  /** Events whose delay is kept, a channel. */
  private readonly wanted: number;

  constructor(live: LiveEngine, wanted: number) {
    this.live = live;
    this.wanted = wanted;
    this.ring = new RingReader(live.views, live.plan.consumers[0]);
  }

  /** Takes what the ring holds, and asks to be woken when there is more. */
  readonly drain = (): void => {
    if (this.ring.drain(this.take, DRAIN_RECORDS) === DRAIN_RECORDS) {
      setImmediate(this.drain);
      return;
    }
    // Armed first, looked at once more: the engine may have published in between.
    Atomics.store(this.live.views.i32, (this.live.plan.engine + L.ENGINE_CONSUMERS_SLEEPING) >> 2, 1);
    if (this.ring.hasMore) setImmediate(this.drain);
  };

  /** undefined when nothing came. */
  count(instrument: string, channel: Channel): ChannelCount | undefined {
    return this.counts.get(`${channel}.${instrument}`);
  }

  private readonly take = (at: number): void => {
    const { u8, u16, f64 } = this.live.views;
    const channel = channelOfKind.get(u8[at + L.RECORD_KIND]);
    const instrument = this.live.known()[u16[(at + L.RECORD_INSTRUMENT) >> 1]];
    if (channel === undefined || instrument === undefined) return;
    // A book's message has many records: its last one counts.
    const isBook = channel === "book";
    if (isBook && (u8[at + L.RECORD_FLAGS] & L.FLAG_LAST) === 0) return;
    const key = `${channel}.${instrument}`;
    let count = this.counts.get(key);
    if (count === undefined) {
      count = { events: 0, firstMs: performance.now() - this.startedMs, delaysUs: [] };
      this.counts.set(key, count);
    }
    count.events++;
    const delayUs = f64[(at + L.RECORD_RECEIVED_TIME_US) >> 3] - f64[(at + L.RECORD_EXCHANGE_TIME_US) >> 3];
    if (count.delaysUs.length < this.wanted && Number.isFinite(delayUs)) count.delaysUs.push(delayUs);
  };
}
