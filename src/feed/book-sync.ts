import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { ProductName } from "../market/venues.js";
import type { LiveVenue } from "../venues/venue.js";
import type { BookFeed } from "./book-feed.js";
import type { FrameIntake } from "./frame-intake.js";
import type { Lane } from "./lane.js";
import type { LiveConnection } from "./live-connection.js";
import type { Say } from "./live-spec.js";
import type { RestGate } from "./rest-gate.js";
import { nowUs } from "./wall-clock.js";

/** Between two REST snapshots of one product, ms: far inside every venue's weight budget. */
const SNAPSHOT_PACE_MS = 50;
/** A book that asks again is served after this long, doubled each time up to the cap, ms, and up to half as long again. */
const RETRY_MS = 200;
const RETRY_CAP_MS = 30_000;
/** A book that was live for so long asks as one that never failed: before, gap upon gap must not become a storm of requests. */
const HEALTHY_MS = 10_000;

interface Attempts {
  count: number;
  notBeforeMs: number;
}

/** Brings every book of a lane that is not live a snapshot: by HTTP, by a request on its connection, or by subscribing afresh. */
export class BookSync {
  private readonly views: Views;
  private readonly lane: Lane;
  private readonly product: ProductName;
  private readonly live: LiveVenue;
  private readonly intake: FrameIntake;
  private readonly gate: RestGate;
  private readonly resyncAt: number;
  private readonly say: Say;
  private readonly attempts = new Map<number, Attempts>();
  private readonly epochs = new Map<number, number>();
  /** Instruments whose snapshot is to be fetched by HTTP, the first one perhaps under way. */
  private queue: number[] = [];
  private fetching = false;
  private stopped = false;

  constructor(options: {
    views: Views;
    lane: Lane;
    product: ProductName;
    live: LiveVenue;
    intake: FrameIntake;
    gate: RestGate;
    /** The engine's resync words, one an instrument. */
    resyncAt: number;
    say: Say;
  }) {
    this.views = options.views;
    this.lane = options.lane;
    this.product = options.product;
    this.live = options.live;
    this.intake = options.intake;
    this.gate = options.gate;
    this.resyncAt = options.resyncAt;
    this.say = options.say;
  }

  stop(): void {
    this.stopped = true;
    this.queue = [];
  }

  /** These books begin anew: their connection is gone. */
  forget(books: readonly number[]): void {
    for (const book of books) this.attempts.delete(book);
  }

  /** A few times a second: what the engine wants afresh is suspended, what waits is served. */
  tick(connections: readonly LiveConnection[]): void {
    this.obeyResyncs(connections);
    const nowMs = performance.now();
    for (const book of this.lane.books.unsynced()) {
      const connection = connections.find(({ books }) => books.includes(book.instrument));
      if (connection?.ready) this.serve(book, connection, nowMs);
    }
    for (const [instrument, { notBeforeMs }] of this.attempts)
      if (this.lane.books.isLive(instrument) && nowMs > notBeforeMs + HEALTHY_MS) this.attempts.delete(instrument);
    if (!this.fetching && this.queue.length > 0) void this.fetchAll();
  }

  /** The engine found a book wrong (crossed for too long) and wants it afresh. */
  private obeyResyncs(connections: readonly LiveConnection[]): void {
    for (const { books } of connections)
      for (const book of books) {
        const epoch = Atomics.load(this.views.u32, (this.resyncAt + book * 4) >> 2);
        const seen = this.epochs.get(book) ?? 0;
        if (epoch === seen) continue;
        this.epochs.set(book, epoch);
        this.lane.books.suspend([book], L.STATE_SYNCING, L.REASON_CROSSED, nowUs());
      }
  }

  private serve(book: BookFeed, connection: LiveConnection, nowMs: number): void {
    // A delta must have come first, so that the snapshot can be bridged.
    if (book.rule.bridged && (book.pending.length === 0 || !Number.isNaN(book.snapshot))) return;
    const { count, notBeforeMs } = this.attempts.get(book.instrument) ?? { count: 0, notBeforeMs: 0 };
    if (nowMs < notBeforeMs || this.queue.includes(book.instrument)) return;
    const waitMs = Math.min(RETRY_CAP_MS, RETRY_MS * 2 ** count) * (1 + Math.random() / 2);
    this.attempts.set(book.instrument, { count: count + 1, notBeforeMs: nowMs + waitMs });
    const symbol = this.lane.symbolOf(book.instrument);
    if (book.rule.bridged) {
      const request = this.live.snapshotRequest?.(this.product, symbol) ?? null;
      if (request === null) this.queue.push(book.instrument);
      // Its answer is market data: the book itself shows whether it came.
      else connection.ask([{ ...request, id: null }]);
      return;
    }
    // The subscription itself brings the first one.
    if (count > 0 || book.state === L.STATE_GAP || book.reason === L.REASON_CROSSED)
      this.resubscribe(connection, symbol);
  }

  private resubscribe(connection: LiveConnection, symbol: string): void {
    const requests = this.live.resubscribe(this.product, symbol);
    if (requests.length > 0) connection.ask(requests);
    else connection.replace(`only a new connection brings ${symbol} afresh`, false);
  }

  private async fetchAll(): Promise<void> {
    this.fetching = true;
    while (!this.stopped && this.queue.length > 0) {
      if (!this.gate.open) {
        this.queue = [];
        break;
      }
      await this.fetch(this.queue[0]);
      this.queue.shift();
      await new Promise((resolve) => setTimeout(resolve, SNAPSHOT_PACE_MS));
    }
    this.fetching = false;
  }

  private async fetch(instrument: number): Promise<void> {
    const symbol = this.lane.symbolOf(instrument);
    const path = this.live.snapshotPath(this.product, symbol);
    if (path === null) return;
    try {
      const reply = await this.gate.get(path);
      if (this.stopped || reply === null) return;
      if (reply.status === 200) this.intake.take(reply.body, symbol, 0);
      else this.say("warn", `snapshot of ${symbol}: HTTP ${reply.status}`);
    } catch (error) {
      this.say("warn", `snapshot of ${symbol}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
