import { DepthChanges } from "../model/depth-changes.js";
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
  private readonly changes: DepthChanges;

  constructor(stream: Stream, market: Market, everyMs: number) {
    this.stream = stream;
    this.market = market;
    this.everyMs = everyMs;
    this.changes = new DepthChanges(market);
    stream.opened = () => this.changes.restart();
  }

  changed(isBid: boolean, tick: number): void {
    if (this.stream.active) this.changes.changed(isBid, tick);
  }

  flush(times: FrameTimes): void {
    const change = this.changes.take();
    if (change !== null) this.stream.publish(depthFrame(this.market, change, times));
  }
}
