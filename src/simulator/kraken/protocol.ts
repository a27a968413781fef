import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { HttpReply, SessionPlan, VenueProtocol } from "../venue.js";
import type { World } from "../world.js";
import { instrumentFrame } from "./frames.js";
import type { KrakenLimits } from "./limits.js";
import { KrakenPublisher } from "./publisher.js";
import { answer } from "./rest.js";
import { KrakenSession } from "./session.js";

const nowhere = { venue: "kraken", product: "spot", symbol: null, channel: null, stream: null };

/** Kraken spot on one address: WebSocket v2 at `/v2`, REST at `/0/public/…`. */
export class KrakenProtocol implements VenueProtocol {
  private readonly publishers = new Map<string, KrakenPublisher>();
  private readonly world: World;
  private readonly limits: KrakenLimits;
  private requests: number[] = [];

  constructor(world: World, limits: KrakenLimits) {
    this.world = world;
    this.limits = limits;
    for (const market of world.marketsOf("kraken")) {
      const publisher = new KrakenPublisher(market, world);
      market.listener = publisher;
      this.publishers.set(market.spec.symbol, publisher);
    }
  }

  connect(url: URL): SessionPlan | HttpReply | null {
    if (url.pathname !== "/v2") return null;
    const { ban } = this.world.desk.rest(nowhere);
    if (ban !== null) return refusal(ban.status, ban.retryAfterS);
    const source = {
      find: (name: string, symbol: string) => this.find(name, symbol),
      greet: (stream: Stream, to: Connection) => this.publishers.get(stream.place.symbol ?? "")?.greet(stream, to),
      instruments: () => instrumentFrame(this.world.marketsOf("kraken")),
    };
    return {
      product: "spot",
      envelope: (_name, text) => text,
      open: (connection) => new KrakenSession(connection, source, this.world, this.limits),
    };
  }

  request(url: URL): HttpReply {
    const endpoint = /^\/0\/public\/(\w+)$/.exec(url.pathname)?.[1];
    if (endpoint === undefined) return { status: 404, body: '{"error":["EGeneral:Unknown method"]}' };
    const symbol = endpoint === "Depth" ? url.searchParams.get("pair") : null;
    const { ban, delayMs, staleUpdates } = this.world.desk.rest({ ...nowhere, symbol, channel: endpoint });
    if (ban !== null) return { ...refusal(ban.status, ban.retryAfterS), delayMs };
    if (!this.admit()) return { status: 200, body: '{"error":["EAPI:Rate limit exceeded"]}' };
    const markets = this.world.marketsOf("kraken");
    const view = { markets, nowMs: this.world.venueMs("kraken"), staleUpdates };
    return { ...answer(endpoint, url.searchParams, view), delayMs };
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

  private find(name: string, symbol: string): { stream: Stream | null; place: Place } {
    const stream = this.publishers.get(symbol)?.stream(name) ?? null;
    const [channel] = name.split(".");
    return { stream, place: { ...nowhere, symbol, channel, stream: `${name}.${symbol}` } };
  }
}

function refusal(status: number, retryAfterS: number): HttpReply {
  return { status, headers: { "Retry-After": String(retryAfterS) }, body: '{"error":["EGeneral:Temporary lockout"]}' };
}
