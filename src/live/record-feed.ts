import * as L from "../layout.js";
import { usToNsText } from "../market/times.js";
import type { ChannelKind } from "../stream/channels.js";
import type { Hub } from "../stream/hub.js";
import { RECORDS_A_MESSAGE } from "../stream/record-message.js";
import type { LiveEngine } from "./live-engine.js";

/** Channels whose updates are the records of a kind; a touch is made up from the engine's state. */
const CHANNELS: Readonly<Record<number, ChannelKind>> = {
  [L.KIND_TRADE]: "trade",
  [L.KIND_DEPTH]: "book",
  [L.KIND_MARK]: "mark",
  [L.KIND_FUNDING]: "funding",
  [L.KIND_LIQUIDATION]: "liquidation",
};

/** Records of one channel that were not published yet. */
interface Batch {
  bytes: Uint8Array;
  count: number;
  /** Those of whole messages; the rest of the last message is still to come. */
  whole: number;
  /** Receive time of the last of them, epoch µs. */
  receivedUs: number;
}

/** Gathers the engine's records by channel for those who take them as they are: a message a channel and drain. */
export class RecordFeed {
  private readonly live: LiveEngine;
  private readonly hub: Hub;
  private readonly batches = new Map<string, Batch>();
  private readonly record = new DataView(new ArrayBuffer(L.RECORD_BYTES));

  constructor(live: LiveEngine, hub: Hub) {
    this.live = live;
    this.hub = hub;
  }

  /** One record of an instrument, in the order of the ring. */
  take(id: string, at: number): void {
    if (this.hub.interests.empty) return;
    const { u8, f64 } = this.live.views;
    const kind = CHANNELS[u8[at + L.RECORD_KIND]];
    if (kind === undefined) return;
    const channel = `${kind}.${id}`;
    if (!this.hub.interest(channel)) return;
    const batch = this.batchOf(channel);
    const from = batch.count * L.RECORD_BYTES;
    if (from === batch.bytes.length) {
      const larger = new Uint8Array(from * 2);
      larger.set(batch.bytes);
      batch.bytes = larger;
    }
    batch.bytes.set(u8.subarray(at, at + L.RECORD_BYTES), from);
    batch.count++;
    // A change of a book is several records; any other is whole by itself, and the last of its message may be another channel's.
    if (kind === "book" && (u8[at + L.RECORD_FLAGS] & L.FLAG_LAST) === 0) return;
    batch.whole = batch.count;
    batch.receivedUs = f64[(at + L.RECORD_RECEIVED_TIME_US) >> 3];
    if (batch.whole >= RECORDS_A_MESSAGE) this.publish(channel, batch);
  }

  /** The touch of an instrument as it is now, as a record; its sequence is 0. */
  touch(id: string, index: number): void {
    const channel = `bbo.${id}`;
    if (this.hub.interests.empty || !this.hub.interest(channel)) return;
    const { bid, bidSize, ask, askSize, exchangeTimeUs, receivedTimeUs } = this.live.reader.read(index);
    const { record } = this;
    record.setUint8(L.RECORD_KIND, L.KIND_BBO);
    record.setUint8(L.RECORD_FLAGS, L.FLAG_LAST);
    record.setUint16(L.RECORD_INSTRUMENT, index, true);
    const numbers = [
      ...[L.RECORD_EXCHANGE_TIME_US, exchangeTimeUs, L.RECORD_RECEIVED_TIME_US, receivedTimeUs],
      ...[L.BBO_BID, bid, L.BBO_BID_SIZE, bidSize, L.BBO_ASK, ask, L.BBO_ASK_SIZE, askSize],
    ];
    for (let i = 0; i < numbers.length; i += 2) record.setFloat64(numbers[i], numbers[i + 1], true);
    this.hub.publishRecords(channel, nanoseconds(receivedTimeUs), new Uint8Array(record.buffer));
  }

  /** A book was replaced: whoever follows it gets the whole of it, which is ahead of what was gathered. */
  reset(id: string): void {
    this.batches.delete(`book.${id}`);
    this.hub.reset(`book.${id}`);
  }

  /** Publishes what was gathered. */
  flush(): void {
    for (const [channel, batch] of this.batches) if (batch.whole > 0) this.publish(channel, batch);
  }

  private batchOf(channel: string): Batch {
    const known = this.batches.get(channel);
    if (known !== undefined) return known;
    const fresh: Batch = { bytes: new Uint8Array(16 * L.RECORD_BYTES), count: 0, whole: 0, receivedUs: Number.NaN };
    this.batches.set(channel, fresh);
    return fresh;
  }

  private publish(channel: string, batch: Batch): void {
    const bytes = batch.whole * L.RECORD_BYTES;
    this.hub.publishRecords(channel, nanoseconds(batch.receivedUs), batch.bytes.subarray(0, bytes));
    batch.bytes.copyWithin(0, bytes, batch.count * L.RECORD_BYTES);
    batch.count -= batch.whole;
    batch.whole = 0;
  }
}

function nanoseconds(us: number): string {
  return us > 0 ? usToNsText(us) : "0";
}
