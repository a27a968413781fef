import type { RecordableHistogram } from "node:perf_hooks";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { ProductName, VenueName } from "../market/venues.js";
import { LiveSocket } from "../sources/socket.js";
import { venueNamed } from "../venues/index.js";
import type { ConnectionPlan, Endpoints, LiveVenue, Subscription } from "../venues/venue.js";
import type { Lane } from "./lane.js";
import type { Refusal, RestGate } from "./rest-gate.js";
import { nowUs } from "./wall-clock.js";

/** What one lane listens to: a product of a venue. */
export interface LiveLaneSpec {
  /** Position in the memory plan. */
  index: number;
  venue: VenueName;
  product: ProductName;
  wanted: Subscription[];
  /** Where the configuration says so, instead of the venue's own. */
  socket?: string;
  rest?: string;
}

/** State of a connection, for people. */
export interface ConnectionStatus {
  venue: VenueName;
  product: ProductName;
  url: string;
  state: LiveSocket["state"];
  connects: number;
  lost: string | null;
  /** Requests that the venue has not answered yet, and what it said to those it refused. */
  unacknowledged: number;
  refused: string[];
}

/** An event worth a line in the log. */
export type FeedNote = { level: "info" | "warn" | "error"; venue: VenueName; product: ProductName; text: string };

/** Between two REST snapshots of one product, ms: far inside every venue's weight budget. */
const SNAPSHOT_PACE_MS = 50;
/** A book that asks again is served after this long, doubled each time up to the cap, ms. */
const SNAPSHOT_RETRY_MS = 200;
const SNAPSHOT_RETRY_CAP_MS = 30_000;
/** A request not answered within this time is reported, and asked again on a new connection. */
const ACKNOWLEDGE_MS = 5000;
/** Longer frames are market data for sure. */
const ACKNOWLEDGEMENT_BYTES = 4096;

interface Connection {
  plan: ConnectionPlan;
  socket: LiveSocket;
  books: number[];
  pending: Map<string, number>;
  refused: string[];
  lost: string | null;
}

interface Sync {
  attempts: number;
  notBeforeMs: number;
}

/** The sockets and snapshots of one lane. Lives in a feed worker. */
export class LiveFeed {
  private readonly views: Views;
  private readonly lane: Lane;
  private readonly spec: LiveLaneSpec;
  private readonly scratch: number;
  private readonly scratchBytes: number;
  private readonly resyncAt: number;
  private readonly live: LiveVenue;
  private readonly endpoints: Endpoints;
  private readonly gate: RestGate;
  private readonly note: (note: FeedNote) => void;
  private readonly decoded: RecordableHistogram;
  private readonly connections: Connection[] = [];
  private readonly syncs = new Map<number, Sync>();
  private readonly epochs = new Map<number, number>();
  private readonly restQueue: number[] = [];
  private restBusy = false;
  private publishing = false;
  private arrivedMs = 0;
  private stopped = false;

  constructor(options: {
    views: Views;
    lane: Lane;
    spec: LiveLaneSpec;
    scratch: number;
    scratchBytes: number;
    resyncAt: number;
    /** The HTTP host of the product. */
    gate: RestGate;
    note: (note: FeedNote) => void;
    decoded: RecordableHistogram;
  }) {
    this.views = options.views;
    this.lane = options.lane;
    this.spec = options.spec;
    this.scratch = options.scratch;
    this.scratchBytes = options.scratchBytes;
    this.resyncAt = options.resyncAt;
    this.note = options.note;
    this.decoded = options.decoded;
    this.live = venueNamed(this.spec.venue).live;
    const known = this.live.endpoints(this.spec.product);
    this.gate = options.gate;
    this.endpoints = { socket: this.spec.socket ?? known.socket, rest: this.spec.rest ?? known.rest };
  }

  start(): void {
    const { product, wanted } = this.spec;
    this.lane.setProduct(product);
    const indexes = new Map<string, number>();
    this.stamp(nowUs());
    for (const { symbol } of wanted) {
      const index = this.lane.expect(symbol);
      if (index < 0) this.say("error", `${symbol}: no room for another instrument, raise memory.instruments`);
      else indexes.set(symbol, index);
    }
    this.lane.writer.publish();
    for (const plan of this.live.connections(product, wanted, this.endpoints)) {
      const books = plan.books.map((symbol) => indexes.get(symbol)).filter((index) => index !== undefined);
      this.connect(plan, books);
    }
  }

