// A long recording of Binance spot and usdm as a recorder leaves it: `<ns> <frame>` lines, ids without gaps.
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { random } from "./frames.js";

/** Paths of one recording a market. */
export interface RecordingFiles {
  spot: string;
  usdm: string;
}

/** What differs between the two markets; mixes, rates and message sizes are those of 8 August 2024. */
interface Market {
  name: keyof RecordingFiles;
  depthStream: string;
  priceDigits: number;
  sizeDigits: number;
  /** Price steps in one unit of the quote currency. */
  steps: number;
  /** Of all frames. */
  share: number;
  trades: number;
  depths: number;
  /** Median and spread of the levels of a depth message: log-normal, with the long tail of real ones. */
  levels: number;
  levelsSpread: number;
  /** Levels a side that the venue's book comes to rest at. */
  kept: number;
}

const MARKETS: readonly Market[] = [
  {
    ...{ name: "spot", depthStream: "depth@100ms", priceDigits: 8, sizeDigits: 8, steps: 100 },
    ...{ share: 0.305, trades: 0.236, depths: 0.084, levels: 16, levelsSpread: 1.25, kept: 2000 },
  },
  {
    ...{ name: "usdm", depthStream: "depth@0ms", priceDigits: 2, sizeDigits: 3, steps: 10 },
    ...{ share: 0.695, trades: 0.227, depths: 0.07, levels: 34, levelsSpread: 1.15, kept: 5000 },
  },
];

/** A side: what the venue answers by default. */
const SNAPSHOT_LEVELS = 1000;
const WRITE_BYTES = 1 << 20;
const BEGIN_MS = 1_723_161_254_000;
/** Between two frames of both markets together, on average. */
const FRAME_NS = 460_000;

/** Writes a recording of `frames` frames into `directory`; equal seeds give equal bytes. */
export function writeRecording(directory: string, frames: number, seed: number): RecordingFiles {
  const paths = { spot: join(directory, "spot.log"), usdm: join(directory, "usdm.log") };
  MARKETS.forEach((market, index) => {
    const stream = new MarketStream(market, seed + index);
    const fd = openSync(paths[market.name], "w");
    let text = "";
    for (let left = Math.max(3, Math.round(frames * market.share)); left > 0; left--) {
      text += stream.line();
      if (text.length < WRITE_BYTES && left > 1) continue;
      writeSync(fd, text, null, "latin1");
      text = "";
    }
    closeSync(fd);
  });
  return paths;
}

/** One market's frames, one after the other: a delta, the snapshot that it bridges, then the stream. */
class MarketStream {
  private readonly market: Market;
  private readonly next: () => number;
  private readonly stepNs: number;
  private lines = 0;
  private ns = 0;
  private id = 50_093_239_000;
  private trade = 3_735_683_000;
  private lastDepth = this.id;
  /** Best bid in price steps; the best ask is one above. */
  private bid: number;
  /** Where the bid was at the last depth message. */
  private depthBid: number;
  private sizes: [number, number] = [1, 1];
  private readonly bids = new KeptPrices();
  private readonly asks = new KeptPrices();

  constructor(market: Market, seed: number) {
    this.market = market;
    this.next = random(seed);
    this.stepNs = (2 * FRAME_NS) / market.share;
    this.bid = 61_800 * market.steps;
    this.depthBid = this.bid;
  }

  /** The next line with its newline. */
  line(): string {
    this.ns += Math.floor(this.next() * this.stepNs);
    const nanos = String(this.ns % 1_000_000).padStart(6, "0");
    return `${this.timeMs()}${nanos} ${this.frame(this.lines++)}\n`;
  }

  private frame(index: number): string {
    if (index === 0) return this.depth();
    if (index === 1) return this.snapshot();
    const dice = this.next();
    if (dice < this.market.depths || index === 2) return this.depth();
    return dice < this.market.depths + this.market.trades ? this.tradeFrame() : this.touch();
  }

  private timeMs(): number {
    return BEGIN_MS + Math.floor(this.ns / 1_000_000);
  }

  private price(steps: number): string {
    return (steps / this.market.steps).toFixed(this.market.priceDigits);
  }

  /** Mostly small and round, now and then large: as orders are. */
  private size(): number {
    const dice = this.next();
    return dice < 0.5 ? (1 + Math.floor(this.next() * 40)) / 1000 : Math.floor(dice ** 8 * 9000) / 1000 + 0.002;
  }

  private sizeText(size: number): string {
    return size.toFixed(this.market.sizeDigits);
  }

  private wrap(stream: string, data: string): string {
    return `{"stream":"btcusdt@${stream}","data":{${data}}}`;
  }

