import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MapBook } from "./map-book.js";
import { getJson, type Message, sleep, until, Wire } from "./wire.js";

const SEED = 99;
const HEARTBEAT_MS = 200;
let simulator: Simulator;

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  // Heartbeats come quicker than the venue's ten seconds, so that missing them does not take as long.
  const limits = { deribit: { heartbeatMs: HEARTBEAT_MS } };
  simulator = await createSimulator({ venues: ["deribit"], seed: SEED, speed: 5, limits });
});
afterAll(() => simulator.stop());

const open = (): Promise<Wire> => Wire.open(`${simulator.endpoints.deribit.swap.ws}/ws/api/v2`);
const call = (wire: Wire, id: number, method: string, params: object = {}): void =>
  wire.send({ jsonrpc: "2.0", id, method: `public/${method}`, params });
const answerTo = async (wire: Wire, id: number): Promise<Message> => {
  await until(`answer ${id}`, () => wire.messages.some((message) => message.id === id));
  return wire.messages.find((message) => message.id === id) as Message;
};
const rest = async (path: string): Promise<Message> =>
  getJson(`${simulator.endpoints.deribit.swap.rest}/api/v2/public/${path}`);

type Data = Record<string, unknown>;
const dataOf = (wire: Wire, channel: string): Data[] =>
  wire.messages.flatMap(({ params }) => {
    const { channel: name, data } = (params ?? {}) as { channel?: string; data?: Data };
    return name === channel && data !== undefined ? [data] : [];
  });

/** The venue's rule: a snapshot, then changes that each name the one before. */
class ChangeBook {
  readonly book = new MapBook();
  changeId = 0;
  breaks = 0;
  changes = 0;
  wrongWords = 0;

  take({ type, change_id, prev_change_id, bids, asks }: Data): void {
    const rows = (side: unknown): [string, string][] =>
      (side as [string, number, number][]).map(([, price, amount]) => [String(price), String(amount)]);
    for (const [side, held] of [
      [bids, this.book.bids],
      [asks, this.book.asks],
    ] as const) {
      const stands = new Set(held.map(([price]) => price));
      for (const [action, price] of side as [string, number, number][])
        if (type === "change" && (action === "new") === stands.has(price)) this.wrongWords++;
    }
    if (type === "snapshot") this.book.replace(rows(bids), rows(asks));
    else {
      if (prev_change_id !== this.changeId) this.breaks++;
      this.changes++;
      this.book.apply(rows(bids), rows(asks));
    }
    this.changeId = Number(change_id);
  }
}

describe("books", () => {
  test.each(["BTC-PERPETUAL", "SOL_USDC-PERPETUAL", "BTC-26MAR27", "BTC_USDC", "BTC-26MAR27-65000-C"])(
    "%s: changes lead from the snapshot to the true book at every interval",
    async (symbol) => {
      const wire = await open();
      const channels = [`book.${symbol}.100ms`, `book.${symbol}.agg2`, `book.${symbol}.none.20.100ms`];
      call(wire, 1, "subscribe", { channels });
      expect((await answerTo(wire, 1)).result).toEqual(channels);
      await until("changes", () => channels.every((channel) => dataOf(wire, channel).length > 3), 15_000);
      await simulator.freeze();
      await sleep(100);
      const product = simulator.markets.find((market) => market.symbol === symbol)?.product ?? "swap";
      const truth = simulator.truth("deribit", product, symbol);
      for (const [i, interval] of ["100ms", "agg2"].entries()) {
        const found = new ChangeBook();
        for (const data of dataOf(wire, channels[i])) found.take(data);
        expect([found.breaks, found.wrongWords, found.changeId]).toEqual([0, 0, truth.updates[interval]]);
        expect(found.changes).toBeGreaterThan(2);
        expect(found.book.bids).toEqual(truth.bids);
        expect(found.book.asks).toEqual(truth.asks);
      }
      const best = dataOf(wire, channels[2]).at(-1);
      expect([best?.bids, best?.asks]).toEqual([truth.bids.slice(0, 20), truth.asks.slice(0, 20)]);
      simulator.resume();
      wire.end();
    },
  );

  test("who joins later gets the book whole, in the numbers of those who were there", async () => {
    const [first, second] = [await open(), await open()];
    const channel = "book.ETH-PERPETUAL.100ms";
    call(first, 1, "subscribe", { channels: [channel] });
    await until("changes", () => dataOf(first, channel).length > 5);
    call(second, 1, "subscribe", { channels: [channel] });
    await until("changes", () => dataOf(second, channel).length > 5);
    await simulator.freeze();
    await sleep(100);
    const books = [first, second].map((wire) => {
      const found = new ChangeBook();
      for (const data of dataOf(wire, channel)) found.take(data);
      return found;
    });
    expect(books.map(({ breaks }) => breaks)).toEqual([0, 0]);
    expect(books[1].book.bids).toEqual(books[0].book.bids);
    simulator.resume();
    first.end();
    second.end();
  });
});