  stop(): void {
    this.stopped = true;
    for (const { socket } of this.connections) socket.stop();
    this.restQueue.length = 0;
  }

  status(): ConnectionStatus[] {
    const { venue, product } = this.spec;
    return this.connections.map(({ plan, socket, pending, refused, lost }) => ({
      venue,
      product,
      url: plan.url,
      state: socket.state,
      connects: socket.connects,
      lost,
      unacknowledged: pending.size,
      refused,
    }));
  }

  /** A few times a second: time goes on, books that wait are served, answers that do not come are noticed. */
  tick(): void {
    const now = nowUs();
    this.lane.tick(now);
    this.obeyResyncs(now);
    this.serveBooks();
    for (const connection of this.connections) this.missAnswers(connection);
  }

  private connect(plan: ConnectionPlan, books: number[]): void {
    const { url, requests, paceMs, keepAlive, silenceMs, maxPayload } = plan;
    const greetings = requests.map(({ text }) => text);
    const socket = new LiveSocket(
      { url, greetings, paceMs, keepAlive, silenceMs, maxPayload },
      {
        open: () => {
          connection.pending = new Map(requests.map(({ id }) => [id, performance.now()]));
          connection.refused = [];
          connection.lost = null;
          this.say("info", `connected to ${url}`);
        },
        frame: (data) => this.frame(connection, data),
        lost: (reason, retryMs) => {
          connection.lost = reason;
          this.suspend(connection, L.STATE_SYNCING, L.REASON_DISCONNECTED);
          this.say("warn", `${url}: ${reason}; again in ${retryMs} ms`);
        },
        refused: (status, retryMs) => {
          connection.lost = `HTTP ${status}`;
          this.suspend(connection, L.STATE_BLOCKED, L.REASON_BAN);
          this.say("error", `${url}: HTTP ${status}, refused by law or ban; again in ${retryMs / 60_000} minutes`);
        },
      },
    );
    const connection: Connection = { plan, socket, books, pending: new Map(), refused: [], lost: null };
    this.connections.push(connection);
    socket.start();
  }

  /** Hot: one frame into the scratch, decoded and checked; published once for all that one read brought. */
  private frame(connection: Connection, data: Buffer): void {
    this.arrivedMs = this.publishing ? this.arrivedMs : performance.now();
    if (data.length > this.scratchBytes) {
      this.lane.counts.frames++;
      this.lane.reject(L.REJECT_TOO_LONG);
      return;
    }
    this.views.u8.set(data, this.scratch);
    this.stamp(nowUs());
    const { ignored } = this.lane.counts;
    this.take(data.length, null);
    if (connection.pending.size > 0 && this.lane.counts.ignored !== ignored) this.answer(connection, data);
  }

  private stamp(us: number): void {
    this.views.f64[(this.lane.header + L.MESSAGE_RECEIVED_TIME_US) >> 3] = us;
  }

  /** Hot. */
  private take(length: number, symbol: string | null): void {
    const { u32 } = this.views;
    u32[(this.lane.header + L.MESSAGE_FRAME_AT) >> 2] = this.scratch;
    u32[(this.lane.header + L.MESSAGE_FRAME_END) >> 2] = this.scratch + length;
    u32[(this.lane.header + L.MESSAGE_SOURCE) >> 2] = this.spec.index;
    this.lane.frame(symbol);
    if (this.publishing) return;
    this.publishing = true;
    queueMicrotask(this.publish);
  }

  private readonly publish = (): void => {
    this.publishing = false;
    this.lane.writer.publish();
    this.decoded.record(Math.max(1, Math.round((performance.now() - this.arrivedMs) * 1e6)));
  };

  private answer(connection: Connection, data: Buffer): void {
    if (data.length > ACKNOWLEDGEMENT_BYTES) return;
    let message: unknown;
    try {
      message = JSON.parse(data.toString("utf8"));
    } catch {
      return;
    }
    const acknowledgement = this.live.acknowledgement(message);
    if (acknowledgement === null) return;
    const { id, error } = acknowledgement;
    connection.pending.delete(id);
    if (error === null) return;
    connection.refused.push(error);
    this.say("error", `${connection.plan.url} refused request ${id}: ${error}`);
  }

