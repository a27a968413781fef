import type { Market } from "../model/market.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { World } from "../world.js";
import { notification } from "./frames.js";
import { answer } from "./methods.js";
import { PLATFORM, platformStream } from "./platform.js";
import { DeribitPublisher } from "./publisher.js";
import type { Answer, Params } from "./rpc.js";

const INDEX_MS = 1000;

/** What Deribit has to tell: markets of the model, or a recording. */
export interface DeribitContent {
  /** undefined when there is no such channel. */
  stream(channel: string): Stream | undefined;
  streams(): Iterable<Stream>;
  /** Sends what a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void;
  updates(symbol: string): Record<string, number>;
  /** A public method; null when there is none of that name. `staleUpdates`: changes that a book lags behind. */
  call(method: string, params: Params, staleUpdates: number): Answer | null;
}

/** The markets of the model, and what there is of all options of a coin. */
export class DeribitMarkets implements DeribitContent {
  private readonly markets: readonly Market[];
  private readonly publishers = new Map<string, DeribitPublisher>();
  private readonly world: World;
  private readonly platform: Stream;
  private readonly shared = new Map<string, { stream: Stream; data: (timestamp: number) => unknown }>();
  private shownMs = -1;

  constructor(world: World) {
    this.world = world;
    this.platform = platformStream(world);
    this.markets = world.marketsOf("deribit");
    for (const market of this.markets) {
      const publisher = new DeribitPublisher(market, world);
      publisher.afterStep = (nowMs) => this.stepped(nowMs);
      market.listener = publisher;
      this.publishers.set(market.spec.symbol, publisher);
    }
    for (const coin of new Set(this.markets.map(({ spec }) => spec.base))) this.share(coin.toLowerCase(), coin);
  }

  stream(channel: string): Stream | undefined {
    if (channel === PLATFORM) return this.platform;
    return this.shared.get(channel)?.stream ?? this.publishers.get(symbolOf(channel))?.stream(channel);
  }

  *streams(): Iterable<Stream> {
    for (const publisher of this.publishers.values()) yield* publisher.all();
    for (const { stream } of this.shared.values()) yield stream;
    yield this.platform;
  }

  greet(stream: Stream, connection: Connection): void {
    const shared = this.shared.get(stream.name);
    if (shared === undefined) this.publishers.get(symbolOf(stream.name))?.greet(stream, connection);
    else connection.deliver(stream, notification(stream.name, shared.data(this.ts())));
  }

  /** `change_id` of the last message of a book by its interval. */
  updates(symbol: string): Record<string, number> {
    const books = this.publishers.get(symbol)?.books ?? [];
    return Object.fromEntries(books.map(({ stream, changeId }) => [stream.name.split(".")[2], changeId]));
  }

  call(method: string, params: Params, staleUpdates: number): Answer | null {
    return answer(method, params, { markets: this.markets, nowMs: this.world.venueMs("deribit"), staleUpdates });
  }

  /** Once a step, though every market calls it. */
  private stepped(nowMs: number): void {
    if (nowMs % INDEX_MS !== 0 || nowMs === this.shownMs) return;
    this.shownMs = nowMs;
    for (const { stream, data } of this.shared.values())
      if (stream.active) stream.publish(notification(stream.name, data(this.ts())));
  }

  /** The index of a coin in dollars, and the marks of its inverse options. */
  private share(name: string, coin: string): void {
    const { desk } = this.world;
    const create = (channel: string, stream: string) =>
      new Stream({ venue: "deribit", product: null, symbol: null, channel, stream }, null, desk);
    const ofCoin = this.markets.filter(({ spec }) => spec.base === coin);
    const options = ofCoin.filter(({ option }) => option !== null);
    const index = `deribit_price_index.${name}_usd`;
    this.shared.set(index, {
      stream: create("deribit_price_index", index),
      data: (timestamp) => ({
        ...{ timestamp, index_name: `${name}_usd` },
        price: Number(ofCoin[0].index.toFixed(2)),
      }),
    });
    const marks = `markprice.options.${name}_usd`;
    this.shared.set(marks, {
      stream: create("markprice", marks),
      data: (timestamp) =>
        options.map(({ spec, text, mark, option }) => ({
          ...{ timestamp, instrument_name: spec.symbol, mark_price: Number(text.finePrice(mark)) },
          iv: Number(option?.volatility.toFixed(4)),
        })),
    });
  }

  private ts(): number {
    return Math.floor(this.world.venueMs("deribit"));
  }
}

/** `BTC-PERPETUAL` of `book.BTC-PERPETUAL.100ms`. */
export function symbolOf(channel: string): string {
  return channel.split(".")[1] ?? "";
}
