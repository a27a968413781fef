import type { RecordedFrame } from "../recorded/frame.js";
import { RecordedReplies } from "../recorded/replies.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { HttpReply } from "../venue.js";
import type { World } from "../world.js";
import type { CoinbaseContent } from "./content.js";
import { CHANNELS } from "./publisher.js";
import { RecordedBook } from "./recorded-book.js";
import { answer } from "./rest.js";

/** Subscribed under one name, delivered under another. */
const SUBSCRIBED: Readonly<Record<string, string>> = { l2_data: "level2" };

/** A recording of Coinbase. A product that was not recorded is accepted and stays silent. */
export class CoinbaseRecording implements CoinbaseContent {
  private readonly table = new Map<string, Stream>();
  private readonly books = new Map<string, RecordedBook>();
  private readonly replies = new RecordedReplies();
  private readonly world: World;
  private readonly listened: () => void;

  /** `listened` is called at each subscription. */
  constructor(world: World, listened: () => void) {
    this.world = world;
    this.listened = listened;
  }

  stream(channel: string, symbol: string): Stream | undefined {
    const name = `${channel}.${symbol}`;
    const known = this.table.get(name);
    if (known !== undefined || !CHANNELS.some((one) => one === channel)) return known;
    const place = { venue: "coinbase", product: "spot", symbol, channel, stream: name };
    const stream = new Stream(place, null, this.world.desk);
    stream.numberedWhenSent = true;
    stream.opened = this.listened;
    this.table.set(name, stream);
    return stream;
  }

  streams(): Iterable<Stream> {
    return this.table.values();
  }

  /** A book that has been running is sent whole. */
  greet(stream: Stream, connection: Connection): void {
    const book = stream.place.channel === "level2" ? this.books.get(stream.place.symbol ?? "") : undefined;
    if (book !== undefined) connection.deliver(stream, book.whole());
  }

  answer(path: string, query: URLSearchParams): HttpReply | Promise<HttpReply> {
    const view = { markets: [], nowMs: this.world.venueMs("coinbase"), staleUpdates: 0 };
    return path === "time" ? answer(path, query, view) : this.replies.answer(path);
  }

  play({ text, url }: RecordedFrame): void {
    if (url !== null) {
      this.replies.add(new URL(url, "http://recorded").pathname.replace("/api/v3/brokerage/", ""), text);
      return;
    }
    const head = text.slice(0, 400);
    const channel = /"channel"\s*:\s*"(\w+)"/.exec(head)?.[1] ?? "";
    const symbol = /"product_id"\s*:\s*"([^"]+)"/.exec(head)?.[1];
    if (symbol === undefined) return; // an answer, a heartbeat
    // Each connection counts by itself.
    const unnumbered = text.replace(/"sequence_num"\s*:\s*\d+\s*,\s*/, "");
    if (channel === "l2_data") {
      const book = this.books.get(symbol) ?? new RecordedBook();
      this.books.set(symbol, book);
      book.apply(unnumbered);
    }
    this.table.get(`${SUBSCRIBED[channel] ?? channel}.${symbol}`)?.publish(unnumbered);
  }

  ended(): void {
    this.replies.ended();
  }
}
