import { bestLevels, difference, type Level } from "../model/levels.js";
import type { Market } from "../model/market.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import { checksumOf } from "./checksum.js";
import { bookFrame } from "./frames.js";

/** Source: docs.kraken.com/api/docs/websocket-v2/book. */
export const BOOK_DEPTHS = [10, 25, 100, 500, 1000];

/**
 * The book of one symbol at one depth: whole at first, then what changes within the depth. A level that a
 * nearer one pushes out is not told: clients cut their books themselves.
 */
export class BookChannel {
  readonly stream: Stream;
  private readonly market: Market;
  private readonly depth: number;
  private bids: Level[] = [];
  private asks: Level[] = [];
  private sequence = 0;

  constructor(stream: Stream, market: Market, depth: number) {
    this.stream = stream;
    this.market = market;
    this.depth = depth;
    stream.opened = () => this.take();
  }

  /** The whole as of the last message, for a new subscriber. */
  greet(connection: Connection, venueMs: number): void {
    connection.deliver(this.stream, this.frame("snapshot", this.bids, this.asks, venueMs));
  }

  /** A step of the model is over. */
  stepped(venueMs: number): void {
    const { book } = this.market;
    if (!this.stream.active || book.sequence === this.sequence) return;
    const { bids, asks } = this;
    this.take();
    const b = difference(bids, this.bids, 1).filter(({ tick, lots }) => lots > 0 || book.bids.lotsOf(tick) === 0);
    const a = difference(asks, this.asks, -1).filter(({ tick, lots }) => lots > 0 || book.asks.lotsOf(tick) === 0);
    if (b.length > 0 || a.length > 0) this.stream.publish(this.frame("update", b, a, venueMs));
  }

  private take(): void {
    const { book } = this.market;
    this.bids = bestLevels(book.bids, this.depth);
    this.asks = bestLevels(book.asks, this.depth);
    this.sequence = book.sequence;
  }

  private frame(type: "snapshot" | "update", bids: readonly Level[], asks: readonly Level[], venueMs: number): string {
    const checksum = checksumOf(this.market, this.bids, this.asks);
    return bookFrame(type, this.market, { bids, asks, checksum }, venueMs);
  }
}
