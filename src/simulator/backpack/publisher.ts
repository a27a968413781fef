import { DepthChanges } from "../model/depth-changes.js";
import type { Liquidation, Market, MarketListener, TakerOrder } from "../model/market.js";
import { Stream } from "../server/stream.js";
import type { World } from "../world.js";
import * as frames from "./frames.js";
import type { BackpackLimits } from "./limits.js";

/** Paces of the streams of a book, ms; 0 is each step of the model. */
const DEPTH_PACES = [0, 200, 1000];
const MARK_MS = 1000;
/** Nothing is simulated of them: they are accepted and stay silent. */
const SILENT = /^(?:ticker|kline\.\w+)\./;

/** Turns what happens in one market into Backpack's streams. */
export class BackpackPublisher implements MarketListener {
  readonly market: Market;
  private readonly world: World;
  private readonly limits: BackpackLimits;
  private readonly liquidations: Stream;
  private readonly streams = new Map<string, Stream>();
  private readonly depths: { stream: Stream; changes: DepthChanges; everyMs: number }[];

  /** `liquidations` is the one stream of all markets. */
  constructor(options: { market: Market; world: World; limits: BackpackLimits; liquidations: Stream }) {
    const { market, world, limits, liquidations } = options;
    this.market = market;
    this.world = world;
    this.limits = limits;
    this.liquidations = liquidations;
    this.depths = DEPTH_PACES.map((everyMs) => {
      const stream = this.create("depth", everyMs === 0 ? "depth" : `depth.${everyMs}ms`);
      const changes = new DepthChanges(market);
      stream.opened = () => changes.restart();
      return { stream, changes, everyMs };
    });
    for (const channel of ["bookTicker", "trade"]) this.create(channel, channel);
    if (market.spec.product === "swap")
      for (const channel of ["markPrice", "openInterest"]) this.create(channel, channel);
  }

  /** `depth.200ms.SOL_USDC`; undefined for a name that does not exist. */
  stream(name: string): Stream | undefined {
    const known = this.streams.get(name);
    return (
      known ?? (SILENT.test(name) ? this.create(name.split(".")[0], name.slice(0, name.lastIndexOf("."))) : undefined)
    );
  }

  all(): Iterable<Stream> {
    return this.streams.values();
  }

  levelChanged(isBid: boolean, tick: number): void {
    for (const { stream, changes } of this.depths) if (stream.active) changes.changed(isBid, tick);
  }

  topChanged(): void {
    this.tell("bookTicker", (venueMs) => frames.bookTickerFrame(this.market, venueMs));
  }

  traded(order: TakerOrder): void {
    for (const fill of order.fills)
      this.tell("trade", (venueMs) => frames.tradeFrame(this.market, order, fill, venueMs));
  }

  liquidated(what: Liquidation): void {
    if (this.liquidations.active)
      this.liquidations.publish(frames.liquidationFrame(this.market, what, this.world.venueMs("backpack")));
  }

  stepped(nowMs: number): void {
    for (const { stream, changes, everyMs } of this.depths) {
      const change = everyMs === 0 || nowMs % everyMs === 0 ? changes.take() : null;
      if (change !== null) stream.publish(frames.depthFrame(this.market, change, this.world.venueMs("backpack")));
    }
    if (nowMs % MARK_MS === 0) this.tell("markPrice", (venueMs) => frames.markPriceFrame(this.market, venueMs));
    if (nowMs % this.limits.openInterestMs === 0)
      this.tell("openInterest", (venueMs) => frames.openInterestFrame(this.market, venueMs));
  }

  /** Publishes on a channel when somebody listens. */
  private tell(channel: string, frame: (venueMs: number) => string): void {
    const stream = this.streams.get(`${channel}.${this.market.spec.symbol}`);
    if (stream?.active) stream.publish(frame(this.world.venueMs("backpack")));
  }

  private create(channel: string, prefix: string): Stream {
    const { symbol, product } = this.market.spec;
    const name = `${prefix}.${symbol}`;
    const place = { venue: "backpack", product, symbol, channel, stream: name };
    const stream = new Stream(place, this.market, this.world.desk);
    this.streams.set(name, stream);
    return stream;
  }
}
