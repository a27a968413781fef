import * as L from "../layout.js";
import { type BookRules, type DeltaIds, VERDICT } from "../venues/venue.js";
import { BookFeed, type PendingDelta } from "./book-feed.js";
import { BookProof, PROOF_RECORDS } from "./book-proof.js";
import { ConnectionNumbers, NUMBER_DUE, NUMBER_MISSED, NUMBER_REPEATED } from "./connection-numbers.js";
import { GapDebts } from "./gap-debts.js";
import { CONTROL_ROOM, type LaneRing, type Stamp } from "./lane-ring.js";
import type { LaneSymbols } from "./lane-symbols.js";
import { acceptTop } from "./top-channel.js";

/**
 * The integrity machine: what a depth message, `count` records past the ring's cursor, is to its book by
 * the venue's continuity rule. It commits the records, keeps them for later, or leaves them forgotten.
 */
export class BookKeeper {
  readonly books: (BookFeed | undefined)[] = [];
  /** Live: the connection that brings the present frame; 0 for a reply, and in a replay. */
  link = 0;
  /** Live: two connections bring the same for a while. */
  overlapping = false;
  private readonly ring: LaneRing;
  private readonly venue: BookRules;
  private readonly symbols: LaneSymbols;
  private readonly proof: BookProof;
  /** Numbering of each connection, by its link. */
  private numbering: (ConnectionNumbers | undefined)[] = [];
  /** A book whose kept deltas are being put into the ring, as room permits. */
  private flushing: { book: BookFeed; deltas: PendingDelta[]; next: number; stamp: Stamp } | null = null;
  private readonly debts: GapDebts;
  /** Of the delta that the header describes. An object, since numbers beyond 2^31 given one by one to a rule make garbage. */
  private readonly ids: DeltaIds = { first: Number.NaN, last: Number.NaN, previous: Number.NaN };

  constructor(ring: LaneRing, venue: BookRules, symbols: LaneSymbols) {
    this.ring = ring;
    this.venue = venue;
    this.symbols = symbols;
    this.proof = new BookProof(ring, venue, symbols);
    this.debts = new GapDebts(ring);
  }

  /**
   * Hot: records that a message may have where so many are free: the rest is for what is added to it here.
   * `hasGaps`: the gaps of all books, which one frame can put in doubt at once, are written already.
   */
  room(free: number, hasGaps: boolean): number {
    const { witness } = this.venue;
    const mayLoseAll = !hasGaps && (witness !== undefined || !Number.isNaN(this.numbers.due));
    const left = free - CONTROL_ROOM - (mayLoseAll ? this.books.length : 0);
    return witness === undefined ? left : Math.floor(left / (1 + PROOF_RECORDS));
  }

  private get numbers(): ConnectionNumbers {
    const known = this.numbering[this.link];
    if (known !== undefined) return known;
    const fresh = new ConnectionNumbers();
    this.numbering[this.link] = fresh;
    return fresh;
  }

  /**
   * Hot: follows the numbering of the connection, where there is one, with the frame that the header
   * describes: NUMBER_*. When frames were missed, gap records stand where the frame's own were decoded to.
   */
  follow(): number {
    const { u32, f64 } = this.ring.views;
    const { header } = this.ring;
    if (u32[(header + L.MESSAGE_PART) >> 2] !== 0) return NUMBER_DUE;
    const id = f64[(header + L.MESSAGE_CONNECTION_ID) >> 3];
    const { due } = this.numbers;
    const number = this.numbers.take(id);
    if (number === NUMBER_REPEATED) u32[(header + L.MESSAGE_PARTS) >> 2] = 1;
    else if (number === NUMBER_MISSED) this.loseAll(due, id);
    return number;
  }

  /** Frames of the connection are missing, or a new one has begun, which counts from 0. */
  private loseAll(due: number, id: number): void {
    for (const book of this.books) {
      // While connections overlap, only the one that a book follows can lose something of it.
      if (book?.isSequenced !== true || (book.link !== 0 && book.link !== this.link)) continue;
      book.forget();
      this.gap(book, due, id, id === 0 ? L.REASON_DISCONNECTED : L.REASON_SEQUENCE);
    }
  }

