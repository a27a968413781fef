import type { Market } from "../model/market.js";
import type { Stream } from "../server/stream.js";
import { depthFrame, type FrameTimes } from "./frames.js";

/**
 * The changes of one book since the last message of one pace, given as the sizes they left. A message
 * covers the ids `first` to that of the last change; without a change there is none.
 */
export class DepthStream {
  readonly stream: Stream;
  /** Model time between two messages, ms. */
  readonly everyMs: number;
  private readonly market: Market;
  private readonly bids = new Set<number>();
  private readonly asks = new Set<number>();
  private first = 0;
  private last = 0;
  private previousLast = 0;

  constructor(stream: Stream, market: Market, everyMs: number) {
    this.stream = stream;
    this.market = market;
    this.everyMs = everyMs;
    stream.opened = () => this.restart();
  }

  /** The book's last id is that of this change. */
  changed(isBid: boolean, tick: number): void {
    if (!this.stream.active) return;
    this.last = this.market.book.sequence;
    if (this.first === 0) this.first = this.last;
    (isBid ? this.bids : this.asks).add(tick);
  }

  flush(times: FrameTimes): void {
    if (this.first === 0) return;
    const { bids, asks, first, last, previousLast } = this;
    const text = depthFrame(this.market, { bids: [...bids], asks: [...asks], first, last, previousLast }, times);
    this.clear();
    this.stream.publish(text);
  }

  private restart(): void {
    this.last = this.market.book.sequence;
    this.clear();
  }

  private clear(): void {
    this.previousLast = this.last;
    this.first = 0;
    this.bids.clear();
    this.asks.clear();
  }
}
