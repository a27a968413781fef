import { parseTime } from "../../market/times.js";
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

/** Symbols of one connection: their channels are asked for within seconds at the pace below. */
const SYMBOLS_A_CONNECTION = 50;
/** Depths are 10, 25, 100, 500 and 1000; this one is deeper than the notionals that are walked. */
const DEPTH = 100;
/** A snapshot of depth 1000 has some 100 kB. */
const MAX_PAYLOAD = 4 * 2 ** 20;
/** The venue answers "Exceeded msg rate" above a rate it does not name; public clients stay below 20 a second. */
const PACE_MS = 60;

/** The beta host serves the same engine. Source: docs.kraken.com/api/docs/guides/spot-ws-intro. */
export function endpoints(): Endpoints {
  return {
    socket: "wss://ws.kraken.com",
    rest: "https://api.kraken.com",
    backups: [{ socket: "wss://beta-ws.kraken.com" }],
  };
}

export function connections(
  _product: ProductName,
  wanted: readonly Subscription[],
  { socket }: Endpoints,
): ConnectionPlan[] {
  const plans: ConnectionPlan[] = [];
  for (let from = 0; from < wanted.length; from += SYMBOLS_A_CONNECTION) {
    const part = wanted.slice(from, from + SYMBOLS_A_CONNECTION);
    const parameters = part.flatMap(({ symbol, channels }) =>
      channels.map((channel) => parametersOf(channel, symbol)).filter((found) => found !== null),
    );
    if (parameters.length === 0) continue;
    plans.push({
      url: `${socket}/v2`,
      books: part.filter(({ channels }) => channels.includes("book")).map(({ symbol }) => symbol),
      // A request of several symbols has an answer for each, all with its id: one symbol, one request.
      requests: parameters.map((params, index) => request("subscribe", params, index + 1)),
      paceMs: PACE_MS,
      // Optional: the heartbeat of every second keeps the connection up. Source: …/websocket-v2/ping.
      keepAlive: { text: '{"method":"ping"}', everyMs: 20_000 },
      silenceMs: 5000,
      maxPayload: MAX_PAYLOAD,
    });
  }
  return plans;
}

/** Sources: docs.kraken.com/api/docs/websocket-v2/{book,ticker,trade}. */
function parametersOf(channel: Channel, symbol: string): object | null {
  if (channel === "book") return { channel: "book", symbol: [symbol], depth: DEPTH, snapshot: true };
  // By default the ticker tells of trades only.
  if (channel === "bbo") return { channel: "ticker", symbol: [symbol], event_trigger: "bbo" };
  return channel === "trade" ? { channel: "trade", symbol: [symbol], snapshot: false } : null;
}

function request(method: string, params: object, id: number): Request {
  return { id: String(id), text: JSON.stringify({ method, params, req_id: id }) };
}

/** Ids of requests that come after the first ones. */
const LATER_IDS = 1_000_000;

/** A new subscription begins with a snapshot; the other symbols of the connection go on. */
export function resubscribe(_product: ProductName, symbol: string): readonly Request[] {
  const book = { channel: "book", symbol: [symbol], depth: DEPTH };
  return [request("unsubscribe", book, LATER_IDS), request("subscribe", { ...book, snapshot: true }, LATER_IDS + 1)];
}

/** `{"method":"subscribe","result":{…},"success":true,"req_id":1,…}`, or with `error` in place of `result`. */
export function acknowledgement(message: unknown): Acknowledgement | null {
  if (typeof message !== "object" || message === null) return null;
  const { method, success, error, req_id } = message as Record<string, unknown>;
  if (method !== "subscribe" && method !== "unsubscribe") return null;
  return { id: String(req_id ?? ""), error: success === true ? null : String(error ?? "refused") };
}

/**
 * `{"method":"pong","req_id":1,"time_in":"2023-09-24T14:10:23.799685Z","time_out":"…"}`: microseconds, where
 * HTTP tells whole seconds. Source: docs.kraken.com/api/docs/websocket-v2/ping.
 */
export function socketTime(): SocketTime {
  return {
    request(count) {
      const id = 2 * LATER_IDS + count;
      return { id: String(id), text: JSON.stringify({ method: "ping", req_id: id }) };
    },
    read(message) {
      const { method, req_id, time_in, time_out } = (message ?? {}) as Record<string, unknown>;
      if (method !== "pong" || typeof time_in !== "string" || typeof time_out !== "string") return null;
      const [taken, answered] = [parseTime(time_in), parseTime(time_out)];
      if (taken === null || answered === null) return null;
      return { id: String(req_id), takenUs: taken.us, answeredUs: answered.us };
    },
    halfUnitUs: 1,
  };
}

/** `{"channel":"status","type":"update","data":[{"system":"online",…}]}`. Source: docs.kraken.com/api/docs/websocket-v2/status. */
export function notice(message: unknown): Notice | null {
  const { channel, data } = (message ?? {}) as { channel?: unknown; data?: unknown };
  const first = channel === "status" && Array.isArray(data) ? (data[0] as { system?: unknown } | undefined) : undefined;
  if (first?.system === "maintenance") return "maintenance";
  return first?.system === "online" ? "open" : null;
}
