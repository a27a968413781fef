import type { RecordedFrame } from "../recorded/frame.js";
import { RecordedReplies } from "../recorded/replies.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { HttpReply } from "../venue.js";
import type { World } from "../world.js";
import { type BybitContent, type BybitProduct, type BybitRequest, symbolOf } from "./content.js";
import { RecordedBook } from "./recorded-book.js";

const topicForm = /^(?:orderbook\.(?:1|25|50|100|200|1000)|publicTrade|tickers|allLiquidation|kline\.\w+)\.[\w-]+$/;

/** A recording of Bybit. A topic that was not recorded is accepted and stays silent. */
export class BybitRecording implements BybitContent {
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

  stream(product: BybitProduct, topic: string): Stream | undefined {
    if (!topicForm.test(topic)) return undefined;
    const known = this.table.get(`${product}:${topic}`);
    if (known !== undefined) return known;
    const channel = topic.slice(0, topic.indexOf("."));
    const place = { venue: "bybit", product, symbol: symbolOf(topic), channel, stream: topic };
    const stream = new Stream(place, null, this.world.desk);
    stream.opened = this.listened;
    this.table.set(`${product}:${topic}`, stream);
    return stream;
  }

  streams(): Iterable<Stream> {
    return this.table.values();
  }

  /** A book that has been running is sent whole. */
  greet(stream: Stream, connection: Connection): void {
    const { product } = stream.place;
    const recorded = [stream.name, ...otherDepths(stream.name)].find((topic) => this.books.has(`${product}:${topic}`));
    const whole = recorded === undefined ? null : this.books.get(`${product}:${recorded}`)?.whole(stream.name);
    if (whole) connection.deliver(stream, whole);
  }

  answer({ category, endpoint, query }: BybitRequest): HttpReply | Promise<HttpReply> {
    if (endpoint !== "time") return this.replies.answer(replyKey(category, endpoint, query.get("symbol")));
    const nanos = BigInt(Math.floor(this.world.venueMs("bybit") * 1000)) * 1000n;
    const result = { timeSecond: String(nanos / 1_000_000_000n), timeNano: String(nanos) };
    const body = { retCode: 0, retMsg: "OK", result, retExtInfo: {}, time: Number(nanos / 1_000_000n) };
    return { status: 200, body: JSON.stringify(body) };
  }

  play({ text, url, product }: RecordedFrame): void {
    if (url !== null) {
      const { pathname, searchParams } = new URL(url, "http://recorded");
      const category = searchParams.get("category") ?? product;
      this.replies.add(replyKey(category, pathname.replace("/v5/market/", ""), searchParams.get("symbol")), text);
      return;
    }
    const topic = /"topic"\s*:\s*"([^"]+)"/.exec(text.slice(0, 200))?.[1];
    if (topic === undefined) return; // an answer to the recorder
    const key = `${product}:${topic}`;
    if (topic.startsWith("orderbook.")) {
      const book = this.books.get(key) ?? new RecordedBook();
      this.books.set(key, book);
      book.apply(text);
    }
    this.table.get(key)?.publish(text);
    // Who asks for a depth that was not recorded gets the one that was, under the name asked for.
    for (const other of otherDepths(topic))
      if (!this.books.has(`${product}:${other}`))
        this.table.get(`${product}:${other}`)?.publish(text.replace(topic, other));
  }

  ended(): void {
    this.replies.ended();
  }
}

const BOOK_DEPTHS = ["50", "200", "1000"];

/** The same book's topics at other depths; none for anything but a book, nor for the one-level channel. */
function otherDepths(topic: string): string[] {
  const [channel, depth, symbol] = topic.split(".");
  if (channel !== "orderbook" || !BOOK_DEPTHS.includes(depth)) return [];
  return BOOK_DEPTHS.filter((other) => other !== depth).map((other) => `orderbook.${other}.${symbol}`);
}

function replyKey(category: string, endpoint: string, symbol: string | null): string {
  return `${category}:${endpoint}:${symbol ?? ""}`;
}
