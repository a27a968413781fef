import { bestLevels, difference, type Level } from "../model/levels.js";
import type { Market } from "../model/market.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import { checksumOf, type TextRow } from "./checksum.js";

/** Model time after which something is sent though nothing changed, ms. */
const QUIET_MS = 60_000;

/** A book channel: its depth, pace in ms, and whether changes are sent. Source: www.okx.com/docs-v5, order book channel. */
export interface BookChannel {
  name: string;
  depth: number;
  everyMs: number;
  incremental: boolean;
}

export const BOOK_CHANNELS: readonly BookChannel[] = [
  { name: "bbo-tbt", depth: 1, everyMs: 10, incremental: false },
  { name: "books", depth: 400, everyMs: 100, incremental: true },
  { name: "books5", depth: 5, everyMs: 100, incremental: false },
];

/** One book channel of one instrument: whole images, or one at first and then what changed. */
export class BookTopic {
  readonly stream: Stream;
  readonly channel: BookChannel;
  /** Number of the last message. */
  sequence = 0;
  private readonly market: Market;
  private readonly hasChecksum: boolean;
  private bids: Level[] = [];
  private asks: Level[] = [];
  private takenSequence = 0;
  /** What is taken off the market's own numbers since maintenance began them anew. */
  private numberedFrom = 0;
  private sentAtMs = 0;

  constructor(options: { stream: Stream; market: Market; channel: BookChannel; hasChecksum: boolean }) {
    this.stream = options.stream;
    this.market = options.market;
    this.channel = options.channel;
    this.hasChecksum = options.hasChecksum;
    this.stream.opened = () => this.take();
  }

  /** The whole as of the last message, for a new subscriber; the changes that follow fit to it. */
  greet(connection: Connection, venueMs: number): void {
    connection.deliver(this.stream, this.whole(venueMs));
  }

  /** To all: the book whole; or, as after maintenance, an update whose number begins anew. */
  sendWhole(venueMs: number, reset: boolean): void {
    if (!reset || !this.channel.incremental) {
      this.take();
      this.stream.publish(this.whole(venueMs));
      return;
    }
    const previous = this.sequence;
    this.numberedFrom = this.takenSequence - 3;
    this.sequence = 3;
    this.stream.publish(this.frame("update", [], [], previous, venueMs));
  }

  /** A step of the model is over. */
  stepped(nowMs: number, venueMs: number): void {
    const { channel, market, stream } = this;
    if (!stream.active || nowMs % channel.everyMs !== 0) return;
    const { bids, asks, sequence } = this;
    const isMoved = market.book.sequence !== this.takenSequence;
    if (isMoved) this.read();
    const b = isMoved ? difference(bids, this.bids, 1) : [];
    const a = isMoved ? difference(asks, this.asks, -1) : [];
    const isChanged = b.length > 0 || a.length > 0;
    if (!isChanged && nowMs - this.sentAtMs < QUIET_MS) return;
    this.sentAtMs = nowMs;
    if (isChanged) this.number();
    if (channel.incremental) stream.publish(this.frame("update", b, a, sequence, venueMs));
    else stream.publish(this.whole(venueMs));
  }

  private take(): void {
    this.read();
    this.number();
  }

  private read(): void {
    const { book } = this.market;
    this.bids = bestLevels(book.bids, this.channel.depth);
    this.asks = bestLevels(book.asks, this.channel.depth);
    this.takenSequence = book.sequence;
  }

  private number(): void {
    this.sequence = this.takenSequence - this.numberedFrom;
  }

  private whole(venueMs: number): string {
    return this.channel.incremental
      ? this.frame("snapshot", this.bids, this.asks, -1, venueMs)
      : this.frame(null, this.bids, this.asks, -1, venueMs);
  }

  /** Order of keys as recorded in 2022 and 2026. */
  private frame(
    action: "snapshot" | "update" | null,
    bids: readonly Level[],
    asks: readonly Level[],
    previous: number,
    venueMs: number,
  ): string {
    const { name } = this.channel;
    const { symbol } = this.market.spec;
    const levels = `"asks":${this.levels(asks)},"bids":${this.levels(bids)}`;
    const ts = `"ts":"${Math.floor(venueMs)}"`;
    const arg = `{"channel":"${name}","instId":"${symbol}"}`;
    if (action === null) {
      const named = name === "books5" ? `"instId":"${symbol}",` : "";
      return `{"arg":${arg},"data":[{${levels},${named}${ts},"seqId":${this.sequence}}]}`;
    }
    const checksum = this.hasChecksum ? checksumOf(this.rows(this.bids), this.rows(this.asks)) : 0;
    const numbers = `"checksum":${checksum},"prevSeqId":${previous},"seqId":${this.sequence}`;
    return `{"arg":${arg},"action":"${action}","data":[{${levels},${ts},${numbers}}]}`;
  }

  /** `["63921.5","790.41","0","42"]`: price, size, a number that is always 0, and how many orders. */
  private levels(levels: readonly Level[]): string {
    const rows = levels.map(({ tick, lots }, i) => {
      const [price, size] = this.row({ tick, lots });
      return `["${price}","${size}","0","${lots === 0 ? 0 : 1 + ((tick + i) % 7)}"]`;
    });
    return `[${rows.join(",")}]`;
  }

  private rows(levels: readonly Level[]): TextRow[] {
    return levels.slice(0, 25).map((level) => this.row(level));
  }

  private row({ tick, lots }: Level): TextRow {
    return [this.market.text.price(tick), this.market.text.size(lots)];
  }
}
