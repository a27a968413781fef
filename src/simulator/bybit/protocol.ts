import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { HttpReply, SessionPlan, VenueProtocol } from "../server/venue-server.js";
import type { Limits, World } from "../world.js";
import { BybitPublisher } from "./publisher.js";
import { answer } from "./rest.js";
import { BybitSession } from "./session.js";

const REQUEST_WINDOW_MS = 5000;
const BAN_MS = 600_000;

const PRODUCTS = ["spot", "linear", "inverse"] as const;
export type BybitProduct = (typeof PRODUCTS)[number];

/** Bybit on one address, by its own paths: `/v5/public/<product>` and `/v5/market/…`. */
export class BybitProtocol implements VenueProtocol {
  readonly venue = "bybit";
  readonly publishers = new Map<string, BybitPublisher>();
  private readonly world: World;
  private readonly limits: Limits;
  private readonly requests: number[] = [];
  private bannedUntilMs = 0;
  private connections = 0;

  constructor(world: World, limits: Limits) {
    this.world = world;
    this.limits = limits;
    for (const market of world.marketsOf("bybit")) {
      const publisher = new BybitPublisher(market, world);
      market.listener = publisher;
      this.publishers.set(`${market.spec.product}:${market.spec.symbol}`, publisher);
    }
  }

  *streams(): Iterable<Stream> {
    for (const publisher of this.publishers.values()) yield* publisher.all();
  }

  connect(url: URL): SessionPlan | HttpReply | null {
    const match = /^\/v5\/public\/(spot|linear|inverse)\/?$/.exec(url.pathname);
    const product = PRODUCTS.find((name) => name === match?.[1]);
    if (product === undefined) return null;
    const { ban } = this.world.desk.rest({ ...nowhere, venue: "bybit", product });
    if (ban !== null) return refusal(ban.status);
    return { product, envelope: (_name, text) => text, open: (connection) => this.open(connection, product) };
  }

  request(url: URL): HttpReply {
    const match = /^\/v5\/market\/([\w-]+)$/.exec(url.pathname);
    if (match === null) return { status: 404, body: '{"retCode":404,"retMsg":"No such path"}' };
    const [, endpoint] = match;
    const category = url.searchParams.get("category") ?? "linear";
    const product = PRODUCTS.find((name) => name === category) ?? null;
    const symbol = endpoint === "orderbook" ? url.searchParams.get("symbol") : null;
    const { ban, delayMs, staleUpdates } = this.world.desk.rest({
      ...{ venue: "bybit", product, symbol, channel: endpoint, stream: null },
    });
    if (ban !== null) return { ...refusal(ban.status), delayMs };
    if (!this.admit()) return refusal(403);
    const reply = answer(endpoint, url.searchParams, {
      ...{ category, staleUpdates, nowMs: this.world.venueMs("bybit") },
      markets: this.world.marketsOf("bybit").filter(({ spec }) => spec.product === product),
      updateOf: ({ spec }) => this.publishers.get(`${spec.product}:${spec.symbol}`)?.books.at(-1)?.update ?? 1,
    });
    return { ...reply, delayMs };
  }

  /** 600 requests in 5 s, then 403 for ten minutes. Source: bybit-exchange/docs v5 rate limit. */
  private admit(): boolean {
    const now = this.world.wallMs();
    while (this.requests.length > 0 && now - this.requests[0] >= REQUEST_WINDOW_MS) this.requests.shift();
    this.requests.push(now);
    if (this.requests.length > this.limits.bybitRequests) this.bannedUntilMs = now + BAN_MS;
    return now >= this.bannedUntilMs;
  }

  private open(connection: Connection, product: BybitProduct): BybitSession {
    const source = {
      find: (topic: string) => this.find(topic, product),
      greet: (stream: Stream, to: Connection) =>
        this.publishers.get(`${product}:${stream.place.symbol}`)?.greet(stream, to),
    };
    return new BybitSession(connection, source, this.world, this.limits, `simulated-${++this.connections}`);
  }

  private find(topic: string, product: BybitProduct): { stream: Stream | null; place: Place } {
    const parts = topic.split(".");
    const symbol = parts[parts.length - 1];
    const stream = this.publishers.get(`${product}:${symbol}`)?.stream(topic) ?? null;
    return { stream, place: { venue: "bybit", product, symbol, channel: parts[0], stream: topic } };
  }
}

const nowhere = { product: null, symbol: null, channel: null, stream: null };

function refusal(status: number): HttpReply {
  return { status, body: JSON.stringify({ retCode: 10006, retMsg: "Too many visits!", result: {}, retExtInfo: {} }) };
}
