import { crc32 } from "node:zlib";
import { MapBook } from "./map-book.js";
import type { Message } from "./wire.js";

type Row = [price: string, size: string, ...rest: string[]];

interface Element {
  bids: Row[];
  asks: Row[];
  checksum?: number;
  prevSeqId?: number;
  seqId: number;
}

/** OKX's rule for keeping a book, after the venue's documents: each update names the one before it. */
export class OkxBook {
  readonly book = new MapBook();
  sequence = Number.NaN;
  snapshots = 0;
  updates = 0;
  gaps = 0;
  /** Numbers that began anew, and messages without a change. */
  resets = 0;
  quiet = 0;
  wrongChecksums = 0;
  private readonly texts = { bids: new Map<string, string>(), asks: new Map<string, string>() };

  take({ action, data }: Message): void {
    const [{ bids, asks, prevSeqId, seqId, checksum }] = data as [Element];
    const isWhole = action !== "update";
    if (isWhole) this.snapshots++;
    else {
      this.updates++;
      if (prevSeqId !== this.sequence) this.gaps++;
      if (seqId < this.sequence) this.resets++;
      if (seqId === this.sequence) this.quiet++;
    }
    const rows = (list: Row[]) => list.map(([price, size]): [string, string] => [price, size]);
    if (isWhole) this.book.replace(rows(bids), rows(asks));
    else this.book.apply(rows(bids), rows(asks));
    this.sequence = seqId;
    for (const [side, list] of [[this.texts.bids, bids] as const, [this.texts.asks, asks] as const]) {
      if (isWhole) side.clear();
      for (const [price, size] of list)
        if (size === "0") side.delete(price);
        else side.set(price, size);
    }
    if (checksum !== undefined && checksum !== 0 && checksum !== this.checksum()) this.wrongChecksums++;
  }

  /** CRC32 over the text of the best 25, a bid and an ask in turn, as a signed number. */
  private checksum(): number {
    const best = (side: Map<string, string>, sign: number) =>
      [...side].sort(([a], [b]) => sign * (Number(a) - Number(b))).slice(0, 25);
    const [bids, asks] = [best(this.texts.bids, -1), best(this.texts.asks, 1)];
    const parts = Array.from({ length: 25 }, (_, i) => [...(bids[i] ?? []), ...(asks[i] ?? [])]).flat();
    return crc32(parts.join(":")) | 0;
  }
}
