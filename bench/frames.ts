// Frames as the venues send them, made from a seed: the shapes are those of real recordings.
import {
  PRODUCT_COINM,
  PRODUCT_LINEAR,
  PRODUCT_SPOT,
  PRODUCT_USDM,
  VENUE_BINANCE,
  VENUE_BYBIT,
} from "../src/layout.js";

export interface FrameSet {
  name: string;
  venue: number;
  product: number;
  frames: Buffer[];
}

/** Numbers in [0, 1): mulberry32. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Draws the parts of which frames are made. */
class Draw {
  readonly #next: () => number;
  id = 5_123_107_832_006;
  timeMs = 1_723_161_256_299;

  constructor(seed: number) {
    this.#next = random(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  price(digits: number): string {
    return (60_000 + this.#next() * 2_000).toFixed(digits);
  }

  size(digits: number): string {
    return (this.#next() ** 4 * 30).toFixed(digits);
  }

  nextId(): number {
    this.id += 1 + this.below(900);
    return this.id;
  }

  nextTime(): number {
    this.timeMs += this.below(40);
    return this.timeMs;
  }

  levels(count: number, priceDigits: number, sizeDigits: number, removal = 0): string {
    const level = () =>
      `["${this.price(priceDigits)}","${this.chance(removal) ? (0).toFixed(sizeDigits) : this.size(sizeDigits)}"]`;
    return `[${Array.from({ length: count }, level).join(",")}]`;
  }

  uuid(): string {
    const hex = (bytes: number) =>
      Array.from({ length: bytes }, () => this.below(256).toString(16).padStart(2, "0")).join("");
    return `${hex(4)}-${hex(2)}-${hex(2)}-${hex(2)}-${hex(6)}`;
  }
}

type Maker = (draw: Draw) => string;

const wrap = (stream: string, data: string) => `{"stream":"${stream}","data":${data}}`;

const binance: [string, number, Maker][] = [
  [
    "binance spot bookTicker",
    PRODUCT_SPOT,
    (d) =>
      wrap(
        "btcusdt@bookTicker",
        `{"u":${d.nextId()},"s":"BTCUSDT","b":"${d.price(8)}","B":"${d.size(8)}","a":"${d.price(8)}","A":"${d.size(8)}"}`,
      ),
  ],
  [
    "binance usdm bookTicker",
    PRODUCT_USDM,
    (d) =>
      wrap(
        "btcusdt@bookTicker",
        `{"e":"bookTicker","u":${d.nextId()},"s":"BTCUSDT","b":"${d.price(2)}","B":"${d.size(3)}","a":"${d.price(2)}","A":"${d.size(3)}","T":${d.nextTime()},"E":${d.timeMs}}`,
      ),
  ],
  [
    "binance spot trade",
    PRODUCT_SPOT,
    (d) =>
      wrap(
        "btcusdt@trade",
        `{"e":"trade","E":${d.nextTime()},"s":"BTCUSDT","t":${d.nextId()},"p":"${d.price(8)}","q":"${d.size(8)}","T":${d.timeMs},"m":${d.chance(0.5)},"M":true}`,
      ),
  ],
  [
    "binance usdm trade",
    PRODUCT_USDM,
    (d) =>
      wrap(
        "btcusdt@trade",
        `{"e":"trade","E":${d.nextTime()},"T":${d.timeMs},"s":"BTCUSDT","t":${d.nextId()},"p":"${d.price(2)}","q":"${d.size(3)}","X":"MARKET","m":${d.chance(0.5)}}`,
      ),
  ],
  [
    "binance usdm aggTrade",
    PRODUCT_USDM,
    (d) =>
      wrap(
        "btcusdt@aggTrade",
        `{"e":"aggTrade","E":${d.nextTime()},"a":${d.nextId()},"s":"BTCUSDT","p":"${d.price(2)}","q":"${d.size(3)}","f":${d.nextId()},"l":${d.id},"T":${d.timeMs},"m":${d.chance(0.5)}}`,
      ),
  ],
  [
    "binance spot depthUpdate",
    PRODUCT_SPOT,
    (d) =>
      wrap(
        "btcusdt@depth@100ms",
        `{"e":"depthUpdate","E":${d.nextTime()},"s":"BTCUSDT","U":${d.nextId()},"u":${d.nextId()},"b":${d.levels(d.below(30), 8, 8, 0.4)},"a":${d.levels(d.below(30), 8, 8, 0.4)}}`,
      ),
  ],
  [
    "binance usdm depthUpdate",
    PRODUCT_USDM,
    (d) =>
      wrap(
        "btcusdt@depth@0ms",
        `{"e":"depthUpdate","E":${d.nextTime()},"T":${d.timeMs},"s":"BTCUSDT","U":${d.nextId()},"u":${d.nextId()},"pu":${d.id},"b":${d.levels(d.below(50), 2, 3, 0.3)},"a":${d.levels(d.below(50), 2, 3, 0.3)}}`,
      ),
  ],
  [
    "binance coinm depthUpdate",
    PRODUCT_COINM,
    (d) =>
      wrap(
        "btcusd_perp@depth@0ms",
        `{"e":"depthUpdate","E":${d.nextTime()},"T":${d.timeMs},"s":"BTCUSD_PERP","ps":"BTCUSD","U":${d.nextId()},"u":${d.nextId()},"pu":${d.id},"b":${d.levels(d.below(12), 1, 0, 0.3)},"a":${d.levels(d.below(12), 1, 0, 0.3)}}`,
      ),
  ],
  [
    "binance usdm markPrice",
    PRODUCT_USDM,
    (d) =>
      wrap(
        "btcusdt@markPrice@1s",
        `{"e":"markPriceUpdate","E":${d.nextTime()},"s":"BTCUSDT","p":"${d.price(8)}","P":"${d.price(8)}","i":"${d.price(8)}","r":"0.000${d.below(90000) + 10000}","T":1723190400000}`,
      ),
  ],
  [
    "binance usdm forceOrder",
    PRODUCT_USDM,
    (d) =>
      wrap(
        "btcusdt@forceOrder",
        `{"e":"forceOrder","E":${d.nextTime()},"o":{"s":"BTCUSDT","S":"${d.chance(0.5) ? "BUY" : "SELL"}","o":"LIMIT","f":"IOC","q":"${d.size(3)}","p":"${d.price(2)}","ap":"${d.price(2)}","X":"FILLED","l":"${d.size(3)}","z":"${d.size(3)}","T":${d.timeMs}}}`,
      ),
  ],
  [
    "binance usdm snapshot",
    PRODUCT_USDM,
    (d) =>
      `{"lastUpdateId":${d.nextId()},"E":${d.nextTime()},"T":${d.timeMs},"bids":${d.levels(1000, 2, 3)},"asks":${d.levels(1000, 2, 3)}}`,
  ],
];

const bybitBook = (d: Draw, depth: number, levels: [number, number], digits: [number, number], isSpot: boolean) => {
  const [price, size] = digits;
  const type = isSpot ? `"ts":${d.nextTime()},"type":"delta"` : `"type":"delta","ts":${d.nextTime()}`;
  return `{"topic":"orderbook.${depth}.BTCUSDT",${type},"data":{"s":"BTCUSDT","b":${d.levels(levels[0], price, size, 0.3)},"a":${d.levels(levels[1], price, size, 0.3)},"u":${15_076_952 + d.below(1e6)},"seq":${d.nextId()}},"cts":${d.timeMs}}`;
};

const bybit: [string, number, Maker][] = [
  [
    "bybit linear orderbook.200",
    PRODUCT_LINEAR,
    (d) => bybitBook(d, 200, [1 + d.below(25), d.below(25)], [2, 3], false),
  ],
  ["bybit spot orderbook.50", PRODUCT_SPOT, (d) => bybitBook(d, 50, [d.below(6), 1 + d.below(6)], [1, 6], true)],
  ["bybit linear orderbook.1", PRODUCT_LINEAR, (d) => bybitBook(d, 1, [1, d.below(2)], [2, 3], true)],
  [
    "bybit linear publicTrade",
    PRODUCT_LINEAR,
    (d) =>
      `{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":${d.nextTime()},"data":[${Array.from(
        { length: 1 + d.below(3) },
        () =>
          `{"T":${d.timeMs},"s":"BTCUSDT","S":"${d.chance(0.5) ? "Buy" : "Sell"}","v":"${d.size(3)}","p":"${d.price(2)}","L":"${d.chance(0.5) ? "PlusTick" : "ZeroMinusTick"}","i":"${d.uuid()}","BT":false,"RPI":false,"seq":${d.nextId()}}`,
      ).join(",")}]}`,
  ],
  [
    "bybit spot publicTrade",
    PRODUCT_SPOT,
    (d) =>
      `{"topic":"publicTrade.BTCUSDT","ts":${d.nextTime()},"type":"snapshot","data":[{"i":"22900000${d.nextId().toString().slice(0, 11)}","T":${d.timeMs},"p":"${d.price(1)}","v":"${d.size(6)}","S":"${d.chance(0.5) ? "Buy" : "Sell"}","seq":${d.nextId()},"s":"BTCUSDT","BT":false,"RPI":false}]}`,
  ],
  [
    "bybit linear tickers",
    PRODUCT_LINEAR,
    (d) =>
      `{"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","tickDirection":"PlusTick","price24hPcnt":"0.00${d.below(9000) + 1000}","markPrice":"${d.price(2)}","indexPrice":"${d.price(2)}","openInterest":"${d.size(3)}","openInterestValue":"389999${d.size(2)}","fundingRate":"-0.000${d.below(900) + 100}","bid1Price":"${d.price(2)}","bid1Size":"${d.size(3)}","ask1Price":"${d.price(2)}","ask1Size":"${d.size(3)}"},"cs":${d.nextId()},"ts":${d.nextTime()}}`,
  ],
  [
    "bybit linear allLiquidation",
    PRODUCT_LINEAR,
    (d) =>
      `{"topic":"allLiquidation.BTCUSDT","type":"snapshot","ts":${d.nextTime()},"data":[${Array.from(
        { length: 1 + d.below(2) },
        () =>
          `{"T":${d.timeMs},"s":"BTCUSDT","S":"${d.chance(0.5) ? "Buy" : "Sell"}","v":"${d.size(3)}","p":"${d.price(2)}"}`,
      ).join(",")}]}`,
  ],
];

/** Every kind of frame that a template covers; `bytes` (256 KiB by default) bounds the size of each set. */
export function frameSets(seed: number, bytes = 262144): FrameSet[] {
  const make = (venue: number, list: [string, number, Maker][]): FrameSet[] =>
    list.map(([name, product, maker], index) => {
      const draw = new Draw(seed + venue * 1000 + index);
      const frames: Buffer[] = [];
      for (let total = 0; total < bytes; ) {
        const frame = Buffer.from(maker(draw));
        frames.push(frame);
        total += frame.length;
      }
      return { name, venue, product, frames };
    });
  return [...make(VENUE_BINANCE, binance), ...make(VENUE_BYBIT, bybit)];
}