  private touch(): string {
    this.id += 1 + Math.floor(this.next() * 12);
    if (this.next() < 0.1) this.bid += this.next() < 0.5 ? 1 : -1;
    this.sizes[this.next() < 0.5 ? 0 : 1] = this.size();
    const [bidSize, askSize] = this.sizes.map((size) => this.sizeText(size));
    const [bid, ask] = [this.price(this.bid), this.price(this.bid + 1)];
    const sides = `"u":${this.id},"s":"BTCUSDT","b":"${bid}","B":"${bidSize}","a":"${ask}","A":"${askSize}"`;
    if (this.market.name === "spot") return this.wrap("bookTicker", sides);
    const ms = this.timeMs();
    return this.wrap("bookTicker", `"e":"bookTicker",${sides},"T":${ms},"E":${ms}`);
  }

  private tradeFrame(): string {
    const sold = this.next() < 0.5;
    const price = this.price(sold ? this.bid : this.bid + 1);
    const size = this.sizeText(this.size());
    const ms = this.timeMs();
    const id = ++this.trade;
    if (this.market.name === "spot")
      return this.wrap(
        "trade",
        `"e":"trade","E":${ms},"s":"BTCUSDT","t":${id},"p":"${price}","q":"${size}","T":${ms},"m":${sold},"M":true`,
      );
    return this.wrap(
      "trade",
      `"e":"trade","E":${ms},"T":${ms},"s":"BTCUSDT","t":${id},"p":"${price}","q":"${size}","X":"MARKET","m":${sold}`,
    );
  }

  private depth(): string {
    const { market } = this;
    const first = this.lastDepth + 1;
    const previous = this.lastDepth;
    this.id += 2;
    this.lastDepth = this.id;
    const count = Math.min(1000, Math.ceil(market.levels * Math.exp(market.levelsSpread * this.normal())));
    const bids = this.levels(-1, count >> 1);
    const asks = this.levels(1, count - (count >> 1));
    this.depthBid = this.bid;
    const ms = this.timeMs();
    const head =
      market.name === "spot"
        ? `"e":"depthUpdate","E":${ms},"s":"BTCUSDT","U":${first},"u":${this.id}`
        : `"e":"depthUpdate","E":${ms},"T":${ms},"s":"BTCUSDT","U":${first},"u":${this.id},"pu":${previous}`;
    return this.wrap(market.depthStream, `${head},"b":[${bids}],"a":[${asks}]`);
  }

  /**
   * Changes of one side, from the best outwards, usdm's bids the other way round: as the venue sends them.
   * What the price has passed over is removed, so that the book never crosses.
   */
  private levels(direction: 1 | -1, count: number): string {
    const kept = direction < 0 ? this.bids : this.asks;
    const best = direction < 0 ? this.bid : this.bid + 1;
    const moved = (best - (direction < 0 ? this.depthBid : this.depthBid + 1)) * direction;
    const sizes = new Map<number, number>();
    for (let left = count; left > 0; left--) {
      const cancels = this.next() < (0.5 * kept.count) / this.market.kept;
      sizes.set(cancels ? kept.any(this.next()) : best + this.distance() * direction, cancels ? 0 : this.size());
    }
    for (let step = 1; step <= moved; step++) sizes.set(best - step * direction, 0);
    const order = this.market.name === "usdm" ? 1 : direction;
    const levels = [...sizes].sort(([a], [b]) => (a - b) * order);
    return levels.map(([steps, size]) => this.level(kept, steps, size)).join(",");
  }

  /** Price steps behind the best: most within a few units of the quote currency, the far ones at round prices. */
  private distance(): number {
    const units = -Math.log(1 - this.next()) * 6;
    return this.next() < 0.2 ? Math.floor(units * 20) * this.market.steps : Math.floor(units * this.market.steps);
  }

  private level(kept: KeptPrices, steps: number, size: number): string {
    if (size > 0) kept.add(steps);
    else kept.remove(steps);
    return `["${this.price(steps)}","${this.sizeText(size)}"]`;
  }

  private snapshot(): string {
    const side = (direction: number): string => {
      const kept = direction < 0 ? this.bids : this.asks;
      const best = direction < 0 ? this.bid : this.bid + 1;
      const levels = Array.from({ length: SNAPSHOT_LEVELS }, (_, index) =>
        this.level(kept, best + 3 * index * direction, this.size()),
      );
      return levels.join(",");
    };
    const ms = this.timeMs();
    const times = this.market.name === "spot" ? "" : `"E":${ms},"T":${ms},`;
    return `{"lastUpdateId":${this.lastDepth},${times}"bids":[${side(-1)}],"asks":[${side(1)}]}`;
  }

  private normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}

/** The prices of one side of the venue's book, in no order: any of them may be cancelled. */
class KeptPrices {
  private readonly prices: number[] = [];
  private readonly places = new Map<number, number>();

  get count(): number {
    return this.prices.length;
  }

  /** The price at a place in [0, 1). */
  any(place: number): number {
    return this.prices[Math.floor(place * this.prices.length)];
  }

  add(price: number): void {
    if (this.places.has(price)) return;
    this.places.set(price, this.prices.length);
    this.prices.push(price);
  }

  remove(price: number): void {
    const place = this.places.get(price);
    if (place === undefined) return;
    const last = this.prices[this.prices.length - 1];
    this.prices[place] = last;
    this.places.set(last, place);
    this.prices.pop();
    this.places.delete(price);
  }
}
