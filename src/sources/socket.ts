import type { Agent } from "node:http";
import { decorrelatedJitterGenerator, ExponentialBackoff, type GeneratorFn, type IBackoff } from "cockatiel";
import { dialDirect } from "./direct-wire.js";
import { waitMs } from "./http.js";
import { proxyAgent } from "./proxy.js";
import { Pulse } from "./pulse.js";
import type { Landing, Wire, WireHandlers } from "./wire.js";
import { dialWs } from "./ws-wire.js";

/** What a connection is to do, told by the venue; the socket itself knows no venue. */
export interface SocketPlan {
  url: string;
  /** Text sent when the connection stands, one message each. */
  greetings: readonly string[];
  /** Between two of them, ms: venues limit inbound messages. */
  paceMs: number;
  /** A message of the venue's own that keeps the connection, and how often, ms. */
  keepAlive: { text: string; everyMs: number } | null;
  /** Without any traffic for this long the connection is given up, ms. A ping is sent at half of it. */
  silenceMs: number;
  /** Longest message taken, bytes; a longer one closes the connection before it is held in memory. */
  maxPayload: number;
  /** Awaited before each attempt to connect: venues limit those too. */
  permit: () => Promise<void>;
  /** Address of an HTTP proxy that is to connect; absent: none. */
  proxy?: string;
  /** Memory that the socket is to read into, without `ws`; absent: `ws` reads. */
  landing?: Landing;
}

/** How a connection was lost. It is tried again after `retryMs`. */
export interface SocketLoss {
  reason: string;
  retryMs: number;
  /** The venue said that it is being worked on. */
  isMaintenance: boolean;
}

export interface SocketHandlers {
  open(): void;
  /** A whole message; the buffer is valid during the call. */
  frame(data: Buffer): void;
  /** Hot: messages may lie in [at, end) of the plan's landing: as FrameSink.burst(). */
  burst(at: number, end: number, longest: number): number;
  /** Hot: a whole message lies in [at, end) of the plan's landing, valid during the call. */
  placed(at: number, end: number): void;
  /** The other side, which answered probes before, answers no more (true), or does again. */
  quiet(isQuiet: boolean): void;
  lost(loss: SocketLoss): void;
  /** The venue refused by law, ban or for want of a key; tried again after `retryMs`, null for never. */
  refused(status: number, retryMs: number | null): void;
}

const HANDSHAKE_MS = 5000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 30_000;
/** A connection that lasted this long was none of those that fail at once: the next loss begins with a short delay. */
const STEADY_MS = 10_000;
/** After a refusal by law or ban nothing is gained by haste. */
const REFUSED_RETRY_MS = 600_000;
/** RFC 6455 registry: 1012 service restart, 1013 try again later. Whoever says so needs more than a moment. */
const MAINTENANCE_CODES = [1012, 1013];
const MAINTENANCE_RETRY_MS = 1000;

/**
 * Decorrelated jitter, which the cap would end after some ten failures: from there on any time up to the cap, so that
 * connections that were lost together do not come back together however long it takes.
 */
const jittered: GeneratorFn<[number, number]> = (state, options) => {
  const [delay, next] = decorrelatedJitterGenerator(state, options);
  return [delay < options.maxDelay ? delay : Math.random() * options.maxDelay, next];
};

/** One WebSocket connection that is kept up: reconnects with capped, jittered delays, and notices silence. */
export class LiveSocket {
  readonly plan: SocketPlan;
  /** Address of the next connection. */
  url: string;
  /** Times the connection was made. */
  connects = 0;
  state: "connecting" | "open" | "waiting" | "closed" = "closed";
  /** Monotonic time at which the present connection was made, ms. */
  openedMs = 0;
  private readonly handlers: SocketHandlers;
  private socket: Wire | null = null;
  private backoff: IBackoff<unknown> | null = null;
  private retry: NodeJS.Timeout | null = null;
  private keepAlive: NodeJS.Timeout | null = null;
  private pulse: Pulse | null = null;
  private outbox: string[] = [];
  private sending: NodeJS.Timeout | null = null;
  private attempt = 0;

  constructor(plan: SocketPlan, handlers: SocketHandlers) {
    this.plan = plan;
    this.url = plan.url;
    this.handlers = handlers;
  }

  start(): void {
    if (this.state === "closed") this.connect();
  }

  /** Sends when the connection stands, within the venue's pace. Forgotten when the connection is lost. */
  send(text: string): void {
    this.outbox.push(text);
    if (this.sending === null && this.state === "open") this.sendNext();
  }

