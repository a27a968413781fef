import type { ProductName } from "../../market/venues.js";
import type { Acknowledgement, Channel, ConnectionPlan, Endpoints, Notice, Request, Subscription } from "../venue.js";

/** The venue asks for fewer than 30 channels of deep books a connection. */
const BOOKS_A_CONNECTION = 25;
const CHANNELS_A_CONNECTION = 240;
/** A request counts as one of 480 an hour, whatever it lists; its text stays far below 64 KB. */
const CHANNELS_A_REQUEST = 80;
/** Of those 480, what the first requests of a connection never need. */
const LATER_REQUESTS = { points: 400, everyMs: 3_600_000 };
const MAX_PAYLOAD = 4 * 2 ** 20;

/** Names of products in requests. */
const instrumentTypes: Partial<Record<ProductName, string>> = { swap: "SWAP", futures: "FUTURES" };

/** What one channel of a request is asked for with. */
type Argument = { channel: string; instId?: string; instType?: string; instFamily?: string };

/** Every connection hears of the venue's maintenance. */
const STATUS: Argument = { channel: "status" };

/** Source: www.okx.com/docs-v5, "Production Trading Services"; the second pair is served from another network. */
export function endpoints(): Endpoints {
  return {
    socket: "wss://ws.okx.com:8443",
    rest: "https://www.okx.com",
    backups: [{ socket: "wss://wsaws.okx.com:8443", rest: "https://aws.okx.com" }],
  };
}

export function connections(
  product: ProductName,
  wanted: readonly Subscription[],
  { socket }: Endpoints,
): ConnectionPlan[] {
  const asked = new Map<string, { argument: Argument; symbol: string }>();
  for (const { symbol, channels } of wanted)
    for (const argument of channels.flatMap((channel) => argumentsOf(product, symbol, channel))) {
      const key = JSON.stringify(argument);
      // An index, a family or a product is asked for once, however many instruments it tells of.
      if (!asked.has(key)) asked.set(key, { argument, symbol });
    }
  const parts: { argument: Argument; symbol: string }[][] = [];
  let books = BOOKS_A_CONNECTION;
  for (const one of asked.values()) {
    const isBook = one.argument.channel === "books";
    const part = parts.at(-1);
    if (part === undefined || part.length === CHANNELS_A_CONNECTION || (isBook && books === BOOKS_A_CONNECTION)) {
      parts.push([one]);
      books = isBook ? 1 : 0;
    } else {
      part.push(one);
      if (isBook) books++;
    }
  }
  return parts.map((part) => ({
    url: `${socket}/ws/v5/public`,
    books: part.filter(({ argument }) => argument.channel === "books").map(({ symbol }) => symbol),
    carries(symbol, channel) {
      const carried = part.map(({ argument }) => JSON.stringify(argument));
      return argumentsOf(product, symbol, channel).some((argument) => carried.includes(JSON.stringify(argument)));
    },
    requests: requestsOf([...part.map(({ argument }) => argument), STATUS]),
    subscribes: LATER_REQUESTS,
    paceMs: 100,
    // The venue cuts a connection that was silent for 30 s; its answer to the ping shows that it is there.
    keepAlive: { text: "ping", everyMs: 5000 },
    silenceMs: 12_000,
    maxPayload: MAX_PAYLOAD,
  }));
}

/** What carries a channel; nothing where the product has none. */
function argumentsOf(product: ProductName, symbol: string, channel: Channel): Argument[] {
  const one = (name: string): Argument => ({ channel: name, instId: symbol });
  if (channel === "book") return [one("books")];
  if (channel === "bbo") return [one("bbo-tbt")];
  if (channel === "trade") return [one("trades")];
  if (product === "spot") return [];
  if (channel === "openInterest") return [one("open-interest")];
  if (channel === "mark")
    return product === "option"
      ? [one("mark-price")]
      : [one("mark-price"), { channel: "index-tickers", instId: familyOf(symbol) }];
  // Of dated futures only those that are perpetual in all but name pay funding.
  if (channel === "funding") return product === "swap" || symbol.includes("XPERP") ? [one("funding-rate")] : [];
  if (channel === "options")
    return product === "option" ? [{ channel: "opt-summary", instFamily: familyOf(symbol) }, one("tickers")] : [];
  const instType = instrumentTypes[product];
  return instType === undefined ? [] : [{ channel: "liquidation-orders", instType }];
}

/** `BTC-USD` of `BTC-USD-261225`, and of `BTC-USD_UM_XPERP-310404`, whose index it is. */
function familyOf(symbol: string): string {
  const [base, quote] = symbol.split("-");
  return `${base}-${quote.split("_")[0]}`;
}

function requestsOf(all: readonly Argument[]): Request[] {
  const requests: Request[] = [];
  for (let from = 0; from < all.length; from += CHANNELS_A_REQUEST)
    requests.push(request("subscribe", all.slice(from, from + CHANNELS_A_REQUEST), String(requests.length + 1)));
  return requests;
}

function request(op: string, args: readonly Argument[], id: string): Request {
  return { id, text: JSON.stringify({ id, op, args }) };
}

/** A new subscription begins with a snapshot. */
export function resubscribe(product: ProductName, symbol: string): readonly Request[] {
  return resubscribeChannel(product, symbol, "book");
}

/** Ids are letters and digits, 32 at most. */
export function resubscribeChannel(product: ProductName, symbol: string, channel: Channel): readonly Request[] {
  const args = argumentsOf(product, symbol, channel);
  if (args.length === 0) return [];
  const name = `${symbol}${channel}`.replace(/[^A-Za-z0-9]/g, "").slice(0, 31);
  return [request("unsubscribe", args, `u${name}`), request("subscribe", args, `s${name}`)];
}

/** What rests is told again. Source: www.okx.com/docs-v5, order book, mark price and funding rate channels. */
export function quietMs(product: ProductName, channel: Channel): number | null {
  if (channel === "book" || channel === "bbo") return 60_000;
  if (product === "spot") return null;
  return channel === "mark" ? 10_000 : channel === "funding" ? 90_000 : null;
}

/** Services whose maintenance silences market data: WebSocket and trading. Source: www.okx.com/docs-v5, status channel. */
const SERVICES = ["0", "5"];

/** `{"event":"notice","code":"64008"}` before an upgrade, and the channel of the venue's maintenance. */
export function notice(message: unknown): Notice | null {
  if (typeof message !== "object" || message === null) return null;
  const { event, code, arg, data } = message as Record<string, unknown>;
  if (event === "notice") return code === "64008" ? "leaving" : null;
  if ((arg as { channel?: unknown } | undefined)?.channel !== STATUS.channel || !Array.isArray(data)) return null;
  const states = data.filter((one) => SERVICES.includes(one?.serviceType)).map((one) => one.state);
  if (states.includes("ongoing")) return "maintenance";
  return states.includes("completed") || states.includes("canceled") ? "open" : null;
}

/**
 * `{"id":"1","event":"subscribe","arg":{…},"connId":"…"}`, one for each channel of a request, or
 * `{"id":"1","event":"error","code":"60012","msg":"…"}`.
 */
export function acknowledgement(message: unknown): Acknowledgement | null {
  if (typeof message !== "object" || message === null) return null;
  const { event, id, code, msg } = message as Record<string, unknown>;
  if (event === "subscribe" || event === "unsubscribe") return { id: String(id ?? ""), error: null };
  return event === "error" ? { id: String(id ?? ""), error: `${code} ${msg}` } : null;
}