  /** Live: the frame that the header describes is dropped, but its number has come. */
  skip(): void {
    const id = this.ring.views.f64[(this.ring.header + L.MESSAGE_CONNECTION_ID) >> 3];
    if (this.numbers.take(id) === NUMBER_MISSED) this.owe(null, L.REASON_SEQUENCE);
  }

  bookOf(instrument: number): BookFeed {
    let book = this.books[instrument];
    if (book === undefined) {
      book = new BookFeed(instrument, this.venue.integrity(this.symbols.productOf(instrument)));
      this.books[instrument] = book;
    }
    return book;
  }

  /** Books that are not live and could be, for whoever brings snapshots or subscribes again. */
  unsynced(): BookFeed[] {
    return this.books.filter((book): book is BookFeed => book !== undefined && !book.isSequenced && !book.closed);
  }

  /** Hot for a delta on a live book. Takes the message that the header describes; returns its book when that is not live. */
  accept(count: number): BookFeed | null {
    const { u32, f64 } = this.ring.views;
    const { header } = this.ring;
    const messageClass = u32[(header + L.MESSAGE_CLASS) >> 2];
    const book = this.bookOf(u32[(header + L.MESSAGE_INSTRUMENT) >> 2]);
    const depth = u32[(header + L.MESSAGE_DEPTH) >> 2];
    if (book.closed) {
      this.ring.counts.ignored++;
      return null;
    }
    if (messageClass === L.CLASS_IMAGE) this.replace(book, f64[(header + L.MESSAGE_LAST_ID) >> 3], depth, count);
    else if (messageClass >= L.CLASS_TOP_DELTA) acceptTop(this.ring, book, count, this.overlapping);
    else if (messageClass === L.CLASS_SNAPSHOT)
      this.snapshot(book, f64[(header + L.MESSAGE_LAST_ID) >> 3], depth, count);
    else if (book.channelDepth !== depth && book.channelDepth !== 0) {
      // Another depth channel of the same instrument counts by itself: one of them keeps the book.
      this.ring.counts.ignored++;
      return null;
    } else {
      book.channelDepth = depth;
      this.ids.first = f64[(header + L.MESSAGE_FIRST_ID) >> 3];
      this.ids.last = f64[(header + L.MESSAGE_LAST_ID) >> 3];
      this.ids.previous = f64[(header + L.MESSAGE_PREVIOUS_ID) >> 3];
      this.delta(book, this.ids, count);
    }
    return book.isSequenced ? null : book;
  }

  /** Hot: a delta, whatever the state of its book. */
  private delta(book: BookFeed, ids: DeltaIds, count: number): void {
    if (book.isSequenced) {
      const others = book.link !== 0 && book.link !== this.link;
      // Without numbers only the connection that brought the whole book goes on with it.
      if (others && book.rule.unnumbered === true) {
        this.cover();
        return;
      }
      const verdict = book.rule.next(book, ids);
      if (verdict === VERDICT.apply) this.next(book, ids, count);
      else if (verdict === VERDICT.covered) {
        // Whoever repeats what the book has goes on from there without a gap.
        book.link = this.link;
        this.cover();
      }
      // What is missing before this comes by the connection that the book follows.
      else if (others) this.cover();
      else this.lose(book, ids, count);
      if (book.state === L.STATE_STALE) this.setState(book, L.STATE_LIVE, L.REASON_NONE);
      return;
    }
    if (!book.rule.bridged) return; // its next snapshot comes in the same stream and covers this
    if (Number.isNaN(book.snapshot)) {
      this.keep(book, ids, count);
      return;
    }
    const verdict = book.rule.bridge(book.snapshot, ids);
    if (verdict === VERDICT.apply) {
      this.ring.commit(count);
      book.last = ids.last;
      book.link = this.link;
      book.snapshot = Number.NaN;
      this.setState(book, L.STATE_LIVE, L.REASON_NONE);
    } else if (verdict === VERDICT.covered) this.cover();
    else {
      this.keep(book, ids, count);
      book.snapshot = Number.NaN;
      this.setState(book, book.state, L.REASON_SNAPSHOT_TOO_OLD);
    }
  }

  /** Hot: the delta that is due, applied unless the venue's checksum says that the book is wrong with it. */
  private next(book: BookFeed, ids: DeltaIds, count: number): void {
    const records = book.rule.bridged ? count : this.proof.check(book, false, count);
    if (records === 0) this.disprove(book, ids.last);
    else {
      this.ring.commit(records);
      book.last = ids.last;
      book.link = this.link;
    }
  }

