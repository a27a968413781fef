// Writes a small recording of four BTC markets to try the engine on: `node scripts/make-recording.js OUTDIR`.
// The prices are invented (a seeded random walk; now and then one venue strays), the frames have the
// venues' wire format. The same seed gives the same bytes.
//
//   --seed N       another walk (default 1)
//   --seconds N    length of the recording (default 60)
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

const START_MS = Date.UTC(2026, 0, 15, 12);
const STEP_MS = 50;
const LEVELS = 50;
const FIRST_PRICE = 60_000;

/** Per market: price step, decimals on the wire, premium over the common price, and network delay. */
const markets = {
  "binance.spot": { venue: "binance", tick: 0.01, price: 8, size: 8, premiumBps: 0, delayMs: 4 },
  "binance.usdm": { venue: "binance", tick: 0.1, price: 2, size: 3, premiumBps: 4, delayMs: 4, future: true },
  "bybit.spot": { venue: "bybit", tick: 0.1, price: 1, size: 6, premiumBps: 0.5, delayMs: 7 },
  "bybit.linear": { venue: "bybit", tick: 0.1, price: 2, size: 3, premiumBps: 4.5, delayMs: 7, future: true },
};

const CONFIG = `# Made by scripts/make-recording.js; the fees are examples.
version: 1
fees:
  binance: { spot: { maker: 10, taker: 10 }, usdm: { maker: 2, taker: 5 } }
  bybit: { spot: { maker: 10, taker: 10 }, linear: { maker: 2, taker: 5.5 } }
strategies:
  - name: spot-cross
    kind: cross-venue
    instruments: ['binance:BTC/USDT', 'bybit:BTC/USDT']
    notional: { amount: 10000, currency: USDT }
    liquidity: taker
    entryNetBps: 2
    exitNetBps: 0
`;

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: "string", default: "1" }, seconds: { type: "string", default: "60" } },
  });
  const [directory] = positionals;
  const [seed, seconds] = [Number(values.seed), Number(values.seconds)];
  if (positionals.length !== 1 || !Number.isInteger(seed) || !(seconds >= 1 && seconds <= 3600)) {
    console.error("usage: node scripts/make-recording.js OUTDIR [--seed N] [--seconds 1..3600]");
    process.exitCode = 2;
    return;
  }
  mkdirSync(directory, { recursive: true });
  const inputs = record(seed, seconds).map(({ name, lines }) => {
    const path = join(directory, `${name}.gz`);
    writeFileSync(path, gzipSync(`${lines.join("\n")}\n`));
    console.error(`${path}: ${lines.length} frames`);
    return `${name}=${path}`;
  });
  const config = join(directory, "crosstick.yaml");
  writeFileSync(config, CONFIG);
  console.log(`npx crosstick replay -c ${config} ${inputs.join(" ")}`);
}

/** The lines of every market's file. */
function record(seed, seconds) {
  const random = randomFrom(seed);
  const tapes = Object.entries(markets).map(([name, market], i) => new Tape(name, market, randomFrom(seed * 31 + i)));
  let price = FIRST_PRICE;
  let stray = { tape: tapes[0], bps: 0, fromMs: Number.POSITIVE_INFINITY, untilMs: 0 };
  let nextStrayMs = 5000;
  for (let ms = 0; ms < seconds * 1000; ms += STEP_MS) {
    price *= 1 + (random() - 0.5) * 0.00006;
    if (ms >= nextStrayMs) {
      const bps = (30 + 20 * random()) * (random() < 0.5 ? -1 : 1);
      stray = { tape: tapes[Math.floor(random() * tapes.length)], bps, fromMs: ms, untilMs: ms + 800 + 700 * random() };
      nextStrayMs = stray.untilMs + 3000 + 3000 * random();
    }
    for (const tape of tapes) {
      const isStray = tape === stray.tape && ms >= stray.fromMs && ms < stray.untilMs;
      tape.step(ms, price, isStray ? stray.bps : 0);
    }
  }
  return tapes;
}

/** One market: its book, and what its venue would send about it. */
class Tape {
  lines = [];

  constructor(name, market, random) {
    Object.assign(this, { name, market, random });
    this.frames = market.venue === "binance" ? new BinanceFrames(market) : new BybitFrames(market);
    /** Tick number -> size in units of the last decimal; best bid below best ask at all times. */
    this.book = { bids: new Map(), asks: new Map() };
    this.noiseBps = 0;
    this.lastNs = 0n;
  }