  /** A venue that never answers a subscription is connected anew: the other connections go on. */
  private missAnswers(connection: Connection): void {
    if (connection.socket.state !== "open") return;
    for (const [id, sinceMs] of connection.pending) {
      if (performance.now() - sinceMs < ACKNOWLEDGE_MS + connection.plan.paceMs * connection.plan.requests.length)
        continue;
      connection.pending.clear();
      connection.socket.restart(`request ${id} was not answered within ${ACKNOWLEDGE_MS} ms`);
      return;
    }
  }

  private suspend(connection: Connection, state: number, reason: number): void {
    this.lane.suspend(connection.books, state, reason, nowUs());
    for (const book of connection.books) this.syncs.delete(book);
  }

  /** The engine found a book wrong (crossed for too long) and wants it afresh. */
  private obeyResyncs(now: number): void {
    for (const { books } of this.connections)
      for (const book of books) {
        const epoch = Atomics.load(this.views.u32, (this.resyncAt + book * 4) >> 2);
        const seen = this.epochs.get(book) ?? 0;
        if (epoch === seen) continue;
        this.epochs.set(book, epoch);
        this.lane.suspend([book], L.STATE_SYNCING, L.REASON_CROSSED, now);
      }
  }

  /** Brings every book that is not live a snapshot, by the venue's own way and within its pace. */
  private serveBooks(): void {
    const now = performance.now();
    for (const book of this.lane.unsynced()) {
      const connection = this.connections.find(({ books }) => books.includes(book.instrument));
      if (connection?.socket.state !== "open" || connection.pending.size > 0) continue;
      // A delta must have come first, so that the snapshot can be bridged.
      if (book.rule.bridged && (book.pending.length === 0 || !Number.isNaN(book.snapshot))) continue;
      const sync = this.syncs.get(book.instrument) ?? { attempts: 0, notBeforeMs: 0 };
      if (now < sync.notBeforeMs) continue;
      const wait = Math.min(SNAPSHOT_RETRY_CAP_MS, SNAPSHOT_RETRY_MS * 2 ** sync.attempts);
      this.syncs.set(book.instrument, { attempts: sync.attempts + 1, notBeforeMs: now + wait });
      if (book.rule.bridged) this.restQueue.push(book.instrument);
      else if (sync.attempts > 0 || book.state === L.STATE_GAP || book.reason === L.REASON_CROSSED)
        for (const { text } of this.live.resubscribe(this.spec.product, this.lane.symbolOf(book.instrument)))
          connection.socket.send(text);
    }
    for (const instrument of this.syncs.keys()) if (this.lane.isLive(instrument)) this.syncs.delete(instrument);
    if (!this.restBusy && this.restQueue.length > 0) void this.fetchSnapshots();
  }

  private async fetchSnapshots(): Promise<void> {
    this.restBusy = true;
    while (!this.stopped) {
      const instrument = this.restQueue.shift();
      if (instrument === undefined) break;
      if (!this.gate.open) {
        this.restQueue.length = 0;
        break;
      }
      await this.fetchSnapshot(instrument);
      await new Promise((resolve) => setTimeout(resolve, SNAPSHOT_PACE_MS));
    }
    this.restBusy = false;
  }

  private async fetchSnapshot(instrument: number): Promise<void> {
    const symbol = this.lane.symbolOf(instrument);
    const path = this.live.snapshotPath(this.spec.product, symbol);
    if (path === null) return;
    try {
      const reply = await this.gate.get(path);
      if (this.stopped || reply === null) return;
      const { status, body } = reply;
      if (status !== 200 || body.length > this.scratchBytes) {
        this.say("warn", `snapshot of ${symbol}: HTTP ${status}, ${body.length} bytes`);
        return;
      }
      this.views.u8.set(body, this.scratch);
      this.stamp(nowUs());
      this.take(body.length, symbol);
    } catch (error) {
      this.say("warn", `snapshot of ${symbol}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The HTTP host refused: by law or ban its books are blocked, by rate they wait. */
  refusedByHost(kind: Refusal, status: number, waitMs: number): void {
    const waiting = this.lane.unsynced().filter(({ rule }) => rule.bridged);
    const blocked = kind === "refused" || status === 418;
    if (blocked)
      this.lane.suspend(
        waiting.map(({ instrument }) => instrument),
        L.STATE_BLOCKED,
        L.REASON_BAN,
        nowUs(),
      );
    this.say("error", `${this.gate.base}: HTTP ${status}; no request for ${Math.round(waitMs / 1000)} s`);
  }

  private say(level: FeedNote["level"], text: string): void {
    const { venue, product } = this.spec;
    this.note({ level, venue, product, text });
  }
}
