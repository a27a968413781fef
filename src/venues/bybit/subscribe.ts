import type { ProductName } from "../../market/venues.js";
import type { Acknowledgement, Channel, ConnectionPlan, Endpoints, Request, Subscription } from "../venue.js";

/** Topics in one request: 10 at most on spot; the same elsewhere keeps the text far below 21,000 characters. */
const TOPICS_A_REQUEST = 10;
const TOPICS_A_CONNECTION = 200;
/** Depth 50 comes every 20 ms, and is deeper than the notionals that are walked; options have 25 and 100. */
const DEPTH = 50;
const OPTION_DEPTH = 25;
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
  const all = wanted.flatMap(({ symbol, channels }) => {
    const names = new Set(channels.map((channel) => nameOf(product, channel)).filter((name) => name !== null));
    return [...names].map((name) => ({ topic: topicOf(product, name, symbol), symbol, isBook: isBook(name) }));
  });
  // Trades of options come by their coin, one topic for many.
  const topics = all.filter(({ topic }, at) => all.findIndex((other) => other.topic === topic) === at);
  const plans: ConnectionPlan[] = [];
  for (let from = 0; from < topics.length; from += TOPICS_A_CONNECTION) {
    const part = topics.slice(from, from + TOPICS_A_CONNECTION);
    const names = new Set(part.map(({ topic }) => topic));
    plans.push({
      url: `${socket}/v5/public/${product}`,
      carries(symbol, channel) {
        const name = nameOf(product, channel);
        return name !== null && names.has(topicOf(product, name, symbol));
      },
      books: part.filter(({ isBook }) => isBook).map(({ symbol }) => symbol),
      requests: requestsOf(
        product,
        part.map(({ topic }) => topic),
      ),
      paceMs: 20,
      // The venue cuts connections that send nothing for ten minutes and advises a ping every 20 s.
      keepAlive: { text: '{"op":"ping"}', everyMs: 20_000 },
      silenceMs: 5000,
      maxPayload: MAX_PAYLOAD,
    });
  }
  return plans;
}

/** What stands before the symbol in the topic that carries a channel; null where the product has none. */
function nameOf(product: ProductName, channel: Channel): string | null {
  if (channel === "book") return `orderbook.${depthOf(product)}`;
  if (product === "option") return channel === "trade" ? "publicTrade" : channel === "liquidation" ? null : "tickers";
  if (channel === "bbo") return "orderbook.1";
  if (channel === "trade") return "publicTrade";
  if (product === "spot") return null;
  return channel === "liquidation" ? "allLiquidation" : "tickers";
}

function depthOf(product: ProductName): number {
  return product === "option" ? OPTION_DEPTH : DEPTH;
}

function isBook(name: string): boolean {
  return name.startsWith("orderbook.") && name !== "orderbook.1";
}

/** Trades of all options of a coin come in one topic: `publicTrade.BTC`. */
function topicOf(product: ProductName, name: string, symbol: string): string {
  const isByCoin = product === "option" && name === "publicTrade";
  return `${name}.${isByCoin ? symbol.slice(0, symbol.indexOf("-")) : symbol}`;
}

function requestsOf(product: ProductName, topics: readonly string[]): Request[] {
  const requests: Request[] = [];
  for (let from = 0; from < topics.length; from += TOPICS_A_REQUEST) {
    const part = topics.slice(from, from + TOPICS_A_REQUEST);
    requests.push(request("subscribe", part, product === "option" ? nameOfAll(part) : String(requests.length + 1)));
  }
  return requests;
}

/** Answers of the option product name topics and no request: a request is known by the first of its topics. */
function nameOfAll(topics: readonly string[]): string {
  return [...topics].sort()[0];
}

function request(op: string, args: readonly string[], id: string): Request {
  return { id, text: JSON.stringify({ op, args, req_id: id }) };
}

/** A new subscription begins with a snapshot. */
export function resubscribe(product: ProductName, symbol: string): readonly Request[] {
  return resubscribeChannel(product, symbol, "book");
}

export function resubscribeChannel(product: ProductName, symbol: string, channel: Channel): readonly Request[] {
  const name = nameOf(product, channel);
  if (name === null) return [];
  const topic = topicOf(product, name, symbol);
  // Options: the same answer to both, so that the first one is not waited for.
  if (product === "option")
    return [{ ...request("unsubscribe", [topic], topic), id: null }, request("subscribe", [topic], topic)];
  return [request("unsubscribe", [topic], `-${topic}`), request("subscribe", [topic], `+${topic}`)];
}

/**
 * `{"success":true,"ret_msg":"…","conn_id":"…","req_id":"1","op":"subscribe"}`; of options
 * `{"success":true,"conn_id":"…","data":{"failTopics":[],"successTopics":["…"]},"type":"COMMAND_RESP"}`.
 * Source: bybit-exchange/docs v5 websocket connect.
 */
export function acknowledgement(message: unknown): Acknowledgement | null {
  if (typeof message !== "object" || message === null) return null;
  const { op, success, ret_msg, req_id, type, data } = message as Record<string, unknown>;
  if (type === "COMMAND_RESP") return optionAcknowledgement(data);
  if (op !== "subscribe" && op !== "unsubscribe") return null;
  return { id: String(req_id ?? ""), error: success === true ? null : String(ret_msg ?? "refused") };
}

function optionAcknowledgement(data: unknown): Acknowledgement | null {
  const { successTopics, failTopics } = (data ?? {}) as Record<string, unknown>;
  const [good, bad] = [successTopics, failTopics].map((list) => (Array.isArray(list) ? list.map(String) : []));
  if (good.length + bad.length === 0) return null;
  return { id: nameOfAll([...good, ...bad]), error: bad.length === 0 ? null : `no such topic: ${bad.join(", ")}` };
}

/** A touch that does not change is sent again after 3 s. Source: bybit-exchange/docs v5/websocket/public/orderbook. */
export function quietMs(product: ProductName, channel: Channel): number | null {
  return channel === "bbo" && product !== "option" ? 3000 : null;
}
