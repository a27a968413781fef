import type { RecordableHistogram } from "node:perf_hooks";
import type { Views } from "../kernel/memory.js";
import * as L from "../layout.js";
import type { Landing } from "../sources/wire.js";
import type { Endpoints, InstrumentMetadata, LiveVenue, Subscription } from "../venues/venue.js";
import { BookSync } from "./book-sync.js";
import { Canary, type CanaryStatus, canarySymbols } from "./canary.js";
import { probeByHttp, SocketProbe } from "./clock-probe.js";
import { FrameIntake } from "./frame-intake.js";
import type { Lane } from "./lane.js";
import { type ConnectionStatus, LiveConnection } from "./live-connection.js";
import { basesOf, endpointsOf, type FeedNote, type LiveLaneSpec, type Say } from "./live-spec.js";
import { Metadata, metadataNeed } from "./metadata.js";
import { Poller } from "./poller.js";
import type { Refusal, RestGate } from "./rest-gate.js";
import type { ClockSample } from "./venue-clock.js";
import { nowUs } from "./wall-clock.js";
import { type SilentChannel, Watchdog } from "./watchdog.js";

/** The connections, snapshots and polls of one lane. Lives in a feed worker. */
export class LiveFeed {
  private readonly views: Views;
  private readonly lane: Lane;
  private readonly spec: LiveLaneSpec;
  private readonly live: LiveVenue;
  private readonly endpoints: Endpoints;
  private readonly gate: RestGate;
  private readonly permit: () => Promise<void>;
  private readonly landing: Landing | undefined;
  private readonly intake: FrameIntake;
  private readonly sync: BookSync;
  private readonly poller: Poller;
  private readonly metadata: Metadata | null;
  private readonly say: Say;
  private readonly connections: LiveConnection[] = [];
  private readonly socketProbe: SocketProbe | null;
  private watchdog: Watchdog | null = null;
  private canary: Canary | null = null;
  private stopped = false;

  constructor(options: {
    views: Views;
    lane: Lane;
    spec: LiveLaneSpec;
    live: LiveVenue;
    scratch: number;
    scratchBytes: number;
    /** Byte ring for the frames as they came; 0 for none. */
    raw: number;
    resyncAt: number;
    /** The HTTP host of the product. */
    gate: RestGate;
    /** Awaited before each connection. */
    permit: () => Promise<void>;
    /** Where sockets read into the shared memory, if they are to; see LiveLaneSpec.receive. */
    landing?: Landing;
    note: (note: FeedNote) => void;
    decoded: RecordableHistogram;
  }) {
    const { views, lane, spec, live, gate, permit, note, resyncAt } = options;
    const { venue, product, index } = spec;
    this.views = views;
    this.lane = lane;
    this.spec = spec;
    this.gate = gate;
    this.say = (level, text, isAlert) => note({ level, venue, product, text, isAlert });
    this.live = live;
    this.endpoints = endpointsOf(spec, live.endpoints(product));
    this.permit = permit;
    this.landing = options.landing;
    const { scratch, scratchBytes, raw, decoded } = options;
    this.intake = new FrameIntake({ views, lane, source: index, scratch, scratchBytes, raw, decoded });
    const { intake, say } = this;
    this.sync = new BookSync({ views, lane, product, live, intake, gate, resyncAt, say });
    this.poller = new Poller(gate, intake, say);
    const time = live.socketTime?.(product);
    this.socketProbe = time === undefined ? null : new SocketProbe(time);
    const source = live.metadata?.(product);
    this.metadata = source === undefined ? null : new Metadata(source, gate, say);
  }

  /** Begins to listen: at once, or when the venue has told the sizes of its contracts. */
  start(): void {
    this.lane.setProduct(this.spec.product);
    const unknown = this.spec.wanted.map(({ symbol }) => symbol).filter((symbol) => !this.lane.knows(symbol));
    const need = this.metadata === null ? "none" : metadataNeed(this.spec, unknown);
    if (need === "none") this.listen(this.spec.wanted);
    else
      void this.metadata?.fetch(need).then((list) => {
        if (!this.stopped) this.listen(list === null ? this.spec.wanted : this.listed(list));
      });
  }

  stop(): void {
    this.stopped = true;
    this.metadata?.stop();
    this.poller.stop();
    this.canary?.stop();
    this.sync.stop();
    for (const connection of this.connections) connection.stop();
  }

  status(): ConnectionStatus[] {
    return this.connections.map((connection) => connection.status());
  }

  /** One round trip to the venue's clock, by the finest way there is. @throws as RestGate.get() */
  async probeClock(): Promise<ClockSample | null> {
    const bySocket = await this.socketProbe?.probe(this.connections);
    return bySocket ?? probeByHttp(this.gate, this.live.time(this.spec.product));
  }

