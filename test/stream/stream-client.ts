import { type ServerMessage, serverMessage } from "crosstick/internal/stream/protocol";
import { type RecordMessage, readRecordMessage } from "crosstick/internal/stream/record-message";
import { WebSocket } from "ws";

type Of<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** A client that keeps what it receives, checks each message against the validators, and waits for some. */
export class StreamClient {
  /** All that came, in its order. */
  readonly frames: (ServerMessage | RecordMessage)[] = [];
  readonly messages: ServerMessage[] = [];
  /** Binary messages, in their order. */
  readonly records: RecordMessage[] = [];
  readonly socket: WebSocket;
  /** Code and reason of the end; of an upgrade refused the HTTP status and the body. */
  readonly ended: Promise<{ code: number; reason: string }>;
  #taken = 0;
  #wake: () => void = () => {};
  #end: { code: number; reason: string } | null = null;

  constructor(address: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(address, { headers, perMessageDeflate: false, rejectUnauthorized: false });
    this.socket.on("message", (data, binary) => {
      const one = binary ? readRecordMessage(data as Buffer) : serverMessage.parse(JSON.parse(data.toString()));
      this.frames.push(one);
      if ("type" in one) this.messages.push(one);
      else this.records.push(one);
      this.#wake();
    });
    this.socket.on("error", () => {});
    this.ended = new Promise((resolve) => {
      const end = (code: number, reason: string): void => {
        this.#end ??= { code, reason };
        this.#wake();
        resolve(this.#end);
      };
      this.socket.on("close", (code, reason) => end(code, reason.toString()));
      this.socket.on("unexpected-response", (_, response) => {
        let body = "";
        response.on("data", (part) => {
          body += part;
        });
        response.on("end", () => end(response.statusCode ?? 0, body));
      });
    });
  }

  say(message: unknown): void {
    this.raw(JSON.stringify(message));
  }

  raw(data: string | Buffer): void {
    if (this.socket.readyState === WebSocket.CONNECTING) this.socket.once("open", () => this.socket.send(data));
    else this.socket.send(data);
  }

  /** The next message of a type not yet taken; heartbeats in between are passed over. */
  async next<T extends ServerMessage["type"]>(type: T, withinMs = 5000): Promise<Of<T>> {
    const message = await this.any(withinMs, type === "heartbeat");
    if (message.type !== type) throw new Error(`expected ${type}, got ${JSON.stringify(message).slice(0, 500)}`);
    return message as Of<T>;
  }

  /** Waits until so many binary messages have come. */
  async untilRecords(count: number, withinMs = 5000): Promise<void> {
    const untilMs = performance.now() + withinMs;
    while (this.records.length < count) {
      if (performance.now() > untilMs) throw new Error(`${this.records.length} of ${count} binary messages came`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async any(withinMs = 5000, heartbeats = false): Promise<ServerMessage> {
    const untilMs = performance.now() + withinMs;
    for (;;) {
      while (this.#taken < this.messages.length) {
        const message = this.messages[this.#taken++];
        if (heartbeats || message.type !== "heartbeat") return message;
      }
      if (this.#end !== null) throw new Error(`ended ${this.#end.code} ${this.#end.reason}`);
      const left = untilMs - performance.now();
      if (left <= 0) throw new Error(`nothing came within ${withinMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Messages received and not taken, heartbeats apart. */
  get waiting(): ServerMessage[] {
    return this.messages.slice(this.#taken).filter(({ type }) => type !== "heartbeat");
  }

  /** Subscribes and takes hello, if it is still there, and the ack. */
  async subscribe(channels: string[], more: Record<string, unknown> = {}): Promise<Of<"ack">> {
    this.say({ op: "subscribe", id: "s", channels, ...more });
    let message = await this.any();
    if (message.type === "hello") message = await this.any();
    if (message.type !== "ack") throw new Error(`expected ack, got ${JSON.stringify(message)}`);
    return message;
  }

  cut(): void {
    this.socket.terminate();
  }
}
