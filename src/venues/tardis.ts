import { tardisExchange } from "../market/recorders.js";
import type { ProductName, VenueName } from "../market/venues.js";
import {
  type Channel,
  type ConnectionPlan,
  type LiveVenue,
  type SequenceRule,
  type Subscription,
  VERDICT,
} from "./venue.js";

/** A tardis-machine writes a `disconnect` when the venue is silent for so long, and connects afresh. */
const VENUE_SILENCE_MS = 10_000;
const SILENCE_MS = 30_000;
/** A whole book is one message. */
const MAX_PAYLOAD = 16 * 2 ** 20;

/** Tardis's data types of the channels; the touch comes with the option's summary, and with `book_ticker` elsewhere. */
const TYPES: Record<Channel, readonly string[]> = {
  bbo: ["book_ticker"],
  trade: ["trade"],
  book: ["book_change"],
  mark: ["derivative_ticker"],
  funding: ["derivative_ticker"],
  openInterest: ["derivative_ticker"],
  liquidation: ["liquidation"],
  options: ["option_summary"],
};

/**
 * A venue's market as a tardis-machine relays it, `/ws-stream-normalized`: what is wanted stands in the
 * address, nothing is asked for on the connection, and a lost book comes back by a new one. The clock is
 * still the venue's own, by its HTTP address, for the times in the messages are the venue's.
 * Source: docs.tardis.dev/api/tardis-machine.
 */
export function relayedByTardis(venue: VenueName, own: LiveVenue): LiveVenue {
  return {
    endpoints: (product) => own.endpoints(product),
    connections: (product, wanted, { socket }) => [plan(venue, product, wanted, socket)],
    acknowledgement: () => null,
    resubscribe: () => [],
    snapshotPath: () => null,
    time: (product) => own.time(product),
    limits: (product) => ({ ...(own.limits?.(product) ?? { requests: [] }), connects: [{ points: 5, everyMs: 1000 }] }),
  };
}

function plan(venue: VenueName, product: ProductName, wanted: readonly Subscription[], socket: string): ConnectionPlan {
  const byExchange = new Map<string, Subscription[]>();
  for (const one of wanted) {
    const exchange = tardisExchange(venue, product, one.symbol) ?? venue;
    byExchange.set(exchange, [...(byExchange.get(exchange) ?? []), one]);
  }
  const options = [...byExchange].map(([exchange, subscriptions]) => ({
    exchange,
    symbols: subscriptions.map(({ symbol }) => symbol),
    dataTypes: [...new Set(subscriptions.flatMap(({ channels }) => channels.flatMap((channel) => TYPES[channel])))],
    withDisconnectMessages: true,
    timeoutIntervalMS: VENUE_SILENCE_MS,
  }));
  return {
    url: `${socket}/ws-stream-normalized?options=${encodeURIComponent(JSON.stringify(options))}`,
    books: wanted.filter(({ channels }) => channels.includes("book")).map(({ symbol }) => symbol),
    requests: [],
    paceMs: 0,
    keepAlive: null,
    silenceMs: SILENCE_MS,
    maxPayload: MAX_PAYLOAD,
  };
}

/**
 * Books of any venue as Tardis relays them: its messages bear no numbers, so a hole inside what the relay
 * sends cannot be seen here. A snapshot begins a book, everything after it is next, and a `disconnect` of
 * the relay ends it. Source: docs.tardis.dev/api/tardis-machine, "Normalized data types".
 */
const rule: SequenceRule = {
  unnumbered: true,
  bridged: false,
  next: () => VERDICT.apply,
  bridge: () => VERDICT.gap,
};

export function relayedIntegrity(): SequenceRule {
  return rule;
}
