import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { Session } from "../venue.js";
import type { World } from "../world.js";
import type { BackpackLimits } from "./limits.js";

/** Streams of all products. */
export interface StreamSource {
  /** null when there is no such stream. */
  find(name: string): { stream: Stream | null; place: Place };
}

/**
 * One connection to Backpack: requests that are carried out and never answered, and the server's pings.
 * The documents show no answer to a wrong request either; what is sent here is an object with `error`.
 * Source: docs.backpack.exchange, "Subscribing" and "Keeping the connection alive".
 */
export class BackpackSession implements Session {
  private readonly connection: Connection;
  private readonly source: StreamSource;
  private readonly world: World;
  private readonly limits: BackpackLimits;
  private lastPingMs: number;
  private lastPongMs: number;

  constructor(connection: Connection, source: StreamSource, world: World, limits: BackpackLimits) {
    this.connection = connection;
    this.source = source;
    this.world = world;
    this.limits = limits;
    this.lastPingMs = this.lastPongMs = world.wallMs();
  }

  message(text: string): void {
    const { method, params } = readRequest(text);
    if (method === "SUBSCRIBE") this.subscribe(params);
    else if (method === "UNSUBSCRIBE") for (const name of params) this.connection.unsubscribe(name);
    else this.refuse("Invalid request");
  }

  ping(payload: Buffer): void {
    this.connection.pong(payload);
  }

  pong(): void {
    this.lastPongMs = this.world.wallMs();
  }

  tick(nowMs: number): void {
    const { pingMs, pongMs } = this.limits;
    if (nowMs - this.lastPingMs >= pingMs) {
      this.lastPingMs = nowMs;
      this.connection.ping();
    }
    if (nowMs - this.lastPongMs >= pingMs + pongMs) this.connection.close(1008, "Pong timeout");
  }

  private subscribe(names: readonly string[]): void {
    const found = names.map((name) => this.source.find(name));
    const fault = this.world.desk.subscription(found.map(({ place }) => place));
    if (fault === "ignore") return;
    if (fault === "refuse") this.refuse("refused");
    else
      for (const { stream, place } of found) {
        if (stream === null) this.refuse(`Invalid stream ${place.stream}`);
        else this.connection.subscribe(stream);
      }
  }

  private refuse(message: string): void {
    this.connection.send(JSON.stringify({ id: null, error: { code: 4002, message } }));
  }
}

/** A method of no name for what is no request. */
function readRequest(text: string): { method: string; params: readonly string[] } {
  const none = { method: "", params: [] };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return none;
    const { method, params } = value as Record<string, unknown>;
    if (typeof method !== "string" || !Array.isArray(params)) return none;
    return params.every((name) => typeof name === "string") ? { method, params } : none;
  } catch {
    return none;
  }
}
