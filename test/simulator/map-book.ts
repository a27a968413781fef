import type { Message } from "./wire.js";

type Row = [string, string];

/** A book as simply as it can be: a map of prices, sorted when somebody looks. */
export class MapBook {
  private readonly sides = { b: new Map<number, number>(), a: new Map<number, number>() };

  replace(bids: Row[], asks: Row[]): void {
    this.sides.b.clear();
    this.sides.a.clear();
    this.apply(bids, asks);
  }

  apply(bids: Row[], asks: Row[]): void {
    for (const [side, rows] of [[this.sides.b, bids] as const, [this.sides.a, asks] as const])
      for (const [price, size] of rows) {
        if (Number(size) === 0) side.delete(Number(price));
        else side.set(Number(price), Number(size));
      }
  }

  get bids(): [number, number][] {
    return [...this.sides.b].sort(([x], [y]) => y - x);
  }

  get asks(): [number, number][] {
    return [...this.sides.a].sort(([x], [y]) => x - y);
  }
}

/**
 * Binance's rule for keeping a book, after the venue's documents: buffer, fetch, bridge, then check each
 * update against the one before. `fetchSnapshot` asks over HTTP.
 */
export class BinanceBook {
  readonly book = new MapBook();
  /** Id of the last update that was applied; 0 before the snapshot was bridged. */
  id = 0;
  applied = 0;
  gaps = 0;
  fetches = 0;
  /** Called after each update. */
  onUpdate: () => void = () => {};
  private readonly futures: boolean;
  private readonly fetchSnapshot: () => Promise<Message>;
  private buffer: Message[] = [];
  private snapshotId: number | null = null;
  private fetching = false;

  constructor(futures: boolean, fetchSnapshot: () => Promise<Message>) {
    this.futures = futures;
    this.fetchSnapshot = fetchSnapshot;
  }

  get live(): boolean {
    return this.id > 0;
  }

  take(event: Message): void {
    if (this.live) this.next(event);
    else {
      this.buffer.push(event);
      if (this.snapshotId === null) void this.fetch();
      else this.bridge();
    }
  }

  private async fetch(): Promise<void> {
    if (this.fetching) return;
    this.fetching = true;
    this.fetches++;
    const { lastUpdateId, bids, asks } = await this.fetchSnapshot();
    this.fetching = false;
    this.snapshotId = Number(lastUpdateId);
    this.book.replace(bids as Row[], asks as Row[]);
    this.bridge();
  }

  private bridge(): void {
    const id = this.snapshotId ?? 0;
    const left = this.buffer.filter(({ u }) => (this.futures ? Number(u) >= id : Number(u) > id));
    if (left.length === 0) return;
    const [{ U, u, pu }] = left;
    const fits = this.futures
      ? (Number(U) <= id && Number(u) >= id) || Number(pu) === id
      : Number(U) <= id + 1 && Number(u) >= id + 1;
    if (!fits) {
      this.snapshotId = null;
      void this.fetch();
      return;
    }
    this.buffer = [];
    this.apply(left[0]);
    for (const event of left.slice(1)) this.next(event);
  }

  private next(event: Message): void {
    const continues = this.futures ? Number(event.pu) === this.id : Number(event.U) <= this.id + 1;
    if (continues) this.apply(event);
    else if (this.futures || Number(event.u) > this.id) this.restart(event);
  }

  private restart(event: Message): void {
    this.gaps++;
    this.id = 0;
    this.snapshotId = null;
    this.buffer = [event];
    void this.fetch();
  }

  private apply({ u, b, a }: Message): void {
    this.book.apply(b as Row[], a as Row[]);
    this.id = Number(u);
    this.applied++;
    this.onUpdate();
  }
}

/** Bybit's rule: a snapshot replaces, a delta follows its predecessor by one. */
export class BybitBook {
  readonly book = new MapBook();
  update = 0;
  sequence = 0;
  snapshots = 0;
  deltas = 0;
  gaps = 0;

  take({ type, data }: Message): void {
    const { b, a, u, seq } = data as { b: Row[]; a: Row[]; u: number; seq: number };
    if (type === "snapshot") {
      this.snapshots++;
      this.book.replace(b, a);
    } else {
      this.deltas++;
      if (u !== this.update + 1) this.gaps++;
      this.book.apply(b, a);
    }
    this.update = u;
    this.sequence = seq;
  }
}
