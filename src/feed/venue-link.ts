import { LiveSocket, type SocketLoss } from "../sources/socket.js";
import type { Landing } from "../sources/wire.js";
import type { ConnectionPlan, LiveVenue, Request } from "../venues/venue.js";
import type { Say } from "./live-spec.js";
import { RateBudgets } from "./rate-budgets.js";

/** A request not answered within this time is reported, and asked again on a new connection. */
const ACKNOWLEDGE_MS = 5000;
/** Longer frames are market data for sure: of a request's answer (it may list all channels), and of anything else. */
const ANSWER_BYTES = 256 * 1024;
const NOTICE_BYTES = 64 * 1024;

export interface LinkHandlers {
  frame(link: VenueLink, data: Buffer): void;
  /** Hot: frames may lie in [at, end) of the landing: as FrameSink.burst(). */
  burst(link: VenueLink, at: number, end: number, longest: number): number;
  /** Hot: a frame lies in [at, end) of the landing. */
  placed(link: VenueLink, at: number, end: number): void;
  quiet(link: VenueLink, isQuiet: boolean): void;
  lost(link: VenueLink, loss: SocketLoss): void;
  refused(link: VenueLink, status: number, retryMs: number | null): void;
}

/** One socket to a venue, kept up: what was asked for on it, what the venue answered, and its duties. */
export class VenueLink {
  /** Tells the links of a lane apart; above 0. */
  readonly id: number;
  readonly socket: LiveSocket;
  refused: string[] = [];
  lost: string | null = null;
  private readonly plan: ConnectionPlan;
  private readonly live: LiveVenue;
  private readonly say: Say;
  private readonly subscribes: RateBudgets;
  /** When the requests of the connection's start, and those that came later, were sent; by id. */
  private readonly greetings = new Map<string, number>();
  private readonly requests = new Map<string, number>();

  constructor(options: {
    id: number;
    url: string;
    plan: ConnectionPlan;
    live: LiveVenue;
    say: Say;
    permit: () => Promise<void>;
    proxy?: string;
    /** Memory that its socket is to read into; absent: none, `ws` reads. */
    landing?: Landing;
    handlers: LinkHandlers;
  }) {
    const { id, url, plan, live, say, permit, proxy, landing, handlers } = options;
    this.id = id;
    this.plan = plan;
    this.live = live;
    this.say = say;
    this.subscribes = new RateBudgets(plan.subscribes === undefined ? [] : [plan.subscribes]);
    const { requests, paceMs, keepAlive, silenceMs, maxPayload } = plan;
    const greetings = requests.map(({ text }) => text);
    this.socket = new LiveSocket(
      { url, greetings, paceMs, keepAlive, silenceMs, maxPayload, permit, proxy, landing },
      {
        open: () => this.opened(),
        frame: (data) => handlers.frame(this, data),
        burst: (at, end, longest) => handlers.burst(this, at, end, longest),
        placed: (at, end) => handlers.placed(this, at, end),
        quiet: (isQuiet) => handlers.quiet(this, isQuiet),
        lost: (loss) => {
          this.lost = loss.reason;
          handlers.lost(this, loss);
        },
        refused: (status, retryMs) => {
          this.lost = `HTTP ${status}`;
          handlers.refused(this, status, retryMs);
        },
      },
    );
  }

  /** It stands, and the venue has accepted or refused all that was asked for at its start. */
  get ready(): boolean {
    return this.socket.state === "open" && this.greetings.size === 0;
  }

  get unacknowledged(): number {
    return this.greetings.size + this.requests.size;
  }

  /** Sends requests within the venue's pace and budget; their answers are looked at when they come. */
  ask(requests: readonly Request[]): void {
    const { connects } = this.socket;
    for (const { id, text } of requests)
      void this.subscribes.take().then(() => {
        if (this.socket.state !== "open" || this.socket.connects !== connects) return;
        if (id !== null) this.requests.set(id, performance.now());
        this.socket.send(text);
      });
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
      this.say("warn", `${this.socket.url}: request ${id} was not answered within ${ACKNOWLEDGE_MS} ms`);
    }
  }

  /** A frame without market data: an answer to a request, or something that the venue wants answered. The message, if it is one. */
  heed(data: Uint8Array): unknown {
    if (data.length > (this.unacknowledged > 0 ? ANSWER_BYTES : NOTICE_BYTES)) return undefined;
    const message = parsed(data);
    if (message === undefined) return undefined;
    const reply = this.live.answer?.(message) ?? null;
    if (reply !== null) this.socket.reply(reply);
    const acknowledgement = this.live.acknowledgement(message);
    if (acknowledgement !== null) this.acknowledged(acknowledgement.id, acknowledgement.error);
    return message;
  }

  private acknowledged(id: string, error: string | null): void {
    this.greetings.delete(id);
    this.requests.delete(id);
    if (error === null) return;
    this.refused.push(error);
    this.say("error", `${this.socket.url} refused request ${id}: ${error}`);
  }

  private opened(): void {
    this.greetings.clear();
    this.requests.clear();
    for (const { id } of this.plan.requests) if (id !== null) this.greetings.set(id, performance.now());
    this.refused = [];
    this.lost = null;
    this.say("info", `connected to ${this.socket.url}`);
  }
}

/** The message in a frame; undefined for what is no JSON, such as the word pong of OKX. */
function parsed(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.length).toString("utf8"));
  } catch {
    return undefined;
  }
}
