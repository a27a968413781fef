import { nearest } from "../market/nearest.js";
import { Channel } from "./channel.js";
import { type ChannelName, INSTRUMENT_KINDS, matchesRest, parseChannel, RECORD_KINDS } from "./channels.js";
import type { Connection } from "./connection.js";
import type { Hub } from "./hub.js";
import { CLOSE, type ClientMessage, type Policy } from "./protocol.js";
import type { Topic } from "./topic.js";

/** One subscription of a connection, by unified name. */
export interface Subscribed {
  name: ChannelName;
  policy: Policy;
}

type Subscribe = Extract<ClientMessage, { op: "subscribe" }>;
type Failure = { channel: string; code: string; message: string };
type Id = number | string | null;

/** Longest reason of a close frame, RFC 6455 section 5.5: 125 bytes less the code, for names of up to three bytes a character. */
const REASON_LENGTH = 41;
/** Names tried for "did you mean". */
const CANDIDATES = 2000;

/** Who follows what: exact names, and patterns that also take in channels which appear later. */
export class Subscriptions {
  readonly topics = new Map<string, Topic>();
  readonly #hub: Hub;
  /** Pattern -> connections that subscribed to it. */
  readonly #patterns = new Map<string, { name: ChannelName; readers: Map<Connection, Policy> }>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  subscribe(connection: Connection, message: Subscribe, id: Id): void {
    const hub = this.#hub;
    const ok: string[] = [];
    const failed: Failure[] = [];
    const added: Subscribed[] = [];
    const names = [...new Set(message.channels)].map((text) => ({ text, name: this.#read(text) }));
    const forbidden = names.find(({ name }) => !("code" in name) && !connection.may(name.text));
    if (forbidden !== undefined) {
      connection.close(CLOSE.scope, `the token does not cover ${forbidden.text}`.slice(0, REASON_LENGTH));
      return;
    }
    for (const { text, name } of names) {
      if ("code" in name) failed.push({ channel: text, ...name });
      else if (!connection.entries.has(name.text) && connection.entries.size >= hub.limits.subscriptions)
        failed.push({
          channel: text,
          code: "STREAM_SUBSCRIPTIONS",
          message: `a connection has at most ${hub.limits.subscriptions}`,
        });
      else {
        ok.push(name.text);
        added.push({ name, policy: message.policy });
        if (!connection.entries.has(name.text)) hub.interests.add(name.text);
        connection.entries.set(name.text, { name, policy: message.policy });
      }
    }
    connection.tell({ type: "ack", id, ok, failed });
    const after = message.session === hub.session ? message.after : undefined;
    hub.flush();
    for (const { name, policy } of added) this.#follow(connection, name, policy, after);
    hub.catchUp(connection);
  }

  unsubscribe(connection: Connection, channels: string[], id: Id): void {
    const ok: string[] = [];
    const failed: Failure[] = [];
    for (const text of new Set(channels)) {
      const name = connection.entries.has(text) ? parseChannel(text) : this.#read(text);
      if ("code" in name) failed.push({ channel: text, ...name });
      else if (!connection.entries.has(name.text))
        failed.push({ channel: text, code: "STREAM_NOT_SUBSCRIBED", message: "there is no such subscription" });
      else {
        ok.push(name.text);
        this.#end(connection, name.text);
      }
    }
    for (const topic of [...connection.followed.keys()])
      if (this.#policyOf(connection, topic) === undefined) this.#leave(connection, topic);
    connection.tell({ type: "ack", id, ok, failed });
  }

  /** Takes a connection out of everything. */
  forget(connection: Connection): void {
    for (const topic of [...connection.followed.keys()]) this.#leave(connection, topic);
    for (const text of [...connection.entries.keys()]) this.#end(connection, text);
  }

  /**
   * The topic of a channel; a new one is given to those whose patterns it fits.
   * @param publishing its first message follows: of an event channel, readers start before it.
   */
  topic(text: string, publishing = false): Topic | null {
    const known = this.topics.get(text);
    if (known !== undefined) return known;
    const name = parseChannel(text);
    if ("code" in name || name.pattern) return null;
    const { encoding, limits } = this.#hub;
    const number = encoding === "bin" && RECORD_KINDS.has(name.kind) ? this.topics.size + 1 : null;
    const channel = new Channel(text, name.kind, limits, number);
    const address = `${encoding}/${text}`;
    const topic: Topic = { channel, rest: name.rest, address, live: new Set(), behind: new Set() };
    this.topics.set(text, topic);
    for (const { name: pattern, readers } of this.#patterns.values()) {
      if (pattern.kind !== name.kind || !matchesRest(pattern.rest, name.rest)) continue;
      for (const [connection, policy] of readers) this.#appear(connection, topic, policy, publishing);
    }
    return topic;
  }

  /** Moves a connection from the fan-out of a topic to those that are behind. */
  hold(connection: Connection, topic: Topic, from: number | null, conflate: boolean): void {
    if (topic.live.delete(connection)) connection.socket.leave(topic.address);
    topic.behind.add(connection);
    connection.setBehind(topic, { from, conflate, toldEmpty: false });
  }

  /** Back into the fan-out: the connection has everything up to the last message. */
  release(connection: Connection, topic: Topic): void {
    topic.behind.delete(connection);
    connection.caughtUp(topic);
    topic.live.add(connection);
    connection.socket.join(topic.address);
  }

  #read(text: string): ChannelName | { code: string; message: string } {
    const name = parseChannel(text);
    if ("code" in name || name.pattern) return name;
    const { source } = this.#hub;
    const resolved = INSTRUMENT_KINDS.has(name.kind) ? (source.resolve?.(text) ?? text) : text;
    if (typeof resolved !== "string") return { code: "STREAM_CHANNEL_UNKNOWN", message: resolved.problem };
    if (source.has(resolved)) return { ...name, text: resolved, rest: resolved.slice(name.kind.length + 1) };
    const known = source.list(name.rest === "" ? name.kind : `${name.kind}.*`);
    const meant = nearest(text, known.slice(0, CANDIDATES));
    const hint = meant === null ? "the list command shows those that there are" : `did you mean ${meant}?`;
    return { code: "STREAM_CHANNEL_UNKNOWN", message: `there is no such channel; ${hint}` };
  }

  #follow(connection: Connection, name: ChannelName, policy: Policy, after: Subscribe["after"]): void {
    if (!name.pattern) {
      const topic = this.topic(name.text);
      if (topic !== null) this.#start(connection, topic, policy, after);
      return;
    }
    for (const text of this.#hub.source.list(name.text)) this.topic(text);
    for (const topic of this.topics.values())
      if (topic.channel.kind === name.kind && matchesRest(name.rest, topic.rest))
        this.#start(connection, topic, policy, after);
    const entry = this.#patterns.get(name.text) ?? { name, readers: new Map<Connection, Policy>() };
    entry.readers.set(connection, policy);
    this.#patterns.set(name.text, entry);
  }

  #start(connection: Connection, topic: Topic, policy: Policy, after: Subscribe["after"]): void {
    const { name } = topic.channel;
    const from = after !== undefined && Object.hasOwn(after, name) ? after[name] : null;
    connection.followed.set(topic, policy);
    this.hold(connection, topic, from !== null && topic.channel.covers(from) ? from : null, false);
  }

  /** A channel that fits a pattern has appeared: its readers start with nothing, or with its state. */
  #appear(connection: Connection, topic: Topic, policy: Policy, publishing: boolean): void {
    if (connection.followed.has(topic)) return;
    connection.followed.set(topic, policy);
    this.hold(connection, topic, null, false);
    if (!publishing) this.#hub.catchUp(connection);
    else if (topic.channel.events && connection.hasRoom) {
      connection.send(topic.channel.emptySnapshot(this.#hub.nowNs()));
      this.release(connection, topic);
    }
  }

  #leave(connection: Connection, topic: Topic): void {
    if (topic.live.delete(connection) && connection.open) connection.socket.leave(topic.address);
    topic.behind.delete(connection);
    connection.caughtUp(topic);
    connection.followed.delete(topic);
  }

  #end(connection: Connection, text: string): void {
    connection.entries.delete(text);
    const pattern = this.#patterns.get(text);
    if (pattern?.readers.delete(connection) && pattern.readers.size === 0) this.#patterns.delete(text);
    this.#hub.interests.remove(text, this.#hub.clock.monotonicMs());
  }

  /** Policy under which some subscription of the connection covers the topic. */
  #policyOf(connection: Connection, topic: Topic): Policy | undefined {
    const exact = connection.entries.get(topic.channel.name);
    if (exact !== undefined) return exact.policy;
    for (const { name, policy } of connection.entries.values())
      if (name.pattern && name.kind === topic.channel.kind && matchesRest(name.rest, topic.rest)) return policy;
    return undefined;
  }
}
