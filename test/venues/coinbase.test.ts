import { coinbase } from "crosstick/internal/venues/coinbase/index";
import { describe, expect, test } from "vitest";
import { framesOfCryptofeed, textOf } from "../replay/reference-frames.js";
import { cryptofeedCoinbase, hasRecordings } from "../replay/shared-data.js";

const { live } = coinbase;
const { connections, acknowledgement, resubscribe, time, metadata } = live;

describe("Coinbase's subscriptions", () => {
  const plans = connections(
    "spot",
    [
      { symbol: "BTC-USD", channels: ["book", "bbo", "trade"] },
      { symbol: "ETH-USD", channels: ["book"] },
    ],
    live.endpoints("spot"),
  );

  test("one connection, for its numbering is that of the lane; a channel a request", () => {
    expect(plans).toHaveLength(1);
    expect(plans[0]).toMatchObject({ books: ["BTC-USD", "ETH-USD"], maxPayload: 16 * 2 ** 20 });
    expect(plans[0].requests.map(({ text }) => JSON.parse(text))).toEqual([
      { type: "subscribe", channel: "heartbeats" },
      { type: "subscribe", channel: "status", product_ids: ["BTC-USD", "ETH-USD"] },
      { type: "subscribe", channel: "market_trades", product_ids: ["BTC-USD"] },
      { type: "subscribe", channel: "ticker", product_ids: ["BTC-USD"] },
      { type: "subscribe", channel: "level2", product_ids: ["BTC-USD", "ETH-USD"] },
    ]);
  });

  test("an answer is known by the channels that stand by then", () => {
    const answer = (subscriptions: object) =>
      acknowledgement({ channel: "subscriptions", sequence_num: 2, events: [{ subscriptions }] });
    const heartbeats = ["heartbeats"];
    expect(answer({ heartbeats })).toEqual({ id: plans[0].requests[0].id, error: null });
    const symbols = ["BTC-USD"];
    expect(answer({ ticker: symbols, market_trades: symbols, heartbeats })?.id).toBe(plans[0].requests[3].id);
    const all = { ticker: symbols, level2: symbols, market_trades: symbols, heartbeats };
    expect(answer(all)?.id).toBe(plans[0].requests[4].id);
    // Whether the venue tells its status or not, the others are known.
    expect(plans[0].requests[1].id).toBeNull();
    expect(answer({ ...all, status: symbols })?.id).toBe(plans[0].requests[4].id);
    expect(acknowledgement({ type: "error", message: "no such product" })).toEqual({
      id: "",
      error: "no such product",
    });
    expect(acknowledgement({ channel: "heartbeats", events: [] })).toBeNull();
    expect(acknowledgement(null)).toBeNull();
  });

  test("a fresh book is one product's", () => {
    const sent = resubscribe("spot", "BTC-USD");
    expect(sent.map(({ id, text }) => [id, JSON.parse(text).type])).toEqual([
      [null, "unsubscribe"],
      [null, "subscribe"],
    ]);
    expect(JSON.parse(sent[1].text)).toMatchObject({ channel: "level2", product_ids: ["BTC-USD"] });
  });
});

describe("Coinbase over HTTP", () => {
  test("its time", () => {
    const { read } = time("spot");
    expect(read({ iso: "2026-08-09T21:05:48Z", epochMillis: "1786309548123" })).toBe(1786309548123000);
    expect([read({}), read(null), read({ epochMillis: "x" })]).toEqual([NaN, NaN, NaN]);
  });

  test.skipIf(!hasRecordings)("the recorded list of products", () => {
    const list = framesOfCryptofeed(textOf(cryptofeedCoinbase.path)).find(({ text }) => text.startsWith('{"products"'));
    const { instruments } = metadata?.("spot").read(JSON.parse(list?.text ?? "")) ?? { instruments: [] };
    expect(instruments.length).toBeGreaterThan(500);
    expect(instruments.find(({ rawSymbol }) => rawSymbol === "BTC-USD")).toEqual({
      ...{ rawSymbol: "BTC-USD", contractSize: null, unit: "base", active: true },
      ...{ priceStep: 0.01, sizeStep: 1e-8 },
    });
  });
});