  step(ms, price, strayBps) {
    const { random, market } = this;
    this.noiseBps = this.noiseBps * 0.98 + (random() - 0.5) * 0.3;
    const bps = market.premiumBps + this.noiseBps + strayBps;
    const changes = this.moveTo(Math.round((price * (1 + bps / 10_000)) / market.tick));
    const timeMs = START_MS + ms;
    for (const frame of this.frames.step(timeMs, this.book, changes, price)) this.receive(timeMs, frame);
    for (let trades = random() < 0.2 ? 1 + Math.floor(random() * 3) : 0; trades > 0; trades--) {
      const isSell = random() < 0.5;
      const tick = isSell ? Math.max(...this.book.bids.keys()) : Math.min(...this.book.asks.keys());
      this.receive(timeMs, this.frames.trade(timeMs, tick, this.newSize() * 0.2, isSell));
    }
  }

  /** Rebuilds the book around a price and returns what changed: [tick, size] pairs, size 0 removes. */
  moveTo(middle) {
    const spacing = Math.round(1 / this.market.tick);
    const best = { bids: Math.floor(middle / spacing) * spacing, asks: Math.floor(middle / spacing + 1) * spacing };
    const changes = { bids: [], asks: [] };
    for (const side of ["bids", "asks"]) {
      const levels = this.book[side];
      const direction = side === "bids" ? -1 : 1;
      const wanted = new Set(Array.from({ length: LEVELS }, (_, i) => best[side] + direction * spacing * i));
      for (const tick of [...levels.keys()]) {
        if (wanted.has(tick)) continue;
        levels.delete(tick);
        changes[side].push([tick, 0]);
      }
      for (const tick of wanted) {
        if (levels.has(tick) && this.random() > 0.03) continue;
        const size = this.newSize();
        levels.set(tick, size);
        changes[side].push([tick, size]);
      }
    }
    return changes;
  }

  newSize() {
    return 0.05 + Math.round(this.random() ** 2 * 2000) / 1000;
  }

  receive(timeMs, frame) {
    const delayNs = BigInt(Math.round((this.market.delayMs + this.random() * 2) * 1e6));
    const ns = BigInt(timeMs) * 1_000_000n + delayNs;
    this.lastNs = ns > this.lastNs ? ns : this.lastNs + 1000n;
    this.lines.push(`${this.lastNs} ${frame}`);
  }
}

/** https://github.com/binance/binance-spot-api-docs: depth@100ms, bookTicker, trade; a depth reply early on. */
class BinanceFrames {
  constructor(market) {
    this.market = market;
    Object.assign(this, { steps: 0, updateId: 40_000_000_000, tradeId: 3_000_000_000, best: "" });
    Object.assign(this, { firstId: this.updateId + 1, previousId: this.updateId, pending: emptyChanges() });
  }

  *step(timeMs, book, changes, price) {
    const { future } = this.market;
    const event = future ? { E: timeMs, T: timeMs - 1, s: "BTCUSDT" } : { E: timeMs, s: "BTCUSDT" };
    const count = changes.bids.length + changes.asks.length;
    this.updateId += count;
    for (const side of ["bids", "asks"]) for (const [tick, size] of changes[side]) this.pending[side].set(tick, size);
    const [bid, ask] = [this.rows(book.bids, -1)[0], this.rows(book.asks, 1)[0]];
    const top = { s: "BTCUSDT", b: bid[0], B: bid[1], a: ask[0], A: ask[1] };
    if (this.best !== JSON.stringify(top)) {
      this.best = JSON.stringify(top);
      const ticker = { u: this.updateId, ...top };
      yield this.wrap("bookTicker", future ? { e: "bookTicker", ...ticker, T: timeMs - 1, E: timeMs } : ticker);
    }
    if (this.steps === 5) {
      const times = future ? { E: timeMs, T: timeMs - 1 } : {};
      const sides = { bids: this.rows(book.bids, -1), asks: this.rows(book.asks, 1) };
      yield JSON.stringify({ lastUpdateId: this.updateId, ...times, ...sides });
    }
    if (this.steps % 2 === 0 && this.updateId >= this.firstId) {
      const ids = future
        ? { U: this.firstId, u: this.updateId, pu: this.previousId }
        : { U: this.firstId, u: this.updateId };
      const sides = { b: this.rows(this.pending.bids, -1), a: this.rows(this.pending.asks, 1) };
      yield this.wrap("depth@100ms", { e: "depthUpdate", ...event, ...ids, ...sides });
      Object.assign(this, { firstId: this.updateId + 1, previousId: this.updateId, pending: emptyChanges() });
    }
    if (future && this.steps % 20 === 0) {
      const prices = { p: (price * 1.0004).toFixed(8), P: price.toFixed(8), i: price.toFixed(8) };
      const funding = { r: "0.00010000", T: nextFunding(timeMs) };
      yield this.wrap("markPrice@1s", { e: "markPriceUpdate", E: timeMs, s: "BTCUSDT", ...prices, ...funding });
    }
    this.steps++;
  }

