import type { IncomingHttpHeaders } from "node:http";
import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { HttpReply, Session, SessionPlan, VenueProtocol } from "../venue.js";
import type { World } from "../world.js";
import type { BinanceContent } from "./content.js";
import type { BinanceLimits } from "./limits.js";
import { type BinanceProduct, productOfPath, weightOf } from "./rest.js";
import { BinanceSession } from "./session.js";
import { parseStream, type RouteClass } from "./streams.js";
import { refusal, Weights } from "./weights.js";

/** What a path of the socket server leads to. */
interface Route {
  products: readonly BinanceProduct[];
  /** Streams of another class are acknowledged and stay silent; null for no such division. */
  route: RouteClass | null;
  wrapped: boolean;
  /** Of the address itself: `/ws/<stream>`. */
  names: readonly string[];
}

/**
 * Binance on one address. The venue has a host for each product; here a prefix stands for it: `/spot`,
 * `/usdm`, `/coinm`. Without a prefix, `/ws` and `/stream` are those of spot and COIN-M (whose symbols
 * differ), `/public` and `/market` those of USD-M, and REST paths need no prefix at all. On USD-M the
 * old paths without a route still connect and acknowledge, and deliver the public class only.
 */
export class BinanceProtocol implements VenueProtocol {
  private readonly content: BinanceContent;
  private readonly world: World;
  private readonly limits: BinanceLimits;
  private readonly weights: Record<BinanceProduct, Weights>;

  constructor(content: BinanceContent, world: World, limits: BinanceLimits) {
    this.content = content;
    this.world = world;
    this.limits = limits;
    const { spotWeight, usdmWeight, coinmWeight } = limits;
    this.weights = { spot: new Weights(spotWeight), usdm: new Weights(usdmWeight), coinm: new Weights(coinmWeight) };
  }

  connect(url: URL): SessionPlan | HttpReply | null {
    const route = routeOf(url);
    if (route === null) return null;
    const [product] = route.products;
    const { ban } = this.world.desk.rest({ ...nowhere, venue: "binance", product });
    if (ban !== null) return refusal(ban.status, ban.retryAfterS);
    return {
      product,
      envelope: route.wrapped ? (name, text) => `{"stream":"${name}","data":${text}}` : (_name, text) => text,
      open: (connection) => this.open(connection, route),
    };
  }

  async request(url: URL, headers: IncomingHttpHeaders): Promise<HttpReply> {
    const path = productOfPath(url.pathname.replace(/^\/(spot|usdm|coinm)(?=\/)/, ""));
    if (path === null) return { status: 404, body: '{"code":-5000,"msg":"No such path"}' };
    const { product, endpoint } = path;
    const query = url.searchParams;
    const { ban, delayMs, staleUpdates } = this.world.desk.rest({
      ...{ venue: "binance", product, channel: endpoint, stream: null },
      symbol: endpoint === "depth" ? query.get("symbol") : null,
    });
    const weight = weightOf(product, endpoint, query);
    const { used, refusal: overused } = this.weights[product].take(weight, this.world.wallMs());
    const unit = headers["x-mbx-time-unit"]?.toString().toUpperCase();
    const wantsMicroseconds = product === "spot" && unit === "MICROSECOND";
    const refused = ban === null ? overused : refusal(ban.status, ban.retryAfterS);
    const reply = refused ?? (await this.content.answer({ product, endpoint, query, wantsMicroseconds, staleUpdates }));
    return { ...reply, delayMs, headers: { ...reply.headers, "X-MBX-USED-WEIGHT-1M": String(used) } };
  }

  streams(): Iterable<Stream> {
    return this.content.streams();
  }

  /** Source: binance-spot-api-docs, web-socket-streams.md, `serverShutdown`, sent 10 minutes ahead. */
  announceShutdown(connection: Connection): void {
    connection.event("!serverShutdown", `{"e":"serverShutdown","E":${Math.floor(this.world.wallMs())}}`);
  }

  private open(connection: Connection, route: Route): Session {
    const source = { find: (name: string) => this.find(name, route) };
    const session = new BinanceSession(connection, source, this.world, this.limits);
    session.begin(route.names);
    return session;
  }

  private find(name: string, { products, route }: Route): { stream: Stream | null; place: Place } {
    const parsed = parseStream(name);
    const place = { ...nowhere, venue: "binance", product: products[0], stream: name };
    if (parsed === null) return { stream: null, place };
    const { symbol, channel } = parsed;
    const product = products.find((one) => this.content.has(one, symbol)) ?? products[0];
    const silent = route !== null && parsed.route !== route;
    const stream = silent ? undefined : this.content.stream(product, parsed);
    return { stream: stream ?? null, place: { ...place, product, symbol, channel } };
  }
}

const nowhere = { product: null, symbol: null, channel: null, stream: null };

function routeOf(url: URL): Route | null {
  const match = /^(?:\/(spot|usdm|coinm))?(?:\/(public|market))?\/(?:ws(?:\/(.+))?|(stream))\/?$/.exec(url.pathname);
  if (match === null) return null;
  const [, host, route, one, wrapped] = match;
  if (route !== undefined && host !== undefined && host !== "usdm") return null;
  const isUsdm = host === "usdm" || route !== undefined;
  const listed = one ?? url.searchParams.get("streams") ?? "";
  return {
    products: isUsdm ? ["usdm"] : host === undefined ? ["spot", "coinm"] : [host === "spot" ? "spot" : "coinm"],
    route: route === undefined ? (isUsdm ? "public" : null) : route === "public" ? "public" : "market",
    wrapped: wrapped !== undefined,
    names: listed.split("/").filter((name) => name !== ""),
  };
}
