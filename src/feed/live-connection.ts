import * as L from "../layout.js";
import type { ProductName, VenueName } from "../market/venues.js";
import { LiveSocket } from "../sources/socket.js";
import type { ConnectionPlan, LiveVenue, Request } from "../venues/venue.js";
import type { FrameIntake } from "./frame-intake.js";
import type { Lane } from "./lane.js";
import type { LiveLaneSpec, Say } from "./live-spec.js";

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

/** A request not answered within this time is reported, and asked again on a new connection. */
const ACKNOWLEDGE_MS = 5000;
/** Longer frames are market data for sure: of a request's answer (it may list all channels), and of anything else. */
const ANSWER_BYTES = 256 * 1024;
const NOTICE_BYTES = 4096;

/** One connection of a lane to its venue: what was asked for on it, what the venue answered, and its duties. */
export class LiveConnection {
  readonly plan: ConnectionPlan;
  /** Instruments whose book comes by this connection. */
  readonly books: readonly number[];
  private readonly spec: LiveLaneSpec;
  private readonly live: LiveVenue;
  private readonly lane: Lane;
  private readonly intake: FrameIntake;
  private readonly say: Say;
  private readonly socket: LiveSocket;
  /** When the requests of the connection's start, and those that came later, were sent; by id. */
  private readonly greetings = new Map<string, number>();
  private readonly requests = new Map<string, number>();
  private refused: string[] = [];
  private lost: string | null = null;

  constructor(options: {
    plan: ConnectionPlan;
    books: readonly number[];
    spec: LiveLaneSpec;
    live: LiveVenue;
    lane: Lane;
    intake: FrameIntake;
    say: Say;
    /** The connection is gone, and with it what its books knew. */
    suspend: (books: readonly number[], state: number, reason: number) => void;
  }) {
    const { plan, books, suspend } = options;
    this.plan = plan;
    this.books = books;
    this.spec = options.spec;
    this.live = options.live;
    this.lane = options.lane;
    this.intake = options.intake;
    this.say = options.say;
    const { url, requests, paceMs, keepAlive, silenceMs, maxPayload } = plan;
    const greetings = requests.map(({ text }) => text);
    this.socket = new LiveSocket(
      { url, greetings, paceMs, keepAlive, silenceMs, maxPayload },
      {
        open: () => this.opened(),
        frame: (data) => this.frame(data),
        lost: (reason, retryMs) => {
          this.lost = reason;
          suspend(books, L.STATE_SYNCING, L.REASON_DISCONNECTED);
          this.say("warn", `${url}: ${reason}; again in ${retryMs} ms`);
        },
        refused: (status, retryMs) => {
          this.lost = `HTTP ${status}`;
          suspend(books, L.STATE_BLOCKED, L.REASON_BAN);
          this.say("error", `${url}: HTTP ${status}, refused by law or ban; again in ${retryMs / 60_000} minutes`);
        },
      },
    );
  }

  start(): void {
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
  }

  /** It stands, and the venue has accepted or refused all that was asked for at its start. */
  get ready(): boolean {
    return this.socket.state === "open" && this.greetings.size === 0;
  }

  /** Sends requests within the venue's pace; their answers are looked at when they come. */
  ask(requests: readonly Request[]): void {
    for (const { id, text } of requests) {
      if (id !== null) this.requests.set(id, performance.now());
      this.socket.send(text);
    }
  }

  /** Now and then: a venue that never answers a subscription is connected anew; the other connections go on. */
  tick(): void {
    if (this.socket.state !== "open") return;
    const now = performance.now();
    const limitMs = ACKNOWLEDGE_MS + this.plan.paceMs * this.plan.requests.length;
    for (const [id, sentMs] of this.greetings) {
      if (now - sentMs < limitMs) continue;
      this.greetings.clear();
      this.socket.restart(`request ${id} was not answered within ${ACKNOWLEDGE_MS} ms`);
      return;
    }
    for (const [id, sentMs] of this.requests) {
      if (now - sentMs < limitMs) continue;
      this.requests.delete(id);
      this.say("warn", `${this.plan.url}: request ${id} was not answered within ${ACKNOWLEDGE_MS} ms`);
    }
  }

  status(): ConnectionStatus {
    const { venue, product } = this.spec;
    const { state, connects } = this.socket;
    const unacknowledged = this.greetings.size + this.requests.size;
    const { lost, refused } = this;
    return { venue, product, url: this.plan.url, state, connects, lost, unacknowledged, refused };
  }

  private opened(): void {
    this.greetings.clear();
    this.requests.clear();
    for (const { id } of this.plan.requests) if (id !== null) this.greetings.set(id, performance.now());
    this.refused = [];
    this.lost = null;
    this.say("info", `connected to ${this.plan.url}`);
  }

  /** Hot. */
  private frame(data: Buffer): void {
    const { counts } = this.lane;
    const { ignored } = counts;
    this.intake.take(data, null);
    if (counts.ignored !== ignored) this.heed(data);
  }

  /** A frame without market data: an answer to a request, or something that the venue wants answered. */
  private heed(data: Buffer): void {
    const waiting = this.greetings.size + this.requests.size > 0;
    if (data.length > (waiting ? ANSWER_BYTES : NOTICE_BYTES)) return;
    const message = parsed(data);
    if (message === undefined) return;
    const reply = this.live.answer?.(message) ?? null;
    if (reply !== null) this.socket.reply(reply);
    const acknowledgement = this.live.acknowledgement(message);
    if (acknowledgement === null) return;
    const { id, error } = acknowledgement;
    this.greetings.delete(id);
    this.requests.delete(id);
    if (error === null) return;
    this.refused.push(error);
    this.say("error", `${this.plan.url} refused request ${id}: ${error}`);
  }
}

/** The message in a frame; undefined for what is no JSON, such as the word pong of OKX. */
function parsed(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString("utf8"));
  } catch {
    return undefined;
  }
}
