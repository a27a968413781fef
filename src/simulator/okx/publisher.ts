import type { Liquidation, Market, MarketListener, TakerOrder } from "../model/market.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { World } from "../world.js";
import * as frames from "./frames.js";
import { BOOK_CHANNELS, BookTopic } from "./orderbook.js";

/** A channel of figures: its pace in ms, and the ms after which it is told again though it is the same. */
interface Figure {
  channel: string;
  everyMs: number;
  againMs: number;
  fields(market: Market, venueMs: number): object;
}

/** Source of the paces: www.okx.com/docs-v5, public data channels. */
const DERIVATIVE_FIGURES: readonly Figure[] = [
  { channel: "mark-price", everyMs: 200, againMs: 10_000, fields: frames.markFields },
  { channel: "open-interest", everyMs: 3000, againMs: Number.POSITIVE_INFINITY, fields: frames.openInterestFields },
];
const FUNDING: Figure = { channel: "funding-rate", everyMs: 30_000, againMs: 0, fields: frames.fundingFields };
const TICKER_MS = 100;

/** Turns what happens in one market into OKX's channels. */
export class OkxPublisher implements MarketListener {
  readonly market: Market;
  readonly books: readonly BookTopic[];
  readonly day: frames.DayFigures;
  /** Liquidations since they were last taken from here. */
  readonly liquidations: Liquidation[] = [];
  private readonly world: World;
  private readonly streams = new Map<string, Stream>();
  private readonly figures: readonly Figure[];
  /** By channel: what was told last, without its time, and when by the model's clock. */
  private readonly told = new Map<string, { text: string; atMs: number }>();

  constructor(market: Market, world: World, hasChecksum: boolean) {
    this.market = market;
    this.world = world;
    const { product } = market.spec;
    const first = market.lastTick;
    this.day = {
      ...{ openTick: first, highTick: first, lowTick: first, lots: 0, lastLots: 0 },
      ...{ coins: 0, turnover: 0 },
    };
    this.books = BOOK_CHANNELS.map((channel) => {
      const stream = this.create(channel.name);
      return new BookTopic({ stream, market, channel, hasChecksum });
    });
    this.figures = product === "spot" ? [] : product === "swap" ? [...DERIVATIVE_FIGURES, FUNDING] : DERIVATIVE_FIGURES;
    for (const channel of ["trades", "trades-all", "tickers"]) this.create(channel);
    for (const { channel } of this.figures) this.create(channel);
  }

  /** undefined for a channel that this instrument does not have. */
  stream(channel: string): Stream | undefined {
    return this.streams.get(channel);
  }

  all(): Iterable<Stream> {
    return this.streams.values();
  }

  /** What a new subscriber gets first: the book, or the figure as it is. */
  greet(stream: Stream, connection: Connection): void {
    const venueMs = this.world.venueMs("okx");
    this.books.find((book) => book.stream === stream)?.greet(connection, venueMs);
    const { channel } = stream.place;
    const figure = this.figures.find((one) => one.channel === channel);
    const fields = channel === "tickers" ? this.ticker(venueMs) : figure?.fields(this.market, venueMs);
    if (fields !== undefined && channel !== null)
      connection.deliver(stream, frames.channelFrame(channel, this.market.spec.symbol, fields));
  }

  ticker(venueMs: number): Record<string, string> {
    return frames.tickerFields(this.market, this.day, venueMs);
  }

  levelChanged(): void {}

  topChanged(): void {}

  traded(order: TakerOrder): void {
    frames.addToDay(this.day, this.market, order.fills);
    const venueMs = this.world.venueMs("okx");
    for (const channel of ["trades", "trades-all"]) {
      const stream = this.streams.get(channel);
      if (stream === undefined || !stream.active) continue;
      for (const print of frames.printsOf(order, channel === "trades"))
        stream.publish(frames.tradeFrame(this.market, order, print, channel, venueMs));
    }
  }

  liquidated(liquidation: Liquidation): void {
    this.liquidations.push(liquidation);
  }

  stepped(nowMs: number): void {
    const venueMs = this.world.venueMs("okx");
    for (const book of this.books) book.stepped(nowMs, venueMs);
    for (const { channel, everyMs, againMs, fields } of this.figures)
      if (nowMs % everyMs === 0) this.tell(channel, againMs, nowMs, () => fields(this.market, venueMs));
    if (nowMs % TICKER_MS === 0) this.tell("tickers", Number.POSITIVE_INFINITY, nowMs, () => this.ticker(venueMs));
  }

  private tell(channel: string, againMs: number, nowMs: number, fields: () => object): void {
    const stream = this.streams.get(channel);
    if (stream === undefined || !stream.active) return;
    const element = fields();
    const text = JSON.stringify({ ...element, ts: "" });
    const last = this.told.get(channel);
    if (last !== undefined && last.text === text && nowMs - last.atMs < againMs) return;
    this.told.set(channel, { text, atMs: nowMs });
    stream.publish(frames.channelFrame(channel, this.market.spec.symbol, element));
  }

  private create(channel: string): Stream {
    const { symbol, product } = this.market.spec;
    const place = { venue: "okx", product, symbol, channel, stream: `${channel}:${symbol}` };
    const stream = new Stream(place, this.market, this.world.desk);
    this.streams.set(channel, stream);
    return stream;
  }
}
