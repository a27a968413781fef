import type { ProductName } from "../../market/venues.js";
import type { Acknowledgement, Channel, ConnectionPlan, Endpoints, Notice, Request, Subscription } from "../venue.js";

/**
 * USD-M serves its streams on two routes, and a connection on the wrong one is acknowledged and stays
 * silent; spot and COIN-M have one. Source: developers.binance.com, USD-M WebSocket change notice.
 */
type Route = "/stream" | "/public/stream" | "/market/stream";

/** Streams a connection may carry are 1,024; fewer keep a reconnect short. */
const STREAMS_A_CONNECTION = 200;
const STREAMS_A_REQUEST = 100;
/** 5 inbound messages a second on spot, pings and pongs included; 10 on futures. */
const PACE_MS: Partial<Record<ProductName, number>> = { spot: 250, usdm: 125, coinm: 125 };
const MAX_PAYLOAD = 4 * 2 ** 20;
/** The venue cuts a connection after 24 hours. */
const LIFETIME_MS = 24 * 3_600_000;

const addresses: Partial<Record<ProductName, Endpoints>> = {
  // The market-data hosts serve the same streams and paths: binance-spot-api-docs, web-socket-streams.md, rest-api.md.
  spot: {
    socket: "wss://stream.binance.com:9443",
    rest: "https://api.binance.com",
    backups: [{ socket: "wss://data-stream.binance.vision", rest: "https://data-api.binance.vision" }],
  },
  usdm: { socket: "wss://fstream.binance.com", rest: "https://fapi.binance.com" },
  coinm: { socket: "wss://dstream.binance.com", rest: "https://dapi.binance.com" },
};

export function endpoints(product: ProductName): Endpoints {
  const known = addresses[product];
  if (known === undefined) throw new RangeError(`binance has no product ${product}`);
  return known;
}

export function connections(
  product: ProductName,
  wanted: readonly Subscription[],
  { socket }: Endpoints,
): ConnectionPlan[] {
  const routes = new Map<Route, { stream: string; symbol: string; isBook: boolean }[]>();
  for (const { symbol, channels } of wanted) {
    for (const stream of new Set(channels.map((channel) => streamOf(product, channel)))) {
      if (stream === null) continue;
      const route = routeOf(product, stream);
      const list = routes.get(route) ?? [];
      list.push({ stream: nameOf(symbol, stream), symbol, isBook: stream.startsWith("depth") });
      routes.set(route, list);
    }
  }
  const plans: ConnectionPlan[] = [];
  for (const [route, streams] of routes)
    for (let from = 0; from < streams.length; from += STREAMS_A_CONNECTION) {
      const part = streams.slice(from, from + STREAMS_A_CONNECTION);
      const names = new Set(part.map(({ stream }) => stream));
      plans.push({
        url: `${socket}${route}`,
        carries(symbol, channel) {
          const stream = streamOf(product, channel);
          return stream !== null && names.has(nameOf(symbol, stream));
        },
        books: part.filter(({ isBook }) => isBook).map(({ symbol }) => symbol),
        requests: requestsOf(part.map(({ stream }) => stream)),
        paceMs: PACE_MS[product] ?? 250,
        keepAlive: null, // the server pings, the WebSocket layer answers
        silenceMs: 5000,
        maxPayload: MAX_PAYLOAD,
        lifetimeMs: LIFETIME_MS,
      });
    }
  return plans;
}

/** `btcusdt@depth@100ms` */
function nameOf(symbol: string, stream: string): string {
  return `${symbol.toLowerCase()}@${stream}`;
}

/** Leaves a stream and asks for it again; the REST snapshot joins what follows. */
export function resubscribeChannel(product: ProductName, symbol: string, channel: Channel): readonly Request[] {
  const stream = streamOf(product, channel);
  if (stream === null) return [];
  const name = nameOf(symbol, stream);
  // Ids are the client's own; large ones do not meet those of the first requests.
  return ["UNSUBSCRIBE", "SUBSCRIBE"].map((method, index) => {
    const id = 1_000_000 + index;
    return { id: String(id), text: JSON.stringify({ method, params: [name], id }) };
  });
}

/** `{"e":"serverShutdown",…}`, wrapped on `/stream`: the connection ends in minutes. Source: web-socket-streams.md. */
export function notice(message: unknown): Notice | null {
  const { stream, data, e } = (message ?? {}) as { stream?: unknown; data?: { e?: unknown }; e?: unknown };
  return e === "serverShutdown" || data?.e === "serverShutdown" || stream === "!serverShutdown" ? "leaving" : null;
}

/** The stream that carries a channel; null where the product has none. */
function streamOf(product: ProductName, channel: Channel): string | null {
  if (channel === "bbo") return "bookTicker";
  if (channel === "book") return "depth@100ms";
  // The plain trade stream of futures is not documented; the aggregated one leaves out what is no market trade.
  if (channel === "trade") return product === "spot" ? "trade" : "aggTrade";
  if (product === "spot") return null;
  if (channel === "mark" || channel === "funding") return "markPrice@1s";
  return channel === "liquidation" ? "forceOrder" : null; // open interest is REST only
}

function routeOf(product: ProductName, stream: string): Route {
  if (product !== "usdm") return "/stream";
  return stream === "bookTicker" || stream.startsWith("depth") ? "/public/stream" : "/market/stream";
}

function requestsOf(streams: readonly string[]): Request[] {
  const requests: Request[] = [];
  for (let from = 0; from < streams.length; from += STREAMS_A_REQUEST) {
    const id = String(requests.length + 1);
    const params = streams.slice(from, from + STREAMS_A_REQUEST);
    requests.push({ id, text: JSON.stringify({ method: "SUBSCRIBE", params, id: Number(id) }) });
  }
  return requests;
}

/** `{"result":null,"id":1}`, or `{"error":{"code","msg"},"id"}`, in older answers without the inner object. */
export function acknowledgement(message: unknown): Acknowledgement | null {
  if (typeof message !== "object" || message === null || !("id" in message)) return null;
  const { id, result, error, msg } = message as Record<string, unknown>;
  if (result === null) return { id: String(id), error: null };
  const inner = typeof error === "object" && error !== null ? (error as Record<string, unknown>).msg : msg;
  return { id: String(id), error: inner === undefined ? "refused" : String(inner) };
}
