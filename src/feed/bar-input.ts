import { CrosstickError, EXIT } from "../errors.js";
import * as L from "../layout.js";
import type { ProductName } from "../market/venues.js";
import { type BarSeries, type BarSpan, readBars, within } from "../sources/recording/bars.js";
import { type InputPlace, NEXT_END, NEXT_FRAME, type ReplayInput } from "./replay-input.js";

/** What is made of a bar, which has no book. */
export interface BarBook {
  /** Half the spread around the close, bps: what crossing it costs. */
  halfSpreadBps: number;
}

/** Base coin a side: bars do not tell what stood in the book, so nothing is refused for its depth. */
const SIZE = 1e9;

/** A file of bars: each is, when it is over, a book of one level a side around its close. */
export class BarInput implements ReplayInput {
  readonly source: number;
  readonly refusal = L.REJECT_LINE;
  receivedUs = Number.NaN;
  readonly nanos = 0;
  readonly frameAt: number;
  frameEnd = 0;
  readonly product: ProductName;
  readonly symbol = null;
  readonly damage = null;
  private readonly bars: BarSeries;
  /** Of every frame: it is the symbol that differs from file to file. */
  private readonly head: string;
  private readonly half: number;
  private readonly target: Buffer;
  private next_ = 0;

  constructor(
    bars: BarSeries,
    market: { product: ProductName; rawSymbol: string },
    { halfSpreadBps }: BarBook,
    source: number,
    place: InputPlace,
  ) {
    this.bars = bars;
    this.product = market.product;
    this.head = `{"type":"book_snapshot","symbol":${JSON.stringify(market.rawSymbol)},"timestamp":"`;
    this.half = halfSpreadBps / 1e4;
    this.source = source;
    this.frameAt = place.scratch;
    const { u8 } = place.views;
    this.target = Buffer.from(u8.buffer as ArrayBuffer, u8.byteOffset + place.scratch, place.scratchBytes);
  }

  static async open(
    path: string,
    market: { product: ProductName; rawSymbol: string },
    { book, span }: { book: BarBook; span: BarSpan },
    source: number,
    place: InputPlace,
  ): Promise<BarInput> {
    const bars = within(await readBars(path), span);
    if (bars.openMs.length === 0)
      throw new CrosstickError("BARS_NONE", `${path} has no bar that opens between --from and --to`, {
        exitCode: EXIT.usage,
      });
    return new BarInput(bars, market, book, source, place);
  }

  next(): number {
    const { openMs, close, widthMs } = this.bars;
    const i = this.next_++;
    if (i >= openMs.length) return NEXT_END;
    const ms = openMs[i] + widthMs;
    this.receivedUs = ms * 1000;
    const bid = close[i] * (1 - this.half);
    const ask = close[i] * (1 + this.half);
    const text = `${this.head}${new Date(ms).toISOString()}","depth":1,"bids":[{"price":${bid},"amount":${SIZE}}],"asks":[{"price":${ask},"amount":${SIZE}}]}`;
    this.frameEnd = this.frameAt + this.target.write(text, "latin1");
    return NEXT_FRAME;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
}
