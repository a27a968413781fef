import type { Place } from "../faults/schema.js";
import { isoMicros } from "../iso-time.js";
import type { Connection } from "../server/connection.js";
import { Maintenance } from "../server/maintenance.js";
import type { Stream } from "../server/stream.js";
import type { Session } from "../venue.js";
import type { World } from "../world.js";
import type { KrakenLimits } from "./limits.js";

/** Streams of all markets. */
export interface StreamSource {
  /** null when there is no such symbol, or no such channel. */
  find(name: string, symbol: string): { stream: Stream | null; place: Place };
  /** Sends what a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void;
  /** The list of pairs. */
  instruments(): string;
}

type Fields = Record<string, unknown>;

/**
 * One connection to Kraken: every symbol of a request has an answer of its own.
 * Source: docs.kraken.com/api/docs/websocket-v2.
 */
export class KrakenSession implements Session {
  private readonly connection: Connection;
  private readonly source: StreamSource;
  private readonly world: World;
  private readonly limits: KrakenLimits;
  private lastBeatMs: number;
  private heard: number[] = [];
  private readonly maintenance: Maintenance;

  constructor(connection: Connection, source: StreamSource, world: World, limits: KrakenLimits) {
    this.connection = connection;
    this.source = source;
    this.world = world;
    this.limits = limits;
    this.lastBeatMs = world.wallMs();
    this.maintenance = new Maintenance(world, limits.maintenanceMs, (isOver) =>
      this.tellStatus(isOver ? "online" : "maintenance"),
    );
    this.tellStatus("online");
  }

  /** The venue is being worked on for a while: it says so, and when that is over. Source: as above, "status". */
  maintain(): void {
    this.maintenance.begin();
  }

  message(text: string): void {
    const now = this.world.wallMs();
    this.heard = this.heard.filter((at) => now - at < 1000);
    this.heard.push(now);
    const request = parse(text);
    const { method } = request;
    const id = typeof request.req_id === "number" ? { req_id: request.req_id } : {};
    if (this.heard.length > this.limits.messages) this.refuse("Exceeded msg rate", method, id);
    else if (method === "ping") this.answer({ method: "pong", ...id });
    else if (method === "subscribe" || method === "unsubscribe") this.each(method, request, id);
    else this.refuse("Malformed request", method, id);
  }

  ping(payload: Buffer): void {
    this.connection.pong(payload);
  }

  pong(): void {}

  tick(nowMs: number): void {
    this.maintenance.tick(nowMs);
    if (this.connection.streams.size === 0 || nowMs - this.lastBeatMs < this.limits.heartbeatMs) return;
    this.lastBeatMs = nowMs;
    this.connection.send('{"channel":"heartbeat"}');
  }

  private tellStatus(system: "online" | "maintenance"): void {
    this.connection.send(
      `{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"${system}","api_version":"v2","connection_id":13834774380200032777}]}`,
    );
  }

  private each(method: "subscribe" | "unsubscribe", request: Fields, id: object): void {
    const params = isFields(request.params) ? request.params : {};
    const { channel, symbol } = params;
    if (channel === "instrument" && method === "subscribe") {
      this.answer({ method, result: { channel, snapshot: true }, success: true, ...id });
      this.connection.send(this.source.instruments());
      return;
    }
    const symbols = Array.isArray(symbol) ? symbol.filter((one) => typeof one === "string") : [];
    if (symbols.length === 0) this.refuse("Symbol(s) not found", method, id);
    const found = symbols.map((one) => ({ symbol: one, ...this.source.find(nameOf(params), one) }));
    const fault = method === "subscribe" ? this.world.desk.subscription(found.map(({ place }) => place)) : null;
    if (fault === "ignore") return;
    for (const one of found) {
      const wrong = fault === "refuse" ? "refused" : this.problem(method, one.stream, one.symbol);
      if (wrong !== null || one.stream === null) this.refuse(wrong ?? "", method, { ...id, symbol: one.symbol });
      else if (method === "unsubscribe") {
        this.connection.unsubscribe(one.stream.name);
        this.answer({ method, result: resultOf(params, one.symbol), success: true, ...id });
      } else {
        this.answer({ method, result: resultOf(params, one.symbol), success: true, ...id });
        this.connection.subscribe(one.stream);
        if (params.snapshot !== false) this.source.greet(one.stream, this.connection);
      }
    }
  }

  private problem(method: string, stream: Stream | null, symbol: string): string | null {
    if (stream === null) return `Currency pair not supported ${symbol}`;
    const has = this.connection.streams.has(stream.name);
    if (method === "subscribe") return has ? "Already subscribed" : null;
    return has ? null : "Subscription Not Found";
  }

  private refuse(error: string, method: unknown, rest: object): void {
    this.answer({ error, method, success: false, ...rest });
  }

  /** Each answer tells when the request came in and when it went out. */
  private answer(fields: object): void {
    const now = isoMicros(this.world.venueMs("kraken"));
    this.connection.send(JSON.stringify({ ...fields, time_in: now, time_out: now }));
  }
}

/** `book.10`, `ticker.trades`, `trade`: with what the venue assumes where nothing is said. */
function nameOf({ channel, depth = 10, event_trigger = "trades" }: Fields): string {
  if (channel === "book") return `book.${depth}`;
  return channel === "ticker" ? `ticker.${event_trigger}` : String(channel);
}

function resultOf(params: Fields, symbol: string): object {
  const { channel, depth = 10, event_trigger = "trades", snapshot = true } = params;
  const own = channel === "book" ? { depth } : channel === "ticker" ? { event_trigger } : {};
  return { channel, ...own, snapshot, symbol };
}

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

function parse(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}
