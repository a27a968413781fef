import type { Liquidation, Market, MarketListener, TakerOrder } from "../model/market.js";
import { Stream } from "../server/stream.js";
import type { World } from "../world.js";
import { DepthStream } from "./depth-stream.js";
import * as frames from "./frames.js";
import { STREAM_CLASS } from "./streams.js";

/** Paces of `@depth`, ms; the first is that of the name without a pace. Futures' 0 is each step of the model. */
const DEPTH_PACES = { spot: [1000, 100], futures: [250, 100, 500, 0] } as const;
const PARTIAL_DEPTHS = [5, 10, 20];

/** Turns what happens in one market into Binance's streams. */
export class BinancePublisher implements MarketListener {
  readonly market: Market;
  private readonly world: World;
  private readonly streams = new Map<string, Stream>();
  private readonly depths: DepthStream[] = [];
  private readonly partials: { stream: Stream; depth: number; everyMs: number; sent: number }[] = [];
  private nextAggregateId: number;
  /** Only the latest of a second is told. */
  private liquidation: { what: Liquidation; transaction: number } | null = null;

  constructor(market: Market, world: World) {
    this.market = market;
    this.world = world;
    this.nextAggregateId = 1 + (market.book.sequence % 1e9);
    const futures = market.spec.product !== "spot";
    for (const [i, everyMs] of (futures ? DEPTH_PACES.futures : DEPTH_PACES.spot).entries()) {
      const pace = i === 0 ? "" : `@${everyMs}ms`;
      this.depths.push(new DepthStream(this.create(`depth${pace}`), market, everyMs));
      if (everyMs === 0) continue;
      for (const depth of PARTIAL_DEPTHS)
        this.partials.push({ stream: this.create(`depth${depth}${pace}`), depth, everyMs, sent: 0 });
    }
    for (const name of ["trade", "aggTrade", "bookTicker"]) this.create(name);
    if (futures) for (const name of ["markPrice", "markPrice@1s", "forceOrder"]) this.create(name);
  }

  /** `depth@100ms`; undefined for a name that does not exist. */
  stream(suffix: string): Stream | undefined {
    return this.streams.get(suffix);
  }

  all(): Iterable<Stream> {
    return this.streams.values();
  }

  levelChanged(isBid: boolean, tick: number): void {
    for (const depth of this.depths) depth.changed(isBid, tick);
  }

  topChanged(): void {
    const stream = this.streams.get("bookTicker");
    if (stream?.active) stream.publish(frames.bookTickerFrame(this.market, this.times()));
  }

  traded(order: TakerOrder): void {
    const trade = this.streams.get("trade");
    const times = this.times();
    if (trade?.active)
      for (const fill of order.fills) trade.publish(frames.tradeFrame(this.market, order, fill, times));
    // Trades with the insurance fund are in no aggregate.
    if (order.kind !== "market") return;
    const aggregate = this.streams.get("aggTrade");
    for (const fills of byPrice(order.fills)) {
      const id = this.nextAggregateId++;
      if (aggregate?.active)
        aggregate.publish(frames.aggTradeFrame(this.market, order.takerSells, { id, fills }, times));
    }
  }

  liquidated(what: Liquidation): void {
    this.liquidation = { what, transaction: this.times().transaction };
  }

  stepped(nowMs: number): void {
    const times = this.times();
    for (const depth of this.depths) if (depth.everyMs === 0 || nowMs % depth.everyMs === 0) depth.flush(times);
    for (const partial of this.partials)
      if (partial.stream.active && nowMs % partial.everyMs === 0) {
        const previous = partial.sent;
        partial.sent = this.market.book.sequence;
        if (partial.sent !== previous)
          partial.stream.publish(frames.partialDepthFrame(this.market, partial.depth, times, previous));
      }
    if (nowMs % 1000 === 0) this.everySecond(nowMs, times);
  }

  private everySecond(nowMs: number, times: frames.FrameTimes): void {
    for (const [name, everyMs] of [["markPrice@1s", 1000] as const, ["markPrice", 3000] as const]) {
      const stream = this.streams.get(name);
      if (stream?.active && nowMs % everyMs === 0) stream.publish(frames.markPriceFrame(this.market, times.event));
    }
    const { liquidation } = this;
    this.liquidation = null;
    if (liquidation === null) return;
    const { transaction, what } = liquidation;
    this.streams
      .get("forceOrder")
      ?.publish(frames.forceOrderFrame(this.market, what, { event: times.event, transaction }));
  }

  private times(): frames.FrameTimes {
    const now = Math.floor(this.world.venueMs("binance"));
    return { event: now, transaction: now - 1 };
  }

  private create(suffix: string): Stream {
    const { symbol, product } = this.market.spec;
    const name = `${symbol.toLowerCase()}@${suffix}`;
    const channel = STREAM_CLASS.get(suffix)?.channel ?? "depth";
    const stream = new Stream(
      { venue: "binance", product, symbol, channel, stream: name },
      this.market,
      this.world.desk,
    );
    this.streams.set(suffix, stream);
    return stream;
  }
}

function byPrice(fills: TakerOrder["fills"]): TakerOrder["fills"][] {
  const groups: TakerOrder["fills"][number][][] = [];
  for (const fill of fills) {
    const group = groups.at(-1);
    if (group !== undefined && group[0].tick === fill.tick) group.push(fill);
    else groups.push([fill]);
  }
  return groups;
}
