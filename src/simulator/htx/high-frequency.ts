import { bestLevels, difference, type Level } from "../model/levels.js";
import type { Market } from "../model/market.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import { levelsText } from "./frames.js";

/** The venue looks every 30 ms; a pace that divides the model's second, so that nothing is left unsent there. */
const PACE_MS = 20;

/** `market.<contract>.depth.size_<levels>.high_freq`, incremental: the whole first, then changes, each version one more. */
export class HighFrequencyTopic {
  readonly stream: Stream;
  readonly levels: number;
  /** Number of the last message. */
  version: number;
  private readonly market: Market;
  private bids: Level[] = [];
  private asks: Level[] = [];
  private sequence = 0;

  constructor(stream: Stream, market: Market, levels: number) {
    this.stream = stream;
    this.market = market;
    this.levels = levels;
    this.version = 20_000_000 + (market.book.sequence % 1_000_000) + levels;
    stream.opened = () => {
      this.version++;
      this.take();
    };
  }

  /** The whole as of the last message, for a new subscriber; the changes that follow fit to it. */
  greet(connection: Connection, ts: number): void {
    connection.deliver(this.stream, this.frame("snapshot", this.bids, this.asks, ts));
  }

  /** A step of the model is over. */
  stepped(nowMs: number, ts: number): void {
    if (!this.stream.active || nowMs % PACE_MS !== 0 || this.market.book.sequence === this.sequence) return;
    const { bids, asks } = this;
    this.take();
    const b = difference(bids, this.bids, 1);
    const a = difference(asks, this.asks, -1);
    if (b.length === 0 && a.length === 0) return;
    this.version++;
    this.stream.publish(this.frame("update", b, a, ts));
  }

  private take(): void {
    const { book } = this.market;
    this.bids = bestLevels(book.bids, this.levels);
    this.asks = bestLevels(book.asks, this.levels);
    this.sequence = book.sequence;
  }

  private frame(event: "snapshot" | "update", bids: readonly Level[], asks: readonly Level[], ts: number): string {
    const { name } = this.stream;
    const { text } = this.market;
    const ids = `"id":${this.sequence},"mrid":${this.sequence},"ts":${ts - 1},"version":${this.version}`;
    const sides = `"asks":${levelsText(text, asks)},"bids":${levelsText(text, bids)}`;
    return `{"ch":"${name}","tick":{${sides},"ch":"${name}","event":"${event}",${ids}},"ts":${ts}}`;
  }
}
