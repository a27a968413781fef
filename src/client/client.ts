import type { ClientMessage, ServerMessage } from "../stream/protocol.js";
import { AllQueue } from "./all-queue.js";
import { waitMs } from "./back-off.js";
import { ClientError, throwLater } from "./client-error.js";
import { type Delivery, IteratorDelivery, ListenerDelivery } from "./delivery.js";
import { LatestQueue } from "./latest-queue.js";
import { type Hello, Link, type LinkEnd, type LinkOptions } from "./link.js";
import { Listings } from "./listings.js";
import {
  type AnyItem,
  type Gap,
  type Item,
  type KindOf,
  kindOf,
  type Message,
  messageOf,
  type Refused,
} from "./messages.js";
import { Positions } from "./positions.js";
import type { ItemQueue } from "./queue.js";
import { readHeader, readUpdates } from "./records.js";
import { subscribeMessages } from "./requests.js";
import { socketClass, streamAddress } from "./socket.js";
import type {
  ClientCounters,
  ClientEvents,
  ClientOptions,
  ClientState,
  StreamClient,
  SubscribeOptions,
  Subscription,
} from "./stream-client.js";
import { type Reader, Wants } from "./wants.js";

const CAPACITY = 10_000;
/** A connection that held for so long begins the waits anew, ms. */
const HELD_MS = 5000;
/** After the server said that commands come too fast, ms. */
const RATE_WAIT_MS = 1000;
const LIMITS = { messageBytes: 65_536, channelsPerMessage: 1024 };

/**
 * Follows the stream of a crosstick server. It connects at once, and again whenever the connection is lost.
 * @param server `http://127.0.0.1:8080`, or the address of the stream itself.
 * @throws CLIENT_NO_WEBSOCKET, CLIENT_URL
 * @example
 * const client = createClient("http://127.0.0.1:8080");
 * for await (const item of client.messages(["bbo.*:BTC/USDT"]))
 *   if (item.type === "update") console.log(item.ch, item.data.bid, item.data.ask);
 */
export function createClient(server: string | URL, options: ClientOptions = {}): StreamClient {
  return new Client(server, options);
}

class Client implements StreamClient {
  readonly counters: ClientCounters = {
    ...{ received: 0, duplicates: 0, gaps: 0, conflated: 0, lost: 0, reconnects: 0 },
  };
  #state: ClientState = { state: "connecting" };
  readonly #link: LinkOptions;
  readonly #backOff: { baseMs: number; capMs: number; random: () => number };
  readonly #listeners = new Map<keyof ClientEvents, Set<(value: never) => void>>();
  readonly #readers = new Set<Reader>();
  readonly #wants = new Wants();
  readonly #positions = new Positions();
  /** Channels by their numbers in binary messages. */
  readonly #numbers = new Map<number, string>();
  /** Channels whose last position is of no use: they wait for a snapshot. */
  readonly #broken = new Set<string>();
  /** Commands not yet answered, and the texts they name. */
  readonly #asked = new Map<number, { op: "subscribe" | "unsubscribe" | "refresh"; texts: string[] }>();
  readonly #listings = new Listings();
  #lastId = 0;
  #current: Link | null = null;
  #hello: Hello | null = null;
  #attempt = 0;
  #isDue = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #slowDown: ReturnType<typeof setTimeout> | undefined;
  #closed: Promise<void> | undefined;

  constructor(server: string | URL, options: ClientOptions) {
    const { token, encoding = "json", silenceMs, connectTimeoutMs = 10_000, random = Math.random } = options;
    const { baseMs = 250, capMs = 30_000 } = options.reconnect ?? {};
    const address = streamAddress(server, encoding);
    this.#link = { address, socketClass: socketClass(options.WebSocket), token, connectTimeoutMs, silenceMs };
    this.#backOff = { baseMs, capMs, random };
    this.#connect();
  }

  get state(): ClientState {
    return this.#state;
  }

