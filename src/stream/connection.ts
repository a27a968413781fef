import type { StreamConnection, StreamSocket } from "./backend.js";
import { parseChannel } from "./channels.js";
import { encode } from "./encoder.js";
import type { Hub } from "./hub.js";
import { CLOSE, type ClientMessage, type Policy, parseClientMessage, type ServerMessage } from "./protocol.js";
import { type Scope, scopeHasChannel } from "./scope.js";
import type { Subscribed } from "./subscriptions.js";
import { TokenBucket } from "./token-bucket.js";
import type { Topic } from "./topic.js";

/** Why a connection is not sent a topic's messages at once. */
export interface Behind {
  /** Number of the last message that it has; null: it needs a snapshot. */
  from: number | null;
  /** What it missed may be merged. */
  conflate: boolean;
  /** It has been told that there is no state yet. */
  toldEmpty: boolean;
}

/** Costs in commands: of a channel named in a message, and of a list. */
const CHANNEL_COST = 0.1;
const LIST_COST = 10;
const NONE: readonly string[] = [];
const UP_TO_DATE: ReadonlyMap<Topic, Behind> = new Map();

/** One client: what it may do, what it follows, how fast it reads. */
export class Connection implements StreamConnection {
  readonly socket: StreamSocket;
  /** Channels and patterns as subscribed, by unified name. */
  readonly entries = new Map<string, Subscribed>();
  /** Topics that follow from them. */
  readonly followed = new Map<Topic, Policy>();
  /** Number of the hub's last flush that wrote to it. */
  flushNumber = 0;
  open = true;
  /** What its bearer may do; null until it has authenticated. */
  scope: Scope | null;
  readonly #hub: Hub;
  readonly #ended: (socket: StreamSocket) => void;
  /** Most connections are behind with nothing: they have no map of it. */
  #behind: Map<Topic, Behind> | null = null;
  readonly #bucket: TokenBucket;
  readonly #openedMs: number;
  #pendingChannels: readonly string[];
  #lastSentMs: number;
  #slowSinceMs = Number.NaN;
  #longest = 0;
  #faults = 0;

  /**
   * @param channels to subscribe at once, from the URL.
   * @param ended called when the socket is gone.
   */
  constructor(
    hub: Hub,
    socket: StreamSocket,
    scope: Scope | null,
    channels: readonly string[],
    ended: (socket: StreamSocket) => void,
  ) {
    const { limits } = hub;
    const nowMs = hub.clock.monotonicMs();
    this.#hub = hub;
    this.#ended = ended;
    this.socket = socket;
    this.scope = scope;
    this.#openedMs = nowMs;
    this.#lastSentMs = nowMs;
    this.#bucket = new TokenBucket(limits.commandsPerSecond, limits.commandBurst, nowMs);
    this.#pendingChannels = channels.length === 0 ? NONE : channels;
  }

  /** Those of the followed topics whose messages do not go out at once. */
  get behind(): ReadonlyMap<Topic, Behind> {
    return this.#behind ?? UP_TO_DATE;
  }

  setBehind(topic: Topic, behind: Behind): void {
    this.#behind ??= new Map();
    this.#behind.set(topic, behind);
  }

