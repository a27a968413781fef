// Messages taken several at a time beside the same messages taken one by one: the same records, counts, books and cadences.

import type { Cadence } from "crosstick/internal/feed/cadence";
import { Lane } from "crosstick/internal/feed/lane";
import { WATCHED_CHANNELS, type WatchedChannel } from "crosstick/internal/feed/liveness";
import { compileKernel, type DecodeKernel, startKernel } from "crosstick/internal/kernel/kernel";
import { createMemory, planMemory, viewsOf } from "crosstick/internal/kernel/memory";
import * as L from "crosstick/internal/layout";
import { RingReader } from "crosstick/internal/ring/reader";
import { FrameReader } from "crosstick/internal/sources/frame-reader";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const seed = Number(process.env.CROSSTICK_SEED ?? Date.now() % 2 ** 31);
console.info(`burst tests: CROSSTICK_SEED=${seed}`);

type Venue = "binance" | "bybit" | "coinbase" | "deribit";
const SYMBOLS: Readonly<Record<Venue, readonly string[]>> = {
  binance: ["BTCUSDT", "ETHUSDT"],
  bybit: ["BTCUSDT", "ETHUSDT"],
  coinbase: ["BTC-USD", "ETH-USD"],
  deribit: ["BTC_USDC-PERPETUAL", "SOL_USDC-PERPETUAL"],
};
const RING_RECORDS = 64;
const MODULE = compileKernel("decode");

/** A live lane behind a reader of frames; the messages of `singly` are never taken together. */
class Rig {
  readonly records: string[] = [];
  /** Times that several messages were kept by one call. */
  together = 0;
  private readonly views;
  private readonly lane: Lane;
  private readonly frames: FrameReader;
  private readonly ring: RingReader;
  private readonly place;
  private nowUs = 0;

  constructor(venue: Venue, singly: boolean) {
    const plan = planMemory({
      ...{ lanes: [1], ringRecords: RING_RECORDS, scratchBytes: 65_536, instruments: 4, bookLevels: 16, vwapTrades: 1 },
      ...{ windowBytes: 0, consumers: [] },
    });
    const memory = createMemory(plan);
    const views = viewsOf(memory);
    const kernel = startKernel<DecodeKernel>(MODULE, memory);
    kernel.initTables();
    const [place] = plan.lanes;
    const lane = new Lane({ views, kernel, memory: plan, plan: place, venue, dropWhenFull: true });
    lane.setProduct(venue === "deribit" ? "swap" : "spot");
    for (const symbol of SYMBOLS[venue]) lane.expect(symbol);
    lane.follow(1);
    this.views = views;
    this.lane = lane;
    this.place = place;
    this.ring = new RingReader(views, place.ring);
    this.frames = new FrameReader({
      ...{ bytes: views.u8, whole: kernel.wholeFrame, maxPayload: 65_536 },
      sink: {
        burst: (at, end, longest) => {
          const { frames } = lane.counts;
          const stop = singly ? at : lane.burst(at, end, longest);
          if (lane.counts.frames - frames > 1) this.together++;
          return stop;
        },
        placed: (at, end) => this.take(at, end),
        message: (data) => {
          views.u8.set(data, place.scratches[0]);
          this.take(place.scratches[0], place.scratches[0] + data.length);
        },
        ping() {},
        pong() {},
        close() {},
        fault() {},
      },
    });
  }

  /** Whether the last read left something for its caller to publish. */
  wasPending = false;

  read(bytes: Buffer, pauseUs: number): void {
    const { receive } = this.place;
    this.views.f64[(this.lane.header + L.MESSAGE_RECEIVED_TIME_US) >> 3] = this.nowUs += pauseUs;
    this.views.u8.set(bytes, receive);
    this.frames.take(receive, receive + bytes.length);
    this.wasPending = this.lane.writer.pending;
    this.lane.writer.publish();
  }

  /** A whole book for which the lane asked by HTTP. */
  reply(text: string, symbol: string): void {
    const [scratch] = this.place.scratches;
    this.views.u8.set(Buffer.from(text), scratch);
    this.lane.follow(0);
    this.describe(scratch, scratch + text.length);
    this.lane.frame(symbol);
    this.lane.follow(1);
    this.lane.writer.publish();
  }

  /** The engine empties the ring. */
  drain(): void {
    const { u8 } = this.views;
    this.ring.drain((at) => {
      this.records.push(Buffer.from(u8.slice(at, at + L.RECORD_BYTES)).toString("hex"));
    }, Number.POSITIVE_INFINITY);
  }

  get dropped(): number {
    return this.views.u32[(this.place.ring + L.RING_DROPPED_MESSAGES) >> 2];
  }

  /** Messages of a channel that were heard of the first symbol. */
  heard(channel: WatchedChannel): number {
    return this.lane.liveness.of(0, channel).messages;
  }

