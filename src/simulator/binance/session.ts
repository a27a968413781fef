import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { Session } from "../venue.js";
import type { World } from "../world.js";
import type { BinanceLimits } from "./limits.js";

/** What a connection may carry, found by the name of a stream. */
export interface StreamSource {
  /** null when it does not exist, or does not come on this route: then it is acknowledged and stays silent. */
  find(name: string): { stream: Stream | null; place: Place };
}

const METHODS = ["SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY"];

/**
 * One connection to Binance: requests, the limit of inbound messages, and the server's pings.
 * Source: binance-spot-api-docs, web-socket-streams.md; futures are alike.
 */
export class BinanceSession implements Session {
  private readonly connection: Connection;
  private readonly source: StreamSource;
  private readonly world: World;
  private readonly limits: BinanceLimits;
  private readonly pace: { pingMs: number; pongMs: number; inbound: number };
  /** Arrival times of the last second's messages, pings and pongs. */
  private readonly inbound: number[] = [];
  /** Names that were asked for, those that stay silent included. */
  private readonly names = new Set<string>();
  private lastPingMs: number;
  private lastPongMs: number;

  constructor(connection: Connection, source: StreamSource, world: World, limits: BinanceLimits) {
    this.connection = connection;
    this.source = source;
    this.world = world;
    this.limits = limits;
    this.pace =
      connection.product === "spot"
        ? { pingMs: limits.spotPingMs, pongMs: limits.spotPongMs, inbound: limits.spotInbound }
        : { pingMs: limits.futuresPingMs, pongMs: limits.futuresPongMs, inbound: limits.futuresInbound };
    this.lastPingMs = this.lastPongMs = world.wallMs();
  }

  /** Subscribes to what the address names. */
  begin(names: readonly string[]): void {
    if (names.length > this.limits.streams) this.connection.close(1008, "Too many streams");
    else for (const name of names) this.subscribe(name);
  }

  message(text: string): void {
    if (!this.admit()) return;
    const request = readRequest(text);
    const answer = "msg" in request ? request : this.answer(request);
    if (answer !== null) this.connection.send(JSON.stringify(answer));
  }

  /** null when nothing shall be answered. */
  private answer({ method, params, id }: SessionRequest): object | null {
    if (method === "LIST_SUBSCRIPTIONS") return { result: [...this.names], id };
    if (method === "SUBSCRIBE") {
      const fault = this.world.desk.subscription(params.map((name) => this.source.find(name).place));
      if (fault === "ignore") return null;
      if (fault === "refuse") return { code: 2, msg: "Invalid request: refused", id };
      if (new Set([...this.names, ...params]).size > this.limits.streams)
        return { code: 2, msg: `Invalid request: too many streams, at most ${this.limits.streams}`, id };
      for (const name of params) this.subscribe(name);
    }
    if (method === "UNSUBSCRIBE")
      for (const name of params) if (this.names.delete(name)) this.connection.unsubscribe(name);
    return { result: method === "GET_PROPERTY" ? true : null, id };
  }

  ping(payload: Buffer): void {
    if (this.admit()) this.connection.pong(payload);
  }

  pong(): void {
    this.lastPongMs = this.world.wallMs();
    this.admit();
  }

  tick(nowMs: number): void {
    const { pingMs, pongMs } = this.pace;
    if (nowMs - this.lastPingMs >= pingMs) {
      this.lastPingMs = nowMs;
      this.connection.ping();
    }
    if (nowMs - this.lastPongMs >= pingMs + pongMs) this.connection.close(1008, "Pong timeout");
  }

  private subscribe(name: string): void {
    this.names.add(name);
    const { stream } = this.source.find(name);
    if (stream !== null) this.connection.subscribe(stream);
  }

  /** Counts what came in; above the limit of a second the connection is cut. */
  private admit(): boolean {
    const now = this.world.wallMs();
    while (this.inbound.length > 0 && now - this.inbound[0] >= 1000) this.inbound.shift();
    this.inbound.push(now);
    if (this.inbound.length <= this.pace.inbound) return true;
    this.connection.close(1008, "Too many requests");
    return false;
  }
}

interface SessionRequest {
  method: string;
  params: readonly string[];
  id: unknown;
}

interface RequestError {
  code: number;
  msg: string;
  id?: unknown;
}

function readRequest(text: string): SessionRequest | RequestError {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { code: 3, msg: "Invalid JSON: expected value at line 1 column 1" };
  }
  const {
    method,
    params = [],
    id = null,
  } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (id !== null && typeof id !== "string" && !(Number.isInteger(id) && Number(id) >= 0))
    return { code: 2, msg: "Invalid request: request ID must be an unsigned integer, a string or null" };
  if (method === undefined) return { code: 2, msg: "Invalid request: missing field `method`", id };
  if (typeof method !== "string" || !METHODS.includes(method)) {
    const expected = METHODS.map((name) => `\`${name}\``).join(", ");
    return { code: 2, msg: `Invalid request: unknown variant \`${String(method)}\`, expected one of ${expected}`, id };
  }
  const isSubscription = method === "SUBSCRIBE" || method === "UNSUBSCRIBE";
  if (!isSubscription) return { method, params: [], id };
  if (!Array.isArray(params) || params.some((name) => typeof name !== "string"))
    return { code: 2, msg: "Invalid request: property name must be a string", id };
  if (params.length === 0) return { code: 2, msg: "Invalid request: missing params", id };
  return { method, params: params as string[], id };
}
