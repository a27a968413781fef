import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { HttpReply, SessionPlan, VenueProtocol } from "../venue.js";
import type { World } from "../world.js";
import type { BackpackLimits } from "./limits.js";
import { BackpackPublisher } from "./publisher.js";
import { answer } from "./rest.js";
import { BackpackSession } from "./session.js";

const MINUTE_MS = 60_000;
const nowhere = { venue: "backpack", product: null, symbol: null, channel: null, stream: null };

/** Backpack on one address: all streams on one connection, REST at `/api/v1/…`. */
export class BackpackProtocol implements VenueProtocol {
  private readonly publishers = new Map<string, BackpackPublisher>();
  /** One stream for the liquidations of all markets. */
  private readonly liquidations: Stream;
  private readonly world: World;
  private readonly limits: BackpackLimits;
  private requests: number[] = [];

  constructor(world: World, limits: BackpackLimits) {
    this.world = world;
    this.limits = limits;
    const place = { ...nowhere, product: "swap", channel: "liquidation", stream: "liquidation" };
    this.liquidations = new Stream(place, null, world.desk);
    for (const market of world.marketsOf("backpack")) {
      const publisher = new BackpackPublisher({ market, world, limits, liquidations: this.liquidations });
      market.listener = publisher;
      this.publishers.set(market.spec.symbol, publisher);
    }
  }

  connect(url: URL): SessionPlan | HttpReply | null {
    if (url.pathname !== "/") return null;
    const { ban } = this.world.desk.rest(nowhere);
    if (ban !== null) return refusal(ban.status, ban.retryAfterS);
    return {
      product: null,
      envelope: (name, text) => `{"data":${text},"stream":"${name}"}`,
      open: (connection) =>
        new BackpackSession(connection, { find: (name) => this.find(name) }, this.world, this.limits),
    };
  }

  request(url: URL): HttpReply {
    const endpoint = /^\/api\/v1\/(\w+)$/.exec(url.pathname)?.[1];
    if (endpoint === undefined) return { status: 404, body: '{"code":"RESOURCE_NOT_FOUND","message":"No such path"}' };
    const query = url.searchParams;
    const symbol = endpoint === "depth" ? query.get("symbol") : null;
    const product = this.publishers.get(symbol ?? "")?.market.spec.product ?? null;
    const place = { venue: "backpack", product, symbol, channel: endpoint, stream: null };
    const { ban, delayMs, staleUpdates } = this.world.desk.rest(place);
    if (ban !== null) return { ...refusal(ban.status, ban.retryAfterS), delayMs };
    if (!this.admit()) return refusal(429, MINUTE_MS / 1000);
    const nowMs = this.world.venueMs("backpack");
    const markets = this.world.marketsOf("backpack");
    const view = { markets, nowMs, staleUpdates: Math.max(staleUpdates, this.limits.restLag) };
    return { ...answer(endpoint, query, view), delayMs };
  }

  *streams(): Iterable<Stream> {
    yield this.liquidations;
    for (const publisher of this.publishers.values()) yield* publisher.all();
  }

  /** A close frame, and 30 s of grace. Source: docs.backpack.exchange, "Keeping the connection alive". */
  announceShutdown(connection: Connection): void {
    connection.close(1001, "shutting down");
  }

  /** How many requests a minute may have. */
  private admit(): boolean {
    const now = this.world.wallMs();
    this.requests = this.requests.filter((at) => now - at < MINUTE_MS);
    this.requests.push(now);
    return this.requests.length <= this.limits.requests;
  }

  private find(name: string): { stream: Stream | null; place: Place } {
    if (name === this.liquidations.name) return { stream: this.liquidations, place: this.liquidations.place };
    const symbol = name.slice(name.lastIndexOf(".") + 1);
    const publisher = this.publishers.get(symbol);
    const channel = name.slice(0, Math.max(0, name.indexOf(".")));
    const place = { venue: "backpack", product: publisher?.market.spec.product ?? null, symbol, channel, stream: name };
    return { stream: publisher?.stream(name) ?? null, place };
  }
}

function refusal(status: number, retryAfterS: number): HttpReply {
  const body = JSON.stringify({ code: "TOO_MANY_REQUESTS", message: "refused" });
  return { status, headers: { "Retry-After": String(retryAfterS) }, body };
}