test("a crossed book heals with the next message", async () => {
  const wire = await open();
  const channel = "book.BTC_USDC-PERPETUAL.100ms";
  const found = new ChangeBook();
  let crossings = 0;
  wire.onMessage = ({ params }) => {
    const { channel: name, data } = (params ?? {}) as { channel?: string; data?: Data };
    if (name !== channel || data === undefined) return;
    found.take(data);
    if (found.book.bids[0][0] >= found.book.asks[0][0]) crossings++;
  };
  call(wire, 1, "subscribe", { channels: [channel] });
  await until("changes", () => found.changes > 2);
  simulator.fault({ kind: "crossed", stream: channel });
  await until("the crossing", () => crossings > 0);
  const { changes } = found;
  await until("more", () => found.changes > changes + 2);
  await simulator.freeze();
  await sleep(100);
  const truth = simulator.truth("deribit", "swap", "BTC_USDC-PERPETUAL");
  expect([crossings, found.breaks]).toEqual([1, 0]);
  expect([found.book.bids, found.book.asks]).toEqual([truth.bids, truth.asks]);
  simulator.resume();
  wire.end();
});

describe("requests", () => {
  test("a subscription is answered with what was accepted, once each, with times", async () => {
    const wire = await open();
    const channels = ["quote.BTC-PERPETUAL", "quote.NOBODY", "quote.BTC-PERPETUAL", "ticker.BTC-PERPETUAL.1s"];
    call(wire, 7, "subscribe", { channels });
    const { result, usIn, usOut, usDiff } = await answerTo(wire, 7);
    expect(result).toEqual(["quote.BTC-PERPETUAL"]);
    expect(Number(usOut) - Number(usIn)).toBe(usDiff);
    call(wire, 8, "unsubscribe", { channels: ["quote.BTC-PERPETUAL", "quote.NOBODY"] });
    expect((await answerTo(wire, 8)).result).toEqual(["quote.BTC-PERPETUAL"]);
    call(wire, 9, "subscribe", { channels: ["book.BTC-PERPETUAL.raw"] });
    expect((await answerTo(wire, 9)).error).toMatchObject({ code: 13778 });
    call(wire, 10, "subscribe");
    expect((await answerTo(wire, 10)).error).toMatchObject({ code: -32602 });
    call(wire, 11, "nothing");
    expect((await answerTo(wire, 11)).error).toMatchObject({ code: -32601 });
    wire.send("{");
    await until("parse error", () => wire.texts.some((text) => text.includes("-32700")));
    expect(wire.closed).toBeNull();
    wire.end();
  });

  test("subscribing without credits ends the session", async () => {
    const wire = await open();
    for (let id = 1; id <= 12; id++) call(wire, id, "subscribe", { channels: ["quote.BTC-PERPETUAL"] });
    await until("the end", () => wire.closed !== null);
    const errors = wire.messages.filter(({ error }) => error !== undefined);
    expect(errors[0].error).toMatchObject({ code: 10028 });
    expect(wire.messages.filter(({ result }) => result !== undefined).length).toBe(10);
  });

  test("heartbeats: answered test requests keep the connection, one that is not ends it", async () => {
    const [kept, lost] = [await open(), await open()];
    for (const wire of [kept, lost]) call(wire, 1, "set_heartbeat", { interval: HEARTBEAT_MS / 1000 });
    kept.onMessage = ({ method, params }) => {
      if (method === "heartbeat" && (params as Data).type === "test_request") call(kept, 2, "test");
    };
    await until("the end of one", () => lost.closed !== null);
    expect(lost.closed?.reason).toContain("test_request");
    await sleep(3 * HEARTBEAT_MS);
    expect(kept.closed).toBeNull();
    expect(dataTypes(kept)).toEqual(new Set(["heartbeat", "test_request"]));
    call(kept, 3, "set_heartbeat", { interval: HEARTBEAT_MS / 4000 });
    expect((await answerTo(kept, 3)).error).toMatchObject({ code: -32602 });
    kept.end();
  });

  test("by HTTP: time, instruments, book, ticker, summaries", async () => {
    const time = await rest("get_time");
    expect(Number(time.result)).toBeGreaterThanOrEqual(Math.floor(Number(time.usIn) / 1000));
    expect(Number(time.result)).toBeLessThanOrEqual(Math.floor(Number(time.usOut) / 1000));
    const { result } = await rest("get_instruments?currency=any&kind=option&expired=false");
    expect(result).toHaveLength(24);
    const one = (await rest("get_instruments?currency=BTC&kind=future")).result as Data[];
    expect(one.map(({ instrument_name }) => instrument_name)).toEqual(["BTC-PERPETUAL", "BTC-26MAR27"]);
    await simulator.freeze();
    const book = (await rest("get_order_book?instrument_name=BTC-PERPETUAL&depth=50")).result as Data;
    const truth = simulator.truth("deribit", "swap", "BTC-PERPETUAL", 50);
    expect([book.bids, book.asks, book.change_id]).toEqual([truth.bids, truth.asks, truth.sequence]);
    const ticker = (await rest("ticker?instrument_name=BTC-PERPETUAL")).result as Data;
    expect([ticker.best_bid_price, ticker.best_bid_amount]).toEqual(truth.bids[0]);
    const summaries = (await rest("get_book_summary_by_currency?currency=ETH&kind=option")).result as Data[];
    expect(summaries).toHaveLength(12);
    expect((await rest("ticker?instrument_name=NOBODY")).error).toMatchObject({ code: 13020 });
    simulator.resume();
  });
});

