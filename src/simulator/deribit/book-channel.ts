import { bestLevels, type Level } from "../model/levels.js";
import type { Market } from "../model/market.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import { notification } from "./frames.js";

type Action = ["new" | "change" | "delete", price: number, amount: number];

/**
 * `book.{instrument}.{interval}`: each change names the one before it, and leads from the book as it was
 * sent last to the book as it is. Who joins gets the book as it was sent last.
 */
export class BookChannel {
  readonly stream: Stream;
  /** `change_id` of the last message. */
  changeId: number;
  private readonly market: Market;
  private readonly everyMs: number;
  private bids = new Map<number, number>();
  private asks = new Map<number, number>();

  constructor(stream: Stream, market: Market, everyMs: number) {
    this.stream = stream;
    this.market = market;
    this.everyMs = everyMs;
    this.changeId = market.book.sequence;
    stream.opened = () => this.take();
  }

  greet(connection: Connection, venueMs: number): void {
    const rows = (side: Map<number, number>) => [...side].map(([tick, lots]) => this.action("new", tick, lots));
    const data = this.data("snapshot", venueMs, rows(this.bids), rows(this.asks));
    connection.deliver(this.stream, notification(this.stream.name, data));
  }

  stepped(nowMs: number, venueMs: number): void {
    const { book } = this.market;
    if (!this.stream.active || nowMs % this.everyMs !== 0 || book.sequence === this.changeId) return;
    const { bids, asks, changeId } = this;
    this.take();
    const data = this.data("change", venueMs, this.changes(bids, this.bids), this.changes(asks, this.asks));
    this.stream.publish(notification(this.stream.name, { ...data, prev_change_id: changeId }));
  }

  private take(): void {
    const { book } = this.market;
    this.bids = ticksOf(bestLevels(book.bids, book.bids.length));
    this.asks = ticksOf(bestLevels(book.asks, book.asks.length));
    this.changeId = book.sequence;
  }

  private changes(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): Action[] {
    const changes: Action[] = [];
    for (const [tick, lots] of after) {
      const old = before.get(tick);
      if (old !== lots) changes.push(this.action(old === undefined ? "new" : "change", tick, lots));
    }
    for (const tick of before.keys()) if (!after.has(tick)) changes.push(this.action("delete", tick, 0));
    return changes;
  }

  private action(name: Action[0], tick: number, lots: number): Action {
    const { text } = this.market;
    return [name, Number(text.price(tick)), Number(text.size(lots))];
  }

  private data(type: "snapshot" | "change", venueMs: number, bids: Action[], asks: Action[]): object {
    const { symbol } = this.market.spec;
    const timestamp = Math.floor(venueMs);
    return { type, timestamp, instrument_name: symbol, change_id: this.changeId, bids, asks };
  }
}

function ticksOf(levels: readonly Level[]): Map<number, number> {
  return new Map(levels.map(({ tick, lots }) => [tick, lots]));
}
