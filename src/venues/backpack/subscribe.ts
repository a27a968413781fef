import type { ProductName } from "../../market/venues.js";
import type { Acknowledgement, Channel, ConnectionPlan, Endpoints, Request, Subscription } from "../venue.js";

const STREAMS_A_REQUEST = 50;
const STREAMS_A_CONNECTION = 200;
/** The venue publishes no limit of inbound messages. */
const PACE_MS = 100;
/** Markets here may be still for long, and that the venue answers pings of ours it does not say. */
const SILENCE_MS = 20_000;
const MAX_PAYLOAD = 4 * 2 ** 20;

/** Source: docs.backpack.exchange, "Introduction". No other host is published. */
export function endpoints(): Endpoints {
  return { socket: "wss://ws.backpack.exchange", rest: "https://api.backpack.exchange" };
}

export function connections(
  product: ProductName,
  wanted: readonly Subscription[],
  { socket }: Endpoints,
): ConnectionPlan[] {
  const streams = wanted.flatMap(({ symbol, channels }) => {
    const names = new Set(channels.map((channel) => streamOf(product, channel, symbol)));
    return [...names].filter((name) => name !== null).map((name) => ({ name, symbol }));
  });
  const unique = streams.filter(({ name }, at) => streams.findIndex((other) => other.name === name) === at);
  const plans: ConnectionPlan[] = [];
  for (let from = 0; from < unique.length; from += STREAMS_A_CONNECTION) {
    const part = unique.slice(from, from + STREAMS_A_CONNECTION);
    const names = new Set(part.map(({ name }) => name));
    plans.push({
      url: socket,
      carries(symbol, channel) {
        const name = streamOf(product, channel, symbol);
        return name !== null && names.has(name);
      },
      books: part.filter(({ name }) => name.startsWith("depth.")).map(({ symbol }) => symbol),
      requests: requestsOf(part.map(({ name }) => name)),
      paceMs: PACE_MS,
      keepAlive: null, // the server pings, the WebSocket layer answers
      silenceMs: SILENCE_MS,
      maxPayload: MAX_PAYLOAD,
    });
  }
  return plans;
}

/** The stream that carries a channel; null where the product has none. Liquidations of all markets come in one. */
function streamOf(product: ProductName, channel: Channel, symbol: string): string | null {
  if (channel === "bbo") return `bookTicker.${symbol}`;
  if (channel === "book") return `depth.${symbol}`;
  if (channel === "trade") return `trade.${symbol}`;
  if (product === "spot") return null;
  if (channel === "mark" || channel === "funding") return `markPrice.${symbol}`;
  if (channel === "openInterest") return `openInterest.${symbol}`;
  return channel === "liquidation" ? "liquidation" : null;
}

/** Leaves a stream and asks for it again; the REST snapshot joins what follows. */
export function resubscribeChannel(product: ProductName, symbol: string, channel: Channel): readonly Request[] {
  const name = streamOf(product, channel, symbol);
  if (name === null) return [];
  return ["UNSUBSCRIBE", "SUBSCRIBE"].map((method) => ({ id: null, text: JSON.stringify({ method, params: [name] }) }));
}

/** Open interest is told every 60 s. Source: docs.backpack.exchange, "Open interest". */
export function quietMs(_product: ProductName, channel: Channel): number | null {
  return channel === "openInterest" ? 60_000 : null;
}

/** The venue answers none of them: what was asked for simply begins to come. */
function requestsOf(streams: readonly string[]): Request[] {
  const requests: Request[] = [];
  for (let from = 0; from < streams.length; from += STREAMS_A_REQUEST) {
    const params = streams.slice(from, from + STREAMS_A_REQUEST);
    requests.push({ id: null, text: JSON.stringify({ method: "SUBSCRIBE", params }) });
  }
  return requests;
}

/** Nothing is answered to a request; an error, where one is told, names no request. */
export function acknowledgement(message: unknown): Acknowledgement | null {
  if (typeof message !== "object" || message === null || !("error" in message)) return null;
  const { error } = message;
  if (error === null || error === undefined) return null;
  const said = typeof error === "object" && "message" in error ? error.message : error;
  return { id: "", error: String(said) };
}
