import * as L from "../layout.js";
import type { ProductName } from "../market/venues.js";
import { VERDICT } from "../venues/venue.js";
import type { BookFeed } from "./book-feed.js";
import type { BookKeeper } from "./book-keeper.js";
import { CONTROL_ROOM, type LaneRing } from "./lane-ring.js";
import type { LaneSymbols } from "./lane-symbols.js";

/** Snapshots that wait for the delta which tells whose they are. */
const LIMIT = 64;

/** REST snapshots that name no instrument (Binance spot and USD-M): held until a delta shows whose they are. */
export class HeldSnapshots {
  private readonly ring: LaneRing;
  private readonly keeper: BookKeeper;
  private readonly symbols: LaneSymbols;
  private readonly spare: number;
  /** Decodes what the message header points at, with so much room. */
  private readonly decode: (room: number) => number;
  private texts: Uint8Array[] = [];

  constructor(options: {
    ring: LaneRing;
    keeper: BookKeeper;
    symbols: LaneSymbols;
    spare: number;
    decode: (room: number) => number;
  }) {
    this.ring = options.ring;
    this.keeper = options.keeper;
    this.symbols = options.symbols;
    this.spare = options.spare;
    this.decode = options.decode;
  }

  get empty(): boolean {
    return this.texts.length === 0;
  }

  /** Holds the frame that the header points at. */
  hold(product: ProductName): void {
    const text = this.frameText();
    if (text.length > L.SPARE_BYTES) {
      this.ring.reject(L.REJECT_UNATTRIBUTED);
      return;
    }
    this.texts.push(text.slice());
    if (this.texts.length > LIMIT) {
      this.texts.shift();
      this.giveUp();
    }
    this.attribute(product);
  }

  /** The input is over. */
  refuseAll(): void {
    for (const _ of this.texts) this.giveUp();
    this.texts = [];
  }

  /** Nobody claimed a snapshot: where no book wanted one, or there is only one it can be of, it was just not needed. */
  private giveUp(): void {
    const books = this.keeper.books.filter((book) => book !== undefined);
    if (books.length === 1 || (books.length > 0 && this.keeper.unsynced().length === 0)) this.ring.counts.ignored++;
    else this.ring.reject(L.REJECT_UNATTRIBUTED);
  }

  /**
   * Whether the ring could take any one of the snapshots now (`withFrame`: also the present frame), and
   * what the lane adds. A replay waits for it beforehand: when a snapshot finds its book must not depend
   * on how far the reader has come.
   */
  hasRoom(withFrame: boolean): boolean {
    let longest = withFrame ? this.frameText().length : 0;
    for (const { length } of this.texts) longest = Math.max(longest, length);
    // A level takes 10 bytes of text at least, `["1","1"],`, and a record holds two.
    const needed = Math.min((longest >> 4) + CONTROL_ROOM, this.ring.writer.capacity);
    return this.ring.writer.free(needed) >= needed;
  }

  /** Gives one held snapshot to the one book of this product whose kept deltas bridge it and lie where it lies. */
  attribute(product: ProductName): void {
    const { u8, u32, f64 } = this.ring.views;
    const { header } = this.ring;
    for (let i = 0; i < this.texts.length; i++) {
      const text = this.texts[i];
      u8.set(text, this.spare);
      u32[(header + L.MESSAGE_FRAME_AT) >> 2] = this.spare;
      u32[(header + L.MESSAGE_FRAME_END) >> 2] = this.spare + text.length;
      const misses = u32[(header + L.MESSAGE_TEMPLATE_MISSES) >> 2];
      const candidates = this.keeper.books.filter(
        (book): book is BookFeed => book !== undefined && this.fits(book, product),
      );
      u32[(header + L.MESSAGE_TEMPLATE_MISSES) >> 2] = misses; // tried on, not taken
      if (candidates.length !== 1) continue;
      const count = this.decodeFor(candidates[0]);
      if (count <= 0) continue;
      this.texts.splice(i, 1);
      this.keeper.snapshot(candidates[0], f64[(header + L.MESSAGE_LAST_ID) >> 3], 0, count);
      return;
    }
  }

  private fits(book: BookFeed, product: ProductName): boolean {
    if (book.isSequenced || book.pending.length === 0) return false;
    if (this.symbols.productOf(book.instrument) !== product) return false;
    const count = this.decodeFor(book);
    if (count <= 0) return false;
    const id = this.ring.views.f64[(this.ring.header + L.MESSAGE_LAST_ID) >> 3];
    const { rule } = book;
    const next = book.pending.find((p) => rule.bridge(id, p) !== VERDICT.covered);
    if (next === undefined || rule.bridge(id, next) !== VERDICT.apply) return false;
    return this.resembles(book, count);
  }

  private decodeFor(book: BookFeed): number {
    this.ring.views.u32[(this.ring.header + L.MESSAGE_HINT) >> 2] = book.instrument + 1;
    return this.decode(this.ring.writer.free(this.ring.writer.capacity) - CONTROL_ROOM);
  }

  /**
   * Whether most levels of a book's kept deltas lie between the lowest and the highest price of the
   * snapshot, `count` records past the cursor. Ids alone do not tell whose it is: all symbols of Binance's
   * futures share one numbering.
   */
  private resembles(book: BookFeed, count: number): boolean {
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    const note = (price: number): void => {
      lowest = Math.min(lowest, price);
      highest = Math.max(highest, price);
    };
    for (let i = 0; i < count; i++) eachPrice(this.ring.views.u8, this.ring.writer.at(i), note);
    let inside = 0;
    let levels = 0;
    const compare = (price: number): void => {
      levels++;
      if (price >= lowest && price <= highest) inside++;
    };
    for (const { records } of book.pending)
      for (let at = 0; at < records.length; at += L.RECORD_BYTES) eachPrice(records, at, compare);
    return inside * 2 > levels;
  }

  private frameText(): Uint8Array {
    const { u8, u32 } = this.ring.views;
    const { header } = this.ring;
    return u8.subarray(u32[(header + L.MESSAGE_FRAME_AT) >> 2], u32[(header + L.MESSAGE_FRAME_END) >> 2]);
  }
}

/** Calls `take` with the prices of a level record at `at`. */
function eachPrice(bytes: Uint8Array, at: number, take: (price: number) => void): void {
  const flags = bytes[at + L.RECORD_FLAGS];
  if (flags & L.FLAG_EMPTY) return;
  const record = new DataView(bytes.buffer, bytes.byteOffset + at, L.RECORD_BYTES);
  take(record.getFloat64(L.LEVEL_PRICE, true));
  if (flags & L.FLAG_SECOND) take(record.getFloat64(L.LEVEL_SECOND_PRICE, true));
}
