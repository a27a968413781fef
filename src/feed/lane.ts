import type { DecodeKernel } from "../kernel/kernel.js";
import type { LanePlan, MemoryPlan, Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import { symbolOfTardis } from "../market/recorders.js";
import { type ProductName, productIndex, type VenueName, venueIndex } from "../market/venues.js";
import type { RingWriter } from "../ring/writer.js";
import { venueNamed } from "../venues/index.js";
import { relayedIntegrity } from "../venues/tardis.js";
import type { InstrumentMetadata } from "../venues/venue.js";
import { BookKeeper } from "./book-keeper.js";
import { Burst } from "./burst.js";
import type { Comparison } from "./comparison.js";
import { NUMBER_MISSED, NUMBER_REPEATED } from "./connection-numbers.js";
import { EventMemory, withoutRepeats } from "./event-memory.js";
import { HeldSnapshots } from "./held-snapshots.js";
import { LaneBooks } from "./lane-books.js";
import { type LaneCounts, LaneRing } from "./lane-ring.js";
import { LaneSymbols } from "./lane-symbols.js";
import { Liveness } from "./liveness.js";
import { SpareDecoder } from "./spare-decoder.js";

export type { LaneCounts };

/** Records that are looked for in the ring before a burst is decoded into what is free: as many as one read can bring. */
const BURST_ROOM = 2048;

/** Who relays a venue: Tardis, by its CSV files and by tardis-machine. */
export type Relay = "tardis";

/**
 * One feed lane: frame bytes of one venue in, checked records of its ring out. The decoder writes
 * records past the ring's private cursor; the venue's continuity rule commits or forgets them.
 */
export class Lane {
  readonly writer: RingWriter;
  readonly header: number;
  readonly counts: LaneCounts;
  private readonly views: Views;
  private readonly kernel: DecodeKernel;
  private readonly venue: number;
  /** The venue for the decoder, in whose words or in those of a relay. */
  private readonly dialect: number;
  /** Live: sees what a frame says without taking it. */
  readonly spare: SpareDecoder;
  private readonly ring: LaneRing;
  private readonly symbols: LaneSymbols;
  private readonly keeper: BookKeeper;
  /** Live: what is asked of the lane's books, and told of them. */
  readonly books: LaneBooks;
  private readonly held: HeldSnapshots;
  /** What the decoder said of the line at which lines() stopped, for frame(); NaN where it stopped at none. */
  unsettled = Number.NaN;
  private readonly bursts: Burst;
  private product: ProductName = "spot";
  private links = 0;
  private overlaps = 0;
  private events: EventMemory | null = null;
  private comparison: Comparison | null = null;
  /** Live: when each channel spoke last. */
  readonly liveness = new Liveness();
  /** Drop what the ring cannot take (live), or have the caller wait and call again (replay). */
  private readonly dropWhenFull: boolean;

  constructor(options: {
    views: Views;
    kernel: DecodeKernel;
    memory: MemoryPlan;
    plan: LanePlan;
    venue: VenueName;
    dropWhenFull: boolean;
    /** Who relays the venue's market in words of its own; absent where the venue itself is heard. */
    relay?: Relay;
  }) {
    const { views, kernel, memory, plan, venue, relay } = options;
    this.views = views;
    this.kernel = kernel;
    this.header = plan.lane;
    this.venue = venueIndex(venue);
    this.dialect = this.venue + (relay === "tardis" ? L.DIALECT_TARDIS : 0);
    this.spare = new SpareDecoder({ views, kernel, venue: this.dialect, header: plan.lane, ring: plan.overflow });
    this.dropWhenFull = options.dropWhenFull;
    views.u32[(plan.lane + L.MESSAGE_PRODUCT) >> 2] = productIndex(this.product);
    views.u8[plan.lane + L.MESSAGE_KNOWN_ONLY] = options.dropWhenFull ? 1 : 0;
    this.ring = new LaneRing(views, plan.lane, plan.ring, memory.engine);
    this.writer = this.ring.writer;
    this.counts = this.ring.counts;
    const ownName = relay === "tardis" ? symbolOfTardis.bind(null, venue) : undefined;
    this.symbols = new LaneSymbols(this.ring, kernel, memory, venue, ownName);
    const rules = relay === "tardis" ? { integrity: relayedIntegrity } : venueNamed(venue);
    this.keeper = new BookKeeper(this.ring, rules, this.symbols);
    this.books = new LaneBooks(this.ring, this.keeper);
    const { ring, keeper, symbols, header, writer } = this;
    this.bursts = new Burst({ views, kernel, venue: this.dialect, header, writer, out: plan.burst });
    this.held = new HeldSnapshots({ ring, keeper, symbols, spare: plan.spare, decode: (room) => this.decode(room) });
  }

  /** Hot: says to which product the frames that follow belong. */
  setProduct(product: ProductName): void {
    if (product === this.product) return;
    this.product = product;
    this.views.u32[(this.header + L.MESSAGE_PRODUCT) >> 2] = productIndex(product);
  }

  /**
   * Hot: decodes the frame that the message header points at, and commits, keeps or refuses it.
   * False: the ring has no room; free it and call again, and it goes on where it was (replay only).
   * `symbol` is the instrument of a reply that does not name it; `decoded` what the decoder said, if it has been asked.
   */
  frame(symbol: string | null, decoded: number | null = null): boolean {
    const { u32 } = this.views;
    const part = (this.header + L.MESSAGE_PART) >> 2;
    do {
      if (!this.part(symbol, decoded)) return false;
      decoded = null;
    } while (++u32[part] < u32[(this.header + L.MESSAGE_PARTS) >> 2]);
    u32[part] = 0;
    this.counts.frames++;
    return true;
  }

  /**
   * Hot, live: takes plain WebSocket messages in [at, end), each of at most `longest` bytes, up to the first that a book
   * does not simply take, and that one too. Where it stopped; `at` where each message must be looked at by itself. Once
   * all is taken it is visible, before anything else is noted of it.
   */
  burst(at: number, end: number, longest: number): number {
    const { ignored } = this.counts;
    for (;;) {
      if (this.events !== null || this.comparison !== null || !this.keeper.isSettled) return at;
      const room = this.keeper.room(this.writer.free(BURST_ROOM), false);
      if (room <= 0) return at;
      const { bursts } = this;
      this.views.u32[(this.header + L.MESSAGE_HINT) >> 2] = 0;
      at = bursts.take(at, end, longest, room);
      this.ring.commit(bursts.records);
      const { isUnsettled, count } = bursts;
      if (at === end && !isUnsettled) this.writer.publish();
      this.counts.frames += bursts.kept;
      bursts.eachRun(this.heard);
      if (!isUnsettled) return at;
      // With more room it may be another answer.
      this.frame(null, count === L.NEED_SPACE ? null : count);
      if (at === end) this.writer.publish();
      // Only a message of a book leaves whoever reads without something to do.
      if (at === end || count <= 0 || this.counts.ignored !== ignored) return at;
    }
  }

  /**
   * Hot, replay: takes lines of a recording in [at, end), at most `most`, up to the first of which something is to be
   * said (`unsettled`). Where it stopped; `at` where each must be looked at by itself.
   */
  lines(at: number, end: number, most: number): number {
    this.unsettled = Number.NaN;
    if (!this.keeper.isSettled) return at;
    const room = this.keeper.room(this.writer.free(BURST_ROOM), false);
    if (room <= 0) return at;
    this.views.u32[(this.header + L.MESSAGE_HINT) >> 2] = 0;
    const stop = this.bursts.takeLines(at, end, most, room);
    this.ring.commit(this.bursts.records);
    this.counts.frames += this.bursts.kept;
    if (this.bursts.isUnsettled) this.unsettled = this.bursts.count;
    return stop;
  }

  /** Where the last message of the last burst begins, which ends where that stopped. */
  get lastOfBurst(): number {
    return this.bursts.lastAt;
  }

  private readonly heard = (instrument: number, kinds: number, messages: number): void => {
    const us = this.views.f64[(this.header + L.MESSAGE_RECEIVED_TIME_US) >> 3];
    this.liveness.seen(instrument, kinds, this.keeper.link, us, messages);
  };

  /** Hot: one message of the frame; most frames have one. */
  private part(symbol: string | null, decoded: number | null): boolean {
    if (!this.keeper.payOwed() || !this.keeper.flush()) return this.withoutRoom();
    if (!this.dropWhenFull && !this.held.hasRoom(false)) return false;
    const { u32 } = this.views;
    u32[(this.header + L.MESSAGE_HINT) >> 2] = symbol === null ? 0 : this.symbols.indexOf(this.product, symbol) + 1;
    let isFollowed = false;
    for (;;) {
      const room = this.keeper.room(this.writer.free(L.RECORD_BYTES), isFollowed);
      const count = decoded ?? (room <= 0 ? L.NEED_SPACE : this.decode(room));
      decoded = null;
      if (count > L.NEED_SYMBOL && !isFollowed) {
        isFollowed = true;
        const number = this.keeper.follow();
        if (number === NUMBER_MISSED) continue; // decoded again, behind the gaps
        if (number === NUMBER_REPEATED) {
          this.counts.ignored++;
          return true;
        }
      }
      if (count > 0) this.accept(count);
      else if (count === L.NEED_SPACE) {
        // The reader may have moved since the cursor was cached.
        const most = this.writer.free(this.writer.capacity);
        if (this.keeper.room(most, isFollowed) > room) continue;
        if (most < this.writer.capacity) return this.withoutRoom();
        this.refuse(L.REJECT_TOO_MANY_RECORDS);
      } else if (count === L.NEED_SYMBOL) {
        const refused = this.symbols.addMissing(this.product);
        if (refused === 0) continue;
        this.refuse(refused);
      } else if (count === L.NEED_INSTRUMENT) {
        if (!this.dropWhenFull && !this.held.hasRoom(true)) return false;
        this.held.hold(this.product);
      } else if (count === 0) this.ignore();
      else this.refuse(count);
      return true;
    }
  }

  /** Understood and not used; but it may say that the relay lost the venue, and with it what every book missed. */
  private ignore(): void {
    this.counts.ignored++;
    if (this.views.u8[this.header + L.MESSAGE_FEED_LOST] !== 0) this.keeper.owe(null, L.REASON_DISCONNECTED);
  }

  /** A frame or line that never reached the decoder. */
  reject(code: number): void {
    this.ring.reject(code);
    this.keeper.doubt(L.INSTRUMENT_NONE);
  }

  /** A message that the decoder refused, or that cannot be taken. */
  private refuse(code: number): void {
    const { u32 } = this.views;
    this.ring.reject(code);
    if (u32[(this.header + L.MESSAGE_MAY_BE_BOOK) >> 2] !== 0)
      this.keeper.doubt(u32[(this.header + L.MESSAGE_INSTRUMENT) >> 2]);
  }

  /** Merge progress: nothing of this lane comes before this receive time. */
  watermark(receivedUs: number, nanos: number, source: number): void {
    if (!this.ring.hasControlRoom) return;
    this.writer.control(L.KIND_WATERMARK, source, L.INSTRUMENT_NONE, receivedUs, nanos, []);
    this.writer.publish();
  }

  /** Live: adds an instrument before its first frame, so that its book is seen to be waiting. Its index, -1 when full. */
  expect(symbol: string): number {
    const index = this.symbols.indexOf(this.product, symbol);
    if (index >= 0) this.keeper.bookOf(index);
    return index;
  }

  /** Live: the venue's list of this lane's product, which the symbols added from now on are made by. */
  list(instruments: readonly InstrumentMetadata[]): void {
    for (const one of instruments) this.symbols.list(this.product, one);
  }

  /** Live: a number for another connection of this lane, from 1. */
  nextLink(): number {
    return ++this.links;
  }

  /** Live: whether a symbol has been added already. */
  knows(symbol: string): boolean {
    return this.symbols.has(this.product, symbol);
  }

  /** Live: the venue's own symbol of an instrument of this lane. */
  symbolOf(instrument: number): string {
    return this.symbols.nameOf(instrument);
  }

  /** Live: the connection that brings what comes next; 0 for replies. */
  follow(link: number): void {
    this.keeper.link = link;
  }

  /** Live: two connections overlap from now on (1), or two of them no more (-1): events that both bring count once. */
  overlap(change: 1 | -1): void {
    this.overlaps += change;
    this.keeper.overlapping = this.overlaps > 0;
    this.events = this.overlaps > 0 ? (this.events ?? new EventMemory(this.views)) : null;
  }

  /** Live: whether two connections bring the same now. */
  get isOverlapping(): boolean {
    return this.overlaps > 0;
  }

  /** Live: what comes from now on is also compared with what another endpoint brings; null: no more. */
  compare(comparison: Comparison | null): void {
    this.comparison = comparison;
  }

  /** Live: lets the engine's time go on when nothing comes, and hands over what is owed. */
  tick(receivedUs: number): void {
    this.keeper.payOwed();
    this.keeper.flush();
    if (this.ring.hasControlRoom) this.writer.control(L.KIND_TICK, 0, L.INSTRUMENT_NONE, receivedUs, 0, []);
    this.writer.publish();
  }

  /** Live: a measured clock offset of the venue, µs. */
  clock(receivedUs: number, offsetUs: number, uncertaintyUs: number): void {
    if (!this.ring.hasControlRoom) return;
    const payload = [this.venue, offsetUs, uncertaintyUs, L.CLOCK_METHOD_ROUND_TRIP];
    this.writer.control(L.KIND_CLOCK, 0, L.INSTRUMENT_NONE, receivedUs, 0, payload);
    this.writer.publish();
  }

  /** Live: takes over the symbol table of a worker that was lost; returns its instruments. */
  adopt(): number[] {
    return this.symbols.adopt();
  }

  /** The input is over: what is still held is refused, what was seen is noted, the ring is closed. False: no room yet. */
  finish(): boolean {
    if (!(this.keeper.payOwed() && this.keeper.flush()) && !this.dropWhenFull) return false;
    this.held.refuseAll();
    this.counts.templateMisses = this.views.u32[(this.header + L.MESSAGE_TEMPLATE_MISSES) >> 2];
    this.symbols.noteReceiveTimes();
    this.writer.close();
    return true;
  }

  private decode(room: number): number {
    const { u32 } = this.views;
    const misses = u32[(this.header + L.MESSAGE_TEMPLATE_MISSES) >> 2];
    const count = this.kernel.decode(this.dialect, this.header, this.writer.address, this.writer.cursor, room);
    // What is decoded again counts when it is over.
    if (count <= L.NEED_SYMBOL) u32[(this.header + L.MESSAGE_TEMPLATE_MISSES) >> 2] = misses;
    return count;
  }

  /** Hot. */
  private accept(count: number): void {
    if (this.dropWhenFull) this.note(count);
    if (this.views.u32[(this.header + L.MESSAGE_CLASS) >> 2] === L.CLASS_MARKET) {
      const kept = this.events === null ? count : withoutRepeats(this.events, this.views, this.writer, count);
      if (kept > 0) this.ring.commit(kept);
      else this.counts.covered++;
      return;
    }
    const waiting = this.keeper.accept(count);
    if (waiting !== null && !this.held.empty) this.held.attribute(this.product);
  }

  /** Hot: a channel has spoken. What was fetched says nothing of any channel. */
  private note(count: number): void {
    if (this.keeper.link === 0) return;
    if (this.comparison !== null && this.overlaps === 0) this.compareWith(this.comparison, count);
    const { u8, u16, f64 } = this.views;
    const at = this.writer.at(0);
    const us = f64[(at + L.RECORD_RECEIVED_TIME_US) >> 3];
    const first = u8[at + L.RECORD_KIND];
    const second = count > 1 ? u8[this.writer.at(1) + L.RECORD_KIND] : first;
    const kinds = second === first ? first : first | (second << 8);
    this.liveness.seen(u16[(at + L.RECORD_INSTRUMENT) >> 1], kinds, this.keeper.link, us);
  }

  private compareWith(comparison: Comparison, count: number): void {
    const nowMs = performance.now();
    for (let i = 0; i < count; i++) comparison.take(0, this.writer.at(i), nowMs);
  }

  /** A replay's caller waits for room and calls again; a live message is dropped. */
  private withoutRoom(): boolean {
    if (!this.dropWhenFull) return false;
    this.drop();
    return true;
  }

  /**
   * The ring has no room for a live message: it is dropped whole, and its book owes a gap record. It is
   * decoded once more, into a spare ring that nobody reads, only to learn whose it is.
   */
  private drop(): void {
    const { u32 } = this.views;
    const count = this.spare.decode();
    this.writer.countDropped(Math.max(0, count));
    this.keeper.skip();
    const messageClass = u32[(this.header + L.MESSAGE_CLASS) >> 2];
    if (count === 0 || (count > 0 && messageClass === L.CLASS_MARKET)) return;
    const book = count > 0 ? this.keeper.bookOf(u32[(this.header + L.MESSAGE_INSTRUMENT) >> 2]) : null;
    const isTop = messageClass === L.CLASS_TOP_DELTA || messageClass === L.CLASS_TOP_SNAPSHOT;
    if (book !== null && isTop) book.topLast = Number.NaN;
    else this.keeper.owe(book, L.REASON_OVERFLOW);
  }
}
