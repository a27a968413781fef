import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { HttpReply } from "../venue.js";
import type { World } from "../world.js";
import { HtxPublisher } from "./publisher.js";
import { answer } from "./rest.js";

export type HtxProduct = "spot" | "swap" | "futures";

/** `BTC-USDT-270326` and `BTC270326` are dated, `BTC-USDT`, `BTC-USD` and `btcusdt` are not. */
export function isDated(symbol: string): boolean {
  return /\d{6}$/.test(symbol);
}

/** What HTX has to tell: markets of the model, or a recording. */
export interface HtxContent {
  /** undefined when there is no such topic. */
  stream(product: HtxProduct, topic: string): Stream | undefined;
  streams(): Iterable<Stream>;
  /** Sends what a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void;
  /** The answer to a `req`; null where there is none. */
  request(product: HtxProduct, topic: string, id: string, staleUpdates: number): string | null;
  answer(url: URL): HttpReply | Promise<HttpReply>;
}

/** The markets of the model. */
export class HtxMarkets implements HtxContent {
  private readonly publishers = new Map<string, HtxPublisher>();
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
    for (const market of world.marketsOf("htx")) {
      const publisher = new HtxPublisher(market, world);
      market.listener = publisher;
      this.publishers.set(`${market.spec.product}:${market.spec.symbol}`, publisher);
    }
  }

  stream(product: HtxProduct, topic: string): Stream | undefined {
    return this.publisher(product, symbolOf(topic))?.stream(topic);
  }

  *streams(): Iterable<Stream> {
    for (const publisher of this.publishers.values()) yield* publisher.all();
  }

  greet(stream: Stream, connection: Connection): void {
    this.publisher(stream.place.product, stream.place.symbol)?.greet(stream, connection);
  }

  request(product: HtxProduct, topic: string, id: string, staleUpdates: number): string | null {
    const books = this.publisher(product, symbolOf(topic))?.mbp ?? [];
    const book = books.find(({ stream }) => stream.name === topic);
    return book?.answer(id, Math.floor(this.world.venueMs("htx")), staleUpdates) ?? null;
  }

  answer(url: URL): HttpReply {
    return answer(url, this.world.marketsOf("htx"), Math.floor(this.world.venueMs("htx")));
  }

  /** `seqNum` or `version` of the last message by the levels of its channel. */
  updates(product: string, symbol: string): Record<string, number> {
    const publisher = this.publisher(product, symbol);
    return Object.fromEntries([
      ...(publisher?.mbp ?? []).map(({ levels, sequence }): [string, number] => [`mbp.${levels}`, sequence]),
      ...(publisher?.highFrequency ?? []).map(({ levels, version }): [string, number] => [`size_${levels}`, version]),
    ]);
  }

  private publisher(product: string | null, symbol: string | null): HtxPublisher | undefined {
    return this.publishers.get(`${product}:${symbol}`);
  }
}

/** `btcusdt` of `market.btcusdt.mbp.150`. */
export function symbolOf(topic: string): string {
  return topic.split(".")[1] ?? "";
}