  /** All that is to be the same, in the end. */
  get state(): unknown {
    const { lane, views, place } = this;
    const word = (at: number) => views.u32[at >> 2];
    const channels = [0, 1].flatMap((instrument) =>
      WATCHED_CHANNELS.map((channel) => [
        ...[knownOf(lane.liveness.of(instrument, channel)), lane.liveness.linkOf(instrument, channel)],
      ]),
    );
    return {
      records: this.records,
      counts: lane.counts,
      channels,
      live: [0, 1].map((instrument) => lane.books.isLive(instrument)),
      dropped: [word(place.ring + L.RING_DROPPED_MESSAGES), word(place.ring + L.RING_DROPPED_RECORDS)],
      misses: word(lane.header + L.MESSAGE_TEMPLATE_MISSES),
    };
  }

  private take(at: number, end: number): void {
    this.describe(at, end);
    this.lane.frame(null);
  }

  private describe(at: number, end: number): void {
    this.views.u32[(this.lane.header + L.MESSAGE_FRAME_AT) >> 2] = at;
    this.views.u32[(this.lane.header + L.MESSAGE_FRAME_END) >> 2] = end;
  }
}

/** All that a cadence has learned; what fades, as far as powers and products agree. */
const knownOf = (cadence: Cadence): unknown => {
  const all = structuredClone(cadence) as unknown as { lullMs: number };
  return { ...all, lullMs: all.lullMs.toPrecision(9) };
};

/** What a venue says next; ids go on from message to message, but for what `skip` leaves out. */
type Word = { what: string; symbol: number; skip: number; levels: number };
type Say = (word: Word, id: number, symbol: string) => string;

const MS = 1_786_310_819_526;
const levels = (count: number, price: number): string[][] =>
  Array.from({ length: count }, (_, i) => [String(price + i), "1.5"]);

const binance: Say = ({ what, levels: count, skip }, id, s) => {
  const wrap = (stream: string, data: object) => JSON.stringify({ stream: `${s.toLowerCase()}@${stream}`, data });
  if (what === "touch") return wrap("bookTicker", { u: id, s, b: "100.5", B: "1.25", a: "101", A: "2" });
  if (what === "trade")
    return wrap("trade", { e: "trade", E: MS, s, t: id, p: "100", q: "1", T: MS, m: skip === 0, M: true });
  if (what === "book")
    return wrap("depth@100ms", {
      ...{ e: "depthUpdate", E: MS, s, U: id, u: id, b: levels(count, 90), a: levels(count, 110) },
    });
  return what === "wrong" ? wrap("trade", { e: "trade", E: MS, s }) : '{"result":null,"id":1}';
};

const bybit: Say = ({ what, levels: count, skip }, id, s) => {
  const wrap = (topic: string, type: string, data: object) =>
    JSON.stringify({ topic: `${topic}.${s}`, ts: MS, type, data, cts: MS });
  if (what === "touch")
    return wrap("orderbook.1", skip === 1 ? "snapshot" : "delta", {
      ...{ s, b: levels(1, 100), a: levels(count % 2, 101), u: id, seq: id },
    });
  if (what === "trade") {
    const one = { i: String(id), T: MS, p: "100", v: "1", S: "Buy", seq: id, s, BT: false, RPI: false };
    return JSON.stringify({ topic: `publicTrade.${s}`, ts: MS, type: "snapshot", data: Array(1 + skip).fill(one) });
  }
  if (what === "book")
    return wrap("orderbook.50", count === 3 ? "snapshot" : "delta", {
      ...{ s, b: levels(count, 90), a: levels(count, 110), u: id, seq: id },
    });
  return what === "wrong" ? wrap("publicTrade", "snapshot", [{ i: "1" }]) : '{"success":true,"op":"subscribe"}';
};

/** Numbered over all its channels, and a frame may hold several messages. */
const coinbase: Say = ({ what, levels: count, symbol }, id, product_id) => {
  const time = "2026-08-09T22:06:59.526357Z";
  const wrap = (channel: string, ...events: object[]) =>
    JSON.stringify({ channel, timestamp: time, sequence_num: id, events });
  const other = SYMBOLS.coinbase[1 - symbol];
  const trade = (product_id: string) => ({
    ...{ product_id, trade_id: String(id), price: "100", size: "1", time, side: "BUY" },
  });
  if (what === "touch") return wrap("ticker", { type: "update", tickers: [] });
  if (what === "trade") return wrap("market_trades", { type: "update", trades: [trade(product_id), trade(other)] });
  const updates = levels(count, 90).map(([price_level, new_quantity]) => ({
    ...{ side: "bid", event_time: time, price_level, new_quantity },
  }));
  if (what === "book") return wrap("l2_data", { type: count === 3 ? "snapshot" : "update", product_id, updates });
  return what === "wrong" ? wrap("market_trades", { type: "update", trades: [{}] }) : wrap("subscriptions");
};

