import * as L from "../layout.js";
import type { ProductName, VenueName } from "../market/venues.js";
import type { LiveSocket, SocketLoss } from "../sources/socket.js";
import type { Landing } from "../sources/wire.js";
import type { Channel, ConnectionPlan, LiveVenue, Notice, Request, Trading } from "../venues/venue.js";
import { EndpointChoice } from "./endpoint-choice.js";
import type { FrameIntake } from "./frame-intake.js";
import type { Lane } from "./lane.js";
import { LinkFrames } from "./link-frames.js";
import type { LiveLaneSpec, Say } from "./live-spec.js";
import { refusalHint } from "./rest-gate.js";
import { type LinkHandlers, VenueLink } from "./venue-link.js";
import { nowUs } from "./wall-clock.js";

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
  /** Times a successor took over without a loss. */
  rollovers: number;
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
  /** Memory that the sockets are to read into; absent: `ws` reads. */
  landing?: Landing;
  /** A message without market data came. */
  heard: (message: unknown) => void;
  /** What is gone, and with it what these books knew. */
  suspend: (books: readonly number[], state: number, reason: number) => void;
  /** What the venue says of these books: they go on, or rest while it works. */
  trading: (books: readonly number[], isOpen: boolean) => void;
}

/** A connection that lasted this long has proved its address. */
const PROVED_MS = 60_000;
/** Share of its life after which a connection is followed by another. */
const LIFE_SHARE = 0.95;
/** Both are listened to for so long once the successor has all it asked for, ms. */
const OVERLAP_MS = 2000;
/** A successor that does not come about is given up after this, and another is tried no sooner than that, ms. */
const SUCCESSION_MS = 20_000;
const AGAIN_MS = 30_000;

/** One connection of a lane to its venue, kept up whatever becomes of the sockets under it. */
export class LiveConnection {
  readonly plan: ConnectionPlan;
  /** Instruments whose book comes by this connection. */
  readonly books: readonly number[];
  /** The other side, which answers probes, does not any more. */
  isQuiet = false;
  /** Since when it stands with all that was asked for at its start, ms. */
  readyMs = 0;
  private readonly options: LiveConnectionOptions;
  private readonly received: LinkFrames;
  private readonly choice: EndpointChoice;
  private link: VenueLink;
  private successor: VenueLink | null = null;
  private successionMs = 0;
  private successorReadyMs = Number.NaN;
  private notBeforeMs = 0;
  private isLeaving = false;
  private wasReady = false;
  private rollovers = 0;

  constructor(options: LiveConnectionOptions) {
    const { plan, books, spec, bases } = options;
    this.plan = plan;
    this.books = books;
    this.options = options;
    const { lane, intake } = options;
    this.received = new LinkFrames({ plan, lane, intake, heed: (link, data) => this.heed(link, data) });
    const { switchAfterTimeouts, returnAfterMs } = spec.settings;
    this.choice = new EndpointChoice(bases, switchAfterTimeouts, returnAfterMs);
    this.link = this.linkTo(plan.url);
  }

  start(): void {
    this.link.socket.start();
  }

  stop(): void {
    this.link.socket.stop();
    this.successor?.socket.stop();
  }

  /** Frames since the connection stands. */
  get frames(): number {
    return this.received.count;
  }

  /** It stands, and the venue has accepted or refused all that was asked for at its start. */
  get ready(): boolean {
    return this.link.ready;
  }

  /** Whether a channel comes by this connection; books alone decide where the plan does not say. */
  carries(instrument: number, symbol: string, channel: Channel): boolean {
    return this.plan.carries?.(symbol, channel) ?? (this.plan.books.length === 0 || this.books.includes(instrument));
  }

  /** Sends requests within the venue's pace and budget. */
  ask(requests: readonly Request[]): void {
    this.link.ask(requests);
  }

  /** Sends at once. */
  say(text: string): void {
    this.link.socket.reply(text);
  }

