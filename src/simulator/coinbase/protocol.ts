import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { HttpReply, SessionPlan, VenueProtocol } from "../venue.js";
import type { World } from "../world.js";
import type { CoinbaseContent } from "./content.js";
import { numbered } from "./frames.js";
import type { CoinbaseLimits } from "./limits.js";
import { CoinbaseSession } from "./session.js";

const nowhere = { venue: "coinbase", product: "spot", symbol: null, channel: null, stream: null };

/** Coinbase Advanced Trade on one address: WebSocket at `/`, REST at `/api/v3/brokerage/…`. */
export class CoinbaseProtocol implements VenueProtocol {
  private readonly content: CoinbaseContent;
  private readonly world: World;
  private readonly limits: CoinbaseLimits;
  private requests: number[] = [];

  constructor(content: CoinbaseContent, world: World, limits: CoinbaseLimits) {
    this.content = content;
    this.world = world;
    this.limits = limits;
  }

  connect(url: URL): SessionPlan | HttpReply | null {
    if (url.pathname !== "/") return null;
    const { ban } = this.world.desk.rest(nowhere);
    if (ban !== null) return refusal(ban.status, ban.retryAfterS);
    const source = {
      find: (channel: string, symbol: string) => this.find(channel, symbol),
      greet: (stream: Stream, to: Connection) => this.content.greet(stream, to),
    };
    // Each connection counts its messages, whatever their channel, from 0.
    let next = 0;
    return {
      product: "spot",
      envelope: (_name, text) => numbered(text, next++),
      lost: () => {
        next++;
      },
      open: (connection) => new CoinbaseSession(connection, source, this.world, this.limits),
    };
  }

  async request(url: URL): Promise<HttpReply> {
    const path = /^\/api\/v3\/brokerage\/(.+)$/.exec(url.pathname)?.[1];
    if (path === undefined) return { status: 404, body: '{"error":"NOT_FOUND"}' };
    const symbol = path === "market/product_book" ? url.searchParams.get("product_id") : null;
    const { ban, delayMs, staleUpdates } = this.world.desk.rest({ ...nowhere, symbol, channel: path });
    if (ban !== null) return { ...refusal(ban.status, ban.retryAfterS), delayMs };
    if (!this.admit()) return refusal(429, 1);
    return { ...(await this.content.answer(path, url.searchParams, staleUpdates)), delayMs };
  }

  streams(): Iterable<Stream> {
    return this.content.streams();
  }

  /** Requests that a second may have. */
  private admit(): boolean {
    const now = this.world.wallMs();
    this.requests = this.requests.filter((at) => now - at < 1000);
    this.requests.push(now);
    return this.requests.length <= this.limits.requests;
  }

  private find(channel: string, symbol: string): { stream: Stream | null; place: Place } {
    const stream = this.content.stream(channel, symbol) ?? null;
    return { stream, place: { ...nowhere, symbol, channel, stream: `${channel}.${symbol}` } };
  }
}

function refusal(status: number, retryAfterS: number): HttpReply {
  return { status, headers: { "Retry-After": String(retryAfterS) }, body: '{"error":"rate_limit_exceeded"}' };
}
