type Row = readonly [string, string];

interface BookFrame {
  type: "snapshot" | "delta";
  ts: unknown;
  cts?: unknown;
  data: { s: string; b: Row[]; a: Row[]; u: number; seq: number };
}

/** A recorded book of Bybit, followed so that who subscribes later can be given it whole. */
export class RecordedBook {
  private readonly bids = new Map<string, string>();
  private readonly asks = new Map<string, string>();
  private last: BookFrame | null = null;

  /** Takes a frame; what is no JSON is left out. */
  apply(text: string): void {
    const frame = parse(text);
    if (frame === null) return;
    if (frame.type === "snapshot") {
      this.bids.clear();
      this.asks.clear();
    } else if (this.last === null) return;
    for (const [side, rows] of [[this.bids, frame.data.b] as const, [this.asks, frame.data.a] as const])
      for (const [price, size] of rows) {
        if (Number(size) === 0) side.delete(price);
        else side.set(price, size);
      }
    this.last = frame;
  }

  /** A snapshot message as of the last frame; null before the first snapshot. */
  whole(topic: string): string | null {
    if (this.last === null) return null;
    const { data, ts, cts } = this.last;
    const b = [...this.bids].sort(([x], [y]) => Number(y) - Number(x));
    const a = [...this.asks].sort(([x], [y]) => Number(x) - Number(y));
    return JSON.stringify({ topic, type: "snapshot", ts, data: { ...data, b, a }, cts });
  }
}

function parse(text: string): BookFrame | null {
  try {
    const frame = JSON.parse(text) as BookFrame;
    return Array.isArray(frame.data?.b) && Array.isArray(frame.data?.a) ? frame : null;
  } catch {
    return null;
  }
}
