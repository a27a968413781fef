import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createSecureServer, Server as SecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import { CrosstickError, EXIT } from "../errors.js";
import {
  type BackendOptions,
  CLOSE_TIMEOUT_MS,
  type HandlerSlot,
  HEADER_BYTES,
  HEADER_TIMEOUT_MS,
  IDLE_SECONDS,
  SPARE_CONNECTIONS,
  type StreamBackend,
  type StreamConnection,
  type StreamSocket,
  type WebRequest,
  type WebResponse,
} from "./backend.js";
import { errorBody, json } from "./http-error.js";
import { listenProblem } from "./listen-error.js";
import { STREAM_PATH } from "./protocol.js";
import { readTls, type TlsFiles } from "./tls-files.js";
import { FrameBatches, frameOf } from "./ws-frames.js";
import { nodeRequest, sendResponse, writeRaw } from "./ws-http.js";
import { WsSocket } from "./ws-socket.js";

/** HTTP of Node and WebSockets of `ws`: runs wherever Node does. */
export class WsBackend implements StreamBackend {
  readonly name = "ws";
  readonly #handlers: HandlerSlot;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #topics = new Map<string, Set<WsSocket>>();
  readonly #open = new Set<WsSocket>();
  readonly #batches = new FrameBatches();
  #written: WsSocket[] = [];
  #pinging: ReturnType<typeof setInterval> | undefined;

  /** @throws SERVER_TLS */
  constructor(handlers: HandlerSlot, options: BackendOptions) {
    this.#handlers = handlers;
    const http = {
      headersTimeout: HEADER_TIMEOUT_MS,
      requestTimeout: HEADER_TIMEOUT_MS,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: HEADER_BYTES,
    };
    const listener = (request: IncomingMessage, response: Parameters<typeof sendResponse>[1]): void => {
      void this.#answer(nodeRequest(request)).then((answer) => sendResponse(request, response, answer));
    };
    this.#server =
      options.tls === undefined
        ? createServer(http, listener)
        : createSecureServer({ ...http, ...readTls(options.tls) }, listener);
    this.#server.maxConnections = options.connections + SPARE_CONNECTIONS;
    this.#server.on("clientError", refuseBroken);
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    const sockets: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      maxPayload: options.messageBytes,
      perMessageDeflate: false,
      closeTimeout: CLOSE_TIMEOUT_MS,
    };
    this.#sockets = new WebSocketServer(sockets);
  }

  listen(host: string, port: number): Promise<number> {
    this.#pinging = setInterval(() => this.#ping(), (IDLE_SECONDS * 1000) / 2);
    this.#pinging.unref();
    return new Promise((resolve, reject) => {
      this.#server.once("error", (error: NodeJS.ErrnoException) => reject(listenProblem(host, port, error.code)));
      this.#server.listen(port, host, () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  publish(topic: string, message: Uint8Array): void {
    const members = this.#topics.get(topic);
    if (members === undefined || members.size === 0) return;
    const frame = frameOf(message);
    for (const socket of members) {
      if (socket.queue.length === 0) this.#written.push(socket);
      socket.queue.push(frame);
    }
  }

  flush(): void {
    const written = this.#written;
    this.#written = [];
    for (const socket of written) {
      socket.write(this.#batches.join(socket.queue));
      socket.queue.length = 0;
    }
    this.#batches.clear();
  }

  reloadTls(files: TlsFiles): void {
    if (!(this.#server instanceof SecureServer))
      throw new CrosstickError("SERVER_TLS", "Cannot reload TLS files: the server was started without TLS", {
        exitCode: EXIT.configuration,
      });
    this.#server.setSecureContext(readTls(files));
  }

  async close(closeMs: number): Promise<void> {
    clearInterval(this.#pinging);
    const stopped = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => {
      for (const socket of this.#open) socket.cut();
      this.#server.closeAllConnections();
    }, closeMs);
    await stopped;
    clearTimeout(cut);
  }

  /** For WsSocket. */
  join(topic: string, socket: WsSocket): void {
    const members = this.#topics.get(topic);
    if (members !== undefined) members.add(socket);
    else this.#topics.set(topic, new Set([socket]));
  }

  /** For WsSocket. */
  leave(topic: string, socket: WsSocket): void {
    const members = this.#topics.get(topic);
    if (members?.delete(socket) && members.size === 0) this.#topics.delete(topic);
  }

  async #answer(request: WebRequest): Promise<WebResponse> {
    const handlers = this.#handlers.current;
    return handlers === null ? json(503, errorBody("HTTP_FAILED", "not ready")) : await handlers.request(request);
  }

  #upgrade(request: IncomingMessage, raw: Duplex, head: Buffer): void {
    raw.on("error", () => raw.destroy());
    const web = nodeRequest(request);
    const handlers = this.#handlers.current;
    if (web.path !== STREAM_PATH || handlers === null) {
      void this.#answer(web).then((answer) => writeRaw(raw, answer.status < 400 ? notFound() : answer));
      return;
    }
    const answer = handlers.upgrade(web);
    if (typeof answer !== "function") {
      writeRaw(raw, answer);
      return;
    }
    this.#sockets.handleUpgrade(request, raw, head, (socket) => this.#take(socket, raw, web.address, answer));
  }

  #take(socket: WebSocket, raw: Duplex, address: string, take: (socket: StreamSocket) => StreamConnection): void {
    const wrapped = new WsSocket(this, socket, raw, address);
    this.#open.add(wrapped);
    const connection = take(wrapped);
    raw.on("drain", () => connection.drained());
    socket.on("message", (data: Buffer, binary) => connection.message(binary ? null : data.toString(), data.length));
    // ws answers a breach of the protocol with its close code; the close event follows.
    socket.on("error", () => {});
    socket.on("pong", () => wrapped.heard());
    socket.on("close", () => {
      this.#open.delete(wrapped);
      wrapped.gone();
      connection.closed();
    });
  }

  #ping(): void {
    for (const socket of this.#open) socket.ping();
  }
}

function notFound(): WebResponse {
  return json(404, errorBody("HTTP_NOT_FOUND", `WebSockets are at ${STREAM_PATH}`));
}

/** What is no HTTP, or comes too slowly or too large. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  if (error.code === "HPE_HEADER_OVERFLOW") writeRaw(socket, json(431, errorBody("HTTP_HEADERS", "headers too large")));
  else if (error.code === "ERR_HTTP_REQUEST_TIMEOUT")
    writeRaw(socket, json(408, errorBody("HTTP_TIMEOUT", "the request came too slowly")));
  else writeRaw(socket, json(400, errorBody("HTTP_MALFORMED", "this is no HTTP request that is understood")));
}
