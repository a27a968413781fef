import { bestLevels, type Level } from "../model/levels.js";
import type { Liquidation, Market, MarketListener, TakerOrder } from "../model/market.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { World } from "../world.js";
import { BookChannel } from "./book-channel.js";
import { notification, tickerOf, touchOf, tradesOf } from "./frames.js";

/** Paces by the name of the interval, ms. `raw` is for those with an account. */
const INTERVALS = { "100ms": 100, agg2: 1000 } as const;
/** Levels of the channels that send the best ones whole. */
const DEPTHS = [1, 10, 20];

/** Something shown whole at a pace, when it has changed. */
interface Shown {
  stream: Stream;
  everyMs: number;
  data(venueMs: number): unknown;
}

/** Turns what happens in one market into Deribit's channels. */
export class DeribitPublisher implements MarketListener {
  readonly market: Market;
  readonly books: readonly BookChannel[];
  /** Called when a step of the model is over. */
  afterStep: (nowMs: number) => void = () => {};
  private readonly world: World;
  private readonly streams = new Map<string, Stream>();
  private readonly shown: Shown[] = [];
  private readonly trades: Stream;
  private readonly quote: Stream;
  private orders: TakerOrder[] = [];
  /** Those of them that closed a position by force. */
  private readonly forced = new Set<TakerOrder>();
  private touchChanged = false;

  constructor(market: Market, world: World) {
    this.market = market;
    this.world = world;
    const paces = Object.entries(INTERVALS);
    this.books = paces.map(([name, everyMs]) => new BookChannel(this.create("book", name), market, everyMs));
    for (const [name, everyMs] of paces) {
      this.show(this.create("ticker", name), everyMs, (venueMs) => tickerOf(market, venueMs));
      for (const depth of DEPTHS)
        this.show(this.create("book", `none.${depth}.${name}`), everyMs, (venueMs) => this.best(depth, venueMs));
    }
    this.trades = this.create("trades", "100ms");
    this.quote = this.create("quote", null);
  }

  /** `book.BTC-PERPETUAL.100ms`; undefined for one that does not exist. */
  stream(name: string): Stream | undefined {
    return this.streams.get(name);
  }

  all(): Iterable<Stream> {
    return this.streams.values();
  }

  /** What a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void {
    const venueMs = this.world.venueMs("deribit");
    this.books.find((book) => book.stream === stream)?.greet(connection, venueMs);
    const shown = this.shown.find((one) => one.stream === stream);
    if (shown !== undefined) connection.deliver(stream, notification(stream.name, shown.data(venueMs)));
    if (stream === this.quote) connection.deliver(stream, notification(stream.name, this.touch(venueMs)));
  }

  levelChanged(): void {}

  topChanged(): void {
    this.touchChanged = true;
  }

  traded(order: TakerOrder): void {
    if (this.trades.active) this.orders.push(order);
  }

  /** Its trades were told just before. */
  liquidated({ fills }: Liquidation): void {
    const order = this.orders.find((one) => one.fills === fills);
    if (order !== undefined) this.forced.add(order);
  }

  stepped(nowMs: number): void {
    const venueMs = this.world.venueMs("deribit");
    for (const book of this.books) book.stepped(nowMs, venueMs);
    if (this.touchChanged && this.quote.active) this.quote.publish(notification(this.quote.name, this.touch(venueMs)));
    this.touchChanged = false;
    for (const { stream, everyMs, data } of this.shown)
      if (stream.active && nowMs % everyMs === 0) stream.publish(notification(stream.name, data(venueMs)));
    if (nowMs % INTERVALS["100ms"] === 0) this.tell(venueMs);
    this.afterStep(nowMs);
  }

  private tell(venueMs: number): void {
    const { orders, forced } = this;
    if (orders.length === 0) return;
    const rows = orders.flatMap((order) => tradesOf(this.market, order, forced.has(order), venueMs));
    this.trades.publish(notification(this.trades.name, rows));
    this.orders = [];
    forced.clear();
  }

  private touch(venueMs: number): object {
    return { timestamp: Math.floor(venueMs), instrument_name: this.market.spec.symbol, ...touchOf(this.market) };
  }

  private best(depth: number, venueMs: number): object {
    const { book, text, spec } = this.market;
    const rows = (levels: readonly Level[]) =>
      levels.map(({ tick, lots }) => [Number(text.price(tick)), Number(text.size(lots))]);
    return {
      ...{ timestamp: Math.floor(venueMs), instrument_name: spec.symbol, change_id: book.sequence },
      ...{ bids: rows(bestLevels(book.bids, depth)), asks: rows(bestLevels(book.asks, depth)) },
    };
  }

  private show(stream: Stream, everyMs: number, data: Shown["data"]): void {
    this.shown.push({ stream, everyMs, data });
  }

  private create(channel: string, rest: string | null): Stream {
    const { symbol, product } = this.market.spec;
    const name = rest === null ? `${channel}.${symbol}` : `${channel}.${symbol}.${rest}`;
    const stream = new Stream(
      { venue: "deribit", product, symbol, channel, stream: name },
      this.market,
      this.world.desk,
    );
    this.streams.set(name, stream);
    return stream;
  }
}
