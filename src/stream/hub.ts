import { randomUUID } from "node:crypto";
import { usToNsText } from "../market/times.js";
import type { StreamBackend, StreamSocket } from "./backend.js";
import { type Encoding, matchesRest, parseChannel } from "./channels.js";
import type { StreamClock } from "./clock.js";
import { Connection } from "./connection.js";
import { encode } from "./encoder.js";
import { Interest, type InterestListener } from "./interest.js";
import { type StreamLimits, TOLD_LIMITS } from "./limits.js";
import { CLOSE, PROTOCOL_VERSION, type ServerMessage } from "./protocol.js";
import type { Scope } from "./scope.js";
import type { StreamSource } from "./source.js";
import { Subscriptions } from "./subscriptions.js";
import type { Topic } from "./topic.js";

/** What happened since the start. */
export interface HubCounters {
  /** Connections taken. */
  opened: number;
  /** Messages given to single connections. */
  delivered: number;
  /** Messages that conflated readers did not get. */
  dropped: number;
  /** Connections closed because they read too slowly. */
  slowClosed: number;
  /** Wrong tokens. */
  wrongTokens: number;
}

export interface HubOptions {
  source: StreamSource;
  limits: StreamLimits;
  clock: StreamClock;
  /** What a token's bearer may do, null when it is wrong; asked with the address it comes from. */
  admits(token: string, address: string): Scope | null;
  onInterest?: InterestListener;
  /** Names the numbering of messages; random when absent. */
  session?: string;
  /** json unless given. */
  encoding?: Encoding;
}

/**
 * Takes messages from the engine side and gives each to the clients that follow its channel. Messages of one
 * turn of the event loop are written together; a message is encoded once for all.
 *
 * A connection that reads fast enough is a member of its topics in the backend's fan-out. One whose buffer
 * grows leaves the topics of policy `latest`; nothing is stored for it but the number of the last message it
 * has, from which the channel's backlog, or a fresh snapshot, makes up what it missed once it reads again.
 *
 * Each encoding has a hub of its own: its messages are numbered apart, and nothing is encoded for nobody.
 */
export class Hub {
  readonly source: StreamSource;
  readonly limits: StreamLimits;
  readonly clock: StreamClock;
  readonly session: string;
  readonly encoding: Encoding;
  readonly interests: Interest;
  readonly subscriptions: Subscriptions;
  readonly connections = new Set<Connection>();
  readonly counters: HubCounters = { opened: 0, delivered: 0, dropped: 0, slowClosed: 0, wrongTokens: 0 };
  readonly #admits: HubOptions["admits"];
  readonly #backend: StreamBackend;
  #queue: { topic: Topic; bytes: Uint8Array }[] = [];
  #scheduled = false;
  /** Something was written ahead of the end of this turn. */
  #wroteNow = false;
  #flushes = 0;
  #backlogBytes = 0;

  constructor(backend: StreamBackend, options: HubOptions) {
    this.#backend = backend;
    this.source = options.source;
    this.limits = options.limits;
    this.clock = options.clock;
    this.session = options.session ?? randomUUID();
    this.encoding = options.encoding ?? "json";
    this.#admits = options.admits;
    this.interests = new Interest(options.limits.lingerMs, options.onInterest ?? (() => {}));
    this.subscriptions = new Subscriptions(this);
  }

  /** Whether some client wants the channel, or any channel that fits the pattern. */
  interest(channelOrPattern: string): boolean {
    return this.interests.has(channelOrPattern);
  }

  /**
   * Sends a message to those who follow the channel; nothing happens when nobody does. `data` is encoded before
   * the call returns. A book's data are `{ bids, asks, sequence }`: absolute sizes, 0 removes.
   * @param ts nanoseconds since 1970.
   */
  publish(channel: string, ts: string, data: unknown): void {
    if (this.interests.has(channel)) this.#publish(channel, (topic) => topic.channel.push(ts, JSON.stringify(data)));
  }

  /**
   * The same of data that are JSON already and must not wait: the first of a turn is written before the call returns,
   * to each reader by itself. Those that follow in the same turn are written together like all others.
   */
  publishNow(channel: string, ts: string, json: string): void {
    if (!this.interests.has(channel)) return;
    if (this.#wroteNow) this.#publish(channel, (topic) => topic.channel.push(ts, json));
    else {
      this.flush(); // what was published before goes before
      const topic = this.subscriptions.topic(channel, true);
      if (topic === null) return;
      this.#wroteNow = true;
      this.#schedule();
      this.#writeNow(
        topic,
        this.#push(topic, (to) => to.channel.push(ts, json)),
      );
    }
  }