  /** Opens a successor, which takes over without a loss; at another address if asked and there is one. */
  replace(reason: string, elsewhere: boolean): void {
    if (elsewhere) this.choice.next(performance.now());
    this.succeed(reason, this.choice.at(this.plan.url));
  }

  tick(nowMs: number): void {
    this.link.tick();
    this.successor?.tick();
    const { socket, ready } = this.link;
    if (ready && !this.wasReady) this.readyMs = nowMs;
    this.wasReady = ready;
    const ageMs = socket.state === "open" ? nowMs - socket.openedMs : 0;
    if (ageMs >= PROVED_MS) this.choice.worked();
    if (this.successor !== null) this.succession(this.successor, nowMs);
    else if (ageMs > 0 && nowMs >= this.notBeforeMs) this.considerSuccession(ageMs, nowMs);
  }

  status(): ConnectionStatus {
    const { venue, product } = this.options.spec;
    const { socket, lost, refused, unacknowledged } = this.link;
    const { url, state, connects } = socket;
    return { ...{ venue, product, url, state, connects, lost, unacknowledged, refused }, rollovers: this.rollovers };
  }

  private considerSuccession(ageMs: number, nowMs: number): void {
    const { lifetimeMs = Number.POSITIVE_INFINITY, url } = this.plan;
    if (this.isLeaving) this.succeed("the venue closes it soon", this.choice.at(url));
    else if (ageMs >= lifetimeMs * LIFE_SHARE) this.succeed("its age limit is near", this.choice.at(url));
    else if (this.choice.returnDue(nowMs)) this.succeed("the first address is tried again", this.choice.home(url));
  }

  private succeed(reason: string, url: string): void {
    if (this.successor !== null) return;
    this.options.say("info", `${this.link.socket.url}: ${reason}; a successor is opened at ${url}`);
    this.options.lane.overlap(1);
    this.successor = this.linkTo(url);
    this.successionMs = performance.now();
    this.successorReadyMs = Number.NaN;
    this.successor.socket.start();
  }

  /** The two overlap until the successor has had all it asked for, for a while. */
  private succession(successor: VenueLink, nowMs: number): void {
    if (!successor.ready) this.successorReadyMs = Number.NaN;
    else if (Number.isNaN(this.successorReadyMs)) this.successorReadyMs = nowMs;
    if (nowMs - this.successorReadyMs >= OVERLAP_MS) this.takeOver(successor);
    else if (Number.isNaN(this.successorReadyMs) && nowMs - this.successionMs >= SUCCESSION_MS)
      this.giveUp(`it was not ready within ${SUCCESSION_MS} ms`);
  }

  private takeOver(successor: VenueLink): void {
    const { lane, say, suspend } = this.options;
    const former = this.link;
    former.socket.stop();
    lane.liveness.ended(former.id);
    this.link = successor;
    this.successor = null;
    this.isLeaving = false;
    this.isQuiet = false;
    this.rollovers++;
    if (successor.socket.url === this.choice.home(this.plan.url)) this.choice.returned();
    const torn = lane.books.handOver(this.books, successor.id);
    if (torn.length > 0) suspend(torn, L.STATE_SYNCING, L.REASON_DISCONNECTED);
    lane.overlap(-1);
    say("info", `${successor.socket.url} has taken over; ${torn.length} books begin afresh`);
  }

  private giveUp(reason: string): void {
    this.successor?.socket.stop();
    if (this.successor !== null) this.options.lane.liveness.ended(this.successor.id);
    this.successor = null;
    this.notBeforeMs = performance.now() + AGAIN_MS;
    this.options.lane.overlap(-1);
    this.options.say("warn", `${this.link.socket.url}: no successor: ${reason}`);
  }

