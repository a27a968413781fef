import type { ProductName } from "../../market/venues.js";
import type {
  Acknowledgement,
  Channel,
  ConnectionPlan,
  Endpoints,
  Notice,
  Request,
  Subscription,
  Trading,
} from "../venue.js";

/** The whole book of BTC-USD is one frame of 5.1 MB. */
const MAX_PAYLOAD = 16 * 2 ** 20;
/** Eight messages a second are allowed without a key. Source: docs.cdp.coinbase.com/advanced-trade/docs/ws-overview. */
const PACE_MS = 150;

export function endpoints(): Endpoints {
  return { socket: "wss://advanced-trade-ws.coinbase.com", rest: "https://api.coinbase.com" };
}

/** What the venue says of its products. Nothing waits for it, and no other answer depends on it. */
const STATUS = "status";

/** In this order; a heartbeat each second keeps quiet connections known to be alive. */
const CHANNELS: readonly [name: string, channel: Channel][] = [
  ["market_trades", "trade"],
  ["ticker", "bbo"],
  ["level2", "book"],
];

/**
 * One connection: its numbering runs over all channels, so one lane follows one. A request names one
 * channel; an unanswered connection is cut after five seconds.
 */
export function connections(
  _product: ProductName,
  wanted: readonly Subscription[],
  { socket }: Endpoints,
): ConnectionPlan[] {
  const channels = CHANNELS.map(([name, channel]) => {
    const symbols = wanted.filter((one) => one.channels.includes(channel)).map(({ symbol }) => symbol);
    return { name, symbols };
  }).filter(({ symbols }) => symbols.length > 0);
  if (channels.length === 0) return [];
  const asked = ["heartbeats"];
  const all = [...new Set(channels.flatMap(({ symbols }) => symbols))];
  const requests: Request[] = [
    subscription("subscribe", "heartbeats", [], idOf(asked)),
    subscription("subscribe", STATUS, all, null),
  ];
  for (const { name, symbols } of channels) {
    asked.push(name);
    requests.push(subscription("subscribe", name, symbols, idOf(asked)));
  }
  return [
    {
      url: socket,
      books: channels.find(({ name }) => name === "level2")?.symbols ?? [],
      requests,
      paceMs: PACE_MS,
      keepAlive: null,
      silenceMs: 5000,
      maxPayload: MAX_PAYLOAD,
    },
  ];
}

/** Answers bear no id, but list all channels that stand by then: that is the id. */
function idOf(channels: readonly string[]): string {
  return channels
    .filter((channel) => channel !== STATUS)
    .toSorted()
    .join("+");
}

function subscription(type: string, channel: string, symbols: readonly string[], id: string | null): Request {
  const products = symbols.length === 0 ? {} : { product_ids: symbols };
  return { id, text: JSON.stringify({ type, ...products, channel }) };
}

/** A new subscription begins with a snapshot; the other books of the connection go on. */
export function resubscribe(_product: ProductName, symbol: string): readonly Request[] {
  return [subscription("unsubscribe", "level2", [symbol], null), subscription("subscribe", "level2", [symbol], null)];
}

/** `{"channel":"subscriptions",…,"events":[{"subscriptions":{"level2":["BTC-USD"],…}}]}`, or `{"type":"error","message":"…"}`. */
export function acknowledgement(message: unknown): Acknowledgement | null {
  if (typeof message !== "object" || message === null) return null;
  const { channel, events, type, message: said } = message as Record<string, unknown>;
  if (type === "error") return { id: "", error: String(said ?? "refused") };
  if (channel !== "subscriptions" || !Array.isArray(events)) return null;
  const [event] = events as { subscriptions?: Record<string, readonly string[]> }[];
  return { id: idOf(Object.keys(event?.subscriptions ?? {})), error: null };
}

/**
 * `{"channel":"status",…,"events":[{"type":"snapshot","products":[{"id":"BTC-USD","status":"online",…}]}]}`: a product
 * that is anything but online is not traded. Source: docs.cdp.coinbase.com/advanced-trade/docs/ws-channels.
 */
export function notice(message: unknown): Notice | null {
  const { channel, events } = (message ?? {}) as { channel?: unknown; events?: unknown };
  if (channel !== STATUS || !Array.isArray(events)) return null;
  const said = new Map<string, Trading>();
  for (const event of events as ({ products?: unknown } | null)[])
    for (const one of Array.isArray(event?.products) ? event.products : []) {
      const { id, status } = (one ?? {}) as { id?: unknown; status?: unknown };
      if (typeof id !== "string" || typeof status !== "string") continue;
      said.set(id, status === "online" ? "open" : "maintenance");
    }
  return (symbol) => said.get(symbol) ?? null;
}
