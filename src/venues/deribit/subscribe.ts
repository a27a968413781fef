import type { ProductName } from "../../market/venues.js";
import type {
  Acknowledgement,
  Channel,
  ConnectionPlan,
  Endpoints,
  Notice,
  Request,
  SocketTime,
  Subscription,
} from "../venue.js";

/** One subscription costs 3,000 credits however many channels it names, and an option chain has hundreds. */
const CHANNELS_A_REQUEST = 100;
/** The venue allows 32 connections an address, replies by HTTP included. With what it says of itself, 400. */
const CHANNELS_A_CONNECTION = 399;
/** Credits come back at 10,000 a second; a request without any left ends the session. */
const PACE_MS = 350;
/** The shortest the venue takes, s. Its heartbeats are the sign of life of instruments that do not trade. */
const HEARTBEAT_S = 10;
const MAX_PAYLOAD = 4 * 2 ** 20;
/** What the venue says of itself; it speaks only when that changes. */
const PLATFORM = "platform_state";

export function endpoints(): Endpoints {
  return {
    socket: "wss://www.deribit.com",
    rest: "https://www.deribit.com",
    backups: [{ socket: "wss://streams.deribit.com" }],
  };
}

export function connections(
  product: ProductName,
  wanted: readonly Subscription[],
  { socket }: Endpoints,
): ConnectionPlan[] {
  const topics = wanted.flatMap(({ symbol, channels }) => {
    const names = new Set(channels.map((channel) => channelOf(product, channel, symbol)));
    return [...names].filter((name) => name !== null).map((name) => ({ name, symbol }));
  });
  const plans: ConnectionPlan[] = [];
  for (let from = 0; from < topics.length; from += CHANNELS_A_CONNECTION) {
    const part = topics.slice(from, from + CHANNELS_A_CONNECTION);
    const carried = new Set(part.map(({ name }) => name));
    const books = part.filter(({ name, symbol }) => name === bookOf(symbol)).map(({ symbol }) => symbol);
    const names = part.map(({ name }) => name);
    plans.push({
      url: `${socket}/ws/api/v2`,
      books,
      carries: (symbol, channel) => carried.has(channelOf(product, channel, symbol) ?? ""),
      requests: [heartbeat(), ...requestsOf(books.length > 0 ? [...names, PLATFORM] : names)],
      paceMs: PACE_MS,
      keepAlive: null,
      silenceMs: HEARTBEAT_S * 1000 * 1.5,
      maxPayload: MAX_PAYLOAD,
    });
  }
  return plans;
}

/** Without an account changes come every 100 ms at the shortest; quotes have no interval. */
const bookOf = (symbol: string): string => `book.${symbol}.100ms`;

/** Liquidations are flags of trades; volatilities and greeks are in the ticker. Spot has neither funding nor marks that are kept. */
function channelOf(product: ProductName, channel: Channel, symbol: string): string | null {
  if (channel === "book") return bookOf(symbol);
  if (channel === "bbo") return `quote.${symbol}`;
  if (channel === "trade") return `trades.${symbol}.100ms`;
  if (product === "spot") return null;
  if (channel === "liquidation") return `trades.${symbol}.100ms`;
  return `ticker.${symbol}.100ms`;
}

function requestsOf(channels: readonly string[]): Request[] {
  const requests: Request[] = [];
  for (let from = 0; from < channels.length; from += CHANNELS_A_REQUEST)
    requests.push(request("subscribe", String(requests.length + 1), channels.slice(from, from + CHANNELS_A_REQUEST)));
  return requests;
}

/** The id ends in the number of channels, so that the answer tells whether it lists them all. */
function request(method: "subscribe" | "unsubscribe", name: string, channels: readonly string[]): Request {
  const id = `${method} ${name}: ${channels.length}`;
  return { id, text: JSON.stringify({ jsonrpc: "2.0", id, method: `public/${method}`, params: { channels } }) };
}