  on<E extends keyof ClientEvents>(event: E, listener: (value: ClientEvents[E]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  subscribe<const C extends string>(
    channels: readonly C[],
    listener: (item: Item<KindOf<C>>) => unknown,
    options: SubscribeOptions = {},
  ): Subscription {
    const delivery = new ListenerDelivery(this.#queue(options), listener as (item: AnyItem) => unknown);
    const unsubscribe = this.#follow(channels, delivery, options);
    return { channels, unsubscribe };
  }

  messages<const C extends string>(
    channels: readonly C[],
    options: SubscribeOptions = {},
  ): AsyncIterableIterator<Item<KindOf<C>>> {
    const delivery = new IteratorDelivery(this.#queue(options), () => leave());
    const leave = this.#follow(channels, delivery, options);
    return delivery as AsyncIterableIterator<unknown> as AsyncIterableIterator<Item<KindOf<C>>>;
  }

  list(pattern = "*"): Promise<string[]> {
    if (this.#state.state === "closed") return Promise.reject(endedAs(this.#state.error));
    const channels = this.#listings.add(pattern);
    this.#plan();
    return channels;
  }

  async close(): Promise<void> {
    if (this.#state.state !== "closed") {
      const link = this.#current;
      this.#end(null);
      this.#closed = link?.close();
    }
    await this.#closed;
  }

  #queue({ policy, capacity = CAPACITY }: SubscribeOptions): ItemQueue {
    if (policy !== "all") return new LatestQueue(() => this.counters.conflated++);
    return new AllQueue(capacity, {
      lost: () => this.counters.lost++,
      gap: (gap) => this.#tellGap(gap),
      needsSnapshot: (ch) => this.#refresh(ch),
    });
  }

  /** @returns what ends it. */
  #follow(channels: readonly string[], delivery: Delivery, { policy = "latest", signal }: SubscribeOptions) {
    const reader: Reader = { delivery, policy, channels: [...channels] };
    const leave = (): void => {
      signal?.removeEventListener("abort", leave);
      delivery.end(null);
      if (!this.#readers.delete(reader)) return;
      this.#wants.remove(reader);
      this.#positions.keep((ch) => this.#wants.route(ch).length > 0);
      for (const ch of this.#broken) if (this.#wants.route(ch).length === 0) this.#broken.delete(ch);
      this.#plan();
    };
    if (this.#state.state === "closed") delivery.end(this.#state.error);
    else if (signal?.aborted === true) delivery.end(null);
    else {
      signal?.addEventListener("abort", leave);
      this.#readers.add(reader);
      this.#wants.add(reader);
      this.#plan();
    }
    return leave;
  }

  #connect(): void {
    this.#become({ state: "connecting" });
    this.#current = new Link(this.#link, {
      ready: (hello) => this.#ready(hello),
      message: (message) => this.#message(message),
      records: (bytes) => this.#records(bytes),
      ended: (end) => this.#ended(end),
    });
  }

  #ready(hello: Hello): void {
    this.#hello = hello;
    const resumed = this.#positions.greet(hello.session);
    if (!resumed) this.#numbers.clear();
    this.#wants.renew();
    this.#become({ state: "connected", session: hello.session, resumed });
    this.#tellServer();
  }

  #ended({ code, reason, error, usedMs, reconnectAfterMs }: LinkEnd): void {
    this.#current = null;
    this.#hello = null;
    this.#asked.clear();
    this.#listings.lost();
    clearTimeout(this.#slowDown);
    if (error !== null) {
      this.#fail(error);
      return;
    }
    if (usedMs >= HELD_MS) this.#attempt = 0;
    const retryInMs = waitMs(this.#attempt++, reconnectAfterMs, this.#backOff);
    this.#retry = setTimeout(() => {
      this.counters.reconnects++;
      this.#connect();
    }, retryInMs);
    this.#become({ state: "waiting", code, reason, retryInMs });
  }

  #fail(error: ClientError): void {
    const isTold = this.#listings.pending || [...this.#readers].some(isIterator);
    const isHeard = this.#listeners.get("error")?.size || isTold;
    this.#end(error);
    if (isHeard) this.#emit("error", error);
    else throwLater(error);
  }

  #end(error: ClientError | null): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#slowDown);
    this.#current = null;
    this.#hello = null;
    this.#become({ state: "closed", error });
    for (const { delivery } of this.#readers) delivery.end(error);
    this.#readers.clear();
    this.#listings.end(endedAs(error));
  }

