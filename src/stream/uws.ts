import uWS, { type HttpRequest, type HttpResponse, type TemplatedApp, type WebSocket } from "uWebSockets.js";
import { STATUS_CODES } from "node:http";
import { createServer } from "node:net";
import { CrosstickError, EXIT } from "../errors.js";
import {
  type BackendOptions,
  type HandlerSlot,
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
import { isText } from "./record-message.js";
import { readTls } from "./tls-files.js";

/** What uWebSockets.js keeps with each of its sockets. */
interface Held {
  address: string;
  /** Null once taken: it holds the whole upgrade request, some kilobytes a connection. */
  take: ((socket: StreamSocket) => StreamConnection) | null;
  socket?: UwsSocket;
  connection?: StreamConnection;
}

/**
 * uWebSockets.js cuts a connection that sends a longer message than its own limit without a close code. It takes
 * messages up to this many bytes, so that those above the protocol's limit can be answered 1009.
 */
const NATIVE_MESSAGE_BYTES = 1_048_576;

const decoder = new TextDecoder();

/** HTTP and WebSockets of uWebSockets.js: the fan-out runs in C++, one write a connection and turn. */
export class UwsBackend implements StreamBackend {
  readonly name = "uws";
  readonly #app: TemplatedApp;
  readonly #handlers: HandlerSlot;
  readonly #secure: boolean;
  readonly #open = new Set<UwsSocket>();
  #listening: uWS.us_listen_socket | null = null;
  /** TCP connections. */
  #connections = 0;

  /** @throws SERVER_TLS */
  constructor(handlers: HandlerSlot, options: BackendOptions) {
    this.#handlers = handlers;
    this.#secure = options.tls !== undefined;
    this.#app = createApp(options.tls);
    const count = (response: HttpResponse, change: number): void => {
      this.#connections += change;
      if (change > 0 && this.#connections > options.connections + SPARE_CONNECTIONS) response.close();
    };
    // Called with 1 for each connection and -1 at its end, but not at the end of one that was upgraded.
    this.#app.filter(count as Parameters<TemplatedApp["filter"]>[0]);
    this.#app.ws<Held>(STREAM_PATH, {
      maxPayloadLength: Math.max(NATIVE_MESSAGE_BYTES, options.messageBytes),
      maxBackpressure: 0,
      idleTimeout: IDLE_SECONDS,
      sendPingsAutomatically: true,
      compression: uWS.DISABLED,
      upgrade: (response, request, context) => this.#upgrade(response, request, context),
      open: (ws) => {
        const held = ws.getUserData();
        held.socket = new UwsSocket(ws, held.address);
        this.#open.add(held.socket);
        held.connection = held.take?.(held.socket);
        held.take = null;
      },
      message: (ws, data, binary) => {
        ws.getUserData().connection?.message(binary ? null : decoder.decode(data), data.byteLength);
      },
      drain: (ws) => ws.getUserData().connection?.drained(),
      close: (ws) => {
        this.#connections--;
        const { socket, connection } = ws.getUserData();
        if (socket !== undefined) {
          socket.gone();
          this.#open.delete(socket);
        }
        connection?.closed();
      },
    });
    this.#app.any("/*", (response, request) => this.#request(response, request));
  }

  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const listening = (socket: uWS.us_listen_socket | false): void => {
        if (socket === false) {
          void whyNotListening(host, port).then((code) => reject(listenProblem(host, port, code)));
          return;
        }
        this.#listening = socket;
        resolve(uWS.us_socket_local_port(socket as unknown as uWS.us_socket));
      };
      listenExclusively(this.#app, host, port, listening);
    });
  }

  publish(topic: string, message: Uint8Array): void {
    this.#app.publish(topic, message, !isText(message), false);
  }

  /** uWebSockets.js writes at the end of its loop's turn. */
  flush(): void {}

  reloadTls(): void {
    throw new CrosstickError("SERVER_TLS", "Cannot reload TLS files with uWebSockets.js: choose the ws backend", {
      exitCode: EXIT.configuration,
    });
  }

  async close(closeMs: number): Promise<void> {
    if (this.#listening !== null) uWS.us_listen_socket_close(this.#listening);
    this.#listening = null;
    const until = performance.now() + closeMs;
    while (this.#open.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    // One more turn, for close frames and answers on their way.
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.#app.close();
  }

  #upgrade(response: HttpResponse, request: HttpRequest, context: uWS.us_socket_context_t): void {
    const web = uwsRequest(response, request, this.#secure);
    const answer = this.#handlers.current?.upgrade(web) ?? json(503, errorBody("HTTP_FAILED", "not ready"));
    if (typeof answer !== "function") {
      respond(response, answer, false, true);
      return;
    }
    const held: Held = { address: web.address, take: answer };
    const header = (name: string) => request.getHeader(name);
    response.upgrade(held, header("sec-websocket-key"), "", "", context);
  }

  #request(response: HttpResponse, request: HttpRequest): void {
    let aborted = false;
    response.onAborted(() => {
      aborted = true;
    });
    const web = uwsRequest(response, request, this.#secure);
    const bad = ambiguousLength(request);
    const answer = bad
      ? Promise.resolve(json(400, errorBody("HTTP_MALFORMED", "this is no HTTP request that is understood")))
      : this.#handlers.current?.request(web);
    void answer?.then((made) => {
      if (!aborted) response.cork(() => respond(response, made, web.method === "HEAD", bad));
    });
  }
}

/** A connection of the uWebSockets.js backend. Its WebSocket must not be touched once it is closed. */
class UwsSocket implements StreamSocket {
  readonly address: string;
  #ws: WebSocket<Held> | null;

  constructor(ws: WebSocket<Held>, address: string) {
    this.#ws = ws;
    this.address = address;
  }

  send(message: Uint8Array): void {
    this.#ws?.send(message, !isText(message), false);
  }

  buffered(): number {
    return this.#ws?.getBufferedAmount() ?? 0;
  }

  close(code: number, reason: string): void {
    const ws = this.#ws;
    this.#ws = null;
    ws?.end(code, reason);
  }

  join(topic: string): void {
    this.#ws?.subscribe(topic);
  }

  leave(topic: string): void {
    this.#ws?.unsubscribe(topic);
  }

  gone(): void {
    this.#ws = null;
  }
}

function createApp(tls: BackendOptions["tls"]): TemplatedApp {
  if (tls === undefined) return uWS.App();
  readTls(tls);
  return uWS.SSLApp({ cert_file_name: tls.certFile, key_file_name: tls.keyFile });
}

/** uWebSockets.js says only that it cannot listen; Node's server says why. */
function whyNotListening(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}

/** The types lack this option and the form with both host and options. Without it two servers could share a port. */
function listenExclusively(
  app: TemplatedApp,
  host: string,
  port: number,
  listening: (socket: uWS.us_listen_socket | false) => void,
): void {
  type Listen = (host: string, port: number, options: number, done: typeof listening) => void;
  const { LIBUS_LISTEN_EXCLUSIVE_PORT } = uWS as unknown as { LIBUS_LISTEN_EXCLUSIVE_PORT: number };
  (app.listen.bind(app) as unknown as Listen)(host, port, LIBUS_LISTEN_EXCLUSIVE_PORT, listening);
}

/** Everything needed is copied: the request is gone after the handler returns. */
function uwsRequest(response: HttpResponse, request: HttpRequest, secure: boolean): WebRequest {
  const headers = new Map<string, string>();
  request.forEach((name, value) => {
    const known = headers.get(name);
    headers.set(name, known === undefined ? value : `${known}, ${value}`);
  });
  return {
    method: request.getCaseSensitiveMethod(),
    path: request.getUrl(),
    query: request.getQuery(),
    header: (name) => headers.get(name),
    address: decoder.decode(response.getRemoteAddressAsText()),
    secure,
  };
}

/** Two lengths, or a transfer coding other than plain chunked: servers in a chain could disagree on the end. */
function ambiguousLength(request: HttpRequest): boolean {
  let lengths = 0;
  let coding = "";
  request.forEach((name, value) => {
    if (name === "content-length") lengths++;
    if (name === "transfer-encoding") coding += value.toLowerCase();
  });
  return lengths > 1 || (coding !== "" && coding !== "chunked");
}

function respond(response: HttpResponse, { status, headers, body }: WebResponse, head: boolean, close: boolean): void {
  response.writeStatus(`${status} ${STATUS_CODES[status] ?? ""}`);
  for (const [name, value] of Object.entries(headers)) if (name !== "connection") response.writeHeader(name, value);
  if (head || status === 204) response.endWithoutBody(head ? Buffer.byteLength(body) : undefined, close);
  else response.end(body, close);
}
