import { DepthChanges } from "../model/depth-changes.js";
import type { Market, MarketListener, TakerOrder } from "../model/market.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { World } from "../world.js";
import * as frames from "./frames.js";
import type { CoinbaseLimits } from "./limits.js";

/** Trades that a new subscriber is told. */
const REMEMBERED_TRADES = 100;

/** Channels of a product, as they are subscribed. */
export const CHANNELS = ["level2", "market_trades", "ticker", "status"] as const;

/** Turns what happens in one market into Coinbase's channels. */
export class CoinbasePublisher implements MarketListener {
  readonly market: Market;
  private readonly world: World;
  private readonly limits: CoinbaseLimits;
  private readonly streams = new Map<string, Stream>();
  private readonly changes: DepthChanges;
  private readonly told: frames.ToldTrade[] = [];
  private topMoved = false;

  constructor(market: Market, world: World, limits: CoinbaseLimits) {
    this.market = market;
    this.world = world;
    this.limits = limits;
    this.changes = new DepthChanges(market);
    const { symbol, product } = market.spec;
    for (const channel of CHANNELS) {
      const place = { venue: "coinbase", product, symbol, channel, stream: `${channel}.${symbol}` };
      const stream = new Stream(place, market, world.desk);
      stream.numberedWhenSent = true;
      this.streams.set(channel, stream);
    }
    this.stream("level2").opened = () => this.changes.restart();
  }

  stream(channel: (typeof CHANNELS)[number]): Stream {
    return this.streams.get(channel) as Stream;
  }

  all(): Iterable<Stream> {
    return this.streams.values();
  }

  /** What a new subscriber gets first. */
  greet(stream: Stream, connection: Connection): void {
    const { market } = this;
    const venueMs = this.world.venueMs("coinbase");
    const { channel } = stream.place;
    if (channel === "level2") connection.deliver(stream, frames.wholeBook(market, venueMs));
    else if (channel === "ticker") connection.deliver(stream, frames.tickerFrame("snapshot", market, venueMs));
    else if (channel === "status")
      connection.deliver(stream, frames.statusFrame("snapshot", market, "online", venueMs));
    else connection.deliver(stream, frames.tradesFrame("snapshot", market, this.told, venueMs));
  }

  levelChanged(isBid: boolean, tick: number): void {
    if (this.stream("level2").active) this.changes.changed(isBid, tick);
  }

  topChanged(): void {
    this.topMoved = true;
  }

  traded({ takerSells, fills }: TakerOrder): void {
    const venueMs = this.world.venueMs("coinbase");
    const trades = fills.map((fill) => ({ takerSells, fill, venueMs }));
    this.told.push(...trades);
    this.told.splice(0, Math.max(0, this.told.length - REMEMBERED_TRADES));
    const stream = this.stream("market_trades");
    if (stream.active) stream.publish(frames.tradesFrame("update", this.market, trades, venueMs));
  }

  liquidated(): void {}

  stepped(nowMs: number): void {
    if (nowMs % this.limits.batchMs !== 0) return;
    const venueMs = this.world.venueMs("coinbase");
    const change = this.changes.take();
    if (change !== null) this.stream("level2").publish(frames.bookUpdate(this.market, change, venueMs));
    const ticker = this.stream("ticker");
    if (this.topMoved && ticker.active) ticker.publish(frames.tickerFrame("update", this.market, venueMs));
    this.topMoved = false;
  }
}
