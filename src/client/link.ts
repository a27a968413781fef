import type { ClientMessage, PROTOCOL_VERSION, ServerMessage } from "../stream/protocol.js";
import { finalError } from "./back-off.js";
import { ClientError } from "./client-error.js";
import type { SocketClass, SocketLike } from "./socket.js";

export type Token = string | (() => string | Promise<string>);
export type Hello = Extract<ServerMessage, { type: "hello" }>;

export interface LinkOptions {
  address: string;
  socketClass: SocketClass;
  token: Token | undefined;
  /** Time for token, connection, greeting and authentication together, ms. */
  connectTimeoutMs: number;
  /** Silence after which the connection counts as dead, ms; undefined: SILENT_HEARTBEATS of the server's. */
  silenceMs: number | undefined;
}

/** How a connection ended. */
export interface LinkEnd {
  /** Close code of the server; null when this side ended it. */
  code: number | null;
  reason: string;
  /** After which nothing is tried again. */
  error: ClientError | null;
  /** What a server that shuts down asks for, ms. */
  reconnectAfterMs: number;
  /** How long it could be used, ms. */
  usedMs: number;
}

export interface LinkEvents {
  /** Greeted and, where a token is wanted, authenticated. */
  ready(hello: Hello): void;
  message(message: ServerMessage): void;
  records(bytes: Uint8Array): void;
  /** Once, after which nothing else is called. */
  ended(end: LinkEnd): void;
}

const PROTOCOL = 1 satisfies typeof PROTOCOL_VERSION;
const SILENT_HEARTBEATS = 5;
const HEARTBEAT_MS = 1000;
/** The silence is looked at so many times while it lasts. */
const LOOKS = 4;
const OPEN = 1;
const CLOSE_MS = 1000;
const AUTH_ID = "auth";

/** One connection, from its token to its end. */
export class Link {
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  #socket: SocketLike | null = null;
  #token: string | null = null;
  #hello: Hello | null = null;
  #readyMs = Number.NaN;
  #reconnectAfterMs = 0;
  #problem = "";
  #quietLooks = 0;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #ended = false;
  #socketClosed: () => void = () => {};

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    const { connectTimeoutMs } = options;
    this.#deadline = setTimeout(() => this.#abandon(`not ready within ${connectTimeoutMs} ms`), connectTimeoutMs);
    this.#start().catch((error: unknown) => this.#abandon(`the token could not be had: ${String(error)}`));
  }

  /** Sends a command; nothing once the connection closes. */
  say(message: ClientMessage | { op: "subscribe" }): void {
    if (!this.#ended && this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Ends without a word to `ended`; fulfilled when the server has answered, after a second at most. */
  async close(): Promise<void> {
    this.#stop();
    const socket = this.#socket;
    if (socket === null) return;
    if (socket.readyState !== OPEN) {
      cut(socket);
      return;
    }
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, CLOSE_MS);
      this.#socketClosed = () => {
        clearTimeout(late);
        resolve();
      };
      socket.close(1000, "");
    });
    cut(socket);
  }

  /** Ends because this side has to: what came cannot be understood, or nothing comes. */
  #abandon(reason: string, error: ClientError | null = null): void {
    const socket = this.#socket;
    this.#finish(null, reason, error);
    if (socket !== null) cut(socket);
  }

  async #start(): Promise<void> {
    const { token, address, socketClass } = this.#options;
    this.#token = (await (typeof token === "function" ? token() : token)) ?? null;
    if (this.#ended) return;
    let socket: SocketLike;
    try {
      socket = new socketClass(address);
    } catch (cause) {
      const error = new ClientError("CLIENT_URL", `Cannot connect to ${address}: ${String(cause)}`, { cause });
      this.#finish(null, error.message, error);
      return;
    }
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => this.#take(data));
    socket.addEventListener("error", (event) => {
      // Only `ws` tells what it was.
      this.#problem = (event as { message?: string }).message ?? "";
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.#socketClosed();
      this.#finish(code, reason === "" ? this.#problem : reason, finalError(code, reason));
    });
  }

  #take(data: unknown): void {
    if (this.#ended) return;
    this.#quietLooks = 0;
    if (typeof data !== "string") {
      this.#understand(() => this.#events.records(new Uint8Array(data as ArrayBuffer)));
      return;
    }
    this.#understand(() => this.#dispatch(JSON.parse(data) as ServerMessage));
  }

  #dispatch(message: ServerMessage): void {
    if (message.type === "hello") this.#greeted(message);
    else if (message.type === "ack" && message.id === AUTH_ID) this.#ready();
    else {
      if (message.type === "shutdown") this.#reconnectAfterMs = message.reconnectAfterMs;
      this.#events.message(message);
    }
  }

  #understand(read: () => void): void {
    try {
      read();
    } catch (error) {
      const final = error instanceof ClientError ? error : null;
      this.#abandon(`a message cannot be read: ${String(error)}`, final);
    }
  }

  #greeted(hello: Hello): void {
    this.#hello = hello;
    if (hello.protocol !== PROTOCOL) {
      const text = `The server speaks version ${hello.protocol} of the protocol, this client version ${PROTOCOL}`;
      this.#abandon(text, new ClientError("CLIENT_PROTOCOL", text));
    } else if (hello.authenticated !== false) this.#ready();
    else if (this.#token === null)
      this.#abandon("no token", new ClientError("CLIENT_UNAUTHORIZED", "The server wants a token, and there is none"));
    else this.say({ op: "auth", id: AUTH_ID, token: this.#token });
  }

  #ready(): void {
    if (this.#hello === null || !Number.isNaN(this.#readyMs)) return;
    clearTimeout(this.#deadline);
    this.#readyMs = performance.now();
    const { heartbeatMs = HEARTBEAT_MS } = this.#hello.limits;
    const silenceMs = this.#options.silenceMs ?? SILENT_HEARTBEATS * heartbeatMs;
    // Looks are counted, not time: after a pause of the whole program one look is missed, and what came meanwhile is
    // read before the next.
    this.#watch = setInterval(() => {
      if (++this.#quietLooks > LOOKS) this.#abandon(`silent for ${silenceMs} ms`);
    }, silenceMs / LOOKS);
    this.#events.ready(this.#hello);
  }

  #finish(code: number | null, reason: string, error: ClientError | null): void {
    if (this.#ended) return;
    this.#stop();
    const usedMs = Number.isNaN(this.#readyMs) ? 0 : performance.now() - this.#readyMs;
    this.#events.ended({ code, reason, error, usedMs, reconnectAfterMs: this.#reconnectAfterMs });
  }

  #stop(): void {
    this.#ended = true;
    clearTimeout(this.#deadline);
    clearInterval(this.#watch);
  }
}

/** A socket that nobody listens to any more. */
function cut(socket: SocketLike): void {
  if (socket.terminate !== undefined) socket.terminate();
  else socket.close();
}
