import type { CrosstickError } from "../errors.js";
import * as L from "../layout.js";
import { productOfSymbol, type RecorderMarket } from "../market/recorders.js";
import type { ProductName } from "../market/venues.js";
import { ROW_END, ROW_LATER, ROW_TOO_LONG, TardisCsv, type TardisHeader } from "../sources/recording/tardis-csv.js";
import { type InputPlace, NEXT_END, NEXT_FRAME, NEXT_LATER, NEXT_REFUSED, type ReplayInput } from "./replay-input.js";

/** A CSV file of Tardis; each of its messages is a frame. */
export class TardisInput implements ReplayInput {
  readonly source: number;
  refusal = L.REJECT_LINE;
  readonly nanos = 0;
  readonly frameAt: number;
  frameEnd = 0;
  product: ProductName | null = null;
  readonly symbol = null;
  private readonly u8: Uint8Array;
  private readonly room: number;
  private readonly csv: TardisCsv;
  private readonly market: RecorderMarket;

  constructor(path: string, header: TardisHeader, market: RecorderMarket, source: number, place: InputPlace) {
    this.csv = new TardisCsv(path, header);
    this.market = market;
    this.source = source;
    this.u8 = place.views.u8;
    this.frameAt = place.scratch;
    this.room = place.scratchBytes;
  }

  get receivedUs(): number {
    return this.csv.receivedUs;
  }

  get damage(): CrosstickError | null {
    return this.csv.damage;
  }

  next(): number {
    const length = this.csv.next(this.u8, this.frameAt, this.room);
    if (length === ROW_END) return NEXT_END;
    if (length === ROW_LATER) return NEXT_LATER;
    if (length < 0) {
      this.refusal = length === ROW_TOO_LONG ? L.REJECT_TOO_LONG : L.REJECT_LINE;
      return NEXT_REFUSED;
    }
    this.frameEnd = this.frameAt + length;
    this.product = productOfSymbol(this.market, this.csv.symbol);
    return NEXT_FRAME;
  }

  ready(): Promise<void> {
    return this.csv.ready();
  }

  close(): void {
    this.csv.close();
  }
}
