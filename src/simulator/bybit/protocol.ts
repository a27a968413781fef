import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { HttpReply, SessionPlan, VenueProtocol } from "../venue.js";
import type { World } from "../world.js";
import { BYBIT_PRODUCTS, type BybitContent, type BybitProduct, symbolOf } from "./content.js";
import type { BybitLimits } from "./limits.js";
import { BybitOptionSession } from "./option-session.js";
import { BybitSession } from "./session.js";

const REQUEST_WINDOW_MS = 5000;
const BAN_MS = 600_000;

/** Bybit on one address, by its own paths: `/v5/public/<product>` and `/v5/market/…`. */
export class BybitProtocol implements VenueProtocol {
  private readonly content: BybitContent;
  private readonly world: World;
  private readonly limits: BybitLimits;
  private readonly requests: number[] = [];
  private bannedUntilMs = 0;
  private connections = 0;

  constructor(content: BybitContent, world: World, limits: BybitLimits) {
    this.content = content;
    this.world = world;
    this.limits = limits;
  }

  connect(url: URL): SessionPlan | HttpReply | null {
    const match = /^\/v5\/public\/(spot|linear|inverse|option)\/?$/.exec(url.pathname);
    const product = BYBIT_PRODUCTS.find((name) => name === match?.[1]);
    if (product === undefined) return null;
    const { ban } = this.world.desk.rest({ ...nowhere, venue: "bybit", product });
    if (ban !== null) return refusal(ban.status);
    return { product, envelope: (_name, text) => text, open: (connection) => this.open(connection, product) };
  }

  async request(url: URL): Promise<HttpReply> {
    const match = /^\/v5\/market\/([\w-]+)$/.exec(url.pathname);
    if (match === null) return { status: 404, body: '{"retCode":404,"retMsg":"No such path"}' };
    const [, endpoint] = match;
    const category = endpoint === "option-base-coins" ? "option" : (url.searchParams.get("category") ?? "linear");
    const product = BYBIT_PRODUCTS.find((name) => name === category) ?? null;
    const symbol = endpoint === "orderbook" ? url.searchParams.get("symbol") : null;
    const { ban, delayMs, staleUpdates } = this.world.desk.rest({
      ...{ venue: "bybit", product, symbol, channel: endpoint, stream: null },
    });
    if (ban !== null) return { ...refusal(ban.status), delayMs };
    if (!this.admit()) return refusal(403);
    const reply = await this.content.answer({ product, category, endpoint, query: url.searchParams, staleUpdates });
    return { ...reply, delayMs };
  }

  streams(): Iterable<Stream> {
    return this.content.streams();
  }

  /** 600 requests in 5 s, then 403 for ten minutes. Source: bybit-exchange/docs v5 rate limit. */
  private admit(): boolean {
    const now = this.world.wallMs();
    while (this.requests.length > 0 && now - this.requests[0] >= REQUEST_WINDOW_MS) this.requests.shift();
    this.requests.push(now);
    if (this.requests.length > this.limits.requests) this.bannedUntilMs = now + BAN_MS;
    return now >= this.bannedUntilMs;
  }

  private open(connection: Connection, product: BybitProduct): BybitSession | BybitOptionSession {
    const source = {
      find: (topic: string) => this.find(topic, product),
      greet: (stream: Stream, to: Connection) => this.content.greet(stream, to),
    };
    const SessionOf = product === "option" ? BybitOptionSession : BybitSession;
    return new SessionOf(connection, source, this.world, this.limits, `simulated-${++this.connections}`);
  }

  private find(topic: string, product: BybitProduct): { stream: Stream | null; place: Place } {
    const stream = this.content.stream(product, topic) ?? null;
    const channel = topic.slice(0, Math.max(0, topic.indexOf(".")));
    return { stream, place: { venue: "bybit", product, symbol: symbolOf(topic), channel, stream: topic } };
  }
}

const nowhere = { product: null, symbol: null, channel: null, stream: null };

function refusal(status: number): HttpReply {
  return { status, body: JSON.stringify({ retCode: 10006, retMsg: "Too many visits!", result: {}, retExtInfo: {} }) };
}
