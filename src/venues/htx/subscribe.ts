import type { ProductName } from "../../market/venues.js";
import type { Acknowledgement, Channel, ConnectionPlan, Endpoints, Request, Subscription } from "../venue.js";

/** Contracts that share their addresses: all linear ones, inverse perpetuals, inverse dated futures. */
export type Family = "spot" | "linear" | "inverse-swap" | "inverse-futures";

const TOPICS_A_CONNECTION = 100;
const PACE_MS = 20;
/** Changes of 150 levels a side come every 100 ms; those of 5 and 20 levels are faster and too shallow to walk. */
const LEVELS = 150;
/** The venue pings every 5 s and closes after two pings without an answer: three missed are a dead line. */
const SILENCE_MS = 15_000;
/** Of a compressed frame. */
const MAX_PAYLOAD = 2 ** 20;

const spot: Endpoints = {
  ...{ socket: "wss://api.huobi.pro", rest: "https://api.huobi.pro" },
  backups: [{ socket: "wss://api-aws.huobi.pro", rest: "https://api-aws.huobi.pro" }],
};
const derivatives: Endpoints = {
  ...{ socket: "wss://api.hbdm.com", rest: "https://api.hbdm.com" },
  backups: [{ socket: "wss://api.hbdm.vn", rest: "https://api.hbdm.vn" }],
};

export function endpoints(product: ProductName): Endpoints {
  return product === "spot" ? spot : derivatives;
}

/** `BTC-USDT` and `BTC-USDT-261225` are linear, `BTC-USD` and `BTC261225` are not. */
export function familyOf(product: ProductName, symbol: string): Family {
  if (product === "spot") return "spot";
  if (/^[^-]+-(?!USD$)/.test(symbol)) return "linear";
  return product === "swap" ? "inverse-swap" : "inverse-futures";
}

const routes: Readonly<Record<Family, { market: string; notification: string }>> = {
  spot: { market: "/ws", notification: "" },
  linear: { market: "/linear-swap-ws", notification: "/linear-swap-notification" },
  "inverse-swap": { market: "/swap-ws", notification: "/swap-notification" },
  "inverse-futures": { market: "/ws", notification: "/notification" },
};

interface Topic {
  route: string;
  name: string;
  symbol: string;
}

/** The topics that carry a channel: books of spot on /feed, prices of the index service on /ws_index. */
function topicsOf(product: ProductName, symbol: string, channel: Channel): Topic[] {
  const family = familyOf(product, symbol);
  const { market, notification } = routes[family];
  const topic = (route: string, name: string): Topic => ({ route, name, symbol });
  if (channel === "book") return [topic(family === "spot" ? "/feed" : market, bookTopic(product, symbol))];
  if (channel === "bbo") return [topic(market, `market.${symbol}.bbo`)];
  if (channel === "trade") return [topic(market, `market.${symbol}.trade.detail`)];
  if (family === "spot") return [];
  if (channel === "liquidation") return [topic(notification, `public.${symbol}.liquidation_orders`)];
  if (product !== "swap") return []; // dated futures pay no funding, and their mark is named after the week
  if (channel === "funding") return [topic(notification, `public.${symbol}.funding_rate`)];
  if (channel !== "mark") return []; // open interest is asked for, see rest.ts
  return ["mark_price", "index"].map((name) => topic("/ws_index", `market.${symbol}.${name}.1min`));
}

function bookTopic(product: ProductName, symbol: string): string {
  return product === "spot" ? `market.${symbol}.mbp.${LEVELS}` : `market.${symbol}.depth.size_${LEVELS}.high_freq`;
}

export function connections(
  product: ProductName,
  wanted: readonly Subscription[],
  { socket }: Endpoints,
): ConnectionPlan[] {
  const byRoute = new Map<string, Topic[]>();
  for (const { symbol, channels } of wanted)
    for (const topic of [...new Set(channels)].flatMap((channel) => topicsOf(product, symbol, channel)))
      byRoute.set(topic.route, [...(byRoute.get(topic.route) ?? []), topic]);
  const plans: ConnectionPlan[] = [];
  for (const [route, topics] of byRoute)
    for (let from = 0; from < topics.length; from += TOPICS_A_CONNECTION) {
      const part = topics.slice(from, from + TOPICS_A_CONNECTION);
      const names = new Set(part.map(({ name }) => name));
      plans.push({
        url: socket + route,
        carries: (symbol, channel) => topicsOf(product, symbol, channel).some(({ name }) => names.has(name)),
        books: part.filter(({ name, symbol }) => name === bookTopic(product, symbol)).map(({ symbol }) => symbol),
        requests: part.map(({ name }, index) => request("sub", name, String(index + 1))),
        ...{ paceMs: PACE_MS, keepAlive: null, silenceMs: SILENCE_MS, maxPayload: MAX_PAYLOAD, inflate: true },
      });
    }
  return plans;
}

/** Market sockets: `{"sub":TOPIC,"id":ID}`; notification sockets: `{"op":"sub","topic":TOPIC,"cid":ID}`. */
function request(action: "sub" | "unsub" | "req", topic: string, id: string): Request {
  if (topic.startsWith("public.")) return { id, text: JSON.stringify({ op: action, topic, cid: id }) };
  // Without it, each message would be the whole book, and no number would tell of a loss.
  const type = topic.endsWith(".high_freq") ? { data_type: "incremental" } : {};
  return { id, text: JSON.stringify({ [action]: topic, id, ...type }) };
}

/** A new subscription of a derivative begins with a snapshot. */
export function resubscribe(product: ProductName, symbol: string): readonly Request[] {
  if (product === "spot") return [];
  const topic = bookTopic(product, symbol);
  return [request("unsub", topic, `-${topic}`), request("sub", topic, `+${topic}`)];
}

/** On spot the snapshot is asked for on the connection of the changes: only there do their numbers meet. */
export function snapshotRequest(product: ProductName, symbol: string): Request | null {
  if (product !== "spot") return null;
  const topic = bookTopic(product, symbol);
  return request("req", topic, `?${topic}`);
}

/** `{"ping":1}` wants `{"pong":1}`, `{"op":"ping","ts":"1"}` wants `{"op":"pong","ts":"1"}`. */
export function answer(message: unknown): string | null {
  if (typeof message !== "object" || message === null) return null;
  const { ping, op, ts } = message as Record<string, unknown>;
  if (ping !== undefined) return JSON.stringify({ pong: ping });
  return op === "ping" ? JSON.stringify({ op: "pong", ts }) : null;
}

/**
 * `{"id":"1","status":"ok","subbed":TOPIC,"ts":1}`, `{"status":"error","err-code":…,"err-msg":…,"id":"1"}`,
 * `{"op":"sub","cid":"1","topic":TOPIC,"ts":1,"err-code":0}`. An answered `req` is a book, no acknowledgement.
 */
export function acknowledgement(message: unknown): Acknowledgement | null {
  if (typeof message !== "object" || message === null) return null;
  const fields = message as Record<string, unknown>;
  const error = String(fields["err-msg"] ?? fields["err-code"] ?? "refused");
  if (fields.op === "sub" || fields.op === "unsub")
    return { id: String(fields.cid ?? ""), error: fields["err-code"] === 0 ? null : error };
  if (fields.status === "error") return { id: String(fields.id ?? ""), error };
  const isTaken = fields.subbed !== undefined || fields.unsubbed !== undefined;
  return isTaken ? { id: String(fields.id ?? ""), error: null } : null;
}
