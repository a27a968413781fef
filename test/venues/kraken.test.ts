import { readFileSync } from "node:fs";
import { kraken } from "crosstick/internal/venues/kraken/index";
import { describe, expect, test } from "vitest";
import { framesOfCryptofeed, textOf } from "../replay/reference-frames.js";
import { cryptofeedKraken, hasRecordings, krakenFrames } from "../replay/shared-data.js";

const { live } = kraken;
const { connections, acknowledgement, resubscribe, time, metadata } = live;

describe("Kraken's subscriptions", () => {
  const [plan, ...others] = connections(
    "spot",
    [
      { symbol: "BTC/USD", channels: ["book", "bbo", "trade", "funding"] },
      { symbol: "ETH/USD", channels: ["book"] },
    ],
    live.endpoints("spot"),
  );

  test("one request a symbol and channel, each with an id of its own", () => {
    expect(others).toEqual([]);
    expect(plan).toMatchObject({ url: "wss://ws.kraken.com/v2", books: ["BTC/USD", "ETH/USD"] });
    expect(plan.requests.map(({ text }) => JSON.parse(text))).toEqual([
      {
        ...{ method: "subscribe", req_id: 1 },
        params: { channel: "book", symbol: ["BTC/USD"], depth: 100, snapshot: true },
      },
      { method: "subscribe", req_id: 2, params: { channel: "ticker", symbol: ["BTC/USD"], event_trigger: "bbo" } },
      { method: "subscribe", req_id: 3, params: { channel: "trade", symbol: ["BTC/USD"], snapshot: false } },
      {
        ...{ method: "subscribe", req_id: 4 },
        params: { channel: "book", symbol: ["ETH/USD"], depth: 100, snapshot: true },
      },
    ]);
    expect(plan.requests.map(({ id }) => id)).toEqual(["1", "2", "3", "4"]);
  });

  test("a fresh book is one symbol's, at the same depth", () => {
    const sent = resubscribe("spot", "BTC/USD").map(({ text }) => JSON.parse(text));
    expect(sent.map(({ method }) => method)).toEqual(["unsubscribe", "subscribe"]);
    for (const { params } of sent) expect(params).toMatchObject({ channel: "book", symbol: ["BTC/USD"], depth: 100 });
  });

  test("answers, and what is none", () => {
    const refused = { error: "Currency pair not supported", method: "subscribe", req_id: 3, success: false };
    expect(acknowledgement(refused)).toEqual({ id: "3", error: "Currency pair not supported" });
    expect(acknowledgement({ method: "pong", req_id: 3 })).toBeNull();
    expect(acknowledgement({ channel: "heartbeat" })).toBeNull();
    expect(acknowledgement(7)).toBeNull();
  });

  test.skipIf(!hasRecordings)("recorded answers", () => {
    const answers = readFileSync(krakenFrames.path, "utf8")
      .trim()
      .split("\n")
      .map((line) => acknowledgement(JSON.parse(line)));
    expect(answers.filter((answer) => answer !== null)).toEqual([
      { id: "1", error: null },
      { id: "1", error: null },
    ]);
  });
});

describe("Kraken over HTTP", () => {
  test("its time is in the middle of the second that it names", () => {
    const { read, halfUnitUs } = time("spot");
    expect([read({ error: [], result: { unixtime: 1616336594 } }), halfUnitUs]).toEqual([1616336594500000, 500000]);
    expect([read({}), read(null), read({ result: { unixtime: "x" } })]).toEqual([NaN, NaN, NaN]);
  });

  test.skipIf(!hasRecordings)("the recorded list of pairs, by the names that its frames have today", () => {
    const list = framesOfCryptofeed(textOf(cryptofeedKraken.path)).find(({ text }) => text.includes("wsname"));
    const { instruments } = metadata?.("spot").read(JSON.parse(list?.text ?? "")) ?? { instruments: [] };
    const named = new Map(instruments.map((one) => [one.rawSymbol, one]));
    expect(named.get("BTC/USD")).toEqual({
      ...{ rawSymbol: "BTC/USD", contractSize: null, unit: "base", active: true },
      ...{ priceStep: 0.1, sizeStep: 1e-8 },
    });
    expect([...named.keys()].filter((name) => /XBT|XDG/.test(name))).toEqual([]);
    expect(named.has("DOGE/USD")).toBe(true);
  });
});
