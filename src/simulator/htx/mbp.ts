import { bestLevels, difference, type Level } from "../model/levels.js";
import type { Market } from "../model/market.js";
import type { Stream } from "../server/stream.js";
import { levelsText } from "./frames.js";

/** Pace of `mbp.N`, ms: few levels come with each change, many every 100 ms. Source: htx.com API pages, "Market By Price". */
export const MBP_PACE_MS: Readonly<Record<number, number>> = { 5: 10, 20: 10, 150: 100, 400: 100 };

/** `market.<symbol>.mbp.<levels>` of spot: numbered changes, and the whole as of the last one for who requests it. */
export class MbpTopic {
  readonly stream: Stream;
  readonly levels: number;
  /** Number of the last message. */
  sequence: number;
  private readonly market: Market;
  private bids: Level[] = [];
  private asks: Level[] = [];

  constructor(stream: Stream, market: Market, levels: number) {
    this.stream = stream;
    this.market = market;
    this.levels = levels;
    this.sequence = market.book.sequence;
    stream.opened = () => this.take();
  }

  /** A step of the model is over. */
  stepped(nowMs: number, ts: number): void {
    const { bids, asks, sequence } = this;
    if (!this.stream.active || nowMs % MBP_PACE_MS[this.levels] !== 0 || this.market.book.sequence === sequence) return;
    this.take();
    const changed = [difference(bids, this.bids, 1), difference(asks, this.asks, -1)];
    if (changed.every(({ length }) => length === 0)) {
      this.sequence = sequence; // nothing is sent, so nothing is numbered
      return;
    }
    const { text } = this.market;
    // The shallow channels leave out a side that did not change.
    const isShallow = this.levels <= 20;
    const sides = ["bids", "asks"].map((name, index) =>
      isShallow && changed[index].length === 0 ? "" : `,"${name}":${levelsText(text, changed[index])}`,
    );
    const tick = `{"seqNum":${this.sequence},"prevSeqNum":${sequence}${sides.join("")}}`;
    this.stream.publish(`{"ch":"${this.stream.name}","ts":${ts},"tick":${tick}}`);
  }

  /** The answer to a request; `staleUpdates` changes behind where a fault wants it so. */
  answer(id: string, ts: number, staleUpdates: number): string {
    if (!this.stream.active) this.take();
    const { text, book } = this.market;
    const old = staleUpdates > 0 ? book.before(staleUpdates) : null;
    const bids = old === null ? this.bids : bestLevels(old.bids, this.levels);
    const asks = old === null ? this.asks : bestLevels(old.asks, this.levels);
    const data = `{"seqNum":${old?.sequence ?? this.sequence},"bids":${levelsText(text, bids)},"asks":${levelsText(text, asks)}}`;
    return `{"id":${JSON.stringify(id)},"rep":"${this.stream.name}","status":"ok","ts":${ts},"data":${data}}`;
  }

  private take(): void {
    const { book } = this.market;
    this.bids = bestLevels(book.bids, this.levels);
    this.asks = bestLevels(book.asks, this.levels);
    this.sequence = book.sequence;
  }
}
