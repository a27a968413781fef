import { once } from "node:events";
import { WebSocket } from "ws";

/** Any JSON object of the wire. */
export type Message = Record<string, unknown>;

/** A plain WebSocket client that keeps what it got. */
export class Wire {
  readonly socket: WebSocket;
  readonly texts: string[] = [];
  readonly messages: Message[] = [];
  pings = 0;
  closed: { code: number; reason: string } | null = null;
  onMessage: (message: Message) => void = () => {};

  constructor(url: string, options: { autoPong?: boolean } = {}) {
    this.socket = new WebSocket(url, options);
    this.socket.on("message", (data) => {
      const text = String(data);
      this.texts.push(text);
      const message = parse(text);
      if (message === null) return;
      this.messages.push(message);
      this.onMessage(message);
    });
    this.socket.on("ping", () => this.pings++);
    this.socket.on("error", () => {});
    this.socket.on("close", (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
  }

  static async open(url: string, options: { autoPong?: boolean } = {}): Promise<Wire> {
    const wire = new Wire(url, options);
    await once(wire.socket, "open");
    return wire;
  }

  send(value: unknown): void {
    this.socket.send(typeof value === "string" ? value : JSON.stringify(value));
  }

  /** Messages of one stream or topic: those in an envelope, those that name a topic. */
  of(name: string): Message[] {
    return this.messages.filter(({ stream, topic }) => stream === name || topic === name);
  }

  /** Payloads of one Binance stream. */
  data(name: string): Message[] {
    return this.of(name).map(({ data }) => data as Message);
  }

  end(): void {
    this.socket.terminate();
  }
}

function parse(text: string): Message | null {
  try {
    return JSON.parse(text) as Message;
  } catch {
    return null;
  }
}

/** Waits until something is so. */
export async function until(what: string, holds: () => boolean, ms = 5000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await sleep(5);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function getJson(url: string, headers: Record<string, string> = {}): Promise<Message> {
  const reply = await fetch(url, { headers });
  return (await reply.json()) as Message;
}
