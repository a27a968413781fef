import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { ProductName, VenueName } from "../../market/venues.js";
import type { Place } from "../faults/schema.js";
import type { SessionPlan } from "../venue.js";
import type { Stream } from "./stream.js";

/** Unsent bytes after which a venue gives a slow reader up. */
const LARGEST_BACKLOG_BYTES = 16 * 2 ** 20;

/** One client's WebSocket, with what it has subscribed to. */
export class Connection {
  readonly venue: VenueName;
  readonly product: ProductName | null;
  readonly streams = new Map<string, Stream>();
  private readonly socket: WebSocket;
  private readonly tcp: Socket;
  private readonly envelope: SessionPlan["envelope"];
  private readonly lost: () => void;
  private readonly encode: (text: string) => string | Buffer;
  private silent = false;

  constructor(options: { socket: WebSocket; tcp: Socket; venue: VenueName; plan: SessionPlan }) {
    const { socket, tcp, venue, plan } = options;
    this.socket = socket;
    this.tcp = tcp;
    this.venue = venue;
    this.product = plan.product;
    this.envelope = plan.envelope;
    this.lost = plan.lost ?? (() => {});
    this.encode = plan.encode ?? ((text) => text);
  }

  subscribe(stream: Stream): void {
    this.streams.set(stream.name, stream);
    stream.add(this);
  }

  unsubscribe(name: string): boolean {
    const stream = this.streams.get(name);
    stream?.subscribers.delete(this);
    return this.streams.delete(name);
  }

  /** A message of a stream. */
  deliver(stream: Stream, text: string): void {
    this.send(this.envelope(stream.name, text));
  }

  /** A message of a stream was kept back by a fault. */
  lose(): void {
    this.lost();
  }

  /** An event of the connection itself, named as if it came from a stream. */
  event(name: string, text: string): void {
    this.send(this.envelope(name, text));
  }

  /** Text as it is: an answer. */
  send(text: string): void {
    if (this.silent || this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > LARGEST_BACKLOG_BYTES) this.close(1008, "Too slow");
    else this.socket.send(this.encode(text));
  }

  ping(): void {
    if (!this.silent && this.socket.readyState === this.socket.OPEN) this.socket.ping();
  }

  pong(payload: Buffer): void {
    if (!this.silent && this.socket.readyState === this.socket.OPEN) this.socket.pong(payload);
  }

  /** Half-open: nothing is sent or read any more, and nothing is closed. False ends that. */
  hold(silent: boolean): void {
    this.silent = silent;
    if (silent) this.socket.pause();
    else this.socket.resume();
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  /** Without a closing handshake. */
  terminate(): void {
    this.socket.terminate();
  }

  /** By a TCP reset. */
  abort(): void {
    this.tcp.resetAndDestroy();
  }

  /** Leaves all streams; the socket has gone. */
  leave(): void {
    for (const name of [...this.streams.keys()]) this.unsubscribe(name);
  }

  /** Places of this connection: itself, and each of its streams. */
  *places(): Iterable<Place> {
    yield { venue: this.venue, product: this.product, symbol: null, channel: null, stream: null };
    for (const { place } of this.streams.values()) yield place;
  }
}