/** A ticker brings a touch, a mark and more in one message. */
const deribit: Say = ({ what, levels: count, skip }, id, instrument_name) => {
  const wrap = (kind: string, data: unknown) =>
    JSON.stringify({
      ...{ jsonrpc: "2.0", method: "subscription" },
      params: { channel: `${kind}.${instrument_name}${kind === "quote" ? "" : ".100ms"}`, data },
    });
  const touch = { best_bid_price: 100, best_bid_amount: 1, best_ask_price: 101, best_ask_amount: count };
  const head = { timestamp: MS, instrument_name };
  if (what === "touch" && skip === 0) return wrap("quote", { ...head, ...touch });
  if (what === "touch")
    return wrap("ticker", {
      ...{ ...head, ...touch, mark_price: 100.25, index_price: 100.5, last_price: 100, open_interest: 12 },
      ...{ current_funding: 0, funding_8h: 0.0001, state: "open", stats: { volume: 3, volume_usd: 300 } },
    });
  if (what === "trade") {
    const one = { ...head, trade_id: String(id), trade_seq: id, price: 100, amount: 1, direction: "buy" };
    return wrap("trades", Array(1 + skip).fill(one));
  }
  const rows = (name: string) => levels(count, 90).map(([price]) => [name, Number(price), 1.5]);
  if (what === "book")
    return wrap("book", {
      ...{ type: count === 3 ? "snapshot" : "change", timestamp: MS, instrument_name, change_id: id },
      ...{ prev_change_id: id - 1, bids: rows("new"), asks: [] },
    });
  return what === "wrong" ? wrap("trades", [{}]) : '{"jsonrpc":"2.0","id":"x","result":["a"]}';
};

function encode(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  return Buffer.concat([Buffer.from(length < 126 ? [0x81, length] : [0x81, 126, length >> 8, length & 255]), payload]);
}

const PING = Buffer.from([0x89, 2, 0x68, 0x69]);

const word: fc.Arbitrary<Word> = fc.record({
  what: fc.oneof(
    { weight: 5, arbitrary: fc.constant("touch") },
    { weight: 5, arbitrary: fc.constant("trade") },
    { weight: 3, arbitrary: fc.constant("book") },
    { weight: 1, arbitrary: fc.constantFrom("wrong", "answer", "ping", "unicode", "foreign") },
  ),
  symbol: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
  skip: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
  levels: fc.integer({ min: 0, max: 3 }),
});
/** What one read brings, whether the engine empties the ring before it, and whether a snapshot comes behind it. */
const reads = fc.array(
  fc.record({
    words: fc.array(word, { maxLength: 40, size: "max" }),
    drained: fc.boolean(),
    snapshot: fc.boolean(),
    cut: fc.nat({ max: 400 }),
    pauseUs: fc.constantFrom(10, 1000, 400_000),
  }),
  { minLength: 1, maxLength: 8, size: "max" },
);

describe.each<[Venue, Say]>([
  ["binance", binance],
  ["bybit", bybit],
  ["coinbase", coinbase],
  ["deribit", deribit],
])("%s", (venue, say) => {
  test("several messages at a time are what they are one by one", () => {
    let [together, dropped, marks] = [0, 0, 0];
    fc.assert(
      fc.property(reads, (all) => {
        const [burst, single] = [new Rig(venue, false), new Rig(venue, true)];
        let id = 1000;
        // What a read leaves of its last frame comes with the next one.
        let rest: Buffer = Buffer.alloc(0);
        for (const { words, drained, snapshot, cut, pauseUs } of all) {
          const frames = words.map((one) => {
            id += 1 + one.skip;
            if (one.what === "ping") return PING;
            const symbol = one.what === "foreign" ? "XRPUSDT" : SYMBOLS[venue][one.symbol];
            const text = say(one.what === "foreign" ? { ...one, what: "trade" } : one, id, symbol);
            return encode(one.what === "unicode" ? text.replace("{", '{"é":1,') : text);
          });
          const stream = Buffer.concat([rest, ...frames]);
          const until = Math.max(0, stream.length - cut);
          rest = stream.subarray(until);
          for (const rig of [burst, single]) {
            if (drained) rig.drain();
            rig.read(stream.subarray(0, until), pauseUs);
            if (snapshot && venue === "binance")
              rig.reply(
                JSON.stringify({ lastUpdateId: id - 2, bids: levels(3, 90), asks: levels(3, 110) }),
                SYMBOLS[venue][0],
              );
          }
        }
        for (const rig of [burst, single]) rig.drain();
        expect(burst.state).toEqual(single.state);
        together += burst.together;
        dropped += burst.dropped;
        marks += burst.heard("mark");
      }),
      { seed, numRuns: 150 },
    );
    expect(dropped).toBeGreaterThan(100);
    if (venue === "deribit") expect(marks).toBeGreaterThan(100);
    if (venue !== "coinbase") expect(together).toBeGreaterThan(100);
  });

  test("what a read brought whole is visible before its reader is done with it", () => {
    for (const what of ["trade", "book"]) {
      const rig = new Rig(venue, false);
      const [lone, ...others] = [1000, 1001, 1002].map((id) =>
        say({ what, symbol: 0, skip: 0, levels: 3 }, id, SYMBOLS[venue][0]),
      );
      rig.read(Buffer.concat([encode(lone)]), 10);
      expect(rig.wasPending, what).toBe(false);
      rig.read(Buffer.concat(others.map(encode)), 10);
      expect(rig.wasPending, what).toBe(false);
      rig.drain();
      // Books may wait for their snapshot.
      if (what === "trade") expect((rig.state as { records: unknown[] }).records.length).toBeGreaterThan(3);
    }
  });
});
