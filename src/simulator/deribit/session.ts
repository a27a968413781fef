import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import { Maintenance } from "../server/maintenance.js";
import type { Stream } from "../server/stream.js";
import type { Session } from "../venue.js";
import type { World } from "../world.js";
import { notification } from "./frames.js";
import { Credits, type DeribitLimits } from "./limits.js";
import { PLATFORM } from "./platform.js";
import { type Answer, failed, type Params, times } from "./rpc.js";

/** Channels and methods of the venue. */
export interface DeribitSource {
  find(channel: string): { stream: Stream | null; place: Place };
  /** Sends what a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void;
  /** A method that HTTP has too; null for one that does not exist. */
  call(method: string, params: Params): Answer | null;
}

interface Request {
  id: unknown;
  method: string;
  params: Params;
}

/**
 * One connection to Deribit: JSON-RPC. A subscription is answered with the channels that were accepted,
 * the others are left out. Who asked for heartbeats must answer each test request before the next one
 * is due. Source: docs.deribit.com, public/subscribe, public/set_heartbeat; "Rate Limits".
 */
export class DeribitSession implements Session {
  private readonly connection: Connection;
  private readonly source: DeribitSource;
  private readonly world: World;
  private readonly limits: DeribitLimits;
  private readonly subscriptions: Credits;
  private readonly others: Credits;
  /** 0 while no heartbeats were asked for. */
  private heartbeatMs = 0;
  private beatMs = 0;
  private awaitsTest = false;
  private readonly maintenance: Maintenance;

  constructor(connection: Connection, source: DeribitSource, world: World, limits: DeribitLimits) {
    this.connection = connection;
    this.source = source;
    this.world = world;
    this.limits = limits;
    this.subscriptions = new Credits("subscription", limits.subscriptionCredits, world.wallMs());
    this.others = new Credits("other", limits.credits, world.wallMs());
    this.maintenance = new Maintenance(world, limits.maintenanceMs, (isOver) => this.tellMaintenance(!isOver));
  }

  message(text: string): void {
    const usIn = this.microseconds();
    const request = readRequest(text);
    if (request === null) {
      this.reply(null, failed(-32700, "Parse error"), usIn);
      return;
    }
    const credits = request.method === "public/subscribe" ? this.subscriptions : this.others;
    if (!credits.take(this.world.wallMs())) {
      this.reply(request.id, failed(10028, "too_many_requests"), usIn);
      this.connection.close(1008, "too_many_requests");
      return;
    }
    const answer = this.answer(request);
    if (answer !== null) this.reply(request.id, answer, usIn);
    if (request.method === "public/subscribe") this.greet(request);
  }

  /** The platform is being worked on for a while: who listens is told so, and when that is over. */
  maintain(): void {
    this.maintenance.begin();
  }

  ping(payload: Buffer): void {
    this.connection.pong(payload);
  }

  pong(): void {}

  tick(nowMs: number): void {
    this.maintenance.tick(nowMs);
    if (this.heartbeatMs === 0 || nowMs - this.beatMs < this.heartbeatMs) return;
    this.beatMs = nowMs;
    if (this.awaitsTest) {
      this.connection.close(1000, "test_request was not answered");
      return;
    }
    this.awaitsTest = true;
    for (const type of ["heartbeat", "test_request"])
      this.connection.send(JSON.stringify({ jsonrpc: "2.0", method: "heartbeat", params: { type } }));
  }

  private tellMaintenance(maintenance: boolean): void {
    const stream = this.connection.streams.get(PLATFORM);
    if (stream !== undefined) this.connection.deliver(stream, notification(PLATFORM, { maintenance }));
  }

  private answer({ method, params }: Request): Answer | null {
    const { channels, interval } = params;
    if (method === "public/test") this.awaitsTest = false;
    if (method === "public/set_heartbeat") return this.setHeartbeat(Number(interval));
    if (method === "public/disable_heartbeat") {
      this.heartbeatMs = 0;
      return { result: "ok" };
    }
    if (method === "public/unsubscribe_all") {
      for (const name of [...this.connection.streams.keys()]) this.connection.unsubscribe(name);
      return { result: "ok" };
    }
    if (method !== "public/subscribe" && method !== "public/unsubscribe")
      return this.source.call(method, params) ?? failed(-32601, "Method not found");
    if (!isNames(channels)) return failed(-32602, "Invalid params");
    if (method === "public/subscribe") return this.subscribe(channels);
    return { result: channels.filter((channel) => this.connection.unsubscribe(channel)) };
  }

  private setHeartbeat(seconds: number): Answer {
    if (!(seconds * 1000 >= this.limits.heartbeatMs)) return failed(-32602, "Invalid params");
    this.heartbeatMs = seconds * 1000;
    this.beatMs = this.world.wallMs();
    this.awaitsTest = false;
    return { result: "ok" };
  }

  /** null: no answer at all, a fault. */
  private subscribe(channels: readonly string[]): Answer | null {
    if (channels.some((channel) => channel.endsWith(".raw")))
      return failed(13778, "raw_subscriptions_not_available_for_unauthorized");
    const found = channels.map((channel) => this.source.find(channel));
    const fault = this.world.desk.subscription(found.map(({ place }) => place));
    if (fault === "ignore") return null;
    const accepted = fault === "refuse" ? [] : found.flatMap(({ stream }) => (stream === null ? [] : [stream]));
    for (const stream of accepted) this.connection.subscribe(stream);
    return { result: [...new Set(accepted.map(({ name }) => name))] };
  }

  /** Once the answer is out. */
  private greet({ params: { channels } }: Request): void {
    if (!isNames(channels)) return;
    for (const channel of new Set(channels)) {
      const stream = this.connection.streams.get(channel);
      if (stream !== undefined) this.source.greet(stream, this.connection);
    }
  }

  /** The venue's time. */
  private microseconds(): number {
    return Math.floor(this.world.venueMs("deribit") * 1000);
  }

  private reply(id: unknown, answer: Answer, usIn: number): void {
    const when = times(usIn, this.microseconds());
    this.connection.send(JSON.stringify({ jsonrpc: "2.0", ...(id === undefined ? {} : { id }), ...answer, ...when }));
  }
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === "string");
}

function readRequest(text: string): Request | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("method" in value)) return null;
    const { id, method, params } = value as { id?: unknown; method: unknown; params?: unknown };
    return {
      id,
      method: String(method),
      params: (typeof params === "object" && params !== null ? params : {}) as Params,
    };
  } catch {
    return null;
  }
}