  trade(timeMs, tick, size, isSell) {
    const id = ++this.tradeId;
    const what = { t: id, p: this.priceText(tick), q: size.toFixed(this.market.size) };
    const frame = this.market.future
      ? { e: "trade", E: timeMs, T: timeMs - 1, s: "BTCUSDT", ...what, X: "MARKET", m: isSell }
      : { e: "trade", E: timeMs, s: "BTCUSDT", ...what, T: timeMs - 1, m: isSell, M: true };
    return this.wrap("trade", frame);
  }

  wrap(stream, data) {
    return JSON.stringify({ stream: `btcusdt@${stream}`, data });
  }

  rows(levels, direction) {
    return sorted(levels, direction).map(([tick, size]) => [this.priceText(tick), size.toFixed(this.market.size)]);
  }

  priceText(tick) {
    return (tick * this.market.tick).toFixed(this.market.price);
  }
}

/** https://github.com/bybit-exchange/docs v5: orderbook.50, publicTrade, tickers; spot and linear order their keys apart. */
class BybitFrames {
  constructor(market) {
    this.market = market;
    Object.assign(this, { steps: 0, updateId: 15_000_000, sequence: 700_000_000_000, trades: 10_000_000 });
  }

  *step(timeMs, book, changes, price) {
    const { future } = this.market;
    this.sequence += 11;
    if (this.steps === 0 || changes.bids.length + changes.asks.length > 0) {
      const type = this.steps === 0 ? "snapshot" : "delta";
      const [bids, asks] = this.steps === 0 ? [book.bids, book.asks] : [new Map(changes.bids), new Map(changes.asks)];
      const sides = { b: this.rows(bids, -1), a: this.rows(asks, 1) };
      const data = { s: "BTCUSDT", ...sides, u: ++this.updateId, seq: this.sequence };
      const head = future ? { type, ts: timeMs } : { ts: timeMs, type };
      yield JSON.stringify({ topic: "orderbook.50.BTCUSDT", ...head, data, cts: timeMs - 1 });
    }
    if (future && this.steps % 20 === 0) {
      const prices = {
        lastPrice: price.toFixed(2),
        markPrice: (price * 1.0004).toFixed(2),
        indexPrice: price.toFixed(2),
      };
      const funding = { fundingRate: "0.0001", nextFundingTime: String(nextFunding(timeMs)), fundingIntervalHour: "8" };
      const data = { symbol: "BTCUSDT", ...prices, openInterest: "59891.732", ...funding };
      const type = this.steps === 0 ? "snapshot" : "delta";
      yield JSON.stringify({ topic: "tickers.BTCUSDT", type, data, cs: this.sequence, ts: timeMs });
    }
    this.steps++;
  }

  trade(timeMs, tick, size, isSell) {
    const [S, p, v] = [isSell ? "Sell" : "Buy", this.priceText(tick), size.toFixed(this.market.size)];
    const i = this.tradeName(++this.trades);
    const rest = { BT: false, RPI: false };
    const [T, s, seq] = [timeMs - 1, "BTCUSDT", this.sequence];
    const data = this.market.future
      ? [{ T, s, S, v, p, L: isSell ? "MinusTick" : "PlusTick", i, ...rest, seq }]
      : [{ i, T, p, v, S, seq, s, ...rest }];
    const head = this.market.future ? { type: "snapshot", ts: timeMs } : { ts: timeMs, type: "snapshot" };
    return JSON.stringify({ topic: "publicTrade.BTCUSDT", ...head, data });
  }

  tradeName(number) {
    if (!this.market.future) return `229000000${number}`;
    return `a9188a0a-82bc-50de-be60-${number.toString(16).padStart(12, "0")}`;
  }

  rows(levels, direction) {
    return sorted(levels, direction).map(([tick, size]) => [
      this.priceText(tick),
      size === 0 ? "0" : this.sizeText(size),
    ]);
  }

  sizeText(size) {
    return this.market.future ? size.toFixed(3) : String(Number(size.toFixed(6)));
  }

  priceText(tick) {
    const text = (tick * this.market.tick).toFixed(this.market.price);
    return this.market.future ? text : String(Number(text));
  }
}

function emptyChanges() {
  return { bids: new Map(), asks: new Map() };
}

/** Best first: bids fall (-1), asks rise (1). */
function sorted(levels, direction) {
  return [...levels].sort((a, b) => (a[0] - b[0]) * direction);
}

/** The next of 00:00, 08:00 and 16:00 UTC. */
function nextFunding(timeMs) {
  const eightHours = 8 * 3_600_000;
  return (Math.floor(timeMs / eightHours) + 1) * eightHours;
}

/** mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c (public domain). */
function randomFrom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

main();