  caughtUp(topic: Topic): void {
    if (this.#behind?.delete(topic) && this.#behind.size === 0) this.#behind = null;
  }

  /** Greets, and subscribes to what the URL asked for. */
  start(): void {
    this.tell(this.#hub.hello(this.scope !== null));
    if (this.scope !== null) this.#subscribePending();
  }

  message(text: string | null, bytes: number): void {
    if (!this.open) return;
    if (text === null) this.close(CLOSE.unsupported, "binary messages are not understood");
    else if (bytes > this.#hub.limits.messageBytes) this.close(CLOSE.tooLarge, "message too large");
    else {
      const parsed = parseClientMessage(text);
      if ("problem" in parsed) this.fault(parsed.code, parsed.problem, parsed.id);
      else if (this.#bucket.take(costOf(parsed.message), this.#hub.clock.monotonicMs())) this.#command(parsed.message);
      else this.fault("STREAM_RATE", "too many commands: slow down", parsed.message.id ?? null);
    }
  }

  drained(): void {
    if (this.open && this.behind.size > 0) this.#hub.catchUp(this);
  }

  closed(): void {
    this.#ended(this.socket);
    this.#end();
  }

  /** Sends a message that was encoded before. */
  send(bytes: Uint8Array): void {
    if (!this.open) return;
    this.sent(bytes.length);
    this.socket.send(bytes);
  }

  tell(message: ServerMessage): void {
    this.send(encode(message));
  }

  /** Notes that something was sent, by this class or by the backend's fan-out. */
  sent(bytes: number): void {
    this.#lastSentMs = this.#hub.clock.monotonicMs();
    if (bytes > this.#longest) this.#longest = bytes;
  }

  /** Says what was wrong; a client that goes on like that is closed. */
  fault(code: string, message: string, id: number | string | null): void {
    this.tell({ type: "error", id, code, message });
    if (++this.#faults >= this.#hub.limits.faults) this.close(CLOSE.policy, "too many mistakes");
  }

  close(code: number, reason: string): void {
    if (!this.open) return;
    this.#end();
    this.socket.close(code, reason);
  }

  /** Whether the buffer has room for what the connection is behind with. */
  get hasRoom(): boolean {
    return this.open && this.socket.buffered() <= this.#hub.limits.softBufferBytes;
  }

  /** Looks at the buffer: falls behind above the soft limit, closes above the hard one. */
  checkBuffer(): void {
    if (!this.open) return;
    const { softBufferBytes, hardBufferBytes } = this.#hub.limits;
    const buffered = this.socket.buffered();
    if (buffered <= softBufferBytes) {
      this.#slowSinceMs = Number.NaN;
      return;
    }
    if (Number.isNaN(this.#slowSinceMs)) this.#slowSinceMs = this.#hub.clock.monotonicMs();
    if (buffered > hardBufferBytes + this.#longest) this.#closeSlow();
    else this.#hub.fallBehind(this);
  }

  /** Regular look at deadlines and silence. */
  tick(nowMs: number, heartbeat: Uint8Array): void {
    const { authenticateMs, heartbeatMs, stallMs } = this.#hub.limits;
    if (this.scope === null && nowMs - this.#openedMs >= authenticateMs)
      this.close(CLOSE.badToken, "not authenticated in time");
    this.checkBuffer();
    if (nowMs - this.#slowSinceMs >= stallMs) this.#closeSlow();
    if (this.behind.size > 0) this.#hub.catchUp(this);
    if (nowMs - this.#lastSentMs >= heartbeatMs && this.hasRoom) this.send(heartbeat);
  }

  #end(): void {
    if (!this.open) return;
    this.open = false;
    this.#hub.forget(this);
  }

  #closeSlow(): void {
    if (!this.open) return;
    this.#hub.counters.slowClosed++;
    this.close(CLOSE.policy, "slow reader");
  }

  #command(message: ClientMessage): void {
    const id = message.id ?? null;
    if (message.op === "auth") this.#authenticate(message.token, id);
    else if (this.scope === null) this.close(CLOSE.badToken, "the first message must be auth");
    else if (message.op === "subscribe") this.#hub.subscriptions.subscribe(this, message, id);
    else if (message.op === "unsubscribe") this.#hub.subscriptions.unsubscribe(this, message.channels, id);
    else if (message.op === "list") this.#list(message.pattern ?? "*", id);
    else this.tell({ type: "pong", id, ts: this.#hub.nowNs() });
  }

  /** Whether its token covers a channel or pattern; false for what is none. */
  may(text: string): boolean {
    const name = parseChannel(text);
    return this.scope !== null && !("code" in name) && scopeHasChannel(this.scope, name);
  }

  #list(pattern: string, id: number | string | null): void {
    const channels = this.#hub.source.list(pattern).filter((text) => this.may(text));
    this.tell({ type: "list", id, channels, subscribed: [...this.entries.keys()] });
  }

  #authenticate(token: string, id: number | string | null): void {
    const scope = this.#hub.admits(token, this.socket.address);
    if (scope === null) {
      this.close(CLOSE.badToken, "wrong token");
      return;
    }
    this.scope = scope;
    this.tell({ type: "ack", id, ok: [], failed: [] });
    this.#subscribePending();
  }

  #subscribePending(): void {
    const channels = this.#pendingChannels;
    this.#pendingChannels = NONE;
    if (channels.length > 0)
      this.#hub.subscriptions.subscribe(this, { op: "subscribe", channels: [...channels], policy: "latest" }, null);
  }
}

function costOf(message: ClientMessage): number {
  if (message.op === "list") return LIST_COST;
  return "channels" in message ? 1 + message.channels.length * CHANNEL_COST : 1;
}