  /** Sends at once, ahead of what waits for its turn: what the venue asked for has a deadline of its own. */
  reply(text: string): void {
    if (this.state === "open") this.socket?.send(text);
  }

  /** Gives the present connection up and makes another. */
  restart(reason: string): void {
    this.drop(reason);
  }

  stop(): void {
    this.state = "closed";
    this.leave();
  }

  private connect(): void {
    this.state = "connecting";
    const attempt = ++this.attempt;
    const { permit, proxy, landing } = this.plan;
    void Promise.all([landing === undefined ? proxyAgent(proxy) : undefined, permit()]).then(([agent]) => {
      if (this.state === "connecting" && this.attempt === attempt) this.dial(agent);
    });
  }

  private dial(agent: Agent | undefined): void {
    const { maxPayload, proxy, landing } = this.plan;
    const options = { url: this.url, maxPayload, handshakeMs: HANDSHAKE_MS, proxy };
    const handlers: WireHandlers = {
      opened: () => this.opened(),
      heard: (isPong) => this.pulse?.beat(isPong),
      frame: (data) => this.handlers.frame(data),
      burst: (at, end, longest) => this.handlers.burst(at, end, longest),
      placed: (at, end) => this.handlers.placed(at, end),
      unexpected: (status, retryAfter) => this.refused(status, waitMs(retryAfter, Date.now())),
      failed: (reason) => this.drop(reason),
      closed: (code, reason) =>
        this.drop(`closed ${code}${reason === "" ? "" : ` ${reason}`}`, {
          isMaintenance: MAINTENANCE_CODES.includes(code),
        }),
    };
    this.socket = landing === undefined ? dialWs(options, agent, handlers) : dialDirect(options, landing, handlers);
  }

  private opened(): void {
    this.state = "open";
    this.connects++;
    this.openedMs = performance.now();
    const { greetings, keepAlive, silenceMs } = this.plan;
    this.outbox = [...greetings];
    this.sendNext();
    if (keepAlive !== null) this.keepAlive = setInterval(() => this.send(keepAlive.text), keepAlive.everyMs);
    this.pulse = new Pulse(silenceMs, {
      ping: () => this.socket?.ping(),
      quiet: (isQuiet) => this.handlers.quiet(isQuiet),
      lost: (quietMs) => this.drop(`silent for ${Math.round(quietMs)} ms`),
    });
    this.handlers.open();
  }

  private refused(status: number, retryAfterMs: number): void {
    if (status === 401 || status === 403 || status === 418 || status === 451) {
      this.leave();
      // A missing key is not found by asking again.
      const retryMs = status === 401 ? null : Math.max(retryAfterMs, REFUSED_RETRY_MS);
      if (retryMs === null) this.state = "closed";
      else this.wait(retryMs);
      this.handlers.refused(status, retryMs);
    } else this.drop(`HTTP ${status} instead of an upgrade`, { leastMs: retryAfterMs });
  }

  private sendNext(): void {
    this.sending = null;
    const text = this.outbox.shift();
    if (text === undefined || this.socket === null) return;
    this.socket.send(text);
    this.sending = setTimeout(() => this.sendNext(), this.plan.paceMs);
  }

  private drop(reason: string, { isMaintenance = false, leastMs = 0 } = {}): void {
    if (this.socket === null) return;
    if (this.state === "open" && performance.now() - this.openedMs >= STEADY_MS) this.backoff = null;
    this.leave();
    this.backoff =
      this.backoff === null
        ? new ExponentialBackoff({
            generator: jittered,
            initialDelay: FIRST_RETRY_MS,
            maxDelay: LAST_RETRY_MS,
          }).next()
        : this.backoff.next(undefined);
    const least = Math.max(1, leastMs, isMaintenance ? MAINTENANCE_RETRY_MS : 0);
    const retryMs = Math.max(least, Math.round(this.backoff.duration));
    this.wait(retryMs);
    this.handlers.lost({ reason, retryMs, isMaintenance });
  }

  private leave(): void {
    this.clear();
    const { socket } = this;
    this.socket = null;
    socket?.terminate();
  }

  private wait(ms: number): void {
    this.state = "waiting";
    this.retry = setTimeout(() => this.connect(), ms);
  }

  private clear(): void {
    for (const timer of [this.retry, this.keepAlive, this.sending]) if (timer !== null) clearTimeout(timer);
    this.pulse?.stop();
    this.pulse = null;
    this.retry = null;
    this.keepAlive = null;
    this.sending = null;
    this.outbox = [];
  }
}
