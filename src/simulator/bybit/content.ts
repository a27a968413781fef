import type { Place } from "../faults/schema.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { HttpReply } from "../venue.js";
import type { World } from "../world.js";
import { BybitPublisher } from "./publisher.js";
import { answer } from "./rest.js";

export const BYBIT_PRODUCTS = ["spot", "linear", "inverse", "option"] as const;
export type BybitProduct = (typeof BYBIT_PRODUCTS)[number];

/** A request over HTTP that was let through. */
export interface BybitRequest {
  /** null for a category that is not simulated. */
  product: BybitProduct | null;
  category: string;
  /** What follows `/v5/market/`. */
  endpoint: string;
  query: URLSearchParams;
  /** Changes that a book shall lag behind. */
  staleUpdates: number;
}

/** What Bybit has to tell: markets of the model, or a recording. */
export interface BybitContent {
  /** undefined when there is no such topic. */
  stream(product: BybitProduct, topic: string): Stream | undefined;
  streams(): Iterable<Stream>;
  /** Sends what a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void;
  answer(request: BybitRequest): HttpReply | Promise<HttpReply>;
}

/** The markets of the model. */
export class BybitMarkets implements BybitContent {
  private readonly publishers = new Map<string, BybitPublisher>();
  /** Trades of all options of a coin, by topic. */
  private readonly coins = new Map<string, Stream>();
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
    for (const market of world.marketsOf("bybit")) {
      const publisher = new BybitPublisher(market, world, market.option === null ? null : this.coin(market.spec.base));
      market.listener = publisher;
      this.publishers.set(`${market.spec.product}:${market.spec.symbol}`, publisher);
    }
  }

  stream(product: BybitProduct, topic: string): Stream | undefined {
    if (product === "option" && this.coins.has(topic)) return this.coins.get(topic);
    return this.publisher(product, symbolOf(topic))?.stream(topic);
  }

  *streams(): Iterable<Stream> {
    for (const publisher of this.publishers.values()) yield* publisher.all();
    yield* this.coins.values();
  }

  greet(stream: Stream, connection: Connection): void {
    this.publisher(stream.place.product, stream.place.symbol)?.greet(stream, connection);
  }

  answer({ product, category, endpoint, query, staleUpdates }: BybitRequest): HttpReply {
    return answer(endpoint, query, {
      ...{ category, staleUpdates, nowMs: this.world.venueMs("bybit") },
      markets: this.world.marketsOf("bybit").filter(({ spec }) => spec.product === product),
      updateOf: ({ spec }) => this.publisher(spec.product, spec.symbol)?.books.at(-1)?.update ?? 1,
    });
  }

  /** `u` of the last message by depth. */
  updates(product: string, symbol: string): Record<string, number> {
    const books = this.publisher(product, symbol)?.books ?? [];
    return Object.fromEntries(books.map(({ depth, update }) => [depth, update]));
  }

  /** Sends every book that is listened to and `fits` whole. Returns how many. */
  sendWhole(fits: (place: Place) => boolean, reset: boolean): number {
    let sent = 0;
    for (const publisher of this.publishers.values())
      for (const book of publisher.books)
        if (book.stream.active && fits(book.stream.place)) {
          publisher.sendWhole(book, reset);
          sent++;
        }
    return sent;
  }

  private coin(name: string): Stream {
    const topic = `publicTrade.${name}`;
    const place = { venue: "bybit", product: "option" as const, symbol: null, channel: "publicTrade", stream: topic };
    const stream = this.coins.get(topic) ?? new Stream(place, null, this.world.desk);
    this.coins.set(topic, stream);
    return stream;
  }

  private publisher(product: string | null, symbol: string | null): BybitPublisher | undefined {
    return this.publishers.get(`${product}:${symbol}`);
  }
}

/** `BTCUSDT` of `orderbook.50.BTCUSDT`. */
export function symbolOf(topic: string): string {
  return topic.slice(topic.lastIndexOf(".") + 1);
}
