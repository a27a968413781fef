import * as L from "../layout.js";
import { usToIso } from "../market/times.js";
import type { ProductName } from "../market/venues.js";
import type { BarSpan } from "../sources/recording/bars.js";
import { type FundingRates, readFundingRates } from "../sources/recording/funding-rates.js";
import { type InputPlace, NEXT_END, NEXT_FRAME, type ReplayInput } from "./replay-input.js";

/**
 * Funding payments for bars, which tell none. Each rate is told a microsecond before it is due, and not earlier, for
 * nobody knew it; a microsecond after, that the next one is on its way, at the rate last known.
 */
export class FundingInput implements ReplayInput {
  readonly source: number;
  readonly refusal = L.REJECT_LINE;
  receivedUs = Number.NaN;
  readonly nanos = 0;
  readonly frameAt: number;
  frameEnd = 0;
  readonly product: ProductName;
  readonly symbol = null;
  readonly damage = null;
  private readonly rates: FundingRates;
  private readonly head: string;
  private readonly target: Buffer;
  /** Twice the payment that is next, and one more when it has been told already. */
  private turn: number;
  private readonly end: number;

  constructor(
    rates: FundingRates,
    market: { product: ProductName; rawSymbol: string },
    { fromUs = Number.NEGATIVE_INFINITY, toUs = Number.POSITIVE_INFINITY }: BarSpan,
    source: number,
    place: InputPlace,
  ) {
    this.rates = rates;
    this.product = market.product;
    this.head = `{"type":"derivative_ticker","symbol":${JSON.stringify(market.rawSymbol)},"timestamp":"`;
    this.source = source;
    this.frameAt = place.scratch;
    const { u8 } = place.views;
    this.target = Buffer.from(u8.buffer as ArrayBuffer, u8.byteOffset + place.scratch, place.scratchBytes);
    const inside = [...rates.dueMs].map((ms) => ms * 1000 > fromUs && ms * 1000 <= toUs);
    this.turn = 2 * Math.max(0, inside.indexOf(true));
    this.end = 2 * (inside.lastIndexOf(true) + 1);
  }

  static async open(
    path: string,
    market: { product: ProductName; rawSymbol: string },
    span: BarSpan,
    source: number,
    place: InputPlace,
  ): Promise<FundingInput> {
    return new FundingInput(await readFundingRates(path), market, span, source, place);
  }

  next(): number {
    if (this.turn >= this.end) return NEXT_END;
    const { dueMs, rate } = this.rates;
    const i = this.turn >> 1;
    const isOver = (this.turn & 1) === 1;
    this.turn++;
    // When the one after the last is due the file does not say: as long after as the last was after its own.
    const nextMs = isOver ? (dueMs[i + 1] ?? dueMs[i] + (dueMs[i] - dueMs[i - 1] || 1)) : dueMs[i];
    this.receivedUs = dueMs[i] * 1000 + (isOver ? 1 : -1);
    const text = `${this.head}${usToIso(this.receivedUs)}","fundingRate":${rate[i]},"fundingTimestamp":"${new Date(nextMs).toISOString()}"}`;
    this.frameEnd = this.frameAt + this.target.write(text, "latin1");
    return NEXT_FRAME;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
}
