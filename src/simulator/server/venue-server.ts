import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer } from "ws";
import { CrosstickError, EXIT } from "../../errors.js";
import type { VenueName } from "../../market/venues.js";
import type { HttpReply, Session, VenueProtocol } from "../venue.js";
import { Connection } from "./connection.js";

/** Largest message a client may send. */
const LARGEST_REQUEST_BYTES = 64 * 1024;

/** The HTTP and WebSocket server of one venue, on loopback. */
export class VenueServer {
  readonly connections = new Map<Connection, Session>();
  readonly protocol: VenueProtocol;
  private readonly venue: VenueName;
  private readonly http: Server;
  private readonly upgrades: WebSocketServer;
  private readonly delays = new Set<NodeJS.Timeout>();
  private port = 0;

  constructor(venue: VenueName, protocol: VenueProtocol) {
    this.venue = venue;
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
        const message = `Cannot listen on 127.0.0.1:${port} for ${this.venue}: ${cause.message}`;
        reject(new CrosstickError("SIMULATOR_PORT", message, { exitCode: EXIT.inUse, cause }));
      });
      this.http.listen(port, "127.0.0.1", resolve);
    });
    this.port = (this.http.address() as AddressInfo).port;
  }

  /** For the fault `server-shutdown`. */
  announceShutdown(connection: Connection): void {
    this.protocol.announceShutdown?.(connection);
    this.connections.get(connection)?.maintain?.();
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
      const connection = new Connection({ socket, tcp, venue: this.venue, plan });
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
