import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { Session } from "../venue.js";
import type { World } from "../world.js";
import type { Argument } from "./content.js";
import type { OkxLimits } from "./limits.js";

const HOUR_MS = 3_600_000;
/** Channels that ask for a login and a fee tier. */
const FOR_MEMBERS = ["books-l2-tbt", "books50-l2-tbt"];

/** Channels of one address. */
export interface ChannelSource {
  /** null when the address has no such channel. */
  find(argument: Argument): { stream: Stream | null; place: Place };
  /** Sends what a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void;
}

/**
 * One connection to OKX. Every channel of a request is answered by itself; a wrong one refuses no other.
 * Source: www.okx.com/docs-v5, "Connect", "Subscribe" and the table of WebSocket errors.
 */
export class OkxSession implements Session {
  private readonly connection: Connection;
  private readonly source: ChannelSource;
  private readonly world: World;
  private readonly limits: OkxLimits;
  private readonly id: string;
  private readonly requests: number[] = [];
  private lastHeardMs: number;

  constructor(connection: Connection, source: ChannelSource, world: World, limits: OkxLimits, id: string) {
    this.connection = connection;
    this.source = source;
    this.world = world;
    this.limits = limits;
    this.id = id;
    this.lastHeardMs = world.wallMs();
  }

  message(text: string): void {
    this.lastHeardMs = this.world.wallMs();
    if (text === "ping") {
      this.connection.send("pong");
      return;
    }
    const request = readRequest(text);
    if (request === null) this.refuse("", "60012", `Invalid request: ${text.slice(0, 200)}`);
    else if (!this.admit()) this.refuse(request.id, "60014", "Requests too frequent");
    else if (request.op === "subscribe") this.subscribe(request);
    else this.unsubscribe(request);
  }

  /** A ping of the WebSocket is answered, and keeps the connection as any traffic does. */
  ping(payload: Buffer): void {
    this.lastHeardMs = this.world.wallMs();
    this.connection.pong(payload);
  }

  pong(): void {}

  tick(nowMs: number): void {
    if (nowMs - this.lastHeardMs >= this.limits.idleMs) this.connection.close(4004, "No data received in 30s.");
  }

  private admit(): boolean {
    const now = this.world.wallMs();
    while (this.requests.length > 0 && now - this.requests[0] >= HOUR_MS) this.requests.shift();
    if (this.requests.length >= this.limits.requests) return false;
    this.requests.push(now);
    return true;
  }

  private subscribe({ id, args }: OkxRequest): void {
    const found = args.map((argument) => ({ argument, ...this.source.find(argument) }));
    const fault = this.world.desk.subscription(found.map(({ place }) => place));
    if (fault === "ignore") return;
    for (const { argument, stream } of found) {
      const { channel, ...rest } = argument;
      const named = Object.entries(rest).map(([key, value]) => `,${key}:${value}`);
      if (fault === "refuse") this.refuse(id, "60012", "Invalid request");
      else if (FOR_MEMBERS.includes(channel)) this.refuse(id, "60011", "Please log in");
      else if (stream === null)
        this.refuse(
          id,
          "60018",
          `Wrong URL or channel:${channel}${named.join("")} doesn't exist. Please use the correct URL, channel and parameters referring to API document.`,
        );
      else {
        this.acknowledge(id, "subscribe", argument);
        this.connection.subscribe(stream);
        this.source.greet(stream, this.connection);
      }
    }
  }

  private unsubscribe({ id, args }: OkxRequest): void {
    for (const argument of args) {
      const { stream } = this.source.find(argument);
      if (stream !== null) this.connection.unsubscribe(stream.name);
      this.acknowledge(id, "unsubscribe", argument);
    }
  }

  private acknowledge(id: string, event: string, arg: Argument): void {
    this.connection.send(JSON.stringify({ ...(id === "" ? {} : { id }), event, arg, connId: this.id }));
  }

  private refuse(id: string, code: string, msg: string): void {
    this.connection.send(JSON.stringify({ ...(id === "" ? {} : { id }), event: "error", code, msg, connId: this.id }));
  }
}

interface OkxRequest {
  op: "subscribe" | "unsubscribe";
  args: readonly Argument[];
  id: string;
}

/** null for what is no request. */
function readRequest(text: string): OkxRequest | null {
  try {
    const { op, args, id = "" } = JSON.parse(text) as Record<string, unknown>;
    if (op !== "subscribe" && op !== "unsubscribe") return null;
    if (!Array.isArray(args) || args.length === 0 || !args.every(isArgument)) return null;
    if (typeof id !== "string" || !/^[A-Za-z0-9]{0,32}$/.test(id)) return null;
    return { op, args, id };
  } catch {
    return null;
  }
}

function isArgument(value: unknown): value is Argument {
  return typeof value === "object" && value !== null && typeof (value as Argument).channel === "string";
}
