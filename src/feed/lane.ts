import { CrosstickError } from "../errors.js";
import type { DecodeKernel } from "../kernel/kernel.js";
import type { LanePlan, MemoryPlan, Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import { resolveInstrument } from "../market/symbols.js";
import { type ProductName, productIndex, productName, type VenueName, venueIndex } from "../market/venues.js";
import { RingWriter } from "../ring/writer.js";
import { venueNamed } from "../venues/index.js";
import { VERDICT, type Venue } from "../venues/venue.js";
import { BookFeed, type PendingDelta } from "./book-feed.js";

/** Records kept free for what a lane itself adds to a message: gap, state, instrument. */
const CONTROL_ROOM = 8;
/** Snapshots without a symbol that wait for the delta which tells whose they are. */
const HELD_SNAPSHOTS_LIMIT = 64;

/** When a frame was received, and from which input. */
interface Stamp {
  receivedUs: number;
  nanos: number;
  source: number;
}

/** What happened to the frames of a lane. */
export interface LaneCounts {
  frames: number;
  ignored: number;
  rejected: number;
  /** By REJECT_* code. */
  rejections: Map<number, number>;
  records: number;
  covered: number;
  templateMisses: number;
}

/**
 * One feed lane: frame bytes of one venue in, checked records of its ring out. The decoder writes
 * records past the ring's private cursor; the venue's continuity rule commits or forgets them.
 */
export class Lane {
  readonly writer: RingWriter;
  readonly header: number;
  readonly counts: LaneCounts = {
    frames: 0,
    ignored: 0,
    rejected: 0,
    rejections: new Map(),
    records: 0,
    covered: 0,
    templateMisses: 0,
  };
  private readonly views: Views;
  private readonly kernel: DecodeKernel;
  private readonly memory: MemoryPlan;
  private readonly venueName: VenueName;
  private readonly venueNumber: number;
  private readonly spare: number;
  private readonly overflow: number;
  private readonly venue: Venue;
  private readonly books: (BookFeed | undefined)[] = [];
  private readonly instruments = new Map<string, number>();
  private readonly products: ProductName[] = [];
  private readonly symbols: string[] = [];
  private product: ProductName = "spot";
  /** A book whose kept deltas are being put into the ring, as room permits. */
  private flushing: { book: BookFeed; deltas: PendingDelta[]; next: number; stamp: Stamp } | null = null;
  private held: Uint8Array[] = [];
  /** Drop what the ring cannot take (live), or have the caller wait and call again (replay). */
  private readonly dropWhenFull: boolean;
  /** Books that lost a message to a full ring and whose gap records are still to be written. */
  private owed: BookFeed[] = [];

  constructor(options: {
    views: Views;
    kernel: DecodeKernel;
    memory: MemoryPlan;
    plan: LanePlan;
    venue: VenueName;
    dropWhenFull: boolean;
  }) {
    this.views = options.views;
    this.kernel = options.kernel;
    this.memory = options.memory;
    this.header = options.plan.lane;
    this.spare = options.plan.spare;
    this.overflow = options.plan.overflow;
    this.writer = new RingWriter(options.views, options.plan.ring, options.memory.engine);
    this.venueName = options.venue;
    this.venueNumber = venueIndex(options.venue);
    this.venue = venueNamed(options.venue);
    this.dropWhenFull = options.dropWhenFull;
  }

  /** Says to which product the frames that follow belong. */
  setProduct(product: ProductName): void {
    this.product = product;
    this.views.u32[(this.header + L.MESSAGE_PRODUCT) >> 2] = productIndex(product);
  }

  /**
   * Hot: decodes the frame that the message header points at, and commits, keeps or refuses it.
   * False: the ring has no room and nothing happened; free it and call again (replay only).
   * `symbol` is the instrument of a reply that does not name it.
   */
  frame(symbol: string | null): boolean {
    if (this.owed.length > 0) this.payOwed();
    if (this.flushing !== null && !this.flush()) return false;
    if (!this.dropWhenFull && !this.hasRoomFor(this.held)) return false;
    const { u32 } = this.views;
    u32[(this.header + L.MESSAGE_HINT) >> 2] = symbol === null ? 0 : this.instrumentFor(symbol) + 1;
    for (;;) {
      const room = this.writer.free(L.RECORD_BYTES) - CONTROL_ROOM;
      const count = room <= 0 ? L.NEED_SPACE : this.decode(room);
      if (count > 0) {
        this.counts.frames++;
        this.accept(u32[(this.header + L.MESSAGE_CLASS) >> 2], count);
        return true;
      }
      if (count === L.NEED_SPACE) {
        // The reader may have moved since the cursor was cached.
        if (this.writer.free(this.writer.capacity) - CONTROL_ROOM > room) continue;
        if (this.writer.free(this.writer.capacity) === this.writer.capacity) this.reject(L.REJECT_TOO_MANY_RECORDS);
        else if (this.dropWhenFull) this.drop();
        else return false;
      } else if (count === L.NEED_SYMBOL) {
        if (this.addSymbol()) continue;
      } else if (count === L.NEED_INSTRUMENT) {
        const text = this.frameText();
        if (!this.dropWhenFull && !this.hasRoomFor([text])) return false;
        this.hold(text);
      } else if (count === 0) this.counts.ignored++;
      else this.reject(count);
      this.counts.frames++;
      return true;
    }
  }

  /** A frame or line that never reached the decoder. */
  reject(code: number): void {
    this.counts.rejected++;
    this.counts.rejections.set(code, (this.counts.rejections.get(code) ?? 0) + 1);
  }

  /** Merge progress: nothing of this lane comes before the frame that its message header describes. */
  watermark(receivedUs: number, nanos: number, source: number): void {
    if (this.writer.free(CONTROL_ROOM) <= 0) return;
    this.writer.control(L.KIND_WATERMARK, source, L.INSTRUMENT_NONE, receivedUs, nanos, []);
    this.writer.publish();
  }

  /** Live: adds an instrument before its first frame, so that its book is seen to be waiting. Its index, -1 when full. */
  expect(symbol: string): number {
    const index = this.instrumentFor(symbol);
    if (index >= 0) this.bookOf(index);
    return index;
  }

  /** Live: the venue's own symbol of an instrument of this lane. */
  symbolOf(instrument: number): string {
    return this.symbols[instrument];
  }

  /** Live: books whose state is not live, for whoever brings snapshots or subscribes again. */
  unsynced(): BookFeed[] {
    return this.books.filter((book): book is BookFeed => book !== undefined && book.state !== L.STATE_LIVE);
  }

  isLive(instrument: number): boolean {
    return this.books[instrument]?.state === L.STATE_LIVE;
  }

  /** Live: these books know nothing any more (connection lost, ban, fresh start), and say why. */
  suspend(instruments: Iterable<number>, state: number, reason: number, receivedUs: number): void {
    this.views.f64[(this.header + L.MESSAGE_RECEIVED_TIME_US) >> 3] = receivedUs;
    for (const instrument of instruments) {
      const book = this.bookOf(instrument);
      book.forget();
      if (this.writer.free(CONTROL_ROOM) >= CONTROL_ROOM) this.setState(book, state, reason);
    }
    this.writer.publish();
  }

  /** Live: lets the engine's time go on when nothing comes, and hands over what is owed. */
  tick(receivedUs: number): void {
    if (this.owed.length > 0) this.payOwed();
    if (this.flushing !== null) this.flush();
    if (this.writer.free(CONTROL_ROOM) >= CONTROL_ROOM)
      this.writer.control(L.KIND_TICK, 0, L.INSTRUMENT_NONE, receivedUs, 0, []);
    this.writer.publish();
  }

  /** Live: a measured clock offset of the venue, µs. */
  clock(receivedUs: number, offsetUs: number, uncertaintyUs: number): void {
    if (this.writer.free(CONTROL_ROOM) < CONTROL_ROOM) return;
    const payload = [this.venueNumber, offsetUs, uncertaintyUs, L.CLOCK_METHOD_ROUND_TRIP];
    this.writer.control(L.KIND_CLOCK, 0, L.INSTRUMENT_NONE, receivedUs, 0, payload);
    this.writer.publish();
  }

  /** Live: takes over the symbol table of a worker that was lost; returns its instruments. */
  adopt(): number[] {
    const { u8, u32 } = this.views;
    const adopted: number[] = [];
    for (let slot = 0; slot < L.SYMBOL_SLOTS; slot++) {
      const at = this.header + L.LANE_SYMBOLS + slot * L.SYMBOL_BYTES;
      const length = u32[(at + L.SYMBOL_LENGTH) >> 2];
      if (length === 0) continue;
      const name = String.fromCharCode(...u8.subarray(at + L.SYMBOL_NAME, at + L.SYMBOL_NAME + length));
      const product = productName(u32[(at + L.SYMBOL_PRODUCT) >> 2]);
      const instrument = u32[(at + L.SYMBOL_INSTRUMENT) >> 2];
      this.know(product, name, instrument);
      adopted.push(instrument);
    }
    return adopted;
  }

  private know(product: ProductName, name: string, index: number): void {
    this.instruments.set(`${product} ${name}`, index);
    this.products[index] = product;
    this.symbols[index] = name;
  }

  /** The input is over: what is still held is refused, what was seen is noted, the ring is closed. False: no room yet. */
  finish(): boolean {
    if (this.flushing !== null && !this.flush()) return false;
    for (const _ of this.held) this.reject(L.REJECT_UNATTRIBUTED);
    this.held = [];
    this.counts.templateMisses = this.views.u32[(this.header + L.MESSAGE_TEMPLATE_MISSES) >> 2];
    this.noteReceiveTimes();
    this.writer.close();
    return true;
  }

  private decode(room: number): number {
    const { u32 } = this.views;
    const misses = u32[(this.header + L.MESSAGE_TEMPLATE_MISSES) >> 2];
    const count = this.kernel.decode(this.venueNumber, this.header, this.writer.address, this.writer.cursor, room);
    // What is decoded again counts when it is over.
    if (count <= L.NEED_SYMBOL) u32[(this.header + L.MESSAGE_TEMPLATE_MISSES) >> 2] = misses;
    return count;
  }

  /** Hot for CLASS_MARKET and CLASS_DELTA on a live book. */
  private accept(messageClass: number, count: number): void {
    if (messageClass === L.CLASS_MARKET) {
      this.commit(count);
      return;
    }
    const { u32, f64 } = this.views;
    const book = this.bookOf(u32[(this.header + L.MESSAGE_INSTRUMENT) >> 2]);
    const last = f64[(this.header + L.MESSAGE_LAST_ID) >> 3];
    if (messageClass >= L.CLASS_TOP_DELTA) {
      this.top(book, messageClass, last, count);
      return;
    }
    const depth = u32[(this.header + L.MESSAGE_DEPTH) >> 2];
    if (messageClass === L.CLASS_SNAPSHOT) {
      this.snapshot(book, last, depth, count);
      return;
    }
    if (book.channelDepth !== depth) {
      // Another depth channel of the same instrument counts by itself: one of them keeps the book.
      if (book.channelDepth !== 0) {
        this.counts.ignored++;
        return;
      }
      book.channelDepth = depth;
    }
    const first = f64[(this.header + L.MESSAGE_FIRST_ID) >> 3];
    const previous = f64[(this.header + L.MESSAGE_PREVIOUS_ID) >> 3];
    if (book.state === L.STATE_LIVE && book.rule.next(book.last, first, last, previous) === VERDICT.apply) {
      this.commit(count);
      book.last = last;
      return;
    }
    this.delta(book, first, last, previous, count);
    if (this.held.length > 0 && book.state !== L.STATE_LIVE) this.attribute();
  }

  private commit(count: number): void {
    this.writer.commit(count);
    this.counts.records += count;
  }

  private bookOf(instrument: number): BookFeed {
    let book = this.books[instrument];
    if (book === undefined) {
      book = new BookFeed(instrument, this.venue.integrity(this.products[instrument]));
      this.books[instrument] = book;
    }
    return book;
  }

  /** A delta of `count` records past the cursor, whatever the state of its book. */
  private delta(book: BookFeed, first: number, last: number, previous: number, count: number): void {
    if (book.state === L.STATE_LIVE) {
      const verdict = book.rule.next(book.last, first, last, previous);
      if (verdict === VERDICT.apply) {
        this.commit(count);
        book.last = last;
      } else if (verdict === VERDICT.covered) this.cover(book);
      else this.lose(book, first, last, previous, count);
      return;
    }
    if (!book.rule.bridged) return; // its next snapshot comes in the same stream and covers this
    if (Number.isNaN(book.snapshot)) {
      this.keep(book, first, last, previous, count);
      return;
    }
    const verdict = book.rule.bridge(book.snapshot, first, last, previous);
    if (verdict === VERDICT.apply) {
      this.commit(count);
      book.last = last;
      book.snapshot = Number.NaN;
      this.setState(book, L.STATE_LIVE, L.REASON_NONE);
    } else if (verdict === VERDICT.covered) this.cover(book);
    else {
      this.keep(book, first, last, previous, count);
      book.snapshot = Number.NaN;
      this.setState(book, book.state, L.REASON_SNAPSHOT_TOO_OLD);
    }
  }

  private cover(book: BookFeed): void {
    book.covered++;
    this.counts.covered++;
  }

  private keep(book: BookFeed, first: number, last: number, previous: number, count: number): void {
    const records = new Uint8Array(count * L.RECORD_BYTES);
    for (let i = 0; i < count; i++) {
      const at = this.writer.at(i);
      records.set(this.views.u8.subarray(at, at + L.RECORD_BYTES), i * L.RECORD_BYTES);
    }
    book.keep({ first, last, previous, records });
  }

  /** An update is missing: this book leaves live, and only this one. */
  private lose(book: BookFeed, first: number, last: number, previous: number, count: number): void {
    if (book.rule.bridged) this.keep(book, first, last, previous, count);
    const named = Number.isNaN(previous) ? first : previous;
    const expected = Number.isNaN(previous) ? book.last + 1 : book.last;
    book.last = Number.NaN;
    book.snapshot = Number.NaN;
    this.gap(book, expected, named, L.REASON_SEQUENCE);
  }

  private gap(book: BookFeed, expected: number, got: number, reason: number): void {
    book.state = L.STATE_GAP;
    book.reason = reason;
    this.control(L.KIND_GAP, book.instrument, [expected, got, reason]);
  }

  private setState(book: BookFeed, state: number, reason: number): void {
    if (book.state === state && book.reason === reason) return;
    book.state = state;
    book.reason = reason;
    this.control(L.KIND_BOOK_STATE, book.instrument, [state, reason]);
  }

  private control(kind: number, instrument: number, payload: readonly number[]): void {
    const { u32, f64 } = this.views;
    this.writer.control(
      kind,
      u32[(this.header + L.MESSAGE_SOURCE) >> 2],
      instrument,
      f64[(this.header + L.MESSAGE_RECEIVED_TIME_US) >> 3],
      u32[(this.header + L.MESSAGE_RECEIVED_NANOS) >> 2],
      payload,
    );
    this.counts.records++;
  }

  /** A whole book of `count` records past the cursor. */
  private snapshot(book: BookFeed, id: number, depth: number, count: number): void {
    if (!book.rule.bridged) {
      if (book.channelDepth !== depth && book.channelDepth !== 0 && book.state === L.STATE_LIVE) {
        this.counts.ignored++;
        return;
      }
      book.channelDepth = depth;
      this.commit(count);
      book.last = id;
      this.setState(book, L.STATE_LIVE, L.REASON_NONE);
      return;
    }
    // A live book is ahead of any reply of another channel: taking it would undo deltas.
    if (book.state === L.STATE_LIVE) {
      this.counts.ignored++;
      return;
    }
    for (const { first, last, previous } of book.pending) {
      const verdict = book.rule.bridge(id, first, last, previous);
      if (verdict === VERDICT.covered) continue;
      if (verdict === VERDICT.apply) break;
      this.setState(book, book.state, L.REASON_SNAPSHOT_TOO_OLD);
      this.counts.ignored++;
      return;
    }
    this.views.u8[this.writer.at(count - 1) + L.RECORD_FLAGS] |= L.FLAG_CUT;
    this.commit(count);
    book.snapshot = id;
    this.setState(book, book.state, L.REASON_AWAITING_BRIDGE);
    this.flushing = { book, deltas: book.takePending(), next: 0, stamp: this.stamp() };
    this.flush();
  }

  /** Puts kept deltas into the ring, in their order. False: the ring is full, call again. */
  private flush(): boolean {
    const task = this.flushing;
    if (task === null) return true;
    // What it adds belongs to the time of the snapshot, though the header may describe a later frame by now.
    const stamp = this.stamp();
    this.setStamp(task.stamp);
    while (task.next < task.deltas.length) {
      const { first, last, previous, records } = task.deltas[task.next];
      const count = records.length / L.RECORD_BYTES;
      if (this.writer.free(count + CONTROL_ROOM) < count + CONTROL_ROOM) break;
      for (let i = 0; i < count; i++) this.writer.copyIn(records, i * L.RECORD_BYTES, i);
      this.delta(task.book, first, last, previous, count);
      task.next++;
    }
    this.setStamp(stamp);
    if (task.next < task.deltas.length) return false;
    this.flushing = null;
    return true;
  }

  /** Receive time and source of the frame that the header describes. */
  private stamp(): Stamp {
    const { u32, f64 } = this.views;
    return {
      receivedUs: f64[(this.header + L.MESSAGE_RECEIVED_TIME_US) >> 3],
      nanos: u32[(this.header + L.MESSAGE_RECEIVED_NANOS) >> 2],
      source: u32[(this.header + L.MESSAGE_SOURCE) >> 2],
    };
  }

  private setStamp({ receivedUs, nanos, source }: Stamp): void {
    const { u32, f64 } = this.views;
    f64[(this.header + L.MESSAGE_RECEIVED_TIME_US) >> 3] = receivedUs;
    u32[(this.header + L.MESSAGE_RECEIVED_NANOS) >> 2] = nanos;
    u32[(this.header + L.MESSAGE_SOURCE) >> 2] = source;
  }

  /** A message of a one-level channel, which counts by itself and repeats its id when nothing changed. */
  private top(book: BookFeed, messageClass: number, last: number, count: number): void {
    if (messageClass === L.CLASS_TOP_DELTA) {
      if (last <= book.topLast || Number.isNaN(book.topLast)) {
        this.cover(book);
        return;
      }
      if (last !== book.topLast + 1) {
        // One is missing: what the top is now nobody knows until the next snapshot.
        book.topLast = Number.NaN;
        const { f64 } = this.views;
        for (let i = 0; i < 4; i++) f64[((this.writer.at(0) + L.RECORD_PAYLOAD) >> 3) + i] = Number.NaN;
        this.commit(count);
        return;
      }
      this.views.u8[this.writer.at(0) + L.RECORD_FLAGS] |= L.FLAG_PARTIAL;
    }
    book.topLast = last;
    this.commit(count);
  }

  /** Adds the symbol that the decoder stumbled on. False: it cannot be added, and the frame is refused. */
  private addSymbol(): boolean {
    const { u8, u32 } = this.views;
    const at = u32[(this.header + L.MESSAGE_SYMBOL_AT) >> 2];
    const length = u32[(this.header + L.MESSAGE_SYMBOL_LENGTH) >> 2];
    if (length === 0 || length > L.SYMBOL_NAME_BYTES) {
      this.reject(L.REJECT_SYMBOL);
      return false;
    }
    let name = "";
    for (let i = 0; i < length; i++) name += String.fromCharCode(u8[at + i]);
    const key = `${this.product} ${name}`;
    if (this.instruments.has(key)) throw new CrosstickError("FEED_SYMBOL_TABLE", `The symbol table lost ${key}`);
    const index = this.addInstrument(name);
    if (index < 0) {
      this.reject(L.REJECT_CAPACITY);
      return false;
    }
    return true;
  }

  /** The instrument of a name that comes from outside the frame; -1 when there is no room for it. */
  private instrumentFor(name: string): number {
    const key = `${this.product} ${name}`;
    return this.instruments.get(key) ?? this.addInstrument(name);
  }

  private addInstrument(name: string): number {
    const { u8, u32, f64 } = this.views;
    const count = this.memory.instrumentCount >> 2;
    if (Atomics.load(u32, count) >= this.memory.sizes.instruments) return -1;
    const index = Atomics.add(u32, count, 1);
    if (index >= this.memory.sizes.instruments) return -1;
    const { unitCode, contractSize } = resolveInstrument(this.venueName, this.product, name);
    const identity = this.memory.identities + index * L.IDENTITY_BYTES;
    u32[(identity + L.IDENTITY_VENUE) >> 2] = this.venueNumber;
    u32[(identity + L.IDENTITY_PRODUCT) >> 2] = productIndex(this.product);
    u32[(identity + L.IDENTITY_UNIT) >> 2] = unitCode;
    u32[(identity + L.IDENTITY_NAME_LENGTH) >> 2] = name.length;
    f64[(identity + L.IDENTITY_CONTRACT_SIZE) >> 3] = contractSize ?? Number.NaN;
    f64[(identity + L.IDENTITY_FIRST_RECEIVED_US) >> 3] = Number.NaN;
    f64[(identity + L.IDENTITY_LAST_RECEIVED_US) >> 3] = Number.NaN;
    for (let i = 0; i < name.length; i++) u8[identity + L.IDENTITY_NAME + i] = name.charCodeAt(i);
    const slot = this.kernel.symbolAdd(
      this.header,
      identity + L.IDENTITY_NAME,
      name.length,
      productIndex(this.product),
      index,
      unitCode,
      contractSize ?? Number.NaN,
    );
    if (slot < 0) return -1;
    this.know(this.product, name, index);
    this.control(L.KIND_INSTRUMENT, index, []);
    return index;
  }

  /** Copies when each instrument was first and last named from the symbol table to the shared instrument table. */
  private noteReceiveTimes(): void {
    const { u32, f64 } = this.views;
    for (let slot = 0; slot < L.SYMBOL_SLOTS; slot++) {
      const at = this.header + L.LANE_SYMBOLS + slot * L.SYMBOL_BYTES;
      if (u32[(at + L.SYMBOL_LENGTH) >> 2] === 0) continue;
      const identity = this.memory.identities + u32[(at + L.SYMBOL_INSTRUMENT) >> 2] * L.IDENTITY_BYTES;
      f64[(identity + L.IDENTITY_FIRST_RECEIVED_US) >> 3] = f64[(at + L.SYMBOL_FIRST_RECEIVED_US) >> 3];
      f64[(identity + L.IDENTITY_LAST_RECEIVED_US) >> 3] = f64[(at + L.SYMBOL_LAST_RECEIVED_US) >> 3];
    }
  }

  /** Keeps a snapshot that names no instrument until a delta shows whose it is. */
  private hold(text: Uint8Array): void {
    if (text.length > L.SPARE_BYTES) {
      this.reject(L.REJECT_UNATTRIBUTED);
      return;
    }
    this.held.push(text.slice());
    if (this.held.length > HELD_SNAPSHOTS_LIMIT) {
      this.held.shift();
      this.reject(L.REJECT_UNATTRIBUTED);
    }
    this.attribute();
  }

  private frameText(): Uint8Array {
    const { u8, u32 } = this.views;
    return u8.subarray(u32[(this.header + L.MESSAGE_FRAME_AT) >> 2], u32[(this.header + L.MESSAGE_FRAME_END) >> 2]);
  }

  /**
   * Whether the ring could take any one of these snapshots now, and what the lane adds. A replay waits for
   * it beforehand: when a snapshot finds its book must not depend on how far the reader has come.
   */
  private hasRoomFor(snapshots: readonly Uint8Array[]): boolean {
    let records = 0;
    // A level takes 10 bytes of text at least, `["1","1"],`, and a record holds two.
    for (const { length } of snapshots) records = Math.max(records, length >> 4);
    const needed = Math.min(records + CONTROL_ROOM, this.writer.capacity);
    return this.writer.free(needed) >= needed;
  }

  /** Gives one held snapshot to the one book of this product whose kept deltas bridge it and lie where it lies. */
  private attribute(): void {
    const { u8, u32, f64 } = this.views;
    for (let i = 0; i < this.held.length; i++) {
      const text = this.held[i];
      u8.set(text, this.spare);
      u32[(this.header + L.MESSAGE_FRAME_AT) >> 2] = this.spare;
      u32[(this.header + L.MESSAGE_FRAME_END) >> 2] = this.spare + text.length;
      const candidates: BookFeed[] = [];
      const misses = u32[(this.header + L.MESSAGE_TEMPLATE_MISSES) >> 2];
      for (const book of this.books) {
        if (book === undefined || book.state === L.STATE_LIVE || book.pending.length === 0) continue;
        if (this.products[book.instrument] !== this.product) continue;
        u32[(this.header + L.MESSAGE_HINT) >> 2] = book.instrument + 1;
        const count = this.decode(this.writer.free(this.writer.capacity) - CONTROL_ROOM);
        if (count <= 0) continue;
        const id = f64[(this.header + L.MESSAGE_LAST_ID) >> 3];
        const next = book.pending.find((p) => book.rule.bridge(id, p.first, p.last, p.previous) !== VERDICT.covered);
        if (next === undefined || book.rule.bridge(id, next.first, next.last, next.previous) !== VERDICT.apply)
          continue;
        if (this.resembles(book, count)) candidates.push(book);
      }
      u32[(this.header + L.MESSAGE_TEMPLATE_MISSES) >> 2] = misses; // tried on, not taken
      if (candidates.length === 1) {
        u32[(this.header + L.MESSAGE_HINT) >> 2] = candidates[0].instrument + 1;
        const count = this.decode(this.writer.free(this.writer.capacity) - CONTROL_ROOM);
        if (count > 0) {
          this.held.splice(i, 1);
          this.snapshot(candidates[0], f64[(this.header + L.MESSAGE_LAST_ID) >> 3], 0, count);
          return;
        }
      }
    }
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
    for (let i = 0; i < count; i++) eachPrice(this.views.u8, this.writer.at(i), note);
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

  /**
   * The ring has no room for a live message: it is dropped whole, and its book owes a gap record. It is
   * decoded once more, into a spare ring that nobody reads, only to learn whose it is.
   */
  private drop(): void {
    const { u32 } = this.views;
    const count = this.kernel.decode(this.venueNumber, this.header, this.overflow, 0, L.OVERFLOW_RECORDS);
    this.writer.countDropped(Math.max(0, count));
    const messageClass = u32[(this.header + L.MESSAGE_CLASS) >> 2];
    if (count > 0 && messageClass === L.CLASS_MARKET) return;
    const one = count > 0 ? this.bookOf(u32[(this.header + L.MESSAGE_INSTRUMENT) >> 2]) : null;
    if (one !== null && messageClass >= L.CLASS_TOP_DELTA) one.topLast = Number.NaN;
    else for (const book of this.books) if (book !== undefined && (one === null || book === one)) this.owe(book);
  }

  private owe(book: BookFeed): void {
    if (book.state === L.STATE_LIVE && !this.owed.includes(book)) this.owed.push(book);
  }

  private payOwed(): void {
    while (this.owed.length > 0 && this.writer.free(CONTROL_ROOM) >= CONTROL_ROOM) {
      const book = this.owed.pop();
      if (book === undefined) continue;
      const expected = book.last + 1;
      book.forget();
      this.gap(book, expected, Number.NaN, L.REASON_OVERFLOW);
    }
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
