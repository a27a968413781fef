import type { Liquidation, Market, MarketListener, TakerOrder } from "../model/market.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { World } from "../world.js";
import * as frames from "./frames.js";
import { HighFrequencyTopic } from "./high-frequency.js";
import { MBP_PACE_MS, MbpTopic } from "./mbp.js";

/** Paces of the index service, of whole images, and of funding rates; ms. */
const PRICE_MS = 1000;
const IMAGE_MS = 100;
const FUNDING_MS = 60_000;

/** A stream that shows something whole now and then. */
interface Shown {
  stream: Stream;
  everyMs: number;
  frame(ts: number): string;
}

/** Turns what happens in one market into HTX's channels. */
export class HtxPublisher implements MarketListener {
  readonly mbp: readonly MbpTopic[];
  readonly highFrequency: readonly HighFrequencyTopic[];
  private readonly market: Market;
  private readonly world: World;
  private readonly streams = new Map<string, Stream>();
  private readonly shown: Shown[] = [];
  private readonly bbo: Stream;
  private readonly trades: Stream;
  private readonly liquidations: Stream | null;
  private lastTrade: string | null = null;
  private bboChanged = false;

  constructor(market: Market, world: World) {
    this.market = market;
    this.world = world;
    const isSpot = market.spec.product === "spot";
    this.mbp = isSpot
      ? Object.keys(MBP_PACE_MS).map((levels) => new MbpTopic(this.create(`mbp.${levels}`), market, Number(levels)))
      : [];
    this.highFrequency = isSpot
      ? []
      : [20, 150].map(
          (levels) => new HighFrequencyTopic(this.create(`depth.size_${levels}.high_freq`), market, levels),
        );
    this.bbo = this.create("bbo");
    this.trades = this.create("trade.detail");
    this.liquidations = isSpot ? null : this.create("liquidation_orders", "public");
    const images = isSpot ? ["depth.step0", "mbp.refresh.5", "mbp.refresh.10", "mbp.refresh.20"] : ["depth.step0"];
    for (const name of images) {
      const levels = name === "depth.step0" ? 150 : Number(name.slice("mbp.refresh.".length));
      this.show(this.create(name), IMAGE_MS, (stream, ts) => frames.imageFrame(market, stream, levels, ts));
    }
    // Dated futures pay no funding, and the index service names their marks after the week.
    if (market.spec.product !== "swap") return;
    const { text } = market;
    this.show(this.create("mark_price.1min"), PRICE_MS, (name, ts) =>
      frames.priceFrame(text.finePrice(market.mark), name, ts),
    );
    this.show(this.create("index.1min"), PRICE_MS, (name, ts) =>
      frames.priceFrame(text.finePrice(market.index), name, ts),
    );
    this.show(this.create("basis.1min.close"), PRICE_MS, (name, ts) => frames.basisFrame(market, name, ts));
    this.show(this.create("funding_rate", "public"), FUNDING_MS, (name, ts) => frames.fundingFrame(market, name, ts));
  }

  /** `market.btcusdt.mbp.150`, `public.BTC-USDT.funding_rate`; undefined for one that does not exist. */
  stream(name: string): Stream | undefined {
    return this.streams.get(name);
  }

  all(): Iterable<Stream> {
    return this.streams.values();
  }

  /** What a new subscriber gets first: a book, a funding rate, and the last trade once more, as recorded of the venue. */
  greet(stream: Stream, connection: Connection): void {
    const ts = this.ts();
    this.highFrequency.find((book) => book.stream === stream)?.greet(connection, ts);
    if (stream === this.trades && this.lastTrade !== null) connection.deliver(stream, this.lastTrade);
    const shown = this.shown.find((one) => one.stream === stream && one.everyMs === FUNDING_MS);
    if (shown !== undefined) connection.deliver(stream, shown.frame(ts));
  }

  levelChanged(): void {}

  topChanged(): void {
    this.bboChanged = true;
  }

  traded(order: TakerOrder): void {
    this.lastTrade = frames.tradeFrame(this.market, order, this.trades.name, this.ts());
    this.trades.publish(this.lastTrade);
  }

  liquidated(liquidation: Liquidation): void {
    const { liquidations } = this;
    liquidations?.publish(frames.liquidationFrame(this.market, liquidation, liquidations.name, this.ts()));
  }

  stepped(nowMs: number): void {
    const ts = this.ts();
    for (const book of this.mbp) book.stepped(nowMs, ts);
    for (const book of this.highFrequency) book.stepped(nowMs, ts);
    if (this.bboChanged && this.bbo.active) this.bbo.publish(frames.bboFrame(this.market, this.bbo.name, ts));
    this.bboChanged = false;
    for (const { stream, everyMs, frame } of this.shown)
      if (stream.active && nowMs % everyMs === 0) stream.publish(frame(ts));
  }

  private ts(): number {
    return Math.floor(this.world.venueMs("htx"));
  }

  private show(stream: Stream, everyMs: number, frame: (name: string, ts: number) => string): void {
    this.shown.push({ stream, everyMs, frame: (ts) => frame(stream.name, ts) });
  }

  private create(channel: string, prefix: "market" | "public" = "market"): Stream {
    const { symbol, product } = this.market.spec;
    const name = `${prefix}.${symbol}.${channel}`;
    const place = { venue: "htx", product, symbol, channel: channel.split(".")[0], stream: name } as const;
    const stream = new Stream(place, this.market, this.world.desk);
    this.streams.set(name, stream);
    return stream;
  }
}