  #become(state: ClientState): void {
    this.#state = state;
    this.#emit("state", state);
  }

  #emit<E extends keyof ClientEvents>(event: E, value: ClientEvents[E]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])])
      try {
        (listener as (value: ClientEvents[E]) => void)(value);
      } catch (error) {
        throwLater(error);
      }
  }

  /** What changes in one turn is told together. */
  #plan(): void {
    if (this.#isDue || this.#hello === null) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#tellServer();
    });
  }

  #tellServer(): void {
    if (this.#hello === null) return;
    this.#listings.tell((pattern) => {
      const id = ++this.#lastId;
      this.#current?.say({ op: "list", pattern, id });
      return id;
    });
    const limits = { ...LIMITS, ...this.#hello.limits };
    const names = this.#wants.takeUnsubscribe();
    for (let at = 0; at < names.length; at += NAMES_A_MESSAGE) {
      const channels = names.slice(at, at + NAMES_A_MESSAGE);
      this.#ask("unsubscribe", channels, { op: "unsubscribe", channels });
    }
    const usable = [...this.#positions.entries()].filter(([ch]) => !this.#broken.has(ch));
    const positions = (text: string) => usable.filter(([ch]) => this.#wants.covers(text, ch));
    const { session } = this.#positions;
    for (const message of subscribeMessages(this.#wants.takeSubscribe(), positions, session, limits))
      this.#ask("subscribe", message.channels, message);
  }

  #ask(op: "subscribe" | "unsubscribe" | "refresh", texts: string[], message: ClientMessage): void {
    const id = ++this.#lastId;
    this.#asked.set(id, { op, texts });
    this.#current?.say({ ...message, id });
  }

  /** Asks for a snapshot of a channel that is followed; a new connection brings it otherwise. */
  #refresh(ch: string): void {
    const readers = this.#wants.route(ch);
    if (readers.length === 0) return;
    this.#broken.add(ch);
    if (this.#hello === null) return;
    const policy = readers.some((one) => one.policy === "all") ? "all" : "latest";
    this.#ask("refresh", [ch], { op: "subscribe", channels: [ch], policy });
    // What a pattern covers is still followed then.
    if (!this.#wants.isNamed(ch)) this.#ask("unsubscribe", [ch], { op: "unsubscribe", channels: [ch] });
  }

  #message(message: ServerMessage): void {
    if (message.type === "snapshot") {
      const { ch, bin } = message;
      this.#broken.delete(ch);
      if (bin !== undefined) this.#numbers.set(bin, ch);
      this.#arrive(ch, this.#positions.snapshot(ch, message.seq), [messageOf(message)]);
    } else if (message.type === "update") {
      this.#arrive(message.ch, this.#positions.update(message.ch, message.seq), [messageOf(message)]);
    } else if (message.type === "dropped") this.#positions.dropped(message.ch, message.count);
    else if (message.type === "ack") this.#answered(message);
    else if (message.type === "list") this.#listings.answered(Number(message.id), message.channels);
    else if (message.type === "error") this.#erred(message);
  }

  #records(bytes: Uint8Array): void {
    const { channel, seq } = readHeader(bytes);
    const ch = this.#numbers.get(channel);
    if (ch === undefined) throw new RangeError(`number ${channel} stands for no channel`);
    if (this.#wants.route(ch).length === 0) return;
    const kind = kindOf(ch);
    const messages = readUpdates(kind, bytes).map((one) => messageOf({ type: "update", ch, seq, ...one }));
    this.#arrive(ch, this.#positions.update(ch, seq), messages);
  }

  /** @param gaps what is missing before them; null: they came before. */
  #arrive(ch: string, gaps: Gap[] | null, messages: readonly Message[]): void {
    if (gaps === null) {
      this.counters.duplicates += messages.length;
      return;
    }
    const readers = this.#wants.route(ch);
    if (readers.length === 0) {
      this.#positions.keep((one) => one !== ch);
      return;
    }
    this.counters.received += messages.length;
    for (const gap of gaps) {
      for (const { delivery } of readers) delivery.push(gap);
      this.#tellGap(gap);
      if (gap.reason === "jump" && kindOf(ch) === "book" && messages[0].type === "update") this.#refresh(ch);
    }
    for (const message of messages) for (const { delivery } of readers) delivery.push(message);
  }

  #tellGap(gap: Gap): void {
    this.counters.gaps++;
    this.#emit("gap", gap);
  }

  #answered({ id, ok, failed }: Extract<ServerMessage, { type: "ack" }>): void {
    const asked = this.#asked.get(Number(id));
    this.#asked.delete(Number(id));
    if (asked?.op !== "subscribe") return;
    const refused = new Set(failed.map(({ channel }) => channel));
    const taken = [...new Set(asked.texts)].filter((text) => !refused.has(text));
    for (const [i, text] of taken.entries()) this.#wants.named(text, ok[i] ?? text);
    for (const { channel, code, message } of failed) this.#refuse(channel, code, message);
  }

  #erred({ id, code, message }: Extract<ServerMessage, { type: "error" }>): void {
    const asked = this.#asked.get(Number(id));
    this.#asked.delete(Number(id));
    const isListing = this.#listings.has(Number(id));
    if (code === "STREAM_RATE" && (asked !== undefined || isListing)) {
      this.#listings.again(Number(id));
      if (asked !== undefined && asked.op !== "refresh") this.#wants.again(asked.op, asked.texts);
      clearTimeout(this.#slowDown);
      this.#slowDown = setTimeout(() => {
        this.#tellServer();
        for (const ch of this.#broken) this.#refresh(ch);
      }, RATE_WAIT_MS);
    } else if (isListing) this.#listings.refused(Number(id), code, message);
    else if (asked?.op === "subscribe") for (const text of asked.texts) this.#refuse(text, code, message);
    else this.#refuse(null, code, message);
  }

  #refuse(ch: string | null, code: string, message: string): void {
    const refused: Refused = { type: "refused", ch, code, message };
    if (ch !== null) for (const { delivery } of this.#wants.readersOf(ch)) delivery.push(refused);
    this.#emit("refused", refused);
  }
}

/** Names of channels have at most 128 characters: so many fit into a message. */
const NAMES_A_MESSAGE = 100;

/** What a question is told that nobody will answer any more. */
function endedAs(error: ClientError | null): ClientError {
  return error ?? new ClientError("CLIENT_CLOSED", "The client was closed before the server answered");
}

function isIterator({ delivery }: Reader): boolean {
  return delivery instanceof IteratorDelivery;
}
