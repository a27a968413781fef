import * as L from "crosstick/internal/layout";
import { type Level, PlainBook } from "../stream/fake-engine.js";
import type { StreamClient } from "../stream/stream-client.js";

export interface Trade {
  price: number;
  size: number;
  side: string;
  id: number;
}

/** Reads what a client of `?enc=bin` received as a consumer would: the text names channels, the records fill them. */
export class BinaryReader {
  readonly books = new Map<string, PlainBook>();
  readonly trades = new Map<string, Trade[]>();
  /** Messages whose number does not follow the last one of their channel by 1. */
  gaps = 0;
  private readonly channels = new Map<number, string>();
  private readonly last = new Map<string, number>();

  /** @param client whose frames are read in the order in which they came. */
  constructor(client: StreamClient) {
    for (const one of client.frames)
      if ("type" in one) {
        if (one.type === "snapshot" && one.bin !== undefined) this.begin(one.ch, one.bin, one.seq, one.data);
      } else this.take(one);
  }

  private begin(ch: string, bin: number, seq: number, data: unknown): void {
    this.channels.set(bin, ch);
    this.last.set(ch, seq);
    if (!ch.startsWith("book.")) return;
    const book = new PlainBook();
    if (data !== null) book.replace(data as never);
    this.books.set(ch, book);
  }

  private take({ channel, seq, records }: StreamClient["records"][number]): void {
    const ch = this.channels.get(channel) ?? "";
    if (this.last.get(ch) !== seq - 1) this.gaps++;
    this.last.set(ch, seq);
    for (let at = 0; at < records.length; at += L.RECORD_BYTES) this.record(ch, view(records, at));
  }

  private record(ch: string, view: DataView): void {
    const kind = view.getUint8(L.RECORD_KIND);
    const flags = view.getUint8(L.RECORD_FLAGS);
    const number = (offset: number): number => view.getFloat64(offset, true);
    if (kind === L.KIND_TRADE) {
      const side = (flags & L.FLAG_SELL) === 0 ? "buy" : "sell";
      const id = Number(view.getBigUint64(L.RECORD_SEQUENCE, true));
      const trade = { price: number(L.TRADE_PRICE), size: number(L.TRADE_SIZE), side, id };
      this.trades.set(ch, [...(this.trades.get(ch) ?? []), trade]);
    } else if (kind === L.KIND_DEPTH && (flags & L.FLAG_EMPTY) === 0) {
      const levels: Level[] = [[number(L.LEVEL_PRICE), number(L.LEVEL_SIZE)]];
      if ((flags & L.FLAG_SECOND) !== 0) levels.push([number(L.LEVEL_SECOND_PRICE), number(L.LEVEL_SECOND_SIZE)]);
      const isAsk = (flags & L.FLAG_ASK) !== 0;
      this.books.get(ch)?.apply({ bids: isAsk ? [] : levels, asks: isAsk ? levels : [], sequence: 0 });
    }
  }
}

function view(records: Uint8Array, at: number): DataView {
  return new DataView(records.buffer, records.byteOffset + at, L.RECORD_BYTES);
}