  /** What a second endpoint says of a share of the symbols; null where none is asked for. */
  canaryStatus(): CanaryStatus | null {
    return this.canary?.status() ?? null;
  }

  /** Channels that do not speak as they should. */
  silent(): SilentChannel[] {
    return this.watchdog?.status(performance.now(), nowUs()) ?? [];
  }

  /** A few times a second: time goes on, books that wait are served, answers that do not come are noticed. */
  tick(): void {
    this.lane.tick(nowUs());
    this.sync.tick(this.connections);
    const nowMs = performance.now();
    for (const connection of this.connections) connection.tick(nowMs);
    this.watchdog?.tick(nowMs, nowUs());
    this.canary?.tick(
      this.connections.every(({ ready }) => ready),
      nowMs,
    );
  }

  /** The HTTP host refused: by law or ban its books are blocked, by rate they wait. */
  refusedByHost({ kind, status, waitMs, hint }: Refusal): void {
    if (kind === "refused") {
      const waiting = this.lane.books.unsynced().filter(({ rule }) => rule.bridged);
      this.suspend(
        waiting.map(({ instrument }) => instrument),
        L.STATE_BLOCKED,
        L.REASON_BAN,
      );
    }
    const howLong = waitMs === Number.POSITIVE_INFINITY ? "" : ` for ${Math.round(waitMs / 1000)} s`;
    this.say("error", `${this.gate.base}: HTTP ${status}; no request${howLong}; ${hint}`);
  }

  /** Takes over the venue's list; what is wanted and stands in it, or is understood without. */
  private listed(list: readonly InstrumentMetadata[]): Subscription[] {
    this.lane.list(list);
    const byName = new Map(list.map((one) => [one.rawSymbol, one]));
    return this.spec.wanted.filter(({ symbol }) => {
      const found = byName.get(symbol);
      if (found !== undefined) {
        if (!found.active) this.say("warn", `${symbol} is listed and not traded now`);
        return true;
      }
      const left = metadataNeed(this.spec, [symbol]) === "required";
      const then = left ? "it is left out, for its contract size is not known" : "it is asked for all the same";
      this.say("error", `${symbol} is not in the venue's list of instruments; ${then}`);
      return !left;
    });
  }

  private listen(wanted: readonly Subscription[]): void {
    const indexes = new Map<string, number>();
    this.intake.stamp();
    for (const { symbol } of wanted) {
      const index = this.lane.expect(symbol);
      if (index < 0) this.say("error", `${symbol}: no room for another instrument, raise memory.instruments`);
      else indexes.set(symbol, index);
    }
    this.lane.writer.publish();
    const { spec, live, lane, intake, say, permit, landing } = this;
    const heard = (message: unknown): void => this.socketProbe?.heard(message);
    const bases = basesOf(this.endpoints, "socket");
    // A venue's budget of connections goes to books first.
    const plans = live.connections(spec.product, wanted, this.endpoints);
    for (const plan of plans.sort((a, b) => Number(b.books.length > 0) - Number(a.books.length > 0))) {
      const books = plan.books.map((symbol) => indexes.get(symbol)).filter((index) => index !== undefined);
      const suspend = this.suspend.bind(this);
      const trading = this.trading.bind(this);
      const connection = new LiveConnection({
        ...{ plan, books, spec, bases, live, lane, intake, heard },
        say,
        permit,
        landing,
        suspend,
        trading,
      });
      this.connections.push(connection);
      connection.start();
    }
    const { connections } = this;
    this.watchdog = new Watchdog({ lane, spec: { ...spec, wanted: [...wanted] }, live, say, indexes, connections });
    this.canary = this.makeCanary(wanted, indexes, bases);
    this.canary?.start();
    this.poller.start(live.polls?.(spec.product, wanted) ?? []);
  }

  private makeCanary(
    wanted: readonly Subscription[],
    indexes: ReadonlyMap<string, number>,
    bases: readonly string[],
  ): Canary | null {
    const share = this.spec.settings.canary;
    if (share === 0) return null;
    const endpoint = bases.at(1);
    if (endpoint === undefined) {
      this.say("warn", "no canary: the venue has no second address that is known; name one under endpoints");
      return null;
    }
    const { views, lane, spec, live, intake, say, permit, endpoints } = this;
    const some = canarySymbols(wanted, share);
    return new Canary({
      ...{ views, lane, spec, live, intake, say, permit },
      ...{ endpoints, endpoint, wanted: some, indexes },
    });
  }

  private trading(books: readonly number[], isOpen: boolean): void {
    this.lane.books.trading(books, isOpen, nowUs());
    this.sync.forget(books);
  }

  private suspend(books: readonly number[], state: number, reason: number): void {
    this.lane.books.suspend(books, state, reason, nowUs());
    this.sync.forget(books);
  }
}
