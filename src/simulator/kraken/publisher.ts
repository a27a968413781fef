import type { Market, MarketListener, TakerOrder } from "../model/market.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { World } from "../world.js";
import { BOOK_DEPTHS, BookChannel } from "./book-channel.js";
import { type ToldTrade, tickerFrame, tradeFrame } from "./frames.js";

/** Trades that a new subscriber is told. Source: docs.kraken.com/api/docs/websocket-v2/trade. */
const REMEMBERED_TRADES = 50;

/** Turns what happens in one market into Kraken's channels. */
export class KrakenPublisher implements MarketListener {
  readonly market: Market;
  private readonly world: World;
  private readonly streams = new Map<string, Stream>();
  private readonly books: readonly BookChannel[];
  private readonly told: ToldTrade[] = [];
  private topMoved = false;

  constructor(market: Market, world: World) {
    this.market = market;
    this.world = world;
    this.books = BOOK_DEPTHS.map((depth) => new BookChannel(this.create("book", `book.${depth}`), market, depth));
    this.create("ticker", "ticker.bbo");
    this.create("ticker", "ticker.trades");
    this.create("trade", "trade");
  }

  /** `book.100`, `ticker.bbo`, `trade`; undefined for what does not exist. */
  stream(name: string): Stream | undefined {
    return this.streams.get(name);
  }

  all(): Iterable<Stream> {
    return this.streams.values();
  }

  /** What a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void {
    const venueMs = this.world.venueMs("kraken");
    const { channel } = stream.place;
    if (channel === "trade") connection.deliver(stream, tradeFrame("snapshot", this.market, this.told));
    else if (channel === "ticker") connection.deliver(stream, tickerFrame("snapshot", this.market, venueMs));
    else this.books.find((book) => book.stream === stream)?.greet(connection, venueMs);
  }

  levelChanged(): void {}

  topChanged(): void {
    this.topMoved = true;
  }

  traded({ takerSells, fills }: TakerOrder): void {
    const venueMs = this.world.venueMs("kraken");
    const trades = fills.map((fill) => ({ takerSells, fill, venueMs }));
    this.told.push(...trades);
    this.told.splice(0, Math.max(0, this.told.length - REMEMBERED_TRADES));
    this.publish("trade", () => tradeFrame("update", this.market, trades));
    this.publish("ticker.trades", () => tickerFrame("update", this.market, venueMs));
  }

  liquidated(): void {}

  stepped(): void {
    const venueMs = this.world.venueMs("kraken");
    for (const book of this.books) book.stepped(venueMs);
    if (this.topMoved) this.publish("ticker.bbo", () => tickerFrame("update", this.market, venueMs));
    this.topMoved = false;
  }

  private publish(name: string, frame: () => string): void {
    const stream = this.streams.get(name);
    if (stream?.active) stream.publish(frame());
  }

  private create(channel: string, name: string): Stream {
    const { symbol, product } = this.market.spec;
    const place = { venue: "kraken", product, symbol, channel, stream: `${name}.${symbol}` };
    const stream = new Stream(place, this.market, this.world.desk);
    this.streams.set(name, stream);
    return stream;
  }
}