  private linkTo(url: string): VenueLink {
    const { plan, live, lane, say, permit, spec, landing } = this.options;
    const { proxy } = spec.settings;
    const handlers: LinkHandlers = {
      frame: (link, data) => this.received.take(link, data),
      placed: (link, at, end) => this.received.takePlaced(link, at, end),
      burst: (link, at, end, longest) => this.received.takeBurst(link, at, end, longest),
      quiet: (link, isQuiet) => this.quiet(link, isQuiet),
      lost: (link, loss) => this.lost(link, loss),
      refused: (link, status, retryMs) => this.refused(link, status, retryMs),
    };
    return new VenueLink({ id: lane.nextLink(), url, plan, live, say, permit, proxy, landing, handlers });
  }

  /** What has no market data may be something that the venue says. */
  private heed(link: VenueLink, data: Uint8Array): void {
    const message = link.heed(data);
    if (message === undefined) return;
    this.options.heard(message);
    const notice = this.options.live.notice?.(message) ?? null;
    if (notice !== null) this.noticed(link, notice);
  }

  private noticed(link: VenueLink, notice: Notice): void {
    if (notice === "leaving") {
      if (link === this.link) this.isLeaving = true;
      return;
    }
    const { say, lane, trading } = this.options;
    const isSaid = (said: Trading) => (book: number) =>
      (typeof notice === "function" ? notice(lane.symbolOf(book)) : notice) === said;
    const closed = this.books.filter((book) => !lane.books.isClosed(book)).filter(isSaid("maintenance"));
    const opened = this.books.filter((book) => lane.books.isClosed(book)).filter(isSaid("open"));
    const { url } = link.socket;
    if (closed.length > 0) {
      trading(closed, false);
      say("warn", `${url}: the venue is being worked on: ${closed.length} books rest`);
    }
    if (opened.length === 0) return;
    trading(opened, true);
    // Subscriptions may not have outlived work on the whole venue; a resting market's have.
    if (typeof notice !== "function") this.link.socket.restart("the venue serves again");
    else say("info", `${url}: ${opened.length} books go on`);
  }

  /** Half-open, as far as probes tell: what the books hold is old from now on, and right again if the other side answers. */
  private quiet(link: VenueLink, isQuiet: boolean): void {
    if (link !== this.link) return;
    this.isQuiet = isQuiet;
    if (isQuiet) this.options.lane.books.stale(this.books, nowUs());
    else this.options.lane.books.revive(this.books, nowUs());
  }

  private lost(link: VenueLink, { reason, retryMs, isMaintenance }: SocketLoss): void {
    const { say, suspend, lane } = this.options;
    const { socket } = link;
    lane.liveness.ended(link.id);
    if (link === this.successor) {
      this.giveUp(reason);
      return;
    }
    this.isQuiet = false;
    this.received.count = 0;
    const { url } = socket;
    if (this.successor?.ready === true) {
      say("warn", `${url}: ${reason}; its successor stands already`);
      this.takeOver(this.successor);
      return;
    }
    this.isLeaving = false;
    if (isMaintenance) suspend(this.books, L.STATE_MAINTENANCE, L.REASON_MAINTENANCE);
    else suspend(this.books, L.STATE_SYNCING, L.REASON_DISCONNECTED);
    say("warn", `${url}: ${reason}; again in ${retryMs} ms`);
    if (this.choice.failed(performance.now()))
      say("warn", `${url} failed again and again: ${this.choice.at(this.plan.url)} is used from now on`);
    socket.url = this.choice.at(this.plan.url);
  }

  private refused(link: VenueLink, status: number, retryMs: number | null): void {
    const { say, suspend } = this.options;
    const then = retryMs === null ? "not tried again" : `again in ${Math.round(retryMs / 60_000)} minutes`;
    say("error", `${link.socket.url}: HTTP ${status}; ${then}; ${refusalHint(status)}`);
    if (link === this.successor) this.giveUp(`HTTP ${status}`);
    else suspend(this.books, L.STATE_BLOCKED, L.REASON_BAN);
  }
}
