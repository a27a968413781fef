import { once } from "node:events";
import { gunzipSync } from "node:zlib";
import { WebSocket } from "ws";
import { MapBook } from "./map-book.js";
import type { Message } from "./wire.js";

type Row = [string, string];

/** A plain client of HTX, which inflates what it gets and answers pings unless it is told not to. */
export class HtxWire {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  texts = 0;
  pings: unknown[] = [];
  closed: { code: number; reason: string } | null = null;
  onMessage: (message: Message) => void = () => {};

  private constructor(url: string, answersPings: boolean) {
    this.socket = new WebSocket(url);
    this.socket.on("message", (data: Buffer, isBinary) => {
      if (!isBinary) this.texts++;
      const message = JSON.parse((isBinary ? gunzipSync(data) : data).toString()) as Message;
      const isPing = message.ping !== undefined || message.op === "ping";
      if (isPing) {
        this.pings.push(message.ping ?? message.ts);
        if (answersPings)
          this.send(message.ping === undefined ? { op: "pong", ts: message.ts } : { pong: message.ping });
        return;
      }
      this.messages.push(message);
      this.onMessage(message);
    });
    this.socket.on("error", () => {});
    this.socket.on("close", (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
  }

  static async open(url: string, { answersPings = true } = {}): Promise<HtxWire> {
    const wire = new HtxWire(url, answersPings);
    await once(wire.socket, "open");
    return wire;
  }

  send(value: object): void {
    this.socket.send(JSON.stringify(value));
  }

  /** Messages of a channel or topic. */
  of(name: string): Message[] {
    return this.messages.filter(({ ch, topic, op }) => ch === name || (topic === name && op === "notify"));
  }

  end(): void {
    this.socket.terminate();
  }
}

interface Tick {
  bids?: Row[] | null;
  asks?: Row[] | null;
  seqNum: number;
  prevSeqNum: number;
  version: number;
  event?: string;
}

/** The venue's rules for keeping a book: mbp by prevSeqNum and a requested snapshot, high_freq by version. */
export class HtxBook {
  readonly book = new MapBook();
  /** Number of the last message; NaN before the book is live. */
  last = Number.NaN;
  updates = 0;
  gaps = 0;
  private buffer: Tick[] = [];

  take(message: Message): void {
    const tick = message.tick as Tick;
    if (tick.event === "snapshot") {
      this.book.replace(tick.bids ?? [], tick.asks ?? []);
      this.last = tick.version;
    } else if (tick.event === "update") this.apply(tick, tick.version - 1, tick.version);
    else if (Number.isNaN(this.last)) this.buffer.push(tick);
    else this.apply(tick, tick.prevSeqNum, tick.seqNum);
  }

  /** A requested snapshot. False: it is older than what was buffered, ask again. */
  join({ data }: Message): boolean {
    const { seqNum, bids, asks } = data as Tick;
    const rest = this.buffer.filter((tick) => tick.seqNum > seqNum);
    if (rest.length > 0 && rest[0].prevSeqNum !== seqNum) return false;
    this.book.replace(bids ?? [], asks ?? []);
    this.last = seqNum;
    this.buffer = [];
    for (const tick of rest) this.apply(tick, tick.prevSeqNum, tick.seqNum);
    return true;
  }

  private apply(tick: Tick, previous: number, last: number): void {
    if (previous !== this.last) this.gaps++;
    this.book.apply(tick.bids ?? [], tick.asks ?? []);
    this.last = last;
    this.updates++;
  }
}
