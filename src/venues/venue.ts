import type { UnitName } from "../market/instrument.js";
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
 * where the venue has none), called for every delta, so they must not allocate. A book whose venue has
 * no ids at all (Kraken) is proved by its witness alone, and its rule applies everything.
 */
export interface SequenceRule {
  /** A book's updates are not numbered (Kraken, Coinbase): a frame that is refused may have been one, and no later one would tell. */
  unnumbered?: boolean;
  /** The snapshot comes from another channel (REST): deltas are kept until one bridges it. */
  bridged: boolean;
  /** Hot: a delta on a book that is live at update id `book.last`. */
  next(book: { readonly last: number }, delta: DeltaIds): Verdict;
  /** A delta on a book whose snapshot stands at id `snapshot`, not bridged yet. Gap: the snapshot is too old. */
  bridge(snapshot: number, delta: DeltaIds): Verdict;
}

/** Update ids that a delta covers, and the one it says it follows; NaN where the venue does not tell. */
export interface DeltaIds {
  first: number;
  last: number;
  previous: number;
}

/** A depth message that is about to be committed, as its book's witness sees it. */
export interface WitnessedMessage {
  /** The whole frame; the kernel found it to be JSON of the venue's shape. */
  frame: string;
  /** Which of the frame's messages, from 0. */
  part: number;
  isSnapshot: boolean;
  /** As the venue writes it, signed or not. */
  checksum: number;
  /** Levels a side that the channel keeps; 0 where its messages do not tell. */
  depth: number;
}

/**
 * Proves one book by the checksum that its venue sends with each message, from the frames' own text:
 * trailing zeros count, which numbers do not keep. Asked before the records of the message are committed.
 */
export interface BookWitness {
  /** Takes the message in. False: the book with it is not the venue's. */
  check(message: WitnessedMessage): boolean;
  /**
   * What the delta checked last pushed beyond the channel's depth, where the venue sends no removal for
   * it (Kraken): the feed adds the removals to the message, so that every book made of the records is
   * right without knowing of depths. Never more levels than the delta has.
   */
  fallen?(): readonly FallenLevel[];
}

export interface FallenLevel {
  isAsk: boolean;
  price: number;
}

export type Channel = "bbo" | "trade" | "book" | "mark" | "funding" | "openInterest" | "liquidation" | "options";

/** What is wanted of one instrument. */
export interface Subscription {
  /** The venue's own symbol. */
  symbol: string;
  channels: readonly Channel[];
}

/** One connection: where, what is asked for, and the venue's duties and limits. */
export interface ConnectionPlan {
  /** Route of the venue's own endpoint; every backup endpoint serves the same route. */
  url: string;
  /** Symbols whose book comes by this connection. */
  books: readonly string[];
  /** Whether a channel of a symbol comes by it; absent where the product has one connection, or books alone decide. */
  carries?(symbol: string, channel: Channel): boolean;
  /** Requests, each with the id its answer bears. */
  requests: readonly Request[];
  /** Between two messages of ours, ms. */
  paceMs: number;
  keepAlive: { text: string; everyMs: number } | null;
  silenceMs: number;
  maxPayload: number;
  /** Frames come as gzip in binary messages (HTX); false unless said. */
  inflate?: boolean;
  /** Subscriptions that may be asked for on it besides its first ones, where the venue counts them (OKX: 480 an hour). */
  subscribes?: RateBudget;
  /** Age at which the venue cuts the connection, ms: a successor takes over before. Absent where it never does. */
  lifetimeMs?: number;
}

export interface Request {
  /** Null where the venue answers nothing, and what was asked for simply begins to come. */
  id: string | null;
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
  /** Others that serve the same, in the order in which they are tried. */
  backups?: readonly { socket?: string; rest?: string }[];
}

/** What a venue says an instrument is, out of its own list. */
export interface InstrumentMetadata {
  /** As it stands in the venue's frames. */
  rawSymbol: string;
  /** What is traded, what prices are counted in, what profit is paid in: where the venue's list says so. */
  base?: string;
  quote?: string;
  settle?: string;
  /** Base coin a contract (linear) or quote currency a contract (inverse); null where sizes are base coin. */
  contractSize: number | null;
  unit: UnitName;
  /** Smallest step of a price, quote currency, and of a native size; null where the venue does not say. */
  priceStep: number | null;
  sizeStep: number | null;
  /** False for what is listed and not traded now. */
  active: boolean;
}

/** A venue's list of instruments by HTTP. What `read` throws says that the reply is none. */
export interface MetadataSource {
  path: string;
  read(body: unknown): ListPage;
}

