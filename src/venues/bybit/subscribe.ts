import type { ProductName } from "../../market/venues.js";
import type { Acknowledgement, Channel, ConnectionPlan, Endpoints, Request, Subscription } from "../venue.js";

/** Topics in one request: 10 at most on spot; the same elsewhere keeps the text far below 21,000 characters. */
const TOPICS_A_REQUEST = 10;
const TOPICS_A_CONNECTION = 200;
/** Depth 50 comes every 20 ms, and is deeper than the notionals that are walked. */
const DEPTH = 50;
const MAX_PAYLOAD = 4 * 2 ** 20;

export function endpoints(): Endpoints {
  // Both HTTP hosts are listed as the main net: bybit-exchange/docs v5/guide.
  return {
    socket: "wss://stream.bybit.com",
    rest: "https://api.bybit.com",
    backups: [{ rest: "https://api.bytick.com" }],
  };
}

export function connections(
  product: ProductName,
  wanted: readonly Subscription[],
  { socket }: Endpoints,
): ConnectionPlan[] {
  const topics = wanted.flatMap(({ symbol, channels }) => {
    const names = new Set(channels.map((channel) => topicOf(product, channel)).filter((name) => name !== null));
    return [...names].map((name) => ({ topic: `${name}.${symbol}`, symbol, isBook: name === `orderbook.${DEPTH}` }));
  });
  const plans: ConnectionPlan[] = [];
  for (let from = 0; from < topics.length; from += TOPICS_A_CONNECTION) {
    const part = topics.slice(from, from + TOPICS_A_CONNECTION);
    plans.push({
      url: `${socket}/v5/public/${product}`,
      books: part.filter(({ isBook }) => isBook).map(({ symbol }) => symbol),
      requests: requestsOf(part.map(({ topic }) => topic)),
      paceMs: 20,
      // The venue cuts connections that send nothing for ten minutes and advises a ping every 20 s.
      keepAlive: { text: '{"op":"ping"}', everyMs: 20_000 },
      silenceMs: 5000,
      maxPayload: MAX_PAYLOAD,
    });
  }
  return plans;
}

function topicOf(product: ProductName, channel: Channel): string | null {
  if (channel === "book") return `orderbook.${DEPTH}`;
  if (channel === "bbo") return "orderbook.1";
  if (channel === "trade") return "publicTrade";
  if (product === "spot") return null;
  return channel === "liquidation" ? "allLiquidation" : "tickers";
}

function requestsOf(topics: readonly string[]): Request[] {
  const requests: Request[] = [];
  for (let from = 0; from < topics.length; from += TOPICS_A_REQUEST)
    requests.push(request("subscribe", topics.slice(from, from + TOPICS_A_REQUEST), String(requests.length + 1)));
  return requests;
}

function request(op: string, args: readonly string[], id: string): Request {
  return { id, text: JSON.stringify({ op, args, req_id: id }) };
}

/** A new subscription begins with a snapshot. */
export function resubscribe(_product: ProductName, symbol: string): readonly Request[] {
  const topic = `orderbook.${DEPTH}.${symbol}`;
  return [request("unsubscribe", [topic], `-${topic}`), request("subscribe", [topic], `+${topic}`)];
}

/** `{"success":true,"ret_msg":"…","conn_id":"…","req_id":"1","op":"subscribe"}` */
export function acknowledgement(message: unknown): Acknowledgement | null {
  if (typeof message !== "object" || message === null) return null;
  const { op, success, ret_msg, req_id } = message as Record<string, unknown>;
  if (op !== "subscribe" && op !== "unsubscribe") return null;
  return { id: String(req_id ?? ""), error: success === true ? null : String(ret_msg ?? "refused") };
}
