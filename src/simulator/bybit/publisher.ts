import type { Liquidation, Market, MarketListener, TakerOrder } from "../model/market.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { World } from "../world.js";
import { DayStatistics } from "./day-statistics.js";
import * as frames from "./frames.js";
import { optionTickerFields, optionTickerFrame, optionTradeFrame } from "./option-frames.js";
import { bookPaces, OrderbookTopic } from "./orderbook.js";

/** Pace of tickers on derivatives and on spot, and of liquidations; ms. */
const TICKER_MS = { derivative: 100, spot: 50 };
const LIQUIDATION_MS = 500;

/** Turns what happens in one market into Bybit's topics. */
export class BybitPublisher implements MarketListener {
  readonly market: Market;
  readonly books: readonly OrderbookTopic[];
  private readonly world: World;
  private readonly streams = new Map<string, Stream>();
  private readonly day: DayStatistics;
  private readonly trades: Stream;
  private readonly tickers: Stream;
  private readonly liquidations: Stream;
  private readonly unsent: Liquidation[] = [];
  private sentTicker: Record<string, string> = {};
  private nowMs = 0;

  /** `coinTrades`: the topic that an option's trades come by; null for what has one of its own. */
  constructor(market: Market, world: World, coinTrades: Stream | null) {
    this.market = market;
    this.world = world;
    this.day = new DayStatistics(market);
    const { symbol } = market.spec;
    this.books = bookPaces(market.spec.product).map((pace) => {
      const [depth] = pace;
      const stream = this.create(`orderbook.${depth}`, "orderbook");
      const first = 10_000_000 + (market.book.sequence % 1_000_000) + depth;
      return new OrderbookTopic(stream, market, pace, first);
    });
    this.trades = coinTrades ?? this.create("publicTrade", "publicTrade");
    this.tickers = this.create("tickers", "tickers");
    this.liquidations = new Stream(
      {
        venue: "bybit",
        product: market.spec.product,
        symbol,
        channel: "allLiquidation",
        stream: `allLiquidation.${symbol}`,
      },
      market,
      world.desk,
    );
    if (market.spec.product !== "spot" && market.option === null)
      this.streams.set(`allLiquidation.${symbol}`, this.liquidations);
  }

  /** `orderbook.50.BTCUSDT`; undefined for a topic that does not exist. */
  stream(topic: string): Stream | undefined {
    return this.streams.get(topic);
  }

  all(): Iterable<Stream> {
    return this.streams.values();
  }

  /** What a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void {
    const venueMs = this.world.venueMs("bybit");
    this.books.find((book) => book.stream === stream)?.greet(connection, venueMs);
    if (stream === this.tickers && this.market.spec.product !== "spot")
      connection.deliver(stream, this.ticker("snapshot", this.fields(venueMs), venueMs));
  }

  sendWhole(book: OrderbookTopic, reset: boolean): void {
    book.sendWhole(this.nowMs, this.world.venueMs("bybit"), reset);
  }

  levelChanged(): void {}

  topChanged(): void {}

  traded(order: TakerOrder): void {
    const direction = this.day.traded(order);
    if (!this.trades.active) return;
    const venueMs = this.world.venueMs("bybit");
    this.trades.publish(
      this.market.option === null
        ? frames.tradeFrame(this.market, order, venueMs, direction)
        : optionTradeFrame(this.market, order, venueMs),
    );
  }

  liquidated(liquidation: Liquidation): void {
    if (this.liquidations.active) this.unsent.push(liquidation);
  }

  stepped(nowMs: number): void {
    this.nowMs = nowMs;
    const venueMs = this.world.venueMs("bybit");
    for (const book of this.books) book.stepped(nowMs, venueMs);
    const spot = this.market.spec.product === "spot";
    if (this.tickers.active && nowMs % (spot ? TICKER_MS.spot : TICKER_MS.derivative) === 0) this.tell(venueMs);
    if (nowMs % LIQUIDATION_MS !== 0 || this.unsent.length === 0) return;
    this.liquidations.publish(frames.liquidationFrame(this.market, this.unsent.splice(0), venueMs));
  }

  /** Spot and options whole when something changed; other derivatives what differs from the last one. */
  private tell(venueMs: number): void {
    const fields = this.fields(venueMs);
    const changed = Object.entries(fields).filter(([key, value]) => this.sentTicker[key] !== value);
    if (changed.length === 0) return;
    this.sentTicker = fields;
    const { product } = this.market.spec;
    if (product === "spot" || product === "option") this.tickers.publish(this.ticker("snapshot", fields, venueMs));
    else this.tickers.publish(this.ticker("delta", { symbol: fields.symbol, ...Object.fromEntries(changed) }, venueMs));
  }

  private fields(venueMs: number): Record<string, string> {
    const figures = this.day.figures();
    const { option, spec } = this.market;
    if (option !== null) return optionTickerFields(this.market, option, figures);
    return spec.product === "spot"
      ? frames.spotTickerFields(this.market, figures)
      : frames.tickerFields(this.market, figures, venueMs);
  }

  private ticker(type: "snapshot" | "delta", fields: Record<string, string>, venueMs: number): string {
    if (this.market.option !== null) return optionTickerFrame(this.market, fields, venueMs);
    const data = JSON.stringify(fields);
    const cs = this.market.book.sequence;
    const ts = Math.floor(venueMs);
    return this.market.spec.product === "spot"
      ? `{"topic":"${this.tickers.name}","ts":${ts},"type":"${type}","cs":${cs},"data":${data}}`
      : `{"topic":"${this.tickers.name}","type":"${type}","data":${data},"cs":${cs},"ts":${ts}}`;
  }

  private create(name: string, channel: string): Stream {
    const { symbol, product } = this.market.spec;
    const topic = `${name}.${symbol}`;
    const stream = new Stream(
      { venue: "bybit", product, symbol, channel, stream: topic },
      this.market,
      this.world.desk,
    );
    this.streams.set(topic, stream);
    return stream;
  }
}
