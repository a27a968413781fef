import type { Policy } from "../stream/protocol.js";
import type { ClientError } from "./client-error.js";
import type { Token } from "./link.js";
import type { Gap, Item, KindOf, Refused } from "./messages.js";
import type { SocketClass } from "./socket.js";

export interface ClientOptions {
  /** The server's token; a function is asked at each connection, so that a new one is taken up. */
  token?: Token;
  /** `bin`: updates come as records, half as much work for both sides, and are read into the same objects. */
  encoding?: "json" | "bin";
  /** The runtime's own unless given: Node before 22 has none, and takes the class of the package `ws`. */
  WebSocket?: SocketClass;
  /** Bound of the first wait before a new attempt, ms, 250; it doubles up to `capMs`, 30,000. Waits are drawn below it. */
  reconnect?: { baseMs?: number; capMs?: number };
  /** Silence after which a connection counts as dead, ms; five of the server's heartbeats unless given. */
  silenceMs?: number;
  /** Time for a connection to be made, greeted and authenticated, ms; 10,000. */
  connectTimeoutMs?: number;
  /** 0 to 1, for the waits; Math.random unless given. */
  random?: () => number;
}

export interface SubscribeOptions {
  /**
   * `latest` (unless given): of each channel one message waits for a slow reader, and later ones are merged into it;
   * `all`: every message, or a counted gap.
   */
  policy?: Policy;
  /** Messages that wait at most, with policy `all`; 10,000. */
  capacity?: number;
  /** Ends the subscription. */
  signal?: AbortSignal;
}

export type ClientState =
  | { state: "connecting" }
  /** `resumed`: in the session of the connection before. */
  | { state: "connected"; session: string; resumed: boolean }
  /** `code`: of the server's close; null when this side found the connection dead. */
  | { state: "waiting"; code: number | null; reason: string; retryInMs: number }
  /** For good: `error` is null after close(). */
  | { state: "closed"; error: ClientError | null };

export interface ClientEvents {
  state: ClientState;
  /** Every gap of every subscription's channels. */
  gap: Gap;
  refused: Refused;
  /** The client has ended, and why. Without a listener, or an iterator or a list() that throws it, it is thrown into the program. */
  error: ClientError;
}

/** Since the start. */
export interface ClientCounters {
  /** Snapshots and updates that came. */
  received: number;
  /** Updates that came again, and were left out. */
  duplicates: number;
  gaps: number;
  /** Messages that slow readers got merged into a later one (`latest`). */
  conflated: number;
  /** Messages that slow readers lost (`all`). */
  lost: number;
  /** Connections after the first. */
  reconnects: number;
}

export interface Subscription {
  readonly channels: readonly string[];
  unsubscribe(): void;
}

/** Follows the stream of a server for as long as it is told to, over as many connections as that takes. */
export interface StreamClient {
  readonly state: ClientState;
  readonly counters: Readonly<ClientCounters>;
  /**
   * Calls `listener` with what the channels and patterns bring. While a promise that it returned is pending, it is not
   * called again, and items wait as the policy says.
   */
  subscribe<const C extends string>(
    channels: readonly C[],
    listener: (item: Item<KindOf<C>>) => unknown,
    options?: SubscribeOptions,
  ): Subscription;
  /**
   * The same as an async iterator. It follows from the call on, and no longer when the loop is left or `signal` is
   * aborted, which ends it without an error.
   * @throws CLIENT_SCOPE, CLIENT_UNAUTHORIZED, CLIENT_ENCODING, CLIENT_PROTOCOL out of the loop
   */
  messages<const C extends string>(
    channels: readonly C[],
    options?: SubscribeOptions,
  ): AsyncIterableIterator<Item<KindOf<C>>>;
  /**
   * Names of the channels that the server has now, and that the token covers; `pattern` as in a subscription, all of
   * them without one. It waits for a connection, and is asked again on another one when that is lost.
   * @throws CLIENT_REFUSED the server calls the pattern none; CLIENT_CLOSED the client was closed before the answer, or
   * why it ended otherwise
   */
  list(pattern?: string): Promise<string[]>;
  /** @returns what ends the listening. */
  on<E extends keyof ClientEvents>(event: E, listener: (value: ClientEvents[E]) => void): () => void;
  /** Ends everything; fulfilled when the connection is closed and no timer is left. */
  close(): Promise<void>;
}
