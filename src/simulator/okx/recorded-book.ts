import { checksumOf, type TextRow } from "./checksum.js";

type Row = readonly [price: string, size: string, ...rest: string[]];

interface Element {
  bids: Row[];
  asks: Row[];
  ts: string;
  checksum?: number;
  seqId?: number;
  prevSeqId?: number;
}

interface BookFrame {
  arg: object;
  action: string;
  data: [Element];
}

/** A recorded incremental book, followed so that who subscribes later can be given it whole. */
export class RecordedBook {
  private readonly bids = new Map<string, Row>();
  private readonly asks = new Map<string, Row>();
  private last: BookFrame | null = null;

  /** Takes a frame; what is no JSON is left out. */
  apply(text: string): void {
    const frame = parse(text);
    if (frame === null) return;
    if (frame.action === "snapshot") {
      this.bids.clear();
      this.asks.clear();
    } else if (this.last === null) return;
    const [element] = frame.data;
    for (const [side, rows] of [[this.bids, element.bids] as const, [this.asks, element.asks] as const])
      for (const row of rows) {
        if (Number(row[1]) === 0) side.delete(row[0]);
        else side.set(row[0], row);
      }
    this.last = frame;
  }

  /** A snapshot message as of the last frame, with what proves it where the recording has that; null before the first. */
  whole(): string | null {
    if (this.last === null) return null;
    const [element] = this.last.data;
    const bids = [...this.bids.values()].sort(([x], [y]) => Number(y) - Number(x));
    const asks = [...this.asks.values()].sort(([x], [y]) => Number(x) - Number(y));
    const texts = (rows: readonly Row[]) => rows.map(([price, size]): TextRow => [price, size]);
    const data = {
      ...element,
      ...{ asks, bids },
      ...(element.checksum ? { checksum: checksumOf(texts(bids), texts(asks)) } : {}),
      ...(element.seqId === undefined ? {} : { prevSeqId: -1 }),
    };
    return JSON.stringify({ arg: this.last.arg, action: "snapshot", data: [data] });
  }
}

function parse(text: string): BookFrame | null {
  try {
    const frame = JSON.parse(text) as BookFrame;
    return Array.isArray(frame.data?.[0]?.bids) && Array.isArray(frame.data[0].asks) ? frame : null;
  } catch {
    return null;
  }
}