  /**
   * The same of a channel whose updates are records (RECORD_KINDS), to those who take binary messages. The records,
   * whole and at most 65,535, are copied before the call returns.
   */
  publishRecords(channel: string, ts: string, records: Uint8Array): void {
    if (this.interests.has(channel)) this.#publish(channel, (topic) => topic.channel.pushRecords(ts, records));
  }

  #publish(channel: string, push: (topic: Topic) => Uint8Array): void {
    const topic = this.subscriptions.topic(channel, true);
    if (topic !== null) this.#enqueue(topic, this.#push(topic, push));
  }

  #push(topic: Topic, push: (topic: Topic) => Uint8Array): Uint8Array {
    const before = topic.channel.backlogBytes;
    const bytes = push(topic);
    this.#backlogBytes += topic.channel.backlogBytes - before;
    if (this.#backlogBytes > this.limits.backlogTotalBytes) this.#halveBacklogs();
    return bytes;
  }

  #writeNow(topic: Topic, bytes: Uint8Array): void {
    for (const connection of [...topic.live]) {
      connection.send(bytes);
      connection.checkBuffer();
      this.counters.delivered++;
    }
    this.#serveBehind(topic);
  }

  /** The channel's state was replaced, or it appeared with one: everyone who follows it gets a snapshot. */
  reset(channel: string): void {
    if (!this.interests.has(channel)) return;
    this.flush();
    const topic = this.subscriptions.topics.get(channel);
    if (topic === undefined) {
      this.subscriptions.topic(channel);
      return;
    }
    this.#cut(topic);
    const messages = topic.live.size === 0 ? [] : topic.channel.snapshot(this.source, this.nowNs());
    if (messages !== null) for (const bytes of messages) this.#enqueue(topic, bytes);
    else for (const connection of [...topic.live]) this.subscriptions.hold(connection, topic, null, false);
    this.#serveBehind(topic);
  }

  /** Takes a new WebSocket connection. @param scope null: it must authenticate first. */
  open(
    socket: StreamSocket,
    scope: Scope | null,
    channels: readonly string[],
    ended: (socket: StreamSocket) => void,
  ): Connection {
    const connection = new Connection(this, socket, scope, channels, ended);
    this.connections.add(connection);
    this.counters.opened++;
    connection.start();
    return connection;
  }

  /** Writes what was published in this turn. */
  flush(): void {
    if (this.#queue.length === 0) return;
    const queue = this.#queue;
    this.#queue = [];
    const flushNumber = ++this.#flushes;
    const topics = new Set<Topic>();
    let longest = 0;
    for (const { topic, bytes } of queue) {
      this.#backend.publish(topic.address, bytes);
      this.counters.delivered += topic.live.size;
      if (bytes.length > longest) longest = bytes.length;
      topics.add(topic);
    }
    this.#backend.flush();
    for (const topic of topics) {
      for (const connection of topic.live) {
        if (connection.flushNumber === flushNumber) continue;
        connection.flushNumber = flushNumber;
        connection.sent(longest);
        connection.checkBuffer();
      }
      this.#serveBehind(topic);
    }
  }

  /** Takes a slow connection out of the fan-out of what may be conflated. */
  fallBehind(connection: Connection): void {
    for (const [topic, policy] of connection.followed)
      if (policy === "latest" && topic.live.has(connection))
        this.subscriptions.hold(connection, topic, topic.channel.seq - this.#queued(topic), true);
  }

  /** Sends a connection what it is behind with, as far as its buffer has room. */
  catchUp(connection: Connection): void {
    if (!connection.hasRoom) return;
    this.flush();
    for (const topic of [...connection.behind.keys()]) {
      if (!connection.hasRoom) return;
      this.#catchUpTopic(connection, topic);
    }
  }

  /** Regular work: heartbeats, deadlines, interests that end. Several times a second. */
  tick(): void {
    const nowMs = this.clock.monotonicMs();
    const heartbeat = encode({ type: "heartbeat", ts: this.nowNs() } satisfies ServerMessage);
    for (const connection of [...this.connections]) connection.tick(nowMs, heartbeat);
    for (const text of this.interests.expire(nowMs)) this.#endInterest(text);
  }

  /** Says goodbye to every client and begins to close. */
  shutdown(reconnectAfterMs: number): void {
    this.flush();
    const goodbye = encode({ type: "shutdown", reconnectAfterMs } satisfies ServerMessage);
    for (const connection of [...this.connections]) {
      connection.send(goodbye);
      connection.close(CLOSE.shutdown, "shutdown");
    }
  }

  hello(authenticated: boolean): ServerMessage {
    const limits = Object.fromEntries(TOLD_LIMITS.map((name) => [name, this.limits[name]]));
    const { session, encoding } = this;
    return { type: "hello", protocol: PROTOCOL_VERSION, session, encoding, authenticated, limits };
  }

  /** What a token's bearer may do; null when it is wrong. */
  admits(token: string, address: string): Scope | null {
    const scope = this.#admits(token, address);
    if (scope === null) this.counters.wrongTokens++;
    return scope;
  }

  forget(connection: Connection): void {
    this.connections.delete(connection);
    this.subscriptions.forget(connection);
  }

  nowNs(): string {
    return usToNsText(this.clock.nowUs());
  }

  #enqueue(topic: Topic, bytes: Uint8Array): void {
    this.#queue.push({ topic, bytes });
    this.#schedule();
  }

  /** At the end of the turn. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#wroteNow = false;
      this.flush();
    });
  }

  /** Messages of the topic that are numbered but not yet written. */
  #queued(topic: Topic): number {
    return this.#queue.reduce((count, entry) => count + (entry.topic === topic ? 1 : 0), 0);
  }

  #serveBehind(topic: Topic): void {
    for (const connection of [...topic.behind])
      if (connection.behind.get(topic)?.conflate !== true || connection.hasRoom) this.catchUp(connection);
  }

  #catchUpTopic(connection: Connection, topic: Topic): void {
    const place = connection.behind.get(topic);
    if (place === undefined) return;
    const { channel } = topic;
    const { from, conflate } = place;
    const missed = from === null ? 0 : channel.seq - from;
    const updates = from === null ? null : channel.catchUp(from, conflate);
    const messages = updates ?? channel.snapshot(this.source, this.nowNs());
    if (messages === null) {
      this.#tellEmpty(connection, topic);
      return;
    }
    const dropped = missed - (updates === null ? 0 : updates.length);
    if (dropped > 0) {
      this.counters.dropped += dropped;
      connection.send(channel.encoder.dropped(dropped));
    }
    for (const bytes of messages) connection.send(bytes);
    this.counters.delivered += messages.length;
    this.subscriptions.release(connection, topic);
  }

  /** A book without a state: said once; the snapshot follows when there is one. */
  #tellEmpty(connection: Connection, topic: Topic): void {
    const place = connection.behind.get(topic);
    if (place === undefined || place.toldEmpty) return;
    connection.send(topic.channel.emptySnapshot(this.nowNs()));
    connection.setBehind(topic, { from: null, conflate: false, toldEmpty: true });
  }

  /** Nobody wants it any more: what happens from now on is not numbered, so nobody can resume across it. */
  #endInterest(text: string): void {
    const name = parseChannel(text);
    if ("code" in name) return;
    for (const topic of this.subscriptions.topics.values())
      if (
        topic.channel.kind === name.kind &&
        matchesRest(name.rest, topic.rest) &&
        !this.interests.has(topic.channel.name)
      )
        this.#cut(topic);
  }

  #cut(topic: Topic): void {
    this.#backlogBytes -= topic.channel.backlogBytes;
    topic.channel.cut();
  }

  #halveBacklogs(): void {
    this.#backlogBytes = 0;
    for (const { channel } of this.subscriptions.topics.values()) {
      channel.halve();
      this.#backlogBytes += channel.backlogBytes;
    }
  }
}

/** Counters and connections of several hubs together. */
export function countsOf(hubs: readonly Hub[]): { counters: HubCounters; connections: number } {
  const counters: HubCounters = { opened: 0, delivered: 0, dropped: 0, slowClosed: 0, wrongTokens: 0 };
  const names = Object.keys(counters) as (keyof HubCounters)[];
  for (const hub of hubs) for (const name of names) counters[name] += hub.counters[name];
  return { counters, connections: hubs.reduce((sum, hub) => sum + hub.connections.size, 0) };
}