function heartbeat(): Request {
  const id = "heartbeat";
  const params = { interval: HEARTBEAT_S };
  return { id, text: JSON.stringify({ jsonrpc: "2.0", id, method: "public/set_heartbeat", params }) };
}

/** A new subscription begins with a snapshot. */
export function resubscribe(product: ProductName, symbol: string): readonly Request[] {
  return resubscribeChannel(product, symbol, "book");
}

export function resubscribeChannel(product: ProductName, symbol: string, channel: Channel): readonly Request[] {
  const name = channelOf(product, channel, symbol);
  if (name === null) return [];
  return [request("unsubscribe", name, [name]), request("subscribe", name, [name])];
}

/**
 * `{"jsonrpc":"2.0","id":…,"result":["book.BTC-PERPETUAL.100ms"],…}`: the channels really accepted, those
 * that are none left out; or `{"id":…,"error":{"code":10028,"message":"too_many_requests"}}`.
 */
export function acknowledgement(message: unknown): Acknowledgement | null {
  if (typeof message !== "object" || message === null || !("id" in message)) return null;
  const { result, error } = message as { result?: unknown; error?: { code?: unknown; message?: unknown } };
  const id = String(message.id);
  if (error !== undefined) return { id, error: `${error.message ?? "refused"} (${error.code ?? "no code"})` };
  if (result === undefined) return null;
  const asked = Number(/: (\d+)$/.exec(id)?.[1] ?? 0);
  const accepted = Array.isArray(result) ? result.length : 0;
  return { id, error: accepted < asked ? `${accepted} of ${asked} channels accepted: ${String(result)}` : null };
}

const TEST = JSON.stringify({ jsonrpc: "2.0", id: "test", method: "public/test", params: {} });

/** `{"method":"heartbeat","params":{"type":"test_request"}}` wants a sign of life, or the connection is closed. */
export function answer(message: unknown): string | null {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { type?: unknown } };
  return method === "heartbeat" && params?.type === "test_request" ? TEST : null;
}

/**
 * `{"method":"subscription","params":{"channel":"platform_state","data":…}}` with `{"maintenance":true}`, or
 * `{"price_index":"sol_usdc","locked":true}` of what that index prices. Source: docs.deribit.com, platform_state.
 */
export function notice(message: unknown): Notice | null {
  const { params } = (message ?? {}) as { params?: { channel?: unknown; data?: Record<string, unknown> } };
  if (params?.channel !== PLATFORM) return null;
  const { maintenance, locked, price_index: index } = params.data ?? {};
  if (typeof maintenance === "boolean") return maintenance ? "maintenance" : "open";
  if (typeof locked !== "boolean" || typeof index !== "string") return null;
  return (symbol) => (indexOf(symbol) === index ? (locked ? "maintenance" : "open") : null);
}

/** `BTC-PERPETUAL` and `BTC-25DEC26-100000-C` follow `btc_usd`; `SOL_USDC-PERPETUAL` and `SOL_USDC` follow `sol_usdc`. */
function indexOf(symbol: string): string {
  const pair = symbol.split("-")[0].toLowerCase();
  return pair.includes("_") ? pair : `${pair}_usd`;
}

/** `{"id":"clock 1","result":{…},"usIn":1535043730126248,"usOut":1535043730126250,"usDiff":2}`, as every answer has it. */
export function socketTime(): SocketTime {
  return {
    request(count) {
      const id = `clock ${count}`;
      return { id, text: JSON.stringify({ jsonrpc: "2.0", id, method: "public/test", params: {} }) };
    },
    read(message) {
      const { id, usIn, usOut } = (message ?? {}) as Record<string, unknown>;
      if (typeof usIn !== "number" || typeof usOut !== "number") return null;
      return { id: String(id), takenUs: usIn, answeredUs: usOut };
    },
    halfUnitUs: 1,
  };
}
