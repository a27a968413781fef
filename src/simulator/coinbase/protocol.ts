import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { HttpReply, SessionPlan, VenueProtocol } from "../venue.js";
import type { World } from "../world.js";
import { numbered } from "./frames.js";
import type { CoinbaseLimits } from "./limits.js";
import { CHANNELS, CoinbasePublisher } from "./publisher.js";
import { answer } from "./rest.js";
import { CoinbaseSession } from "./session.js";

const nowhere = { venue: "coinbase", product: "spot", symbol: null, channel: null, stream: null };

/** Coinbase Advanced Trade on one address: WebSocket at `/`, REST at `/api/v3/brokerage/…`. */
export class CoinbaseProtocol implements VenueProtocol {
  private readonly publishers = new Map<string, CoinbasePublisher>();
  private readonly world: World;
  private readonly limits: CoinbaseLimits;
  private requests: number[] = [];

  constructor(world: World, limits: CoinbaseLimits) {
    this.world = world;
    this.limits = limits;
    for (const market of world.marketsOf("coinbase")) {
      const publisher = new CoinbasePublisher(market, world, limits);
      market.listener = publisher;
      this.publishers.set(market.spec.symbol, publisher);
    }
  }

  connect(url: URL): SessionPlan | HttpReply | null {
    if (url.pathname !== "/") return null;
    const { ban } = this.world.desk.rest(nowhere);
    if (ban !== null) return refusal(ban.status, ban.retryAfterS);
    const source = {
      find: (channel: string, symbol: string) => this.find(channel, symbol),
      greet: (stream: Stream, to: Connection) => this.publishers.get(stream.place.symbol ?? "")?.greet(stream, to),
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

  request(url: URL): HttpReply {
    const path = /^\/api\/v3\/brokerage\/(.+)$/.exec(url.pathname)?.[1];
    if (path === undefined) return { status: 404, body: '{"error":"NOT_FOUND"}' };
    const symbol = path === "market/product_book" ? url.searchParams.get("product_id") : null;
    const { ban, delayMs, staleUpdates } = this.world.desk.rest({ ...nowhere, symbol, channel: path });
    if (ban !== null) return { ...refusal(ban.status, ban.retryAfterS), delayMs };
    if (!this.admit()) return refusal(429, 1);
    const markets = this.world.marketsOf("coinbase");
    const view = { markets, nowMs: this.world.venueMs("coinbase"), staleUpdates };
    return { ...answer(path, url.searchParams, view), delayMs };
  }

  *streams(): Iterable<Stream> {
    for (const publisher of this.publishers.values()) yield* publisher.all();
  }

  /** Requests that a second may have. */
  private admit(): boolean {
    const now = this.world.wallMs();
    this.requests = this.requests.filter((at) => now - at < 1000);
    this.requests.push(now);
    return this.requests.length <= this.limits.requests;
  }

  private find(channel: string, symbol: string): { stream: Stream | null; place: Place } {
    const name = CHANNELS.find((known) => known === channel);
    const stream = name === undefined ? null : (this.publishers.get(symbol)?.stream(name) ?? null);
    return { stream, place: { ...nowhere, symbol, channel, stream: `${channel}.${symbol}` } };
  }
}

function refusal(status: number, retryAfterS: number): HttpReply {
  return { status, headers: { "Retry-After": String(retryAfterS) }, body: '{"error":"rate_limit_exceeded"}' };
}
