import type { Stream } from "../server/stream.js";
import type { HttpReply } from "../venue.js";
import type { World } from "../world.js";
import type { BinanceLimits } from "./limits.js";
import { BinancePublisher } from "./publisher.js";
import { answer, type BinanceProduct } from "./rest.js";
import type { StreamName } from "./streams.js";

/** A request over HTTP that was let through. */
export interface BinanceRequest {
  product: BinanceProduct;
  /** What follows the version in the path: `depth`. */
  endpoint: string;
  query: URLSearchParams;
  wantsMicroseconds: boolean;
  /** Changes that a depth reply shall lag behind. */
  staleUpdates: number;
}

/** What Binance has to tell: markets of the model, or a recording. */
export interface BinanceContent {
  has(product: BinanceProduct, symbol: string): boolean;
  /** undefined when there is no such stream. */
  stream(product: BinanceProduct, name: StreamName): Stream | undefined;
  streams(): Iterable<Stream>;
  answer(request: BinanceRequest): HttpReply | Promise<HttpReply>;
}

/** The markets of the model. */
export class BinanceMarkets implements BinanceContent {
  private readonly publishers = new Map<string, BinancePublisher>();
  private readonly world: World;
  private readonly limits: BinanceLimits;

  constructor(world: World, limits: BinanceLimits) {
    this.world = world;
    this.limits = limits;
    for (const market of world.marketsOf("binance")) {
      const publisher = new BinancePublisher(market, world);
      market.listener = publisher;
      this.publishers.set(`${market.spec.product}:${market.spec.symbol}`, publisher);
    }
  }

  has(product: BinanceProduct, symbol: string): boolean {
    return this.publishers.has(`${product}:${symbol}`);
  }

  stream(product: BinanceProduct, { symbol, suffix }: StreamName): Stream | undefined {
    return this.publishers.get(`${product}:${symbol}`)?.stream(suffix);
  }

  *streams(): Iterable<Stream> {
    for (const publisher of this.publishers.values()) yield* publisher.all();
  }

  answer({ product, endpoint, query, wantsMicroseconds, staleUpdates }: BinanceRequest): HttpReply {
    const markets = this.world.marketsOf("binance").filter(({ spec }) => spec.product === product);
    const nowMs = this.world.venueMs("binance");
    return answer(endpoint, query, { product, markets, limits: this.limits, nowMs, wantsMicroseconds, staleUpdates });
  }
}