  private cover(): void {
    this.ring.counts.covered++;
  }

  private keep(book: BookFeed, { first, last, previous }: DeltaIds, count: number): void {
    const records = new Uint8Array(count * L.RECORD_BYTES);
    for (let i = 0; i < count; i++) {
      const at = this.ring.writer.at(i);
      records.set(this.ring.views.u8.subarray(at, at + L.RECORD_BYTES), i * L.RECORD_BYTES);
    }
    book.keep({ first, last, previous, records });
  }

  /** An update is missing: this book leaves live, and only this one. */
  private lose(book: BookFeed, ids: DeltaIds, count: number): void {
    if (book.rule.bridged) this.keep(book, ids, count);
    const { first, previous } = ids;
    const named = Number.isNaN(previous) ? first : previous;
    const expected = Number.isNaN(previous) ? book.last + 1 : book.last;
    book.last = Number.NaN;
    book.snapshot = Number.NaN;
    this.gap(book, expected, named, L.REASON_SEQUENCE);
  }

  /** The book is not what its venue has: nothing of the message is taken, a fresh book is needed. */
  private disprove(book: BookFeed, last: number): void {
    book.forget();
    this.gap(book, Number.NaN, last, L.REASON_CHECKSUM);
  }

  private gap(book: BookFeed, expected: number, got: number, reason: number): void {
    book.state = L.STATE_GAP;
    book.reason = reason;
    this.ring.control(L.KIND_GAP, book.instrument, [expected, got, reason]);
  }

  private setState(book: BookFeed, state: number, reason: number): void {
    if (book.state === state && book.reason === reason) return;
    book.state = state;
    book.reason = reason;
    this.ring.control(L.KIND_BOOK_STATE, book.instrument, [state, reason]);
  }

  /** A whole book that needs no bridge. */
  private replace(book: BookFeed, id: number, depth: number, count: number): void {
    if (book.channelDepth !== depth && book.channelDepth !== 0 && book.isSequenced) {
      this.ring.counts.ignored++;
      return;
    }
    // A successor's first book, behind what its predecessor has brought: its deltas will go on from here.
    if (book.isSequenced && this.overlapping && book.link !== this.link && id <= book.last) {
      book.link = this.link;
      this.cover();
      return;
    }
    book.channelDepth = depth;
    if (this.proof.check(book, true, count) === 0) {
      this.disprove(book, id);
      return;
    }
    this.ring.commit(count);
    book.takePending();
    book.last = id;
    book.link = this.link;
    book.snapshot = Number.NaN;
    this.setState(book, L.STATE_LIVE, L.REASON_NONE);
  }

  /** A whole book. */
  snapshot(book: BookFeed, id: number, depth: number, count: number): void {
    const live = book.isSequenced;
    if (!book.rule.bridged) {
      this.replace(book, id, depth, count);
      return;
    }
    // A live book is ahead of any reply of another channel: taking it would undo deltas. And a reply of fewer
    // or more levels belongs to another channel, which counts by itself.
    if (live || (book.channelDepth !== depth && book.channelDepth !== 0 && depth !== 0)) {
      this.ring.counts.ignored++;
      return;
    }
    for (const delta of book.pending) {
      const verdict = book.rule.bridge(id, delta);
      if (verdict === VERDICT.covered) continue;
      if (verdict === VERDICT.apply) break;
      this.setState(book, book.state, L.REASON_SNAPSHOT_TOO_OLD);
      this.ring.counts.ignored++;
      return;
    }
    this.ring.views.u8[this.ring.writer.at(count - 1) + L.RECORD_FLAGS] |= L.FLAG_CUT;
    this.ring.commit(count);
    book.snapshot = id;
    this.setState(book, book.state, L.REASON_AWAITING_BRIDGE);
    this.flushing = { book, deltas: book.takePending(), next: 0, stamp: this.ring.stamp() };
    this.flush();
  }

