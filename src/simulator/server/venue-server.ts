import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer } from "ws";
import { CrosstickError, EXIT } from "../../errors.js";
import type { ProductName } from "../../market/venues.js";
import type { SimulatedVenue } from "../model/catalogue.js";
import { Connection } from "./connection.js";

/** Largest message a client may send. */
const LARGEST_REQUEST_BYTES = 64 * 1024;

/** What a venue does on one connection. */
export interface Session {
  message(text: string): void;
  ping(payload: Buffer): void;
  pong(): void;
  /** About ten times a second, with the machine's time in ms. */
  tick(nowMs: number): void;
}

/** How a venue takes a connection on a path. */
export interface SessionPlan {
  product: ProductName | null;
  envelope: (stream: string, text: string) => string;
  open(connection: Connection): Session;
}

export interface HttpReply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: string;
  delayMs?: number;
}

/** A venue's behaviour, without its sockets. */
export interface VenueProtocol {
  readonly venue: SimulatedVenue;
  /** null for a path that does not exist; a reply to refuse the upgrade with. */
  connect(url: URL): SessionPlan | HttpReply | null;
  request(url: URL, headers: IncomingMessage["headers"]): HttpReply | Promise<HttpReply>;
}

/** The HTTP and WebSocket server of one venue, on loopback. */
export class VenueServer {
  readonly connections = new Map<Connection, Session>();
  private readonly protocol: VenueProtocol;
  private readonly http: Server;
  private readonly upgrades: WebSocketServer;
  private readonly delays = new Set<NodeJS.Timeout>();
  private port = 0;

  constructor(protocol: VenueProtocol) {
    this.protocol = protocol;
    this.http = createServer((request, response) => void this.answer(request, response));
    // Pongs are answered by the sessions, so that a half-open connection can withhold them.
    this.upgrades = new WebSocketServer({
      noServer: true,
      autoPong: false,
      perMessageDeflate: false,
      maxPayload: LARGEST_REQUEST_BYTES,
      clientTracking: false,
    });
    this.http.on("upgrade", (request, socket, head) => this.upgrade(request, socket as Socket, head));
  }

  /** `127.0.0.1:49152` */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Listens; port 0 takes a free one. @throws SIMULATOR_PORT */
  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.http.once("error", (cause) => {
        const message = `Cannot listen on 127.0.0.1:${port} for ${this.protocol.venue}: ${cause.message}`;
        reject(new CrosstickError("SIMULATOR_PORT", message, { exitCode: EXIT.inUse, cause }));
      });
      this.http.listen(port, "127.0.0.1", resolve);
    });
    this.port = (this.http.address() as AddressInfo).port;
  }

  tick(nowMs: number): void {
    for (const session of this.connections.values()) session.tick(nowMs);
  }

  /** Ends every connection and frees the port. */
  async stop(): Promise<void> {
    for (const delay of this.delays) clearTimeout(delay);
    for (const connection of this.connections.keys()) connection.terminate();
    this.upgrades.close();
    if (!this.http.listening) return;
    await new Promise<void>((resolve) => {
      this.http.close(() => resolve());
      this.http.closeAllConnections();
    });
  }

  private upgrade(request: IncomingMessage, tcp: Socket, head: Buffer): void {
    tcp.on("error", () => {});
    const plan = this.protocol.connect(urlOf(request));
    if (plan === null || "status" in plan) {
      refuse(tcp, plan ?? { status: 404, body: "" });
      return;
    }
    this.upgrades.handleUpgrade(request, tcp, head, (socket) => {
      const { venue } = this.protocol;
      const connection = new Connection({ socket, tcp, venue, product: plan.product, envelope: plan.envelope });
      const session = plan.open(connection);
      this.connections.set(connection, session);
      socket.on("message", (data) => session.message(String(data)));
      socket.on("ping", (payload) => session.ping(payload));
      socket.on("pong", () => session.pong());
      socket.on("error", () => {}); // the close that follows says it
      socket.on("close", () => {
        this.connections.delete(connection);
        connection.leave();
      });
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers, body, delayMs = 0 } = await this.protocol.request(urlOf(request), request.headers);
    const send = () => {
      response.writeHead(status, { "content-type": "application/json;charset=UTF-8", ...headers });
      response.end(body);
    };
    if (delayMs === 0) return send();
    const delay = setTimeout(() => {
      this.delays.delete(delay);
      send();
    }, delayMs);
    this.delays.add(delay);
  }
}

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? "/", "http://127.0.0.1");
}

function refuse(tcp: Socket, { status, headers = {}, body }: HttpReply): void {
  const lines = Object.entries({ ...headers, "content-length": String(Buffer.byteLength(body)), connection: "close" });
  tcp.end(`HTTP/1.1 ${status} Refused\r\n${lines.map(([key, value]) => `${key}: ${value}\r\n`).join("")}\r\n${body}`);
}
