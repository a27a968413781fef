import type { TlsFiles } from "./tls-files.js";

/** One WebSocket connection, as the hub sees it. */
export interface StreamSocket {
  /** Address of the other side, text. */
  readonly address: string;
  /** Sends one frame, of text or binary by its first byte (record-message.ts); nothing once the connection closes. */
  send(message: Uint8Array): void;
  /** Bytes that wait to be taken by the operating system. */
  buffered(): number;
  /** Starts the closing handshake; what is buffered goes out before it as far as the other side reads. */
  close(code: number, reason: string): void;
  /** Messages published to the topic from now on go to this connection. */
  join(topic: string): void;
  leave(topic: string): void;
}

/** A client's end inside the hub: the backend calls it. */
export interface StreamConnection {
  /** A whole message; null for a binary one. The text is valid UTF-8. */
  message(text: string | null, bytes: number): void;
  /** The operating system takes bytes again. */
  drained(): void;
  /** The connection is gone; its socket is not used any more. */
  closed(): void;
}

/** What a request says, with names of headers in lower case. */
export interface WebRequest {
  method: string;
  /** Path as received, still escaped, without the query. */
  path: string;
  /** Query as received, without the question mark. */
  query: string;
  header(name: string): string | undefined;
  /** Address of the other side, text. */
  address: string;
  /** Over TLS. */
  secure: boolean;
}

export interface WebResponse {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** What the backend asks of the server. None of them throws. */
export interface BackendHandlers {
  request(request: WebRequest): Promise<WebResponse>;
  /** A request to upgrade on the stream's path: what to answer instead, or how the connection is taken. */
  upgrade(request: WebRequest): WebResponse | ((socket: StreamSocket) => StreamConnection);
}

export interface BackendOptions {
  /** Longest WebSocket message taken, bytes. */
  messageBytes: number;
  /** WebSocket connections at once. */
  connections: number;
  /** PEM files; TLS when given. */
  tls?: TlsFiles;
}

/** A server of HTTP and WebSockets on one port. */
export interface StreamBackend {
  readonly name: "uws" | "ws";
  /**
   * @returns the port listened on.
   * @throws SERVER_PORT_IN_USE, SERVER_LISTEN
   */
  listen(host: string, port: number): Promise<number>;
  /** Queues one frame for each connection that joined the topic. */
  publish(topic: string, message: Uint8Array): void;
  /** Writes what was queued, at most one write a connection. */
  flush(): void;
  /**
   * Reads certificate and key again, for new connections.
   * @throws SERVER_TLS
   */
  reloadTls(files: TlsFiles): void;
  /** Stops listening, waits for closing handshakes at most so long, and cuts what is left. */
  close(closeMs: number): Promise<void>;
}

/** Time in which a request's head must have arrived, ms. */
export const HEADER_TIMEOUT_MS = 10_000;
/** Longest head of a request, bytes. */
export const HEADER_BYTES = 16_384;
/** A WebSocket that does not answer pings for so long is closed, s. */
export const IDLE_SECONDS = 60;
/** After a closing handshake has begun, the connection is cut after this, ms. */
export const CLOSE_TIMEOUT_MS = 5000;
/** TCP connections taken beyond the WebSocket ones: HTTP requests, and those that are told it is full. */
export const SPARE_CONNECTIONS = 256;

/** Handlers are set before the backend listens. */
export interface HandlerSlot {
  current: BackendHandlers | null;
}
