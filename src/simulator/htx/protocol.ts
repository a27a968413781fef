import { gzipSync } from "node:zlib";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { HttpReply, SessionPlan, VenueProtocol } from "../venue.js";
import type { World } from "../world.js";
import { type HtxContent, type HtxProduct, isDated, symbolOf } from "./content.js";
import type { HtxLimits } from "./limits.js";
import { HtxSession, type TopicSource } from "./session.js";

/** What an address is for. Of `/ws` and of the linear ones, topics of dated futures are had, too. */
const routes: Readonly<Record<string, HtxProduct>> = {
  ...{ "/ws": "spot", "/feed": "spot" },
  ...{ "/linear-swap-ws": "swap", "/swap-ws": "swap", "/ws_index": "swap" },
  ...{ "/linear-swap-notification": "swap", "/swap-notification": "swap", "/notification": "futures" },
};
const WINDOW_MS = 1000;

/** HTX on one address, by its own paths. Every frame is a gzip member in a binary message. */
export class HtxProtocol implements VenueProtocol {
  private readonly content: HtxContent;
  private readonly world: World;
  private readonly limits: HtxLimits;
  private readonly requests: number[] = [];

  constructor(content: HtxContent, world: World, limits: HtxLimits) {
    this.content = content;
    this.world = world;
    this.limits = limits;
  }

  connect({ pathname }: URL): SessionPlan | HttpReply | null {
    const product = routes[pathname];
    if (product === undefined) return null;
    const { ban } = this.world.desk.rest({ venue: "htx", product, symbol: null, channel: null, stream: null });
    if (ban !== null) return refusal(ban.status);
    return {
      product,
      envelope: (_name, text) => text,
      encode: (text) => gzipSync(text, { level: 1 }),
      open: (connection) => this.open(connection, product, pathname),
    };
  }

  async request(url: URL): Promise<HttpReply> {
    const symbol = url.searchParams.get("symbol") ?? url.searchParams.get("contract_code");
    const product = symbol === null ? null : productOf(symbol, symbol.includes("-") ? "swap" : "spot");
    const channel = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    const { ban, delayMs } = this.world.desk.rest({ venue: "htx", product, symbol, channel, stream: null });
    if (ban !== null) return { ...refusal(ban.status), delayMs };
    if (!this.admit()) return refusal(429);
    return { ...(await this.content.answer(url)), delayMs };
  }

  streams(): Iterable<Stream> {
    return this.content.streams();
  }

  private admit(): boolean {
    const now = this.world.wallMs();
    while (this.requests.length > 0 && now - this.requests[0] >= WINDOW_MS) this.requests.shift();
    this.requests.push(now);
    return this.requests.length <= this.limits.requests;
  }

  private open(connection: Connection, product: HtxProduct, route: string): HtxSession {
    const { content, world, limits } = this;
    const notifies = route.endsWith("notification");
    const source: TopicSource = {
      find: (topic) => {
        const place = this.placeOf(product, topic);
        return { stream: (belongs(route, topic) ? content.stream(place.product, topic) : undefined) ?? null, place };
      },
      greet: (stream, to) => content.greet(stream, to),
      request: (topic, id) => {
        const place = this.placeOf(product, topic);
        const { staleUpdates } = world.desk.rest({ ...place, stream: null });
        return belongs(route, topic) ? content.request(place.product, topic, id, staleUpdates) : null;
      },
    };
    return new HtxSession({ connection, source, world, limits, notifies });
  }

  private placeOf(product: HtxProduct, topic: string) {
    const channel = topic.split(".")[2] ?? "";
    const symbol = symbolOf(topic);
    const place = { symbol, channel, stream: topic };
    return { venue: "htx", product: productOf(symbol, product), ...place } as const;
  }
}

/** Of a symbol that is asked for where `undated` is traded. */
function productOf(symbol: string, undated: HtxProduct): HtxProduct {
  return isDated(symbol) ? "futures" : undated;
}

/**
 * Whether an address carries a topic: inverse contracts, the index service and notices have their own; /feed has
 * books only; /ws is the spot market's on one host and that of inverse dated futures on another.
 */
function belongs(route: string, topic: string): boolean {
  const symbol = symbolOf(topic);
  if (topic.startsWith("public.") !== route.endsWith("notification")) return false;
  if (route === "/feed") return topic.includes(".mbp.");
  if (isDated(symbol) && !symbol.includes("-")) return route === "/ws" || route === "/notification";
  if (route === "/ws") return !symbol.includes("-") && !/\.mbp\.(?:5|20|400)$/.test(topic);
  const isIndex = /\.(?:mark_price|index|basis)\./.test(topic);
  if (route === "/ws_index" || isIndex) return route === "/ws_index" && isIndex;
  return route.startsWith("/linear-") !== /-USD$/.test(symbol);
}

function refusal(status: number): HttpReply {
  return { status, body: '{"status":"error","err-code":"api-limited","err-msg":"Too many requests"}' };
}
