import type { Connection } from "../server/connection.js";
import type { Stream } from "../server/stream.js";
import type { HttpReply } from "../venue.js";
import type { World } from "../world.js";
import type { CoinbaseLimits } from "./limits.js";
import { CHANNELS, CoinbasePublisher } from "./publisher.js";
import { answer } from "./rest.js";

/** What Coinbase has to tell: markets of the model, or a recording. */
export interface CoinbaseContent {
  /** undefined when there is no such channel or product. */
  stream(channel: string, symbol: string): Stream | undefined;
  streams(): Iterable<Stream>;
  /** Sends what a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void;
  /** `path` is what follows `/api/v3/brokerage/`. */
  answer(path: string, query: URLSearchParams, staleUpdates: number): HttpReply | Promise<HttpReply>;
}

/** The markets of the model. */
export class CoinbaseMarkets implements CoinbaseContent {
  private readonly publishers = new Map<string, CoinbasePublisher>();
  private readonly world: World;

  constructor(world: World, limits: CoinbaseLimits) {
    this.world = world;
    for (const market of world.marketsOf("coinbase")) {
      const publisher = new CoinbasePublisher(market, world, limits);
      market.listener = publisher;
      this.publishers.set(market.spec.symbol, publisher);
    }
  }

  stream(channel: string, symbol: string): Stream | undefined {
    const name = CHANNELS.find((known) => known === channel);
    return name === undefined ? undefined : this.publishers.get(symbol)?.stream(name);
  }

  *streams(): Iterable<Stream> {
    for (const publisher of this.publishers.values()) yield* publisher.all();
  }

  greet(stream: Stream, connection: Connection): void {
    this.publishers.get(stream.place.symbol ?? "")?.greet(stream, connection);
  }

  answer(path: string, query: URLSearchParams, staleUpdates: number): HttpReply {
    const markets = this.world.marketsOf("coinbase");
    return answer(path, query, { markets, nowMs: this.world.venueMs("coinbase"), staleUpdates });
  }
}
