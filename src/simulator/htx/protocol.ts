import { gzipSync } from "node:zlib";
import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { HttpReply, SessionPlan, VenueProtocol } from "../venue.js";
import type { World } from "../world.js";
import { type HtxContent, type HtxProduct, symbolOf } from "./content.js";
import type { HtxLimits } from "./limits.js";
import { HtxSession, type TopicSource } from "./session.js";

const routes: Readonly<Record<string, HtxProduct>> = {
  ...{ "/ws": "spot", "/feed": "spot" },
  ...{ "/linear-swap-ws": "swap", "/swap-ws": "swap", "/ws_index": "swap" },
  ...{ "/linear-swap-notification": "swap", "/swap-notification": "swap" },
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
    const product = symbol === null ? null : symbol.includes("-") ? "swap" : "spot";
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
      find: (topic) => ({
        stream: (belongs(route, topic) ? content.stream(product, topic) : undefined) ?? null,
        place: this.placeOf(product, topic),
      }),
      greet: (stream, to) => content.greet(stream, to),
      request: (topic, id) => {
        const { staleUpdates } = world.desk.rest({ ...this.placeOf(product, topic), stream: null });
        return belongs(route, topic) ? content.request(product, topic, id, staleUpdates) : null;
      },
    };
    return new HtxSession({ connection, source, world, limits, notifies });
  }

  private placeOf(product: HtxProduct, topic: string) {
    const channel = topic.split(".")[2] ?? "";
    return { venue: "htx", product, symbol: symbolOf(topic), channel, stream: topic } as const;
  }
}

/** Whether an address carries a topic: inverse contracts, the index service and notices have their own; /feed has books only. */
function belongs(route: string, topic: string): boolean {
  const symbol = symbolOf(topic);
  if (topic.startsWith("public.") !== route.endsWith("notification")) return false;
  if (route === "/feed") return topic.includes(".mbp.");
  if (route === "/ws") return !symbol.includes("-") && !/\.mbp\.(?:5|20|400)$/.test(topic);
  const isIndex = /\.(?:mark_price|index|basis)\./.test(topic);
  if (route === "/ws_index" || isIndex) return route === "/ws_index" && isIndex;
  return route.startsWith("/linear-") !== /-USD$/.test(symbol);
}

function refusal(status: number): HttpReply {
  return { status, body: '{"status":"error","err-code":"api-limited","err-msg":"Too many requests"}' };
}
