import type { RecordedFrame } from "../recorded/frame.js";
import { RecordedReplies } from "../recorded/replies.js";
import { Stream } from "../server/stream.js";
import type { HttpReply } from "../venue.js";
import type { World } from "../world.js";
import type { BinanceContent, BinanceRequest } from "./content.js";
import type { BinanceProduct } from "./rest.js";
import { parseStream, type StreamName } from "./streams.js";

const combined = /^\s*\{\s*"stream"\s*:\s*"([^"]+)"\s*,\s*"data"\s*:\s*(\{[\s\S]*\})\s*\}\s*$/;
const events: Readonly<Record<string, string>> = { depthUpdate: "depth", markPriceUpdate: "markPrice" };

/**
 * A recording of Binance. A stream gets the frames of its symbol and channel, whatever their pace was:
 * who subscribes to `depth@100ms` gets the recorded `depth@0ms`.
 */
export class BinanceRecording implements BinanceContent {
  private readonly table = new Map<string, Stream>();
  private readonly byChannel = new Map<string, Stream[]>();
  private readonly symbols = new Set<string>();
  private readonly replies = new RecordedReplies();
  private readonly lastSymbol = new Map<string, string>();
  private readonly world: World;
  private readonly listened: () => void;

  /** `listened` is called at each subscription. */
  constructor(world: World, listened: () => void) {
    this.world = world;
    this.listened = listened;
  }

  has(product: BinanceProduct, symbol: string): boolean {
    return this.symbols.has(`${product}:${symbol}`);
  }

  stream(product: BinanceProduct, { symbol, suffix, channel }: StreamName): Stream {
    const name = `${symbol.toLowerCase()}@${suffix}`;
    const known = this.table.get(`${product}:${name}`);
    if (known !== undefined) return known;
    const stream = new Stream({ venue: "binance", product, symbol, channel, stream: name }, null, this.world.desk);
    stream.opened = this.listened;
    this.table.set(`${product}:${name}`, stream);
    const key = `${product}:${symbol}:${channel}`;
    this.byChannel.set(key, [...(this.byChannel.get(key) ?? []), stream]);
    return stream;
  }

  streams(): Iterable<Stream> {
    return this.table.values();
  }

  answer({ product, endpoint, query, wantsMicroseconds }: BinanceRequest): HttpReply | Promise<HttpReply> {
    if (endpoint === "time") {
      const now = this.world.venueMs("binance");
      return { status: 200, body: `{"serverTime":${Math.floor(wantsMicroseconds ? now * 1000 : now)}}` };
    }
    if (endpoint === "ping") return { status: 200, body: "{}" };
    return this.replies.answer(replyKey(product, endpoint, query.get("symbol")));
  }

  play({ text, url, product }: RecordedFrame): void {
    if (url !== null) {
      const { pathname, searchParams } = new URL(url, "http://recorded");
      const endpoint = pathname.replace(/^\/[a-z]+\/v\d\//, "");
      this.replies.add(replyKey(product, endpoint, searchParams.get("symbol")), text);
      return;
    }
    const whole = combined.exec(text);
    if (whole !== null) {
      const name = parseStream(whole[1]);
      if (name !== null) this.deliver(product, name.symbol, name.channel, whole[2]);
    } else this.playBare(product, text);
  }

  ended(): void {
    this.replies.ended();
  }

  /** A frame without an envelope: it names its symbol, or is a reply to a depth request of the last one. */
  private playBare(product: string, text: string): void {
    const symbol = /"(?:s|symbol)"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? this.lastSymbol.get(product);
    if (symbol === undefined) return;
    const event = /"e"\s*:\s*"(\w+)"/.exec(text)?.[1];
    if (event !== undefined) this.deliver(product, symbol, events[event] ?? event, text);
    else if (/"lastUpdateId"/.test(text)) this.replies.add(replyKey(product, "depth", symbol), text);
    else if (/"u"\s*:/.test(text)) this.deliver(product, symbol, "bookTicker", text); // spot's has no event name
  }

  private deliver(product: string, symbol: string, channel: string, text: string): void {
    this.symbols.add(`${product}:${symbol}`);
    this.lastSymbol.set(product, symbol);
    for (const stream of this.byChannel.get(`${product}:${symbol}:${channel}`) ?? []) stream.publish(text);
  }
}

function replyKey(product: string, endpoint: string, symbol: string | null): string {
  return `${product}:${endpoint}:${symbol?.toUpperCase() ?? ""}`;
}
