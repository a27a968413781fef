import type { ProductName } from "../market/venues.js";

/** What a depth message is to the book it belongs to. */
export const VERDICT = {
  /** Comes next: apply it. */
  apply: 0,
  /** The book already contains it: count it, leave it out. */
  covered: 1,
  /** Something is missing before it. */
  gap: 2,
} as const;
export type Verdict = (typeof VERDICT)[keyof typeof VERDICT];

/**
 * A venue's continuity rule for one product. Pure functions of update ids (exact up to 2^53; NaN
 * where the venue has none), called for every delta, so they must not allocate.
 */
export interface SequenceRule {
  /** The snapshot comes from another channel (REST): deltas are kept until one bridges it. */
  bridged: boolean;
  /** A delta on a book that is live at update id `book`. */
  next(book: number, first: number, last: number, previous: number): Verdict;
  /** A delta on a book whose snapshot stands at id `snapshot`, not bridged yet. Gap: the snapshot is too old. */
  bridge(snapshot: number, first: number, last: number, previous: number): Verdict;
}

export type Channel = "bbo" | "trade" | "book" | "mark" | "funding" | "openInterest" | "liquidation";

/** What is wanted of one instrument. */
export interface Subscription {
  /** The venue's own symbol. */
  symbol: string;
  channels: readonly Channel[];
}

/** One connection: where, what is asked for, and the venue's duties and limits. */
export interface ConnectionPlan {
  url: string;
  /** Symbols whose book comes by this connection. */
  books: readonly string[];
  /** Requests, each with the id its answer bears. */
  requests: readonly Request[];
  /** Between two messages of ours, ms. */
  paceMs: number;
  keepAlive: { text: string; everyMs: number } | null;
  silenceMs: number;
  maxPayload: number;
}

export interface Request {
  id: string;
  text: string;
}

/** The venue's answer to a request. */
export interface Acknowledgement {
  id: string;
  /** What the venue says was wrong; null when it accepted. */
  error: string | null;
}

export interface Endpoints {
  /** Base of the WebSocket address, without a path: `wss://stream.binance.com:9443`. */
  socket: string;
  /** Base of the HTTP address. */
  rest: string;
}

/** How a venue is listened to. */
export interface LiveVenue {
  endpoints(product: ProductName): Endpoints;
  connections(product: ProductName, wanted: readonly Subscription[], endpoints: Endpoints): ConnectionPlan[];
  /** An answer to a request in a frame that is no market data; null for anything else. */
  acknowledgement(message: unknown): Acknowledgement | null;
  /** Asks the venue to send one book afresh on its connection; empty where a snapshot is fetched instead. */
  resubscribe(product: ProductName, symbol: string): readonly Request[];
  /** Path of the book's REST snapshot; null where it comes in the stream. */
  snapshotPath(product: ProductName, symbol: string): string | null;
  time(product: ProductName): ServerTime;
}

/** A venue's clock by HTTP. */
export interface ServerTime {
  path: string;
  headers: Record<string, string>;
  /** Half the unit in which the venue tells its time, µs. */
  halfUnitUs: number;
  /** Epoch µs out of the reply; NaN when it is not there. */
  read(body: unknown): number;
}

/** What the engine needs to know about a venue. Its id is given by the registry in index.ts. */
export interface Venue {
  products: readonly ProductName[];
  /** Best bid/offer channel and book count in one sequence, so that the fresher of the two is known. */
  sharedSequence: boolean;
  integrity(product: ProductName): SequenceRule;
  live: LiveVenue;
}