/** A reply's instruments, and the paths where more are: the next page, or the list of each family. */
export interface ListPage {
  instruments: InstrumentMetadata[];
  nextPaths: readonly string[];
}

/** A reply fetched now and then because the venue streams it nowhere; its body goes through the decoder. */
export interface Poll {
  path: string;
  everyMs: number;
  /** The instrument, where the reply does not name it. */
  symbol: string | null;
}

/** Of trading: it rests while the venue works; it goes on. */
export type Trading = "maintenance" | "open";

/** The connection will end soon; or how trading stands: everywhere, or by symbol (null: nothing is said of it). */
export type Notice = "leaving" | Trading | ((symbol: string) => Trading | null);

/** So many points in so long. */
export interface RateBudget {
  points: number;
  everyMs: number;
}

/** What a venue allows one address, counted as the venue counts it. */
export interface VenueLimits {
  /** Points of HTTP requests; each of the budgets holds. */
  requests: readonly RateBudget[];
  /** Points that a request takes; 1 where absent. */
  cost?(path: string): number;
  /** Connections that may be opened to the WebSocket host. */
  connects: readonly RateBudget[];
  /** Where the venue tells its request budgets itself, and how they are read; null for a reply without them. */
  published?: { path: string; read(body: unknown): readonly RateBudget[] | null };
}

/** How a venue is listened to. */
export interface LiveVenue {
  endpoints(product: ProductName): Endpoints;
  connections(product: ProductName, wanted: readonly Subscription[], endpoints: Endpoints): ConnectionPlan[];
  /** An answer to a request in a frame that is no market data; null for anything else. */
  acknowledgement(message: unknown): Acknowledgement | null;
  /** Asks the venue to send one book afresh on its connection; empty where a snapshot is fetched instead. */
  resubscribe(product: ProductName, symbol: string): readonly Request[];
  /** Asks for one channel of one instrument afresh, for it fell silent; absent where only a new connection helps. */
  resubscribeChannel?(product: ProductName, symbol: string, channel: Channel): readonly Request[];
  /**
   * The longest that a healthy channel is silent, ms, where the venue says it: OKX repeats a quiet book
   * after 60 s, Bybit a quiet touch after 3 s. Null where it says nothing, and where it comes only with events.
   */
  quietMs?(product: ProductName, channel: Channel): number | null;
  /** What the venue tells of itself in a frame that is no market data; null for anything else. */
  notice?(message: unknown): Notice | null;
  /** Path of the book's REST snapshot; null where it comes in the stream. */
  snapshotPath(product: ProductName, symbol: string): string | null;
  /** A request on the same connection whose answer is the snapshot that deltas bridge (HTX); null where there is none. */
  snapshotRequest?(product: ProductName, symbol: string): Request | null;
  /** What the venue wants to hear at once when this came (HTX ping, Deribit test_request); null for nothing. */
  answer?(message: unknown): string | null;
  /** The venue's own list of instruments: asked before subscribing where quantities need it. */
  metadata?(product: ProductName): MetadataSource;
  polls?(product: ProductName, wanted: readonly Subscription[]): readonly Poll[];
  time(product: ProductName): ServerTime;
  /** The same by a request on a connection, where its answer tells finer than HTTP when the venue took and answered it. */
  socketTime?(product: ProductName): SocketTime;
  /** Modest ones hold where a venue says nothing of its limits. */
  limits?(product: ProductName): VenueLimits;
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

/** A venue's clock by its WebSocket. */
export interface SocketTime {
  /** The request with so many before it. */
  request(count: number): { id: string; text: string };
  /** Epoch µs at which the venue took the request and answered it; null for any other message. */
  read(message: unknown): { id: string; takenUs: number; answeredUs: number } | null;
  /** Half the unit of these times, µs. */
  halfUnitUs: number;
}

/** What proves the books of a feed. */
export interface BookRules {
  integrity(product: ProductName): SequenceRule;
  /** A fresh witness for one book; absent where the venue sends no checksum. */
  witness?(product: ProductName): BookWitness;
}

/** What the engine needs to know about a venue. Its id is given by the registry in index.ts. */
export interface Venue extends BookRules {
  products: readonly ProductName[];
  /** Best bid/offer channel and book count in one sequence, so that the fresher of the two is known. */
  sharedSequence: boolean;
  /** Whether its channel tells every liquidation: Binance tells the last of a second, OKX some; null where nobody says. */
  liquidationsComplete: boolean | null;
  live: LiveVenue;
}
