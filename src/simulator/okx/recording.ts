import type { RecordedFrame } from "../recorded/frame.js";
import { RecordedReplies } from "../recorded/replies.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { HttpReply } from "../venue.js";
import type { World } from "../world.js";
import type { Argument, OkxContent, OkxRequest } from "./content.js";
import { RecordedBook } from "./recorded-book.js";

const CHANNELS = [
  ...["bbo-tbt", "books", "books5", "trades", "trades-all", "tickers", "mark-price", "index-tickers"],
  ...["funding-rate", "open-interest", "liquidation-orders", "opt-summary", "status"],
];

/** A recording of OKX. A channel that was not recorded is accepted and stays silent. */
export class OkxRecording implements OkxContent {
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

  stream(argument: Argument): Stream | undefined {
    if (!CHANNELS.includes(argument.channel)) return undefined;
    const name = nameOf(argument);
    const known = this.table.get(name);
    if (known !== undefined) return known;
    const { channel, instId = null } = argument;
    const place = { venue: "okx", product: null, symbol: instId, channel, stream: name };
    const stream = new Stream(place, null, this.world.desk);
    stream.opened = this.listened;
    this.table.set(name, stream);
    return stream;
  }

  streams(): Iterable<Stream> {
    return this.table.values();
  }

  /** A book that has been running is sent whole. */
  greet(stream: Stream, connection: Connection): void {
    const whole = this.books.get(stream.name)?.whole();
    if (whole) connection.deliver(stream, whole);
  }

  answer({ endpoint, query }: OkxRequest): HttpReply | Promise<HttpReply> {
    if (endpoint !== "public/time") return this.replies.answer(replyKey(endpoint, query));
    const ts = String(Math.floor(this.world.venueMs("okx")));
    return { status: 200, body: JSON.stringify({ code: "0", data: [{ ts }], msg: "" }) };
  }

  play({ text, url }: RecordedFrame): void {
    if (url !== null) {
      const { pathname, searchParams } = new URL(url, "http://recorded");
      this.replies.add(replyKey(pathname.replace("/api/v5/", ""), searchParams), text);
      return;
    }
    const argument = argumentOf(text);
    if (argument === null) return; // an answer to the recorder
    const name = nameOf(argument);
    if (argument.channel === "books") {
      const book = this.books.get(name) ?? new RecordedBook();
      this.books.set(name, book);
      book.apply(text);
    }
    this.table.get(name)?.publish(text);
  }

  ended(): void {
    this.replies.ended();
  }
}

/** What a message of a channel is of; null for an answer. */
function argumentOf(text: string): Argument | null {
  const found = /^\{"arg":(\{[^{}]*\})/.exec(text);
  return found === null ? null : (JSON.parse(found[1]) as Argument);
}

function nameOf({ channel, instId, instType, instFamily }: Argument): string {
  return `${channel}:${instId ?? instType ?? instFamily ?? ""}`;
}

function replyKey(endpoint: string, query: URLSearchParams): string {
  const names = ["instType", "instId", "instFamily", "uly"].map((key) => query.get(key) ?? "");
  return `${endpoint}:${names.join(":")}`;
}
