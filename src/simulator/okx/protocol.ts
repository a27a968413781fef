import type { ProductName } from "../../market/venues.js";
import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { HttpReply, SessionPlan, VenueProtocol } from "../venue.js";
import type { World } from "../world.js";
import type { Argument, OkxContent } from "./content.js";
import type { OkxLimits } from "./limits.js";
import { OkxSession } from "./session.js";

const WINDOW_MS = 2000;
/** Channels that are served on the address `business` alone. Source: www.okx.com/docs-v5, all trades channel. */
const BUSINESS = ["trades-all"];

/** OKX on one address, by its own paths: `/ws/v5/<public|business>` and `/api/v5/…`. */
export class OkxProtocol implements VenueProtocol {
  private readonly content: OkxContent;
  private readonly world: World;
  private readonly limits: OkxLimits;
  /** Times of requests over HTTP by path, and of connections. */
  private readonly asked = new Map<string, number[]>();
  private readonly opened: number[] = [];
  private connections = 0;

  constructor(content: OkxContent, world: World, limits: OkxLimits) {
    this.content = content;
    this.world = world;
    this.limits = limits;
  }

  connect(url: URL): SessionPlan | HttpReply | null {
    const match = /^\/ws\/v5\/(public|business)\/?$/.exec(url.pathname);
    if (match === null) return null;
    const { ban } = this.world.desk.rest({ ...nowhere, venue: "okx" });
    if (ban !== null) return refusal(ban.status);
    if (!admit(this.opened, this.world.wallMs(), 1000, this.limits.connects)) return refusal(429);
    const isBusiness = match[1] === "business";
    return { product: null, envelope: (_name, text) => text, open: (connection) => this.open(connection, isBusiness) };
  }

  async request(url: URL): Promise<HttpReply> {
    const match = /^\/api\/v5\/((?:public|market)\/[\w-]+)$/.exec(url.pathname);
    if (match === null) return { status: 404, body: '{"code":"404","msg":"Invalid path","data":[]}' };
    const [, endpoint] = match;
    const symbol = endpoint === "market/books" ? url.searchParams.get("instId") : null;
    const { ban, delayMs, staleUpdates } = this.world.desk.rest({
      ...{ venue: "okx", product: productOf(symbol), symbol, channel: endpoint, stream: null },
    });
    if (ban !== null) return { ...refusal(ban.status), delayMs };
    const times = this.asked.get(endpoint) ?? [];
    this.asked.set(endpoint, times);
    const limit = endpoint === "public/time" ? this.limits.http / 2 : this.limits.http;
    if (!admit(times, this.world.wallMs(), WINDOW_MS, limit)) return refusal(429);
    return { ...(await this.content.answer({ endpoint, query: url.searchParams, staleUpdates })), delayMs };
  }

  streams(): Iterable<Stream> {
    return this.content.streams();
  }

  private open(connection: Connection, isBusiness: boolean): OkxSession {
    const source = {
      find: (argument: Argument) => this.find(argument, isBusiness),
      greet: (stream: Stream, to: Connection) => this.content.greet(stream, to),
    };
    return new OkxSession(connection, source, this.world, this.limits, `simulated${++this.connections}`);
  }

  private find(argument: Argument, isBusiness: boolean): { stream: Stream | null; place: Place } {
    const { channel, instId = null, instType, instFamily } = argument;
    const stream = BUSINESS.includes(channel) === isBusiness ? this.content.stream(argument) : undefined;
    if (stream !== undefined) return { stream, place: stream.place };
    const name = `${channel}:${instId ?? instType ?? instFamily ?? ""}`;
    return { stream: null, place: { venue: "okx", product: productOf(instId), symbol: instId, channel, stream: name } };
  }
}

const nowhere = { product: null, symbol: null, channel: null, stream: null };

/** By the form of the name; null for none. */
function productOf(symbol: string | null): ProductName | null {
  if (symbol === null) return null;
  if (symbol.endsWith("-SWAP")) return "swap";
  if (/-[CP]$/.test(symbol)) return "option";
  return symbol.split("-").length > 2 ? "futures" : "spot";
}

/** Counts one more in a sliding window; false when it is one too many. */
function admit(times: number[], now: number, windowMs: number, limit: number): boolean {
  while (times.length > 0 && now - times[0] >= windowMs) times.shift();
  if (times.length >= limit) return false;
  times.push(now);
  return true;
}

function refusal(status: number): HttpReply {
  return { status, body: JSON.stringify({ code: "50011", msg: "Too Many Requests", data: [] }) };
}
