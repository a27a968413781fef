import type { ProductName } from "../../market/venues.js";
import { bestLevels, difference, type Level } from "../model/levels.js";
import type { Market } from "../model/market.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";

/** Model time after which level 1 is sent again though nothing changed, ms. */
const REPEAT_LEVEL_1_MS = 3000;

/** Pace of each depth, ms. Source: bybit-exchange/docs v5 websocket public orderbook. */
const DEPTH_PACE_MS: Readonly<Record<number, number>> = { 1: 10, 50: 20, 200: 100, 1000: 200 };
const OPTION_DEPTH_PACE_MS: Readonly<Record<number, number>> = { 25: 20, 100: 100 };

/** Levels and pace, ms, of each topic that a product's books have. */
export function bookPaces(product: ProductName): readonly (readonly [depth: number, everyMs: number])[] {
  const paces = product === "option" ? OPTION_DEPTH_PACE_MS : DEPTH_PACE_MS;
  return Object.entries(paces).map(([depth, everyMs]) => [Number(depth), everyMs]);
}

/** One topic `orderbook.<depth>.<symbol>`: the best levels, sent whole at first and then as changes. */
export class OrderbookTopic {
  readonly stream: Stream;
  readonly depth: number;
  readonly everyMs: number;
  /** Number of the last message. */
  update: number;
  private readonly market: Market;
  private bids: Level[] = [];
  private asks: Level[] = [];
  private sentSequence = 0;
  private sentAtMs = 0;
  private sentCts = 0;
  private nowMs = 0;

  constructor(stream: Stream, market: Market, pace: readonly [depth: number, everyMs: number], firstUpdate: number) {
    this.stream = stream;
    this.market = market;
    [this.depth, this.everyMs] = pace;
    this.update = firstUpdate;
    stream.opened = () => this.take(this.nowMs);
  }

  /** The whole as of the last message, for a new subscriber; the changes that follow fit to it. */
  greet(connection: Connection, venueMs: number): void {
    connection.deliver(this.stream, this.frame("snapshot", this.bids, this.asks, venueMs));
  }

  /** The book whole, to all; with `reset` its numbers begin again at 1, as after a failure of the venue. */
  sendWhole(nowMs: number, venueMs: number, reset: boolean): void {
    this.take(nowMs);
    this.update = reset ? 1 : this.update + 1;
    this.sentCts = venueMs - 1;
    this.stream.publish(this.frame("snapshot", this.bids, this.asks, venueMs));
  }

  /** A step of the model is over. */
  stepped(nowMs: number, venueMs: number): void {
    this.nowMs = nowMs;
    if (!this.stream.active || nowMs % this.everyMs !== 0) return;
    const changed = this.market.book.sequence !== this.sentSequence;
    const { bids, asks } = this;
    if (changed) this.take(nowMs, false);
    const b = changed ? difference(bids, this.bids, 1) : [];
    const a = changed ? difference(asks, this.asks, -1) : [];
    if (b.length > 0 || a.length > 0) {
      this.update++;
      this.sentAtMs = nowMs;
      this.sentCts = venueMs - 1;
      const whole = this.depth === 1;
      const text = whole ? this.frame("snapshot", this.bids, this.asks, venueMs) : this.frame("delta", b, a, venueMs);
      this.stream.publish(text);
    } else if (this.depth === 1 && nowMs - this.sentAtMs >= REPEAT_LEVEL_1_MS) {
      this.sentAtMs = nowMs;
      this.stream.publish(this.frame("snapshot", this.bids, this.asks, venueMs));
    }
  }

  private take(nowMs: number, sent = true): void {
    const { book } = this.market;
    this.bids = bestLevels(book.bids, this.depth);
    this.asks = bestLevels(book.asks, this.depth);
    this.sentSequence = book.sequence;
    if (!sent) return;
    this.update++;
    this.sentAtMs = nowMs;
  }

  /** Order of keys as recorded in 2026: on spot, and at level 1, `ts` stands before `type`. Options: as of 2023. */
  private frame(type: "snapshot" | "delta", bids: readonly Level[], asks: readonly Level[], venueMs: number): string {
    const { spec, text } = this.market;
    const rows = (levels: readonly Level[]) =>
      levels.map(({ tick, lots }) => `["${text.price(tick)}","${text.size(lots)}"]`).join(",");
    const ts = Math.floor(venueMs);
    const head =
      spec.product === "spot" || this.depth === 1 ? `"ts":${ts},"type":"${type}"` : `"type":"${type}","ts":${ts}`;
    const cts = Math.floor(this.sentCts === 0 ? venueMs - 1 : this.sentCts);
    const data = `"s":"${spec.symbol}","b":[${rows(bids)}],"a":[${rows(asks)}],"u":${this.update},"seq":${this.sentSequence}`;
    if (spec.product === "option")
      return `{"id":"${this.stream.name}-${this.sentSequence}-${ts}","topic":"${this.stream.name}","ts":${ts},"data":{${data}},"type":"${type}","cts":${cts}}`;
    return `{"topic":"${this.stream.name}",${head},"data":{${data}},"cts":${cts}}`;
  }
}
