import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import type { StreamSocket } from "./backend.js";
import type { WsBackend } from "./ws.js";
import { frameOf } from "./ws-frames.js";

/**
 * A connection of the ws backend. Messages are framed here and written past `ws`, so that one buffer of several
 * frames serves all readers of a fan-out; `ws` writes its pongs and close frames to the same stream, each whole.
 */
export class WsSocket implements StreamSocket {
  readonly address: string;
  /** Frames that the backend's next flush writes. */
  readonly queue: Buffer[] = [];
  readonly #backend: WsBackend;
  readonly #socket: WebSocket;
  readonly #raw: Duplex;
  readonly #topics = new Set<string>();
  #answered = true;

  constructor(backend: WsBackend, socket: WebSocket, raw: Duplex, address: string) {
    this.#backend = backend;
    this.#socket = socket;
    this.#raw = raw;
    this.address = address;
  }

  send(message: Uint8Array): void {
    this.write(frameOf(message));
  }

  /** Writes whole frames. */
  write(frames: Buffer): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#raw.write(frames);
  }

  buffered(): number {
    return this.#raw.writableLength;
  }

  close(code: number, reason: string): void {
    this.gone();
    this.#socket.close(code, reason);
  }

  join(topic: string): void {
    this.#topics.add(topic);
    this.#backend.join(topic, this);
  }

  leave(topic: string): void {
    if (this.#topics.delete(topic)) this.#backend.leave(topic, this);
  }

  /** Leaves every topic. */
  gone(): void {
    for (const topic of this.#topics) this.#backend.leave(topic, this);
    this.#topics.clear();
  }

  /** Asks whether the other side is there; cuts it when it did not answer the last time. */
  ping(): void {
    if (!this.#answered) {
      this.cut();
      return;
    }
    this.#answered = false;
    this.#socket.ping();
  }

  heard(): void {
    this.#answered = true;
  }

  cut(): void {
    this.#socket.terminate();
  }
}
