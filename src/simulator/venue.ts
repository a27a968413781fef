import type { IncomingHttpHeaders } from "node:http";
import type { ProductName, VenueName } from "../market/venues.js";
import type { Place } from "./faults/schema.js";
import type { MarketSpec } from "./model/market-spec.js";
import type { RecordedFrame } from "./recorded/frame.js";
import type { Connection } from "./server/connection.js";
import type { Stream } from "./server/stream.js";
import type { World } from "./world.js";

/**
 * A venue of the simulator: what its folder exports, and what venues.ts lists. It shares no code with
 * the decoder of the same venue, so that the two are witnesses of each other.
 */
export interface SimulatedVenue<L extends Limits = Limits> {
  name: VenueName;
  /** Every market it can run. */
  markets: readonly MarketSpec[];
  /** Its own paces and limits; a test may make some of them quicker. Pass them on to `serve`. */
  limits: L;
  /** Where each product is found when the venue listens at `127.0.0.1:49152`. */
  endpoints(address: string): Readonly<Partial<Record<ProductName, ProductEndpoints>>>;
  /** Speaks for the markets that `world.marketsOf(name)` gives: each is listened to by one publisher. */
  serve(world: World, limits: L): VenueProtocol;
  /** Speaks for a recording; absent where none can be served. `listened` is called at each subscription. */
  replay?(world: World, limits: L, listened: () => void): RecordedVenue;
  /** The bids of a message, for the fault `crossed`; null where it carries none. */
  openBids(text: string): OpenBids | null;
}

/** Numbers by name, all the venue's own unless a test needs them quicker. */
export type Limits = Readonly<Record<string, number>>;

/** Where a product is served; what an engine's `endpoint` and `rest` are set to. */
export interface ProductEndpoints {
  ws: string;
  rest: string;
}

/** A venue's behaviour, without its sockets. One server with one address carries all its products. */
export interface VenueProtocol {
  /** null for a path that does not exist; a reply to refuse the upgrade with. */
  connect(url: URL): SessionPlan | HttpReply | null;
  request(url: URL, headers: IncomingHttpHeaders): HttpReply | Promise<HttpReply>;
  /** Every stream there is now: the faults of streams find theirs among them. */
  streams(): Iterable<Stream>;
  /**
   * For the faults `reset` and `snapshot`: sends each book that somebody listens to and `fits` whole;
   * `reset` begins its numbers anew. Returns how many. Absent where the venue never does.
   */
  sendWhole?(fits: (place: Place) => boolean, reset: boolean): number;
  /** For the fault `server-shutdown`: says on a connection that it will end. Absent where the venue never does. */
  announceShutdown?(connection: Connection): void;
  /** For truth(): numbers that the venue gave the last messages of a book, by its own names. */
  updates?(product: ProductName, symbol: string): Readonly<Record<string, number>>;
}

/** A recording behind a venue's protocol. */
export interface RecordedVenue {
  protocol: VenueProtocol;
  play(frame: RecordedFrame): void;
  /** Nothing more will come. */
  ended(): void;
}

/** How a venue takes a connection on a path. */
export interface SessionPlan {
  /** null where one connection carries several. */
  product: ProductName | null;
  /** What is put around a message of a stream. */
  envelope: (stream: string, text: string) => string;
  /** A fault has kept a message of a stream back: where the venue numbers what it sends on a connection, a number is gone. */
  lost?: () => void;
  /** Makes a binary frame of every text that is sent (gzip on HTX); without, frames are text. */
  encode?: (text: string) => Buffer;
  open(connection: Connection): Session;
}

/** What a venue does on one connection. */
export interface Session {
  message(text: string): void;
  /** A ping of the WebSocket; nothing answers it but this. */
  ping(payload: Buffer): void;
  pong(): void;
  /** For the fault `server-shutdown`: the venue is worked on for a while, and says so. Absent where it says nothing of it. */
  maintain?(): void;
  /** About twenty times a second, with the machine's time in ms: keep-alive duties, heartbeats. */
  tick(nowMs: number): void;
}

export interface HttpReply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: string;
  delayMs?: number;
}

/** A message with bids, opened so that one can be put in. */
export interface OpenBids {
  /** A whole book or its touch: what it does not name does not stand. */
  isWhole: boolean;
  /** [price, size] as the message writes them. */
  levels: readonly (readonly [string, string])[];
  /** The message with these bids in place of its own; of a touch the first one's price counts. */
  write(levels: readonly (readonly [string, string])[]): string;
}
