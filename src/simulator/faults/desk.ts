import type { VenueName } from "../../market/venues.js";
import type { Divergence } from "../model/divergence.js";
import type { Connection } from "../server/connection.js";
import type { MessageGate, Stream } from "../server/stream.js";
import type { BidsOf } from "./crossed.js";
import { MessageFaults } from "./message-faults.js";
import { type Fault, type FaultKind, type FaultOf, hits, type Place } from "./schema.js";
import { parseFault } from "./script.js";

/** What the faults may do to the simulator. */
export interface FaultReach {
  /** Names of what is served. */
  venues: readonly VenueName[];
  connections(): Iterable<Connection>;
  streams(): Iterable<Stream>;
  bidsOf: BidsOf;
  /** Sends the books at the places whole; `reset` numbers them anew. Returns how many. */
  sendWhole(fits: (place: Place) => boolean, reset: boolean): number;
  announceShutdown(connection: Connection): void;
  diverge(divergence: Omit<Divergence, "startMs">): void;
  /** The machine's time, ms. */
  wallMs(): number;
}

/** A fault under way. */
export interface Armed<F extends Fault = Fault> {
  fault: F;
  /** Hits that are left; infinite for those that last. */
  left: number;
  /** Time of the model's clock. */
  endMs: number;
  /** Messages that fitted so far. */
  seen: number;
}

/** What a request over HTTP meets. */
export interface RestFault {
  delayMs: number;
  ban: FaultOf<"ban"> | null;
  /** Changes of the book that the reply lags behind. */
  staleUpdates: number;
}

/** Keeps the scripted faults, begins and ends them by the model's clock, and counts what was injected. */
export class FaultDesk implements MessageGate {
  private readonly reach: FaultReach;
  private readonly waiting: { fault: Fault; atMs: number }[] = [];
  private armed: Armed[] = [];
  private readonly counts = new Map<FaultKind, number>();
  private readonly clocks = new Map<string, { offsetMs: number; driftPpm: number; sinceMs: number }>();
  private readonly messages: MessageFaults;
  private nowMs = 0;

  constructor(reach: FaultReach) {
    this.reach = reach;
    this.messages = new MessageFaults(reach.bidsOf, (kind) => this.count(kind));
  }

  /** Takes a fault, at once or when its time comes. @throws SIMULATOR_FAULTS */
  add(order: unknown): void {
    const fault = parseFault(order);
    if (fault.afterMs > 0) this.waiting.push({ fault, atMs: this.nowMs + fault.afterMs });
    else this.begin(fault);
  }

