import * as L from "../layout.js";
import type { ProductName, VenueName } from "../market/venues.js";
import type { LiveSocket, SocketLoss } from "../sources/socket.js";
import type { ConnectionPlan, LiveVenue, Request } from "../venues/venue.js";
import { EndpointChoice } from "./endpoint-choice.js";
import type { FrameIntake } from "./frame-intake.js";
import type { Lane } from "./lane.js";
import type { LiveLaneSpec, Say } from "./live-spec.js";
import { refusalHint } from "./rest-gate.js";
import { type LinkHandlers, VenueLink } from "./venue-link.js";

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

export interface LiveConnectionOptions {
  plan: ConnectionPlan;
  books: readonly number[];
  spec: LiveLaneSpec;
  /** Bases of equal WebSocket addresses, the venue's own first. */
  bases: readonly string[];
  live: LiveVenue;
  lane: Lane;
  intake: FrameIntake;
  say: Say;
  permit: () => Promise<void>;
  /** What is gone, and with it what these books knew. */
  suspend: (books: readonly number[], state: number, reason: number) => void;
}

/** A connection that lasted this long has proved its address. */
const PROVED_MS = 60_000;

/** One connection of a lane to its venue, kept up whatever becomes of the sockets under it. */
export class LiveConnection {
  readonly plan: ConnectionPlan;
  /** Instruments whose book comes by this connection. */
  readonly books: readonly number[];
  private readonly options: LiveConnectionOptions;
  private readonly choice: EndpointChoice;
  private readonly link: VenueLink;

  constructor(options: LiveConnectionOptions) {
    const { plan, books, spec, bases } = options;
    this.plan = plan;
    this.books = books;
    this.options = options;
    const { switchAfterTimeouts, returnAfterMs } = spec.settings;
    this.choice = new EndpointChoice(bases, switchAfterTimeouts, returnAfterMs);
    this.link = this.linkTo(plan.url);
  }

  start(): void {
    this.link.socket.start();
  }

  stop(): void {
    this.link.socket.stop();
  }

  /** It stands, and the venue has accepted or refused all that was asked for at its start. */
  get ready(): boolean {
    return this.link.ready;
  }

  /** Sends requests within the venue's pace and budget. */
  ask(requests: readonly Request[]): void {
    this.link.ask(requests);
  }

  tick(nowMs: number): void {
    this.link.tick();
    const { socket } = this.link;
    if (socket.state === "open" && nowMs - socket.openedMs >= PROVED_MS) this.choice.worked();
  }

  status(): ConnectionStatus {
    const { venue, product } = this.options.spec;
    const { socket, lost, refused, unacknowledged } = this.link;
    return {
      venue,
      product,
      url: socket.url,
      state: socket.state,
      connects: socket.connects,
      lost,
      unacknowledged,
      refused,
    };
  }

  private linkTo(url: string): VenueLink {
    const { plan, live, lane, say, permit } = this.options;
    const handlers: LinkHandlers = {
      frame: (link, data) => this.frame(link, data),
      quiet: () => {},
      lost: (link, loss) => this.lost(link, loss),
      refused: (link, status, retryMs) => this.refused(link, status, retryMs),
    };
    return new VenueLink({ id: lane.nextLink(), url, plan, live, say, permit, handlers });
  }

  /** Hot. */
  private frame(link: VenueLink, data: Buffer): void {
    const { lane, intake } = this.options;
    const { ignored } = lane.counts;
    intake.take(data, null);
    if (lane.counts.ignored !== ignored) link.heed(data);
  }

  private lost({ socket }: VenueLink, { reason, retryMs, isMaintenance }: SocketLoss): void {
    const { say, suspend } = this.options;
    const { url } = socket;
    if (isMaintenance) suspend(this.books, L.STATE_MAINTENANCE, L.REASON_MAINTENANCE);
    else suspend(this.books, L.STATE_SYNCING, L.REASON_DISCONNECTED);
    say("warn", `${url}: ${reason}; again in ${retryMs} ms`);
    if (!this.choice.failed(performance.now())) return;
    socket.url = this.choice.at(this.plan.url);
    say("warn", `${url} failed again and again: ${socket.url} is used from now on`);
  }

  private refused({ socket: { url } }: VenueLink, status: number, retryMs: number | null): void {
    const { say, suspend } = this.options;
    suspend(this.books, L.STATE_BLOCKED, L.REASON_BAN);
    const then = retryMs === null ? "not tried again" : `again in ${Math.round(retryMs / 60_000)} minutes`;
    say("error", `${url}: HTTP ${status}; ${then}; ${refusalHint(status)}`);
  }
}
