import { decorrelatedJitterGenerator, ExponentialBackoff, type IBackoff } from "cockatiel";
import { WebSocket } from "ws";

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
}

export interface SocketHandlers {
  open(): void;
  /** A whole message; the buffer is valid during the call. */
  frame(data: Buffer): void;
  /** The connection is gone and will be tried again after `retryMs`. */
  lost(reason: string, retryMs: number): void;
  /** The venue refused by law or ban (HTTP 451, 403, 418): it is not tried again before `retryMs`. */
  refused(status: number, retryMs: number): void;
}

const HANDSHAKE_MS = 5000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 30_000;
/** After a refusal by law or ban nothing is gained by haste. */
const REFUSED_RETRY_MS = 600_000;

/** One WebSocket connection that is kept up: reconnects with capped, jittered delays, and notices silence. */
export class LiveSocket {
  readonly plan: SocketPlan;
  /** Times the connection was made. */
  connects = 0;
  state: "connecting" | "open" | "waiting" | "closed" = "closed";
  private readonly handlers: SocketHandlers;
  private socket: WebSocket | null = null;
  private backoff: IBackoff<unknown> | null = null;
  private retry: NodeJS.Timeout | null = null;
  private keepAlive: NodeJS.Timeout | null = null;
  private watch: NodeJS.Timeout | null = null;
  private lastTrafficMs = 0;
  private outbox: string[] = [];
  private sending: NodeJS.Timeout | null = null;

  constructor(plan: SocketPlan, handlers: SocketHandlers) {
    this.plan = plan;
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
    this.clear();
    const { socket } = this;
    this.socket = null;
    if (socket === null) return;
    socket.removeAllListeners();
    socket.on("error", () => {});
    socket.terminate();
  }

  private connect(): void {
    this.state = "connecting";
    const { url, maxPayload } = this.plan;
    const socket = new WebSocket(url, { maxPayload, perMessageDeflate: false, handshakeTimeout: HANDSHAKE_MS });
    this.socket = socket;
    socket.on("open", () => this.opened());
    socket.on("message", (data) => {
      this.lastTrafficMs = performance.now();
      this.backoff = null; // it works: the next loss begins with a short delay again
      this.handlers.frame(data as Buffer);
    });
    const traffic = (): void => {
      this.lastTrafficMs = performance.now();
    };
    socket.on("ping", traffic);
    socket.on("pong", traffic);
    socket.on("unexpected-response", (request, { statusCode = 0 }) => {
      request.destroy();
      if (statusCode === 451 || statusCode === 403 || statusCode === 418) {
        this.leave();
        this.wait(REFUSED_RETRY_MS);
        this.handlers.refused(statusCode, REFUSED_RETRY_MS);
      } else this.drop(`HTTP ${statusCode} instead of an upgrade`);
    });
    socket.on("error", (error) => this.drop(error.message));
    socket.on("close", (code, reason) =>
      this.drop(`closed ${code}${reason.length > 0 ? ` ${reason.toString()}` : ""}`),
    );
  }

  private opened(): void {
    this.state = "open";
    this.connects++;
    this.lastTrafficMs = performance.now();
    const { greetings, keepAlive, silenceMs } = this.plan;
    this.outbox = [...greetings];
    this.sendNext();
    if (keepAlive !== null) this.keepAlive = setInterval(() => this.send(keepAlive.text), keepAlive.everyMs);
    this.watch = setInterval(() => this.listen(), Math.min(250, silenceMs / 4));
    this.handlers.open();
  }

  private sendNext(): void {
    this.sending = null;
    const text = this.outbox.shift();
    if (text === undefined || this.socket === null) return;
    this.socket.send(text);
    this.sending = setTimeout(() => this.sendNext(), this.plan.paceMs);
  }

  /** Half-open connections look alive to the kernel: only traffic proves that the other side is there. */
  private listen(): void {
    const quietMs = performance.now() - this.lastTrafficMs;
    if (quietMs >= this.plan.silenceMs) this.drop(`silent for ${Math.round(quietMs)} ms`);
    else if (quietMs >= this.plan.silenceMs / 2) this.socket?.ping();
  }

  private drop(reason: string): void {
    if (this.socket === null) return;
    this.leave();
    this.backoff =
      this.backoff === null
        ? new ExponentialBackoff({
            generator: decorrelatedJitterGenerator,
            initialDelay: FIRST_RETRY_MS,
            maxDelay: LAST_RETRY_MS,
          }).next()
        : this.backoff.next(undefined);
    const retryMs = Math.max(1, Math.round(this.backoff.duration));
    this.wait(retryMs);
    this.handlers.lost(reason, retryMs);
  }

  private leave(): void {
    this.clear();
    const { socket } = this;
    this.socket = null;
    if (socket === null) return;
    socket.removeAllListeners();
    socket.on("error", () => {});
    socket.terminate();
  }

  private wait(ms: number): void {
    this.state = "waiting";
    this.retry = setTimeout(() => this.connect(), ms);
  }

  private clear(): void {
    for (const timer of [this.retry, this.keepAlive, this.watch, this.sending]) if (timer !== null) clearTimeout(timer);
    this.retry = null;
    this.keepAlive = null;
    this.watch = null;
    this.sending = null;
    this.outbox = [];
  }
}