  /** Times each kind was injected so far. */
  injected(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  step(nowMs: number): void {
    this.nowMs = nowMs;
    for (let i = this.waiting.length - 1; i >= 0; i--)
      if (nowMs >= this.waiting[i].atMs) this.begin(this.waiting.splice(i, 1)[0].fault);
    if (this.armed.some(({ endMs }) => nowMs >= endMs)) this.expire();
  }

  pass(stream: Stream, text: string): void {
    this.messages.pass(stream, text, this.armed);
    if (this.armed.some(({ left }) => left <= 0)) this.armed = this.armed.filter(({ left }) => left > 0);
  }

  /** Whether a subscription shall be refused, or never be answered. */
  subscription(places: readonly Place[]): "refuse" | "ignore" | null {
    for (const armed of this.armed) {
      const { kind } = armed.fault;
      if (kind !== "refuse-subscribe" && kind !== "never-ack") continue;
      if (!places.some((place) => hits(armed.fault, place)) || armed.left <= 0) continue;
      armed.left--;
      this.count(kind);
      return kind === "never-ack" ? "ignore" : "refuse";
    }
    return null;
  }

  rest(place: Place): RestFault {
    const met: RestFault = { delayMs: 0, ban: null, staleUpdates: 0 };
    for (const armed of this.armed) {
      const { fault } = armed;
      if (!hits(fault, place) || armed.left <= 0) continue;
      if (fault.kind === "slow-rest") met.delayMs += fault.delayMs;
      else if (fault.kind === "ban") met.ban = fault;
      else if (fault.kind === "stale-snapshot" && place.symbol !== null) met.staleUpdates = fault.updates;
      else continue;
      armed.left--;
      this.count(fault.kind);
    }
    return met;
  }

  /** The venue's clock minus the machine's, ms. */
  clockOffsetMs(venue: string): number {
    const clock = this.clocks.get(venue);
    if (clock === undefined) return 0;
    return clock.offsetMs + ((this.reach.wallMs() - clock.sinceMs) * clock.driftPpm) / 1e6;
  }

  stop(): void {
    this.messages.stop();
  }

  private begin(fault: Fault): void {
    if (fault.repeatMs !== undefined) this.waiting.push({ fault, atMs: this.nowMs + fault.repeatMs });
    const endMs = "forMs" in fault && fault.forMs !== undefined ? this.nowMs + fault.forMs : Number.POSITIVE_INFINITY;
    const left = hitsOf(fault);
    if (left > 0) this.armed.push({ fault, left, endMs, seen: 0 });
    else this.strike(fault);
    if (fault.kind === "half-open") this.connections(fault, (connection) => connection.hold(true));
  }

  /** A fault that is over as soon as it has happened. */
  private strike(fault: Fault): void {
    const { kind } = fault;
    if (kind === "close") this.connections(fault, (connection) => connection.close(fault.code, fault.reason));
    else if (kind === "abort") this.connections(fault, (connection) => connection.abort());
    else if (kind === "server-shutdown")
      this.connections(fault, (connection) => this.reach.announceShutdown(connection));
    else if (kind === "inject") this.inject(fault);
    else if (kind === "reset" || kind === "snapshot")
      this.count(
        kind,
        this.reach.sendWhole((place) => hits(fault, place), kind === "reset"),
      );
    else if (kind === "clock") this.setClock(fault);
    else if (kind === "diverge") this.diverge(fault);
  }

  private connections(fault: Fault, act: (connection: Connection) => void): void {
    for (const connection of [...this.reach.connections()])
      if ([...connection.places()].some((place) => hits(fault, place))) {
        act(connection);
        this.count(fault.kind);
      }
  }

  private inject(fault: FaultOf<"inject">): void {
    const padding = Math.max(0, (fault.padToBytes ?? 0) - Buffer.byteLength(fault.text));
    for (const stream of this.reach.streams())
      if (stream.active && hits(fault, stream.place)) {
        stream.send(fault.text + " ".repeat(padding));
        this.count("inject");
      }
  }

  private setClock(fault: FaultOf<"clock">): void {
    const { venue, offsetMs, driftPpm } = fault;
    const sinceMs = this.reach.wallMs();
    for (const name of venue === undefined ? this.reach.venues : [venue])
      this.clocks.set(name, { offsetMs, driftPpm, sinceMs });
    this.count("clock");
  }

  private diverge({ asset, bps, forMs, venue, side }: FaultOf<"diverge">): void {
    this.reach.diverge({ asset, venue: venue ?? null, kind: side ?? null, bps, durationMs: forMs });
    this.count("diverge");
  }

  private expire(): void {
    const over = this.armed.filter(({ endMs }) => this.nowMs >= endMs);
    this.armed = this.armed.filter(({ endMs }) => this.nowMs < endMs);
    for (const { fault } of over)
      if (fault.kind === "half-open")
        for (const connection of this.reach.connections())
          if ([...connection.places()].some((place) => hits(fault, place))) connection.hold(false);
  }

  private count(kind: FaultKind, times = 1): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + times);
  }
}

/** Messages, requests or replies that a fault hits before it is over; 0 for what happens at once. */
function hitsOf(fault: Fault): number {
  switch (fault.kind) {
    case "drop":
    case "duplicate":
    case "reorder":
    case "corrupt":
    case "crossed":
      return fault.messages ?? (fault.every > 1 ? Number.POSITIVE_INFINITY : 1);
    case "refuse-subscribe":
    case "never-ack":
    case "stale-snapshot":
      return fault.messages ?? Number.POSITIVE_INFINITY;
    case "mute":
    case "slow":
    case "slow-rest":
    case "ban":
    case "half-open":
      return Number.POSITIVE_INFINITY;
    default:
      return 0;
  }
}