const dataTypes = (wire: Wire): Set<unknown> =>
  new Set(wire.messages.filter(({ method }) => method === "heartbeat").map(({ params }) => (params as Data).type));

test("the options of a day agree: one volatility a strike, parity of calls and puts, greeks, no arbitrage between strikes", async () => {
  const ticker = async (symbol: string): Promise<Record<string, number> & { greeks: Record<string, number> }> =>
    (await rest(`ticker?instrument_name=${symbol}`)).result as never;
  await simulator.freeze();
  for (const day of ["26MAR27", "25JUN27"]) {
    const calls = [];
    for (const strike of [60_000, 65_000, 70_000]) {
      const call = await ticker(`BTC-${day}-${strike}-C`);
      const put = await ticker(`BTC-${day}-${strike}-P`);
      calls.push(call);
      expect(call.mark_iv).toBe(put.mark_iv);
      // A little beside, as every simulated market stands beside its fair price.
      const parity = 1 - strike / call.underlying_price;
      expect(Math.abs(call.mark_price - put.mark_price - parity)).toBeLessThan(1e-4);
      expect(call.greeks.delta - put.greeks.delta).toBeCloseTo(1, 4);
      expect([call.greeks.gamma, call.greeks.vega]).toEqual([put.greeks.gamma, put.greeks.vega]);
      for (const one of [call, put]) {
        expect(one.bid_iv).toBeLessThan(one.ask_iv);
        expect(Math.abs(one.mark_iv - one.bid_iv)).toBeLessThan(1.5);
        expect(one.greeks.theta).toBeLessThan(0);
      }
    }
    // Dearer the lower the strike, and convex.
    const [low, middle, high] = calls.map(({ mark_price }) => mark_price);
    expect(low).toBeGreaterThan(middle);
    expect(low - middle).toBeGreaterThan(middle - high);
  }
  simulator.resume();
});

test("trades, quotes, tickers, marks of all options and the index come by their channels", async () => {
  const wire = await open();
  const channels = ["trades.BTC-PERPETUAL.100ms", "quote.BTC-PERPETUAL", "ticker.BTC-PERPETUAL.100ms"].concat(
    ...["deribit_price_index.btc_usd", "markprice.options.btc_usd"],
  );
  call(wire, 1, "subscribe", { channels });
  expect((await answerTo(wire, 1)).result).toEqual(channels);
  await until("all", () => channels.every((channel) => dataOf(wire, channel).length > 1), 15_000);
  const trades = channels
    .slice(0, 1)
    .flatMap((channel) => dataOf(wire, channel) as unknown as Data[][])
    .flat();
  const numbers = trades.map(({ trade_seq }) => Number(trade_seq));
  expect(numbers).toEqual(numbers.map((_, i) => numbers[0] + i));
  const [marks] = dataOf(wire, "markprice.options.btc_usd") as unknown as Data[][];
  expect(marks).toHaveLength(12);
  const [ticker] = dataOf(wire, "ticker.BTC-PERPETUAL.100ms") as Record<string, number>[];
  const premium = ticker.mark_price / ticker.index_price - 1;
  expect(ticker.current_funding).toBeCloseTo(Math.max(0.00025, premium) + Math.min(-0.00025, premium), 6);
  wire.end();
});