  /** Puts kept deltas into the ring, in their order. False: the ring is full, call again. */
  flush(): boolean {
    const task = this.flushing;
    if (task === null) return true;
    // What it adds belongs to the time of the snapshot, though the header may describe a later frame by now.
    const stamp = this.ring.stamp();
    this.ring.setStamp(task.stamp);
    const { writer } = this.ring;
    while (task.next < task.deltas.length) {
      const delta = task.deltas[task.next];
      const { records } = delta;
      const count = records.length / L.RECORD_BYTES;
      if (writer.free(count + CONTROL_ROOM) < count + CONTROL_ROOM) break;
      for (let i = 0; i < count; i++) writer.copyIn(records, i * L.RECORD_BYTES, i);
      this.delta(task.book, delta, count);
      task.next++;
    }
    this.ring.setStamp(stamp);
    if (task.next < task.deltas.length) return false;
    this.flushing = null;
    return true;
  }

  /** Live: these books know nothing any more (connection lost, ban, fresh start), and say why. */
  suspend(instruments: Iterable<number>, state: number, reason: number): void {
    // A book that the engine wants afresh stays on its connection; all else is a connection that ended.
    if (reason !== L.REASON_CROSSED) this.numbering = [];
    this.unlearn(instruments, false, state, reason);
  }

  /** Live: the venue is being worked on as far as these books are concerned, or no more; their connection stands. */
  trading(instruments: Iterable<number>, isOpen: boolean): void {
    if (isOpen) this.unlearn(instruments, false, L.STATE_SYNCING, L.REASON_AWAITING_SNAPSHOT);
    else this.unlearn(instruments, true, L.STATE_MAINTENANCE, L.REASON_MAINTENANCE);
  }

  private unlearn(instruments: Iterable<number>, closed: boolean, state: number, reason: number): void {
    for (const instrument of instruments) {
      const book = this.bookOf(instrument);
      book.closed = closed;
      book.forget();
      if (this.flushing?.book === book) this.flushing = null;
      if (this.ring.hasControlRoom) this.setState(book, state, reason);
    }
  }

  /** Live: the book goes on by another connection. False where nothing would show what was lost between the two. */
  relink(instrument: number, link: number): boolean {
    const book = this.bookOf(instrument);
    if (book.link === link || !book.isSequenced) return true;
    if (book.rule.unnumbered === true) return false;
    book.link = link;
    return true;
  }

  /** Live: the channels of these books are silent: what they hold is still right as of their last message, and old. */
  stale(instruments: Iterable<number>): void {
    for (const instrument of instruments) {
      const book = this.bookOf(instrument);
      if (book.state === L.STATE_LIVE && this.ring.hasControlRoom) this.setState(book, L.STATE_STALE, L.REASON_SILENT);
    }
  }

  /** Live: the connection of these books answers again, and has lost nothing. */
  revive(instruments: Iterable<number>): void {
    for (const instrument of instruments) {
      const book = this.bookOf(instrument);
      if (book.state === L.STATE_STALE && this.ring.hasControlRoom) this.setState(book, L.STATE_LIVE, L.REASON_NONE);
    }
  }

  /** A message of this book (null: of nobody knows which) was dropped or refused; a gap record is owed. */
  owe(book: BookFeed | null, reason: number): void {
    for (const one of book === null ? this.books : [book]) if (one !== undefined) this.debts.add(one, reason);
  }

  /** A refused frame, of one instrument or of nobody knows which: where nothing is numbered it may have been an update. */
  doubt(instrument: number): void {
    for (const book of this.books) {
      if (book === undefined || (instrument !== L.INSTRUMENT_NONE && book.instrument !== instrument)) continue;
      // A live book without an id is one of a venue that began to number later (OKX, recordings of 2022).
      if (book.rule.unnumbered === true || Number.isNaN(book.last)) this.owe(book, L.REASON_REJECTED_FRAME);
    }
    this.payOwed();
  }

  /** Writes what is owed, as room permits, before anything else of those books. False: the ring is full, call again. */
  payOwed(): boolean {
    return this.debts.pay(this.lost);
  }

  /** Hot: whether nothing is owed, and nothing kept is still to be put into the ring. */
  get isSettled(): boolean {
    return this.flushing === null && this.debts.none;
  }

  private readonly lost = (book: BookFeed, reason: number): void => {
    const expected = book.last + 1;
    book.forget();
    if (this.flushing?.book === book) this.flushing = null;
    this.gap(book, expected, Number.NaN, reason);
  };
}
